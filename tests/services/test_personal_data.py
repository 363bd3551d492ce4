"""The proof: every field that takes a person's data is filled with marked values, which are found wherever a station keeps
things; after the erasure they are found nowhere, in no coding, and a restored back-up has lost them before it opens."""

import ast
import contextlib
import logging
import re
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import kiosk
from kiosk import chores, clock, vault
from kiosk.check import problems
from kiosk.codes import recognise
from kiosk.counter import never_came
from kiosk.counter.take_scan import take_scan
from kiosk.devices import Runtime
from kiosk.people import sessions
from kiosk.printing import jobs
from kiosk.retention import all_kinds, lines
from kiosk.retention.erasures import FILE, write_list
from kiosk.retention.restoring import erase_again
from kiosk.retention.schedule import erase_due
from kiosk.retention.terms import TERMS
from kiosk.storage.backup import restore_backup, write_backup
from tests.services.counter_bench import Bench
from tests.services.personal_fill import WAYBILLS, Marked, in_years
from tests.services.personal_fill_day import one_more
from tests.services.personal_marks import codings, everything_under, found

ERASED = "个人信息已按规定删除"
SOURCE = Path(next(iter(kiosk.__path__)))


class CallsOf:
    """Notes from which lines a function is called, and changes nothing."""

    def __init__(self, function) -> None:
        self._code, self.lines = function.__code__, set()

    def __enter__(self):
        sys.setprofile(self._see)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)

    def _see(self, frame, event, _arg):
        if event == "call" and frame.f_code is self._code:
            caller = frame.f_back
            self.lines.add((Path(caller.f_code.co_filename).relative_to(SOURCE.parent), caller.f_lineno))


def places_that_keep() -> dict[tuple[Path, int], tuple[int, int]]:
    """Every call of ``vault.put`` in the business: its file and line, and from which line to which it stands."""
    calls = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "vault.put":
                calls[path.relative_to(SOURCE.parent), node.lineno] = (node.lineno, node.end_lineno or node.lineno)
    return calls


def marks(station: Bench) -> list[str]:
    """Every personal value that is kept now: the vault and the columns by which people are found."""
    with station.store.reading() as db:
        kept = [row["value"] for row in db.all("SELECT value FROM vault")]
        kept += [row["name_key"] for row in db.all("SELECT name_key FROM names_in_stock")]
        for kind in all_kinds().values():
            for column in kind.columns:
                kept += [row[0] for row in db.all(f"SELECT {column} FROM {kind.table} WHERE {column} IS NOT NULL")]
    # A photo is looked for by a piece out of its middle, and by its own bytes.
    return sorted({value if len(value) < 400 else value[200:264] for value in kept})


def told_apart(values: list[str]) -> list[str]:
    """Those that nothing but a person's data can be: no amount, date or choice out of a list stands for somebody."""
    return [
        value
        for value in values
        if len(value.encode()) >= 6 and not re.fullmatch(r"\d{1,7}|\d{4}-\d\d-\d\d|二等座|上午|\[\[.*\]\]", value)
    ]


@pytest.fixture
def logged(tmp_path: Path):
    """Everything that any logger says, in a file."""
    (tmp_path / "log").mkdir()
    handler = logging.FileHandler(tmp_path / "log" / "kiosk.log", encoding="utf-8")
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield tmp_path / "log"
    root.setLevel(before)
    root.removeHandler(handler)
    handler.close()


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: Path):
    monkeypatch.setenv("KIOSK_RUNTIME", str(tmp_path / "runtime"))
    (tmp_path / "runtime").mkdir()
    return Marked(tmp_path / "station")


def scanned(station: Marked) -> None:
    """A phone and a waybill went through the scanner."""
    station.act(sessions.begin, 1, 1)
    runtime = Runtime.open(station.store.state)
    for text in (WAYBILLS[-1], "13900001111"):
        found_code = recognise(text)
        runtime.put_trace("扫码枪", "scan", text, len(text))
        scan_id = runtime.put_scan("扫码枪", "柜台", found_code)
        scan = next(scan for scan in runtime.recent_scans("扫码枪") if scan.scan_id == scan_id)
        station.act(take_scan, 1, scan)
        runtime.mark_taken([scan_id])
    runtime.close()


def a_minute_later(station: Marked) -> None:
    """runtime.db two hours on: scans are thrown away by the next beat, frames by the chores."""
    runtime = Runtime.open(station.store.state)
    runtime.file.write(lambda db: db.execute("UPDATE scans SET tick = tick - 61"))
    runtime.beat("drivers")
    runtime.file.forget_frames(clock.stamp(clock.now() + timedelta(seconds=1)))
    runtime.close()


@pytest.mark.obligation(
    "TC-35",
    "CUO-20",
    place="kiosk chores",
    reads="every personal value of every service is erased by its term, and found nowhere",
)
def test_everything_of_everybody_is_found_before_and_nowhere_after(station: Marked, tmp_path: Path):
    with CallsOf(vault.put) as called:
        station.fill()
    with contextlib.closing(sqlite3.connect(station.store.path)) as beside:
        # The log begins anew: looked through again and again, ten megabytes of it were most of what this test took.
        assert beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    scanned(station)
    one_more(station)

    # Mechanically: whatever the code can keep of people was kept in this station.
    missed = [
        place for place, (first, last) in places_that_keep().items()
        if not any(path == place[0] and first <= line <= last for path, line in called.lines)
    ]  # fmt: skip
    assert missed == [], "these keep something of people that no fill of tests/services/personal_fill.py has put there"
    with station.store.reading() as db:
        rows = {(row["case_kind"], row["field"]) for row in db.all("SELECT DISTINCT case_kind, field FROM vault")}
        for name, kind in all_kinds().items():
            fields = {kind.field_of(field) for case_kind, field in rows if case_kind == name}
            assert set(kind.fields.values()) <= fields, f"{name} has a field that nothing filled"
            for column in kind.columns:
                assert db.value(f"SELECT COUNT(*) FROM {kind.table} WHERE {column} IS NOT NULL"), (
                    f"{name}.{column} is empty"
                )
        slip_ids = [row["id"] for row in db.all("SELECT id FROM slips WHERE blanks <> '{}'")]
        waiting = jobs.tray(db)
    assert slip_ids and waiting
    assert list(problems(station.store)) == []

    # The control: before, every value stands where a station keeps things.
    marked = marks(station)
    long_ones = told_apart(marked)
    assert len(long_ones) > 60
    backup = tmp_path / "backups-of-before" / "before.zip"
    backup.parent.mkdir()
    write_backup(station.store, backup)
    before = everything_under(station.store.state, backup.parent)
    by_place = found(long_ones, before)
    assert sorted(set(long_ones) - by_place.keys()) == []
    places = {place.partition(" ")[0].rpartition("/")[2] for where in by_place.values() for place in where}
    assert {"kiosk.db", "kiosk.db-wal", "before.zip!kiosk.db"} <= places
    in_runtime = found([WAYBILLS[-1]], everything_under(tmp_path / "runtime"))
    assert in_runtime, "the scan stood in runtime.db"

    # Erased by the schedule, four years on; what the chores let go by age goes too, and what never came is awaited no more.
    with station.store.transaction() as tx:
        tx.now = clock.stamp(clock.now() + timedelta(days=61))
        assert never_came.drop_never_came(tx) == 3  # of a list, of what was typed, of what the county announced
    assert erase_due(station.store, in_years(4), run_seconds=120) > 20
    with station.store.transaction(erasing=True) as tx:
        tx.now = clock.stamp(clock.now() + timedelta(days=8))
        chores.desk_scans.forget_old(tx)
        chores.stored_answers.forget_old(tx)
    a_minute_later(station)
    write_list(station.store)
    station.store.checkpoint()
    after_backup = tmp_path / "backups-of-after" / "after.zip"
    after_backup.parent.mkdir()
    write_backup(station.store, after_backup)
    after = everything_under(
        station.store.state, after_backup.parent, tmp_path / "runtime", tmp_path / "log"
    )  # fmt: skip
    left = found({*long_ones, *told_apart(station.said), WAYBILLS[-1], "13900001111"}, after)
    assert sorted((value, *sorted(where)[:3]) for value, where in left.items()) == []
    with station.store.reading() as db:
        assert db.value("SELECT COUNT(*) FROM vault") == 0
        for kind in all_kinds().values():
            for column in kind.columns:
                assert db.value(f"SELECT COUNT(*) FROM {kind.table} WHERE {column} IS NOT NULL") == 0, (
                    kind.table,
                    column,
                )
    assert list(problems(station.store)) == []

    # Paper: a reprint says so, and a job that waited brings no person back.
    texts = {slip_id: station.text(slip_id) for slip_id in slip_ids}
    assert [slip_id for slip_id, text in texts.items() if ERASED not in text.replace("\n", "")] == []
    assert [value for value in long_ones if any(value in text for text in texts.values())] == []
    with station.store.reading() as db:
        assert [
            job for job in jobs.tray(db) if any(str(jobs.document(db, job)).find(value) >= 0 for value in long_ones)
        ] == []

    # An old back-up: restored, it has lost them before anybody can open it.
    station.store.close()
    seen = []

    def before_it_opens(state: Path, fresh: Path) -> None:
        erase_again(state, fresh)
        seen.append(found(long_ones, {path.name: path.read_bytes() for path in fresh.glob("kiosk.db*")}))

    kept = restore_backup(station.store.state, backup, before_it_opens)
    assert seen == [{}]
    reopened = Marked.reopened(station.store.state)
    restored = {
        name: content for name, content in everything_under(reopened.store.state).items() if kept.name not in name
    }
    assert found(long_ones, restored) == {}
    assert [str(one) for one in problems(reopened.store)] == []
    reopened.store.close()


def test_a_number_in_an_sms_is_found_by_its_swapped_digits():
    coded = dict(codings("13987654321"))
    assert coded["pdu-hex"] == b"3189674523F1"
    assert coded["pdu"] == bytes.fromhex("3189674523F1")
    assert coded["utf-16-le"] == "13987654321".encode("utf-16-le")


def test_every_class_of_the_vault_stands_in_the_schedule():
    covered = {name for kind in all_kinds().values() for name in kind.classes}
    assert covered == set(vault.RETENTION_CLASSES)
    assert {line.term for _, line in lines()} <= set(TERMS)


def test_every_room_that_keeps_something_has_declared_it():
    """Whoever writes into the vault has a module ``personal`` in the same room."""
    rooms = {path.parts[1] for path, _ in places_that_keep()}
    declared = {path.parent.name for path in SOURCE.glob("*/personal.py")}
    # Attachments lie under the case of another room, which erases them with it.
    assert rooms - declared == {"attachments"}


def test_list_of_erasures_names_nobody(station: Marked):
    station.fill()
    marked = told_apart(marks(station))
    erase_due(station.store, in_years(4), run_seconds=120)
    assert write_list(station.store) > 20
    assert write_list(station.store) == 0
    listed = (station.store.state / FILE).read_bytes()
    assert found(marked, {FILE: listed}) == {}
