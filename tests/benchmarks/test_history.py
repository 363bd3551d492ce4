"""The made-up years are such as the acts would have written: nothing to find for the check, and the acts go on from them."""

from kiosk.check import problems
from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.look_up import look_up
from kiosk.people import tokens
from tests.benchmarks import history
from tests.benchmarks.measure import Times, alternate
from tests.journeys.station import Station


def test_made_up_history_is_as_the_acts_would_have_written_it(tmp_path):
    station = Station(tmp_path, changes={"parcels": {"slip_at_intake": "never"}}).prepare()
    history.fill(station.state, 2_500, 400)
    with station.store() as store:
        assert list(problems(store)) == []
        with store.reading() as db:
            actor = tokens.actor_of(db, station.tokens["operator"])
            assert db.value("SELECT COUNT(*) FROM parcels WHERE state = 'on_shelf'") == 400
            assert db.value("SELECT COUNT(*) FROM tickets WHERE state = 'settled'") == 5 * history.TICKETS_A_DAY
            assert db.value("SELECT COUNT(*) FROM reports") == 5
            assert db.value("SELECT COUNT(*) FROM print_jobs") == 0
            found = look_up(db, history.phone(2_500)[-4:])
            assert 2_500 in {parcel.id for person in found.people for parcel in person.parcels}
        with store.transaction(actor) as tx:
            assert hand_over_one(tx, 2_500, "code").is_done
        with store.transaction(actor) as tx:
            again = check_in(tx, waybill=history.waybill(2_500), phone=history.phone(2_500))
            assert again.previous_id == 2_500
        assert list(problems(store)) == []


def test_yardstick_and_thing_are_run_in_turn():
    from tests.benchmarks.measure import Runner

    order = []
    first, second = alternate(
        Runner("a", lambda n: order.append(("a", n))), Runner("b", lambda n: order.append(("b", n))), batches=2, size=5
    )
    assert [name for name, _ in order] == ["a"] * 3 + ["b"] * 3 + ["a"] * 5 + ["b"] * 5 + ["a"] * 5 + ["b"] * 5
    assert [n for name, n in order if name == "a"] == list(range(13))
    assert len(first.each) == len(second.each) == 10


def test_p99_is_the_slowest_but_one_in_a_hundred():
    times = Times("x", [float(n) for n in range(1, 101)])
    assert times.median == 50.5
    assert times.p99 == 100.0
    assert Times("x", [float(n) for n in range(1, 201)]).p99 == 199.0
