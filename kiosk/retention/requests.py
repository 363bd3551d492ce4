"""What a person may ask of the station (个人信息保护法 arts. 44–47): to see what is kept, to have it corrected, to have it
erased. Who asks proves it by a paper of ours and the full phone; the log says that it was asked, and never by whom.

Whoever was recognised is remembered for a quarter of an hour as a list of cases in the vault, so that no address, form or
stored answer ever carries the phone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from kiosk import audit, clock, vault
from kiosk.codes import PhoneEntry, parse_phone
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.retention.kinds import Kind, all_kinds, kind_of, papers
from kiosk.storage import Reader, Tx
from kiosk.words import N_

CASE, CASES, RETENTION = "data_request", "cases", "station"
#: So long whoever was recognised may be served without saying the number again.
OPEN_SECONDS = 900
MOST_TRIES, TRIES_SECONDS = 5, 600
MOST_CASES = 200

_R = {"request_id": audit.ID, "proved_by": audit.ENUM}
audit.register(
    "person.consulted", N_("应本人要求查询个人信息（第 {request_id} 次申请，凭 {proved_by}，{cases} 笔）"), **_R,
    cases=audit.NUMBER,
)  # fmt: skip
audit.register("person.request_refused", N_("有人申请查询个人信息，凭 {proved_by} 没有核对上"), proved_by=audit.ENUM)


@dataclass(frozen=True, slots=True)
class Request:
    """One request: ``kind`` access, correction or erasure; ``done`` values corrected or cases erased, ``stayed`` cases that
    the law or an open matter keeps."""

    id: int
    kind: str
    proved_by: str
    cases: int
    done: int
    stayed: int
    slip_id: int | None
    asked_on: str
    asked_at: str
    asked_by_kind: str
    asked_by_id: int


def ask(tx: Tx, paper: str, number: str, phone: str) -> Request:
    """Recognises a person by the number of a paper (``pickup_code``, ``receipt``, ``outbound_no``) and the full phone, and
    notes the request. The entry point writes down a refusal with ``remember_refused`` in a transaction of its own.

    Raises ``Refused`` with ``staff.not_allowed``, ``data_request.paper_unknown``, ``data_request.phone_not_full``,
    ``data_request.not_recognised``, ``data_request.too_many_tries`` and those of an unreadable phone.
    """
    require(tx.actor, Right.UNMASK)
    if paper not in papers():
        raise Refused("data_request.paper_unknown", N_("请选择凭什么核对：取件码、收据号或寄件单号；没有查询"))
    _refuse_guessing(tx)
    entry = parse_phone(phone)
    if not entry.dialled:
        raise Refused("data_request.phone_not_full", N_("请填完整手机号，只有尾号不能证明是本人；没有查询"))
    found = _recognise(tx, paper, number, entry)
    request_id = note(tx, "access", paper, len(found))
    vault.put(tx, CASE, request_id, CASES, json.dumps([list(case) for case in found]), RETENTION)
    audit.record(tx, "person.consulted", request_id=request_id, proved_by=paper, cases=len(found))
    return request(tx, request_id)


def remember_refused(tx: Tx, paper: str) -> None:
    """Writes down that somebody was not recognised: numbers are not to be guessed."""
    audit.record(tx, "person.request_refused", proved_by=paper if paper in papers() else "unknown")


def note(tx: Tx, kind: str, proved_by: str, cases: int, done: int = 0, stayed: int = 0) -> int:
    """Writes a request into the log; returns its id."""
    return tx.insert(
        "data_requests", kind=kind, proved_by=proved_by, cases=cases, done=done, stayed=stayed,
        asked_on=clock.local_date(tx.settings.station.zone, clock.read(tx.now)).isoformat(), asked_at=tx.now,
        asked_by_kind=tx.actor.kind, asked_by_id=tx.actor.id,
    )  # fmt: skip


def request(db: Reader, request_id: int) -> Request:
    """The request of this id; raises ``Refused('data_request.unknown')``."""
    row = db.one("SELECT * FROM data_requests WHERE id = ?", request_id)
    if row is None:
        raise Refused("data_request.unknown", N_("没有编号为 {request_id} 的个人信息申请"), request_id=request_id)
    return Request(**dict(row))


def requests(db: Reader, limit: int = 50) -> list[Request]:
    """The last requests, newest first."""
    return [Request(**dict(row)) for row in db.all("SELECT * FROM data_requests ORDER BY id DESC LIMIT ?", limit)]


def cases_of(db: Reader, request_id: int, now: str | None = None) -> list[tuple[Kind, int]]:
    """The cases of whoever was recognised. Raises ``Refused`` ``data_request.unknown``, ``data_request.over`` once the
    quarter of an hour is."""
    found = request(db, request_id)
    kept = vault.get(db, CASE, request_id, CASES)
    age = clock.read(now or clock.stamp()) - clock.read(found.asked_at)
    if kept is None or age > timedelta(seconds=OPEN_SECONDS):
        raise Refused("data_request.over", N_("这次核对已经过了一刻钟；没有改动任何内容，请本人再报一次号码"))
    listed = [(kind_of(case_kind), case_id) for case_kind, case_id in json.loads(kept)]
    return [(kind, case_id) for kind, case_id in listed if kind is not None]


def one_case(db: Reader, request_id: int, case_kind: str, case_id: int, now: str | None = None) -> Kind:
    """The kind of a case that belongs to whoever was recognised; else Refused ``data_request.not_theirs``."""
    for kind, own_id in cases_of(db, request_id, now):
        if (kind.case_kind, own_id) == (case_kind, case_id):
            return kind
    raise Refused("data_request.not_theirs", N_("这一笔不属于刚才核对的人；没有改动任何内容"))


def _recognise(db: Reader, paper: str, number: str, entry: PhoneEntry) -> list[tuple[str, int]]:
    named = papers()[paper](db, number) if number.strip() else []
    proofs = {_proof(db, case_kind, case_id, entry) for case_kind, case_id in named}
    if not any(proofs):
        raise Refused(
            "data_request.not_recognised",
            N_("号码和手机号对不上；没有查询。请看清凭据上的号码，手机号要填办理时留的那个"),
        )
    found = dict.fromkeys(named)
    if "phone" not in proofs:
        return list(found)  # whose the rest of the typed number is, nothing here proves
    digest = vault.phone_hash(db, entry.dialled)
    for kind in all_kinds().values():
        if kind.by_hash:
            rows = db.all(
                f"SELECT c.id FROM {kind.table} c WHERE {kind.by_hash} ORDER BY c.id DESC LIMIT :most",
                hash=digest, tail=entry.tail, number=entry.dialled, most=MOST_CASES,
            )  # fmt: skip
            found |= dict.fromkeys((kind.case_kind, row["id"]) for row in rows)
    return list(found)


def _proof(db: Reader, case_kind: str, case_id: int, entry: PhoneEntry) -> str:
    """What of the typed phone is that of a case: ``phone``, ``tail`` where no more of it was ever known or is left, ``''``."""
    kind = kind_of(case_kind)
    if kind is None:
        return ""
    numbers = {vault.get(db, case_kind, case_id, name) for name in ("phone", "sender_phone")} - {None}
    if numbers:
        return "phone" if entry.dialled in numbers else ""
    if not {"phone_hash", "phone_tail"} <= set(kind.columns):
        return ""
    row = db.one(f"SELECT phone_hash, phone_tail FROM {kind.table} WHERE id = ?", case_id)
    if row is None:
        return ""
    if row["phone_hash"] is not None:
        return "phone" if row["phone_hash"] == vault.phone_hash(db, entry.dialled) else ""
    # Together with the code it is what the counter goes by, for this one case.
    return "tail" if entry.tail and row["phone_tail"] == entry.tail else ""


def _refuse_guessing(tx: Tx) -> None:
    since = clock.stamp(clock.read(tx.now) - timedelta(seconds=TRIES_SECONDS))
    tries = tx.value(
        "SELECT COUNT(*) FROM audit WHERE action = 'person.request_refused' AND at > ? AND actor_kind = ? AND actor_id = ?",
        since, tx.actor.kind, tx.actor.id,
    )  # fmt: skip
    if tries >= MOST_TRIES:
        raise Refused("data_request.too_many_tries", N_("十分钟内已有 {tries} 次没有核对上；请稍后再试"), tries=tries)
