"""What the real day has of a first start: the printer's test page is answered, a courier's list of what is on its way is read."""

from __future__ import annotations

from kiosk.counter.fit_printer import fit_printer
from kiosk.counter.take_list import take_list
from kiosk.parcel_lists.columns import guess
from kiosk.parcel_lists.model import Purpose
from kiosk.parcel_lists.reading import read_file
from kiosk.printing import printer_page
from kiosk.storage import Actor, Store
from tests.journeys.station import SIMULATED

LIST = "运单号,收件人,电话\nYT7770000000001,王小丽,13800132222\nYT7770000000002,,3333\n"


def station_is_made_ready(store: Store, operator: Actor) -> None:
    """The paper is wider than station.toml says, and two parcels are announced."""
    answers = {question: question != "ruler" for question, _words in printer_page.QUESTIONS}
    with store.transaction(operator) as tx:
        fit_printer(tx, SIMULATED[1]["name"], answers, width="80", has_cutter=True, drawer_pin=2)
    found = read_file(LIST.encode("gb18030"))
    with store.transaction(operator) as tx:
        take_list(tx, found, guess(found), Purpose.EXPECTED, carrier="YTO")
