"""Money is whole fen: no `…_fen` meets a float, a true division or a REAL column; Decimal stays in kiosk.money."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, files, python_files, text

MONEY = Path("kiosk/money.py")
SQL_REAL_MONEY = re.compile(r"\b\w*_fen\b\s+(?:REAL|FLOAT|DOUBLE|NUMERIC|DECIMAL)\b", re.IGNORECASE)


def names(node: ast.AST) -> Iterator[str]:
    """Every name that this expression mentions."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.arg | ast.keyword) and part.arg:
            yield part.arg
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isidentifier():
            yield part.value


def is_money(node: ast.AST) -> bool:
    return any(name == "fen" or name.endswith("_fen") for name in names(node))


def has_float(node: ast.AST) -> bool:
    return any(
        (isinstance(part, ast.Constant) and isinstance(part.value, float))
        or (isinstance(part, ast.Name) and part.id == "float")
        or (isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div))
        for part in ast.walk(node)
    )


def money_as_float(source: str) -> list[int]:
    """The lines in which money is declared, set, compared or computed as anything but a whole number."""
    wrong = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.BinOp(left=left, op=ast.Div(), right=right) if is_money(left) or is_money(right):
                wrong.add(node.lineno)
            case ast.BinOp(left=left, right=right) if (is_money(left) or is_money(right)) and (
                has_float(left) or has_float(right)
            ):
                wrong.add(node.lineno)
            case ast.Call(func=ast.Name(id="float"), args=args) if any(is_money(arg) for arg in args):
                wrong.add(node.lineno)
            case ast.AnnAssign(target=target, annotation=kind, value=value) if is_money(target) and (
                has_float(kind) or (value is not None and has_float(value))
            ):
                wrong.add(node.lineno)
            case ast.Assign(targets=targets, value=value) if any(map(is_money, targets)) and has_float(value):
                wrong.add(node.lineno)
            case ast.arg(arg=name, annotation=ast.expr() as kind) if is_money(ast.Name(name)) and has_float(kind):
                wrong.add(node.lineno)
            case ast.keyword(arg=name, value=value) if name and is_money(ast.Name(name)) and has_float(value):
                wrong.add(node.value.lineno)
            case ast.FunctionDef(name=name, returns=ast.expr() as kind) if is_money(ast.Name(name)) and has_float(kind):
                wrong.add(node.lineno)
    return sorted(wrong)


def test_money_is_never_a_float() -> None:
    rows = [
        f"{path}:{line}"
        for path in python_files(*PACKAGES)
        if path != MONEY  # the one place where a division is one of Decimals
        for line in money_as_float(text(path) or "")
    ]
    assert rows == []


def test_money_is_never_a_real_column() -> None:
    rows = [str(path) for path in files() if path.suffix in {".py", ".sql"} and SQL_REAL_MONEY.search(text(path) or "")]
    assert [row for row in rows if Path(row).name != Path(__file__).name] == []


def test_decimal_stays_in_the_room_that_reads_and_shows_money() -> None:
    holders = [path for path in python_files(*PACKAGES) if re.search(r"\b(?:import|from) decimal\b", text(path) or "")]
    assert holders == [MONEY]
    assert "float(" not in (ROOT / MONEY).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "fee_fen = 1.5", "fee_fen: float = 0", "def total_fen() -> float: ...", "def pay(cash_fen: float): ...",
        "x = line.amount_fen / 2", "x = float(fee_fen)", "Quote(fee_fen=0.5)", "x = fee_fen * 0.01",
        "x = row['fee_fen'] * 0.1",
    ],
)  # fmt: skip
def test_check_sees_money_as_float(line: str) -> None:
    assert money_as_float(line) == [1]


@pytest.mark.parametrize("line", ["float_fen: int = 0", "x = fee_fen // 2 * 3", "wait_seconds = 0.5", "x = weight / 2"])
def test_check_passes_over_whole_fen(line: str) -> None:
    assert money_as_float(line) == []
