"""Takes a courier's list in, whole or not at all: parcels to await, or what already lies on the shelves of a station that
begins to work with this program. A list taken by mistake is called back as far as nothing of it has arrived."""

from __future__ import annotations

from kiosk import audit, shifts
from kiosk.codes import carriers
from kiosk.counter.check_in import check_in
from kiosk.errors import Refused
from kiosk.parcel_lists import columns as reading
from kiosk.parcel_lists import store
from kiosk.parcel_lists.columns import Columns
from kiosk.parcel_lists.model import ROWS_A_TURN, Grid, Line, Purpose, TakenList
from kiosk.parcels import expected, intake
from kiosk.parcels.model import ParcelState
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say

#: So many faults are told with a refusal.
MOST_FAULTS = 100


def take_list(
    tx: Tx, grid: Grid, columns: Columns, purpose: Purpose, *, carrier: str = "", remembers: bool = True
) -> TakenList:
    """Takes every row of a list that is without a fault; rows of parcels that are known already are passed over.

    ``carrier`` ('' for several) is of all rows that name none. How the columns were read is remembered for it where
    ``remembers``. Refused ``list.has_faults``, ``list.nothing_new``, ``list.row_refused`` (nothing of the list is kept),
    ``list.too_many_at_once`` (see ``turns``), ``carrier.unknown``, ``staff.not_allowed``.
    """
    require(tx.actor, Right.BATCH)
    of = carriers.find_by_any_code(carrier).code if carrier else ""
    plan = reading.judge(tx, grid, columns, purpose)
    if plan.faults:
        first = plan.faults[0]
        raise Refused(
            "list.has_faults", N_("{count} 处有错，整张清单都没有导入；第 {row} 行{field}：{why}"), count=len(plan.faults),
            row=first.row, field=first.field, why=str(first),
            faults=[
                {"row": one.row, "field": say(one.field), "code": one.code, "message": str(one)}
                for one in plan.faults[:MOST_FAULTS]
            ],
        )  # fmt: skip
    if not plan.new:
        raise Refused("list.nothing_new", N_("清单里的 {count} 件都登记过了，没有新的"), count=len(plan.known))
    if len(plan.new) > ROWS_A_TURN:
        raise Refused("list.too_many_at_once", N_("一次最多 {most} 件，没有导入；请分几次"), most=ROWS_A_TURN)
    business_on = shifts.ensure_open(tx).business_on
    made = []
    for line in plan.new:
        try:
            made.append(_take_line(tx, business_on, line, purpose, line.carrier or of))
        except Refused as refused:
            why = say(refused.message, **refused.facts)
            raise Refused(
                "list.row_refused", N_("第 {row} 行没有办成，整张清单都没有导入：{why}"), row=line.row, why=why
            ) from refused  # fmt: skip
    if remembers:
        store.remember(tx, of, {field.value: grid.heads[at] for field, at in columns.items()})
    list_id = store.add(tx, purpose, of, len(plan.known), made, business_on)
    audit.record(
        tx, "parcel_list.taken", list_id=list_id, purpose=purpose.value, carrier=of, pieces=len(made),
        skipped=len(plan.known),
    )  # fmt: skip
    return store.find(tx, list_id)


def turns(db: Reader, grid: Grid, columns: Columns, purpose: Purpose) -> list[Grid]:
    """A list without faults as parts that ``take_list`` takes one after another; the list itself when it is short, has
    faults or brings nothing new."""
    plan = reading.judge(db, grid, columns, purpose)
    if plan.faults or len(plan.new) <= ROWS_A_TURN:
        return [grid]
    wanted = [line.row for line in plan.new]
    parts = [set(wanted[at : at + ROWS_A_TURN]) for at in range(0, len(wanted), ROWS_A_TURN)]
    return [Grid(grid.heads, tuple(row for row in grid.rows if row.number in part)) for part in parts]


def drop_list(tx: Tx, list_id: int) -> int:
    """Calls a list back: its parcels that are still awaited are awaited no more; returns how many. What arrived stays.

    Refused ``list.unknown``, ``list.already_dropped``, ``list.is_stock``, ``list.nothing_awaited``, ``staff.not_allowed``.
    """
    require(tx.actor, Right.BATCH)
    found = store.find(tx, list_id)
    if found.dropped_at is not None:
        raise Refused("list.already_dropped", N_("这张清单已经撤销过了"), list_id=list_id)
    if found.purpose is Purpose.OPENING_STOCK:
        raise Refused(
            "list.is_stock", N_("这些快件在架上，没有撤销；导错的请到快件页面一件件撤销入库"), list_id=list_id
        )
    awaited = [row for row in store.parcels_of(tx, list_id) if row["state"] == ParcelState.EXPECTED]
    if not awaited:
        raise Refused("list.nothing_awaited", N_("这张清单的快件都到了，没有可撤销的"), list_id=list_id)
    business_on = shifts.ensure_open(tx).business_on
    for row in awaited:
        expected.drop_expected(tx, business_on, row)
    store.mark_dropped(tx, list_id)
    audit.record(tx, "parcel_list.dropped", list_id=list_id, pieces=len(awaited))
    return len(awaited)


def _take_line(tx: Tx, business_on: str, line: Line, purpose: Purpose, carrier: str) -> int:
    if purpose is Purpose.OPENING_STOCK:
        return check_in(
            tx, waybill=line.recognised, confirmed=True, carrier=carrier or None, phone=line.phone,
            name_hint=line.name or None, shelf=line.place, pickup_code=line.pickup_code,
        ).parcel_id  # fmt: skip
    person = intake.recipient(tx, line.phone, None, line.name)
    return expected.note_expected(
        tx, business_on, line.recognised, person, carrier=carrier or None, source=expected.Source.CARRIER
    )
