"""Reports name nobody, are found by an index however old the station is, are frozen by the clock, and ``kiosk check`` finds
whatever in them was changed."""

import gzip
import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest

from kiosk import chores, clock
from kiosk.counter.freeze_period import freeze_due, freeze_period
from kiosk.counter.open_day import open_day
from kiosk.printing import slips
from kiosk.printing.render_text import render_text
from kiosk.reports import due, period, period_view, schemas, store, trade
from kiosk.reports.corrections import RowChange
from kiosk.reports.figures import daily_figures
from kiosk.reports.periods import REGULAR, half_year_of, holding, month_of, span, week_of
from kiosk.storage import Reader
from kiosk.words import use_locale
from tests.services.old_reports import make_old
from tests.services.personal_fill import Marked
from tests.services.personal_marks import found
from tests.services.purchase_bench import Buying
from tests.services.report_bench import MONDAY, Reporting, at
from tests.storage.test_guards_and_seals import bare

TUESDAY = MONDAY + timedelta(days=1)
WEEK, MONTH, HALF = week_of(MONDAY), month_of(MONDAY), half_year_of(MONDAY)


# Nobody --------------------------------------------------------------------------------------------------------------------


class Everybody(Marked, Buying):
    """Everything was done once, and something was bought that is still on its way."""


@pytest.mark.obligation("TC-35", "CUO-20", place="/reports", reads="no report of any length names anybody")
def test_no_report_names_anybody(tmp_path):
    """Every field that takes something of a person is filled with a marked value; none of them is in a report, in what is
    sent, or in any of the ways in which a report is shown."""
    bench = Everybody(tmp_path / "station")
    bench.fill()
    purchase_id = bench.taken(item_name=bench.words("货"), spec=bench.words("规格"), customer_name=bench.name())
    bench.ordered(purchase_id)
    closed = bench.close({}, seen={})
    on = date.fromisoformat(closed.day.business_on)
    later = clock.stamp(clock.now() + timedelta(days=400))
    for wanted in (*(holding(kind, on) for kind in REGULAR), span(on, on)):
        bench.act(freeze_period, wanted, at=later)
    shown: dict[str, bytes] = {}
    with bench.store.reading() as db:
        for report in store.list_reports(db):
            shown[f"content {report.report_no}"] = report.content.encode()
            for locale in ("zh_CN", "en"):
                view = period_view.report_view_of(db, report, locale)
                shown[f"view {report.report_no} {locale}"] = json.dumps(view, ensure_ascii=False).encode()
        for row in db.all("SELECT sequence, payload, envelope FROM outbox"):
            shown[f"message {row['sequence']}"] = (row["payload"] + row["envelope"]).encode()
        shown["rows of trade"] = json.dumps([tuple(row) for row in db.all("SELECT * FROM day_trade")]).encode()
        for row in db.all("SELECT id FROM slips WHERE subject_kind = 'report'"):
            use_locale("zh_CN")
            shown[f"slip {row['id']}"] = render_text(slips.compose(db, row["id"]), 48).encode()
    assert len(bench.said) > 60 and len([name for name in shown if name.startswith("content")]) == 5
    assert len(shown["rows of trade"]) > 100, "nothing was bought"
    assert found(set(bench.said), shown) == {}
    bench.store.close()


# Fast ----------------------------------------------------------------------------------------------------------------------


class Planning(Reader):
    """A reader that keeps what SQLite says of each statement."""

    def __init__(self, db: Reader) -> None:
        super().__init__(db.connection, db.store)
        self.plans: list[tuple[str, str]] = []

    def all(self, sql, *params, **named):
        self._plan(sql, params, named)
        return super().all(sql, *params, **named)

    def one(self, sql, *params, **named):
        self._plan(sql, params, named)
        return super().one(sql, *params, **named)

    def _plan(self, sql, params, named) -> None:
        rows = self.connection.execute(f"EXPLAIN QUERY PLAN {sql}", named or params).fetchall()
        self.plans += [(sql, row[3]) for row in rows]


def test_month_is_read_by_index_however_old_the_station_is(tmp_path):
    bench = Reporting(tmp_path / "station", printer=False)
    bench.day(MONDAY, 10_00)
    bench.freeze(MONTH)
    with bench.store.reading() as db:
        asked = Planning(db)
        period.period_content(asked, MONTH)
        period_view.report_view_of(asked, store.latest_of(asked, MONTH))
        due.waiting(asked, at(MONDAY + timedelta(days=40)))
        trade.rows_of(asked, MONTH.first_on, MONTH.last_on, [])
    large = ("reports", "business_days", "day_trade", "outbox", "parcel_events", "tickets", "purchases")
    scanned = [
        (plan, sql) for sql, plan in asked.plans
        if plan.startswith("SCAN") and plan.split()[1] in large and "USING" not in plan
    ]  # fmt: skip
    assert len(asked.plans) > 10 and scanned == []
    bench.store.close()


def test_closing_a_day_reads_its_trade_and_its_visits_by_index(tmp_path):
    from kiosk.reports.counts import counts_of

    bench = Reporting(tmp_path / "station", printer=False)
    bench.day(MONDAY, 10_00)
    with bench.store.reading() as db:
        asked = Planning(db)
        counts_of(asked, MONDAY.isoformat())
        asked.all(trade._TOUCHED, on=MONDAY.isoformat())
        daily_figures(asked, MONDAY.isoformat())
    large = ("tickets", "ticket_lines", "parcel_events", "purchase_events", "consignment_sales")
    scanned = [(plan, sql) for sql, plan in asked.plans if plan.startswith("SCAN") and plan.split()[1] in large]
    assert scanned == []
    # The fees of all years stand under their account; those of a day are found by its entries.
    assert [sql for sql, plan in asked.plans if "postings_by_account" in plan] == []
    # What lies here is counted by the index of its age alone, the problems among it by theirs.
    assert any("COVERING INDEX parcels_set_aside" in plan for sql, plan in asked.plans)
    bench.store.close()


# By the clock --------------------------------------------------------------------------------------------------------------


def test_chore_freezes_what_is_ready_once(tmp_path):
    bench = Reporting(tmp_path / "station", printer=False)
    today = clock.local_date()
    monday = today - timedelta(days=today.weekday() + 7)
    bench.day(monday, 10_00)
    bench.day(monday + timedelta(days=1), 5_00)
    chore = next(one for one in chores.CHORES if one.name == "reports")
    done = chore.turn(bench.store)
    assert done == freeze_count(bench) and chore.turn(bench.store) == 0
    content = bench.latest(week_of(monday))
    assert content["totals"]["txn_amount_fen"] == 15_00 and content["is_late"] is (today.weekday() > 0)
    assert bench.value("SELECT COUNT(*) FROM outbox WHERE topic = 'report.weekly'") >= 1
    with bench.store.reading() as db:
        assert due.waiting(db, clock.stamp()) == []
    assert freeze_due(bench.store) == 0 and bench.problems() == []
    bench.store.close()


def freeze_count(bench: Reporting) -> int:
    return bench.value("SELECT COUNT(*) FROM reports WHERE form <> 'F1'")


# Schemas -------------------------------------------------------------------------------------------------------------------


def test_schemas_are_json_schemas_and_refuse_what_no_station_sends(tmp_path):
    for name in schemas.names():
        jsonschema.Draft202012Validator.check_schema(schemas.schema(name))
    bench = Reporting(tmp_path / "station", printer=False)
    contents = [bench.content(bench.day(MONDAY, 10_00)), bench.content(bench.freeze(WEEK))]
    for content in contents:
        validator = jsonschema.Draft202012Validator(schemas.schema(schemas.name_for(content)))
        for wrong in (
            content | {"customer": "张三"}, content | {"totals": {}}, content | {"frozen_at": "2026-10-05"},
            content | {"report_no": "X1"}, {name: value for name, value in content.items() if name != "definitions"},
        ):  # fmt: skip
            assert not validator.is_valid(wrong)
    bench.store.close()


# What the check finds ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reported(tmp_path_factory) -> Path:
    """A station with a revised week, a month, a half-year and an ad hoc report; copied for each test that breaks it."""
    state = tmp_path_factory.mktemp("reported") / "station"
    bench = Reporting(state, printer=False)
    bench.day(MONDAY, 10_00)
    bench.day(TUESDAY, 5_00)
    for wanted in (WEEK, MONTH, HALF, span(MONDAY, TUESDAY)):
        bench.freeze(wanted)
    bench.correct(TUESDAY, RowChange("purchase", "", 1, 1_00), when=at(MONDAY + timedelta(days=20)))
    bench.act(open_day, at=at(date(2027, 1, 2)))
    with bench.store.transaction() as tx:
        tx.execute("UPDATE desks SET open_ticket_id = NULL")
    assert bench.problems() == []
    bench.store.checkpoint()
    bench.store.close()
    return state


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE reports SET content = replace(content, '\"txn_count\":2', '\"txn_count\":3') WHERE form = 'F1W'", "report.changed"),
        ("UPDATE reports SET report_no = 'FW20010101-0001' WHERE id = 3", "report.not_as_audited"),
        ("UPDATE reports SET form = 'F1H' WHERE form = 'F1M'", "report.wrong_period"),
        ("DELETE FROM reports WHERE form = 'F1M' AND revision = 0", "report.missing"),
        ("DELETE FROM reports WHERE form = 'F1M' AND revision = 0", "report.number_gap"),
        ("DELETE FROM reports WHERE form = 'F1W' AND revision = 1", "report.behind_its_days"),
        ("DELETE FROM reports WHERE form = 'F1W' AND revision = 0", "report.replaces_nothing"),
        ("DELETE FROM outbox WHERE topic = 'report.monthly'", "report.not_queued"),
        ("UPDATE outbox SET subject_id = 999 WHERE topic = 'report.half_year'", "report.message_without_report"),
        ("UPDATE reports SET report_no = 'F20261005-0009' WHERE form = 'F1' AND business_on = '2026-10-05'", "report.day_unknown"),
        ("INSERT INTO day_trade (business_on, case_kind, case_id, direction, item_kind, item, unit, unit_size, platform,"
         " online_shop, txn_count, quantity, amount_fen) VALUES ('2026-10-05', 'purchase', 7, 'bought', 'category', 'other',"
         " '', 1, 'x', '', 1, 1, 100)", "trade.differs"),
        ("INSERT INTO day_trade (business_on, case_kind, case_id, direction, item_kind, item, unit, unit_size, platform,"
         " online_shop, txn_count, quantity, amount_fen) VALUES ('2026-10-05', 'purchase', 7, 'bought', 'category', 'other',"
         " '', 1, 'x', '', 1, 1, 100)", "report.not_the_sum"),
        ("UPDATE numbers SET last = 9 WHERE series = 'document.FM'", "report.number_gap"),
    ],
)  # fmt: skip
def test_check_finds_what_was_changed(tmp_path, reported, statement, code):
    shutil.copytree(reported, tmp_path / "station")
    bench = Reporting.reopened(tmp_path / "station")
    connection = bare(bench.store.path)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute(statement)
    connection.commit()
    connection.close()
    assert code in bench.problems()
    bench.store.close()


def test_check_finds_a_sum_that_is_none_though_it_was_hashed_and_signed(tmp_path):
    """Even a report that was frozen, audited and sent with a wrong sum is found: it is worked out anew from its days."""
    bench = Reporting(tmp_path / "station", printer=False)
    bench.day(MONDAY, 10_00)
    right = period.sums.totals
    try:
        period.sums.totals = lambda days: right(days) | {"txn_count": 99}
        bench.freeze(WEEK)
    finally:
        period.sums.totals = right
    assert bench.problems() == ["report.not_the_sum"]
    bench.store.close()


def test_check_finds_counts_that_the_registers_do_not_give(tmp_path):
    bench = Reporting(tmp_path / "station", printer=False)
    bench.day(MONDAY, 10_00)
    connection = bare(bench.store.path)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("UPDATE ticket_lines SET refunds_line_id = id")
    connection.commit()
    connection.close()
    assert "report.differs" in bench.problems()
    bench.store.close()


def test_check_is_silent_about_reports_of_the_first_version(tmp_path):
    bench = Reporting(tmp_path / "station", printer=False)
    bench.day(MONDAY, 10_00)
    make_old(bench.store, MONDAY.isoformat())
    bench.freeze(WEEK)
    assert bench.problems() == []
    bench.store.close()


def test_days_that_an_older_version_closed_have_their_trade(tmp_path):
    """The migration writes what stands under the day of the order; from then on each change is a row of its day."""
    state = tmp_path / "old"
    state.mkdir()
    packed = Path(__file__).parents[1] / "data" / "station_m0002.db.gz"
    (state / "kiosk.db").write_bytes(gzip.decompress(packed.read_bytes()))
    bench = Reporting.reopened(state)
    with bench.store.reading() as db:
        [row] = db.all("SELECT * FROM day_trade")
        ordered = db.one("SELECT ordered_on, amount_fen FROM purchases WHERE id = ?", row["case_id"])
        assert list(trade.standing_wrong(db)) == []
    assert (row["business_on"], row["amount_fen"], row["txn_count"]) == (*tuple(ordered), 1)
    assert {"trade.differs", "report.differs"} & set(bench.problems()) == set()
    bench.store.close()
