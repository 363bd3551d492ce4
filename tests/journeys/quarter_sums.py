"""What the driver of the quarter knows by itself: the sums of the acts that it sent, day by day, by the published fees
worked out here once more. It never asks a station or the centre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

COLUMNS = ("txn_count", "txn_amount_fen", "commission_fen", "service_fee_fen")
Row = tuple[str, str]  # service type and kind


def part_of(fen: int, percent: int) -> int:
    """So many percent, half a fen up."""
    return (fen * percent + 50) // 100


def purchase_fee(fen: int) -> int:
    """3 %, at least 1.00, at most 20.00 (config/fees.demo.toml)."""
    return min(max(part_of(fen, 3), 1_00), 20_00)


def commission(fen: int) -> int:
    """5 % of what was sold."""
    return part_of(fen, 5)


@dataclass
class Day:
    """One business day of one station."""

    services: dict[Row, list[int]] = field(default_factory=dict)
    parcels: Counter[str] = field(default_factory=Counter)

    def add(
        self, service: str, kind: str, fen: int, *, commission_fen: int = 0, fee_fen: int = 0, count: int = 1
    ) -> None:
        """One act."""
        row = self.services.setdefault((service, kind), [0, 0, 0, 0])
        for at, value in enumerate((count, fen, commission_fen, fee_fen)):
            row[at] += value

    def without(self, other: Day) -> Day:
        """This day as it is where the acts of ``other`` never happened."""
        left = Day({name: list(row) for name, row in self.services.items()}, self.parcels)
        for (service, kind), (count, fen, commission_fen, fee_fen) in other.services.items():
            left.add(service, kind, -fen, commission_fen=-commission_fen, fee_fen=-fee_fen, count=-count)
        return left

    def figures(self) -> dict[Row, tuple[int, ...]]:
        """By service and kind, without those where nothing happened."""
        return {name: tuple(row) for name, row in self.services.items() if any(row)}

    def totals(self) -> dict[str, int]:
        """Over all services."""
        return summed([self])


def summed(days: Iterable[Day]) -> dict[str, int]:
    """The four sums over some days."""
    sums = [0, 0, 0, 0]
    for day in days:
        for row in day.services.values():
            sums = [old + new for old, new in zip(sums, row, strict=True)]
    return dict(zip(COLUMNS, sums, strict=True))


class Sums:
    """One station's running totals."""

    def __init__(self) -> None:
        self.days: dict[date, Day] = {}

    def on(self, day: date) -> Day:
        """The day, begun when nothing happened on it so far."""
        return self.days.setdefault(day, Day())

    def between(self, first: date, last: date) -> dict[str, int]:
        """The four sums of a period."""
        return summed(day for on, day in self.days.items() if first <= on <= last)

    def parcels(self, first: date, last: date) -> Counter[str]:
        """What came and went in a period."""
        found: Counter[str] = Counter()
        for on, day in self.days.items():
            if first <= on <= last:
                found.update(day.parcels)
        return found
