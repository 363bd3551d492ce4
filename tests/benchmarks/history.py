"""Years of parcels in minutes: the rows that the acts would have written, guards off while they go in, then guards back
and every row sealed. ``kiosk check`` finds such a station clean (the quick run proves it each time)."""

from __future__ import annotations

import dataclasses
import itertools
import sqlite3
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kiosk import clock, fees, settings
from kiosk.audit import link
from kiosk.parcels.names import keys
from kiosk.settings import CONFIG
from kiosk.storage import Store, open_store, seals
from kiosk.storage.guards import put_guards
from tests.benchmarks import history_tickets

#: Parcels and tickets of one business day; with 5,000 in stock the last ten days lie on the shelves, and a million parcels
#: are five and a half years.
A_DAY, TICKETS_A_DAY = 500, 200
SHELVES, LAYERS = 20, 6
#: The last days' codes rest after the hand-over, as the station's settings say.
RESTING_DAYS = 7
NAMES = ("王芳", "李伟", "张秀英", "欧阳修", "单雄信", "")
STAFF = ("staff", 2, 1)  # kind, id and desk of whoever has done it all


def waybill(number: int) -> str:
    """The waybill of the parcel with this number (from 1)."""
    return f"YT{number:013d}"


def phone(number: int) -> str:
    """The phone of whoever gets the parcel with this number; over a million parcels everybody gets two or three."""
    return f"139{number * 7919 % 400_000:08d}"


def fill(state: Path, count: int, in_stock: int, tickets_a_day: int = TICKETS_A_DAY) -> None:
    """Puts ``count`` parcels into a station that nobody has open, the last ``in_stock`` of them on the shelves.

    History is whole in parcels, events, tickets with their money, slips, audit and seals; the reports of those days are
    not made up. ``tickets_a_day`` 0 leaves the tickets out.
    """
    # Without a printer: nobody wants the slips of two thousand days on paper.
    store = open_store(state, dataclasses.replace(settings.load(state), devices=()))
    # Five years go back before any station opened; without this no day of theirs could be, for the clock is not believed.
    clock.EARLIEST = min(clock.EARLIEST, clock.now() - timedelta(days=8 * 365))
    actor = history_tickets.whoever(store)
    begun = _begun(store, count)
    fee_list = tomllib.loads((CONFIG / "fees.demo.toml").read_text("utf-8"))
    if begun < fee_list["effective_on"]:
        with store.transaction(actor) as tx:
            fees.publish(tx, fee_list | {"effective_on": begun})
    pattern = history_tickets.Pattern(store, actor, f"{begun}T00:30:00.000000Z") if tickets_a_day else None
    with store.reading() as reader:
        last = reader.one("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    assert last is not None
    store.close()
    db = sqlite3.connect(store.path, isolation_level=None)
    seals.bind(db)
    db.executescript(
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -600000; PRAGMA temp_store = MEMORY;"
        " PRAGMA wal_autocheckpoint = 0; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; BEGIN"
    )
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    indexes = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('parcels', 'parcel_events', 'audit', 'vault')"
    ).fetchall()
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    _insert(db, store, count, in_stock, begun, (last["seq"], last["hash"]))
    for _, sql in indexes:
        db.execute(sql)
    if pattern is not None:  # with the indexes back: the days are closed by the acts, which look things up
        history_tickets.fill(db, store, actor, pattern, begun, -(-count // A_DAY), tickets_a_day)
    db.execute("COMMIT")
    put_guards(db, reseal=False)
    db.execute("BEGIN")
    _seal(db)
    db.execute("COMMIT")
    db.execute("PRAGMA journal_mode = WAL").fetchall()
    db.close()


def _begun(store: Store, count: int) -> date:
    """The first day: the last one is yesterday."""
    return clock.local_date(store.settings.station.zone) - timedelta(days=-(-count // A_DAY))


def _insert(
    db: sqlite3.Connection, store: Store, count: int, in_stock: int, begun: date, last: tuple[int, str]
) -> None:
    db.executemany(
        "INSERT INTO shelves (shelf, layer, position) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(str(s), layer, s * 100 + layer) for s in range(1, SHELVES + 1) for layer in range(1, LAYERS + 1)],
    )
    work = _Work(store, count, in_stock, begun, *last)
    columns = (
        "id, waybill_no, carrier, state, steps, shelf, layer, pickup_code, code_series, holds_code, phone_kind, phone_tail,"
        " phone_hash, name_hint, checked_in_at, checked_in_on, out_at, out_on"
    )
    parcels = f"INSERT INTO parcels ({columns}) VALUES ({', '.join('?' * 18)})"
    events = f"INSERT INTO parcel_events VALUES ({', '.join('?' * 14)})"
    records = f"INSERT INTO audit VALUES ({', '.join('?' * 9)})"
    numbers = iter(range(1, count + 1))
    while chunk := list(itertools.islice(numbers, 20_000)):
        made = [work.parcel(number) for number in chunk]
        db.executemany(parcels, (one[0] for one in made))
        db.executemany(events, (event for one in made for event in one[1]))
        db.executemany(records, (record for one in made for record in one[2]))
    db.executemany(f"INSERT INTO vault VALUES ({', '.join('?' * 7)})", work.vault)
    db.executemany("INSERT INTO names_in_stock VALUES (?, ?)", work.names)
    db.executemany(
        "INSERT INTO pickup_code_ranges (code_series, last_number) VALUES (?, ?)", sorted(work.ranges.items())
    )


class _Work:
    """Goes on from parcel to parcel: the chain, the ranges, the rows."""

    def __init__(self, store: Store, count: int, in_stock: int, begun: date, seq: int, previous: str) -> None:
        self.secrets = store.secrets
        self.first_in_stock = count - in_stock + 1
        self.first_held = self.first_in_stock - RESTING_DAYS * A_DAY
        self.begun = begun
        self.seq, self.previous = seq, previous
        self.vault: list[tuple[Any, ...]] = []
        self.names: list[tuple[str, int]] = []
        self.numbers: dict[str, int] = {}
        self.ranges: dict[str, int] = {}

    def parcel(self, number: int) -> tuple[tuple[Any, ...], list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """The parcel's row, its events, their records."""
        day, place = divmod(number - 1, A_DAY)
        on = (self.begun + timedelta(days=day)).isoformat()
        shelf, layer = str(number % SHELVES + 1), number // SHELVES % LAYERS + 1
        series = f"{shelf}-{layer}-{on[-1]}"
        code_number = self.numbers.get(series, 0) % 900 + 1  # given again after its rest, as the station does
        self.numbers[series] = code_number
        self.ranges[series] = max(code_number, self.ranges.get(series, 0))
        code = f"{series}{code_number:03d}"
        in_at = _at(on, 1, place)
        events = [(number, 1, "checked_in", None, "on_shelf", in_at, on, *STAFF, "", "",
                   f'{{"carrier":"YTO","layer":{layer},"shelf":"{shelf}"}}',
                   self._next())]  # fmt: skip
        records = [
            self._record(in_at, "parcel.checked_in",
                         f'{{"batch_id":null,"carrier":"YTO","parcel_id":{number},"pickup_code":"{code}"}}')
        ]  # fmt: skip
        is_here = number >= self.first_in_stock
        out_at = None
        if not is_here:
            out_at = _at(on, 6, place)
            events.append((number, 2, "handed_over", "on_shelf", "handed_over", out_at, on, *STAFF, "code", "", "{}",
                           self._next()))  # fmt: skip
            records.append(
                self._record(out_at, "parcel.handed_over", f'{{"method":"code","parcel_id":{number},"relation":""}}')
            )
        hint = NAMES[number % len(NAMES)] or None
        hashed = None
        if is_here:
            hashed = self.secrets.keyed_hash("phone", phone(number))
            self.vault.append(("parcel", number, "phone", phone(number), f"{number:032x}", "parcel", in_at))
            self.names += [(key, number) for key in keys(hint)] if hint else []
        row = (
            number, waybill(number), "YTO", "on_shelf" if is_here else "handed_over", 1 if is_here else 2, shelf, layer,
            code, series, int(number >= self.first_held), "real", phone(number)[-4:], hashed, hint, in_at, on, out_at,
            None if is_here else on,
        )  # fmt: skip
        return row, events, records

    def _next(self) -> int:
        self.seq += 1
        return self.seq

    def _record(self, at: str, action: str, facts: str) -> tuple[Any, ...]:
        digest = link(self.previous, self.seq, at, STAFF[0], STAFF[1], STAFF[2], action, facts)
        record = (self.seq, at, *STAFF, action, facts, self.previous, digest)
        self.previous = digest
        return record


def _at(on: str, hour: int, place: int) -> str:
    return f"{on}T{hour + place // 3600:02d}:{place // 60 % 60:02d}:{place % 60:02d}.{place:06d}Z"


def _seal(db: sqlite3.Connection) -> None:
    """Seals anew what was filled, each table in the order of the seals' own key: random order would take minutes."""
    for table in seals.sealed_tables(db):
        db.execute("DELETE FROM seals WHERE place = ?", (table.name,))
        key = table.key_sql("")
        db.execute(
            f"INSERT INTO seals (place, key, seal) SELECT '{table.name}', CAST({key} AS TEXT) AS k,"
            f" seal({table.values_sql('')}) FROM {table.name} ORDER BY k"
        )
