"""A real day in a state folder, made by the counter's own acts and nothing else: every sealed table holds rows afterwards,
and every invariant holds."""

from __future__ import annotations

import itertools
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk import clock, fees, ids, outbox, settings
from kiosk.attachments import Picture
from kiosk.bills import outcome as bills
from kiosk.codes import recognise
from kiosk.counter.add_line import add_line
from kiosk.counter.check_in import check_in
from kiosk.counter.close_batch import close_batch
from kiosk.counter.close_day import begin_count, close_day, finish_count
from kiosk.counter.correct import correct
from kiosk.counter.hand_over import hand_over
from kiosk.counter.open_batch import open_batch
from kiosk.counter.open_day import open_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.set_aside import mark_problem
from kiosk.counter.settle import settle
from kiosk.counter.take_scan import take_scan
from kiosk.counter.undo import undo_parcel
from kiosk.counter.void import void
from kiosk.devices.model import Scan
from kiosk.people import desks, sessions, staff, tokens
from kiosk.printing import jobs
from kiosk.storage import Actor, Store, open_store
from tests.journeys.real_day_consents import somebody_agrees
from tests.journeys.real_day_county import county_writes
from tests.journeys.real_day_day import SEEN, clock_was_ahead, day_is_corrected, drawer_goes_on
from tests.journeys.real_day_first_start import station_is_made_ready
from tests.journeys.real_day_goods import goods_come_and_go
from tests.journeys.real_day_lists import lists_are_signed
from tests.journeys.real_day_outbound import parcels_are_sent
from tests.journeys.real_day_personal import somebody_asks
from tests.journeys.real_day_problems import a_parcel_looked_damaged
from tests.journeys.real_day_purchases import a_purchase_waits
from tests.journeys.real_day_registers import registers_are_written
from tests.journeys.real_day_roads import reports_travel
from tests.journeys.real_day_shelves import shelves_are_counted
from tests.journeys.real_day_till import money_beside
from tests.journeys.station import CHECKOUT, DESK, SIMULATED, toml
from tests.storage.empty_database import lay_out

CARRIERS = (("YTO", "YT"), ("ZTO", "ZT"), ("JTSD", "JT"), ("OTHER", "QX"))


@contextmanager
def opened(state: Path) -> Iterator[Store]:
    """The store of a state folder."""
    store = open_store(state, settings.load(state))
    try:
        yield store
    finally:
        store.close()


def make_day(state: Path) -> None:
    """Plays the day and closes it; a second day is open afterwards, with work begun."""
    state.mkdir(mode=0o700, parents=True)
    (state / "station.toml").write_text(toml({"parcels": {"slip_at_intake": "at_once"}}, SIMULATED), "utf-8")
    lay_out(state)
    with opened(state) as store:
        operator = _people(store)
        clock_was_ahead(store)
        parcels = _intake(store, operator)
        _scan(store, operator)
        _out(store, operator, parcels)
        parcels_are_sent(store, operator, parcels[11])
        _till(store, operator, parcels)
        money_beside(store)
        a_purchase_waits(store, operator)
        goods_come_and_go(store, operator)
        lists_are_signed(store, operator, parcels[14], parcels[13])
        shelves_are_counted(store, operator)
        somebody_agrees(store, operator)
        a_parcel_looked_damaged(store, operator)
        somebody_asks(store, operator, parcels[0], "13800138000")
        county_writes(store, operator)
        registers_are_written(store, operator)
        drawer_goes_on(store, operator)
        _paper(store)
        _close(store, operator)
        day_is_corrected(store)
        reports_travel(store)
        with store.transaction(operator) as tx:
            check_in(tx, waybill="YT5550000000001", phone="13800131111", name_hint="王小明")
        station_is_made_ready(store, operator)
    _flush(state / "kiosk.db")


def _people(store: Store) -> Actor:
    with store.transaction() as tx:
        desks.make_desks(tx)
        staff.create_first_manager(tx, "王站长", "739204")
        staff_id, _pin = staff.add_staff(tx, "李小满", "operator", "582016")
        tokens.create_token(tx, "handheld", "courier")
        fees.publish(tx, tomllib.loads((CHECKOUT / "config" / "fees.demo.toml").read_text("utf-8")))
        fees.begin_draft(tx)  # the manager writes the next list
        desk = desks.desk_named(tx, DESK)
        sessions.begin(tx, staff_id, desk.id)
        jobs.recover(tx, (), progress_kept=False)  # the first start of the devices process
    return Actor("staff", staff_id, "operator", "李小满", desk.id)


def _intake(store: Store, operator: Actor) -> list[int]:
    parcels = []
    with store.transaction(operator) as tx:
        open_day(tx, 200_00)
    for number, (carrier, letters) in enumerate(CARRIERS):
        with store.transaction(operator) as tx:
            mode = ("at_once", "batch_end", "never")[number % 3]
            batch = open_batch(
                tx, carrier=carrier, courier="快递员甲", declared=6, shelf=f"{number + 1}-1", print_mode=mode
            )
        for piece in range(5):
            with store.transaction(operator) as tx:
                done = check_in(
                    tx, waybill=f"{letters}{number + 1}{piece:012d}", batch_id=batch.id, phone=f"1380013{8000 + piece}",
                    name_hint=("王芳", "欧阳修", "")[piece % 3],
                )  # fmt: skip
                parcels.append(done.parcel_id)
        with store.transaction(operator) as tx:
            close_batch(tx, batch.id)
    return parcels


def _scan(store: Store, operator: Actor) -> None:
    """Three scans at the desk: a parcel, the same again, a payment code."""
    assert operator.desk_id is not None
    with store.transaction(operator) as tx:
        open_batch(tx, carrier="YTO", shelf="5-1")
    for code in ("YT6660000000001", "YT6660000000001", "281234567890123456"):
        found = recognise(code)
        facts = {"waybill_no": found.waybill_no, "piece_index": found.piece_index, "piece_total": found.piece_total}
        scan = Scan(ids.ordered_id(), "枪", DESK, found.kind.value, found.text, found.length, facts, clock.stamp(), 0.1)
        with store.transaction() as tx:
            take_scan(tx, operator.desk_id, scan)


def _out(store: Store, operator: Actor, parcels: list[int]) -> None:
    with store.transaction(operator) as tx:
        hand_over(tx, parcels[:4], "code")
    with store.transaction(operator) as tx:
        hand_over(tx, parcels[4:5], "proxy_pickup", collected_by="王小丽", relation="neighbour", remember_proxy=True)
    with store.transaction(operator) as tx:
        hand_over(tx, parcels[5:6], "known_by_face")
    with store.transaction(operator) as tx:
        undo_parcel(tx, parcels[5])
    with store.transaction(operator) as tx:
        correct(tx, parcels[6], phone="13900139999", shelf="7-2")
    with store.transaction(operator) as tx:
        mark_problem(tx, parcels[7], "damaged")


def _till(store: Store, operator: Actor, parcels: list[int]) -> None:
    lines = itertools.cycle(
        (
            ("purchase", {"item_name": "化肥", "amount_fen": 80_00, "paid_by": "customer", "customer_name": "村民甲"}),
            (
                "consignment",
                {"item_name": "土鸡蛋", "amount_fen": 45_50, "supplier_name": "村民乙", "phone": "13700137000"},
            ),
            (
                "bill",
                {"biller": "water-demo", "account_no": "33445566", "amount_fen": 61_20, "customer_name": "村民丙"},
            ),
        )
    )
    for number in range(5):
        with store.transaction(operator) as tx:
            ticket = open_ticket(tx)
            owed = 0
            for _ in range(1 + number % 3):
                service, facts = next(lines)
                if service == "bill":
                    facts = facts | {"account_no": f"3344556{number}"}
                owed += add_line(tx, ticket, service, **facts).owed_fen
        with store.transaction(operator) as tx:
            settle(tx, ticket, owed + 5_00)
    with store.transaction(operator) as tx:
        void(tx, ticket)
    _paid_on(store, operator)
    with store.transaction(operator) as tx:
        add_line(tx, open_ticket(tx), "bill", biller="power-demo", account_no="1234567890", amount_fen=10_00)


def _paid_on(store: Store, operator: Actor) -> None:
    """A bill is paid on with a photo as its voucher, a train ticket is taken down."""
    with store.reading() as db:
        bill_id = db.value("SELECT MIN(id) FROM bills WHERE state = 'received'")
    with store.transaction(operator) as tx:
        bills.submit(tx, bill_id, channel="counter", paid_from="owner", account_holder="村*丙", holder_confirmed=True)
    with store.transaction(operator) as tx:
        bills.confirm(tx, bill_id, picture=Picture(b"\xff\xd8a photo", 8, 8))
    values = {
        "from_place": "枫林", "to_place": "长沙", "departs_on": clock.local_date().isoformat(), "seat": "硬座",
        "tickets": "1", "passenger": "村民丁", "price": "25",
    }  # fmt: skip
    with store.transaction(operator) as tx:
        ticket = open_ticket(tx)
        settle(tx, ticket, add_line(tx, ticket, "convenience", convenience="train", values=values).owed_fen)


def _paper(store: Store) -> None:
    """The printer's side: some jobs come out, one fails, one is in doubt, one is printed again, some still wait."""
    outcomes = itertools.chain(("confirmed", "confirmed", "failed", "unknown"), itertools.repeat("confirmed", 6))
    for outcome in outcomes:
        with store.transaction() as tx:
            job = jobs.take_next(tx, SIMULATED[1]["name"], tx.now)
            assert job is not None
            jobs.finish(tx, job.id, outcome, "" if outcome == "confirmed" else "paper_end")
    with store.transaction() as tx:
        jobs.reprint(tx, 1, SIMULATED[1]["name"])


def _close(store: Store, operator: Actor) -> None:
    with store.transaction(operator) as tx:
        count = begin_count(tx)
    with store.transaction(operator) as tx:
        finish_count(tx, count, {100_00: 5, 10_00: 3, 50: 1})
    with store.transaction(operator) as tx:
        close_day(tx, count_id=count, reason="unexplained", seen=SEEN)
    with store.transaction() as tx:
        message = outbox.lease(tx, "sync", 60)
        assert message is not None
        outbox.acknowledge(tx, message.id, "C20261122-000001")


def _flush(database: Path) -> None:
    """All of it into the one file, so that the file alone is the copy."""
    connection = sqlite3.connect(database)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()
