"""The three answers to whoever was recognised: what is kept and how long, a value corrected, and everything erased that the
law lets go, with the reason for what stays. Each is noted; no note names anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kiosk import audit, clock, vault
from kiosk.codes import about_a_person, own_words, parse_phone
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.printing import jobs, slips
from kiosk.retention import requests
from kiosk.retention.kinds import COLUMNS, Kind, Line
from kiosk.retention.requests import CASE, RETENTION
from kiosk.retention.slips import ACCESS_SLIP, ERASURE_SLIP
from kiosk.retention.terms import TERMS, days_of
from kiosk.storage import Reader, Tx
from kiosk.words import N_

LONGEST_NAME, LONGEST_ADDRESS = 20, 80

_R = {"request_id": audit.ID}
audit.register(
    "person.corrected", N_("应本人要求更正了 {case_kind} {case_id} 的 {field}（第 {request_id} 次申请）"), **_R,
    case_kind=audit.ENUM, case_id=audit.ID, field=audit.ENUM,
)  # fmt: skip
audit.register(
    "person.erasure_asked", N_("应本人要求删除个人信息：删除 {done} 笔，依法保留 {stayed} 笔（第 {request_id} 次申请）"), **_R,
    done=audit.NUMBER, stayed=audit.NUMBER,
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """One value that is kept: ``name`` of the field, ``title`` in marked words. Never logged."""

    name: str
    title: str
    value: str
    mask: str
    may_change: bool


@dataclass(frozen=True, slots=True, repr=False)
class KeptCase:
    """One case of a person: what is kept, until when (None: while it is open), why it could not be erased now (None: it
    could), and how many pictures."""

    case_kind: str
    case_id: int
    title: str
    began_on: str
    values: tuple[Kept, ...]
    pictures: int
    until_on: str | None
    stays: str | None

    @property
    def is_empty(self) -> bool:
        """Nothing personal is left of it."""
        return not self.values and not self.pictures


def kept(db: Reader, request_id: int) -> list[KeptCase]:
    """Everything that is kept of whoever was recognised. Refused as ``requests.cases_of``."""
    return [kept_of(db, kind, case_id) for kind, case_id in requests.cases_of(db, request_id)]


def kept_of(db: Reader, kind: Kind, case_id: int) -> KeptCase:
    """What is kept in one case."""
    values, pictures = [], 0
    row = db.one(f"SELECT c.*, {kind.born} AS born_ FROM {kind.table} c WHERE c.id = ?", case_id)
    if row is None:
        raise KeyError(f"{kind.table} {case_id}")
    for column in kind.columns:
        known = COLUMNS.get(column)
        if known is not None and row[column] is not None:
            values.append(
                Kept(column, known.title, str(row[column]), known.mask, known.may_change and kind.change is not None)
            )
    for one in db.all(
        "SELECT field, value, retention_class FROM vault WHERE case_kind = ? AND case_id = ? ORDER BY field",
        kind.case_kind,
        case_id,
    ):
        if one["retention_class"] == vault.PHOTO:
            pictures += 1
            continue
        known = kind.field_of(one["field"])
        if known is not None:
            values.append(Kept(one["field"], known.title, one["value"], known.mask, known.may_change))
    until, stays = _until(db, kind, case_id)
    began = clock.local(row["born_"], db.settings.station.zone).date().isoformat() if row["born_"] else ""
    return KeptCase(kind.case_kind, case_id, kind.title, began, tuple(values), pictures, until, stays)


def correct(tx: Tx, request_id: int, case_kind: str, case_id: int, field: str, value: str) -> None:
    """Puts right what is kept wrong, in every column that is made of it.

    Raises ``Refused`` with ``staff.not_allowed``, ``data_request.over``, ``data_request.not_theirs``,
    ``data_request.field_fixed`` (what was paid, bought or sent is not changed afterwards), ``data_request.value_missing``
    and those of an unreadable phone or a number that is nobody's to keep.
    """
    require(tx.actor, Right.UNMASK)
    kind = requests.one_case(tx, request_id, case_kind, case_id, tx.now)
    known = COLUMNS.get(field) if field in kind.columns and kind.change is not None else kind.field_of(field)
    if known is None or not known.may_change:
        raise Refused("data_request.field_fixed", N_("这一项不能更正（办过的事、付过的款不改写）；没有改动"))
    if not value.strip():
        raise Refused("data_request.value_missing", N_("请填写正确的内容；没有改动，要删除请点删除"))
    if kind.change is not None:
        kind.change(tx, case_id, field, value)
    else:
        _change(tx, kind, case_id, field, known.mask, value)
    found = requests.request(tx, request_id)
    correction = requests.note(tx, "correction", found.proved_by, 1, done=1)
    audit.record(
        tx, "person.corrected", request_id=correction, case_kind=case_kind, case_id=case_id, field=field.lower()
    )


def erase(tx: Tx, request_id: int) -> tuple[int, list[tuple[KeptCase, str]]]:
    """Erases everything of whoever was recognised that may go, the pictures of what may not, and what this request copied of
    it; returns how many cases went and those that stay, each with its reason. Inside an erasing transaction.

    Raises ``Refused`` with ``staff.not_allowed`` and ``data_request.over``.
    """
    from kiosk.retention.schedule import erase_one

    require(tx.actor, Right.UNMASK)
    done, stayed = 0, []
    cases = requests.cases_of(tx, request_id, tx.now)
    for kind, case_id in cases:
        whole = _whole(tx, kind, case_id)
        before = kept_of(tx, kind, case_id)
        if before.is_empty:
            continue
        reason = before.stays
        if reason is None and not erase_one(tx, kind, whole, case_id, "request.person"):
            reason = N_("这一笔还没有办完，办完以后再删除")
        if reason is None:
            done += 1
            continue
        pictures = kind.line(vault.PICTURES)
        if pictures is not None and before.pictures and _ended_on(tx, kind, pictures, case_id) is not None:
            erase_one(tx, kind, pictures, case_id, "request.person")
        stayed.append((kept_of(tx, kind, case_id), reason))
    found = requests.request(tx, request_id)
    erasure = requests.note(tx, "erasure", found.proved_by, len(cases), done=done, stayed=len(stayed))
    audit.record(tx, "person.erasure_asked", request_id=erasure, done=done, stayed=len(stayed))
    # The list of cases, and the copies from which a paper was printed.
    for row in tx.all("SELECT field FROM vault WHERE case_kind = ? AND case_id = ?", CASE, request_id):
        vault.remove(tx, CASE, request_id, row["field"])
    return done, stayed


def print_kept(tx: Tx, request_id: int, desk_name: str = "") -> tuple[int, int | None]:
    """Issues the slip of what is kept, in full, and prints it where there is a printer; returns slip and job.

    Its values are copies that live till the next day, so that the paper is the person's alone.
    """
    require(tx.actor, Right.UNMASK)
    told, blanks = [], {}
    for case in kept(tx, request_id):
        fields = []
        for one in case.values:
            name = f"value-{len(blanks) + 1}"
            vault.put(tx, CASE, request_id, name, one.value, RETENTION)
            blanks[name] = (CASE, request_id, name)
            fields.append([one.title, name])
        told.append(
            {
                "title": case.title,
                "began_on": case.began_on,
                "fields": fields,
                "pictures": case.pictures,
                "until_on": case.until_on or "",
            }
        )
    slip_id = slips.freeze(tx, ACCESS_SLIP, _head(tx, request_id) | {"cases": told}, blanks, CASE, request_id)
    tx.change("data_requests", request_id, slip_id=slip_id)
    return slip_id, _queue(tx, slip_id, desk_name)


def print_erased(
    tx: Tx, request_id: int, done: int, stayed: list[tuple[KeptCase, str]], desk_name: str = ""
) -> tuple[int, int | None]:
    """Issues the slip that says how many cases were erased, and what stays, why and until when. It names nobody."""
    told = [
        {"title": case.title, "began_on": case.began_on, "reason": reason, "until_on": case.until_on or ""} for case, reason in stayed
    ]  # fmt: skip
    facts = _head(tx, request_id) | {"done": done, "stayed": told}
    slip_id = slips.freeze(tx, ERASURE_SLIP, facts, {}, CASE, request_id)
    return slip_id, _queue(tx, slip_id, desk_name)


def _head(tx: Tx, request_id: int) -> dict[str, Any]:
    at = clock.to_minute(tx.now, tx.settings.station.zone)
    return {"station": tx.settings.station.name, "request_id": request_id, "at": at}


def _queue(tx: Tx, slip_id: int, desk_name: str) -> int | None:
    printer = tx.settings.printer_for(desk_name)
    return jobs.queue(tx, slip_id, printer) if printer else None


def _change(tx: Tx, kind: Kind, case_id: int, field: str, mask: str, value: str) -> None:
    with_class = tx.value(
        "SELECT retention_class FROM vault WHERE case_kind = ? AND case_id = ? AND field = ?",
        kind.case_kind,
        case_id,
        field,
    )
    if with_class is None:
        raise Refused("data_request.field_fixed", N_("这一笔没有留这一项；没有改动"))
    if mask != "phone":
        tidy = own_words(value, LONGEST_NAME) if mask == "name" else about_a_person(value, LONGEST_ADDRESS)
        vault.put(tx, kind.case_kind, case_id, field, tidy, with_class)
        return
    entry = parse_phone(value)
    if not entry.dialled:
        raise Refused("data_request.phone_not_full", N_("请填完整手机号；没有改动"))
    vault.put(tx, kind.case_kind, case_id, field, entry.dialled, with_class)
    if {"phone_hash", "phone_tail"} <= set(kind.columns):
        tx.change(kind.table, case_id, phone_hash=vault.phone_hash(tx, entry.dialled), phone_tail=entry.tail or None)


def _whole(db: Reader, kind: Kind, case_id: int) -> Line:
    """The line by which this very case goes: a money record's where money values are kept in it."""
    lines = [line for line in kind.lines if line.part == vault.WHOLE]
    if len(lines) > 1:
        has_money = db.value(
            "SELECT 1 FROM vault WHERE case_kind = ? AND case_id = ? AND retention_class = 'money' LIMIT 1",
            kind.case_kind,
            case_id,
        )
        lines = [line for line in lines if line.is_law == bool(has_money)] or lines
    return lines[0]


def _until(db: Reader, kind: Kind, case_id: int) -> tuple[str | None, str | None]:
    """Until when the schedule keeps the case, and why it can't go sooner (None: it can)."""
    line = _whole(db, kind, case_id)
    if not line.ended and kind.ended == "":
        return None, None
    ended = _ended_on(db, kind, line, case_id)
    if ended is None:
        return None, N_("这一笔还没有办完，办完以后才能删除")
    until = (date.fromisoformat(ended[:10]) + timedelta(days=days_of(db, line.term))).isoformat()
    return until, TERMS[line.term].reason if line.is_law else None


def _ended_on(db: Reader, kind: Kind, line: Line, case_id: int) -> str | None:
    sql = line.ended or kind.ended
    found = db.value(f"SELECT {sql} FROM {kind.table} c WHERE c.id = ?", case_id) if sql else None
    return None if found in (None, "") else str(found)
