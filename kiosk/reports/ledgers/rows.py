"""The one place that asks the database for ledgers: a page of rows, their totals, all of them one by one. Every question is
bounded by business dates and led by an index on them (or by the phone tail's), whatever the years before. Sources join
by CROSS JOIN, so that SQLite begins with the table that has the date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from kiosk import clock
from kiosk.reports.ledgers.model import Filters, Ledger
from kiosk.storage import Reader

#: How many rows there are, beside the sums.
ROWS = "rows"


def page(
    db: Reader, ledger: Ledger, asked: Filters, *, after: tuple[str, int] | None = None, limit: int = 50
) -> tuple[list[sqlite3.Row], tuple[str, int] | None]:
    """Rows newest first from behind ``after`` (date and key of the last row seen), and where to go on; None at the end."""
    where, values = _where(db, ledger, asked)
    if after is not None:
        where += f" AND ({ledger.on}, {ledger.key}) < (:after_on, :after_key)"
        # The range ends with the page's own date, so that the last page of a month starts where the first one did not.
        values |= {"after_on": after[0], "after_key": after[1], "to_on": min(asked.to_on, after[0])}
    rows = db.all(
        f"{_select(ledger)} WHERE {where} ORDER BY {ledger.on} DESC, {ledger.key} DESC LIMIT :limit",
        **values, limit=limit + 1,
    )  # fmt: skip
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], (last["on_"], last["key_"])


def totals(db: Reader, ledger: Ledger, asked: Filters) -> dict[str, int]:
    """How many rows there are (``rows``) and the sum of each column that has one."""
    where, values = _where(db, ledger, asked)
    sums = "".join(f", COALESCE(SUM({column.sql}), 0)" for column in ledger.totals)
    row = db.one(f"SELECT COUNT(*){sums} FROM {ledger.source} WHERE {where}", **values)
    names = [ROWS, *(column.name for column in ledger.totals)]
    return dict(zip(names, row or (), strict=True))


def every(db: Reader, ledger: Ledger, asked: Filters) -> Iterator[sqlite3.Row]:
    """Every row, oldest first, as the cursor brings them: never all of them in memory. Read inside one snapshot."""
    where, values = _where(db, ledger, asked)
    yield from db.connection.execute(f"{_select(ledger)} WHERE {where} ORDER BY {ledger.on}, {ledger.key}", values)


def _select(ledger: Ledger) -> str:
    columns = ", ".join(f"{column.sql} AS {column.name}" for column in ledger.columns)
    return (
        f"SELECT {columns}, {ledger.on} AS on_, {ledger.key} AS key_, {ledger.is_erased} AS erased_,"
        f" {ledger.place} AS place_ FROM {ledger.source}"
    )


def _where(db: Reader, ledger: Ledger, asked: Filters) -> tuple[str, dict[str, Any]]:
    parts = [f"{ledger.on} BETWEEN :from_on AND :to_on"]
    today = clock.local_date(db.settings.station.zone).isoformat()
    values: dict[str, Any] = {"from_on": asked.from_on, "to_on": asked.to_on, "today": today}
    if ledger.where != "1":
        parts.append(ledger.where)
    if asked.state:
        parts.append(f"({ledger.states[asked.state][1]})")
    if asked.operator_id is not None and ledger.by is not None:
        parts.append(f"{ledger.by[0]} = 'staff' AND {ledger.by[1]} = :operator_id")
        values["operator_id"] = asked.operator_id
    if asked.text:
        escaped = asked.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values["text"] = f"%{escaped}%"
        wanted = [f"{column} LIKE :text ESCAPE '\\'" for column in ledger.texts]
        for place, (column, names) in enumerate(ledger.named):
            codes = {
                f"code_{place}_{number}": code
                for number, (code, name) in enumerate(names(db).items())
                if asked.text.casefold() in name.casefold()
            }
            wanted += [f"{column} IN ({', '.join(':' + mark for mark in codes)})"] if codes else []
            values |= codes
        parts.append(f"({' OR '.join(wanted) or '0'})")
    if asked.tail and ledger.tail:
        parts.append(f"{ledger.tail} = :tail AND {ledger.tail} IS NOT NULL")
        values["tail"] = asked.tail
    return " AND ".join(parts), values
