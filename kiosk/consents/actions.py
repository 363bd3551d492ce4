"""Gives and withdraws a consent. What was given stays as it was written: a withdrawal is written beside it, and who agrees
anew gets a new row."""

from __future__ import annotations

from kiosk import audit, vault
from kiosk.consents import store
from kiosk.consents.model import CASE, RETENTION, Consent, How, Person, Scope, WithdrawnHow
from kiosk.errors import Refused
from kiosk.storage import Tx
from kiosk.words import N_


def give(
    tx: Tx,
    business_on: str,
    scope: Scope | str,
    how: How | str,
    *,
    parcel_id: int | None = None,
    person: Person | None = None,
) -> Consent:
    """Notes that somebody agrees: for one parcel (``parcel_id``) or standing (``person``). Gives the one that counts
    already when there is one.

    Refused ``consent.scope_unknown``, ``consent.how_unknown``, ``consent.parcel_missing``, ``consent.person_unknown`` (a bare
    tail, or nobody).
    """
    if scope not in set(Scope):
        raise Refused("consent.scope_unknown", N_("同意的范围只能是「只这一件」或「以后的都同意」；没有记下"))
    if how not in set(How):
        raise Refused("consent.how_unknown", N_("请选择是怎么同意的：当面、电话、短信、书面或报取件码；没有记下"))
    if scope == Scope.THIS_PARCEL:
        if parcel_id is None:
            raise Refused("consent.parcel_missing", N_("没有说是哪一件；没有记下"))
        before, whose = store.for_parcel(tx, parcel_id), {"parcel_id": parcel_id}
    else:
        if person is None or not person.is_known:
            raise Refused(
                "consent.person_unknown",
                N_("只有尾号认不出是哪一家，不能记「以后的都同意」；没有记下，请记「只这一件」，或先补全手机号或姓名"),
            )
        before = store.standing(tx, person)
        whose = {
            "phone_hash": person.phone_hash, "phone_tail": person.phone_tail,
            "name_hint": None if person.phone_hash else person.name_hint,
        }  # fmt: skip
    if before is not None:
        return before
    consent_id = tx.insert(
        "consents", scope=Scope(scope).value, how=How(how).value, given_at=tx.now, given_on=business_on,
        given_by_kind=tx.actor.kind, given_by_id=tx.actor.id, **whose,
    )  # fmt: skip
    if person is not None and scope == Scope.STANDING and person.phone_hash and person.number:
        vault.put(tx, CASE, consent_id, "phone", person.number, RETENTION)
    audit.record(
        tx, "consent.given", consent_id=consent_id, scope=Scope(scope).value, how=How(how).value,
        parcel_id=whose.get("parcel_id"),
    )  # fmt: skip
    return store.consent(tx, consent_id)


def withdraw(tx: Tx, business_on: str, consent_id: int, how: WithdrawnHow | str) -> Consent:
    """Ends a consent, as asked for or because it was noted by mistake.

    Refused ``consent.unknown``, ``consent.withdrawn_before``, ``consent.how_unknown``.
    """
    found = store.consent(tx, consent_id)
    if how not in set(WithdrawnHow):
        raise Refused("consent.how_unknown", N_("请选择是怎么撤回的：当面、电话、短信、书面，或是记错了；没有改动"))
    if found.withdrawn_at is not None:
        raise Refused("consent.withdrawn_before", N_("这条同意已经撤回过了；没有改动"), consent_id=consent_id)
    tx.change(
        "consents", consent_id, withdrawn_how=WithdrawnHow(how).value, withdrawn_at=tx.now, withdrawn_on=business_on,
        withdrawn_by_kind=tx.actor.kind, withdrawn_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "consent.withdrawn", consent_id=consent_id, how=WithdrawnHow(how).value)
    return store.consent(tx, consent_id)


def erase_consent(tx: Tx, consent_id: int, rule: str) -> None:
    """Takes the person out of a consent, which then counts for nobody; scope, how and times stay. Does nothing twice.

    Must run inside ``store.transaction(…, erasing=True)``.
    """
    if store.consent(tx, consent_id).erased_at is not None:
        return
    tx.change("consents", consent_id, phone_hash=None, phone_tail=None, name_hint=None, erased_at=tx.now)
    if not vault.erase(tx, CASE, consent_id, rule):
        vault.record_erasure(tx, CASE, consent_id, [], rule)
