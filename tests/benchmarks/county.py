"""The road to the county and its centre: a year's backlog drained over HTTP, reports taken in on SQLite and on PostgreSQL
beside bare inserts of the same bytes, and the lists of three hundred stations over three years."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from kiosk import outbox
from kiosk.reports import sending
from kiosk.reports.envelope import Signed
from sync.centre.app import create_app
from sync.centre.intake import take
from sync.centre.office import Centre
from sync.centre.tables import report_figures, reports, station_keys, stations
from sync.transport import ENDPOINT, MEDIA_TYPE
from sync.uplink import Uplink
from tests.benchmarks import processes, yardsticks
from tests.benchmarks.measure import Runner, Times, alternate, cpu_of, said
from tests.benchmarks.table import Figures, Row
from tests.benchmarks.wire import Wire
from tests.services.counter_bench import Bench
from tests.sync.county import Signer, centre_process
from tests.sync.postgres import running_server

YEAR, STATIONS, YEARS = 365, 300, 3
#: The centre's ingest over HTTP is asked for half of F's rate (performance.md).
SHARE_OF_F = 0.5
FIRST = date(2023, 1, 1)
AT = "2026-11-22T00:24:40.123456Z"


def measure(figures: Figures, folder: Path, *, is_quick: bool) -> None:
    """Every figure of the county."""
    folder.mkdir(parents=True)
    _drained(figures, folder, 30 if is_quick else YEAR)
    count, days = (20, 30) if is_quick else (STATIONS, 365 * YEARS)
    with running_server(durable=True) as server:
        for name, address in (("SQLite", ""), ("PostgreSQL", server.new_database())):
            there = ["--database", server.new_database()] if address else []
            _ingest_over_http(figures, folder / f"{name} over HTTP", there, name, 10 if is_quick else 60)
            centre = Centre.open(folder / name, address)
            with said(f"{name}: {count} stations over {days} days"):
                _fill(centre, count, days)
            _ingest(figures, folder / name, centre, name, 8 if is_quick else 60)
            _lists(figures, centre, name, count, days, 3 if is_quick else 9)
            centre.close()


def _drained(figures: Figures, folder: Path, count: int) -> None:
    """A station that was without a line for a year: how long each report takes on a good one, beside F's act."""
    with centre_process(folder / "drained", "--trust-first") as (address, _process):
        state = folder / "backlog"
        state.mkdir()
        (state / "station.toml").write_text(
            f'[station]\ncode = "bench-001"\n[county]\naddress = "{address}"\n', "utf-8"
        )
        bench = Bench(state, printer=False)
        content = json.loads(_a_day(bench))
        for number in range(count):
            with bench.store.transaction(bench.actor) as tx:
                on = (FIRST + timedelta(days=number)).isoformat()
                told = content | {"business_on": on, "report_no": f"F{on.replace('-', '')}-0001"}
                subject = {"kind": "report", "id": number + 100, "number": told["report_no"], "hash": "0" * 64}
                sending.send(tx, "report.daily", told, subject=subject, order_id=number + 100)
        raw = folder / "raw.db"
        yardsticks.make(raw, 2_000, 1_500)
        uplink = Uplink(bench.store, lambda _lamp: None)
        with yardsticks.Bare(raw) as bare:
            line, numbers = Wire(bare.port), iter(range(500, 2_000))
            f = Runner("F", lambda _: line.ask("POST", f"/parcels/{next(numbers)}/hand-over"), cpu_of(bare.pid))
            theirs, ours = alternate(f, Runner("report", lambda _: uplink.turn()), batches=4, size=count // 8)
            some = Row("syncs per drained message, station", f"{count}")
            processes.counted(figures, some, os.getpid(), folder, lambda _: uplink.turn(), count // 8)
            begun = time.perf_counter()
            while _waiting(bench):
                uplink.turn()
            each = time.perf_counter() - begun
            line.close()
        uplink.close()
        bench.store.close()
    row = figures.add(Row("a report of a backlog, leased, sent, acknowledged", f"{count}", ours, theirs, "F"))
    row.words = f"{1 / ours.median:.0f} a second; the rest in {each:.1f} s"


def _a_day(bench: Bench) -> str:
    bench.settle(bench.ticket(("purchase", {"item_name": "水泵", "amount_fen": 300_00, "paid_by": "customer"})), 400_00)
    return str(bench.close().report.content)


def _waiting(bench: Bench) -> int:
    with bench.store.reading() as db:
        return outbox.summary(db).waiting


def _ingest(figures: Figures, folder: Path, centre: Centre, name: str, size: int) -> None:
    """A report verified and stored, in process, beside the bare insert of as many bytes with a commit each."""
    made = _signed(folder / "signer", size * 6)
    with centre.database.writing() as db:
        kind = "SERIAL" if db.dialect.name == "postgresql" else "INTEGER"
        db.execute(text(f"CREATE TABLE bare (id {kind} PRIMARY KEY, envelope TEXT NOT NULL, payload TEXT NOT NULL)"))
    trusting = Centre(
        centre.database, centre.secrets, True, centre.zone, centre.locale, centre.report_by
    )  # the first key is believed

    def bare(_: int) -> None:
        with centre.database.writing() as db:
            db.execute(
                text("INSERT INTO bare (envelope, payload) VALUES (:envelope, :payload)"),
                {"envelope": made[0].envelope, "payload": made[0].payload},
            )

    left = iter(made)
    ours, theirs = alternate(
        Runner("ingest", lambda _: take(trusting, next(left).envelope)), Runner("bare", bare), batches=4, size=size
    )
    row = Row(f"a report verified and stored, {name}, in process", "", ours, theirs, "bare insert, a commit each")
    row.words = f"{1 / ours.median:.0f} a second"
    figures.add(row)


def _ingest_over_http(figures: Figures, folder: Path, there: list[str], name: str, size: int) -> None:
    """A report posted, verified and stored by the centre's own process, beside F. A database server's CPU is not counted."""
    made = iter(_signed(folder / "signer", size * 8))
    yardsticks.make(folder / "raw.db", size * 8, size * 8)
    numbers = iter(range(size * 8))
    with (
        centre_process(folder / "centre", "--trust-first", *there) as (address, process),
        yardsticks.Bare(folder / "raw.db") as bare,
    ):
        line, f = Wire(int(address.rpartition(":")[2])), Wire(bare.port)

        def post(_: int) -> None:
            more = f"Content-Type: {MEDIA_TYPE}\r\n"
            status, said = line.ask("POST", ENDPOINT, next(made).envelope.encode("ascii"), more)
            assert status == 201, said

        def bare_act(_: int) -> None:
            f.ask("POST", f"/parcels/{next(numbers)}/hand-over")

        ours, theirs = alternate(
            Runner("ingest", post, cpu_of(process.pid)), Runner("F", bare_act, cpu_of(bare.pid)), batches=5, size=size
        )
        row = Row(f"a report verified and stored, {name}, HTTP", "", ours, theirs, "F", f"≥ {SHARE_OF_F} × F's rate")
        by_clock, by_cpu = 1 / (row.ratio or 1), 1 / (row.cpu_ratio or 1)
        # Where the disk or other programs hold both up, the clock alone flatters.
        row.is_reached = min(by_clock, by_cpu) >= SHARE_OF_F
        row.words = f"{by_clock:.2f} × F's rate, {by_cpu:.2f} × by CPU; {1 / ours.median:.0f} a second"
        figures.add(row)
        if not there:
            some = Row(f"syncs per report taken in, {name}", "")
            processes.counted(figures, some, process.pid, folder, post, size)
        line.close()
        f.close()


def _signed(folder: Path, count: int) -> list[Signed]:
    """Daily reports of one station, each of a date of its own; signing is the station's work."""
    signer = Signer.make(folder, "bench-002")
    return [
        signer.report(n, business_on=(FIRST + timedelta(days=n)).isoformat(), report_no=f"F{n:08d}-0001")
        for n in range(1, count + 1)
    ]


def _fill(centre: Centre, count: int, days: int) -> None:
    """Reports of every station and day as they lie in a centre after years, short of their long envelopes."""
    with centre.database.writing() as db:
        for number in range(count):
            _station(db, f"s-{number:03d}", number, days)
    with centre.database.writing() as db:
        db.execute(text("ANALYZE"))


def _station(db: Connection, code: str, number: int, days: int) -> None:
    last = FIRST + timedelta(days=days - 1)
    db.execute(
        insert(stations).values(
            station=code, name=f"{code} 服务站", added_at=AT, since_on=FIRST.isoformat(), highest_sequence=days,
            received=days, made_at=AT, seen_at=AT,
        )
    )  # fmt: skip
    key = db.execute(
        insert(station_keys)
        .values(station=code, public_key="{}", thumbprint=f"t-{code}", how="enrolled", since_at=AT, first_sequence=1)
        .returning(station_keys.c.id)
    ).scalar_one()
    rows: list[dict[str, Any]] = []
    figures: list[dict[str, Any]] = []
    payload = json.dumps({"content": {"station": {"code": code}, "totals": {}}, "filler": "x" * 800})
    for day in range(days):
        on = (FIRST + timedelta(days=day)).isoformat()
        report_id = number * days + day + 1
        rows.append(
            {
                "id": report_id, "acknowledgement_no": f"C-{on.replace('-', '')}-{number + 1:06d}", "received_at": f"{on}T11:00:00.000000Z",
                "road": "https", "station": code, "sequence": day + 1, "topic": "report.daily", "hash": f"{report_id:064x}",
                "key_id": key, "envelope": "x" * 400, "payload": payload,
            }
        )  # fmt: skip
        figures.append(
            {
                "report_id": report_id, "station": code, "form": "report.daily", "first_on": on, "business_on": on,
                "report_no": f"F{on.replace('-', '')}-0001", "revision": 0, "supplements": None,
                "is_late": int(report_id % 17 == 0), "closed_at": f"{on}T10:30:00.000000Z", "txn_count": 12, "txn_amount_fen": 128_50,
                "commission_fen": 150, "service_fee_fen": 200, "counts": 1, "disputed": 0,
            }
        )  # fmt: skip
    assert rows[-1]["received_at"].startswith(last.isoformat())
    db.execute(insert(reports), rows)
    db.execute(insert(report_figures), figures)
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT setval(pg_get_serial_sequence('reports', 'id'), (SELECT MAX(id) FROM reports))"))


def _lists(figures: Figures, centre: Centre, name: str, count: int, days: int, turns: int) -> None:
    """The pages that people and programs ask for, in process through the app."""
    client = create_app(centre).test_client()
    last = FIRST + timedelta(days=days - 1)
    month = last - timedelta(days=min(29, days - 1))
    asked = {
        "reports received, first page": "/",
        "every station on one day": f"/days?on={last}",
        "every station on one day, JSON": f"/api/v1/days?on={last}",
        "one station's month, JSON": f"/api/v1/days?station=s-007&from={month}&to={last}",
        "anomalies and gaps": "/attention",
    }
    for what, path in asked.items():
        times = Times(what, list(_timed(lambda path=path: client.get(path), turns)))  # type: ignore[misc]
        row = Row(f"{what}, {count} stations × {days} days, {name}", "", times)
        row.words = f"{statistics.median(times.each) * 1000:.0f} ms"
        figures.add(row)


def _timed(ask: Callable[[], Any], turns: int) -> Iterator[float]:
    for turn in range(turns + 1):
        begun = time.perf_counter()
        answer = ask()
        assert answer.status_code == 200, answer.text[:400]
        if turn:
            yield time.perf_counter() - begun
