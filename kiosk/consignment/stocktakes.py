"""The monthly stocktake (CUO-18: 帐实相符): every product is counted by scan or by hand, book is taken at the moment of
its count, a difference needs a reason, and the finish adjusts the stock and freezes the sheet (F13)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk import audit, shifts
from kiosk.consignment import measure, products, stock
from kiosk.consignment.products import Product
from kiosk.consignment.stock import LOSS_REASONS, STATION_ANSWERS
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import document_no
from kiosk.words import N_

CASE = "stocktake"
LETTER = "GT"
#: Why book and shelf differ: losses, and mistakes of the book.
REASONS: Mapping[str, str] = {
    **LOSS_REASONS, "miscounted": N_("以前点错、称错"), "not_recorded": N_("进出没有登记"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stocktake:
    """One stocktake; ``month`` is that of its business date."""

    id: int
    state: str
    desk_id: int | None
    month: str
    document_no: str | None
    slip_id: int | None
    begun_on: str
    finished_on: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Stocktake:
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Count:
    """One product as it was counted; quantities in pieces or grams."""

    product: Product
    counted: int
    book: int
    reason: str

    @property
    def difference(self) -> int:
        """What is there more than the book says."""
        return self.counted - self.book


audit.register("stocktake.begun", N_("开始盘点 {stocktake_id}"), stocktake_id=audit.ID)
audit.register(
    "stocktake.counted", N_("盘点商品 {product_id}：账面 {book}，实点 {counted}"),
    stocktake_id=audit.ID, product_id=audit.ID, book=audit.NUMBER, counted=audit.NUMBER, reason=audit.ENUM,
)  # fmt: skip
audit.register(
    "stocktake.finished", N_("完成盘点 {number}：{products} 种，{differences} 种有差异"),
    stocktake_id=audit.ID, number=audit.CODE, products=audit.NUMBER, differences=audit.NUMBER, business_on=audit.TIME,
)  # fmt: skip
audit.register("stocktake.cancelled", N_("放弃盘点 {stocktake_id}"), stocktake_id=audit.ID)


def begin(tx: Tx, desk_id: int | None = None) -> Stocktake:
    """Begins a stocktake, or takes the one under way to this desk: goods that are scanned there are counted."""
    standing = under_way(tx)
    if standing is not None:
        tx.change("stocktakes", standing.id, desk_id=desk_id)
        return stocktake(tx, standing.id)
    today = shifts.ensure_open(tx)
    stocktake_id = tx.insert(
        "stocktakes", state="counting", desk_id=desk_id, month=today.business_on[:7], begun_on=today.business_on,
        begun_at=tx.now, begun_by_kind=tx.actor.kind, begun_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "stocktake.begun", stocktake_id=stocktake_id)
    return stocktake(tx, stocktake_id)


def leave(tx: Tx) -> None:
    """The desk sells again; what was counted stays and the stocktake goes on later."""
    standing = under_way(tx)
    if standing is not None:
        tx.change("stocktakes", standing.id, desk_id=None)


def count(tx: Tx, product_id: int, counted: int, *, adds: bool = False, reason: str = "") -> Count:
    """Keeps what was counted of a product; ``adds`` puts it to what was counted before (one scan, one piece).

    Raises ``Refused`` with ``stocktake.none``, ``stocktake.count_wrong`` or ``stocktake.reason_unknown``.
    """
    standing = _standing(tx)
    found = products.product(tx, product_id)
    if not 0 <= counted <= measure.MOST:
        raise Refused("stocktake.count_wrong", N_("点的数不对，请重新填写；其他点过的都保留着"))
    if reason and reason not in REASONS:
        raise Refused("stocktake.reason_unknown", N_("请从列表中选择差异的原因；点的数没有改动"))
    before = tx.one(
        "SELECT * FROM stocktake_counts WHERE stocktake_id = ? AND product_id = ?", standing.id, product_id
    )  # fmt: skip
    book = stock.quantity_of(tx, product_id)
    columns = {
        "counted": counted + (before["counted"] if adds and before else 0), "book": book, "reason": reason,
        "counted_at": tx.now, "counted_by_kind": tx.actor.kind, "counted_by_id": tx.actor.id,
    }  # fmt: skip
    if before is not None:
        tx.change("stocktake_counts", before["id"], **columns)
    else:
        tx.insert("stocktake_counts", stocktake_id=standing.id, product_id=product_id, **columns)
    audit.record(
        tx, "stocktake.counted", stocktake_id=standing.id, product_id=product_id, book=book,
        counted=int(columns["counted"] or 0), reason=reason,
    )  # fmt: skip
    return Count(found, int(columns["counted"] or 0), book, reason)


def explain(tx: Tx, product_id: int, reason: str) -> None:
    """Says why a count differs from the book. Raises ``Refused`` as ``count``."""
    standing = _standing(tx)
    row = tx.one("SELECT * FROM stocktake_counts WHERE stocktake_id = ? AND product_id = ?", standing.id, product_id)
    if row is None:
        raise Refused("stocktake.not_counted", N_("这个商品还没有点；请先点数"))
    if reason not in REASONS:
        raise Refused("stocktake.reason_unknown", N_("请从列表中选择差异的原因；点的数没有改动"))
    tx.change("stocktake_counts", row["id"], reason=reason)
    audit.record(
        tx, "stocktake.counted", stocktake_id=standing.id, product_id=product_id, book=row["book"],
        counted=row["counted"], reason=reason,
    )  # fmt: skip


def finish(tx: Tx, freeze_sheet: Callable[[Tx, Stocktake, Sequence[Count]], int]) -> tuple[Stocktake, list[Count]]:
    """Adjusts the stock to what was counted and gives the stocktake its number; ``freeze_sheet`` issues its slip.

    Raises ``Refused`` with ``stocktake.none``, ``stocktake.not_all_counted`` (naming what is missing),
    ``stocktake.reason_missing`` (naming the product) or ``stocktake.held`` (what is missing stands on a ticket).
    """
    standing = _standing(tx)
    missing = [found for found, _book in not_counted(tx, standing.id)]
    if missing:
        raise Refused(
            "stocktake.not_all_counted", N_("还有 {count} 种没有点：{names}；没有完成，点过的都保留着"),
            count=len(missing), names="、".join(found.name for found in missing[:5]),
        )  # fmt: skip
    done = counts(tx, standing.id)
    for one in done:
        if one.difference and not one.reason:
            raise Refused(
                "stocktake.reason_missing", N_("「{name}」账面和实点不符，请选择原因；没有完成，点过的都保留着"),
                name=one.product.name, product_id=one.product.id,
            )  # fmt: skip
        if one.difference:
            _adjust(tx, standing.id, one)
    business_on = shifts.ensure_open(tx).business_on
    number = document_no(tx, LETTER, business_on)
    slip_id = freeze_sheet(tx, replace(standing, document_no=number), done)
    tx.change(
        "stocktakes", standing.id, state="finished", desk_id=None, document_no=number, slip_id=slip_id, finished_on=business_on,
        finished_at=tx.now, finished_by_kind=tx.actor.kind, finished_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "stocktake.finished", stocktake_id=standing.id, number=number, products=len(done),
        differences=sum(1 for one in done if one.difference), business_on=business_on,
    )  # fmt: skip
    return stocktake(tx, standing.id), done


def give_up(tx: Tx) -> None:
    """Drops the stocktake under way; nothing is adjusted. Raises ``Refused('stocktake.none')``."""
    standing = _standing(tx)
    tx.change("stocktakes", standing.id, state="cancelled", desk_id=None)
    audit.record(tx, "stocktake.cancelled", stocktake_id=standing.id)


def under_way(db: Reader) -> Stocktake | None:
    """The stocktake that is being counted, if any."""
    row = db.one("SELECT * FROM stocktakes WHERE state = 'counting'")
    return None if row is None else Stocktake.of(row)


def stocktake(db: Reader, stocktake_id: int) -> Stocktake:
    """The stocktake of this id; raises ``Refused('stocktake.unknown')``."""
    row = db.one("SELECT * FROM stocktakes WHERE id = ?", stocktake_id)
    if row is None:
        raise Refused("stocktake.unknown", N_("没有编号为 {stocktake_id} 的盘点，请核对"), stocktake_id=stocktake_id)
    return Stocktake.of(row)


def stocktakes(db: Reader, limit: int = 50) -> list[Stocktake]:
    """Stocktakes, newest first."""
    return [Stocktake.of(row) for row in db.all("SELECT * FROM stocktakes ORDER BY id DESC LIMIT ?", limit)]


def counts(db: Reader, stocktake_id: int) -> list[Count]:
    """What was counted, by category and name."""
    rows = db.all(
        "SELECT c.*, p.id AS p_id FROM stocktake_counts c JOIN products p ON p.id = c.product_id"
        " WHERE c.stocktake_id = ? ORDER BY p.category, p.name, p.id",
        stocktake_id,
    )
    return [Count(products.product(db, row["p_id"]), row["counted"], row["book"], row["reason"]) for row in rows]


def not_counted(db: Reader, stocktake_id: int) -> list[tuple[Product, int]]:
    """Products that the book has in stock and nobody has counted yet, with the book's quantity."""
    rows = db.all(
        "SELECT p.*, SUM(m.quantity) AS book FROM products p JOIN stock_moves m ON m.product_id = p.id WHERE NOT EXISTS"
        " (SELECT 1 FROM stocktake_counts c WHERE c.stocktake_id = ? AND c.product_id = p.id)"
        " GROUP BY p.id HAVING book <> 0 ORDER BY p.category, p.name, p.id",
        stocktake_id,
    )
    return [(Product.of(row), row["book"]) for row in rows]


def is_due(db: Reader, day: str) -> bool:
    """Whether this month's stocktake is missing while there are goods to count (CUO-18)."""
    if db.value("SELECT 1 FROM stocktakes WHERE month = ? AND state = 'finished' LIMIT 1", day[:7]):
        return False
    # The newest products first: one with stock is soon found, and the first page asks each time.
    return bool(
        db.value(
            "SELECT 1 FROM products p WHERE (SELECT COALESCE(SUM(m.quantity), 0) FROM stock_moves m"
            " WHERE m.product_id = p.id AND m.business_on <= ?) > 0 ORDER BY p.id DESC LIMIT 1",
            day,
        )
    )


def _adjust(tx: Tx, stocktake_id: int, one: Count) -> None:
    found = one.product
    if one.difference > 0:
        last = stock.lots(tx, found.id)
        lot = next((lot for lot in reversed(last) if lot.quantity), last[-1] if last else None)
        if lot is None:
            raise Refused(
                "stocktake.never_received", N_("「{name}」从来没有收过货，不能盘盈；请先收货"), name=found.name
            )  # fmt: skip
        cost_fen = lot.cost_of(one.difference) if found.is_own and lot.free else 0
        stock.move(
            tx, found, lot.id, "counted", one.difference, cost_fen, case_kind=CASE, case_id=stocktake_id,
            reason=one.reason,
        )  # fmt: skip
        return
    free = sum(lot.free for lot in stock.lots(tx, found.id))
    if free < -one.difference:
        raise Refused(
            "stocktake.held", N_("「{name}」少的数量正在没收完的单上，不能调整；请先收完那张单再完成盘点"), name=found.name
        )  # fmt: skip
    for part in stock.allot(tx, found, -one.difference, even_expired=True):
        move_id = stock.move(
            tx, found, part.lot_id, "counted", -part.quantity, part.cost_fen, case_kind=CASE, case_id=stocktake_id,
            reason=one.reason,
        )  # fmt: skip
        if not found.is_own and one.reason in STATION_ANSWERS:
            stock.compensate(tx, found, move_id, part.quantity)


def _standing(tx: Tx) -> Stocktake:
    found = under_way(tx)
    if found is None:
        raise Refused("stocktake.none", N_("现在没有在盘点；请先点「开始盘点」"))
    return found
