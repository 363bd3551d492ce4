"""What each service does when its line is settled, taken off or undone: the one table that joins the till to the
services behind it. A line that is not in it was a free act and is undone on its own page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.counter import (
    bill_lines,
    consignment_lines,
    convenience_lines,
    outbound_lines,
    parcel_lines,
    purchase_lines,
    till_lines,
)
from kiosk.counter.lines import AddedLine, LineActs
from kiosk.storage import Reader
from kiosk.till.model import Line

SERVICES: tuple[Any, ...] = (
    purchase_lines,
    bill_lines,
    consignment_lines,
    convenience_lines,
    outbound_lines,
    parcel_lines,
    till_lines,
)
LINE_ACTS: Mapping[tuple[str, str], LineActs] = {
    act: acts for service in SERVICES for act, acts in service.LINES.items()
}
ADD: Mapping[str, Callable[..., AddedLine]] = {name: add for service in SERVICES for name, add in service.ADD.items()}


def acts_of(line: Line) -> LineActs | None:
    """The acts of a line's service, for a refund those of the line that it gives back; None for a free act."""
    return LINE_ACTS.get((line.service, line.act if line.refunds_line_id is None else line.act.removeprefix("refund_")))


def cases_left_open(db: Reader) -> dict[str, int]:
    """How many cases of each kind are unfinished."""
    return {name: count for service in SERVICES for name, count in service.stays_open(db).items()}
