"""Money is whole fen: what is read is what was typed, and shares round half-up."""

import contextlib
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import money
from kiosk.errors import Refused


@given(st.integers(-money.LIMIT_FEN, money.LIMIT_FEN))
def test_amount_shown_is_read_back(fen: int):
    assert money.parse(money.show(fen)) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("￥1,200.00", 120000),
        ("¥0.05", 5),
        ("１２．５０", 1250),
        (" 3元", 300),
        (".5", 50),
        ("-2.00", -200),
    ],
)
def test_amount_as_people_type_it(text: str, fen: int):
    assert money.parse(text) == fen


@pytest.mark.parametrize(
    "text", ["", "abc", "1.234", "1,20", "1e3", "nan", "12.5.5", "--1", "1 2", "٣", "=1+1", "6901234567892"]
)
def test_anything_else_is_refused(text: str):
    with pytest.raises(Refused) as caught:
        money.parse(text)
    assert caught.value.code in {"money.unreadable", "money.too_large"}


@pytest.mark.parametrize(
    "text", ["135112298638468293", "135112298638", "13511229863", "1351 1229 8638 4682 93", "-135,112,298,638"]
)
def test_code_in_the_field_of_an_amount_is_not_said_again(text: str):
    with pytest.raises(Refused) as caught:
        money.parse(text)
    assert caught.value.code == "money.too_large"
    assert not caught.value.facts


@given(st.text(max_size=60))
def test_no_text_brings_it_down(text: str):
    with contextlib.suppress(Refused):
        assert abs(money.parse(text)) <= money.LIMIT_FEN


@given(st.integers(0, 10**9), st.integers(0, 10_000))
def test_share_rounds_half_up(amount_fen: int, per_myriad: int):
    exact = Decimal(amount_fen) * per_myriad / 10_000
    assert money.share(amount_fen, per_myriad) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
