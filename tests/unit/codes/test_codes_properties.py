"""What holds for any text at all: nothing raises, nothing leaks, nothing changes twice."""

import dataclasses
import unicodedata
from datetime import date

from hypothesis import assume, example, given
from hypothesis import strategies as st
from stdnum.cn import ric

from kiosk.codes import (
    PARCEL,
    CodeKind,
    clean_text,
    format_pickup_code,
    mask_name,
    mask_phone,
    normalise,
    parse_phone,
    parse_pickup_code,
    recognise,
    refusal,
    suggest,
)
from kiosk.codes.waybill import Pieces, join_pieces, split_pieces
from kiosk.errors import Refused

any_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=500)
code_text = st.text("0123456789ABCJDSFYTXKPabfp-~:]'*转 \x1d{}", max_size=60)
digits = st.text("0123456789", min_size=8, max_size=24)
spoken = any_text | code_text | digits

SEPARATORS = ["", " ", "\u3000", "\u200b"]
wrapping = st.sampled_from(["{}", " {}\r\n", "]C0{}", "]Q1\x02{}\x03", "{0}{0}", "\ufeff{}"])


def payment_codes():
    def of(prefixes, low, high):
        return st.tuples(st.sampled_from(prefixes), st.text("0123456789", min_size=low, max_size=high)).map("".join)

    return st.one_of(
        of(["10", "11", "12", "13", "14", "15"], 16, 16),
        of(["25", "26", "27", "28", "29", "30"], 14, 22),
        of(["62", "01"], 17, 17),
        of(["fp", "FP"], 33, 33),
    )


@st.composite
def id_numbers(draw):
    born = draw(st.dates(min_value=date(1900, 1, 1)).filter(lambda day: day.year < 2100))
    region = draw(st.sampled_from(["110105", "440524", "430181", "542530", "610828", "421222", "810000"]))
    body = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + ric.calc_check_digit(body + "0")


def everything_in(recognised):
    return (repr(recognised) + repr(dataclasses.astuple(recognised))).upper()


@given(spoken)
@example("]" * 500)
@example("]C1" * 100)
@example("a \u0308")
@example("\u00a8")
@example("'k5':'")
@example("~")
@example("ﷺ" * 500)
def test_recognise_takes_any_text(raw):
    recognised = recognise(raw)
    assert isinstance(recognised.kind, CodeKind)
    assert recognised.text.isprintable()
    assert (recognised.waybill_no != "") == (recognised.kind in PARCEL)
    if recognised.kind in PARCEL:
        assert suggest(recognised).carrier
    if recognised.kind is not CodeKind.WAYBILL:
        assert refusal(recognised).code == f"waybill.is_{recognised.kind}"


@given(st.text(max_size=50))
def test_recognise_takes_lone_surrogates(raw):
    recognise(raw + "\ud800").text.encode()


@given(spoken)
def test_normalised_text_stays_as_it_is(raw):
    text, _ = normalise(raw)
    assert normalise(text) == (text, "")
    again, first = recognise(text), recognise(raw)
    assert dataclasses.replace(again, symbology=first.symbology) == first


@given(payment_codes(), wrapping, st.sampled_from(SEPARATORS))
def test_payment_code_is_in_no_field(secret, around, separator):
    recognised = recognise(around.format(separator.join(secret)))
    assert recognised.is_secret
    assert secret.upper() not in everything_in(recognised)
    assert recognised.text == recognised.waybill_no == ""


@given(id_numbers(), wrapping, st.sampled_from(SEPARATORS), st.booleans())
def test_id_number_is_in_no_field(secret, around, separator, lower):
    written = secret.lower() if lower else secret
    recognised = recognise(around.format(separator.join(written)))
    assert recognised.kind is CodeKind.ID_NUMBER
    assert secret not in everything_in(recognised)


@given(id_numbers(), st.text("ABCXYZ-:/# ", max_size=10), st.text("ABCYZ-:/# ", max_size=10))
def test_id_number_between_other_characters_is_in_no_field(secret, before, after):
    assert secret not in everything_in(recognise(before + secret + after))


@given(spoken, st.integers(0, 60))
@example("\ud800\x1b", 10)
@example("a\u200d\u0301" * 20, 10)
def test_clean_text_is_visible_text_within_its_limit(text, limit):
    clean = clean_text(text, limit)
    assert len(clean) <= limit
    assert clean_text(clean, limit) == clean
    assert not {unicodedata.category(character) for character in clean} & {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
    clean.encode()


@given(any_text)
def test_masked_name_is_masked_for_good(name):
    masked = mask_name(name)
    assert mask_name(masked) == masked
    assert masked == "" or masked.endswith("**")


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_masked_phone_does_not_tell_the_middle(number):
    masked = parse_phone(number).masked
    assert masked == mask_phone(number) == number[:3] + "****" + number[-4:]
    other = number[:3] + "".join(str(9 - int(digit)) for digit in number[3:7]) + number[-4:]
    assert mask_phone(other) == masked
    assert number not in repr(parse_phone(number)) and number not in repr(recognise(number))


@given(digits | st.text("0123456789*- ", max_size=30))
def test_mask_never_shows_more_than_seven_digits(number):
    masked = mask_phone(number)
    assert sum(map(str.isdigit, masked)) <= 7
    assert mask_phone(masked) == masked


@given(spoken)
def test_parse_phone_reads_or_refuses(text):
    try:
        entry = parse_phone(text)
    except Refused as refused:
        assert refused.code in ("phone.empty", "phone.digits", "phone.unreadable")
        return
    assert parse_phone(entry.dialled or entry.tail) == entry
    assert (entry.tail == "") == (entry.kind == "virtual")


@given(st.from_regex(r"JD[0-9A-Z]{8,18}", fullmatch=True), st.integers(1, 9999), st.integers(1, 9999))
def test_jd_pieces_come_back(waybill_no, index, total):
    pieces = Pieces(waybill_no, index, total)
    assert split_pieces(join_pieces(pieces)) == pieces
    recognised = recognise(join_pieces(pieces).lower())
    assert (recognised.waybill_no, recognised.piece_index, recognised.piece_total) == (waybill_no, index, total)


@given(st.from_regex(r"[A-HJ-NP-Z]{0,2}[0-9]{1,3}", fullmatch=True), st.integers(0, 99), st.integers(0, 9_999_999))
def test_pickup_code_comes_back(shelf, layer, number):
    text = format_pickup_code(shelf, layer, number)
    code = parse_pickup_code(text)
    assert (code.shelf, code.layer, int(code.number), str(code)) == (shelf, layer, number, text)
    assert format_pickup_code(code.shelf, code.layer, code.number) == text
    for scanned in (text, f"~PK:{text}", text.lower()):
        recognised = recognise(scanned)
        assert (recognised.kind, recognised.text) == (CodeKind.PICKUP_CODE, text)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-", min_size=8, max_size=40))
def test_waybill_shaped_text_is_never_lost(text):
    recognised = recognise(text)
    assume(any(character.isalnum() for character in text))
    assert recognised.kind not in (CodeKind.UNREADABLE, CodeKind.NOISE, CodeKind.COMMAND, CodeKind.STAFF)
