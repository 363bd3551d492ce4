"""Lots and moves: the single truth of what is in stock and what the station's own goods cost. A lot never falls below
nothing; what stands on an unsettled ticket is held for it, so that two desks never sell the same last piece."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk import audit, ledger, shifts
from kiosk.codes import clean_text
from kiosk.consignment import measure, products, requests, suppliers
from kiosk.consignment.model import SERVICE, SaleLot, party
from kiosk.consignment.products import Product
from kiosk.errors import Refused
from kiosk.ledger import Account, Posting
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import document_no
from kiosk.words import N_

CASE = "stock_move"
MOVE_WORDS = {
    "received": N_("收货"), "bought": N_("收购"), "bought_undone": N_("收购撤销"), "sold": N_("售出"),
    "sold_undone": N_("退货入库"), "returned": N_("退回供货人"), "lost": N_("损耗"), "counted": N_("盘点调整"),
}  # fmt: skip
LOSS_REASONS = {
    "dried_out": N_("失水减重"), "spoiled": N_("腐坏变质"), "expired": N_("过期"), "broken": N_("破损"),
    "tasted": N_("试吃样品"), "missing": N_("丢失"), "other": N_("其他原因"),
}  # fmt: skip
#: What the station answers for: it keeps the goods of others (domain.md §5.3, CUO-15).
STATION_ANSWERS = frozenset({"broken", "tasted", "missing"})


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot with what is left of it; ``held`` stands on unsettled tickets."""

    id: int
    product_id: int
    lot_no: str
    produced_on: str | None
    expires_on: str | None
    made_on: str
    quantity: int
    cost_fen: int
    held: int
    held_cost_fen: int

    @property
    def free(self) -> int:
        """What may still be sold, returned or lost."""
        return self.quantity - self.held

    def is_expired(self, day: str) -> bool:
        """Whether it may no longer be sold on this date."""
        return self.expires_on is not None and self.expires_on < day

    def cost_of(self, quantity: int) -> int:
        """What a part of the free goods has cost the station, half-up; the last part takes the rest."""
        return measure.part_fen(self.cost_fen - self.held_cost_fen, quantity, self.free)


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What is told about a lot as it comes in."""

    lot_no: str = ""
    produced_on: str | None = None
    expires_on: str | None = None


audit.register(
    "stock.moved",
    N_("商品 {product_id} {kind} {quantity}（批次 {lot_id}）"),
    move_id=audit.ID,
    product_id=audit.ID,
    lot_id=audit.ID,
    kind=audit.ENUM,
    quantity=audit.NUMBER,
    cost_fen=audit.NUMBER,
    reason=audit.ENUM,
)
audit.register("lot.corrected", N_("更正批次 {lot_id} 的日期或批号"), lot_id=audit.ID)

_LOTS = (
    "SELECT l.*, COALESCE(m.quantity, 0) AS quantity, COALESCE(m.cost_fen, 0) AS cost_fen,"
    " COALESCE(h.quantity, 0) AS held, COALESCE(h.cost_fen, 0) AS held_cost_fen FROM lots l"
    " LEFT JOIN (SELECT lot_id, SUM(quantity) AS quantity, SUM(cost_fen) AS cost_fen FROM stock_moves GROUP BY lot_id) m"
    " ON m.lot_id = l.id LEFT JOIN (SELECT s.lot_id, SUM(s.quantity) AS quantity, SUM(s.cost_fen) AS cost_fen"
    " FROM sale_lots s JOIN consignment_sales c ON c.id = s.sale_id AND c.state = 'recorded' GROUP BY s.lot_id) h"
    " ON h.lot_id = l.id"
)


def read_lot(found: Product, today: str, *, lot_no: str = "", produced_on: str = "", expires_on: str = "") -> LotFacts:
    """Dates and number of a lot, as the rules of its kind require (JX-08).

    Raises ``Refused`` with ``lot.dates_missing``, ``lot.dates_wrong`` or ``lot.expired``.
    """
    produced, expires = suppliers.read_date(produced_on), suppliers.read_date(expires_on)
    if produced is None or (expires is None and not found.is_farm_produce and found.category != "craft"):
        raise Refused(
            "lot.dates_missing", N_("请填写生产（采收）日期；包装食品还要填保质期到哪天。没有日期的不能上柜，没有收货")
        )
    if produced > today or (expires is not None and expires < produced):
        raise Refused("lot.dates_wrong", N_("生产日期不能晚于今天，保质期不能早于生产日期；没有收货，请核对"))
    if expires is not None and expires < today:
        raise Refused("lot.expired", N_("这批 {expires_on} 已经过期，不能收；没有收货"), expires_on=expires)
    return LotFacts(clean_text(lot_no, 30), produced, expires)


def receive(
    tx: Tx, product_id: int, quantity: int, *, lot_no: str = "", produced_on: str = "", expires_on: str = ""
) -> Lot:
    """Takes goods of a supplier into consignment as a new lot; they stay the supplier's.

    Raises ``Refused`` with ``stock.bought_goods`` (goods bought up come in by paying for them), those of the lot, of
    the documents and of the quantity.
    """
    found = products.on_sale(tx, product_id)
    if found.is_own:
        raise Refused("stock.bought_goods", N_("这是收购的商品，要开单付款才入库；没有收货，请用「收购」"))
    suppliers.require_documents(tx, found.supplier_id)
    measure.checked(quantity)
    business_on = shifts.ensure_open(tx).business_on
    facts = read_lot(found, business_on, lot_no=lot_no, produced_on=produced_on, expires_on=expires_on)
    lot_id = make_lot(tx, product_id, facts)
    move(tx, found, lot_id, "received", quantity, number=document_no(tx, "GI", business_on))
    return lot(tx, lot_id)


def give_back(tx: Tx, product_id: int, quantity: int) -> list[int]:
    """Gives unsold goods back to their supplier, the oldest lots first, expired ones too; returns the moves' ids.

    Raises ``Refused`` with ``stock.short`` or ``stock.own_goods``.
    """
    found = products.product(tx, product_id)
    if found.is_own:
        raise Refused("stock.own_goods", N_("这是本站收购的货，没有可退的货主；没有改动，坏了的请记损耗"))
    number = document_no(tx, "GR", shifts.ensure_open(tx).business_on)
    return [
        move(tx, found, part.lot_id, "returned", -part.quantity, number=number)
        for part in allot(tx, found, quantity, even_expired=True)
    ]


def lose(tx: Tx, product_id: int, quantity: int, reason: str, *, lot_id: int | None = None) -> list[int]:
    """Writes goods off: weight that dried out, what has spoiled, broke or is gone; returns the moves' ids.

    Our own goods become a cost. Goods of others: what the station answers for (broken, tasted, missing) is owed to the
    supplier at the floor price, as compensation; the rest is the owner's risk. Raises ``Refused`` with
    ``stock.reason_unknown`` or ``stock.short``.
    """
    found = products.product(tx, product_id)
    if reason not in LOSS_REASONS:
        raise Refused("stock.reason_unknown", N_("请从列表中选择损耗的原因；没有改动"))
    done = []
    for part in allot(tx, found, quantity, even_expired=True, only_lot_id=lot_id):
        move_id = move(tx, found, part.lot_id, "lost", -part.quantity, part.cost_fen, reason=reason)
        done.append(move_id)
        if not found.is_own and reason in STATION_ANSWERS:
            compensate(tx, found, move_id, part.quantity)
    return done


def compensate(tx: Tx, found: Product, move_id: int, quantity: int) -> None:
    """Owes the supplier the floor price of goods that the station answers for."""
    owed_fen = found.amount_fen(quantity, found.floor_fen or found.price_fen)
    if not owed_fen:
        return
    business_on = shifts.ensure_open(tx).business_on
    owed = Posting(Account.OWED_TO_CONSIGNORS, -owed_fen, SERVICE, party(found.supplier_id))
    ledger.post(
        tx, "compensation", business_on, CASE, move_id, [Posting(Account.COMPENSATION, owed_fen, SERVICE), owed]
    )  # fmt: skip
    tx.insert(
        "consignor_dues", supplier_id=found.supplier_id, kind="compensation", amount_fen=owed_fen, move_id=move_id,
        business_on=business_on, at=tx.now,
    )  # fmt: skip


def allot(
    tx: Tx, found: Product, quantity: int, *, even_expired: bool = False, only_lot_id: int | None = None
) -> list[SaleLot]:
    """Which lots a quantity is taken from: what expires first goes first. Raises ``Refused('stock.short')`` naming
    what is there, or ``stock.expired`` when there would be enough but for goods that have run out."""
    measure.checked(quantity)
    today = shifts.ensure_open(tx).business_on
    there = [one for one in lots(tx, found.id) if one.free > 0 and only_lot_id in (None, one.id)]
    fit = [one for one in there if even_expired or not one.is_expired(today)]
    if sum(one.free for one in fit) < quantity:
        if sum(one.free for one in there) >= quantity:
            raise Refused("stock.expired", N_("这批已经过期，不能卖；没有加入，请退回供货人或记损耗"))
        raise Refused(
            "stock.short",
            N_("「{name}」只有 {there}，不够 {wanted}；没有改动，请核对数量或先收货"),
            name=found.name,
            there=found.shown(sum(one.free for one in fit)),
            wanted=found.shown(quantity),
            product_id=found.id,
            stock=sum(one.free for one in fit),
        )
    parts = []
    for one in sorted(fit, key=lambda lot: (lot.expires_on or "9999", lot.id)):
        taken = min(quantity, one.free)
        if taken:
            parts.append(SaleLot(one.id, taken, one.cost_of(taken)))
            quantity -= taken
    return parts


def make_lot(tx: Tx, product_id: int, facts: LotFacts) -> int:
    """A new lot, empty until a move fills it."""
    business_on = shifts.ensure_open(tx).business_on
    return tx.insert(
        "lots", product_id=product_id, lot_no=facts.lot_no, produced_on=facts.produced_on, expires_on=facts.expires_on,
        made_on=business_on, made_at=tx.now,
    )  # fmt: skip


def correct_lot(
    tx: Tx, product_id: int, lot_id: int, *, lot_no: str = "", produced_on: str = "", expires_on: str = ""
) -> Lot:
    """Corrects number and dates of a lot of these goods; refusals as ``read_lot`` (one that has run out may be said to
    have) and ``lot.unknown``."""
    found, day = products.product(tx, product_id), shifts.ensure_open(tx).business_on
    if lot(tx, lot_id).product_id != found.id:
        raise _no_lot(lot_id)
    until = suppliers.read_date(expires_on)
    facts = read_lot(found, min(day, until or day), lot_no=lot_no, produced_on=produced_on, expires_on=expires_on)
    tx.change("lots", lot_id, lot_no=facts.lot_no, produced_on=facts.produced_on, expires_on=facts.expires_on)
    audit.record(tx, "lot.corrected", lot_id=lot_id)
    return lot(tx, lot_id)


def move(
    tx: Tx, found: Product, lot_id: int, kind: str, quantity: int, cost_fen: int = 0, *, case_kind: str = "",
    case_id: int = 0, reason: str = "", number: str = "",
) -> int:  # fmt: skip
    """Writes one move and returns its id; ``cost_fen`` is what goods of that quantity cost, never negative.

    A move of our own goods that no ticket accounts for (loss, stocktake) is posted to the ledger here.
    """
    business_on = shifts.ensure_open(tx).business_on
    signed_fen = cost_fen if quantity > 0 else -cost_fen
    entry_id = None
    if signed_fen and kind in ("lost", "counted"):
        entry_id = ledger.post(
            tx, "stock", business_on, "product", found.id,
            [Posting(Account.GOODS, signed_fen, SERVICE), Posting(Account.GOODS_COST, -signed_fen, SERVICE)],
        )  # fmt: skip
    move_id = tx.insert(
        "stock_moves", product_id=found.id, lot_id=lot_id, kind=kind, quantity=quantity, cost_fen=signed_fen,
        case_kind=case_kind, case_id=case_id, reason=reason, document_no=number, entry_id=entry_id,
        business_on=business_on, at=tx.now, actor_kind=tx.actor.kind, actor_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "stock.moved", move_id=move_id, product_id=found.id, lot_id=lot_id, kind=kind, quantity=quantity,
        cost_fen=signed_fen, reason=reason,
    )  # fmt: skip
    requests.follow(tx, found.request_id)
    return move_id


def lots(db: Reader, product_id: int) -> list[Lot]:
    """The lots of a product, oldest first, empty ones among them."""
    return [_lot(row) for row in db.all(f"{_LOTS} WHERE l.product_id = ? ORDER BY l.id", product_id)]


def lot(db: Reader, lot_id: int) -> Lot:
    """The lot of this id; raises ``Refused('lot.unknown')``."""
    row = db.one(f"{_LOTS} WHERE l.id = ?", lot_id)
    if row is None:
        raise _no_lot(lot_id)
    return _lot(row)


def quantity_of(db: Reader, product_id: int) -> int:
    """What the book says is there, held goods among it."""
    found: int = db.value("SELECT COALESCE(SUM(quantity), 0) FROM stock_moves WHERE product_id = ?", product_id)
    return found


def cost_of_goods(db: Reader) -> int:
    """What all goods of our own in stock have cost."""
    found: int = db.value("SELECT COALESCE(SUM(cost_fen), 0) FROM stock_moves")
    return found


def moves(db: Reader, product_id: int, limit: int = 100) -> Sequence[sqlite3.Row]:
    """The moves of a product, newest first."""
    return db.all("SELECT * FROM stock_moves WHERE product_id = ? ORDER BY id DESC LIMIT ?", product_id, limit)


def _no_lot(lot_id: int) -> Refused:
    return Refused("lot.unknown", N_("没有编号为 {lot_id} 的批次，请核对"), lot_id=lot_id)


def _lot(row: sqlite3.Row) -> Lot:
    return Lot(**{name: row[name] for name in Lot.__slots__})
