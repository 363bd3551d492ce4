"""Overdue parcels by age, the call list, the group's text, what goes back; parcels on their way."""

from __future__ import annotations

from datetime import date, timedelta

from kiosk import clock
from kiosk.codes import recognise
from kiosk.counter import expect, remind
from kiosk.counter.set_aside import mark_to_return
from kiosk.parcels import expected, intake
from kiosk.storage import Actor, Store, Tx
from tests.web.shots import Shot


def _reminded(store: Store, actor: Actor) -> None:
    """Some days later at noon: everybody who has not come is to be reminded; one was called in vain."""
    with store.transaction(actor) as tx:
        tx.now = clock.stamp(clock.local(clock.now()).replace(hour=12, minute=0) + timedelta(days=4))
        remind.remind_some(tx)
    with store.transaction(actor) as tx:
        callers, _beyond = remind.call_list(tx)
        if callers and not any(one.not_reached for one in callers):
            remind.note_calls(tx, callers[0].person.parcel_ids, "not_reached")


def _going_back(store: Store, actor: Actor) -> None:
    with store.transaction(actor) as tx:
        if tx.value("SELECT COUNT(*) FROM parcels WHERE state = 'to_return'") >= 4:
            return  # once for all sizes: the other pages want somebody with parcels on the shelf
        for found in tx.all("SELECT id FROM parcels WHERE state = 'on_shelf' ORDER BY id LIMIT 4"):
            mark_to_return(tx, found["id"], "overdue")


def _announced(store: Store, actor: Actor) -> None:
    with store.transaction(actor) as tx:
        if not expect.outstanding(tx):
            lines = "\n".join(f"YT88007766550{n:02d} 12{n:02d} {name}" for n, name in enumerate("赵钱孙李周"))
            expect.expect_parcels(tx, expect.read_lines(lines), source="county", due_on=_today(tx).isoformat())
            late = _today(tx) - timedelta(days=2)
            person = intake.recipient(tx, None, "4321", "吴")
            expected.note_expected(
                tx, late.isoformat(), recognise("73610555582890"), person, source=expected.Source.STATION, due_on=late
            )  # fmt: skip


def _today(tx: Tx) -> date:
    return clock.local_date(tx.settings.station.zone)


SHOTS: dict[str, tuple[Shot, ...]] = {
    "overdue.all_overdue": (Shot("/overdue?days=0", "overdue", before=_reminded),),
    "overdue.calls": (Shot("/overdue/calls", "overdue-calls", before=_reminded),),
    "overdue.group_text": (Shot("/overdue/group-text?days=0", "overdue-group-text"),),
    "overdue.returns": (Shot("/overdue/returns", "overdue-returns", before=_going_back),),
    "expected.all_expected": (Shot("/expected", "expected", before=_announced),),
}
