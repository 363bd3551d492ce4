"""``python -m tests.benchmarks`` (``make bench``): every figure beside its yardstick, taken in the same minute in turn, at
ten thousand and at a million parcels of history. ``--quick``: small sizes and few turns, to see that it runs.
``--write FILE`` keeps the ratios, without this hour's milliseconds."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks import (
    acts,
    books,
    browser,
    county,
    history,
    overdue,
    parcels_with_slips,
    processes,
    reports,
    shelf_counts,
    yardsticks,
)
from tests.benchmarks.measure import said
from tests.benchmarks.processes import ended
from tests.benchmarks.table import Figures, Row, conditions
from tests.journeys.printer import TcpPrinter
from tests.journeys.station import DESK, PRINTER, Station

IN_STOCK = 5_000
SIZES = {"10 k": 10_000, "1 M": 1_000_000}
QUICK = {"2 k": 2_000, "8 k": 8_000}
#: All that belongs to the counter's acts, the shelf count, what waits too long, the day's parcels with their slips, the
#: reports, the road to the county and its centre.
ONLY = ["acts", "shelf-count", "overdue", "parcels", "reports", "county"]
#: Figures with a place of their own, made once and not at each size of history.
APART = {"parcels", "county"}


def main(arguments: list[str] | None = None) -> int:
    """Takes every figure, prints the table; 1 when something is so far off that it must be acted on."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs")
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep the ratios here")
    parser.add_argument("--small", action="store_true", help="not at the million of history, which takes long to make")
    parser.add_argument("--only", nargs="+", choices=ONLY, default=ONLY, help="some of the figures")
    parser.add_argument("--folder", type=Path, help="where the databases are made (a real disk)")
    chosen = parser.parse_args(arguments)
    figures, state_of = Figures(), conditions()
    sizes = QUICK if chosen.quick else SIZES
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", dir=chosen.folder) as folder:
        for size, count in list(sizes.items())[: 1 if chosen.small else None]:
            place = Path(folder) / str(count)
            place.mkdir()
            if set(chosen.only) - APART:
                _at(figures, place, size, count, chosen.only, is_quick=chosen.quick)
        if "parcels" in chosen.only:
            parcels_with_slips.measure(figures, Path(folder) / "parcels", is_quick=chosen.quick)
        if "county" in chosen.only:
            county.measure(figures, Path(folder) / "county", is_quick=chosen.quick)
    if not chosen.small:
        _growth(figures)
    print("\n".join([figures.table(), "", *state_of, *figures.notes]))
    if chosen.write:
        words = [*state_of, *figures.notes]
        chosen.write.write_text(_page(figures, words), "utf-8")
    return 1 if any(row.is_alarm for row in figures.rows) else 0


def _at(figures: Figures, folder: Path, size: str, count: int, only: list[str], *, is_quick: bool) -> None:
    """Every figure at one size of history."""
    in_stock = min(IN_STOCK, count * 3 // 4)
    batch = 10 if is_quick else 40
    raw = folder / "raw.db"
    with said(f"{size}: the yardsticks' file"):
        yardsticks.make(raw, count, in_stock)
    line, printer = browser.Line(), TcpPrinter()
    devices = [line.device(), printer.device(PRINTER, DESK)]
    station = Station(
        folder, devices=devices, changes={"parcels": {"slip_at_intake": "never"}}, is_apart=True
    ).prepare()
    with said(f"{size}: the station's history"):
        history.fill(station.state, count, in_stock)
    if is_quick and (found := station.check()):
        raise AssertionError(f"the made-up history is not as the acts would have written it: {found[:5]}")
    stock = acts.Stock(count, in_stock)
    station.start().wait_ready()
    with ended(station, printer, line):
        if "acts" in only:
            processes.memory(figures, station, size)
            processes.start_up(figures, station, raw, size)
            station.wait_ready()
        if "shelf-count" in only:
            shelf_counts.in_process(figures, station, raw, size, list(range(count - in_stock, count)))
        if "overdue" in only:
            overdue.measure(figures, station, raw, size, in_stock, batch)
        if "reports" in only:
            reports.in_process(figures, station, size, 4 if is_quick else 12)
        if "acts" in only:
            _acts(figures, station, raw, line, stock, size, count, batch, is_quick=is_quick)


def _acts(
    figures: Figures, station: Station, raw: Path, line: browser.Line, stock: acts.Stock, size: str, count: int, batch: int,
    *, is_quick: bool,
) -> None:  # fmt: skip
    """The counter's acts and pages."""
    acts.in_process(figures, station, raw, stock, size, batch)
    with yardsticks.Bare(raw) as bare:
        acts.over_http(figures, station, bare, stock, size, batch)
        books.ledger_pages(figures, station, bare, count, size, batch)
    processes.syncs(figures, station, [next(stock.ours) for _ in range(processes.HAND_OVERS)], size)
    browser.scan_to_page(figures, station, line, size, 15 if is_quick else 120)
    books.close_of_day(figures, station, size, 200 if is_quick else 2_000)


#: How much a million parcels may cost over ten thousand (performance.md); the others are only told.
_GROWTH = {"hand-over": 1.2, "search": 1.6, "look-up": 1.6}


def _growth(figures: Figures) -> None:
    """The large history beside the small one. The machine's speed changes between the two, so what is compared is how
    many times its yardstick each thing takes; the yardsticks' own files grow alike and hardly slow down."""
    by_name: dict[str, list[Row]] = {}
    for row in figures.rows:
        if row.ratio and "start-up" not in row.what:
            by_name.setdefault(row.what, []).append(row)
    for name, found in by_name.items():
        if len(found) != len(SIZES):
            continue  # taken once, in a place of its own
        small, large = found
        growth = (large.ratio or 0) / (small.ratio or 1)
        limit = next((limit for word, limit in _GROWTH.items() if name.startswith(word)), None)
        row = Row(
            f"growth of: {name}", f"{small.size} → {large.size}", beside="own × yardstick", words=f"{growth:.2f} ×"
        )
        if limit:
            row.asked, row.is_reached = f"≤ {limit} ×", growth <= limit
        figures.add(row)


#: What a reader must know of a line beyond its name.
_LINES = (
    "A daily report over a closed day is read as it was frozen, by page, file and message alike; worked out it is once, at",
    "the close. Both stand beside three sums of raw SQL. The reports of months are summed from the frozen days, beside raw",
    "SQL over the lines of all their tickets.",
    "",
    "A report of a backlog is leased, posted and acknowledged by the station; the CPU is the station's. What the centre does",
    "with it is the line of reports verified and stored: over HTTP beside F, whose every act is a commit as well, and in",
    "process beside the bare insert of the same bytes through the same library. The CPU of a PostgreSQL server is not in it.",
    "Syncs are counted by strace.",
)


def _page(figures: Figures, words: list[str]) -> str:
    return "\n".join(
        [
            "# Figures",
            "",
            'Written by `make bench ARGS="--write docs/figures.md"`. Milliseconds belong to one machine and hour; ratios are',
            "carried. R is raw `sqlite3` with one synced commit, F is R behind bare Flask and waitress, both run in turn with",
            "the thing measured (`tests/benchmarks/yardsticks.py`). CPU is that of the serving process alone.",
            "",
            *_LINES,
            "",
            *(f"- {word}" for word in words),
            "",
            figures.ratios(),
            "",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
