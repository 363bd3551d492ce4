"""Sending on the three days: what a clerk, a sender and a courier do wrong, and where the carrier's money stands after it."""

from __future__ import annotations

from typing import Any

from tests.journeys.days import Unhappy
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line

FORM: dict[str, Any] = {
    "service": "YTO/province", "item_kind": "food", "item": "腊肉", "weight": "2300", "sender_name": "赵大嫂",
    "sender_phone": "19900001234", "recipient_name": "赵小妹", "recipient_phone": "19900005678",
    "recipient_address": "省城幸福路 1 号", "id_document": "resident_id", "content_inspected": True,
}  # fmt: skip
LINE: dict[str, Any] = {
    "service": "outbound", "carrier": "YTO", "freight_zone": "province", "item_kind": "food", "item": "腊肉",
    "weight_grams": 2300, "sender_name": "赵大嫂", "sender_phone": "19900001234", "recipient_name": "赵小妹",
    "recipient_phone": "19900005678", "recipient_address": "省城幸福路 1 号", "id_document": "resident_id",
    "content_inspected": True,
}  # fmt: skip
#: 8 yuan for the first kilogram, 2 for each of the two that are begun.
FREIGHT_FEN = 8_00 + 2 * 2_00


def _sent(counter: Counter, **more: Any) -> int:
    counter.go("/outbound/new")
    counter.send("#outbound-form", **FORM | more)
    counter.pay()
    return int(counter.value("SELECT MAX(id) FROM outbound_parcels"))


def _sent_api(line: Line, **more: Any) -> int:
    ticket = line.new_ticket(LINE | more)
    line.settle(ticket)
    return int(ticket["lines"][0]["case_id"])


def _no_document(counter: Counter) -> None:
    counter.go("/outbound/new")
    counter.send("#outbound-form", **{name: value for name, value in FORM.items() if name != "id_document"})
    counter.expect_refused("没有勾选核对了哪种证件")
    assert counter.page.locator("[name=sender_name]").input_value() == "赵大嫂", "what was typed is kept"


def _no_document_api(line: Line) -> None:
    line.refused("/tickets", {"lines": [LINE | {"id_document": ""}]}, "outbound.id_not_checked")


def _not_opened(counter: Counter) -> None:
    counter.go("/outbound/new")
    counter.send("#outbound-form", **FORM | {"content_inspected": False})
    counter.expect_refused("已开箱验视")


def _not_opened_api(line: Line) -> None:
    line.refused("/tickets", {"lines": [LINE | {"content_inspected": False}]}, "outbound.not_inspected")


def _fireworks(counter: Counter) -> None:
    counter.go("/outbound/new")
    counter.send("#outbound-form", **FORM | {"item": "烟花一箱"})
    counter.expect_refused("「烟花」属于禁寄物品")
    counter.go("/outbound/refusals")
    assert "烟花一箱" in counter.page.locator("main").inner_text()


def _fireworks_api(line: Line) -> None:
    line.refused("/tickets", {"lines": [LINE | {"item": "烟花一箱"}]}, "outbound.prohibited")
    assert line.get("/outbound/refusals")["items"][0]["word"] == "烟花"


def _short(counter: Counter) -> None:
    counter.go("/outbound/new")
    counter.send("#outbound-form", **FORM)
    counter.pay("10")
    counter.expect_refused("还差 ￥2.00")
    counter.pay("12")
    assert counter.value("SELECT state FROM outbound_parcels ORDER BY id DESC LIMIT 1") == "accepted"


def _short_api(line: Line) -> None:
    ticket = line.new_ticket(LINE)
    line.refused(f"/tickets/{ticket['id']}/settle", {"given_fen": 10_00}, "ticket.cash_short")
    line.settle(ticket)


def _back(counter: Counter) -> None:
    sent = _sent(counter)
    counter.go(f"/outbound/{sent}")
    counter.page.locator(f"#return-{sent} summary").click()
    counter.press("村民不办了")
    counter.go(f"/outbound/{sent}")
    counter.page.locator(f"#return-{sent} summary").click()
    counter.press("村民不办了")
    counter.expect_refused("已经退过款，或正在单")
    counter.go("/ticket")
    counter.send("#settle-form", "button[type=submit]")
    assert counter.value("SELECT state FROM outbound_parcels WHERE id = ?", sent) == "returned"


def _back_api(line: Line) -> None:
    sent = _sent_api(line)
    back = line.post(f"/outbound/{sent}/return", {})
    line.refused(f"/outbound/{sent}/return", {}, "refund.already")
    line.post(f"/tickets/{back['ticket_id']}/settle", {"given_fen": 0})
    assert line.get(f"/outbound/{sent}")["state"] == "returned"


def _courier(counter: Counter) -> None:
    first, second = _sent(counter), _sent(counter)
    counter.go("/outbound/manifest")
    counter.press("圆通速递")
    for number, sent in enumerate((first, second)):
        counter.send(f"form:has(input[name=outbound_id][value='{sent}'])", "button >> nth=0")
        if number:
            counter.send("form[id^=waybill-form]", "button", waybill_no="YT7460266600101")
            counter.expect_refused("这个运单号已经是寄件")
        else:
            counter.send("form[id^=give-form]")
            counter.expect_refused("件没有运单号")
            counter.send("form[id^=waybill-form]", "button", waybill_no="JT5261988016578")
            counter.expect_refused("单号像极兔速递")
        counter.send("form[id^=waybill-form]", "button", waybill_no=f"YT746026660010{number + 1}")
    counter.send("form[id^=give-form]", courier="周师傅")
    counter.expect_said("已交接 2 件")
    ticket_id = counter.value("SELECT ticket_id FROM ticket_lines WHERE case_kind = 'outbound' AND case_id = ?", first)
    counter.go(f"/tickets/{ticket_id}")
    counter.page.locator("#void summary").click()
    counter.press("录错了")
    assert "已交快递员" in counter.page.locator("body").inner_text()
    assert counter.value("SELECT state FROM outbound_parcels WHERE id = ?", first) == "given"


def _courier_api(line: Line) -> None:
    first, second = _sent_api(line), _sent_api(line)
    listed = line.post("/outbound/manifests", {"carrier": "YTO"}, status=201)
    place = f"/outbound/manifests/{listed['id']}"
    line.refused(f"{place}/give", {}, "manifest.empty")
    for number, sent in enumerate((first, second)):
        line.post(f"{place}/parcels", {"outbound_id": sent})
        if number:
            line.refused(f"/outbound/{sent}/waybill", {"waybill_no": "YT7460266600101"}, "outbound.waybill_taken")
        else:
            line.refused(f"{place}/give", {}, "manifest.waybill_missing")
            line.refused(f"/outbound/{sent}/waybill", {"waybill_no": "JT5261988016578"}, "outbound.foreign_waybill")
        line.post(f"/outbound/{sent}/waybill", {"waybill_no": f"YT746026660010{number + 1}"})
    assert line.post(f"{place}/give", {"courier": "周师傅"})["pieces"] == 2
    ticket_id = line.value("SELECT ticket_id FROM ticket_lines WHERE case_kind = 'outbound' AND case_id = ?", first)
    line.refused(f"/tickets/{ticket_id}/void", {}, "outbound.too_far")


PATHS = (
    Unhappy("send.no_document", "The sender shows no document: nothing is taken, what was typed is kept.",
            _no_document, _no_document_api, code="outbound.id_not_checked"),
    Unhappy("send.not_opened", "The box was not looked into: nothing is taken.",
            _not_opened, _not_opened_api, code="outbound.not_inspected"),
    Unhappy("send.fireworks", "Fireworks are to be sent: refused, and the log of what was refused stays.",
            _fireworks, _fireworks_api, code="outbound.prohibited"),
    Unhappy("send.short", "Too little is given for the freight: nothing is accepted, then it is.",
            _short, _short_api, {"drawer": FREIGHT_FEN, "owed_to_carriers": -FREIGHT_FEN}, "ticket.cash_short"),
    Unhappy("send.back", "The sender comes back before the courier: box and money go back, once.",
            _back, _back_api, code="refund.already"),
    Unhappy("send.courier", "The courier's list meets a bare parcel, a foreign face sheet and one face sheet twice; a"
            " receipt is not voided once its parcel is gone.",
            _courier, _courier_api, {"drawer": 2 * FREIGHT_FEN, "owed_to_carriers": -2 * FREIGHT_FEN},
            "outbound.too_far", day=2),
)  # fmt: skip
