"""What becomes of reports on their way on a real day: one that the county refuses because it knows more of the station than the
station does, one that is carried by phone, a new key, and a code with which the station asks to be enrolled."""

from __future__ import annotations

from kiosk import outbox
from kiosk.counter import submit
from kiosk.outbox import enrolment
from kiosk.reports import station_keys
from kiosk.storage import Actor, Store

HIGHEST_AT_THE_COUNTY = 7


def reports_travel(store: Store) -> None:
    """The correction of the day waits; it ends with a number that the manager was told."""
    with store.reading() as db:
        staff_id, name = tuple(db.one("SELECT id, name FROM staff WHERE role = 'manager' ORDER BY id LIMIT 1"))
    manager = Actor("staff", staff_id, "manager", name)
    with store.transaction() as tx:
        message = outbox.lease(tx, "sync", 60)
        assert message is not None
        code, highest = "report.station_restored", HIGHEST_AT_THE_COUNTY
        outbox.refuse(tx, message.id, "县中心已有", code=code, highest_sequence=highest)
    with store.transaction(manager) as tx:
        (anew,) = submit.go_on_after_restore(tx)
        submit.carry_by_phone(tx, anew)
        submit.note_number(tx, anew, "C-20261122-000008")
        submit.rotate_key(tx)
        enrolment.ask(tx, "ABCD2345", station_keys.thumbprint(tx))
