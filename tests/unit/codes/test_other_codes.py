"""What is surely no waybill: secrets reduced to kind and length, our own symbols, phones, goods, noise."""

import dataclasses

import pytest

from kiosk.codes import CodeKind, recognise, refusal, symbol, waybill_of, what_it_is
from kiosk.codes.identity import about_a_person, is_id_number
from kiosk.errors import Refused
from kiosk.words import say

FACE_PAY = "fp" + "0a1B2c3D4e5" * 3

PAYMENT_CODES = [
    "120061098828009406",
    "135112298638468293",
    "100000000000000000",
    "159999999999999999",
    "28763443825664394",
    "2512345678901234",
    "301234567890123456789012",
    "6212345678901234567",
    "0112345678901234567",
    FACE_PAY,
]
ID_NUMBERS = ["11010519491231002X", "11010519491231002x", "440524188001010014"]


def whole(recognised):
    return repr(recognised) + repr(dataclasses.astuple(recognised))


@pytest.mark.parametrize("secret", PAYMENT_CODES)
@pytest.mark.parametrize("around", ["{}", " {}\r", "]C0{}", "]Q1 {}", "{0}{0}"])
def test_payment_code_leaves_kind_and_length_only(secret, around):
    recognised = recognise(around.format(secret))
    assert recognised.kind is CodeKind.PAYMENT_CODE
    assert recognised.is_secret
    assert secret not in whole(recognised)
    assert (recognised.text, recognised.waybill_no, recognised.candidates) == ("", "", ())
    assert recognised.length in (len(secret), 2 * len(secret))


@pytest.mark.parametrize("secret", ID_NUMBERS)
@pytest.mark.parametrize("around", ["{}", " {}\r", "]Q0{}", "{0}{0}", "ID{}", "ID-{}-A"])
def test_id_number_leaves_kind_and_length_only(secret, around):
    recognised = recognise(around.format(secret))
    assert recognised.kind is CodeKind.ID_NUMBER
    assert secret.upper() not in whole(recognised).upper()
    assert (recognised.text, recognised.waybill_no) == ("", "")


def test_grouped_secrets_are_still_secrets():
    assert recognise("1200 6109 8828 0094 06").kind is CodeKind.PAYMENT_CODE
    assert recognise("１２００６１０９８８２８００９４０６").kind is CodeKind.PAYMENT_CODE
    assert recognise("110105-19491231-002X").kind is CodeKind.ID_NUMBER


def test_id_test_wins_over_wechat_payment():
    assert recognise("110105194912310010").kind is CodeKind.PAYMENT_CODE  # wrong check digit
    twins = [f"11010519491231{n:03d}{c}" for n in range(20) for c in "0123456789"]
    kinds = [recognise(text).kind for text in twins]
    assert kinds.count(CodeKind.ID_NUMBER) in (18, 19, 20)  # one check digit each, some of them X
    assert set(kinds) == {CodeKind.ID_NUMBER, CodeKind.PAYMENT_CODE}


@pytest.mark.parametrize(
    "text", ["440524198013010010", "440524198002300012", "440524197902290011", "000524198801010014"]
)
def test_eighteen_digits_without_a_birth_date_or_region_are_no_id_number(text):
    assert recognise(text).kind is CodeKind.WAYBILL


@pytest.mark.parametrize(
    "text",
    [
        "882456690862029473",
        "160061098828009406",
        "12006109882800940",
        "251234567890123",
        "3112345678901234",
        "621234567890123456",
    ],
)
def test_number_beside_the_payment_forms_is_a_waybill(text):
    assert recognise(text).kind is CodeKind.WAYBILL


def test_check_character_is_right_in_either_case():
    assert is_id_number("11010519491231002X")
    assert is_id_number("11010519491231002x")
    assert not is_id_number("110105194912310021")


def test_what_nobody_can_sort_keeps_no_long_number():
    for text in ("1200\t6109\t8828\t0094\t06", "ID:11010519491231002X", "1380000\x001234#"):
        recognised = recognise(text)
        assert (recognised.kind, recognised.text) == (CodeKind.UNREADABLE, "")


@pytest.mark.parametrize(
    ("scanned", "kind", "text"),
    [
        ("~PK:3-2-1005", CodeKind.PICKUP_CODE, "3-2-1005"),
        ("~pk:a3-2-1005", CodeKind.PICKUP_CODE, "A3-2-1005"),
        ("~PK:483920", CodeKind.PICKUP_CODE, "483920"),
        ("~CMD:undo", CodeKind.COMMAND, "undo"),
        ("~OP:Wang-3", CodeKind.STAFF, "Wang-3"),
        ("~SH:3-2", CodeKind.SHELF, "3-2"),
        ("~SH:a3-2", CodeKind.SHELF, "A3-2"),
        ("~RC:R-2026-000123", CodeKind.RECEIPT, "R-2026-000123"),
        ("~OB:OB20261122-0001", CodeKind.OUTBOUND, "OB20261122-0001"),
        ("~mf:MF20261122-0001", CodeKind.MANIFEST, "MF20261122-0001"),
        ("～ＲＣ：R1", CodeKind.RECEIPT, "R1"),
        ("3-2-1005", CodeKind.PICKUP_CODE, "3-2-1005"),
        ("A3-2-1005", CodeKind.PICKUP_CODE, "A3-2-1005"),
        ("a3-2-1005", CodeKind.PICKUP_CODE, "A3-2-1005"),
        ("３－２—１００５", CodeKind.PICKUP_CODE, "3-2-1005"),
        ("12-2-1203", CodeKind.PICKUP_CODE, "12-2-1203"),
        ("S3-2-2628", CodeKind.PICKUP_CODE, "S3-2-2628"),
        ("24-4-3882", CodeKind.PICKUP_CODE, "24-4-3882"),
        ("J5-21", CodeKind.PICKUP_CODE, "J5-21"),
        ("B3-01175", CodeKind.PICKUP_CODE, "B3-01175"),
    ],
)
def test_our_own_symbol_is_what_it_says(scanned, kind, text):
    recognised = recognise(scanned)
    assert (recognised.kind, recognised.text, recognised.waybill_no) == (kind, text, "")


@pytest.mark.parametrize("scanned", ["~XX:12345678", "~PK:", "~CMD:un do 撤销", "~YT8962646785389", "~PK:3_2"])
def test_unknown_symbol_is_never_a_parcel(scanned):
    assert recognise(scanned).kind in (CodeKind.UNREADABLE, CodeKind.NOISE)


@pytest.mark.parametrize("payload", ["", "撤销", "a b", "x" * 65])
def test_symbol_that_could_not_be_read_back_is_not_printed(payload):
    with pytest.raises(ValueError, match="payload"):
        symbol(CodeKind.COMMAND, payload)


def test_symbol_reads_back_as_itself():
    for kind, payload in [(CodeKind.STAFF, "Wang-3"), (CodeKind.RECEIPT, "R/2026#12"), (CodeKind.SHELF, "A3-2")]:
        recognised = recognise(symbol(kind, payload))
        assert (recognised.kind, recognised.text) == (kind, payload)


@pytest.mark.parametrize(
    ("scanned", "kind", "text"),
    [
        ("13812345678", CodeKind.PHONE, "13812345678"),
        ("138 1234 5678", CodeKind.PHONE, "13812345678"),
        ("+8613812345678", CodeKind.PHONE, "13812345678"),
        ("0731-88886666", CodeKind.PHONE, "073188886666"),
        ("010-88886666", CodeKind.PHONE, "01088886666"),
        ("01088886666", CodeKind.PHONE, "01088886666"),
        ("07318888666", CodeKind.PHONE, "07318888666"),
        ("12345678901-1234", CodeKind.PHONE, "12345678901-1234"),
        ("13812345678转1234", CodeKind.PHONE, "13812345678-1234"),
        ("13812345678 1234", CodeKind.PHONE, "13812345678-1234"),
        ("13812345678，1234", CodeKind.PHONE, "13812345678-1234"),
        ("13812345678[1234]", CodeKind.PHONE, "13812345678-1234"),
        ("13812345678（1234）", CodeKind.PHONE, "13812345678-1234"),
        ("138****1234", CodeKind.PHONE_TAIL, "1234"),
        ("138XXXX1234", CodeKind.PHONE_TAIL, "1234"),
        ("尾号1234", CodeKind.PHONE_TAIL, "1234"),
        ("1234", CodeKind.PHONE_TAIL, "1234"),
        ("0000", CodeKind.PHONE_TAIL, "0000"),
    ],
)
def test_phone_is_a_phone(scanned, kind, text):
    recognised = recognise(scanned)
    assert (recognised.kind, recognised.text) == (kind, text)
    assert text not in repr(recognised)


@pytest.mark.parametrize("scanned", ["073188886666", "0731888866", "12345678901", "8613812345678"])
def test_digits_that_may_be_an_old_waybill_are_no_phone(scanned):
    assert recognise(scanned).kind is CodeKind.WAYBILL


@pytest.mark.parametrize(
    ("scanned", "kind"),
    [
        ("6901234567892", CodeKind.GOODS),
        ("6991234567893", CodeKind.GOODS),
        ("6901234567891", CodeKind.WAYBILL),  # wrong check digit
        ("7001234567898", CodeKind.WAYBILL),  # right one, foreign prefix
        ("1207119765021", CodeKind.WAYBILL),  # EMS that passes by chance
        ("6801234567895", CodeKind.WAYBILL),  # right one, not a prefix of China
        ("9787115546081", CodeKind.BOOK),
        ("9787115546082", CodeKind.WAYBILL),
        ("9791234567896", CodeKind.BOOK),
        ("9770123456787", CodeKind.WAYBILL),
    ],
)
def test_goods_are_told_by_prefix_and_check_digit(scanned, kind):
    assert recognise(scanned).kind is kind


def test_book_carries_what_it_would_be_as_a_parcel():
    recognised = recognise("9787115546081")
    assert recognised.waybill_no == "9787115546081"
    assert recognised.candidates[0].carrier == "YZPY"
    assert waybill_of(recognised, book_is_parcel=True) == "9787115546081"


@pytest.mark.parametrize(
    ("scanned", "noise"),
    [
        ("https://example.com/track?n=YT8962646785389", "url"),
        ("HTTPS://EXAMPLE.COM/ABC", "url"),
        ("weixin://wxpay/bizpayurl?pr=abc", "url"),
        ("www.example.com", "url"),
        ("qr.example.com/abc", "url"),
        ("WIFI:T:WPA;S:station;P:geheim;;", "url"),
        ('{"waybill":"YT8962646785389"}', "json"),
        ("[1,2,3]", "json"),
        ("A" * 101, "long"),
        ("A" * 100_000, "long"),
        ("收件人：王某某 枫林村三组", "chinese"),
        ("𠮷田12345678", "chinese"),
    ],
)
@pytest.mark.lesson(17)
def test_wrong_symbol_of_the_face_sheet_is_noise(scanned, noise):
    recognised = recognise(scanned)
    assert (recognised.kind, recognised.noise, recognised.text) == (CodeKind.NOISE, noise, "")


def test_a_hundred_characters_are_not_yet_long():
    assert recognise("A" * 100).kind is CodeKind.UNREADABLE


@pytest.mark.parametrize("kind", list(CodeKind))
def test_every_kind_has_its_words(kind):
    words = what_it_is(kind)
    assert words.endswith("。")
    assert "{" not in words


@pytest.mark.parametrize(
    ("scanned", "code"),
    [
        ("120061098828009406", "waybill.is_payment_code"),
        ("11010519491231002X", "waybill.is_id_number"),
        ("13812345678", "waybill.is_phone"),
        ("3-2-1005", "waybill.is_pickup_code"),
        ("~CMD:undo", "waybill.is_command"),
        ("6901234567892", "waybill.is_goods"),
        ("9787115546081", "waybill.is_book"),
        ("http://a.b/c", "waybill.is_noise"),
        ("AB", "waybill.is_unreadable"),
    ],
)
def test_refusal_says_what_it_is_and_nothing_of_it(scanned, code):
    with pytest.raises(Refused) as caught:
        waybill_of(recognise(scanned))
    assert caught.value.code == code
    assert set(caught.value.facts) == {"kind", "length"}
    assert scanned not in say(caught.value.message, **caught.value.facts)


def test_waybill_is_not_refused():
    assert waybill_of(recognise("jdawx021335191911-1-2")) == "JDAWX021335191911"
    with pytest.raises(ValueError, match="waybill"):
        refusal(recognise("SF1023574470215"))


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X", "给11010519491231002x买药", "110105 19491231 002X", "张三 110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ", "110105\u200b19491231002X", "13812341234 11010519491231002X",
        "村" * 380 + "11010519491231002X",
    ],
)  # fmt: skip
def test_no_words_about_a_person_hold_an_id_number_however_it_is_typed(text: str) -> None:
    with pytest.raises(Refused) as refused:
        about_a_person(text, 20)
    assert refused.value.code == "text.holds_id_number"
    assert not refused.value.facts


@pytest.mark.parametrize("text", ["张三", "张三 13812341234", "110105 19491231 0020", "2026-11-22 08:24 上午", ""])
def test_other_words_about_a_person_are_kept(text: str) -> None:
    assert about_a_person(text, 40) == text


@pytest.mark.parametrize(
    ("scanned", "kind", "text"),
    [("]Q1~CMD:undo\r", CodeKind.COMMAND, "undo"), ("]E06901234567892", CodeKind.GOODS, "6901234567892")],
)
def test_identifier_of_a_scanner_that_is_set_to_send_it_goes(scanned, kind, text):
    recognised = recognise(scanned, has_aim=True)
    assert (recognised.kind, recognised.text) == (kind, text)
    assert recognise(scanned).kind is CodeKind.UNREADABLE
