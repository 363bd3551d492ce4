"""Who beats whom when a carrier is suggested: batch, letter prefix, the station's experience, table; and warnings."""

import json

import pytest

from kiosk.codes import OTHER, carriers, prefix_keys, read_rules, recognise, same_family, shipped_rules, suggest
from kiosk.errors import ConfigurationError, Refused
from kiosk.words import use_locale


def codes(suggestion):
    return [warning.code for warning in suggestion.warnings]


def of(waybill_no, **circumstances):
    return suggest(recognise(waybill_no), **circumstances)


@pytest.mark.parametrize(
    ("waybill_no", "batch", "warned"),
    [
        ("YT8962646785389", "YTO", []),
        ("YT8962646785389", "ZTO", ["waybill.contradicts_batch"]),
        ("73610555582883", "YD", []),  # M only suggests
        ("1600887249033", "ZTO", []),
        ("JT5261988016578", "HTKY", []),  # one network
        ("EA123456785CN", "YZPY", []),  # one family
        ("EA123456785CN", "SF", ["waybill.contradicts_batch"]),
        ("EA123456789CN", "EMS", ["waybill.check_digit"]),
        ("EA123456789CN", "YZPY", ["waybill.check_digit"]),
        ("YT2229521272164446", "YTO", ["waybill.contradicts_batch"]),
        ("JD123456789CN", "JD", []),  # has the S10 form by chance
    ],
)
def test_batch_beats_the_number_and_a_contradiction_is_said(waybill_no, batch, warned):
    suggestion = of(waybill_no, batch_carrier=batch, learned={("YT8962", 15): {"STO": 99}})
    assert suggestion.carrier == batch
    assert codes(suggestion) == warned


def test_contradiction_names_both_carriers_in_the_reader_s_language():
    warning = of("YT8962646785389", batch_carrier="ZTO").warnings[0]
    assert warning.facts == {"seems": "圆通速递", "batch": "中通快递"}
    assert str(warning).startswith("单号像圆通速递，本批是中通快递")
    use_locale("en")
    try:
        assert warning.facts == {"seems": "YTO Express", "batch": "ZTO Express"}
    finally:
        use_locale("zh_CN")


@pytest.mark.parametrize("batch", [None, "", OTHER])
@pytest.mark.parametrize(
    ("waybill_no", "carrier", "warned"),
    [
        ("SF1023574470215", "SF", []),
        ("73610555582883", "ZTO", []),
        ("9860401996391", "YZPY", []),  # one M, an L beside it
        ("444010688260", OTHER, ["waybill.carrier_unknown"]),
        ("300527476792", OTHER, ["waybill.carrier_unknown"]),  # a lone L is not enough
        ("1600887249033", OTHER, ["waybill.carrier_unknown"]),
        ("JD123456789CN", OTHER, ["waybill.carrier_unknown", "waybill.check_digit"]),  # two letter rules
        ("EA123456789CN", "EMS", ["waybill.check_digit"]),
    ],
)
def test_number_speaks_when_no_batch_does(waybill_no, carrier, warned, batch):
    suggestion = of(waybill_no, batch_carrier=batch)
    assert (suggestion.carrier, codes(suggestion)) == (carrier, warned)


def test_learned_prefix_beats_the_table_but_not_a_letter_prefix():
    assert of("73610555582883", learned={("736105", 14): {"YD": 5}}).carrier == "YD"
    assert of("SF1023574470215", learned={("SF1023", 15): {"YD": 5}}).carrier == "SF"


def test_learned_prefix_settles_what_two_letter_rules_leave_open():
    assert of("JD123456785CN", learned={("JD1234", 13): {"EMS": 3}}).carrier == "EMS"


def test_parcels_without_a_carrier_teach_nothing():
    learned = {("300527", 12): {OTHER: 9, "ANE": 3}}
    assert of("300527476792", learned=learned).carrier == "ANE"
    assert codes(of("300527476792", learned={("300527", 12): {OTHER: 9}})) == ["waybill.carrier_unknown"]


@pytest.mark.parametrize(
    ("learned", "carrier"),
    [
        ({("300527", 12): {"ANE": 3}}, "ANE"),
        ({("3005", 12): {"ANE": 8, "ZTO": 2}}, "ANE"),
        ({("3005", 12): {"ANE": 7, "ZTO": 3}}, OTHER),  # not clear enough
        ({("300527", 12): {"ANE": 2}}, OTHER),  # too few
        ({("300527", 12): {"ANE": 2}, ("30052", 12): {"ANE": 4}}, "ANE"),  # shorter prefix, enough
        ({("300527", 12): {"ANE": 5, "SF": 5}, ("3005", 12): {"ANE": 90, "SF": 5}}, OTHER),  # this series is shared
        ({("300527", 13): {"ANE": 9}}, OTHER),  # another length
        ({("300527", 12): {OTHER: 9}}, OTHER),
        ({("300527", 12): {}}, OTHER),
    ],
)
def test_learned_prefix_is_believed_when_it_is_clear(learned, carrier):
    assert of("300527476792", learned=learned).carrier == carrier


def test_ranking_lists_every_carrier_once_best_first():
    assert of("968754207139", learned={("9687", 12): {"ZTO": 2}}).ranking == ("ZTO", "STO", "SF")


def test_book_that_is_a_parcel_gets_a_carrier():
    assert of("9787115546081").carrier == "YZPY"


def test_suggestion_for_what_is_no_waybill_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="no waybill"):
        of("120061098828009406")


def test_prefix_keys_are_four_to_six_characters_with_the_length():
    assert prefix_keys("300527476792") == (("300527", 12), ("30052", 12), ("3005", 12))
    assert prefix_keys("3005") == ()


def test_crosswalk_finds_a_carrier_by_any_of_its_codes():
    assert carriers.find("YTO").name_zh == "圆通速递"
    for text, code in [("yuantong", "YTO"), ("YUNDA", "YD"), ("ems", "EMS"), ("zmkm", "CNSD"), ("顺丰速运", "SF")]:
        assert carriers.find_by_any_code(text).code == code
    assert carriers.known()[-1].code == OTHER
    assert carriers.find("SF").hotline == "95338"


@pytest.mark.parametrize("find", [carriers.find, carriers.find_by_any_code])
def test_unknown_carrier_is_refused_with_the_codes_there_are(find):
    with pytest.raises(Refused) as caught:
        find("NOBODY")
    assert caught.value.code == "carrier.unknown"
    assert "YTO" in caught.value.facts["codes"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("EMS", "YZPY", True),
        ("JTSD", "HTKY", True),
        ("SF", "SF", True),
        ("YTO", "YUNEXPRESS", False),
        ("?", "SF", False),
    ],
)
def test_family_is_one_network(one, other, same):
    assert same_family(one, other) is same_family(other, one) is same


def test_every_rule_names_a_known_carrier_and_the_version_stands_in_the_data():
    rules = shipped_rules()
    assert rules.version == "2026-11-21"
    assert len(rules.rules) == 23
    assert all(carriers.is_known(rule.carrier) for rule in rules.rules)


GOOD = {"carrier": "SF", "re": "^SF$", "conf": "H"}


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("not json", "rules"),
        ('{"version": "1"}', "rules"),
        ("[]", "rules"),
        (json.dumps({"version": "1", "rules": [GOOD, {**GOOD, "conf": "X"}]}), "rules[2]"),
        (json.dumps({"version": "1", "rules": [{**GOOD, "carrier": "NOBODY"}]}), "rules[1]"),
        (json.dumps({"version": "1", "rules": [{**GOOD, "re": "("}]}), "rules[1]"),
        (json.dumps({"version": "1", "rules": [{**GOOD, "colour": "red"}]}), "rules[1]"),
        (json.dumps({"version": "1", "rules": ["SF"]}), "rules[1]"),
        (json.dumps({"version": "1", "rules": [{"carrier": "SF"}]}), "rules[1]"),
    ],
)
def test_wrong_rule_is_named_with_file_and_key(tmp_path, content, key):
    path = tmp_path / "waybill_rules.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_rules(path)
    assert caught.value.facts["file"] == str(path)
    assert caught.value.facts["key"] == key


def test_rules_in_a_file_that_is_absent_are_a_configuration_error(tmp_path):
    with pytest.raises(ConfigurationError):
        read_rules(tmp_path / "none.json")


ENTRY = {"code": "SF", "zh": "顺丰", "en": "SF", "hotline": ""}


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("{", "carriers"),
        (json.dumps({"carriers": [ENTRY]}), OTHER),
        (json.dumps({"carriers": [ENTRY, ENTRY]}), "carriers[2]"),
        (json.dumps({"carriers": [{**ENTRY, "colour": "red"}]}), "carriers[1]"),
        (json.dumps({"carriers": [{"code": "SF"}]}), "carriers[1]"),
        (json.dumps({"carriers": ["SF"]}), "carriers[1]"),
    ],
)
def test_wrong_carrier_is_named_with_file_and_key(tmp_path, content, key):
    path = tmp_path / "carriers.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        carriers.read(path)
    assert caught.value.facts["key"] == key
