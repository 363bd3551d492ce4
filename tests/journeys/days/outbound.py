"""Sending on the three days: what a clerk and a sender do wrong before the courier comes, and where the carrier's money
stands after it. The courier has a module of his own (``outbound_2``)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.journeys.days import Unhappy, listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import forced, only
from tests.journeys.days.line import Line
from tests.journeys.unhappy_outbound import PATHS as LIST

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
NOT_A_NUMBER_OF_ANYBODY = "11010519491231002X"


def written(counter: Counter, **more: Any) -> int:
    """A parcel that stands on the ticket; its id."""
    counter.go("/outbound/new")
    counter.send("#outbound-form", **FORM | more)
    return int(counter.value("SELECT MAX(id) FROM outbound_parcels"))


def sent(counter: Counter, **more: Any) -> int:
    """A parcel that was paid for; its id."""
    found = written(counter, **more)
    counter.pay()
    return found


def sent_api(line: Line, **more: Any) -> int:
    """The same over the API."""
    ticket = line.new_ticket(LINE | more)
    line.settle(ticket)
    return int(ticket["lines"][0]["case_id"])


def state(road: Counter | Line, outbound_id: int) -> str:
    return str(road.value("SELECT state FROM outbound_parcels WHERE id = ?", outbound_id))


def ticket_of(road: Counter | Line, outbound_id: int) -> int:
    """The receipt on which it was paid."""
    sql = "SELECT ticket_id FROM ticket_lines WHERE case_kind = 'outbound' AND case_id = ? AND refunds_line_id IS NULL"
    return int(road.value(sql, outbound_id))


def _not_saved(counter: Counter, words: str, **fields: Any) -> None:
    """A form that the page does not offer so: refused with ``words``."""
    body = {name: "1" if value is True else value for name, value in (FORM | {"paid_by": "sender"} | fields).items()}
    answer = forced(counter, "/outbound/new", **body)
    assert answer.status == 422 and words in answer.text, answer.text[:2000]


def _form(counter: Counter) -> None:
    known = counter.value("SELECT COUNT(*) FROM outbound_parcels")
    counter.go("/outbound/new")
    counter.send("#outbound-form", **{name: value for name, value in FORM.items() if name != "id_document"})
    counter.expect_refused("没有勾选核对了哪种证件")
    assert counter.page.locator("[name=sender_name]").input_value() == "赵大嫂", "what was typed is kept"
    for words, fields in (
        ("已开箱验视", {"id_document": "resident_id", "content_inspected": False}),
        ("请写明寄的是什么", {"content_inspected": True, "item": " "}),
        ("像是身份证号", {"item": NOT_A_NUMBER_OF_ANYBODY}),
        ("只有尾号不够", {"item": "腊肉", "sender_phone": "1234"}),
        ("请填收件地址", {"sender_phone": "19900001234", "recipient_address": " "}),
        ("重量应在 1 克", {"recipient_address": "省城幸福路 1 号", "weight": "0"}),
        ("请选去向按价目表算", {"weight": "2300", "service": "JTSD/"}),
        ("没有填声明价值", {"service": "YTO/province", "premium": "2"}),
    ):
        counter.send("#outbound-form", **fields)
        counter.expect_refused(words)
    _not_saved(counter, "没有这个去向的价目", service="JTSD/province")
    _not_saved(counter, "寄件要选定一家快递公司", service="OTHER/", freight="9")
    assert counter.value("SELECT COUNT(*) FROM outbound_parcels") == known and counter.total() == 0


def _form_api(line: Line) -> None:
    known = line.value("SELECT COUNT(*) FROM outbound_parcels")
    for code, fields in (
        ("outbound.id_not_checked", {"id_document": ""}),
        ("outbound.not_inspected", {"content_inspected": False}),
        ("outbound.item_missing", {"item": " "}),
        ("text.holds_id_number", {"item": NOT_A_NUMBER_OF_ANYBODY}),
        ("outbound.phone_not_full", {"sender_phone": "1234"}),
        ("outbound.recipient_address_missing", {"recipient_address": " "}),
        ("request.invalid", {"weight_grams": 0}),  # its published shape says so before the room is asked
        ("outbound.freight_missing", {"freight_zone": ""}),
        ("outbound.premium_without_value", {"premium_fen": 2_00}),
        ("freight.not_listed", {"carrier": "JTSD"}),
        ("outbound.carrier_needed", {"carrier": "OTHER", "freight_zone": "", "freight_fen": 9_00}),
    ):
        line.refused("/tickets", {"lines": [LINE | fields]}, code)
    assert line.value("SELECT COUNT(*) FROM outbound_parcels") == known


def _fireworks(counter: Counter) -> None:
    counter.go("/outbound/new")
    counter.send("#outbound-form", **FORM | {"item": "烟花一箱"})
    counter.expect_refused("「烟花」属于禁寄物品")
    counter.go("/outbound/refusals")
    assert "烟花一箱" in counter.page.locator("main").inner_text()
    counter.send("#refusal-form", reason="inspection_refused", action="returned", item="封好的纸箱")
    counter.expect_said("已登记拒收")
    expect(counter.page.locator("table.cards tbody tr").first).to_contain_text("拒绝开箱验视")


def _fireworks_api(line: Line) -> None:
    line.refused("/tickets", {"lines": [LINE | {"item": "烟花一箱"}]}, "outbound.prohibited")
    assert line.get("/outbound/refusals")["items"][0]["word"] == "烟花"
    told = {"reason": "inspection_refused", "action": "returned", "item": "封好的纸箱"}
    line.post("/outbound/refusals", told, status=201)
    assert line.get("/outbound/refusals")["items"][0]["reason"] == "inspection_refused"


def _told_other(counter: Counter) -> None:
    counter.go("/outbound/new")
    expect(counter.page.locator("#outbound-form")).to_contain_text("公示服务费：免费")
    assert counter.page.locator("#outbound-form [name^=fee]").count() == 0, "a clerk types no fee of the station"


def _told_other_api(line: Line) -> None:
    line.refused("/tickets", {"lines": [LINE | {"fee_fen": 1_00}]}, "fee.differs")


def _short(counter: Counter) -> None:
    found = written(counter)
    counter.pay("10")
    counter.expect_refused("还差 ￥2.00")
    counter.pay("12")
    assert state(counter, found) == "accepted"


def _short_api(line: Line) -> None:
    ticket = line.new_ticket(LINE)
    line.refused(f"/tickets/{ticket['id']}/settle", {"given_fen": 10_00}, "ticket.cash_short")
    line.settle(ticket)


def _withdrawn(counter: Counter) -> None:
    found = written(counter)
    counter.go(f"/outbound/{found}")
    assert "补打标签" not in counter.page.locator("main").inner_text()
    answer = forced(counter, f"/outbound/{found}/label")
    assert answer.status == 422 and "还没有收款" in answer.text
    counter.go("/ticket")
    counter.press("去掉")
    assert state(counter, found) == "cancelled"


def _withdrawn_api(line: Line) -> None:
    ticket = line.new_ticket(LINE)
    found = ticket["lines"][0]["case_id"]
    line.refused(f"/outbound/{found}/label", {}, "outbound.no_label")
    line.post(f"/tickets/{ticket['id']}/lines/{ticket['lines'][0]['id']}/remove", {})
    assert state(line, found) == "cancelled"


def _collect(counter: Counter) -> None:
    found = sent(counter, paid_by="recipient")
    counter.go(f"/outbound/{found}")
    expect(counter.page.locator(".paper")).to_contain_text("到付")
    counter.page.locator(f"#return-{found} summary").click()
    counter.press("村民不办了")
    counter.expect_said("没有收过钱，不用退款")
    assert state(counter, found) == "returned"


def _collect_api(line: Line) -> None:
    ticket = line.new_ticket(LINE | {"paid_by": "recipient"})
    assert ticket["total_fen"] == 0
    line.settle(ticket)
    found = ticket["lines"][0]["case_id"]
    back = line.post(f"/outbound/{found}/return", {})
    assert (back["state"], back["ticket_id"], back["refund_fen"]) == ("returned", None, 0)


def _back(counter: Counter) -> None:
    found = sent(counter)
    for _time in range(2):
        counter.go(f"/outbound/{found}")
        counter.page.locator(f"#return-{found} summary").click()
        counter.press("村民不办了")
    counter.expect_refused("已经退过款，或正在单")
    counter.go("/ticket")
    counter.send("#settle-form", "button[type=submit]")
    assert state(counter, found) == "returned"


def _back_api(line: Line) -> None:
    found = sent_api(line)
    back = line.post(f"/outbound/{found}/return", {})
    line.refused(f"/outbound/{found}/return", {}, "refund.already")
    line.post(f"/tickets/{back['ticket_id']}/settle", {"given_fen": 0})
    assert line.get(f"/outbound/{found}")["state"] == "returned"


def _void(counter: Counter) -> None:
    found = sent(counter)
    counter.go(f"/tickets/{ticket_of(counter, found)}")
    counter.page.locator("#void summary").click()
    counter.press("录错了")
    assert state(counter, found) == "returned"


def _void_api(line: Line) -> None:
    found = sent_api(line)
    line.post(f"/tickets/{ticket_of(line, found)}/void", {})
    assert state(line, found) == "returned"


def _inspector(counter: Counter) -> None:
    only(counter, "周检查")
    counter.go("/outbound/new")
    expect(counter.page.locator("body")).to_contain_text("没有这项权限")
    counter.go("/outbound/refusals")
    assert counter.page.locator("#refusal-form").count() == 0, "an inspector reads the log and writes nothing"
    only(counter, "李柜员")


def _inspector_api(line: Line) -> None:
    line.refused("/tickets", {"lines": [LINE]}, "staff.not_allowed", who=line.station.program("inspector"))


PATHS = (
    listed(LIST, "send-no-document", _form, _form_api,
           also=("send-not-opened", "send-no-item", "send-id-number", "send-tail-only", "send-no-address",
                 "send-no-weight", "send-no-freight", "send-no-price", "send-no-carrier", "send-premium-alone")),
    listed(LIST, "send-fireworks", _fireworks, _fireworks_api, also=("send-would-not-open",)),
    listed(LIST, "send-fee-told-other", _told_other, _told_other_api),
    Unhappy("send.short", "Too little is given for the freight: nothing is accepted, then it is.",
            _short, _short_api, {"drawer": FREIGHT_FEN, "owed_to_carriers": -FREIGHT_FEN}, "ticket.cash_short"),
    listed(LIST, "send-withdrawn", _withdrawn, _withdrawn_api, also=("send-label-early",)),
    listed(LIST, "send-collect", _collect, _collect_api, also=("send-back-free",)),
    listed(LIST, "send-back", _back, _back_api, also=("send-back-twice",)),
    listed(LIST, "send-void", _void, _void_api),
    listed(LIST, "send-inspector", _inspector, _inspector_api),
)  # fmt: skip
