"""The courier on the three days: stickers, face sheets and the list that he signs. A list is made at the desk by scanning;
a program names each parcel whose number it notes."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import forced
from tests.journeys.days.line import Line
from tests.journeys.days.outbound import FREIGHT_FEN, LINE, sent, sent_api, state, ticket_of, written
from tests.journeys.unhappy_outbound import PATHS as LIST
from tests.web.counter import arrive

FIRST, SECOND, WRONG, INBOUND = "YT7460266600301", "YT7460266600302", "YT7460266600303", "YT7460266600304"
OTHER_CARRIER = "JT5261988016578"
#: Of nobody: eighteen digits as a wallet shows them.
PAYMENT_CODE = "134599990000111122"
#: 7.50 for the first kilogram, 1.20 for each of the three half ones that are begun.
ZTO_FEN = 7_50 + 3 * 1_20
WAYBILL_FORM = "form[id^=waybill-form]"
GIVE_FORM = "form[id^=give-form]"


def _number(road: Counter | Line, outbound_id: int) -> str:
    return str(road.value("SELECT outbound_no FROM outbound_parcels WHERE id = ?", outbound_id))


def _list(counter: Counter, carrier: str = "圆通速递") -> int:
    counter.go("/outbound/manifest")
    counter.press(carrier)
    return int(counter.value("SELECT open_manifest_id FROM desks WHERE id = 1"))


def _choose(counter: Counter, outbound_id: int) -> None:
    number = _number(counter, outbound_id)
    counter.scan(f"~OB:{number}")
    expect(counter.page.locator(".next .huge")).to_have_text(number)


def _type(counter: Counter, waybill: str, refused: str = "") -> None:
    counter.send(WAYBILL_FORM, "button", waybill_no=waybill)
    counter.expect_refused(refused) if refused else counter.expect_said("的运单号记下了")


def _scan_refused(counter: Counter, code: str, words: str) -> None:
    counter.scan(code)
    expect(counter.page.locator("#said .said.refused")).to_contain_text(words)


def _face_sheets(counter: Counter) -> None:
    arrive(counter.station, INBOUND)
    first, second, other = sent(counter), sent(counter), sent(counter, service="ZTO/province")
    counter.go("/outbound/manifest")
    listed_id = _list(counter)
    counter.send(GIVE_FORM)
    counter.expect_refused("清单上还没有件")
    _scan_refused(counter, FIRST, "还不知道这张面单贴在哪一件上")
    _scan_refused(counter, f"~OB:{_number(counter, other)}", "不能交给圆通速递")
    _scan_refused(counter, PAYMENT_CODE, "这是付款码")
    _choose(counter, first)
    counter.send(GIVE_FORM)
    counter.expect_refused("件没有运单号")
    _type(counter, OTHER_CARRIER, "单号像极兔速递")
    _type(counter, INBOUND, "这个运单号是到件")
    _type(counter, FIRST)
    _choose(counter, second)
    _type(counter, FIRST, "这个运单号已经是寄件")
    _type(counter, WRONG)
    unpaid = written(counter)
    counter.go("/outbound/manifest")
    assert counter.page.locator(f"input[name=outbound_id][value='{unpaid}']").count() == 0, "only what was paid"
    answer = forced(counter, f"/outbound/manifest/{listed_id}/parcels", outbound_id=unpaid)
    assert answer.status == 422 and "现在是「待收款」" in answer.text
    counter.go("/ticket")
    counter.press("去掉")
    counter.go(f"/outbound/{second}")
    assert counter.page.locator(WAYBILL_FORM).count() == 0, "a second number can't be typed beside the first"
    answer = forced(counter, f"/outbound/{second}/waybill", waybill_no=SECOND)
    assert answer.status == 422 and "已经有运单号" in answer.text
    counter.press("贴错了，去掉这个运单号")
    counter.send(WAYBILL_FORM, "button", waybill_no=SECOND)
    counter.go("/outbound/manifest")
    counter.page.locator("summary", has_text="这张清单不要了").click()
    counter.press("确定不要了")
    counter.expect_said("寄件都还在站点")
    assert {state(counter, first), state(counter, second), state(counter, other)} == {"accepted"}


def _face_sheets_api(line: Line) -> None:
    line.post("/parcels", {"waybill_no": INBOUND, "print_mode": "never"}, status=201)
    first, second = sent_api(line), sent_api(line)
    other = sent_api(line, carrier="ZTO")
    begun = line.post("/outbound/manifests", {"carrier": "YTO"}, status=201)
    place = f"/outbound/manifests/{begun['id']}"
    line.refused(f"{place}/give", {}, "manifest.empty")
    line.refused(f"{place}/parcels", {"outbound_id": other}, "manifest.other_carrier")
    unpaid = line.new_ticket(LINE)
    line.refused(f"{place}/parcels", {"outbound_id": unpaid["lines"][0]["case_id"]}, "outbound.too_far")
    line.post(f"/tickets/{unpaid['id']}/void", {})
    line.post(f"{place}/parcels", {"outbound_id": first})
    line.refused(f"{place}/give", {}, "manifest.waybill_missing")

    def noted(outbound_id: int, waybill: str, code: str = "") -> None:
        address, body = f"/outbound/{outbound_id}/waybill", {"waybill_no": waybill}
        line.refused(address, body, code) if code else line.post(address, body)

    noted(first, PAYMENT_CODE, "waybill.is_payment_code")
    noted(first, OTHER_CARRIER, "outbound.foreign_waybill")
    noted(first, INBOUND, "outbound.waybill_is_inbound")
    noted(first, FIRST)
    noted(second, FIRST, "outbound.waybill_taken")
    noted(second, WRONG)
    noted(second, SECOND, "outbound.has_waybill")
    line.post(f"/outbound/{second}/waybill/remove", {})
    noted(second, SECOND)
    assert line.post(f"{place}/drop", {})["state"] == "dropped"
    assert {state(line, first), state(line, second), state(line, other)} == {"accepted"}


def _which(counter: Counter) -> None:
    """Taken with the other scans; here the second time, when the first face sheet was noted already."""
    sent(counter)
    listed_id = _list(counter)
    _scan_refused(counter, WRONG, "还不知道这张面单贴在哪一件上")
    answer = forced(counter, f"/outbound/manifest/{listed_id}/waybill", waybill_no=WRONG)
    assert answer.status == 422 and "还不知道这张面单贴在哪一件上" in answer.text
    forced(counter, f"/outbound/manifest/{listed_id}/drop")


def _given(counter: Counter) -> None:
    first, other = sent(counter), sent(counter)
    _list(counter)
    for parcel, waybill in ((first, "YT7460266600311"), (other, "YT7460266600312")):
        _choose(counter, parcel)
        _type(counter, waybill)
    counter.send(GIVE_FORM, courier="周师傅")
    counter.expect_said("已交接 2 件")
    counter.page.locator("summary", has_text="快递员没拿走").click()
    counter.press("撤销这次交接")
    counter.expect_said("已撤销交接，2 件仍在站点")
    assert {state(counter, first), state(counter, other)} == {"accepted"}
    listed_id = _list(counter)
    for parcel in (first, other):
        counter.send(f"form:has(input[name=outbound_id][value='{parcel}'])", "button >> nth=0")
    counter.send(GIVE_FORM, courier="周师傅")
    assert counter.page.locator("button", has_text="去掉").count() == 0, "what was signed for stays as it is"
    answer = forced(counter, f"/outbound/manifest/{listed_id}/parcels", outbound_id=first, take_off="1")
    assert answer.status == 422 and "不能再改" in answer.text
    counter.go(f"/outbound/{first}")
    assert counter.page.locator(f"#return-{first}").count() == 0, "nothing is given back that the courier has"
    answer = forced(counter, f"/outbound/{first}/return", reason="customer_withdrew")
    assert answer.status == 422 and "现在是「已交快递员」" in answer.text
    counter.go(f"/tickets/{ticket_of(counter, first)}")
    counter.page.locator("#void summary").click()
    counter.press("录错了")
    counter.expect_refused("已交快递员")
    assert state(counter, first) == "given"
    waiting = sent(counter)
    listed_id = _list(counter)
    _scan_refused(counter, "YT7460266600311", "已经交给快递员了")
    forced(counter, f"/outbound/manifest/{listed_id}/drop")
    assert state(counter, waiting) == "accepted"


def _given_api(line: Line) -> None:
    first, other = sent_api(line), sent_api(line)

    def given() -> str:
        begun = line.post("/outbound/manifests", {"carrier": "YTO"}, status=201)
        place = f"/outbound/manifests/{begun['id']}"
        for parcel in (first, other):
            line.post(f"{place}/parcels", {"outbound_id": parcel})
        assert line.post(f"{place}/give", {"courier": "周师傅"})["pieces"] == 2
        return place

    for parcel, waybill in ((first, "YT7460266600311"), (other, "YT7460266600312")):
        line.post(f"/outbound/{parcel}/waybill", {"waybill_no": waybill})
    assert line.post(f"{given()}/take-back", {})["state"] == "taken_back"
    assert {state(line, first), state(line, other)} == {"accepted"}
    place = given()
    line.refused(f"{place}/take-off", {"outbound_id": first}, "manifest.not_open")
    line.refused(f"/outbound/{first}/return", {}, "outbound.too_far")
    line.refused(f"/tickets/{ticket_of(line, first)}/void", {}, "outbound.too_far")
    waiting = sent_api(line)
    begun = line.post("/outbound/manifests", {"carrier": "YTO"}, status=201)
    # A program names the parcel; only a desk is told of it by the face sheet (outbound.already_given).
    line.refused(f"/outbound/manifests/{begun['id']}/parcels", {"outbound_id": first}, "outbound.too_far")
    line.post(f"/outbound/manifests/{begun['id']}/drop", {})
    assert state(line, waiting) == "accepted"


def _both(*more_fen: int) -> dict[str, Any]:
    sum_fen = 2 * FREIGHT_FEN + sum(more_fen)
    return {"drawer": sum_fen, "owed_to_carriers": -sum_fen}


PATHS = (
    listed(LIST, "courier-no-waybill", _face_sheets, _face_sheets_api, _both(ZTO_FEN), day=2,
           also=("courier-empty", "courier-other-carrier", "courier-foreign", "courier-twice", "courier-second-sheet",
                 "courier-inbound", "courier-unpaid", "courier-wrong-sheet", "courier-payment-code",
                 "courier-gave-up")),
    listed(LIST, "courier-which", _which, None, {"drawer": FREIGHT_FEN, "owed_to_carriers": -FREIGHT_FEN}, day=2,
           because="a program names the parcel whose number it notes: no face sheet of nobody can come from it"),
    listed(LIST, "courier-took-nothing", _given, _given_api, _both(FREIGHT_FEN), day=2,
           also=("courier-closed-list", "courier-again", "send-back-too-late", "send-void-given")),
)  # fmt: skip
