"""Each invariant of the registers is broken once, and ``kiosk check`` names it; and whatever staff do in whatever order, the
entry stays what its story says."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk import registers
from kiosk.errors import Refused
from kiosk.registers import actions, check, erasure, store
from kiosk.registers.model import OPENED, PICTURES, WITHDRAWN
from kiosk.registers.story import fold
from kiosk.registers.typed import Typed
from kiosk.storage import Actor
from tests.journeys.damage import Damage
from tests.services.counter_bench import Bench
from tests.services.register_bench import CLOSING, COMPLAINT, photo, problems

OPERATOR = Actor("staff", 2, "operator", "李四", 1)

# Entry 1 was closed after a step that was undone, 2 waits with a photo, 3 was withdrawn, 4 is erased.
BROKEN = [
    ("register.form_changed", "UPDATE register_forms SET content = replace(content, '投诉', '表扬')"),
    ("register.not_as_its_steps", "UPDATE register_entries SET state = 'handling' WHERE id = 2"),
    (
        "register.not_as_its_steps",
        "UPDATE register_entries SET content = json_set(content, '$.kind', '其他') WHERE id = 2",
    ),
    ("register.not_as_its_steps", "UPDATE register_entries SET ended_on = '2020-01-01' WHERE id = 2"),
    ("register.not_as_its_steps", "UPDATE register_entries SET date_on = '2020-01-01' WHERE id = 2"),
    ("register.not_as_its_steps", "UPDATE register_entries SET entered_on = '2020-01-01' WHERE id = 2"),
    ("register.not_as_its_steps", "DELETE FROM register_steps WHERE entry_id = 1 AND step = 4"),
    ("register.step_not_allowed", "UPDATE register_steps SET act = 'reopen' WHERE entry_id = 1 AND act = 'close'"),
    ("register.step_not_allowed", "UPDATE register_steps SET undoes = 3 WHERE entry_id = 1 AND act = 'undone'"),
    (
        "register.state_unknown",
        "UPDATE register_steps SET state = 'gone' WHERE entry_id = 2; UPDATE register_entries SET state = 'gone' WHERE id = 2",
    ),
    ("register.not_recorded", "UPDATE audit SET action = 'register.corrected' WHERE action = 'register.step_taken'"),
    ("register.not_recorded", "DELETE FROM audit WHERE action = 'register.withdrawn'"),
    ("register.not_erased", "UPDATE register_entries SET name_hint = '赵' WHERE id = 4"),
    ("register.not_erased", "INSERT INTO vault VALUES ('register', 4, 'told#1', '1', '2', 'station', '')"),
    ("register.value_missing", "DELETE FROM vault WHERE case_kind = 'register' AND case_id = 2 AND field = 'told#1'"),
    ("register.value_of_no_step", "INSERT INTO vault VALUES ('register', 2, 'told#9', '1', '2', 'station', '')"),
    ("register.picture_missing", "DELETE FROM attachments WHERE case_kind = 'register' AND case_id = 2"),
    ("register.numbers_have_a_gap", "UPDATE register_entries SET number = 'TS2026-0009' WHERE id = 2"),
    ("register.numbers_have_a_gap", "UPDATE numbers SET last = 9 WHERE series = 'register.complaints'"),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bench = Bench(tmp_path_factory.mktemp("book") / "state")
    first, second, third, fourth = (
        bench.act(registers.open_entry, "complaints", Typed(COMPLAINT, {}, {"proof": [photo()]})).id for _ in range(4)
    )
    bench.act(actions.take_step, first, "handle", Typed({"done": "问了"}))
    bench.act(actions.undo, first)
    bench.act(actions.take_step, first, "close", Typed(CLOSING))
    bench.act(actions.withdraw, third)
    bench.act(actions.take_step, fourth, "close", Typed(CLOSING))
    with bench.store.transaction(erasing=True) as tx:
        erasure.forget(tx, fourth, "request.person")
    assert problems(bench) == [] and second == 2
    bench.store.close()
    return bench.store.state


@pytest.mark.parametrize(("code", "sql"), BROKEN)
def test_broken_invariant_is_named(book: Path, tmp_path: Path, code: str, sql: str) -> None:
    shutil.copytree(book, tmp_path / "state")
    with Damage(tmp_path / "state" / "kiosk.db", random.Random(1)) as damage:
        for statement in sql.split("; "):
            assert damage.db.execute(statement).rowcount > 0
    bench = Bench.reopened(tmp_path / "state")
    with bench.store.reading() as db:
        assert code in {problem.code for problem in check.problems(db)}
    bench.store.close()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM register_entries WHERE id = 2",
        "UPDATE register_entries SET number = 'TS2026-0099' WHERE id = 2",
        "UPDATE register_entries SET state = 'closed' WHERE id = 2",
        "UPDATE register_entries SET kept = 'activity' WHERE id = 2",
        "UPDATE register_entries SET subject_kind = 'parcel', subject_id = 1 WHERE id = 2",
        "UPDATE register_entries SET content = json_set(content, '$.kind', '其他') WHERE id = 2",
        "UPDATE register_entries SET ended_on = NULL WHERE id = 1",
        "UPDATE register_entries SET date_on = '2020-01-01' WHERE id = 2",
        "UPDATE register_entries SET phone_tail = '1234' WHERE id = 4",
        "UPDATE register_entries SET erased_at = NULL WHERE id = 4",
        "UPDATE register_steps SET content = '{}' WHERE entry_id = 2",
        "DELETE FROM register_steps WHERE entry_id = 2",
        "UPDATE register_forms SET content = '{}'",
        "DELETE FROM register_forms",
        "INSERT INTO register_steps (entry_id, step, act, state, content, form_id, business_on, at, by_kind, by_id)"
        " VALUES (2, 7, 'close', 'closed', '{}', 1, '2026-11-20', '', 'staff', 1)",
    ],
)
def test_database_itself_refuses(book: Path, tmp_path: Path, sql: str) -> None:
    import sqlite3

    shutil.copytree(book, tmp_path / "state")
    bench = Bench.reopened(tmp_path / "state")
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.execute(sql)
    bench.store.close()


class Book(RuleBasedStateMachine):
    """A clerk and a manager at every register that the station keeps, pressing whatever there is to press."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.bench = Bench(Path(self.folder.name) / "state", printer=False)
        with self.bench.store.reading() as db:
            self.books = registers.registers(db)
        self.seen: dict[int, dict[str, str]] = {}

    def _try(self, act, *args, actor: Actor | None = None):
        try:
            return self.bench.act(act, *args, actor=actor)
        except Refused:
            return None

    def _typed(self, book, act: str, pick) -> Typed:
        values = {}
        for field in book.asked(act):
            if field.type in PICTURES:
                continue
            values[field.code] = {
                "choice": field.choices[pick % len(field.choices)] if field.choices else "", "date": "2026-11-20", "time": "09:30",
                "money": "12.00", "count": "3", "number": "5", "person": "赵小梅", "phone": "13812345678", "tick": "1",
            }.get(field.type, f"写的第 {pick} 句")[: field.longest]  # fmt: skip
        pictures = {field.code: [photo()] for field in book.asked(act) if field.type in PICTURES and field.required}
        rows = {
            group.code: [{one.code: (one.choices[0] if one.choices else "赵" if one.type == "person" else "5") for one in group.fields if one.type not in ("date", "time", "phone")} for _ in range(len(group.fixed) or 2)]
            for group in book.rows_asked(act)
        }  # fmt: skip
        return Typed(values, rows, pictures)

    @rule(place=st.integers(0, 99), pick=st.integers(0, 9))
    def open(self, place: int, pick: int) -> None:
        book = list(self.books.values())[place % len(self.books)]
        self._try(registers.open_entry, book.code, self._typed(book, OPENED, pick))

    @rule(place=st.integers(0, 99), step=st.integers(0, 9), pick=st.integers(0, 9))
    def go_on(self, place: int, step: int, pick: int) -> None:
        found = self._entry(place)
        if found is None or not self.books[found.register].steps:
            return
        book = self.books[found.register]
        chosen = book.steps[step % len(book.steps)]
        now = self._try(actions.take_step, found.id, chosen.code, self._typed(book, chosen.code, pick))
        # Refused exactly where its own data has no such step from here (or asks what was not given).
        if found.state not in chosen.begins:
            assert now is None
        elif now is not None:
            assert now.state == chosen.to

    @rule(place=st.integers(0, 99), pick=st.integers(0, 9))
    def correct(self, place: int, pick: int) -> None:
        found = self._entry(place)
        if found is not None:
            self._try(actions.correct, found.id, Typed(self._typed(self.books[found.register], OPENED, pick).values))

    @rule(place=st.integers(0, 99), is_manager=st.booleans())
    def undo(self, place: int, is_manager: bool) -> None:
        found = self._entry(place)
        if found is not None:
            self._try(actions.undo, found.id, actor=None if is_manager else OPERATOR)

    @rule(place=st.integers(0, 99))
    def withdraw(self, place: int) -> None:
        found = self._entry(place)
        if found is not None:
            self._try(actions.withdraw, found.id)

    def _entry(self, place: int):
        with self.bench.store.reading() as db:
            last = db.value("SELECT MAX(id) FROM register_entries") or 0
            return store.entry(db, place % last + 1) if last else None

    @invariant()
    def nothing_that_was_written_is_lost(self) -> None:
        with self.bench.store.reading() as db:
            for row in db.all("SELECT id FROM register_entries"):
                kept = store.kept_of(db, row["id"])
                assert self.seen.get(row["id"], {}).items() <= kept.items()
                self.seen[row["id"]] = kept
                told = store.steps(db, row["id"])
                assert fold(told).state in {
                    one.code for one in self.books[store.entry(db, row["id"]).register].states
                } | {WITHDRAWN}

    def teardown(self) -> None:
        assert problems(self.bench) == []
        with self.bench.store.reading() as db:
            numbers = registers.counts(db, "2024-01-01", "2099-12-31")
            opened = db.value(
                "SELECT COUNT(*) FROM register_entries WHERE register = 'complaints' AND state <> 'withdrawn'"
            )
        assert numbers["complaints.new"] == opened
        self.bench.store.close()
        self.folder.cleanup()


Book.TestCase.settings = how(max_examples=6, stateful_step_count=25, deadline=None)
TestBook = Book.TestCase
