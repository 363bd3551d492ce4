"""The numbers of the registers for reports and measures, as the books stood at the end of a period: what was undone, corrected
or withdrawn afterwards does not change them, so that a report that was frozen counts again the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from kiosk.registers.definitions import registers
from kiosk.registers.model import OPENED, WITHDRAWN, Counter, Register
from kiosk.registers.store import Entry, touched
from kiosk.registers.story import Standing, Taken, date_on, fold
from kiosk.storage import Reader


def counts(
    db: Reader, first_on: str, last_on: str, codes: Collection[str] | None = None, but: Collection[str] = frozenset(),
    since: str = "",
) -> dict[str, int]:  # fmt: skip
    """Every counter by its key (``complaints.new``) over business dates, both included; those of some registers only where
    ``codes`` names them. Sums of money are fen. ``but``: dates among them that had yet to come when the period ended, since
    a clock that was ahead dated its last day. ``since``: counts none but what was written in from this date on, is about a
    later one or has not ended, for whoever asks by how much the books have grown."""
    found: dict[str, int] = {}
    for register in registers(db).values():
        if codes is not None and register.code not in codes:
            continue
        found |= {counter.key: 0 for counter in register.counters}
        if not register.counters:
            continue
        for entry, told in touched(db, register.code, since or first_on, last_on, but):
            stands = fold(told)
            if stands.state == WITHDRAWN:
                continue
            for counter in register.counters:
                found[counter.key] += _count(register, counter, entry, stands, first_on, last_on)
    return found


def _count(register: Register, counter: Counter, entry: Entry, stands: Standing, first_on: str, last_on: str) -> int:
    kind, _, code = counter.counts.partition(":")
    if kind == "step":
        # Each time it was taken, with what stood right after it. What was taken up again has not ended; money stays spent.
        times = 0
        for place, taken in enumerate(stands.counts):
            is_moot = not counter.sum and _was_taken_up_again(register, stands.counts[place:])
            if taken.act == code and first_on <= taken.business_on <= last_on and not is_moot:
                times += _worth(counter, entry, _content(stands.counts, place, register, counter))
        return times
    if kind == "state":
        return _worth(counter, entry, stands.content) if stands.state == code else 0
    day = date_on(register, stands) if counter.by == "date" else stands.counts[0].business_on
    assert counter.counts == OPENED
    return _worth(counter, entry, stands.content) if first_on <= day <= last_on else 0


def _was_taken_up_again(register: Register, steps: tuple[Taken, ...]) -> bool:
    """Whether the first of these steps ended the entry and a later one found that there was work left."""
    kinds = [state.kind if (state := register.state(taken.state)) is not None else "" for taken in steps]
    return kinds[0] == "done" and "open" in kinds


def _content(steps: tuple[Taken, ...], place: int, register: Register, counter: Counter) -> Mapping[str, Any]:
    """What stood once a step was taken, corrected by what was put right afterwards and before the same step came again."""
    again = next((n for n in range(place + 1, len(steps)) if steps[n].act == steps[place].act), len(steps))
    return fold(steps[:again]).content


def _worth(counter: Counter, entry: Entry, content: Mapping[str, Any]) -> int:
    """What one entry adds: 1, the number of its rows, or a sum; 0 where ``where`` leaves it out."""
    rows_code = counter.sum.removeprefix("rows:") if counter.sum.startswith("rows:") else ""
    for key, wanted in counter.where.items():
        if key == "alike":
            if (entry.alike_id is not None) is not wanted:
                return 0
        elif "." not in key and not _fits(content.get(key), wanted):
            return 0
    if rows_code:
        inner = {key.partition(".")[2]: wanted for key, wanted in counter.where.items() if "." in key}
        held = content.get(rows_code)
        rows = held["rows"] if isinstance(held, dict) else []
        return sum(all(_fits(row.get(code), wanted) for code, wanted in inner.items()) for row in rows)
    if counter.sum:
        value = content.get(counter.sum)
        # A form may have asked for words where it asks for a number now: those are no sum, and no reason not to close a day.
        return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else 0
    return 1


def _fits(value: Any, wanted: Any) -> bool:
    one_of = wanted if isinstance(wanted, list) else [wanted]
    return any(_plain(one) == value for one in one_of)


def _plain(wanted: Any) -> str | None:
    """A value of the data as it is kept: a tick is ``1`` or nothing, a number its digits, '' nothing."""
    if isinstance(wanted, bool):
        return "1" if wanted else None
    return str(wanted) or None
