"""What pages and paper make of a report's figures before anybody draws them: spans of dates, bars, guarded cells."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.printing.pdf import plain
from kiosk.printing.sheet import Column, Plot, Sheet, Table
from kiosk.reports import chart
from kiosk.reports.tables import missing_by_reason

FIRST = date(2026, 3, 1)
DATES = st.sets(st.integers(0, 60)).map(sorted)


@given(DATES, DATES)
def test_missing_dates_are_all_named_once_under_their_reason(shut, unclosed):
    reasons = dict.fromkeys(shut, "停业") | dict.fromkeys(unclosed, "还没有日结")
    told = [
        {"business_on": (FIRST + timedelta(days=number)).isoformat(), "words": reasons[number]}
        for number in sorted(reasons)
    ]
    named = {}
    for why, text in missing_by_reason({"missing": told}):
        for span in text.split("、"):
            first, _, last = span.partition(" 至 ")
            low, high = (date.fromisoformat(f"2026-{day}") for day in (first, last or first))
            for number in range((low - FIRST).days, (high - FIRST).days + 1):
                assert number not in named
                named[number] = why
    assert named == reasons


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=200))
def test_bars_stay_within_their_room_and_keep_their_order(values):
    [part] = plain(Sheet("图", parts=(Plot("图", tuple((str(n), value, "") for n, value in enumerate(values))),)))[
        "parts"
    ]
    for (_, top, height), value in zip(part["bars"], values, strict=True):
        assert 0 <= top <= 1000 and 0 <= top + height <= 1001
        assert (top + height <= part["zero"] + 1) if value > 0 else top >= part["zero"] - 1 or value == 0
    drawn = chart.lines([(str(n), value, "") for n, value in enumerate(values)])
    assert all(0 <= line.length <= drawn.width - drawn.left for line in drawn.lines)
    longest = max(drawn.lines, key=lambda line: line.length)
    assert longest.value == max(values) or longest.length == 0


def test_days_without_a_report_have_their_place_in_a_plot():
    told = {"2026-03-04": 500, "2026-03-02": 300}
    assert chart.every_date(told, 3) == [("2026-03-02", 300), ("2026-03-03", 0), ("2026-03-04", 500)]
    assert chart.every_date(told, 2) == [("2026-03-02", 300), ("2026-03-04", 500)], "no room for all dates"
    assert chart.every_date({}, 3) == []


def test_last_rows_of_a_table_are_its_sums():
    rows = (("代购", "1"), ("合计", "1"))
    columns = (Column("业务类型"), Column("笔数"))
    parts = (Table(columns, rows, sum_rows=1), Table(columns, rows))
    assert [part.get("sums") for part in plain(Sheet("表", parts=parts))["parts"]] == [1, None]
