"""A villager's wish to sell (JX-13): a record from the first word on. 登记 → 洽谈 → 柜台/上架 → 售出/退回; one that is
refused says why and stays on the list. Once goods stand behind it, its state follows them and is nobody's to set."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit, shifts, vault
from kiosk.codes import own_words
from kiosk.consignment import suppliers
from kiosk.consignment.model import RETENTION
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.till.customer import keep_person, read_person, search_columns
from kiosk.words import N_, say

CASE = "sale_request"
LONGEST_WORDS = 60


class RequestState(StrEnum):
    REQUESTED = "requested"
    NEGOTIATING = "negotiating"
    AT_COUNTER = "at_counter"
    LISTED = "listed"
    SOLD = "sold"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


#: Nothing stands behind it yet: staff say what becomes of it.
IN_TALK = frozenset({RequestState.REQUESTED, RequestState.NEGOTIATING})
#: Somebody still waits for something.
OPEN = frozenset({*IN_TALK, RequestState.AT_COUNTER, RequestState.LISTED})
STATE_WORDS = {
    RequestState.REQUESTED: N_("已登记"),
    RequestState.NEGOTIATING: N_("洽谈中"),
    RequestState.AT_COUNTER: N_("柜台在售"),
    RequestState.LISTED: N_("已上架网店"),
    RequestState.SOLD: N_("已售完"),
    RequestState.RETURNED: N_("已退回"),
    RequestState.REFUSED: N_("没有接受"),
    RequestState.WITHDRAWN: N_("村民不卖了"),
}
REASONS = {
    "no_demand": N_("没有销路"),
    "quality": N_("质量、等级不合要求"),
    "no_documents": N_("拿不出合格证等资料"),
    "out_of_season": N_("不在时节"),
    "price": N_("价钱谈不拢"),
    "not_allowed": N_("不准卖的东西"),
    "other": N_("其他原因"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One wish; what was said lies in the vault under ``words``."""

    id: int
    state: str
    supplier_id: int | None
    category: str
    refused_because: str
    phone_tail: str | None
    requested_on: str
    requested_at: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Request:
        return cls(**{name: row[name] for name in cls.__slots__})


audit.register("sale_request.noted", N_("登记村民求售 {request_id}"), request_id=audit.ID, category=audit.ENUM)
audit.register(
    "sale_request.moved",
    N_("求售 {request_id}：{from_state} → {to_state}"),
    request_id=audit.ID,
    from_state=audit.ENUM,
    to_state=audit.ENUM,
    reason=audit.ENUM,
)


def note(
    tx: Tx, *, words: str, name: str = "", phone: str = "", category: str = "", supplier_id: int | None = None
) -> Request:
    """Notes what somebody wishes to sell, in their words. Never refused for want of quality, papers or demand: only
    ``sale_request.words_missing``, ``sale_request.nobody`` (who is to be told?) and an unreadable phone are."""
    said, person = own_words(words, LONGEST_WORDS), read_person(name, phone)
    if not said:
        raise Refused("sale_request.words_missing", N_("请填写村民想卖什么、有多少；没有保存"))
    if supplier_id is not None:
        suppliers.supplier(tx, supplier_id)
    elif not person.name:
        raise Refused("sale_request.nobody", N_("请填写是谁想卖，以后好回话；没有保存"))
    today = shifts.ensure_open(tx)
    request_id = tx.insert(
        "sale_requests", state=RequestState.REQUESTED, supplier_id=supplier_id, category=category,
        requested_on=today.business_on, requested_at=tx.now, requested_by_kind=tx.actor.kind,
        requested_by_id=tx.actor.id, **search_columns(tx, person),
    )  # fmt: skip
    vault.put(tx, CASE, request_id, "words", said, RETENTION)
    keep_person(tx, CASE, request_id, "name", person)
    _event(tx, request_id, None, RequestState.REQUESTED)
    audit.record(tx, "sale_request.noted", request_id=request_id, category=category)
    return request(tx, request_id)


def negotiate(tx: Tx, request_id: int) -> Request:
    """Somebody has begun to talk it over (product, grade, price, papers)."""
    return _move(tx, request_id, {RequestState.REQUESTED}, RequestState.NEGOTIATING)


def refuse(tx: Tx, request_id: int, reason: str) -> Request:
    """It cannot be sold: the reason is kept and the wish stays listed. Raises ``Refused('sale_request.reason_missing')``."""
    if reason not in REASONS:
        raise Refused("sale_request.reason_missing", N_("不接受必须说明原因，请从列表中选择；这条求售还在，没有改动"))
    return _move(tx, request_id, IN_TALK, RequestState.REFUSED, reason)


def withdraw(tx: Tx, request_id: int) -> Request:
    """The villager has thought better of it."""
    return _move(tx, request_id, IN_TALK, RequestState.WITHDRAWN, "withdrawn")


def reopen(tx: Tx, request_id: int) -> Request:
    """A wish that was refused or withdrawn is taken up again (the season has come, the papers are there)."""
    return _move(tx, request_id, {RequestState.REFUSED, RequestState.WITHDRAWN}, RequestState.NEGOTIATING)


def follow(tx: Tx, request_id: int | None) -> None:
    """Lets a wish follow its goods; called after each act on them. Does nothing without a wish."""
    if request_id is None:
        return
    found, state = request(tx, request_id), state_by_goods(tx, request_id)
    if state is not None and found.state != state:
        tx.change("sale_requests", request_id, state=state, refused_because="")
        _event(tx, request_id, found.state, state)
        audit.record(
            tx, "sale_request.moved", request_id=request_id, from_state=found.state, to_state=state.value, reason=""
        )  # fmt: skip


def state_by_goods(db: Reader, request_id: int) -> RequestState | None:
    """The state that the goods behind a wish give it; None while there are none.

    Goods in stock or still to come: 上架 if any of them is listed online, else 柜台. All gone: 售出 if the last that left
    was sold, else 退回.
    """
    if not db.value("SELECT 1 FROM products WHERE request_id = ? LIMIT 1", request_id):
        return None
    moved = db.one(
        "SELECT COUNT(*) AS moves, COALESCE(SUM(m.quantity), 0) AS stock FROM stock_moves m JOIN products p"
        " ON p.id = m.product_id WHERE p.request_id = ?",
        request_id,
    )
    if moved["moves"] and not moved["stock"]:
        last = db.value(
            "SELECT m.kind FROM stock_moves m JOIN products p ON p.id = m.product_id WHERE p.request_id = ?"
            " AND m.kind IN ('sold', 'returned', 'lost', 'bought_undone') ORDER BY m.id DESC LIMIT 1",
            request_id,
        )
        return RequestState.SOLD if last == "sold" else RequestState.RETURNED
    is_listed = db.value(
        "SELECT 1 FROM listings l JOIN products p ON p.id = l.product_id WHERE p.request_id = ?"
        " AND l.unlisted_on IS NULL LIMIT 1",
        request_id,
    )
    return RequestState.LISTED if is_listed else RequestState.AT_COUNTER


def request(db: Reader, request_id: int) -> Request:
    """The wish of this id; raises ``Refused('sale_request.unknown')``."""
    row = db.one("SELECT * FROM sale_requests WHERE id = ?", request_id)
    if row is None:
        raise Refused("sale_request.unknown", N_("没有编号为 {request_id} 的求售，请核对编号"), request_id=request_id)
    return Request.of(row)


def requests(db: Reader, *, only_open: bool = False, limit: int = 200) -> list[Request]:
    """Wishes, open ones first, newest first; refused ones among them."""
    marks = ", ".join(f"'{state}'" for state in sorted(OPEN))
    where = f"WHERE state IN ({marks})" if only_open else ""
    rows = db.all(f"SELECT * FROM sale_requests {where} ORDER BY state IN ({marks}) DESC, id DESC LIMIT ?", limit)
    return [Request.of(row) for row in rows]


def words_of(db: Reader, request_id: int) -> str:
    """What was said; '' when it was erased."""
    return vault.get(db, CASE, request_id, "words") or ""


def forget(tx: Tx, request_id: int, rule: str) -> int:
    """Erases who it was and what was said; inside an erasing transaction."""
    tx.change("sale_requests", request_id, phone_hash=None, phone_tail=None)
    return vault.erase(tx, CASE, request_id, rule)


def _move(
    tx: Tx, request_id: int, allowed: frozenset[RequestState] | set[RequestState], to: RequestState, reason: str = ""
) -> Request:
    found = request(tx, request_id)
    if found.state not in allowed:
        raise Refused(
            "sale_request.too_far",
            N_("求售 {request_id} 已是「{state}」，不能这样改；没有改动"),
            request_id=request_id,
            state=say(STATE_WORDS[RequestState(found.state)]),
            now=found.state,
        )
    tx.change("sale_requests", request_id, state=to, refused_because=reason)
    _event(tx, request_id, found.state, to)
    audit.record(
        tx, "sale_request.moved", request_id=request_id, from_state=found.state, to_state=to.value, reason=reason
    )  # fmt: skip
    return request(tx, request_id)


def _event(tx: Tx, request_id: int, from_state: str | None, to_state: RequestState) -> None:
    step = tx.value("SELECT COALESCE(MAX(step), 0) + 1 FROM sale_request_events WHERE request_id = ?", request_id)
    tx.insert(
        "sale_request_events", request_id=request_id, step=step, from_state=from_state, to_state=to_state,
        business_on=shifts.ensure_open(tx).business_on, at=tx.now, actor_kind=tx.actor.kind, actor_id=tx.actor.id,
    )  # fmt: skip
