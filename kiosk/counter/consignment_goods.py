"""Acts on goods that hand out a paper: taken in, given back, labelled, counted. The act and its print job are one
transaction; the paper is never waited for."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.consignment import products, slips, stock, stocktakes
from kiosk.consignment.stocktakes import Count, Stocktake
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till


@dataclass(frozen=True, slots=True)
class Handed:
    """What an act on goods gave out: the number of the paper, its slip, the job that prints it (None without printer)."""

    product_id: int
    lot_id: int | None
    number: str
    slip_id: int
    print_job_id: int | None


def receive_goods(
    tx: Tx, product_id: int, quantity: int, *, lot_no: str = "", produced_on: str = "", expires_on: str = ""
) -> Handed:
    """Takes goods into consignment and prints what the supplier gets for them. Refusals as ``stock.receive``."""
    require(tx.actor, Right.SERVE)
    lot = stock.receive(tx, product_id, quantity, lot_no=lot_no, produced_on=produced_on, expires_on=expires_on)
    number = tx.value("SELECT document_no FROM stock_moves WHERE lot_id = ? ORDER BY id LIMIT 1", lot.id)
    slip_id = slips.freeze_goods(
        tx, slips.GOODS_IN, products.product(tx, product_id), quantity, number, lot
    )  # fmt: skip
    return Handed(product_id, lot.id, number, slip_id, till.print_at_desk(tx, slip_id, None))


def give_goods_back(tx: Tx, product_id: int, quantity: int) -> Handed:
    """Gives unsold goods back to their owner, with a slip to sign. Refusals as ``stock.give_back``."""
    require(tx.actor, Right.SERVE)
    moves = stock.give_back(tx, product_id, quantity)
    number = tx.value("SELECT document_no FROM stock_moves WHERE id = ?", moves[0])
    slip_id = slips.freeze_goods(tx, slips.GOODS_BACK, products.product(tx, product_id), quantity, number)
    return Handed(product_id, None, number, slip_id, till.print_at_desk(tx, slip_id, None))


def print_label(tx: Tx, product_id: int) -> Handed:
    """Prints the price label of a product, with the dates of the lot that is sold next (明码标价, JX-11)."""
    require(tx.actor, Right.SERVE)
    found = products.on_sale(tx, product_id)
    there = sorted(
        (lot for lot in stock.lots(tx, product_id) if lot.quantity > 0),
        key=lambda lot: (lot.expires_on or "9999", lot.id),
    )
    slip_id = slips.freeze_label(tx, found, there[0] if there else None)
    return Handed(product_id, None, "", slip_id, till.print_at_desk(tx, slip_id, None))


@dataclass(frozen=True, slots=True)
class Counted:
    """A finished stocktake with its sheet."""

    stocktake: Stocktake
    counts: tuple[Count, ...]
    slip_id: int
    print_job_id: int | None


def finish_stocktake(tx: Tx) -> Counted:
    """Finishes the stocktake under way and prints its sheet (F13). Refusals as ``stocktakes.finish``."""
    require(tx.actor, Right.SERVE)
    done, counts = stocktakes.finish(tx, slips.freeze_sheet)
    slip_id = done.slip_id or 0
    return Counted(done, tuple(counts), slip_id, till.print_at_desk(tx, slip_id, None))
