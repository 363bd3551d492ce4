"""What the county says on a real day: a notice that somebody reads, one that can't be read, one that somebody else has sent."""

from __future__ import annotations

from kiosk.inbox import actions, store
from kiosk.storage import Actor, Store
from sync.downlink import take
from tests.services.county_bench import NOTICE, County


def county_writes(place: Store, operator: Actor) -> None:
    """The forged one stays to be seen."""
    county = County(place)
    letter = county.said()
    county.said(content=NOTICE | {"kind": "rumour"})
    take(place, county.envelope(seed=b"x" * 32))
    with place.transaction(operator) as tx:
        actions.mark_read(tx, letter.id)
        assert store.count_turned_away(tx) == 1
