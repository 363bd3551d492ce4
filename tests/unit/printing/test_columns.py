"""Wrapping and setting: never wider than asked, nothing lost, always an end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printing.columns import clusters, justify, pad, shares, width, wrap

TEXTS = st.text(st.sampled_from("ab12 -，。（）村民取件é·—\u3000ｶ\u0301䶮"), max_size=120)
ALIGNS = st.sampled_from(["left", "center", "right"])


def inked(text: str) -> str:
    return "".join(text.split())


@given(TEXTS, st.integers(2, 48))
def test_wrapped_lines_fit_and_hold_every_character(text, columns):
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert inked("".join(lines)) == inked(text)
    assert len(lines) <= len(text) + 1


@given(TEXTS, TEXTS, st.integers(2, 48))
def test_justified_lines_fit_and_hold_every_character(left, right, columns):
    lines = justify(left, right, columns)
    assert all(width(line) <= columns for line, _align in lines)
    assert inked("".join(line for line, _align in lines)) == inked(left + right)


@given(TEXTS, ALIGNS)
def test_padding_fills_the_columns(text, align):
    assert width(pad(text, width(text) + 7, align)) == width(text) + 7


@given(st.lists(st.integers(1, 12), min_size=1, max_size=12), st.integers(20, 48))
def test_shares_fill_the_line(wanted, columns):
    found = shares(wanted, columns)
    if found is None:
        assert min(wanted) * (columns - len(wanted) + 1) // sum(wanted) < 2
    else:
        assert sum(found) + len(found) - 1 == columns
        assert min(found) >= 2


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("", 10, [""]),
        ("取件码", 6, ["取件码"]),
        ("取件码", 5, ["取件", "码"]),
        ("please collect it", 10, ["please", "collect it"]),
        ("JDVA12345678901-1-1-", 12, ["JDVA12345678", "901-1-1-"]),
        ("共三件包裹。", 10, ["共三件包", "裹。"]),
        ("取件（三天内）", 6, ["取件", "（三天", "内）"]),
        ("运单SF1234567890", 12, ["运单", "SF1234567890"]),
        ("合计￥128.50元", 8, ["合计", "￥128.50", "元"]),
        ("，，，，", 2, ["，", "，", "，", "，"]),
        ("  两字缩进", 8, ["  两字缩", "进"]),
        ("café naïve", 9, ["café", "naïve"]),
    ],
)
def test_line_breaks_where_a_reader_expects_it(text, columns, lines):
    assert wrap(text, columns) == lines


def test_pair_stands_on_one_line_if_it_fits():
    assert justify("合计", "￥0.00", 16) == [("合计      ￥0.00", "left")]
    assert justify("超期保管费", "￥0.00", 16) == [("超期保管费", "left"), ("￥0.00", "right")]
    assert justify("超期保管费（自第八天起）", "￥0.00", 18) == [
        ("超期保管费（自第八", "left"),
        ("天起）      ￥0.00", "left"),
    ]


def test_width_is_that_of_the_gb_bytes():
    for text in ("abc", "取件码", "A1，· — ①", "￥0.00"):
        assert width(text) == len(text.encode("gb18030"))
    assert width("𠮷ｶ") == 3


def test_mark_belongs_to_the_character_before_it():
    assert clusters("x\u0301y \u0301") == ["x\u0301", "y", " ", "\u0301"]
    assert width("x\u0301y") == 2
    assert wrap("xx\u0301" * 3, 2) == ["xx\u0301"] * 3


def test_line_narrower_than_a_hanzi_is_refused():
    with pytest.raises(ValueError, match="columns"):
        wrap("取", 1)
