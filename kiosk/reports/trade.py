"""F2 as figures (佳县 四(七): 品名, 数量, 销售额, 网店, 平台): what each closed day bought and sold on platforms, frozen with
its report as signed rows of one case each. What a case adds up to over all days is what it is today, so that months add up
to half-years whatever was called off, refunded or priced anew meanwhile, and nothing is ever counted twice.

A bought thing stands under its category: what a villager bought is theirs, lies in the vault and is erased there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.codes import holds_mobile
from kiosk.purchases.platforms import name_of
from kiosk.storage import Reader, Tx

#: Rows of a report beyond these are one row: a report must go into an envelope.
MOST_ROWS = 300
DIRECTIONS = ("bought", "sold")
_NAMES = ("direction", "item_kind", "item", "unit", "unit_size", "platform", "online_shop")

_BOUGHT = (
    "SELECT 'purchase' AS case_kind, p.id AS case_id, 'bought' AS direction, 'category' AS item_kind, p.category AS item,"
    " '' AS unit, 1 AS unit_size, p.platform, p.online_shop, p.quantity, p.amount_fen"
    " FROM purchases p WHERE p.ordered_on IS NOT NULL AND p.amount_fen IS NOT NULL"
    " AND p.state NOT IN ('cancelled', 'refunded')"
)
_SOLD = (
    "SELECT 'consignment_sale' AS case_kind, s.id AS case_id, 'sold' AS direction,"
    " CASE WHEN g.id IS NULL THEN 'other' ELSE 'product' END AS item_kind, COALESCE(g.name, '') AS item, s.unit, s.unit_size, s.platform, s.online_shop, s.quantity, s.amount_fen"
    " FROM consignment_sales s LEFT JOIN products g ON g.id = s.product_id"
    " WHERE s.channel = 'online' AND s.sold_on IS NOT NULL AND s.state <> 'cancelled'"
)
_TOUCHED = (
    "SELECT DISTINCT 'purchase' AS case_kind, purchase_id AS case_id FROM purchase_events WHERE business_on = :on"
    " UNION SELECT 'consignment_sale', id FROM consignment_sales WHERE sold_on = :on"
    " UNION SELECT 'consignment_sale', id FROM consignment_sales WHERE cancelled_on = :on"
)
_STANDING = {"purchase": f"{_BOUGHT} AND p.id = ?", "consignment_sale": f"{_SOLD} AND s.id = ?"}

Place = tuple[str, str, str, str, int, str, str]
Figures = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """What was traded of one thing, in one shop, on one platform; amounts in fen."""

    direction: str
    item_kind: str
    item: str
    unit: str
    unit_size: int
    platform: str
    online_shop: str
    count: int
    quantity: int
    amount_fen: int


def freeze(tx: Tx, business_on: str) -> int:
    """Writes what a day that is being closed has changed, one row a case and place; returns how many rows."""
    written = 0
    for case in tx.all(_TOUCHED, on=business_on):
        case_kind, case_id = case["case_kind"], case["case_id"]
        for place, (count, quantity, amount_fen) in _difference(tx, case_kind, case_id).items():
            tx.insert(
                "day_trade", business_on=business_on, case_kind=case_kind, case_id=case_id,
                **dict(zip(_NAMES, place, strict=True)), txn_count=count, quantity=quantity, amount_fen=amount_fen,
            )  # fmt: skip
            written += 1
    return written


def _difference(db: Reader, case_kind: str, case_id: int) -> dict[Place, Figures]:
    """What stands of a case now, less what its days have said of it; only what is not nothing."""
    sums: dict[Place, list[int]] = defaultdict(lambda: [0, 0, 0])
    now = db.one(_STANDING[case_kind], case_id)
    if now is not None:
        sums[_without_phones(_place(now))] = [1, now["quantity"], now["amount_fen"]]
    for said in db.all("SELECT * FROM day_trade WHERE case_kind = ? AND case_id = ?", case_kind, case_id):
        for index, name in enumerate(("txn_count", "quantity", "amount_fen")):
            sums[_place(said)][index] -= said[name]
    return {place: (figures[0], figures[1], figures[2]) for place, figures in sums.items() if any(figures)}


def rows_of(db: Reader, first_on: str, last_on: str, days: Sequence[str]) -> list[Row]:
    """What these days, all within the dates, traded together: one row for each thing, shop and platform."""
    names = ", ".join(_NAMES)
    found = db.all(
        f"SELECT {names}, SUM(txn_count) AS count, SUM(quantity) AS quantity, SUM(amount_fen) AS amount_fen FROM day_trade"
        " WHERE business_on BETWEEN ? AND ? AND business_on IN (SELECT value FROM json_each(?))"
        f" GROUP BY {names} HAVING count <> 0 OR SUM(quantity) <> 0 OR SUM(amount_fen) <> 0",
        first_on, last_on, json.dumps(list(days)),
    )  # fmt: skip
    rows = [Row(*_place(row), row["count"], row["quantity"], row["amount_fen"]) for row in found]
    return sorted(rows, key=lambda row: (row.direction, -row.amount_fen, *_place_of(row)))


def told(db: Reader, rows: Sequence[Row]) -> dict[str, Any]:
    """The rows as a report holds them: the largest by amount, the rest of each direction summed, totals of all."""
    kept = {id(row) for row in sorted(rows, key=lambda row: -abs(row.amount_fen))[:MOST_ROWS]}
    shown = [row for row in rows if id(row) in kept]
    left = [row for row in rows if id(row) not in kept]
    return {
        "rows": [
            {**dict(zip(_NAMES, _place_of(row), strict=True)), "platform_name": name_of(db, row.platform),
             "count": row.count, "quantity": row.quantity, "amount_fen": row.amount_fen}
            for row in shown
        ],
        "rest": _sums(left) if left else {},
        "totals": _sums(rows),
    }  # fmt: skip


def standing_wrong(db: Reader) -> Iterator[tuple[str, int]]:
    """Cases whose days do not add up to what stands of them; one that the open day has touched is left out, since its
    change is written at the close."""
    rows = db.all(
        f"WITH now AS ({_BOUGHT} UNION ALL {_SOLD}),"
        " said AS (SELECT case_kind, case_id, SUM(txn_count) AS count, SUM(quantity) AS quantity,"
        "  SUM(amount_fen) AS amount_fen FROM day_trade GROUP BY case_kind, case_id),"
        f" touched AS ({_TOUCHED})"
        " SELECT k.case_kind, k.case_id FROM (SELECT case_kind, case_id FROM now UNION SELECT case_kind, case_id FROM said) k"
        " LEFT JOIN now n ON n.case_kind = k.case_kind AND n.case_id = k.case_id"
        " LEFT JOIN said s ON s.case_kind = k.case_kind AND s.case_id = k.case_id"
        " WHERE (COALESCE(s.count, 0) <> (n.case_id IS NOT NULL) OR COALESCE(s.quantity, 0) <> COALESCE(n.quantity, 0)"
        "  OR COALESCE(s.amount_fen, 0) <> COALESCE(n.amount_fen, 0))"
        " AND NOT EXISTS (SELECT 1 FROM touched t WHERE t.case_kind = k.case_kind AND t.case_id = k.case_id)",
        on=db.value("SELECT business_on FROM business_days WHERE state = 'open'") or "",
    )
    yield from ((row["case_kind"], row["case_id"]) for row in rows)


def _sums(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    return {
        direction: {
            "count": sum(row.count for row in rows if row.direction == direction),
            "amount_fen": sum(row.amount_fen for row in rows if row.direction == direction),
        }
        for direction in DIRECTIONS
    }


def _place(row: Mapping[str, Any] | Any) -> Place:
    return tuple(row[name] for name in _NAMES)  # type: ignore[return-value]


def _without_phones(place: Place) -> Place:
    """A place as it may stand for ever and go to the county: a name into which somebody typed a phone is left out."""
    return tuple("" if isinstance(one, str) and holds_mobile(one) else one for one in place)  # type: ignore[return-value]


def _place_of(row: Row) -> Place:
    return tuple(getattr(row, name) for name in _NAMES)  # type: ignore[return-value]
