"""Weeks, months, half-years: the sums of their closed days, frozen, revised when a day is closed late or corrected."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk import outbox, registers
from kiosk.assessment.monthly_form import monthly_form
from kiosk.counter.check_in import check_in
from kiosk.counter.closings import enter_closing
from kiosk.counter.open_day import open_day
from kiosk.registers.actions import take_step
from kiosk.reports import due, envelope, period_view, store
from kiosk.reports.corrections import RowChange
from kiosk.reports.model import FORMAT, TOPIC_OF
from kiosk.reports.periods import Kind, half_year_of, month_of, read_period, span, week_of
from kiosk.reports.qr_parts import parts_of
from kiosk.shifts.clock_trust import accept_clock
from tests.services.register_bench import CLOSING, COMPLAINT
from tests.services.report_bench import MONDAY, Reporting, at, four

WEEK, MONTH, HALF = week_of(MONDAY), month_of(MONDAY), half_year_of(MONDAY)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def bench(tmp_path: Path):
    opened = Reporting(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


@pytest.mark.obligation(
    "JX-24", place="/reports", reads="the week's report: the sums of its closed days, with their numbers"
)
def test_week_is_the_sum_of_its_closed_days_which_it_names(bench):
    numbers = [bench.day(MONDAY, 10_00, 5_50).report_no, bench.day(TUESDAY, 1_10).report_no]
    made = bench.freeze(WEEK)
    content = bench.content(made)
    assert four(content) == (3, 16_60, 0, 0)
    assert [(one["report_no"], one["txn_amount_fen"]) for one in content["days"]] == list(
        zip(numbers, (15_50, 1_10), strict=True)
    )
    assert {row["service_type"]: row["txn_count"] for row in content["services"] if row["txn_count"]} == {"purchase": 3}
    assert (made.report_no, content["period"], content["revision"]) == ("FW20261011-0001", "2026-W41", 0)
    assert (content["due_on"], content["is_late"], content["begins_on"]) == ("2026-10-12", False, "2026-10-05")
    assert (content["days_closed"], content["minutes_open"]) == (2, 18 * 60)


def test_report_is_queued_as_it_was_frozen(bench):
    bench.day(MONDAY, 10_00)
    for period in (WEEK, MONTH, HALF, span(MONDAY, TUESDAY)):
        made = bench.freeze(period)
        with bench.store.reading() as db:
            [message] = outbox.of_subject(db, "report", made.id)
            opened = envelope.verify(message.envelope, envelope.public_jwk(db.secrets))
        assert (opened.topic, opened.content) == (TOPIC_OF[period.kind], json.loads(made.content))
        assert opened.subject == {"kind": "report", "id": made.id, "number": made.report_no, "hash": made.hash}
        assert made.hash == envelope.digest(made.content)
        assert period == HALF or len(parts_of(message.envelope)) <= 4, "a phone carries it when the line is down"


@pytest.mark.lesson(7)
def test_correction_of_a_day_revises_the_week_the_month_and_the_half_year_that_hold_it(bench):
    bench.day(MONDAY, 10_00)
    bench.day(TUESDAY, 20_00)
    frozen = {period: bench.freeze(period) for period in (WEEK, MONTH, HALF)}
    made = bench.correct(MONDAY, RowChange("bill", "water", 1, 35_00, 0, 1_00), received=2, complaints_new=1)
    assert [report.form for report in made.revised] == ["F1W", "F1M", "F1H"]
    for period, first in frozen.items():
        content = bench.latest(period)
        assert (content["revision"], content["supplements"], content["replaces"]) == (
            1,
            first.report_no,
            first.report_no,
        )
        assert content["changed_on"] == ["2026-10-05"]
        assert four(content) == (3, 65_00, 0, 1_00)
        assert (content["parcels"]["received"], content["counts"]["complaints_new"]) == (2, 1)
        assert four(bench.content(first)) == (2, 30_00, 0, 0), "the first report has changed"
    again = bench.correct(TUESDAY, RowChange("purchase", "", -1, -20_00)).revised[0]
    content = bench.content(again)
    assert (content["revision"], content["supplements"]) == (2, frozen[WEEK].report_no)
    assert content["replaces"] == made.revised[0].report_no and four(content) == (2, 45_00, 0, 1_00)
    with bench.store.reading() as db:
        sent = outbox.of_subject(db, "report", frozen[WEEK].id)
        view = period_view.report_view_of(db, again)
    assert [json.loads(envelope_of(message))["revision"] for message in sent] == [0, 1, 2]
    assert view["changed"] == ["2026-10-06 的日报有更新"] and len(view["revisions"]) == 3


def envelope_of(message) -> str:
    return envelope.canonical(envelope.verify(message.envelope, json.dumps(_jwk(message))).content)


def _jwk(message):
    return json.loads(envelope.claimed_key(message.envelope))


def test_report_that_came_late_stays_late_however_often_it_is_revised(bench):
    bench.day(MONDAY, 10_00)
    assert bench.content(bench.freeze(WEEK, when=at(MONDAY + timedelta(days=8))))["is_late"]
    bench.correct(MONDAY, RowChange("purchase", "", 1, 1_00), when=at(MONDAY + timedelta(days=9)))
    assert bench.latest(WEEK)["revision"] == 1 and bench.latest(WEEK)["is_late"]


def test_reports_that_are_not_frozen_yet_are_not_revised(bench):
    bench.day(MONDAY, 10_00)
    assert bench.correct(MONDAY, RowChange("purchase", "", 1, 1_00)).revised == ()
    assert four(bench.content(bench.freeze(WEEK))) == (2, 11_00, 0, 0)


@pytest.mark.lesson(10)
def test_day_that_is_still_open_is_listed_and_its_late_close_is_a_revision(bench):
    bench.day(MONDAY, 10_00)
    sunday = MONDAY + timedelta(days=6)
    bench.act(open_day, at=at(sunday, 9))
    assert bench.code(freeze_by_hand, WEEK, at=at(sunday, 20)) == "report.period_not_over"
    first = bench.freeze(WEEK)  # on Monday, when it is due
    content = bench.content(first)
    assert [one for one in content["missing"] if one["why"] == "open"] == [
        {"business_on": "2026-10-11", "why": "open", "closing": None}
    ]
    assert four(content) == (1, 10_00, 0, 0)
    bench.close(at=at(sunday + timedelta(days=2)))
    content = bench.latest(WEEK)
    assert (content["revision"], content["replaces"]) == (1, first.report_no)
    assert content["changed_on"] == ["2026-10-11"] and content["days_closed"] == 2
    assert not content["is_late"], "the first report came in time, and said which day was missing"
    assert all(one["why"] == "not_opened" for one in content["missing"])


def freeze_by_hand(tx, period):
    from kiosk.counter.freeze_period import freeze_period

    return freeze_period(tx, period)


def test_dates_without_business_are_listed_with_the_reason_that_was_entered(bench):
    bench.day(MONDAY, 10_00)
    bench.act(enter_closing, "2026-10-07", "2026-10-08", "holiday", at=at(MONDAY))
    bench.day(MONDAY + timedelta(days=4), 10_00)
    content = bench.content(bench.freeze(WEEK))
    assert [(one["business_on"][8:], one["closing"]) for one in content["missing"]] == [
        ("06", None), ("07", "holiday"), ("08", "holiday"), ("10", None), ("11", None),
    ]  # fmt: skip
    with bench.store.reading() as db:
        told = period_view.period_view(db, WEEK)["missing"]
    assert [one["words"] for one in told][:2] == ["没有营业，没有登记原因", "停业：节假日"]


def test_month_and_half_year_say_the_same_as_their_days(bench):
    days = [MONDAY + timedelta(days=7 * number) for number in range(6)]  # into November
    for number, on in enumerate(days):
        bench.day(on, 1_00 * (number + 1))
    october, november = month_of(days[0]), month_of(days[-1])
    sums = [four(bench.content(bench.freeze(period))) for period in (october, november)]
    assert sums == [(4, 10_00, 0, 0), (2, 11_00, 0, 0)]
    assert four(bench.content(bench.freeze(HALF))) == (6, 21_00, 0, 0)


def test_stock_of_a_period_is_that_at_its_end(bench):
    from kiosk.counter.check_in import check_in

    bench.act(check_in, waybill="YT8962646785311", phone="13800001234", at=at(MONDAY))
    bench.close({}, at=at(MONDAY, 18))
    bench.act(check_in, waybill="YT8962646785329", phone="13800001234", at=at(TUESDAY))
    bench.close({}, at=at(TUESDAY, 18))
    parcels = bench.content(bench.freeze(WEEK))["parcels"]
    assert (parcels["received"], parcels["in_stock"]) == (2, 2)
    empty = week_of(MONDAY + timedelta(days=7))
    content = bench.content(bench.freeze(empty))
    assert content["parcels"]["in_stock"] is None and content["days"] == []


@pytest.mark.parametrize(
    ("period", "when", "code"),
    [
        (WEEK, at(TUESDAY, 20), "report.period_not_over"),
        (week_of(MONDAY - timedelta(days=7)), at(TUESDAY, 20), "report.period_before_start"),
        (read_period("day", "2026-10-05"), at(TUESDAY, 20), "report.period_is_a_day"),
        (span(MONDAY, TUESDAY + timedelta(days=9)), at(TUESDAY, 20), "report.period_not_over"),
    ],
)
def test_period_that_cannot_be_frozen_is_refused(bench, period, when, code):
    bench.day(MONDAY, 10_00)
    assert bench.code(freeze_by_hand, period, at=when) == code


def test_frozen_period_is_frozen_again_only_when_its_days_have_changed(bench):
    bench.day(MONDAY, 10_00)
    ad_hoc = span(MONDAY, MONDAY)
    first = bench.freeze(ad_hoc)
    assert (first.form, first.report_no) == ("F1A:2026-10-05", "FA20261005-0001")
    assert bench.code(freeze_by_hand, ad_hoc, at=at(TUESDAY)) == "report.period_unchanged"
    bench.correct(MONDAY, RowChange("purchase", "", 1, 1_00))
    assert bench.latest(ad_hoc)["revision"] == 0, "it tells how things stood when it was asked for"
    second = bench.content(bench.freeze(ad_hoc))
    assert (second["revision"], second["replaces"], four(second)) == (1, first.report_no, (2, 11_00, 0, 0))


def test_nobody_but_who_closes_days_freezes_reports(bench):
    bench.day(MONDAY, 10_00)
    assert bench.code(freeze_by_hand, WEEK, at=at(TUESDAY), actor=bench.staff("inspector")) == "staff.not_allowed"


def test_clock_finds_what_is_ready(bench):
    """As soon as the last day is closed and has settled; at the latest on the morning on which it is due."""
    bench.day(MONDAY, 10_00)
    sunday = MONDAY + timedelta(days=6)

    def ready(when: str) -> list[str]:
        with bench.store.reading() as db:
            return [period.code for period in due.waiting(db, when)]

    assert ready(at(sunday, 23)) == []
    assert ready(at(sunday + timedelta(days=1), 9)) == ["2026-W41"]
    bench.day(sunday, 10_00)
    assert ready(f"{sunday}T10:10:00.000000Z") == [], "ten minutes after the close"
    assert ready(f"{sunday}T10:15:00.000000Z") == ["2026-W41"]
    bench.freeze(WEEK, when=at(sunday, 19))
    assert ready(at(sunday, 20)) == []
    last = date(2026, 10, 31)
    bench.act(open_day, at=at(last, 9))
    assert ready(at(date(2026, 11, 2), 9)) == ["2026-W42", "2026-W43", "2026-W44"]
    assert "2026-10" not in ready(at(date(2026, 11, 4), 9)), "a day of the month is open and it is not due yet"
    assert "2026-10" in ready(at(date(2026, 11, 5), 9))
    with bench.store.reading() as db:
        state = due.previous(db, Kind.MONTH, at(date(2026, 11, 6), 9))
    assert (state.is_late, state.days_left, state.open_on) == (True, -1, ("2026-10-31",))
    bench.close(at=at(date(2026, 11, 4), 9))
    assert "2026-10" in ready(at(date(2026, 11, 4), 10))


def test_clock_that_jumps_ahead_writes_no_reports_of_nothing(bench):
    bench.day(MONDAY, 10_00)
    with bench.store.reading() as db:
        assert due.waiting(db, at(date(2031, 5, 5))) == []
        assert len(due.waiting(db, at(date(2027, 10, 1)))) < 25


def test_station_that_opens_again_after_long_has_no_reports_of_the_time_between(bench):
    """Half a year shut: the weeks in which nobody was there stay unwritten when the first day after it is closed, too."""
    bench.day(MONDAY, 10_00)
    again = MONDAY + timedelta(days=182)
    with bench.store.reading() as db:
        before = [period.code for period in due.waiting(db, at(again, 9))]
    bench.day(again, 20_00)
    with bench.store.reading() as db:
        assert [period.code for period in due.waiting(db, at(again + timedelta(days=1), 9))] == before
        after = [period.code for period in due.waiting(db, at(again + timedelta(days=30), 9))]
    assert set(after) - set(before) == {"2027-W14", "2027-W15", "2027-W16", "2027-W17", "2027-04"}


def test_day_that_a_clock_dated_ahead_comes_before_those_with_the_right_dates(bench):
    """Tuesday was dated as Saturday: what it entered is finished on days of earlier dates, and the week's stock is Friday's."""
    bench.day(MONDAY, 10_00)
    ahead, tuesday = MONDAY + timedelta(days=5), MONDAY + timedelta(days=1)
    bench.act(open_day, at=at(ahead, 9))
    told = COMPLAINT | {"happened_on": ahead.isoformat()}
    entries = [bench.act(registers.open_entry, "complaints", told, at=at(ahead)).id for _ in range(3)]
    wrong = bench.close(at=at(ahead, 18)).report
    bench.act(accept_clock, "was_ahead", at=at(tuesday, 9))
    bench.act(open_day, at=at(tuesday, 10))
    bench.act(take_step, entries[0], "close", registers.Typed(CLOSING), at=at(tuesday))
    bench.act(registers.actions.withdraw, entries[1], at=at(tuesday))
    bench.act(check_in, waybill="YT8962646785389", phone="1234", desk_id=None, at=at(tuesday))
    right = bench.close(at=at(tuesday, 18)).report
    counted = [json.loads(one.content)["counts"] for one in (wrong, right)]
    assert [(one["complaints_new"], one["complaints_closed"]) for one in counted] == [(3, 0), (-1, 1)]
    week = bench.content(bench.freeze(WEEK))
    assert (week["counts"]["complaints_new"], week["counts"]["complaints_closed"]) == (2, 1)
    assert [day["business_on"][-2:] for day in week["days"]] == ["05", "06", "10"]
    assert (week["parcels"]["received"], week["parcels"]["in_stock"]) == (1, 1)
    with bench.store.reading() as db:
        assert "到 2026-10-06 在库 1 件" in monthly_form(db, "2026-10").boxes["parcels"]
    bench.day(MONDAY + timedelta(days=6), 10_00)  # kiosk check (below) counts them all again, and they say the same


def test_days_of_an_older_version_are_summed_by_hand_only_and_what_they_lack_is_unknown(bench):
    bench.day(MONDAY, 10_00)
    bench.day(TUESDAY, 10_00)
    as_format_1(bench, "2026-10-05")
    as_format_1(bench, "2026-10-06")
    with bench.store.reading() as db:
        assert due.waiting(db, at(date(2026, 11, 9))) == []
        old = store.latest(db, "2026-10-05")
        view = period_view.report_view_of(db, old)
    assert bench.content(old)["format"] == 1 and FORMAT == 2
    assert view["counts"] == [] and view["rows"] and view["parcels"][0]["definition"]
    content = bench.content(bench.freeze(WEEK))
    assert content["unknown_on"] == ["2026-10-05", "2026-10-06"]
    assert set(content["counts"].values()) == {None} and four(content) == (2, 20_00, 0, 0)
    bench.correct(MONDAY, RowChange("purchase", "", 1, 1_00))
    assert bench.latest(WEEK)["unknown_on"] == ["2026-10-06"]
    with bench.store.reading() as db:
        assert "1 天" in str(period_view.period_view(db, WEEK)["header"])


def as_format_1(bench: Reporting, on: str) -> None:
    """Rewrites a frozen report as the first version would have made it, everywhere where it stands."""
    from tests.services.old_reports import make_old

    make_old(bench.store, on)
