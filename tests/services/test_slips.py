"""An issued slip is proven by its hash, never changes, names nobody, and still reads after the person was erased."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import settings, vault
from kiosk.errors import ConfigurationError, Refused
from kiosk.printing import slips
from kiosk.printing.check import problems
from kiosk.printing.document import Document, Drawer, Pair, Text
from kiosk.printing.model import ColumnBlank
from kiosk.printing.render_text import render_text
from kiosk.storage import Actor, open_store
from kiosk.words import N_, current_locale, say, use_locale
from tests.storage.test_guards_and_seals import bare

OPERATOR = Actor("staff", 3, "operator", desk_id=1)
NAME = "阿卜杜热合曼\x1b@·买买提"


def build(facts, blanks):
    blocks = [Text(say(N_("收据"))), Pair("村民", blanks.get("name", "—")), Pair("合计", facts["total"]), Drawer()]
    return Document("试 " + facts["number"], tuple(blocks))


def build_second(facts, blanks):
    return Document("second", (Text("第二版 " + blanks.get("name", "")),))


slips.register_template("slip_under_test", 1, build)
slips.register_blank_column("staff", "name")
FACTS = {"number": "R1", "total": "￥0.00", "lines": [{"fen": 0}, None, True]}


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    with opened.transaction(OPERATOR) as tx:
        vault.put(tx, "ticket", 7, "name", NAME, "money")
    yield opened
    opened.close()


def issue(store, blanks=None, facts=FACTS, number="R1", template="slip_under_test"):
    blanks = {"name": ("ticket", 7, "name")} if blanks is None else blanks
    with store.transaction(OPERATOR) as tx:
        return slips.freeze(tx, template, facts, blanks, "ticket", 7, number)


def text(store, slip_id, **how) -> str:
    with store.reading() as db:
        return render_text(slips.compose(db, slip_id, **how), 40)


def test_slip_is_filled_when_shown_and_holds_no_name(store):
    slip_id = issue(store)
    assert "阿卜杜热合曼@·买买提" in text(store, slip_id)
    with store.reading() as db:
        row = dict(db.one("SELECT * FROM slips"))
    assert "买买提" not in json.dumps(row, ensure_ascii=False)
    assert row["facts"] == '{"lines":[{"fen":0},null,true],"number":"R1","total":"￥0.00"}'
    assert json.loads(row["blanks"]) == {"name": ["vault", "ticket", 7, "name"]}


def test_slip_of_an_erased_person_says_so_and_is_still_proven(store):
    slip_id = issue(store)
    with store.transaction(OPERATOR, erasing=True) as tx:
        vault.erase(tx, "ticket", 7, "retention")
    shown = text(store, slip_id)
    assert "个人信息已按规定删除" in shown
    assert "买买提" not in shown
    with store.reading() as db:
        assert list(problems(db)) == []
    for file in store.state.iterdir():
        if file.is_file():
            assert "买买提".encode() not in file.read_bytes()


def test_blank_of_a_column_follows_the_row(store):
    with store.transaction(OPERATOR) as tx:
        staff = tx.insert("staff", name="王小明", role="operator", pin_hash="x", badge="b", created_at=tx.now)
    slip_id = issue(store, {"name": ColumnBlank("staff", staff, "name")})
    assert "王小明" in text(store, slip_id)
    with pytest.raises(ValueError, match="not declared"):
        issue(store, {"name": ColumnBlank("staff", staff, "pin_hash")}, number="R2")


def test_blank_without_a_value_is_left_off(store):
    slip_id = issue(store, {"name": ("ticket", 8, "name")})
    assert "—" in text(store, slip_id)
    with store.transaction(OPERATOR) as tx:
        vault.put(tx, "ticket", 8, "name", "后来写的", "money")
    assert "后来写的" not in text(store, slip_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE slips SET facts = replace(facts, '0.00', '9.00')",
        "UPDATE slips SET blanks = '{}'",
        "UPDATE slips SET template = 'printer_test'",
        "UPDATE slips SET subject_id = 8",
        "UPDATE slips SET document_no = 'R2'",
        "UPDATE slips SET issued_at = '2020-01-01T00:00:00.000000Z'",
        "DELETE FROM slips",
    ],
)
def test_slip_is_guarded_and_a_change_past_the_guard_is_found(store, statement):
    issue(store)
    with pytest.raises(sqlite3.IntegrityError, match="issued slip"), store.transaction(OPERATOR) as tx:
        tx.execute(statement)
    connection = bare(store.path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with store.reading() as db:
        found = [problem.code for problem in problems(db)]
    assert found == ([] if statement.startswith("DELETE") else ["slip.changed"])


def test_document_number_is_issued_once(store):
    issue(store)
    with pytest.raises(sqlite3.IntegrityError):
        issue(store)
    issue(store, number="R2")
    issue(store, number=None)
    issue(store, number=None)
    with store.reading() as db:
        assert [slip.document_no for slip in slips.of_subject(db, "ticket", 7)] == ["R1", "R2", None, None]


@pytest.mark.parametrize(
    "facts", [{"number": "R1", "total": 1.5}, {"number": 1}, {1: 2}, {"number": "R1", "total": {1}}]
)
def test_facts_that_cannot_be_proven_or_shown_are_refused(store, facts):
    with pytest.raises((TypeError, KeyError)):
        issue(store, facts=facts)
    with store.reading() as db:
        assert db.value("SELECT COUNT(*) FROM slips") == 0


def test_further_paper_is_marked_and_opens_no_drawer(store):
    slip_id = issue(store)
    first = text(store, slip_id)
    assert "补打" not in first
    second = text(store, slip_id, copy_no=2, copied_at="2026-11-22T00:24:40.123456Z")
    assert second.splitlines()[0].strip() == "补打 第2次"
    assert second.splitlines()[1].strip() == "2026-11-22 08:24"
    assert second.endswith(first)
    with store.reading() as db:
        assert any(isinstance(block, Drawer) for block in slips.compose(db, slip_id).blocks)
        assert not any(isinstance(block, Drawer) for block in slips.compose(db, slip_id, copy_no=1).blocks)
        sheets = slips.compose(db, slip_id, copies=3)
    assert sum(isinstance(block, Drawer) for block in sheets.blocks) == 1
    assert "第2联 共3联" in render_text(sheets, 40)


def test_old_version_still_reads_when_a_newer_one_is_registered(store, monkeypatch):
    old = issue(store)
    monkeypatch.setitem(slips._templates, "slip_under_test", {1: build, 2: build_second})
    new = issue(store, number="R2")
    assert "合计" in text(store, old)
    assert "第二版" in text(store, new)
    monkeypatch.setitem(slips._templates, "slip_under_test", {2: build_second})
    with pytest.raises(ConfigurationError, match="slip_under_test"):
        text(store, old)
    with store.reading() as db:
        assert [problem.code for problem in problems(db)] == ["slip.unreadable"]


def test_process_that_issued_nothing_reads_the_slips_of_every_room():
    asked = "from kiosk.printing.slips import has_template; print(has_template('receipt', 1), has_template('none', 1))"
    answer = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert answer.stdout == b"True False\n"


def test_template_is_declared_once():
    with pytest.raises(ValueError, match="twice"):
        slips.register_template("slip_under_test", 1, build_second)
    slips.register_template("slip_under_test", 1, build)
    with pytest.raises(ValueError, match="not a template"):
        slips.register_template("Slip", 1, build)


def test_slip_reads_in_the_language_of_the_station(store):
    slip_id = issue(store)
    use_locale("en")
    try:
        assert "收据" in text(store, slip_id)
        assert current_locale() == "en"
    finally:
        use_locale("zh_CN")


def test_slip_that_nobody_issued_is_refused(store):
    with store.reading() as db, pytest.raises(Refused) as caught:
        slips.compose(db, 99)
    assert caught.value.code == "slip.unknown"
    with pytest.raises(ValueError, match="no template"):
        issue(store, template="nothing")
