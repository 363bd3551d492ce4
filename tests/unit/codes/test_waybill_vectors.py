"""The test vectors of domain.md §1.6 and the ambiguous rows of §1.2, as they stand there."""

import pytest

from kiosk.codes import CodeKind, recognise, shipped_rules

SF_QR = "{'k1':'010W','k2':'010AE','k3':'003','k4':'T6','k5':'SF1331875979567','k6':'','k7':'53528168'}"

# scanned → every candidate with its confidence, best first
VECTORS = {
    "SF1023574470215": "SF H",
    "SF7444404156506": "SF H",
    "444010688260": "SF L, ZTO L",
    "JDVA11408814483": "JD H",
    "JDX024407261700": "JD H",
    "JDAWX021335191911-1-2": "JD H",
    "JDVA11408814483-1-1-": "JD H",
    "YT8962646785389": "YTO H",
    "YT2229521272164446": "YUNEXPRESS H",
    "882456690862029473": "YTO L",
    "73610555582883": "ZTO M",
    "79105030690097": "ZTO M",
    "70577935260961": "HTKY L",
    "773277027280336": "STO M",
    "3720159483221": "YD L, STO L",
    "463431409940372": "YD M",
    "4304678557725": "YD L",
    "JT5261988016578": "JTSD H",
    "4309597495550": "YD L",
    "300527476792": "SF L",
    "1207119765021": "EMS M",
    "9860401996391": "YZPY M, ZTO L",
    "EA123456785CN": "EMS H",
    "EA123456789CN": "EMS H",
    "611090452344701": "CNSD M",
    "DPK202252612836": "DBL H",
    "KY400039252615": "KYSY M",
    "MMM=" + SF_QR: "SF H",
    "1600887249033": "",
    # further numbers of §1.1
    "SF3299150988269": "SF H",
    "JT0019812345678": "JTSD H",
    "JT3002232682242": "JTSD H",
    "75166031906321": "ZTO M",
    "462598779470531": "YD M",
    "773434791019796": "STO M",
    "DPK364112047425": "DBL H",
    "1240921381750": "EMS M",
    "5012345678901": "EMS M, YD L",
}


def shown(recognised):
    return ", ".join(f"{candidate.carrier} {candidate.confidence}" for candidate in recognised.candidates)


@pytest.mark.parametrize(("scanned", "expected"), VECTORS.items())
def test_waybill_of_the_vectors_gets_its_carriers(scanned, expected):
    recognised = recognise(scanned)
    assert recognised.kind is CodeKind.WAYBILL
    assert shown(recognised) == expected


@pytest.mark.parametrize(
    ("scanned", "waybill_no", "index", "total"),
    [
        ("JDAWX021335191911-1-2", "JDAWX021335191911", 1, 2),
        ("JDAWX021335191911-1-3", "JDAWX021335191911", 1, 3),
        ("JDVA11408814483-1-1-", "JDVA11408814483", 1, 1),
        ("JDVC09231773044-12-15-7", "JDVC09231773044", 12, 15),
        ("JDVA11408814483", "JDVA11408814483", 0, 0),
        ("DPK202252612836-3", "DPK202252612836", 3, 0),
        ("SF1023574470215", "SF1023574470215", 0, 0),
        ("ABC12345-1-2", "ABC12345-1-2", 0, 0),
    ],
)
def test_piece_suffix_is_split_off_the_waybill(scanned, waybill_no, index, total):
    recognised = recognise(scanned)
    assert (recognised.waybill_no, recognised.piece_index, recognised.piece_total) == (waybill_no, index, total)
    assert recognised.text == scanned


@pytest.mark.parametrize(
    "scanned",
    [
        "MMM=" + SF_QR,
        "M" * 60 + "=" + SF_QR,
        SF_QR,
        "43100002%MMMM=" + SF_QR,
        "]Q1MMM=" + SF_QR,
        "MMM=" + SF_QR.replace("'", '"'),
        "MMM=" + SF_QR.replace(":", " : "),
        "MMM=" + SF_QR + " " * 300,
        "M" * 300 + SF_QR,
    ],
)
def test_sf_face_sheet_qr_gives_its_waybill(scanned):
    recognised = recognise(scanned)
    assert recognised.kind is CodeKind.WAYBILL
    assert recognised.waybill_no == recognised.text == "SF1331875979567"


def test_sf_face_sheet_qr_with_a_number_no_waybill_can_be_is_noise():
    recognised = recognise("MMM=" + SF_QR.replace("SF1331875979567", "?"))
    assert recognised.kind is not CodeKind.WAYBILL


def test_secret_inside_a_face_sheet_qr_stays_a_secret():
    recognised = recognise("MMM=" + SF_QR.replace("SF1331875979567", "120061098828009406"))
    assert (recognised.kind, recognised.text, recognised.waybill_no) == (CodeKind.PAYMENT_CODE, "", "")


@pytest.mark.parametrize(
    ("scanned", "ok"),
    [
        ("RB123456785GB", True),
        ("RB123456785US", True),
        ("EB000717618HK", True),
        ("EA123456785CN", True),
        ("RB123456025CN", True),  # sum divisible by 11: 5
        ("RB123456140CN", True),  # rest 1: 0
        ("RB123456786US", False),
        ("EA123456789CN", False),
        ("TX801495811US", False),
        ("SF1023574470215", None),
        ("1207119765021", None),
    ],
)
def test_s10_check_digit_is_told_and_never_refused(scanned, ok):
    recognised = recognise(scanned)
    assert recognised.kind is CodeKind.WAYBILL
    assert recognised.s10_ok is ok


# §1.2: scanned → kind, carriers that must be among the candidates
AMBIGUOUS = [
    ("444010688260", CodeKind.WAYBILL, {"SF", "ZTO"}),
    ("968754207139", CodeKind.WAYBILL, {"STO", "SF", "ZTO"}),
    ("3720159483221", CodeKind.WAYBILL, {"STO", "YD"}),
    ("4309597495550", CodeKind.WAYBILL, {"YD"}),
    ("9860401996391", CodeKind.WAYBILL, {"YZPY", "ZTO"}),
    ("1207119765021", CodeKind.WAYBILL, {"EMS"}),
    ("9787115546081", CodeKind.BOOK, {"YZPY"}),
    ("3308312345678", CodeKind.WAYBILL, {"YD", "STO"}),
    ("70577935260961", CodeKind.WAYBILL, {"HTKY"}),
    ("JT5261988016578", CodeKind.WAYBILL, {"JTSD"}),
    ("YT8962646785389", CodeKind.WAYBILL, {"YTO"}),
    ("YT2229521272164446", CodeKind.WAYBILL, {"YUNEXPRESS"}),
    ("120061098828009406", CodeKind.PAYMENT_CODE, set()),
    ("11010519491231002X", CodeKind.ID_NUMBER, set()),
]


@pytest.mark.parametrize(("scanned", "kind", "carriers"), AMBIGUOUS)
def test_ambiguous_text_keeps_all_its_readings(scanned, kind, carriers):
    recognised = recognise(scanned)
    assert recognised.kind is kind
    assert carriers <= {candidate.carrier for candidate in recognised.candidates}


@pytest.mark.parametrize(
    "scanned",
    [
        " SF1023574470215\r\n",
        "sf1023574470215",
        "SF10 2357 4470 215",
        "ＳＦ１０２３５７４４７０２１５",
        "\x02SF1023574470215\x03",
        "\ufeffSF1023574470215\u200b",
        "SF1023574470215\u3000",
    ],
)
def test_waybill_is_found_whatever_the_scanner_puts_around_it(scanned):
    recognised = recognise(scanned)
    assert (recognised.kind, recognised.text) == (CodeKind.WAYBILL, "SF1023574470215")


@pytest.mark.parametrize("prefix", ["]C0", "]Q3", "]C1\x1d", "\x02]X0", ""])
def test_aim_identifier_goes_where_the_scanner_is_set_to_send_it(prefix):
    recognised = recognise(f"{prefix}YT8962646785389", has_aim=True)
    assert (recognised.kind, recognised.text) == (CodeKind.WAYBILL, "YT8962646785389")
    assert recognised.symbology == prefix.strip("\x02\x1d")


def test_aim_identifier_stays_where_no_setting_says_so_and_only_one_goes():
    assert recognise("]C1YT8962646785389").kind is CodeKind.UNREADABLE
    assert recognise("]C1]C1YT8962646785389", has_aim=True).kind is CodeKind.UNREADABLE
    assert recognise("]c1YT8962646785389", has_aim=True).text == "YT8962646785389"
    assert recognise("]C-YT8962646785389", has_aim=True).kind is CodeKind.UNREADABLE


def test_digits_of_other_scripts_are_no_waybill():
    assert recognise("YT٨٩٦٢٦٤٦٧٨٥٣٨٩").kind is CodeKind.UNREADABLE
    assert shipped_rules().candidates("YT٨٩٦٢٦٤٦٧٨٥٣٨٩") == ()


@pytest.mark.parametrize("scanned", ["ABCDEFGH", "VA45306123456", "78785333107", "X" * 40, "12345678", "A-B-C-D-E-1"])
def test_unknown_pattern_is_taken_as_a_waybill(scanned):
    assert recognise(scanned).kind is CodeKind.WAYBILL


@pytest.mark.parametrize("scanned", ["ABCDEFG", "X" * 41, "-" * 12, "AB/12345678", "12345", ""])
def test_text_of_no_waybill_shape_is_unreadable(scanned):
    assert recognise(scanned).kind is CodeKind.UNREADABLE


def test_rules_can_be_replaced():
    rules = shipped_rules()
    only_zto = type(rules)("test", tuple(rule for rule in rules.rules if rule.carrier == "ZTO"))
    assert recognise("SF1023574470215", rules=only_zto).candidates == ()
    assert shown(recognise("73610555582883", rules=only_zto)) == "ZTO M"
