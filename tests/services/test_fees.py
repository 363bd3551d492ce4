"""Only a published, frozen fee is charged; every rule rounds half-up and says how it was worked out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import fees, settings
from kiosk.errors import Refused
from kiosk.fees.check import problems
from kiosk.fees.model import FeeItem, FeeVersion
from kiosk.storage import Actor, Store, open_store
from kiosk.words import say
from tests.storage.test_guards_and_seals import bare

MANAGER = Actor("staff", 1, "manager")


def document(*items: dict, effective_on: str = "2026-01-01") -> dict:
    return {"effective_on": effective_on, "basis": "村民约定", "approver": "枫林村村委会", "items": list(items)}


def item(rule: str, **terms: object) -> dict:
    return {"code": "purchase", "name_zh": "代购", "service": "purchase", "unit": "单", "rule": rule, **terms}


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


def publish(store: Store, content: dict) -> int:
    with store.transaction(MANAGER) as tx:
        return fees.publish(tx, content)


def quoted(store: Store, **amounts: int) -> fees.Quote:
    with store.reading() as db:
        return fees.quote(fees.current(db, "2026-11-22"), "purchase", **amounts)


@pytest.mark.parametrize(
    ("rule", "terms", "amounts", "fee_fen", "words"),
    [
        ("free", {}, {"amount_fen": 5000}, 0, "免费"),
        ("fixed_per_unit", {"amount": "2.00"}, {"quantity": 3}, 600, "2.00/单 × 3"),
        ("percent_of_amount", {"percent": "5%"}, {"amount_fen": 1990}, 100, "19.90 × 5%"),
        ("percent_of_amount", {"percent": "0.5%"}, {"amount_fen": 100}, 1, "1.00 × 0.5%"),
        ("percent_with_min_max", {"percent": "3%", "min": "1.00", "max": "20.00"}, {"amount_fen": 1000}, 100, "10.00 × 3%，最低 1.00"),
        ("percent_with_min_max", {"percent": "3%", "min": "1.00", "max": "20.00"}, {"amount_fen": 10_000}, 300, "100.00 × 3%"),
        ("percent_with_min_max", {"percent": "3%", "min": "1.00", "max": "20.00"}, {"amount_fen": 100_000}, 2000, "1000.00 × 3%，最高 20.00"),
        ("tier_by_amount", {"tiers": [{"up_to": "50", "fee": "1"}, {"fee": "2"}]}, {"amount_fen": 5000}, 100, "金额 50.00 对应档"),
        ("tier_by_amount", {"tiers": [{"up_to": "50", "fee": "1"}, {"fee": "2"}]}, {"amount_fen": 5001}, 200, "金额 50.01 对应档"),
        ("tier_by_weight", {"tiers": [{"up_to": 1000, "fee": "1"}, {"fee": "3"}]}, {"grams": 1001}, 300, "1001 克对应档"),
        ("per_day_after_free_days", {"amount": "0.50", "free_days": 7}, {"days": 9}, 100, "超期 2 天 × 0.50（前 7 天免费）"),
        ("per_day_after_free_days", {"amount": "0.50", "free_days": 7}, {"days": 3}, 0, "超期 0 天 × 0.50（前 7 天免费）"),
        ("actual_cost", {}, {"amount_fen": 1234}, 1234, "按实际费用 12.34"),
    ],
)  # fmt: skip
def test_rule_gives_the_fee_and_says_how(store, rule, terms, amounts, fee_fen, words):
    publish(store, document(item(rule, **terms)))
    quote = quoted(store, **amounts)
    assert quote.fee_fen == fee_fen
    assert say(quote.explanation, locale="zh_CN", **quote.facts) == words
    assert quote.version_number == 1


@given(st.integers(0, 10**8), st.integers(0, 9999), st.integers(0, 5000), st.integers(0, 5000))
def test_percent_fee_stays_between_its_bounds(amount_fen, myriad, low, high):
    low, high = sorted((low, high))
    terms = {"percent": myriad, "min": low, "max": high}
    version = FeeVersion(1, 1, "", "", "", "", "", (FeeItem("x", "x", "bill", "笔", "percent_with_min_max", terms),))
    assert low <= fees.quote(version, "x", amount_fen=amount_fen).fee_fen <= high


def test_unpublished_fee_is_refused_even_as_zero(store):
    for code in ("purchase", "bill"):
        with store.reading() as db, pytest.raises(Refused) as caught:
            fees.quote(fees.current(db, "2026-11-22"), code)
        assert caught.value.code == "fee.not_published"


def test_version_counts_from_its_date_on(store):
    publish(store, document(item("fixed_per_unit", amount="1.00")))
    publish(store, document(item("fixed_per_unit", amount="2.00"), effective_on="2026-12-01"))
    with store.reading() as db:
        assert fees.quote(fees.current(db, "2026-11-30"), "purchase").fee_fen == 100
        assert fees.quote(fees.current(db, "2026-12-01"), "purchase").fee_fen == 200
        assert fees.current(db, "2025-12-31") is None
        assert [version.number for version in fees.versions(db)] == [2, 1]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (document(), "items"),
        (document(item("free")) | {"colour": 1}, "colour"),
        (document(item("free"), effective_on="gestern"), "effective_on"),
        (document(item("free")) | {"basis": ""}, "basis"),
        (document(item("free")) | {"approver": "\x1b@"}, "approver"),
        (document(item("bribe")), "items[1].rule"),
        (document(item("free", amount="1")), "items[1].amount"),
        (document(item("fixed_per_unit")), "items[1].amount"),
        (document(item("fixed_per_unit", amount=2.0)), "items[1].amount"),
        (document(item("fixed_per_unit", amount="-2.00")), "items[1].amount"),
        (document(item("percent_of_amount", percent="3")), "items[1].percent"),
        (document(item("percent_with_min_max", percent="3%", min="2", max="1")), "items[1].max"),
        (document(item("tier_by_amount", tiers=[{"up_to": "5", "fee": "1"}])), "items[1].tiers[1].up_to"),
        (document(item("tier_by_weight", tiers=[{"up_to": 5, "fee": "1"}, {"up_to": 5, "fee": "1"}, {"fee": "1"}])), "items[1].tiers[2].up_to"),
        (document(item("free"), item("free")), "items[2].code"),
        (document(item("free") | {"service": "magic"}), "items[1].service"),
        (document(item("free") | {"code": "代购"}), "items[1].code"),
        (document("free"), "items[1]"),
    ],
)  # fmt: skip
def test_unreadable_document_names_its_place_and_publishes_nothing(store, content, place):
    with pytest.raises(Refused) as caught:
        publish(store, content)
    assert (caught.value.code, caught.value.facts["place"]) == ("fees.unreadable", place)
    with store.reading() as db:
        assert fees.versions(db) == []


def test_check_finds_a_version_that_was_changed(store):
    publish(store, document(item("fixed_per_unit", amount="1.00")))
    with store.reading() as db:
        assert list(problems(db)) == []
    connection = bare(store.path)
    connection.execute("UPDATE fee_versions SET items = replace(items, '100', '900')")
    connection.commit()
    connection.close()
    with store.reading() as db:
        assert [problem.code for problem in problems(db)] == ["fees.version_changed"]
