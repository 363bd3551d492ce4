"""Pickup codes and shelf places: read as villagers type them, formed as labels carry them."""

import pytest

from kiosk.codes import format_pickup_code, is_pickup_code, parse_old_code, parse_pickup_code, parse_shelf, shelf_place
from kiosk.errors import Refused


@pytest.mark.parametrize("text", ["3-2-1005", " 3 - 2 - 1005 ", "３－２－１００５", "3—2—1005"])
def test_pickup_code_is_read_however_it_is_typed(text):
    code = parse_pickup_code(text)
    assert (code.shelf, code.layer, code.number) == ("3", 2, "1005")
    assert str(code) == "3-2-1005"


@pytest.mark.parametrize(
    "text", ["", "1005", "3-2", "3-2-10", "2026-11-22", "3-2-1005-1", "ABC-2-1005", "3-2-12345678", "3-2-１O05"]
)
def test_text_that_is_no_pickup_code_is_refused(text):
    with pytest.raises(Refused) as caught:
        parse_pickup_code(text)
    assert caught.value.code == "pickup_code.unreadable"


@pytest.mark.parametrize(
    ("shelf", "layer", "number", "code"),
    [
        ("3", 2, 1005, "3-2-1005"),
        ("a3", 2, 5, "A3-2-0005"),
        ("A", 1, 10050, "A-1-10050"),
        ("3", 2, "0005", "3-2-0005"),
        ("3", 2, "005", "3-2-005"),
    ],
)
def test_pickup_code_is_formed_from_its_parts(shelf, layer, number, code):
    assert format_pickup_code(shelf, layer, number) == code
    assert is_pickup_code(code)


@pytest.mark.parametrize("number", [-1, "", "12", "A005", 123456789])
def test_pickup_code_is_not_formed_from_what_is_no_number(number):
    with pytest.raises(ValueError, match="number"):
        format_pickup_code("3", 2, number)


@pytest.mark.parametrize(
    ("shelf", "layer"), [("", 1), ("O1", 1), ("I", 1), ("ABC", 1), ("3-2", 1), ("货架", 1), ("3", -1), ("3", 100)]
)
def test_shelf_that_a_label_cannot_carry_is_refused(shelf, layer):
    with pytest.raises(Refused) as caught:
        shelf_place(shelf, layer)
    assert caught.value.code == "shelf.unreadable"


def test_shelf_label_is_read_back():
    assert str(parse_shelf("a3 - 2")) == "A3-2" == str(shelf_place("a3", 2))
    for text in ("3", "3-2-1005", "货架3"):
        with pytest.raises(Refused) as caught:
            parse_shelf(text)
        assert caught.value.code == "shelf.unreadable"


@pytest.mark.parametrize(
    ("text", "code"), [("j5-21", "J5-21"), ("1110", "1110"), ("483920", "483920"), ("Ｑ7-26", "Q7-26")]
)
def test_old_code_comes_in_as_it_was(text, code):
    assert parse_old_code(text) == code


@pytest.mark.parametrize("text", ["", "-", "3-", "3_2", "取件码", "A" * 21, "\x1b@"])
def test_old_code_that_cannot_be_printed_is_refused(text):
    with pytest.raises(Refused) as caught:
        parse_old_code(text)
    assert caught.value.code == "pickup_code.unreadable"
