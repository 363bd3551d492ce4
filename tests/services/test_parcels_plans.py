"""How SQLite goes about each search: by index, whatever the history. A plan that walks a table is a counter that freezes in
its third year."""

import re
import sqlite3
from pathlib import Path

import pytest

from kiosk.codes import recognise
from kiosk.counter.look_up import look_up
from kiosk.counter.scan_decision import decide
from kiosk.parcels import proxies, store, view
from kiosk.retention import kind_of, schedule
from kiosk.retention.kinds import due
from tests.services.parcel_bench import JD_1, ZTO, Station

#: A walk of these is short by nature: some dozen rows, the stock alone, or one row from the end.
SMALL = re.compile(
    r"SCAN (s|shelves|desks|\(subquery.*|CONSTANT ROW|parcels USING INDEX places_in_stock)\b|SCAN \S+  .*DESC LIMIT 1\b"
)


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    opened = Station(Path(tmp_path_factory.mktemp("plans")))
    done = opened.arrive(ZTO, opened.batch("ZTO", print_mode="at_once"), phone="13800001234", name_hint="张三")
    opened.arrive(JD_1, phone="1234")
    opened.code, opened.parcel_id = done.pickup_code, done.parcel_id
    yield opened
    opened.store.close()


def plans(station: Station, act) -> list[str]:
    """The plan of every statement that ``act`` runs, with those of the triggers that it fires."""
    seen: list[str] = []
    with station.store.transaction(station.actor) as tx:
        tx.connection.set_trace_callback(seen.append)
        try:
            act(tx)
        finally:
            tx.connection.set_trace_callback(None)
    found = []
    connection = sqlite3.connect(station.store.path)
    for statement in dict.fromkeys(seen):
        if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
            try:
                rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            except sqlite3.OperationalError as error:
                assert "no such function" in str(error), (error, statement)
                continue
            found += [f"{row[3]}  ←  {statement[:90]}" for row in rows]
    connection.close()
    return found


SEARCHES = {
    "tail": lambda db, here: look_up(db, "1234"),
    "phone": lambda db, here: look_up(db, "13800001234"),
    "code": lambda db, here: look_up(db, here.code),
    "number of a code": lambda db, here: look_up(db, here.code.rpartition("-")[2]),
    "waybill": lambda db, here: look_up(db, ZTO),
    "piece": lambda db, here: look_up(db, JD_1),
    "shipment": lambda db, here: look_up(db, "JDAWX021335191911"),
    "name": lambda db, here: look_up(db, "张三"),
    "initials": lambda db, here: look_up(db, "zs"),
    "person": lambda db, here: view.person(db, here.parcel_id),
    "history": lambda db, here: view.history(db, here.parcel_id),
    "proxies": lambda db, here: proxies.of_person(db, [store.parcel(db, here.parcel_id)]),
    "scan": lambda db, here: decide(db, None, recognise(ZTO)),
    "list by tail": lambda db, here: store.page(db, phone_tail="1234", state="handed_over"),
    "list by waybill": lambda db, here: store.page(db, waybill_no=ZTO),
    "list by code": lambda db, here: store.page(db, pickup_code=here.code, state="in_stock"),
    "list of a batch": lambda db, here: store.page(db, batch_id=1),
    "list of the stock": lambda db, here: store.page(db, state="in_stock"),
    "list of problems": lambda db, here: store.page(db, state="problem"),
    "list of the lost": lambda db, here: store.page(db, state="lost"),
}


@pytest.mark.parametrize("search", SEARCHES)
def test_search_is_a_look_up_in_an_index(station, search):
    walked = [
        plan for plan in plans(station, lambda db: SEARCHES[search](db, station))
        if plan.startswith("SCAN") and not SMALL.match(plan)
    ]  # fmt: skip
    assert walked == []


def test_list_of_all_walks_the_ids_downwards_and_stops(station):
    (plan, *rest) = plans(station, lambda db: store.page(db, limit=20))
    assert plan.startswith("SCAN parcels  ") and rest == []


def test_acts_walk_no_table(station):
    def day(tx):
        from kiosk.counter.check_in import check_in
        from kiosk.counter.correct import add_phone
        from kiosk.counter.hand_over import hand_over
        from kiosk.counter.undo import undo_last

        batch = tx.value("SELECT MAX(id) FROM intake_batches")
        done = check_in(tx, waybill="YT8962646785389", batch_id=batch, phone="5678", name_hint="李四")
        add_phone(tx, phone="13900005678")
        hand_over(tx, [done.parcel_id], "code", collected_by="王五", remember_proxy=True, under_way=lambda: ())
        undo_last(tx, 1)
        undo_last(tx, 1, under_way=lambda: ())

    walked = [plan for plan in plans(station, day) if plan.startswith("SCAN") and not SMALL.match(plan)]
    assert walked == []


def test_what_is_to_be_forgotten_is_looked_for_without_walking_every_parcel_that_ever_came(station):
    whole_tables = (
        "SEARCH c USING INTEGER PRIMARY KEY (rowid>?)",
        "SCAN c",
        "SEARCH e USING INDEX erasures_by_case (case_kind=?)  ",
    )
    kind = kind_of("parcel")
    for line in kind.lines:
        found = plans(station, lambda db, line=line: due(db, kind, line, "2020-01-01", 0, 500))
        assert found and not [plan for plan in found if plan.startswith(whole_tables)], line.part
    found = plans(station, lambda db: schedule.owed(db, kind))
    assert found[0].startswith("SEARCH c USING INDEX parcels_to_forget") and "case_id=?" in found[1]


def test_plan_that_walks_is_seen(station):
    found = plans(station, lambda db: db.all("SELECT * FROM parcels WHERE waybill_no LIKE '%5883'"))
    assert [plan for plan in found if plan.startswith("SCAN") and not SMALL.match(plan)]
