"""The daily report F1: its figures by hand, frozen for good, with nobody's name in it."""

import json
import shutil
import sqlite3
from dataclasses import asdict
from pathlib import Path

import pytest

from kiosk import vault
from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over
from kiosk.counter.open_batch import open_batch
from kiosk.counter.open_day import open_day
from kiosk.counter.set_aside import mark_problem
from kiosk.counter.undo import undo_parcel
from kiosk.reports import daily, envelope
from kiosk.reports.figures import daily_figures
from kiosk.reports.model import ParcelFigures
from kiosk.reports.view import report_view
from tests.services.counter_bench import BILL, PURCHASE, SALE, Bench, days_ago
from tests.storage.test_guards_and_seals import bare

COLUMNS = ("txn_count", "txn_amount_fen", "commission_fen", "service_fee_fen")


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


def rows_of(content: dict) -> dict[tuple[str, str], tuple[int, ...]]:
    rows = {(row["service_type"], row["kind"]): tuple(row[name] for name in COLUMNS) for row in content["services"]}
    return {place: figures for place, figures in rows.items() if any(figures)}


def parcels_on(bench: Bench, business_on: str) -> dict[str, int]:
    with bench.store.reading() as db:
        return asdict(daily_figures(db, business_on).parcels)


def take_in(bench: Bench, number: int, at: str | None = None, **facts) -> int:
    return bench.act(check_in, at=at, waybill=f"YT89626467853{number:02d}", phone="13800001234", **facts).parcel_id


@pytest.mark.obligation(
    "TC-08",
    "TC-19",
    "TC-20",
    place="/reports",
    reads="number, amount, commission and service fee of the day, by service",
)
@pytest.mark.obligation(
    "LY-23", place="/reports", reads="the day's report F1 with its number and when the county had it"
)
def test_figures_of_a_day_are_those_worked_out_by_hand(bench):
    bench.settle(bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE)), 400_00)
    bench.settle(bench.ticket(("purchase", PURCHASE | {"paid_by": "station", "amount_fen": 20_00})), 1_00)
    top_up = {"biller": "mobile-demo", "account_no": "13812341234", "account_again": "13812341234", "amount_fen": 30_00,
              "is_read_back": True}  # fmt: skip
    bench.settle(bench.ticket(("bill", top_up)), 30_00)
    voided = bench.ticket(("consignment", SALE | {"amount_fen": 500_00}))
    bench.settle(voided, 500_00)
    bench.void(voided)
    bench.ticket(("bill", BILL | {"account_no": "0602123456599"}))  # never settled
    content = json.loads(bench.close().report.content)
    assert rows_of(content) == {
        ("purchase", ""): (2, 320_00, 0, 10_00),
        ("consignment", ""): (1, 22_50, 1_13, 0),
        ("bill", "power"): (1, 50_00, 0, 0),
        ("bill", "mobile"): (1, 30_00, 0, 0),
    }
    assert content["totals"] == dict(zip(COLUMNS, (5, 422_50, 1_13, 10_00), strict=True))
    assert len(content["services"]) == 14


@pytest.mark.obligation(
    "JX-29", place="/reports", reads="parcels received, handed over, in stock, overdue and returned"
)
def test_parcels_of_a_day_are_those_worked_out_by_hand(bench):
    old, yesterday = days_ago(5), days_ago(1)
    stays, collected = take_in(bench, 1, old), take_in(bench, 2, old)
    bench.close({}, at=old)
    first = take_in(bench, 3, yesterday)
    take_in(bench, 4, yesterday)
    undone = take_in(bench, 5, yesterday)
    bench.act(undo_parcel, undone, at=yesterday)
    bench.act(hand_over, [first, collected], "tail", at=yesterday)
    bench.act(mark_problem, stays, "damaged", at=yesterday)
    closed = bench.close({}, at=yesterday)
    wanted = asdict(ParcelFigures(2, 2, 2, 1, 0, 1, 0))  # received, handed over, in stock, overdue, returned, problem
    assert json.loads(closed.report.content)["parcels"] == wanted
    take_in(bench, 6)
    bench.act(hand_over, [stays], "tail", even_set_aside=True)
    assert parcels_on(bench, closed.day.business_on) == wanted, "the past moved"
    today = bench.value("SELECT MAX(business_on) FROM business_days")
    assert parcels_on(bench, today) == asdict(ParcelFigures(1, 1, 2, 0, 0, 0, 0))
    assert bench.close({}).stays_open["parcels"] == 2


def test_opening_stock_is_in_stock_but_was_not_received(bench):
    batch = bench.act(open_batch, is_opening_stock=True)
    take_in(bench, 1, batch_id=batch.id, pickup_code="5-1-7001")
    content = json.loads(bench.close({}).report.content)
    assert (content["parcels"]["received"], content["parcels"]["in_stock"]) == (0, 1)


def test_header_says_when_and_how_it_was_counted(bench):
    bench.act(open_day)
    closed = bench.close({})
    content = json.loads(closed.report.content)
    assert content["station"] == {"code": "demo-001", "name": "枫林村服务站"}
    assert (content["opened_at"], content["closed_at"]) == (closed.day.opened_at, closed.day.closed_at)
    assert content["counting_rule"] == "one_per_order_less_refunds"
    assert (content["form"], content["revision"], content["report_no"]) == ("F1", 0, closed.report.report_no)


@pytest.mark.parametrize(("closes", "is_late"), [("09:59:00", False), ("10:31:00", True)])
@pytest.mark.obligation("LY-23", "TC-20", place="/reports", reads="whether the day's report was late")
def test_report_is_late_after_the_countys_hour(bench, closes, is_late):
    """18:30 in Shanghai is 10:30 UTC."""
    day = days_ago(2)[:10]
    bench.act(open_day, at=f"{day}T01:00:00.000000Z")
    content = json.loads(bench.close({}, at=f"{day}T{closes}.000000Z").report.content)
    assert content["is_late"] is is_late


@pytest.mark.obligation("TC-35", "CUO-20", place="/reports", reads="no report names a villager")
def test_report_names_nobody(bench):
    bench.settle(
        bench.ticket(
            ("purchase", PURCHASE | {"customer_name": "张三丰", "phone": "13812341234"}),
            ("consignment", SALE | {"supplier_name": "欧阳老汉", "phone": "13912345678"}),
            ("bill", BILL | {"customer_name": "诸葛村民"}),
        ),
        400_00,
    )
    take_in(bench, 1, name_hint="上官")
    closed = bench.close()
    with bench.store.reading() as db:
        message = db.one("SELECT * FROM outbox")
        personal = [row[0] for row in db.all("SELECT value FROM vault")]
    assert len(personal) >= 9
    text = closed.report.content + message["payload"] + message["envelope"] + bench.text(closed.slip_id)
    for value in [*personal, "王芳", "YT896264678", "1234"]:
        assert value not in text.replace(closed.report.hash, "").replace(closed.report.hash[:16], ""), value


def test_envelope_in_the_outbox_is_the_report(bench):
    bench.settle(bench.ticket(("bill", BILL)), 50_00)
    closed = bench.close()
    with bench.store.reading() as db:
        message = db.one("SELECT * FROM outbox WHERE id = ?", closed.message_id)
        opened = envelope.verify(message["envelope"], envelope.public_jwk(db.secrets))
    assert opened.content == json.loads(closed.report.content)
    assert opened.subject == {
        "kind": "report", "id": closed.report.id, "number": closed.report.report_no, "hash": closed.report.hash,
    }  # fmt: skip
    assert (opened.station, opened.sequence, opened.topic, opened.hash) == (
        "demo-001",
        1,
        "report.daily",
        message["hash"],
    )


@pytest.mark.parametrize("statement", ["UPDATE reports SET content = '{}'", "DELETE FROM reports",
                                       "INSERT OR REPLACE INTO reports SELECT * FROM reports"])  # fmt: skip
def test_frozen_report_is_never_changed(bench, statement):
    bench.act(open_day)
    bench.close({})
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.execute(statement)


def test_open_day_is_not_frozen(bench):
    on = bench.act(open_day).business_on
    with pytest.raises(ValueError), bench.store.transaction() as tx:
        daily.freeze_daily(tx, on)


def test_view_shows_the_figures_so_far_and_then_the_frozen_ones(bench):
    on = bench.act(open_day).business_on
    bench.settle(bench.ticket(("bill", BILL)), 50_00)
    with bench.store.reading() as db:
        so_far = report_view(db, on)
        assert report_view(db, "2001-01-01") is None
    assert not so_far["is_frozen"] and so_far["submission"] is None
    assert {row["name"]: row["txn_count"] for row in so_far["rows"]}["电费"] == 1
    bench.close()
    with bench.store.reading() as db:
        frozen = report_view(db, on)
        in_english = report_view(db, on, "en")
    assert frozen["is_frozen"] and frozen["submission"]["state"] == "waiting"
    assert [row for row in frozen["rows"] if row["txn_count"]] == [row for row in so_far["rows"] if row["txn_count"]]
    assert in_english["content"] == frozen["content"]
    json.dumps(frozen)


def test_service_that_no_row_names_is_counted_under_other(bench):
    from kiosk.till.actions import add_line
    from kiosk.till.model import NewLine

    ticket_id = bench.ticket()
    bench.act(
        add_line,
        ticket_id,
        NewLine(service="convenience", act="help", kind="photo", case_kind="x", case_id=1, label="证件照"),
    )
    bench.settle(ticket_id, 0)
    assert rows_of(json.loads(bench.close({}).report.content)) == {("other", ""): (1, 0, 0, 0)}


# What the check finds --------------------------------------------------------------------------------------------------


def full_day(bench: Bench) -> None:
    bench.settle(bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE)), 400_00)
    voided = bench.ticket(
        ("purchase", PURCHASE), ("bill", BILL | {"account_no": "0602123456511"}), ("consignment", SALE)
    )
    bench.settle(voided, 400_00)
    bench.void(voided)
    take_in(bench, 1)
    bench.close(bench.pieces_of(380_00))
    bench.settle(bench.ticket(("purchase", PURCHASE)), 309_00)


@pytest.fixture(scope="module")
def station_of_a_day(tmp_path_factory) -> Path:
    """A closed station with a full day, made once and copied for each test that breaks it."""
    state = tmp_path_factory.mktemp("day") / "station"
    bench = Bench(state, printer=False)
    full_day(bench)
    assert bench.problems() == []
    bench.store.checkpoint()
    bench.store.close()
    return state


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE tickets SET total_fen = total_fen + 1, given_fen = given_fen + 1 WHERE id = 1", "ticket.total_wrong"),
        ("UPDATE tickets SET given_fen = given_fen + 1, change_fen = change_fen + 1 WHERE id = 1", "ticket.not_as_audited"),
        ("UPDATE tickets SET entry_id = NULL WHERE id = 1", "ticket.entry_differs"),
        ("UPDATE tickets SET refund_entry_id = NULL WHERE id = 2", "ticket.refund_differs"),
        ("UPDATE tickets SET receipt_no = 'R20010101-0001' WHERE id = 1", "ticket.number_wrong"),
        ("UPDATE tickets SET receipt_no = substr(receipt_no, 1, 10) || '0007' WHERE id = 1", "ticket.number_gap"),
        ("UPDATE tickets SET state = 'settled', voided_at = NULL, refund_no = NULL WHERE id = 2", "ticket.not_as_audited"),
        ("UPDATE ticket_lines SET fee_fen = fee_fen + 1 WHERE id = 1", "ticket.fee_differs"),
        ("UPDATE ticket_lines SET fee_code = 'gift' WHERE id = 1", "ticket.fee_unpublished"),
        ("UPDATE ticket_lines SET fee_code = NULL, fee_version_id = NULL, fee_fen = 0 WHERE id = 2", "ticket.fee_unpublished"),
        ("UPDATE ticket_lines SET principal_account = 'held_for_bills' WHERE id = 1", "ticket.entry_differs"),
        ("UPDATE ticket_lines SET state = 'pending' WHERE id = 1", "ticket.line_state_wrong"),
        ("UPDATE ticket_lines SET state = 'done' WHERE id = 4", "ticket.line_state_wrong"),
        ("UPDATE ticket_lines SET line_no = 9 WHERE id = 1", "ticket.line_missing"),
        ("DELETE FROM tickets WHERE id = 3", "ticket.entry_without_ticket"),
        ("UPDATE desks SET open_ticket_id = 1", "desk.ticket_not_open"),
        ("UPDATE postings SET amount_fen = amount_fen + 7 WHERE entry_id = 1 AND account = 'drawer'", "ledger.balance_wrong"),
        ("UPDATE cash_counts SET counted_fen = counted_fen + 100", "drawer.count_wrong"),
        ("UPDATE cash_counts SET expected_fen = 1", "drawer.count_wrong"),
        ("DELETE FROM cash_counts", "drawer.count_wrong"),
        ("UPDATE reports SET content = replace(content, '\"txn_count\":1', '\"txn_count\":2')", "report.changed"),
        ("UPDATE reports SET report_no = 'F20010101-0001'", "report.not_as_audited"),
        ("UPDATE reports SET business_on = '2001-01-01'", "report.wrong_day"),
        ("DELETE FROM reports", "report.missing"),
        ("DELETE FROM outbox", "report.not_queued"),
        ("UPDATE outbox SET envelope = replace(envelope, '.', '.A')", "report.envelope_wrong"),
        ("UPDATE outbox SET hash = 'x'", "report.message_differs"),
        ("UPDATE ticket_lines SET txn_amount_fen = 1 WHERE id = 1", "report.differs"),
        ("UPDATE tickets SET settled_on = '2001-01-01' WHERE id = 1", "report.not_the_ledger"),
        ("UPDATE parcel_events SET to_state = 'undone'", "report.differs"),
    ],
)  # fmt: skip
def test_check_finds_what_was_changed(tmp_path, station_of_a_day, statement, code):
    shutil.copytree(station_of_a_day, tmp_path / "station")
    bench = Bench.reopened(tmp_path / "station")
    connection = bare(bench.store.path)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute(statement)
    connection.commit()
    connection.close()
    assert code in bench.problems()
    bench.store.close()


def test_check_finds_a_report_signed_by_another_key(bench, tmp_path):
    bench.act(open_day)
    bench.close({})
    with bench.store.reading() as db:
        message = db.one("SELECT * FROM outbox")
        other = Bench(tmp_path / "other", printer=False)
        said = json.loads(message["payload"])
        names = ("station", "sequence", "topic", "subject", "made_at", "content")
        forged = envelope.sign(other.store.secrets, **{name: said[name] for name in names})
    connection = bare(bench.store.path)
    connection.execute("UPDATE outbox SET envelope = ?", (forged.envelope,))
    connection.commit()
    assert "report.envelope_wrong" in bench.problems()
    connection.execute("UPDATE outbox SET envelope = ?", (message["envelope"],))
    connection.commit()
    connection.close()
    with bench.store.reading() as db:
        assert vault.get(db, "bill", 1, "account_no") is None
    other.store.close()
