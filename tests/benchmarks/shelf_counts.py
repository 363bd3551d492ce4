"""Two thousand parcels scanned for one shelf count, each in a transaction of its own as a scanner brings them."""

from __future__ import annotations

import time
from pathlib import Path

from kiosk.codes import ShelfPlace, recognise
from kiosk.counter import count_shelves
from kiosk.people import tokens
from kiosk.shelf_counts import store as counts
from tests.benchmarks.measure import Runner, alternate
from tests.benchmarks.table import Figures, Row
from tests.benchmarks.yardsticks import Raw
from tests.journeys.station import Station

SCANS, BATCHES = 2_000, 10
#: Milliseconds belong to an hour; a scan may cost what a hand-over does (performance.md).
SCAN_RATIO = 4


def in_process(figures: Figures, station: Station, raw_path: Path, size: str, theirs: list[int]) -> None:
    """The scans beside R, then what the counting page and the end of the count read of the whole stock."""
    raw = Raw(raw_path)
    with station.store() as store:
        with store.reading() as db:
            actor = tokens.actor_of(db, station.tokens["operator"])
            rows = db.all(
                "SELECT waybill_no, shelf, layer FROM parcels INDEXED BY places_in_stock"
                " WHERE state IN ('on_shelf', 'problem', 'to_return') ORDER BY shelf, layer LIMIT ?",
                SCANS + SCANS // 5,
            )
        assert actor is not None
        boxes = [(recognise(row["waybill_no"]), ShelfPlace(row["shelf"], row["layer"])) for row in rows]
        with store.transaction(actor) as tx:
            begun = count_shelves.begin_count(tx)

        def scan(n: int) -> None:
            code, place = boxes[n % len(boxes)]
            with store.transaction(actor) as tx:
                count_shelves.count_scan(tx, code, place)

        began = time.perf_counter()
        seen, r = alternate(
            Runner("scan", scan), Runner("R", lambda n: raw.hand_over(theirs[n % len(theirs)])), batches=BATCHES,
            size=min(SCANS, len(boxes)) // BATCHES,
        )  # fmt: skip
        whole = time.perf_counter() - began
        row = Row(
            "shelf count of 2,000 parcels", size, seen, r, "R", "a scan ≤ 4 × R",
            words=f"{len(seen.each)} scans one by one, {sum(seen.each):.1f} s of {whole:.1f} s with R between",
        )  # fmt: skip
        row.is_reached = (row.ratio or 0) <= SCAN_RATIO
        figures.add(row)

        def look(_: int) -> None:
            with store.reading() as db:
                counts.figures(db, begun)

        looked, r = alternate(
            Runner("figures", look), Runner("R look-up", lambda n: raw.find(theirs[n % len(theirs)])), batches=5, size=4
        )
        figures.add(Row("shelf count: found and missing of the whole stock", size, looked, r, "R's look-up"))
        with store.transaction(actor) as tx:
            count_shelves.give_up_count(tx, begun.id)
