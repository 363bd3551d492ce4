"""What a ticket's line says was booked: the date, the place, nobody's name, no more than fits a receipt."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.conveniences import actions, erasure
from kiosk.conveniences.booked import MOST_COLUMNS, words_of
from kiosk.conveniences.services import Field, Service
from kiosk.counter.open_day import open_day
from kiosk.printing.columns import width
from tests.services.convenience_bench import LOAN, PAGES, cash, clinic, in_days, paid, train
from tests.services.counter_bench import Bench


@pytest.fixture
def bench(tmp_path: Path):
    state = tmp_path / "station"
    state.mkdir()
    (state / "station.toml").write_text('[conveniences]\nbank_contract = "演示〔2026〕1号"\n', "utf-8")
    opened = Bench(state, printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


def label(bench: Bench, facts: dict) -> str:
    return bench.view(bench.ticket(("convenience", facts)))["lines"][-1]["label"]


def test_line_says_date_place_and_how_many(bench):
    facts = train(departs_on=in_days(3), from_place="县城", to_place="长沙")
    said = label(bench, facts)
    assert said.startswith(f"便民 火车票汽车票（1）：{in_days(3)} 县城 长沙 ") and "张数 2" in said
    assert "张建国" not in said and "138" not in said and "1298" not in said


def test_of_a_clinic_visit_only_the_date_is_said(bench):
    assert label(bench, clinic()) == f"便民 就诊预约（1）：{in_days(1)}"


def test_no_person_phone_card_or_note_is_said(bench):
    assert label(bench, LOAN) == "便民 贷款咨询（1）：农信社 惠农贷 1–5 万元"
    assert label(bench, PAGES) == "便民 打印复印（2）：打印 页数 7"


def test_card_digits_are_not_said(bench):
    bench.act(open_day, 1000_00)
    assert label(bench, cash()) == "便民 小额取现（1）：农商行 T-0071 000123"


def test_words_are_erased_with_their_case(bench):
    number = paid(bench, LOAN)
    bench.act(actions.finish, number, values={"result": "已联系"})
    with bench.store.transaction(erasing=True) as tx:
        erasure.forget(tx, number, "test.rule")
    assert bench.view(1)["lines"][0]["label"] == "便民 贷款咨询（1）：个人信息已按规定删除"
    assert bench.value("SELECT COUNT(*) FROM vault WHERE case_kind = 'convenience'") == 0


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zs", "Zl", "Zp"]), min_size=1), max_size=6)
)
def test_words_fit_whatever_was_typed(texts):
    asked = tuple(Field(f"f{place}", "栏", "", "text") for place in range(len(texts)))
    service = Service("x", "某项", "", "other", asked)
    words = words_of(service, {f"f{place}": text for place, text in enumerate(texts)})
    assert width(words) <= MOST_COLUMNS
    assert words == " ".join(texts) or words.endswith("…")
