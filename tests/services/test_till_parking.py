"""A ticket is set aside while its villager fetches something, and taken up again at any desk."""

from pathlib import Path

import pytest

from kiosk.counter.add_line import add_line
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.park import park, resume
from kiosk.counter.settle import settle
from kiosk.counter.void import void
from kiosk.storage import Actor
from kiosk.till import store as tickets
from tests.services.counter_bench import BILL, PRINTER, Bench


@pytest.fixture
def bench(tmp_path: Path):
    state = tmp_path / "station"
    state.mkdir()
    (state / "station.toml").write_text('[counter]\ndesks = ["柜台", "二号台"]\n' + PRINTER, "utf-8")
    opened = Bench(state, printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


def parked(bench: Bench) -> list[tuple[int, str]]:
    with bench.store.reading() as db:
        return [(ticket.id, ticket.parked_label) for ticket in tickets.parked(db)]


def test_parked_ticket_frees_the_desk_and_comes_back(bench):
    first = bench.ticket(("bill", BILL))
    bench.act(park, first, "  蓝衣服的大爷 ")
    assert parked(bench) == [(first, "蓝衣服的大爷")]
    second = bench.ticket(("bill", BILL | {"account_no": "0602123456511"}))
    assert second != first
    bench.act(resume, first, 1)  # what stands at the desk is parked in its turn
    assert parked(bench) == [(second, "")]
    assert bench.act(open_ticket) == first
    bench.act(resume, first, 1)  # nothing to do
    bench.settle(first, 50_00)
    bench.act(resume, second, 1)
    bench.settle(second, 50_00)
    assert parked(bench) == []


def test_what_was_noted_about_the_villager_goes_with_the_parking(bench):
    first = bench.ticket(("bill", BILL))
    bench.act(park, first, "张三家的")
    bench.settle(first, 50_00)
    second = bench.ticket(("bill", BILL | {"pays_again": True}))
    bench.act(park, second, "张三家的")
    bench.void(second)
    with bench.store.reading() as db:
        assert not any("张三家的" in line for line in db.connection.iterdump())


def test_parking_is_refused_with_a_reason(bench):
    empty = bench.act(open_ticket)
    assert bench.code(park, empty) == "ticket.nothing_to_park"
    bench.act(add_line, empty, "bill", **BILL)
    assert bench.code(park, empty, "11010519491231002X") == "text.holds_id_number"
    assert bench.code(park, empty, actor=bench.token("inspector")) == "staff.not_allowed"
    bench.settle(empty, 50_00)
    assert bench.code(park, empty) == "ticket.already_settled"
    assert bench.code(resume, empty, 1) == "ticket.already_settled"
    assert bench.code(resume, 99, 1) == "ticket.unknown"


def test_ticket_of_another_desk_is_not_taken_away(bench):
    first = bench.ticket(("bill", BILL))
    assert bench.code(resume, first, 2, actor=Actor("staff", 1, "manager", "王芳", 2)) == "ticket.at_another_desk"
    bench.act(park, first)
    bench.act(resume, first, 2)
    assert bench.value("SELECT open_ticket_id FROM desks WHERE id = 2") == first
    assert bench.value("SELECT open_ticket_id FROM desks WHERE id = 1") is None
    bench.act(settle, first, 50_00)


def test_parked_ticket_is_voided_or_carried_over(bench):
    first = bench.ticket(("bill", BILL))
    bench.act(park, first)
    bench.close()
    assert parked(bench) == [(first, "")]
    bench.act(void, first)
    assert parked(bench) == []
