"""Phones as they are typed and written on labels; masks that keep the middle to themselves."""

import pytest

from kiosk.codes import mask_phone, parse_phone
from kiosk.errors import Refused
from kiosk.words import say


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        " 138 1234 5678 ",
        "138-1234-5678",
        "１３８１２３４５６７８",
        "+86 13812345678",
        "0086-13812345678",
        "8613812345678",
        "86 138-1234-5678",
    ],
)
def test_real_phone_however_it_is_written(text):
    entry = parse_phone(text)
    assert (entry.kind, entry.number, entry.extension, entry.tail) == ("real", "13812345678", "", "5678")
    assert entry.is_mobile
    assert entry.masked == "138****5678"


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("0731-88886666", "073188886666", ""),
        ("073188886666", "073188886666", ""),
        ("(010)88886666", "01088886666", ""),
        ("0731-8888666-12", "07318888666", "12"),
        ("0731—88886666转12", "073188886666", "12"),
    ],
)
def test_landline_is_real_but_takes_no_message(text, number, extension):
    entry = parse_phone(text)
    assert (entry.kind, entry.number, entry.extension) == ("real", number, extension)
    assert not entry.is_mobile
    assert entry.tail == number[-4:]


@pytest.mark.parametrize(
    "text",
    [
        "18412345678-1234",
        "18412345678转1234",
        "18412345678 转 1234",
        "18412345678,1234",
        "18412345678，1234",
        "18412345678[1234]",
        "18412345678（1234）",
        "18412345678 1234",
        "18412345678分机1234",
        "+8618412345678-1234",
    ],
)
def test_virtual_number_is_told_from_a_real_one(text):
    entry = parse_phone(text)
    assert (entry.kind, entry.number, entry.extension) == ("virtual", "18412345678", "1234")
    assert entry.tail == ""
    assert entry.dialled == "18412345678-1234"
    assert entry.masked == "184****5678转**"
    assert not entry.is_mobile


def test_virtual_number_of_a_platform_may_start_with_any_digit_after_the_one():
    assert parse_phone("12345678901-12").kind == "virtual"


@pytest.mark.parametrize(
    "text", ["1234", "尾号1234", "尾号：1234", "138****1234", "****1234", "138XXXX1234", "１２３４", "138●●●●1234"]
)
def test_tail_is_all_that_a_privacy_face_sheet_leaves(text):
    entry = parse_phone(text)
    assert (entry.kind, entry.number, entry.tail) == ("tail_only", "", "1234")
    assert entry.dialled == ""
    assert entry.masked == "****1234"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "phone.empty"),
        ("  \u3000", "phone.empty"),
        ("123", "phone.digits"),
        ("12345", "phone.digits"),
        ("12812345678", "phone.digits"),
        ("138123456789", "phone.digits"),
        ("11010519491231002X", "phone.unreadable"),
        ("120061098828009406", "phone.digits"),
        ("张三", "phone.unreadable"),
        ("13812345678-12345", "phone.unreadable"),
        ("1" * 5000, "phone.unreadable"),
        ("13812345678转", "phone.unreadable"),
    ],
)
def test_what_is_no_phone_is_refused_without_repeating_it(text, code):
    with pytest.raises(Refused) as caught:
        parse_phone(text)
    assert caught.value.code == code
    words = say(caught.value.message, **caught.value.facts)
    assert not text.strip() or text not in words


def test_refusal_says_how_many_digits_were_read():
    with pytest.raises(Refused) as caught:
        parse_phone("138123456789")
    assert caught.value.facts == {"digits": 12}


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812345678", "138****5678"),
        ("073188886666", "073****6666"),
        ("88886666", "****6666"),
        ("1234", "****1234"),
        ("123", "****"),
        ("12345", "****"),
        ("", ""),
        ("138****1234", "138****1234"),
        ("****1234", "****1234"),
    ],
)
def test_mask_shows_the_ends_only(number, masked):
    assert mask_phone(number) == masked


def test_phone_entry_is_masked_in_a_log():
    assert "13812345678" not in repr(parse_phone("13812345678"))
    assert "1234" not in repr(parse_phone("18412345678-1234")).replace("184****5678", "")
