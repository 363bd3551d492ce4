"""A convenience service as pages and API show it: JSON-ready, masked, with the date it is due."""

from __future__ import annotations

from typing import Any

from kiosk import clock, fields, vault
from kiosk.conveniences import store
from kiosk.conveniences.model import CASE, Convenience
from kiosk.conveniences.services import services
from kiosk.storage import Reader
from kiosk.till import store as tickets
from kiosk.words import DEFAULT_LOCALE, current_locale, say

#: So much of a case says in a list what it is about.
SUMMARY_FIELDS = 3


def view_of(db: Reader, case: Convenience, kept: dict[str, str] | None = None) -> dict[str, Any]:
    """One case in a list: its service, its first words, when it is due."""
    kept = store.values(db, [case.id])[case.id] if kept is None else kept
    today = clock.local_date(db.settings.station.zone).isoformat()
    return {
        "id": case.id, "state": case.state, "service": case.service, "service_name": title(db, case.service),
        "kind": case.kind, "money": case.money, "principal_fen": case.principal_fen, "quantity": case.quantity,
        "due_on": case.due_on, "is_late": case.is_open and case.due_on is not None and case.due_on < today,
        "is_due": case.is_open and case.due_on == today, "is_open": case.is_open, "holds_money": case.holds_money,
        "recorded_at": case.recorded_at, "summary": _summary(case, kept), "is_erased": case.erased_at is not None,
    }  # fmt: skip


def detail_of(db: Reader, case: Convenience) -> dict[str, Any]:
    """Everything about one case that may be shown masked."""
    kept = store.values(db, [case.id])[case.id]
    line = tickets.charged_line(db, CASE, case.id, "receive")
    return view_of(db, case, kept) | {
        "fields": shown(case, kept), "received_at": case.received_at, "paid_from": case.paid_from,
        "outcome_at": case.outcome_at, "fail_reason": case.fail_reason, "has_consent": bool(case.has_consent),
        "ends_at_once": bool(case.ends_at_once), "ticket_id": line.ticket_id if line else None,
        "line_id": line.id if line else None, "owed_fen": line.owed_fen if line else 0,
        "steps": store.steps(db, case.id),
    }  # fmt: skip


def shown(case: Convenience, kept: dict[str, str], *, is_masked: bool = True) -> list[dict[str, str]]:
    """The fields of a case that have a value, in the form's order; one line in their place once they were erased."""
    if case.erased_at is not None:
        return [{"code": "", "label": "", "value": say(vault.ERASED)}]
    return [
        {"code": field["code"], "label": label(field), "value": fields.show(field["type"], kept[field["code"]], is_masked=is_masked)}
        for field in case.form
        if field["code"] in kept
    ]  # fmt: skip


def label(field: dict[str, Any], locale: str | None = None) -> str:
    """The label of a frozen field in the reader's language, where the data had one."""
    is_chinese = (locale or current_locale()) == DEFAULT_LOCALE
    return str(field["label"] if is_chinese else field["label_en"] or field["label"])


def title(db: Reader, code: str) -> str:
    """The name of a service, its bare code where the station's data has lost it since."""
    found = services(db).get(code)
    return found.title() if found is not None else code


def about(db: Reader, case: Convenience, kept: dict[str, str]) -> str:
    """What a case is about in one line: the service, its first words, the date; nobody in full."""
    return " ".join(part for part in (title(db, case.service), _summary(case, kept), case.due_on) if part)


def open_cases(db: Reader) -> list[dict[str, Any]]:
    """Every case of which somebody must still do something, the earliest due first."""
    found = store.still_open(db)
    kept = store.values(db, [case.id for case in found])
    return [view_of(db, case, kept[case.id]) for case in found]


def listed(db: Reader, states: list[str], before: int, limit: int) -> list[dict[str, Any]]:
    """A page of cases in some states, newest first."""
    found = store.older_than(db, before, limit, states)
    kept = store.values(db, [case.id for case in found])
    return [view_of(db, case, kept[case.id]) for case in found]


def _summary(case: Convenience, kept: dict[str, str]) -> str:
    texts = [field for field in case.form if field["type"] in ("text", "choice", "person") and field["code"] in kept]
    return " ".join(fields.show(field["type"], kept[field["code"]]) for field in texts[:SUMMARY_FIELDS])
