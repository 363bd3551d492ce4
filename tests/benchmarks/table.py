"""The table of figures: one row a thing, with what it is compared with and what is asked for."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.benchmarks.measure import Times


@dataclass
class Row:
    """One figure. ``times`` and ``yardstick`` were taken in turn; ``asked`` says what is to be reached, ``is_reached``
    whether it is (None where nothing is asked)."""

    what: str
    size: str
    times: Times | None = None
    yardstick: Times | None = None
    beside: str = ""
    asked: str = ""
    is_reached: bool | None = None
    words: str = ""
    #: So far off that something must be done (performance.md, "act when").
    is_alarm: bool = False

    @property
    def ratio(self) -> float | None:
        """Median over the yardstick's median."""
        return self.times.median / self.yardstick.median if self.times and self.yardstick else None

    @property
    def cpu_ratio(self) -> float | None:
        """CPU over the yardstick's CPU."""
        if not self.times or not self.yardstick or not self.yardstick.cpu or not self.times.cpu:
            return None
        return self.times.cpu_each / self.yardstick.cpu_each


@dataclass
class Figures:
    """Every row of one run, in order."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, row: Row) -> Row:
        """Adds a row and says it at once on stderr."""
        self.rows.append(row)
        print(_with_times(row), file=sys.stderr, flush=True)
        return row

    def table(self) -> str:
        """The run as Markdown, with this hour's milliseconds."""
        head = (
            "| what | history | median ms | p99 ms | CPU ms | × median | × CPU | beside | asked | reached |\n"
            + "|---" * 10
            + "|"
        )
        return "\n".join([head, *map(_with_times, self.rows)])

    def ratios(self) -> str:
        """The run as Markdown without milliseconds, which belong to one machine and hour."""
        head = "| what | history | × median | × CPU | p99 ÷ median | beside | asked | reached |\n" + "|---" * 8 + "|"
        return "\n".join([head, *map(_without_times, self.rows)])


def conditions() -> list[str]:
    """What the run depended on, without a name or path of the machine."""
    import os

    return [
        f"CPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} shared virtual cores",
        f"load average before the run {os.getloadavg()[0]:.1f}",
    ]


def _with_times(row: Row) -> str:
    times = row.times
    cells: Iterable[str] = (
        row.what, row.size,
        _ms(times.median if times else None), _ms(times.p99 if times else None),
        _ms(times.cpu_each if times and times.cpu else None),
        _times(row.ratio), _times(row.cpu_ratio), row.beside, row.asked, _reached(row),
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _without_times(row: Row) -> str:
    tail = row.times.p99 / row.times.median if row.times else None
    cells = (
        row.what, row.size, _times(row.ratio), _times(row.cpu_ratio), _times(tail), row.beside, row.asked,
        _reached(row),
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.2f}"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _reached(row: Row) -> str:
    word = {None: "", True: "yes", False: "**no**"}[row.is_reached]
    return f"{word} ({row.words})" if row.words and word else row.words or word
