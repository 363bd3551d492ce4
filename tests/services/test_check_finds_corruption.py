"""``kiosk check`` can fail: random damage to single rows of a real day is found, and every code of a problem that the
source knows is seen by some test."""

import ast
import re
import shutil
from pathlib import Path

import pytest

from kiosk.check import problems
from kiosk.storage import seals
from tests.journeys.damage import Damage
from tests.journeys.real_day import make_day, opened

ROOT = Path(__file__).resolve().parents[2]
CORRUPTIONS = 20


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("day") / "state"
    make_day(folder)
    return folder


@pytest.fixture
def copy(day, tmp_path):
    shutil.copytree(day, tmp_path / "state")
    return tmp_path / "state"


def test_real_day_is_clean_and_fills_every_sealed_table(copy):
    with opened(copy) as store:
        assert list(problems(store)) == []
        with store.reading() as db:
            empty = [
                table.name
                for table in seals.sealed_tables(db.connection)
                if not db.value(f"SELECT COUNT(*) FROM {table.name}")
            ]
    assert empty == []


@pytest.mark.parametrize("number", range(CORRUPTIONS))
def test_random_damage_to_one_row_is_found(copy, chance, number):
    with Damage(copy / "kiosk.db", chance) as damage:
        tables = damage.tables()
        what = damage.once(chance.choice(tables))
        print(what)
    with opened(copy) as store:
        found = list(problems(store))
    print("\n".join(f"{problem.code} {problem.subject_kind} {problem.subject_id}" for problem in found))
    assert found, what


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize(
    ("table", "code"), [("audit", "audit.chain_broken"), ("names_in_stock", "parcel.name_not_indexed")]
)
def test_random_damage_to_what_has_no_seal_is_found_by_its_own_proof(copy, chance, table, code, number):
    with Damage(copy / "kiosk.db", chance) as damage:
        what = damage.once(next(found for found in damage.tables() if found.name == table))
        print(what)
    with opened(copy) as store:
        assert code in {problem.code for problem in problems(store)}, what


def test_damage_without_any_change_is_not_reported(copy, chance):
    with Damage(copy / "kiosk.db", chance):
        pass
    with opened(copy) as store:
        assert list(problems(store)) == []


# Every problem that the source can name -------------------------------------------------------------------------------


def _codes_in_source():
    """Each code that is given to ``Problem(…)``, with the file that gives it. A code built from parts is spelled out."""
    found = {}
    for path in sorted((ROOT / "kiosk").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem"):
                continue
            for code in _spelled(node.args[0], path):
                found[code] = path.relative_to(ROOT)
    return found


#: What the variable part of a built code may be, by the expression in its braces.
PARTS = {"broken.why": ("changed", "missing", "foreign", "unreadable")}


def _spelled(node, path):
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _spelled(node.body, path) + _spelled(node.orelse, path)
    if isinstance(node, ast.JoinedStr):
        codes = [""]
        for part in node.values:
            if isinstance(part, ast.Constant):
                codes = [code + part.value for code in codes]
            else:
                expression = ast.unparse(part.value)
                assert expression in PARTS, f"{path}: say in PARTS what {{{expression}}} may be"
                codes = [code + choice for code in codes for choice in PARTS[expression]]
        return codes
    raise AssertionError(f"{path}: the code of a problem is not written out: {ast.unparse(node)}")


def test_every_problem_that_check_can_report_is_seen_by_a_test():
    codes = _codes_in_source()
    assert len(codes) > 20
    here = Path(__file__)
    words = set()
    for path in sorted((ROOT / "tests").rglob("*.py")):
        if path != here:
            words |= set(re.findall(r"[\"'`]([a-z_]+\.[a-z_]+)[\"'`]", path.read_text("utf-8")))
    missing = {code: str(place) for code, place in codes.items() if code not in words}
    assert missing == {}
