"""What a county is told: a day's figures over a closed day, a month's over all the years, a month as a workbook. Beside
each the least that raw SQL, or the bare writer of workbooks, could do for the same."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from kiosk.people import tokens
from kiosk.reports import period
from kiosk.reports.daily import daily_report
from kiosk.reports.figures import daily_figures
from kiosk.reports.ledgers import LEDGERS
from kiosk.reports.ledgers.export import FileFormat, export
from kiosk.reports.ledgers.model import Filters
from kiosk.reports.periods import Kind, holding
from kiosk.storage import Actor, Store
from tests.benchmarks.measure import Runner, alternate
from tests.benchmarks.table import Figures, Row
from tests.journeys.station import Station

#: performance.md: daily report and five years.
LIMIT = 2.0
_DAY = (
    "SELECT l.service, l.kind, SUM(l.txn_count), SUM(l.txn_amount_fen), SUM(l.commission_fen), SUM(l.fee_fen)"
    " FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id WHERE t.settled_on = ? AND l.state = 'done'"
    " GROUP BY l.service, l.kind",
    "SELECT to_state, COUNT(DISTINCT parcel_id) FROM parcel_events WHERE business_on = ? GROUP BY to_state",
    "SELECT COUNT(*), SUM(checked_in_on < ?), SUM(state = 'problem') FROM parcels"
    " WHERE state IN ('on_shelf', 'problem', 'to_return')",
)
#: The same sums from the lines of the tickets themselves, month by month.
_MONTHS = (
    "SELECT substr(t.settled_on, 1, 7) AS month, l.service, l.kind, SUM(l.txn_count), SUM(l.txn_amount_fen),"
    " SUM(l.commission_fen), SUM(l.fee_fen) FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id"
    " WHERE l.state = 'done' AND t.settled_on BETWEEN ? AND ? GROUP BY month, l.service, l.kind"
)


def in_process(figures: Figures, station: Station, size: str, turns: int) -> None:
    """Every figure of one size of history."""
    with station.store() as store:
        with store.reading() as db:
            actor = tokens.actor_of(db, station.tokens["manager"])
            days = [
                str(row[0])
                for row in db.all("SELECT business_on FROM business_days WHERE state = 'closed' ORDER BY id")
            ]
        assert actor is not None
        _day(figures, store, days, size, turns)
        _months(figures, store, days, size, turns)
        _workbook(figures, store, actor, days, size)


def _day(figures: Figures, store: Store, days: Sequence[str], size: str, turns: int) -> None:
    on = days[-1]  # as it is asked at each close; what lay here years ago is worked out from all that happened since

    def frozen(_: int) -> None:
        with store.reading() as db:
            report = daily_report(db, on)
            assert report is not None
            json.loads(report.content)

    def worked_out(_: int) -> None:
        with store.reading() as db:
            daily_figures(db, on)

    def raw(_: int) -> None:
        with store.reading() as db:
            for sql in _DAY:
                db.all(sql, on)

    for what, ours in (
        ("daily report over a closed day, as it was frozen", frozen),
        ("a day's figures worked out at its close", worked_out),
    ):
        taken, beside = alternate(Runner("day", ours), Runner("raw", raw), batches=4, size=turns)
        figures.add(_limited(Row(f"{what}, in process", size, taken, beside, "raw SQL of the day's sums")))


def _months(figures: Figures, store: Store, days: Sequence[str], size: str, turns: int) -> None:
    """One month among the years, and all months one after the other, from the frozen reports of closed days."""
    months = list(dict.fromkeys(holding(Kind.MONTH, date.fromisoformat(on)) for on in days))

    def one(turn: int) -> None:
        with store.reading() as db:
            period.period_content(db, months[turn % len(months)])

    def raw_one(turn: int) -> None:
        with store.reading() as db:
            month = months[turn % len(months)]
            db.all(_MONTHS, month.first_on, month.last_on)

    def every(_: int) -> None:
        with store.reading() as db:
            for month in months:
                period.period_content(db, month)

    def raw_every(_: int) -> None:
        with store.reading() as db:
            db.all(_MONTHS, days[0], days[-1])

    taken, beside = alternate(Runner("month", one), Runner("raw", raw_one), batches=3, size=max(3, turns // 4))
    figures.add(_limited(Row("monthly report of one month, in process", size, taken, beside, "raw SQL of that month")))
    taken, beside = alternate(Runner("months", every), Runner("raw", raw_every), batches=1, size=3)
    row = Row("monthly reports of all months, in process", size, taken, beside, "raw SQL of the years")
    row.words = f"{len(months)} months"
    figures.add(_limited(row))


def _workbook(figures: Figures, store: Store, actor: Actor, days: Sequence[str], size: str) -> None:
    """The ledger of services of a month as XLSX, beside a bare workbook of as many cells."""
    month = holding(Kind.MONTH, date.fromisoformat(days[len(days) // 2]))
    asked = Filters(month.first_on, month.last_on)
    ledger = LEDGERS["F7"]
    count = 0
    with tempfile.TemporaryDirectory(dir=store.state) as folder:

        def ours(_: int) -> None:
            nonlocal count
            made = export(store, actor, ledger, asked, FileFormat.XLSX, Path(folder))
            count = made.count
            made.file.close()

        def bare(_: int) -> None:
            import xlsxwriter

            book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True, "tmpdir": folder})
            sheet = book.add_worksheet()
            for line in range(count):
                for place in range(len(ledger.columns)):
                    sheet.write_string(line, place, "0123456789")
            book.close()

        taken, beside = alternate(Runner("xlsx", ours), Runner("bare", bare), batches=1, size=3)
    row = Row("XLSX of a month's ledger", size, taken, beside, "bare XlsxWriter, as many cells")
    row.words = f"{count} rows"
    figures.add(row)


def _limited(row: Row) -> Row:
    ratio = row.ratio or 0.0
    row.asked, row.is_reached = f"≤ {LIMIT:.0f} ×", ratio <= LIMIT
    return row
