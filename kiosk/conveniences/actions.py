"""What staff do with a convenience service, from the request to its end. What was typed stands in the vault; the row holds
states, dates and fen. A price that is taken to be paid on is held for this case until it is done or given back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from kiosk import audit, clock, fields, ledger, money, shifts, vault
from kiosk.conveniences import store
from kiosk.conveniences.model import CASE, FAIL_WORDS, NEXT, SERVICE, STATE_WORDS, Convenience, ConvenienceState, Money
from kiosk.conveniences.services import Service, services
from kiosk.conveniences.services import service as find_service
from kiosk.conveniences.store import convenience, take_step
from kiosk.errors import Refused
from kiosk.ledger import PAID_FROM, Account, Posting
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till.customer import Person, search_columns
from kiosk.words import N_, say


def record(tx: Tx, *, service: str, values: Mapping[str, Any], consent: bool = False) -> Convenience:
    """Records a request that stands on a ticket. ``values`` are what was typed, by the codes of the service's fields.

    Raises ``Refused`` with ``convenience.service_unknown``, ``.no_contract``, ``.consent_missing``, ``.field_unknown``,
    ``.already_recorded``, ``.over_day_limit`` and those of ``kiosk.fields.read``.
    """
    wanted = find_service(tx, service)
    if wanted.consent and not consent:
        raise Refused(
            "convenience.consent_missing",
            N_("「{service}」要村民单独同意，请念给村民听，同意了再勾选；没有保存"),
            service=wanted.title(),
        )
    read = _read(tx, wanted, "record", values)
    principal_fen = int(read.get(wanted.price) or 0)
    business_on = shifts.ensure_open(tx).business_on
    once_hash = _hash(tx, wanted.code, [read.get(code, "") for code in wanted.once])
    day_hash = _hash(tx, wanted.code, [read.get(wanted.per_day, "")] if wanted.per_day else [])
    _refuse_second(tx, wanted, once_hash)
    _refuse_over_limit(tx, wanted, day_hash, business_on, principal_fen)
    phone = next((read[field.code] for field in wanted.fields if field.type == "phone" and read.get(field.code)), "")
    convenience_id = tx.insert(
        "conveniences", state=ConvenienceState.RECORDED, service=wanted.code, kind=wanted.kind, form=_frozen(wanted),
        money=wanted.money if principal_fen else Money.NONE, principal_fen=principal_fen,
        quantity=int(read.get(wanted.count) or 1), due_on=read.get(wanted.due) or None,
        ends_at_once=int(wanted.ends_at_once), has_consent=int(bool(wanted.consent)), kept_days=wanted.kept_days,
        once_hash=once_hash, day_hash=day_hash, recorded_on=business_on, recorded_at=tx.now,
        recorded_by_kind=tx.actor.kind, recorded_by_id=tx.actor.id, **_found_by(tx, phone),
    )  # fmt: skip
    _keep(tx, wanted, convenience_id, read)
    take_step(tx, convenience_id, ConvenienceState.RECORDED, business_on)
    found = convenience(tx, convenience_id)
    audit.record(
        tx, "convenience.recorded", convenience_id=convenience_id, service=wanted.code, money=found.money,
        principal_fen=principal_fen, has_consent=found.has_consent,
    )  # fmt: skip
    return found


def receive(tx: Tx, convenience_id: int) -> Convenience:
    """Its ticket is settled; what ends as it is paid is done with that (called as the ticket is settled)."""
    found = step_to(tx, convenience_id, ConvenienceState.RECEIVED)
    business_on = shifts.ensure_open(tx).business_on
    tx.change(
        "conveniences", convenience_id, state=ConvenienceState.RECEIVED, received_on=business_on, received_at=tx.now
    )
    audit.record(tx, "convenience.received", convenience_id=convenience_id, business_on=business_on)
    if found.ends_at_once:
        _end(tx, convenience_id, "", None)
    return convenience(tx, convenience_id)


def cancel(tx: Tx, convenience_id: int) -> None:
    """Takes a request back before its ticket is settled."""
    step_to(tx, convenience_id, ConvenienceState.CANCELLED, {ConvenienceState.RECORDED})
    _cancelled(tx, convenience_id)


def drop(tx: Tx, convenience_id: int) -> Convenience:
    """The villager does not want it any more and has paid nothing for it. Raises ``Refused`` ``convenience.refund_it``
    for one that was paid, which a refund on a ticket ends, and ``convenience.too_far``."""
    require(tx.actor, Right.SERVE)
    found = convenience(tx, convenience_id)
    charged = tx.value(
        "SELECT COUNT(*) FROM ticket_lines WHERE case_kind = ? AND case_id = ? AND (principal_fen <> 0 OR fee_fen <> 0)",
        CASE,
        convenience_id,
    )
    if charged and found.state == ConvenienceState.RECEIVED:
        raise Refused("convenience.refund_it", N_("这项已经收过钱，请用「退款」办理；没有改动任何内容"))
    step_to(tx, convenience_id, ConvenienceState.CANCELLED, {ConvenienceState.RECEIVED})
    _cancelled(tx, convenience_id)
    return convenience(tx, convenience_id)


def finish(tx: Tx, convenience_id: int, *, values: Mapping[str, Any], paid_from: str = "") -> Convenience:
    """It is done. ``values`` are the fields asked with the result; ``paid_from`` paid the price on, where one is held
    (Dr held / Cr ``paid_from``). Raises ``Refused`` ``convenience.too_far``, ``.paid_from_unknown`` and those of
    ``kiosk.fields.read``."""
    require(tx.actor, Right.SERVE)
    found = convenience(tx, convenience_id)
    if found.money == Money.HELD and paid_from not in PAID_FROM:
        raise Refused(
            "convenience.paid_from_unknown", N_("请选择从站里哪个账户付的票价；没有保存"), known=", ".join(PAID_FROM)
        )
    _require_next(found, ConvenienceState.DONE)
    wanted = services(tx).get(found.service)
    if wanted is not None:
        read = _read(tx, wanted, "done", values)
        _keep(tx, wanted, convenience_id, read)
    _end(tx, convenience_id, paid_from if found.money == Money.HELD else "", found)
    return convenience(tx, convenience_id)


def fail(tx: Tx, convenience_id: int, reason: str) -> Convenience:
    """It could not be done; a price that is held is given back by a refund on a ticket. Raises ``Refused``
    ``convenience.reason_unknown``, ``convenience.too_far``."""
    require(tx.actor, Right.SERVE)
    if reason not in FAIL_WORDS:
        raise Refused("convenience.reason_unknown", N_("请选择没办成的原因；没有改动任何内容"))
    step_to(tx, convenience_id, ConvenienceState.FAILED)
    tx.change(
        "conveniences", convenience_id, state=ConvenienceState.FAILED, fail_reason=reason, outcome_at=tx.now,
        outcome_on=shifts.ensure_open(tx).business_on,
    )  # fmt: skip
    audit.record(tx, "convenience.failed", convenience_id=convenience_id, reason=reason)
    return convenience(tx, convenience_id)


def refund(tx: Tx, convenience_id: int) -> None:
    """What was paid for it goes back (called as the refund is settled, or its ticket voided). What was done and paid on
    is refused ``convenience.too_far``; what ends as it is paid may be taken back."""
    found = convenience(tx, convenience_id)
    if found.state == ConvenienceState.DONE and not found.ends_at_once:
        _refuse_step(found)
    step_to(tx, convenience_id, ConvenienceState.REFUNDED)
    business_on = shifts.ensure_open(tx).business_on
    tx.change("conveniences", convenience_id, state=ConvenienceState.REFUNDED, refunded_on=business_on)
    audit.record(tx, "convenience.refunded", convenience_id=convenience_id, business_on=business_on)


def step_to(
    tx: Tx, convenience_id: int, state: ConvenienceState, only_from: Collection[str] | None = None
) -> Convenience:
    """The case as it was, with its next step written down; ``Refused('convenience.too_far')`` where none leads there."""
    found = convenience(tx, convenience_id)
    _require_next(found, state, only_from)
    take_step(tx, convenience_id, state, shifts.ensure_open(tx).business_on)
    return found


def _require_next(found: Convenience, state: ConvenienceState, only_from: Collection[str] | None = None) -> None:
    if state not in NEXT[found.state] or (only_from is not None and found.state not in only_from):
        _refuse_step(found)


def _refuse_step(found: Convenience) -> None:
    raise Refused(
        "convenience.too_far",
        N_("便民服务 {convenience_id} 已到「{state}」这一步，不能这样改；没有改动任何内容"),
        convenience_id=found.id,
        state=say(STATE_WORDS[found.state]),
    )


def _end(tx: Tx, convenience_id: int, paid_from: str, held: Convenience | None) -> None:
    step_to(tx, convenience_id, ConvenienceState.DONE)
    business_on = shifts.ensure_open(tx).business_on
    entry_id = None
    if paid_from and held is not None:
        postings = [
            Posting(Account.HELD_FOR_SERVICES, held.principal_fen, SERVICE, held.party),
            Posting(PAID_FROM[paid_from], -held.principal_fen, SERVICE),
        ]
        entry_id = ledger.post(tx, "convenience_done", business_on, CASE, convenience_id, postings)
    tx.change(
        "conveniences", convenience_id, state=ConvenienceState.DONE, paid_from=paid_from, outcome_on=business_on,
        outcome_at=tx.now, entry_id=entry_id,
    )  # fmt: skip
    audit.record(tx, "convenience.done", convenience_id=convenience_id, entry_id=entry_id, paid_from=paid_from)


def _cancelled(tx: Tx, convenience_id: int) -> None:
    tx.change("conveniences", convenience_id, state=ConvenienceState.CANCELLED)
    audit.record(tx, "convenience.cancelled", convenience_id=convenience_id)


def _read(tx: Tx, wanted: Service, when: str, values: Mapping[str, Any]) -> dict[str, str]:
    asked = wanted.asked(when)
    for code in values:
        if code not in {field.code for field in asked}:
            raise Refused(
                "convenience.field_unknown", N_("「{service}」没有 {field} 这一项；没有保存"), service=wanted.title(),
                field=str(code)[:30],
            )  # fmt: skip
    today = date.fromisoformat(
        max(clock.local_date(tx.settings.station.zone, clock.read(tx.now)).isoformat(), "2024-01-01")
    )
    return {field.code: fields.read(field, values.get(field.code), today, "convenience") for field in asked}


def _keep(tx: Tx, wanted: Service, convenience_id: int, read: Mapping[str, str]) -> None:
    for field in wanted.fields:
        if read.get(field.code):
            vault.put(tx, CASE, convenience_id, field.code, read[field.code], field.kept)


def _frozen(wanted: Service) -> str:
    """The form as it is now, so that a case reads the same after the county has changed its data."""
    shown = [
        {name: value for name, value in asdict(field).items() if name in ("code", "label", "label_en", "type", "prints", "asked")}
        for field in wanted.fields
    ]  # fmt: skip
    return json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(tx: Tx, code: str, values: list[str]) -> str | None:
    return tx.secrets.keyed_hash("phone", f"convenience:{code}:" + "\x1f".join(values)) if any(values) else None


def _found_by(tx: Tx, phone: str) -> dict[str, str | None]:
    number = phone if len(phone) > 4 else ""
    return search_columns(tx, Person("", number, phone[-4:] if "-" not in phone else ""))


def _refuse_second(tx: Tx, wanted: Service, once_hash: str | None) -> None:
    first = store.same_once(tx, wanted.code, once_hash) if once_hash else None
    if first is not None:
        raise Refused(
            "convenience.already_recorded",
            N_("这张凭条已登记为便民服务 {convenience_id}，没有再办；请核对凭条号"),
            convenience_id=first,
        )


def _refuse_over_limit(tx: Tx, wanted: Service, day_hash: str | None, business_on: str, principal_fen: int) -> None:
    if day_hash is None or not wanted.most_a_day:
        return
    already_fen = store.sum_of_day(tx, day_hash, business_on)
    if already_fen + principal_fen > wanted.most_a_day:
        raise Refused(
            "convenience.over_day_limit",
            N_("「{service}」同一张卡一天最多 {most}，今天已有 {already}；没有办理"),
            service=wanted.title(),
            most=money.yuan(wanted.most_a_day),
            already=money.yuan(already_fen),
        )
