"""Invariants of goods: the ledger owes each supplier what its sales say, stock is the sum of its moves and never below
nothing, the station's own goods stand in the ledger at cost, and every row is as its line and its record say."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk import ledger
from kiosk.consignment import requests, stock
from kiosk.consignment.model import party
from kiosk.consignment.store import owed_by_supplier
from kiosk.ledger import Account
from kiosk.storage import Reader
from kiosk.storage.numbers import last_number
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Every broken invariant of suppliers, goods and sales."""
    yield from _owed(db)
    yield from _sales(db)
    yield from _settlements(db)
    yield from _stock(db)
    yield from _buy_ups(db)
    yield from _stocktakes(db)
    yield from _requests(db)


def _owed(db: Reader) -> Iterator[Problem]:
    book = {who: -fen for who, fen in ledger.by_party(db, Account.OWED_TO_CONSIGNORS).items()}
    owed = {party(supplier_id): fen for supplier_id, fen in owed_by_supplier(db).items()}
    for who in sorted(book.keys() | owed.keys()):
        if book.get(who, 0) != owed.get(who, 0):
            yield Problem(
                "consignment.owed_differs", "ledger", who or Account.OWED_TO_CONSIGNORS.value,
                f"book {book.get(who, 0)}, sold {owed.get(who, 0)}",
            )  # fmt: skip
    book_fen, cost_fen = ledger.balance(db, Account.GOODS), stock.cost_of_goods(db)
    if book_fen != cost_fen:
        yield Problem("stock.goods_differ", "ledger", Account.GOODS.value, f"book {book_fen}, goods {cost_fen}")
    for row in db.all(
        "SELECT d.id FROM consignor_dues d LEFT JOIN consignment_sales s ON s.id = d.sale_id WHERE d.sale_id IS NOT NULL"
        " AND (s.id IS NULL OR s.ownership <> 'consignment' OR s.sold_on IS NULL OR d.supplier_id IS NOT s.supplier_id"
        "  OR abs(d.amount_fen) <> s.amount_fen - s.commission_fen OR d.kind = 'sale_undone' AND s.state <> 'cancelled')"
    ):
        yield Problem("consignment.due_wrong", "consignor_due", row["id"])


def _sales(db: Reader) -> Iterator[Problem]:
    for row in db.all(
        "SELECT s.id FROM consignment_sales s LEFT JOIN ticket_lines l ON l.id = (SELECT MAX(id) FROM ticket_lines"
        " WHERE case_kind = 'consignment_sale' AND case_id = s.id AND act = 'sell') LEFT JOIN tickets t ON t.id = l.ticket_id"
        " LEFT JOIN ticket_lines r ON r.refunds_line_id = l.id AND r.state IN ('done', 'reversed')"
        " WHERE l.id IS NULL OR l.principal_fen <> s.amount_fen"
        " OR (l.state IN ('done', 'reversed')) <> (s.sold_on IS NOT NULL)"
        " OR s.sold_on IS NOT NULL AND (s.commission_fen <> l.commission_fen OR s.sold_on IS NOT t.settled_on)"
        " OR (l.state IN ('removed', 'reversed') OR r.id IS NOT NULL) <> (s.state = 'cancelled')"
        " OR s.supplier_id IS NOT NULL AND s.assigned_entry_id IS NULL AND s.ownership = 'consignment'"
        "  AND s.amount_fen > s.commission_fen AND l.party <> 'supplier:' || s.supplier_id"
    ):
        yield Problem("consignment.differs_from_line", "consignment_sale", row["id"])
    for row in db.all(
        "SELECT s.id FROM consignment_sales s WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE"
        " a.action = 'consignment.recorded' AND json_extract(a.facts, '$.sale_id') = s.id"
        " AND json_extract(a.facts, '$.amount_fen') = s.amount_fen)"
    ):
        yield Problem("consignment.not_as_audited", "consignment_sale", row["id"])
    for row in db.all(
        "SELECT s.id FROM consignment_sales s WHERE s.product_id IS NOT NULL AND (s.quantity <>"
        " (SELECT COALESCE(SUM(quantity), 0) FROM sale_lots WHERE sale_id = s.id) OR s.ownership = 'buy_up' AND s.cost_fen <>"
        " (SELECT COALESCE(SUM(cost_fen), 0) FROM sale_lots WHERE sale_id = s.id) OR (SELECT COALESCE(SUM(quantity), 0)"
        " FROM stock_moves WHERE case_kind = 'consignment_sale' AND case_id = s.id) <>"
        " CASE WHEN s.state IN ('sold', 'paid_out') THEN -s.quantity ELSE 0 END)"
    ):
        yield Problem("consignment.goods_differ", "consignment_sale", row["id"])


def _settlements(db: Reader) -> Iterator[Problem]:
    for row in db.all(
        "SELECT s.id FROM settlements s LEFT JOIN ticket_lines l ON l.id = (SELECT MAX(id) FROM ticket_lines WHERE"
        " case_kind = 'settlement' AND case_id = s.id AND refunds_line_id IS NULL) WHERE l.id IS NULL"
        " OR l.principal_fen <> -s.amount_fen OR l.party <> 'supplier:' || s.supplier_id"
        " OR (l.state IN ('done', 'reversed')) <> (s.paid_on IS NOT NULL)"
        " OR s.state <> 'cancelled' AND s.amount_fen <>"
        "  (SELECT COALESCE(SUM(amount_fen), 0) FROM consignor_dues WHERE settlement_id = s.id)"
        " OR s.state = 'cancelled' AND EXISTS (SELECT 1 FROM consignor_dues WHERE settlement_id = s.id)"
    ):
        yield Problem("settlement.wrong", "settlement", row["id"])
    for day, why in _gaps(db, "GS", "settlements", "paid_on"):
        yield Problem("settlement.number_gap", "business_day", day, why)


def _stock(db: Reader) -> Iterator[Problem]:
    for row in db.all(
        "SELECT l.id, COALESCE(SUM(m.quantity), 0) AS there, COALESCE(SUM(m.cost_fen), 0) AS cost, p.ownership,"
        " COALESCE(SUM(m.product_id <> l.product_id), 0) AS strange FROM lots l JOIN products p ON p.id = l.product_id"
        " LEFT JOIN stock_moves m ON m.lot_id = l.id GROUP BY l.id HAVING there < 0 OR cost < 0 OR strange"
        " OR p.ownership = 'consignment' AND cost <> 0 OR there = 0 AND cost <> 0"
    ):
        yield Problem("stock.lot_wrong", "lot", row["id"], f"{row['there']} at {row['cost']} fen")
    for row in db.all(
        "SELECT m.id FROM stock_moves m WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.action = 'stock.moved'"
        " AND json_extract(a.facts, '$.move_id') = m.id AND json_extract(a.facts, '$.quantity') = m.quantity"
        " AND json_extract(a.facts, '$.cost_fen') = m.cost_fen AND json_extract(a.facts, '$.lot_id') = m.lot_id)"
    ):
        yield Problem("stock.not_as_audited", "stock_move", row["id"])
    for row in db.all(
        "SELECT p.id FROM products p WHERE p.state = 'ended'"
        " AND (SELECT COALESCE(SUM(quantity), 0) FROM stock_moves WHERE product_id = p.id) <> 0"
    ):
        yield Problem("stock.of_ended_product", "product", row["id"])


def _buy_ups(db: Reader) -> Iterator[Problem]:
    for row in db.all(
        "SELECT b.id FROM buy_ups b LEFT JOIN ticket_lines l ON l.id = (SELECT MAX(id) FROM ticket_lines WHERE"
        " case_kind = 'buy_up' AND case_id = b.id AND refunds_line_id IS NULL) WHERE l.id IS NULL"
        " OR l.principal_fen <> -b.amount_fen OR (l.state IN ('done', 'reversed')) <> (b.bought_on IS NOT NULL)"
        " OR (SELECT COALESCE(SUM(quantity), 0) FROM stock_moves WHERE case_kind = 'buy_up' AND case_id = b.id) <>"
        "  CASE b.state WHEN 'bought' THEN b.quantity ELSE 0 END"
        " OR (SELECT COALESCE(SUM(cost_fen), 0) FROM stock_moves WHERE case_kind = 'buy_up' AND case_id = b.id) <>"
        "  CASE b.state WHEN 'bought' THEN b.amount_fen ELSE 0 END"
    ):
        yield Problem("buy_up.wrong", "buy_up", row["id"])
    for day, why in _gaps(db, "GB", "buy_ups", "bought_on"):
        yield Problem("buy_up.number_gap", "business_day", day, why)


def _stocktakes(db: Reader) -> Iterator[Problem]:
    for row in db.all(
        "SELECT c.id FROM stocktake_counts c JOIN stocktakes s ON s.id = c.stocktake_id WHERE"
        " (SELECT COALESCE(SUM(quantity), 0) FROM stock_moves m WHERE m.case_kind = 'stocktake' AND m.case_id = s.id"
        "  AND m.product_id = c.product_id) <> CASE s.state WHEN 'finished' THEN c.counted - c.book ELSE 0 END"
        " OR s.state = 'finished' AND c.counted <> c.book AND c.reason = ''"
    ):
        yield Problem("stocktake.wrong", "stocktake_count", row["id"])
    for day, why in _gaps(db, "GT", "stocktakes", "finished_on"):
        yield Problem("stocktake.number_gap", "business_day", day, why)


def _requests(db: Reader) -> Iterator[Problem]:
    """No wish is dropped: each is as its last event says, none is missing, and it stands where its goods stand."""
    for row in db.all(
        "SELECT r.id, r.state, e.to_state, (SELECT COUNT(*) FROM sale_request_events WHERE request_id = r.id) AS steps,"
        " e.step FROM sale_requests r LEFT JOIN sale_request_events e ON e.request_id = r.id AND e.step ="
        " (SELECT MAX(step) FROM sale_request_events WHERE request_id = r.id)"
    ):
        by_goods = requests.state_by_goods(db, row["id"])
        if row["state"] != row["to_state"] or row["steps"] != row["step"] or by_goods not in (None, row["state"]):
            yield Problem("sale_request.state_wrong", "sale_request", row["id"], row["state"])
    for row in db.all(
        "SELECT json_extract(a.facts, '$.request_id') AS id FROM audit a WHERE a.action = 'sale_request.noted'"
        " AND NOT EXISTS (SELECT 1 FROM sale_requests r WHERE r.id = json_extract(a.facts, '$.request_id'))"
    ):
        yield Problem("sale_request.dropped", "sale_request", row["id"])


def _gaps(db: Reader, letter: str, table: str, day: str) -> Iterator[tuple[str, str]]:
    """Documents of each business date: 1, 2, 3 … without a gap, as many as were given."""
    found = {
        row["day"]: row["numbers"]
        for row in db.all(
            f"SELECT {day} AS day, group_concat(CAST(substr(document_no, -4) AS INTEGER)) AS numbers FROM {table}"
            f" WHERE document_no IS NOT NULL GROUP BY {day}"
        )
    }
    scopes = {row[0] for row in db.all("SELECT scope FROM numbers WHERE series = ?", f"document.{letter}")}
    for business_on in sorted(scopes | set(found)):
        numbers = sorted(int(number) for number in (found.get(business_on) or "").split(",") if number)
        if numbers != list(range(1, last_number(db, f"document.{letter}", business_on) + 1)):
            yield business_on, f"{letter}: {numbers}"
