"""Takes a ledger out of the station as a file: made row by row on the disk under one snapshot, then recorded (who, which
ledger, which dates, how many rows, masked or in full), and only then handed over. No file leaves without its record."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from kiosk import audit, clock
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.reports.ledgers import comma, rows, sheet
from kiosk.reports.ledgers.cells import Cell, Cells, Fen
from kiosk.reports.ledgers.model import Filters, Kind, Ledger
from kiosk.settings import driven_clock
from kiosk.storage import Actor, Reader, Store
from kiosk.words import N_, say

#: Rows made at a stretch before other threads of the process get their turn, and how long that is.
STRETCH, PAUSE_SECONDS = 200, 0.001
#: In full only as many as lie in memory while the file is made: bare numbers are never written to the disk.
MOST_IN_FULL = 50_000
_PREFIX = "ledger-rows-"
#: How long one export waits for another.
WAIT_SECONDS = 20.0
_turn = threading.Lock()


class FileFormat(StrEnum):
    """What a ledger is taken out as."""

    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES = {
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.CSV: "text/csv",
}


class Exported:
    """A finished file, at its beginning; whoever reads it closes it. ``name`` says ledger and dates, nobody's name."""

    def __init__(self, file: IO[bytes], name: str, media_type: str, count: int) -> None:
        self.file, self.name, self.media_type, self.count = file, name, media_type, count
        self.size = file.seek(0, 2)
        file.seek(0)


def export(
    store: Store, actor: Actor, ledger: Ledger, asked: Filters, file_format: FileFormat, folder: Path, *,
    in_full: bool = False,
) -> Exported:  # fmt: skip
    """The ledger's rows of these filters as a file. ``folder`` takes what is made meanwhile: in memory for ``in_full``.

    Opens its own snapshot and transaction. Refused ``staff.not_allowed`` (``in_full`` without the right: the entry point
    remembers it with ``remember_denied``), ``ledger.too_many``, ``ledger.export_under_way`` (one at a time).
    """
    require(actor, Right.READ)
    if in_full:
        require(actor, Right.UNMASK)
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise Refused("ledger.export_under_way", N_("另一份台账正在导出，这份还没有开始；请稍等再按一次"))
    try:
        # No name in the folder: what is made is gone with the process, whatever happens.
        file = TemporaryFile(dir=folder)  # noqa: SIM115 - handed to the caller
        with ExitStack() as not_made:
            not_made.callback(file.close)
            count = _make(store, file, ledger, asked, file_format, folder, in_full)
            with store.transaction(actor) as tx:
                audit.record(
                    tx, "ledger.exported_in_full" if in_full else "ledger.exported", form=ledger.form,
                    from_on=asked.from_on, to_on=asked.to_on, rows=count, file_format=file_format.value,
                )  # fmt: skip
            name = f"{ledger.form}-{asked.from_on}-{asked.to_on}.{file_format}"
            not_made.pop_all()
            return Exported(file, name, MEDIA_TYPES[file_format], count)
    finally:
        _turn.release()


def remember_denied(store: Store, actor: Actor, ledger: Ledger) -> None:
    """Records that somebody without the right wanted everything bare."""
    with store.transaction(actor) as tx:
        audit.record(tx, "ledger.export_denied", form=ledger.form)


def _make(
    store: Store, file: IO[bytes], ledger: Ledger, asked: Filters, file_format: FileFormat, folder: Path, in_full: bool
) -> int:
    most = MOST_IN_FULL if in_full else sheet.MOST_ROWS
    with store.reading(snapshot=True) as db:
        summed = rows.totals(db, ledger, asked)
        if summed[rows.ROWS] > most:
            raise Refused(
                "ledger.too_many", N_("这段日期有 {count} 行，一次最多导出 {most} 行；没有导出，请把日期改短"),
                count=summed[rows.ROWS], most=most,
            )  # fmt: skip
        cells = Cells(db, ledger, in_full=in_full)
        lines = _in_turns(cells.row(row) for row in rows.every(db, ledger, asked))
        totals = totals_line(ledger, summed)
        if file_format is FileFormat.CSV:
            return comma.write(file, columns=ledger.columns, rows=lines, totals=totals)
        for left in folder.glob(f"{_PREFIX}*"):  # of a process that was killed: only one at a time is at work here
            shutil.rmtree(left, ignore_errors=True)
        with TemporaryDirectory(dir=folder, prefix=_PREFIX) as rest:
            return sheet.write(
                file, Path(rest), title=say(ledger.title), notes=notes(db, ledger, asked, in_full=in_full),
                columns=ledger.columns, rows=lines, totals=totals,
            )  # fmt: skip


def notes(db: Reader, ledger: Ledger, asked: Filters, *, in_full: bool) -> str:
    """The line under the title: station, dates, when it was made, whether anything is masked."""
    station = db.settings.station
    words = [
        f"{station.name} {station.code}".strip(),
        say(N_("{first} 至 {last}"), first=asked.from_on, last=asked.to_on),
        say(N_("制表 {at}"), at=clock.to_minute(clock.now(), station.zone)),
    ]
    if mark := driven_clock.line():
        words.append(mark)
    if ledger.has_persons:
        words.append(say(N_("含完整个人信息，用后即删")) if in_full else say(N_("个人信息已遮盖")))
    return " · ".join(words)


def totals_line(ledger: Ledger, summed: dict[str, int]) -> list[Cell]:
    """The last row: 合计, the sums under their columns, how many rows in the first column that has none."""
    line: list[Cell] = [say(N_("合计"))]
    said = False
    for column in ledger.columns:
        if column.has_total:
            total = summed[column.name]
            line.append(Fen(total) if column.kind is Kind.FEN else total)
        elif not said:
            line.append(say(N_("{count} 行"), count=summed[rows.ROWS]))
            said = True
        else:
            line.append(None)
    return line


def _in_turns(lines: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """The lines, with a short rest after each stretch: an act at the counter doesn't wait for a workbook."""
    for number, line in enumerate(lines, start=1):
        yield line
        if number % STRETCH == 0:
            time.sleep(PAUSE_SECONDS)
