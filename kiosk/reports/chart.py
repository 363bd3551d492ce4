"""Bars of a trend as whole numbers for an SVG that the server draws: no script, no style attribute, no float. The table
beside it says the same in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT, FLOOR = 960, 240, 24
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place, its size and what it stands for. A negative value hangs below the line."""

    x: int
    y: int
    width: int
    height: int
    label: str
    value_fen: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with the line of zero, the top of the scale and its amount."""

    bars: tuple[Bar, ...]
    zero_y: int
    top_fen: int
    bottom_fen: int
    width: int = WIDTH
    height: int = HEIGHT


def every_date(told: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    """(date, fen) of every date from the first to the last that something is told of, those between as zero: bars that stand
    side by side are days that follow one another. Over more than ``most`` days only what is told has room."""
    if not told:
        return []
    first, last = date.fromisoformat(min(told)), date.fromisoformat(max(told))
    dates = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    return [(on, told.get(on, 0)) for on in (dates if len(dates) <= most else sorted(told))]


def bars(points: Sequence[tuple[str, int]]) -> Chart:
    """A chart of (label, fen) pairs; one scale for all, rounded up to a number that people read."""
    top = _round_up(max([0, *(fen for _, fen in points)]))
    bottom = -_round_up(max([0, *(-fen for _, fen in points)]))
    room, span = HEIGHT - FLOOR, max(top - bottom, 1)
    zero_y = room * top // span if top else 0 if bottom else room
    step = WIDTH // max(len(points), 1)
    drawn = []
    for number, (label, fen) in enumerate(points):
        height = room * abs(fen) // span
        drawn.append(
            Bar(number * step + step // 8, zero_y - height if fen >= 0 else zero_y, step * 3 // 4, height, label, fen)
        )
    return Chart(tuple(drawn), zero_y, top, bottom)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: its words, and how long its bar is."""

    y: int
    length: int
    label: str
    value: int
    shown: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Lines below one another, the longest over the whole room; ``left`` is where bars begin."""

    lines: tuple[Line, ...]
    height: int
    left: int
    width: int
    thick: int = 20


#: A line of a comparison with its air, the room for its words and for its figure.
_LINE, _WORDS, _FIGURE = 34, 150, 70
_ACROSS = 640


def lines(points: Sequence[tuple[str, int, str]]) -> Comparison:
    """A comparison of (label, value, value in words); nothing is drawn for what is below zero."""
    room, top = _ACROSS - _WORDS - _FIGURE, max([1, *(value for _, value, _ in points)])
    drawn = tuple(
        Line(number * _LINE, room * max(value, 0) // top, label, value, words)
        for number, (label, value, words) in enumerate(points)
    )
    return Comparison(drawn, len(points) * _LINE, _WORDS, _ACROSS)


def _round_up(fen: int) -> int:
    if fen <= 0:
        return 0
    size = 1
    while True:
        for step in _STEPS:
            if step * size >= fen:
                return step * size
        size *= 10
