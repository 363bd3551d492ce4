"""What a parcel costs at its hand-over is put right on the three days: with a reason, never behind a line that waits, never
for a carrier whom nobody knows."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.days import listed
from tests.journeys.days.cod import MOVES, arrived, arrived_api, ask, asked_api, state, take_off, take_off_api
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import forced
from tests.journeys.days.line import Line
from tests.journeys.unhappy_cod import PATHS as LIST

#: A number that tells no carrier.
NOBODYS = "99887766554433"


def _waived(counter: Counter) -> None:
    parcel_id = arrived(counter, "YT7460266600251", "0251")
    ask(counter, "0251")
    counter.go(f"/parcels/{parcel_id}")
    assert counter.page.locator("#cod-form [name=reason]").input_value(), "one reason is always chosen"
    answer = forced(counter, f"/parcels/{parcel_id}/cod", cod="0", freight_collect="0")
    assert answer.status == 422 and "要选原因" in answer.text
    counter.send("#cod-form", "button", cod="9999999999", reason="typing_error")
    counter.expect_refused("金额")
    counter.send("#cod-form", "button", cod="0", reason="carrier_waived")
    counter.expect_refused("先从单上去掉")
    take_off(counter)
    counter.go(f"/parcels/{parcel_id}")
    counter.send("#cod-form", "button", cod="0", reason="carrier_waived")
    ask(counter, "0251")
    assert state(counter, parcel_id) == "handed_over"
    counter.go(f"/parcels/{parcel_id}")
    assert counter.page.locator("#cod-form").count() == 0, "what has left costs what it cost"
    answer = forced(counter, f"/parcels/{parcel_id}/cod", cod="5", reason="typing_error")
    assert answer.status == 422 and "已被取走" in answer.text


def _waived_api(line: Line) -> None:
    parcel_id = arrived_api(line, "YT7460266600251")
    ticket = asked_api(line, parcel_id)
    place = f"/parcels/{parcel_id}/cod"
    line.refused(place, {"cod_fen": 0}, "cod.reason_missing")
    # Its published shape refuses it before the room is asked (cod.amount_wrong).
    line.refused(place, {"cod_fen": 9_999_999_999_00, "reason": "typing_error"}, "request.invalid")
    line.refused(place, {"cod_fen": 0, "reason": "carrier_waived"}, "parcel.on_ticket")
    take_off_api(line, ticket)
    line.post(place, {"cod_fen": 0, "reason": "carrier_waived"})
    line.post(f"/parcels/{parcel_id}/hand-over", {"method": "code"})
    assert state(line, parcel_id) == "handed_over"
    line.refused(place, {"cod_fen": 5_00, "reason": "typing_error"}, "parcel.already_handed_over")


def _carrier(counter: Counter) -> None:
    parcel_id = arrived(counter, "YT7460266600261", "0261")
    ask(counter, "0261")
    counter.go(f"/parcels/{parcel_id}")
    counter.send("#correct-form", carrier="ZTO")
    counter.pay()
    counter.expect_refused("代收金额或快递公司改过了")
    assert state(counter, parcel_id) == "on_shelf"
    take_off(counter)
    ask(counter, "0261")
    counter.pay()
    assert state(counter, parcel_id) == "handed_over"


def _carrier_api(line: Line) -> None:
    parcel_id = arrived_api(line, "YT7460266600261")
    ticket = asked_api(line, parcel_id)
    line.post(f"/parcels/{parcel_id}/correct", {"carrier": "ZTO"})
    line.refused(f"/tickets/{ticket['id']}/settle", {"given_fen": ticket["total_fen"]}, "parcel.cod_changed")
    assert state(line, parcel_id) == "on_shelf"
    take_off_api(line, ticket)
    line.settle(asked_api(line, parcel_id))
    assert state(line, parcel_id) == "handed_over"


def _nobody(counter: Counter) -> None:
    parcel_id = arrived(counter, NOBODYS, "0271", 0)
    assert counter.value("SELECT carrier FROM parcels WHERE id = ?", parcel_id) == "OTHER"
    counter.go(f"/parcels/{parcel_id}")
    counter.page.locator(f"#cod-{parcel_id} summary").click()
    counter.send("#cod-form", "button", cod="120")
    counter.expect_refused("还不知道是哪家快递")
    expect(counter.page.locator("#cod-form [name=cod]")).to_have_value("120")
    assert counter.value("SELECT cod_fen FROM parcels WHERE id = ?", parcel_id) == 0


def _nobody_api(line: Line) -> None:
    parcel_id = arrived_api(line, NOBODYS, 0)
    line.refused(f"/parcels/{parcel_id}/cod", {"cod_fen": 120_00}, "cod.carrier_unknown")
    line.refused("/parcels", {"waybill_no": f"{NOBODYS}9", "cod_fen": 120_00}, "cod.carrier_unknown")


PATHS = (
    listed(LIST, "cod-waived", _waived, _waived_api, day=2,
           also=("cod-change-silent", "cod-change-on-ticket", "cod-change-late", "cod-amount")),
    listed(LIST, "cod-carrier-changed", _carrier, _carrier_api, MOVES, day=2),
    listed(LIST, "cod-nobody", _nobody, _nobody_api, day=2),
)  # fmt: skip
