"""A printer that people fitted by its test page prints the very next slip so, without a restart."""

from __future__ import annotations

from kiosk.printing import fitting
from kiosk.settings import Device
from tests.drivers.bench import NAME, ended, queue_note

RASTER, CUT, TEXT = b"\x1dv0", b"\x1dVB\x00", "汉字".encode("gb18030")


def test_next_slip_is_made_by_the_answers(store, worker, printer):
    played = printer()
    worker(lambda: played.address)
    assert ended(store, queue_note(store, NAME, "汉字")) == ("confirmed", "")
    first = bytes(played.got)
    assert TEXT in first and RASTER not in first
    device = Device(NAME, "printer", "network", "", {"profile": "80mm-gb"})
    with store.transaction() as tx:
        fitting.fit(tx, device, {"hanzi": False}, width="80", has_cutter=True, drawer_pin=0)
    assert ended(store, queue_note(store, NAME, "汉字")) == ("confirmed", "")
    second = bytes(played.got)[len(first) :]
    assert RASTER in second and TEXT not in second
    with store.transaction() as tx:
        fitting.unfit(tx, device)
    assert ended(store, queue_note(store, NAME, "汉字")) == ("confirmed", "")
    assert TEXT in bytes(played.got)[len(first) + len(second) :]
