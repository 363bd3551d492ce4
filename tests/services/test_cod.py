"""Cash on delivery and freight to collect: noted at intake, paid before anything leaves, on every road; put back whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock, vault
from kiosk.counter.add_line import add_line
from kiosk.counter.close_day import close_day
from kiosk.counter.correct import correct
from kiosk.counter.hand_over import hand_over, hand_over_one
from kiosk.counter.note_cod import note_cod
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.parcel_problems import find_again, lose, note_wrong_person, recover
from kiosk.counter.refund import refund
from kiosk.counter.remove_line import remove_line
from kiosk.counter.set_aside import mark_problem
from kiosk.counter.settle import settle
from kiosk.counter.undo import undo_last, undo_parcel
from kiosk.counter.void import void
from kiosk.till import check as till_check
from kiosk.till import store as tickets
from tests.services.parcel_bench import YTO, ZTO, ZTO_2, Station


class CodStation(Station):
    """A station whose parcels may cost money."""

    def cod(self, waybill: str = YTO, cod_fen: int = 120_00, freight: int = 0, **facts):
        return self.arrive(waybill, cod_fen=cod_fen, freight_collect_fen=freight, phone="1234", **facts).parcel_id

    def line(self, parcel_id: int):
        with self.store.reading() as db:
            return tickets.charged_line(db, "parcel", parcel_id, "collect_cod")

    def owed(self) -> dict[str, int]:
        with self.store.reading() as db:
            rows = db.all(
                "SELECT party, -SUM(amount_fen) FROM postings WHERE account = 'owed_to_carriers' GROUP BY party"
            )
        return {row[0]: row[1] for row in rows if row[1]}

    def value(self, sql: str, *params):
        with self.store.reading() as db:
            return db.value(sql, *params)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[CodStation]:
    found = CodStation.copied(tmp_path / "station")
    yield found
    assert found.broken() == []
    with found.store.reading() as db:
        assert list(till_check.problems(db)) == []
    found.store.close()


def pay(station: CodStation, parcel_id: int):
    """Settles the ticket on which this parcel's money stands."""
    line = station.line(parcel_id)
    return station.act(settle, line.ticket_id, line.principal_fen)


def test_parcel_is_handed_over_as_its_ticket_is_settled_and_the_carrier_is_owed(station):
    parcel_id = station.cod(freight=8_00)
    done = station.collect(parcel_id)
    assert (done.is_done, done.code) == (False, "parcel.unpaid")
    assert "￥128.00" in str(done)
    assert station.state(parcel_id) == "on_shelf"
    settled = pay(station, parcel_id)
    assert station.state(parcel_id) == "handed_over"
    assert station.owed() == {"carrier:YTO": 128_00}
    assert station.value("SELECT method FROM parcel_events WHERE kind = 'handed_over'") == "code"
    paper = "".join(station.slip(settled.slip_id).split())
    assert "代收货款￥120.00、到付运费￥8.00" in paper


def test_several_ticked_go_but_for_the_one_that_must_be_paid(station):
    free, costs = station.arrive(ZTO, phone="1234").parcel_id, station.cod()
    results = station.act(hand_over, [free, costs], "tail")
    assert [(one.is_done, one.code) for one in results] == [(True, "parcel.handed_over"), (False, "parcel.unpaid")]
    assert station.state(costs) == "on_shelf"
    again = station.act(hand_over, [costs], "tail")
    assert [one.code for one in again] == ["parcel.on_ticket"]
    assert station.value("SELECT COUNT(*) FROM ticket_lines WHERE act = 'collect_cod'") == 1


def test_scan_in_direct_mode_puts_the_money_on_the_ticket_and_leaves_the_parcel(station):
    parcel_id = station.cod()
    station.scan("~CMD:hand_over")
    outcome = station.scan(YTO)
    assert (outcome.code, outcome.tone, outcome.go) == ("parcel.unpaid", "attention", "ticket")
    assert station.state(parcel_id) == "on_shelf"
    assert station.scan(YTO).code == "parcel.on_ticket"
    pay(station, parcel_id)
    assert station.scan(YTO).code == "parcel.already_handed_over"


def test_program_without_a_desk_is_told_to_take_the_money_first(station):
    parcel_id = station.cod()
    actor = station.actor.__class__("token", 1, "operator", "程序", None)
    refused = station.refusal(hand_over_one, parcel_id, "code", actor=actor)
    assert (refused.code, refused.facts["cod_fen"]) == ("parcel.unpaid", 120_00)
    (one,) = station.act(hand_over, [parcel_id], "code", actor=actor)
    assert (one.code, one.is_done) == ("parcel.unpaid", False)
    assert station.value("SELECT COUNT(*) FROM tickets") == 0
    ticket_id = station.act(open_ticket)
    station.act(add_line, ticket_id, "cod", parcel_id=parcel_id, method="code")
    station.act(settle, ticket_id, 120_00)
    assert station.state(parcel_id) == "handed_over"


def test_unpaid_ticket_lets_nothing_leave(station):
    parcel_id = station.cod()
    station.collect(parcel_id)
    line = station.line(parcel_id)
    assert station.refusal(settle, line.ticket_id, 119_99).code == "ticket.cash_short"
    assert station.state(parcel_id) == "on_shelf"
    station.act(remove_line, line.id)
    assert station.state(parcel_id) == "on_shelf"
    assert station.act(void, line.ticket_id).refund_fen == 0


def test_database_itself_lets_nothing_leave_unpaid(station):
    parcel_id = station.cod()
    with pytest.raises(sqlite3.IntegrityError, match="not handed over unpaid"), station.store.transaction() as tx:
        tx.execute(
            "UPDATE parcels SET state = 'handed_over', steps = steps + 1, out_at = ?, out_on = ? WHERE id = ?",
            tx.now, "2026-11-22", parcel_id,
        )  # fmt: skip
    station.collect(parcel_id)
    pay(station, parcel_id)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"), station.store.transaction() as tx:
        tx.execute("UPDATE parcels SET cod_fen = 0 WHERE id = ?", parcel_id)


def test_void_puts_the_parcel_back_and_it_must_be_paid_again(station):
    parcel_id = station.cod()
    station.collect(parcel_id)
    settled = pay(station, parcel_id)
    station.act(void, settled.ticket_id)
    assert station.state(parcel_id) == "on_shelf"
    assert station.owed() == {}
    assert station.collect(parcel_id).code == "parcel.unpaid"
    pay(station, parcel_id)
    assert station.owed() == {"carrier:YTO": 120_00}


def test_wrong_person_who_paid_gets_the_money_as_the_parcel_comes_back(station):
    parcel_id = station.cod()
    station.collect(parcel_id)
    receipt = pay(station, parcel_id)
    station.act(note_wrong_person, parcel_id)
    refused = station.refusal(recover, parcel_id)
    assert (refused.code, refused.facts["receipt_no"]) == ("parcel.paid_for", receipt.receipt_no)
    station.act(void, station.line(parcel_id).ticket_id)
    assert (station.state(parcel_id), station.owed()) == ("on_shelf", {})
    assert station.events(parcel_id)[-1] == "recovered"
    assert station.refusal(undo_parcel, parcel_id).code == "undo.something_followed"
    assert station.broken() == []


def test_what_was_paid_and_lost_stays_the_carriers_money_and_is_found_with_its_receipt_or_anew(station):
    parcel_id = station.cod()
    station.collect(parcel_id)
    pay(station, parcel_id)
    station.act(note_wrong_person, parcel_id)
    station.act(lose, parcel_id, "wrong_person")
    assert (station.broken(), station.owed()) == ([], {"carrier:YTO": 120_00})
    assert station.refusal(find_again, parcel_id).code == "parcel.paid_for"
    station.act(close_day, pieces={})
    station.later += timedelta(days=1)
    assert station.refusal(find_again, parcel_id).code == "parcel.paid_other_day"
    assert station.arrive(YTO).warnings[0].code == "parcel.came_back"
    assert station.broken() == []


def test_undo_takes_the_line_off_before_and_names_the_receipt_after(station):
    parcel_id = station.cod()
    station.collect(parcel_id)
    undone = station.act(undo_last, 1)
    assert (undone.act, undone.parcel_ids) == ("pay_first", (parcel_id,))
    assert station.line(parcel_id) is None
    station.collect(parcel_id)
    settled = pay(station, parcel_id)
    for act, what in ((undo_last, 1), (undo_parcel, parcel_id)):
        refused = station.refusal(act, what)
        assert (refused.code, refused.facts["receipt_no"]) == ("undo.paid_for", settled.receipt_no)
    assert station.state(parcel_id) == "handed_over"
    station.act(void, settled.ticket_id)
    assert station.act(undo_last, 1).act == "check_in", "what was voided is passed over"


def test_money_of_another_day_is_not_given_back_by_the_station(station):
    parcel_id = station.cod()
    station.collect(parcel_id)
    settled = pay(station, parcel_id)
    other = station.act(open_ticket)
    line = station.line(parcel_id)
    assert station.refusal(refund, other, [line.id]).code == "parcel.collected"
    assert settled.total_fen == 120_00


def test_another_person_who_collects_is_kept_until_the_money_came(station):
    parcel_id = station.cod()
    station.collect(parcel_id, "proxy_pickup", collected_by="赵大嫂", relation="neighbour", remember_proxy=True)
    assert station.value("SELECT COUNT(*) FROM standing_proxies") == 0
    pay(station, parcel_id)
    assert station.read(vault.get, "parcel", parcel_id, "collected_by") == "赵大嫂"
    assert station.value("SELECT relation FROM parcel_events WHERE kind = 'handed_over'") == "neighbour"
    assert station.value("SELECT COUNT(*) FROM standing_proxies") == 1
    second = station.cod(ZTO)
    station.collect(second, "proxy_pickup", collected_by="钱大叔", relation="family")
    station.act(remove_line, station.line(second).id)
    assert station.read(vault.get, "parcel", second, "collected_by") is None


def test_problem_parcel_is_not_asked_to_be_paid_unless_it_is_meant(station):
    parcel_id = station.cod()
    station.act(mark_problem, parcel_id, "damaged")
    assert station.refusal(hand_over_one, parcel_id, "code").code == "parcel.is_problem"
    station.collect(parcel_id, even_set_aside=True)
    pay(station, parcel_id)
    assert station.state(parcel_id) == "handed_over"


def test_parcel_set_aside_after_its_line_was_added_is_not_settled(station):
    parcel_id = station.cod()
    station.collect(parcel_id)
    station.act(mark_problem, parcel_id, "damaged")
    line = station.line(parcel_id)
    assert station.refusal(settle, line.ticket_id, 120_00).code == "parcel.is_problem"
    assert station.state(parcel_id) == "problem"


def test_amount_is_noted_and_put_right_with_a_reason_before_it_is_paid(station):
    parcel_id = station.arrive(YTO).parcel_id
    assert station.act(note_cod, parcel_id, cod_fen=50_00).fields == ("cod",)
    assert station.act(note_cod, parcel_id, cod_fen=50_00).fields == ()
    assert station.refusal(note_cod, parcel_id, cod_fen=60_00).code == "cod.reason_missing"
    assert station.refusal(note_cod, parcel_id, cod_fen=60_00, reason="whim").code == "cod.reason_missing"
    station.act(note_cod, parcel_id, cod_fen=60_00, freight_collect_fen=5_00, reason="typing_error")
    station.collect(parcel_id)
    assert station.refusal(note_cod, parcel_id, cod_fen=0, reason="carrier_waived").code == "parcel.on_ticket"
    pay(station, parcel_id)
    assert station.refusal(note_cod, parcel_id, cod_fen=0, reason="other").code == "parcel.already_handed_over"
    assert station.owed() == {"carrier:YTO": 65_00}
    assert station.refusal(note_cod, station.arrive(ZTO).parcel_id, cod_fen=-1).code == "cod.amount_wrong"


def test_waived_parcel_leaves_freely(station):
    parcel_id = station.cod()
    station.act(note_cod, parcel_id, cod_fen=0, reason="carrier_waived")
    assert station.collect(parcel_id).is_done
    assert station.refusal(add_line, station.act(open_ticket), "cod", parcel_id=parcel_id, method="code").code == (
        "parcel.already_handed_over"
    )
    second = station.arrive(ZTO).parcel_id
    assert station.refusal(add_line, station.act(open_ticket), "cod", parcel_id=second, method="code").code == (
        "cod.nothing"
    )


def test_nobody_could_be_paid_for_an_unknown_carrier(station):
    parcel_id = station.arrive("1600887249033").parcel_id
    assert station.refusal(note_cod, parcel_id, cod_fen=10_00).code == "cod.carrier_unknown"
    station.act(correct, parcel_id, carrier="YZPY")
    station.act(note_cod, parcel_id, cod_fen=10_00)


def test_carrier_corrected_while_the_line_waits_is_seen_at_the_settlement(station):
    parcel_id = station.cod()
    station.collect(parcel_id)
    station.act(correct, parcel_id, carrier="ZTO")
    line = station.line(parcel_id)
    assert station.refusal(settle, line.ticket_id, 120_00).code == "parcel.cod_changed"
    station.act(remove_line, line.id)
    station.collect(parcel_id)
    pay(station, parcel_id)
    assert station.owed() == {"carrier:ZTO": 120_00}


def test_last_parcel_taken_in_is_meant_when_none_is_named(station):
    assert station.refusal(note_cod, cod_fen=1_00).code == "intake.no_last_parcel"
    batch_id = station.batch("YTO")
    parcel_id = station.arrive(YTO, batch_id).parcel_id
    station.act(note_cod, cod_fen=1_00)
    assert station.row(parcel_id)["cod_fen"] == 1_00
    assert station.act(undo_last, 1).act == "check_in", "noting it doesn't stop the check-in from being taken back"


def test_paper_tells_the_villager_what_to_bring(station):
    done = station.arrive(ZTO_2, cod_fen=120_00, freight_collect_fen=8_00)
    paper = station.slip(done.slip_id)
    assert "取件付货款 ￥120.00" in paper and "取件付运费 ￥8.00" in paper
    plain = station.arrive(ZTO)
    assert "取件付" not in station.slip(plain.slip_id)
    corrected = station.act(note_cod, plain.parcel_id, cod_fen=9_00)
    assert "取件付货款 ￥9.00" in station.slip(corrected.told.slip_id)


def test_handed_over_parcel_without_cod_asks_the_database_no_more_than_before(station):
    """The hot path: what must be paid is read with the parcel's own row."""
    parcel_id = station.arrive(ZTO).parcel_id
    asked: list[str] = []
    with station.store.transaction(station.actor) as tx:
        tx.now = clock.stamp()
        tx.connection.set_trace_callback(asked.append)
        try:
            hand_over_one(tx, parcel_id, "code")
        finally:
            tx.connection.set_trace_callback(None)
    assert not [sql for sql in asked if "collect_cod" in sql and sql.lstrip().upper().startswith("SELECT")]
