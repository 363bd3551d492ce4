"""The recovery code on paper: printed once, gone from file and paper queue when noted or after ten minutes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import chores, clock, settings
from kiosk.counter import recovery_paper
from kiosk.people import staff
from kiosk.printing import jobs, slips
from kiosk.printing.render_text import render_text
from kiosk.storage import Store, open_store

PRINTER = '[[devices]]\nname = "小票机"\nkind = "printer"\ndriver = "file"\n'


@pytest.fixture
def store(tmp_path: Path):  # type: ignore[no-untyped-def]
    (tmp_path / "station.toml").write_text(PRINTER, "utf-8")
    found = open_store(tmp_path, settings.load(tmp_path))
    yield found
    found.close()


def _made(store: Store) -> tuple[str, int | None]:
    with store.transaction() as tx:
        _, code = staff.create_first_manager(tx, "王站长", "482913")
        return code, recovery_paper.print_recovery_code(tx, code)


def _text(store: Store) -> str:
    with store.reading() as db:
        return "\n".join(render_text(slips.compose(db, slip.id), 48) for slip in slips.of_subject(db, "recovery", 1))


def test_the_paper_has_the_code_and_the_frozen_slip_has_not(store: Store) -> None:
    code, job_id = _made(store)
    assert code in _text(store)
    with store.reading() as db:
        assert jobs.find(db, job_id).state == "waiting"
        assert code not in slips.of_subject(db, "recovery", 1)[0].facts


def test_a_noted_code_leaves_every_file_and_a_paper_that_has_not_begun(store: Store) -> None:
    code, job_id = _made(store)
    with store.transaction(erasing=True) as tx:
        assert recovery_paper.forget_recovery_code(tx)
    assert code not in _text(store)
    with store.reading() as db:
        assert jobs.find(db, job_id).state == "cancelled"
    for path in store.state.glob("kiosk.db*"):
        assert code.encode() not in path.read_bytes(), path


def test_a_paper_under_way_is_left_to_the_printer(store: Store) -> None:
    _, job_id = _made(store)
    with store.transaction(erasing=True) as tx:
        recovery_paper.forget_recovery_code(tx, [job_id])
    with store.reading() as db:
        assert jobs.find(db, job_id).state == "waiting"


def test_a_code_that_nobody_noted_is_erased_by_the_chores(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _ = _made(store)
    chores.run_due(store)
    assert code in _text(store)
    later = clock.now() + timedelta(seconds=recovery_paper.KEPT_SECONDS + 61)
    monkeypatch.setattr(clock, "now", lambda: later)
    chores.run_due(store)
    assert code not in _text(store)


def test_a_station_without_a_printer_keeps_the_code_nowhere(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s", settings.load(tmp_path / "s"))
    code, job_id = _made(store)
    assert job_id is None
    for path in store.state.glob("kiosk.db*"):
        assert code.encode() not in path.read_bytes()
    store.close()
