"""Cash on delivery on the three days: nothing leaves unpaid, and what was paid stands owed to its carrier."""

from __future__ import annotations

from tests.journeys.days import Unhappy
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line

COD_FEN = 120_00


def _arrive(counter: Counter, waybill: str, tail: str) -> int:
    counter.go("/intake")
    counter.send("#begin-form", carrier="YTO", print_mode="never")
    counter.page.locator("summary", has_text="手工输入").click()
    counter.send("#typed-form", "button", waybill_no=waybill, phone=tail, cod="120")
    counter.press("本批结束")
    return int(counter.value("SELECT MAX(id) FROM parcels"))


def _ask(counter: Counter, tail: str) -> None:
    counter.go(f"/find?q={tail}")
    counter.press("勾选的一起出库")


def _arrive_api(line: Line, waybill: str) -> int:
    return int(
        line.post("/parcels", {"waybill_no": waybill, "cod_fen": COD_FEN, "print_mode": "never"}, status=201)["id"]
    )


def _state(road: Counter | Line, parcel_id: int) -> str:
    return str(road.value("SELECT state FROM parcels WHERE id = ?", parcel_id))


def _unpaid(counter: Counter) -> None:
    parcel_id = _arrive(counter, "YT7460266600201", "0201")
    _ask(counter, "0201")
    counter.expect_said("要先收代收款")
    assert _state(counter, parcel_id) == "on_shelf"
    counter.pay("100")
    counter.expect_refused("还差 ￥20.00")
    assert _state(counter, parcel_id) == "on_shelf"
    counter.pay("120")
    assert _state(counter, parcel_id) == "handed_over"


def _unpaid_api(line: Line) -> None:
    parcel_id = _arrive_api(line, "YT7460266600201")
    line.refused(f"/parcels/{parcel_id}/hand-over", {"method": "code"}, "parcel.unpaid")
    ticket = line.new_ticket({"service": "cod", "parcel_id": parcel_id, "method": "code"})
    line.refused(f"/tickets/{ticket['id']}/settle", {"given_fen": 100_00}, "ticket.cash_short")
    assert _state(line, parcel_id) == "on_shelf"
    line.settle(ticket)
    assert _state(line, parcel_id) == "handed_over"


def _void(counter: Counter) -> None:
    parcel_id = _arrive(counter, "YT7460266600202", "0202")
    _ask(counter, "0202")
    ticket_id = counter.ticket_id()
    counter.pay()
    counter.go(f"/parcels/{parcel_id}")
    counter.press("撤销出库")
    counter.expect_refused("作废退款，快件会同时回到货架")
    counter.page.locator("a.button", has_text="打开收据").click()
    counter.page.wait_for_url(f"**/tickets/{ticket_id}")
    counter.page.locator("#void summary").click()
    counter.press("录错了")
    assert _state(counter, parcel_id) == "on_shelf"


def _void_api(line: Line) -> None:
    parcel_id = _arrive_api(line, "YT7460266600202")
    ticket = line.new_ticket({"service": "cod", "parcel_id": parcel_id, "method": "code"})
    line.settle(ticket)
    line.refused(f"/parcels/{parcel_id}/undo", {}, "undo.paid_for")
    line.post(f"/tickets/{ticket['id']}/void", {})
    assert _state(line, parcel_id) == "on_shelf"


def _changed(counter: Counter) -> None:
    parcel_id = _arrive(counter, "YT7460266600203", "0203")
    _ask(counter, "0203")
    counter.go(f"/parcels/{parcel_id}")
    counter.send("#cod-form", "button", cod="0", reason="carrier_waived")
    counter.expect_refused("先从单上去掉")
    counter.go("/ticket")
    counter.press("去掉")
    counter.go(f"/parcels/{parcel_id}")
    counter.send("#cod-form", "button", cod="0", reason="carrier_waived")
    _ask(counter, "0203")
    assert _state(counter, parcel_id) == "handed_over"


def _changed_api(line: Line) -> None:
    parcel_id = _arrive_api(line, "YT7460266600203")
    ticket = line.new_ticket({"service": "cod", "parcel_id": parcel_id, "method": "code"})
    line.refused(f"/parcels/{parcel_id}/cod", {"cod_fen": 0}, "cod.reason_missing")
    line.refused(f"/parcels/{parcel_id}/cod", {"cod_fen": 0, "reason": "carrier_waived"}, "parcel.on_ticket")
    line.post(f"/tickets/{ticket['id']}/lines/{ticket['lines'][0]['id']}/remove", {})
    line.post(f"/parcels/{parcel_id}/cod", {"cod_fen": 0, "reason": "carrier_waived"})
    line.post(f"/parcels/{parcel_id}/hand-over", {"method": "code"})
    assert _state(line, parcel_id) == "handed_over"


PATHS = (
    Unhappy("cod.unpaid", "A parcel with cash on delivery is asked for, the villager has too little, then enough.",
            _unpaid, _unpaid_api, {"drawer": COD_FEN, "owed_to_carriers": -COD_FEN}, "parcel.unpaid"),
    Unhappy("cod.void", "It was handed to the wrong person: undoing names the receipt, voiding it brings both back.",
            _void, _void_api, code="undo.paid_for", day=2),
    Unhappy("cod.waived", "The carrier waives it while the line waits: taken off, changed with its reason, handed over.",
            _changed, _changed_api, code="parcel.on_ticket", day=2),
)  # fmt: skip
