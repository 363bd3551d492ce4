"""What a real day leaves among the shelves: a parcel that is fragile, and a count that was begun and given up."""

from __future__ import annotations

from kiosk.codes import parse_shelf, recognise
from kiosk.counter import count_shelves
from kiosk.counter.next_traits import note_traits
from kiosk.storage import Actor, Store


def shelves_are_counted(store: Store, operator: Actor) -> None:
    """One parcel that lies here is noted as fragile and scanned; then there was no time for the rest."""
    with store.transaction(operator) as tx:
        here = tx.one("SELECT * FROM parcels WHERE state = 'on_shelf' AND piece_index = 0 ORDER BY id LIMIT 1")
        note_traits(tx, here["id"], ["fragile"])
        begun = count_shelves.begin_count(tx)
        place = parse_shelf(f"{here['shelf']}-{here['layer']}")
        count_shelves.count_scan(tx, recognise(here["waybill_no"]), place)
        count_shelves.give_up_count(tx, begun.id)
