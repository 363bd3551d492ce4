"""Convenience services on the three days: what is typed wrong, what was bought, what could not be."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect
from stdnum import luhn

from tests.journeys.days import listed
from tests.journeys.days.bill_steps import (
    give_back,
    line_of,
    loosen,
    not_back,
    pay_out,
    send_to,
    ticket_of,
    void,
    void_refused,
)
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.unhappy_conveniences import PATHS as LIST
from tests.services.convenience_bench import in_days

CASE = "convenience"
ID_NUMBER = "11010519491231002X"
CARD_NUMBER = "622200000000077" + luhn.calc_check_digit("622200000000077")
FORM = "#convenience-train"
#: Ten yuan of fees, five a ticket, beside the price.
TRAIN = {
    "from_place": "枫林", "to_place": "长沙", "departs_on": in_days(5), "seat": "硬座", "tickets": "2", "passenger": "钱大妈",
    "price": "100",
}  # fmt: skip
PRICE_FEN, FEE_FEN = 100_00, 10_00


def last(road: Counter | Line) -> int:
    """The newest case."""
    return int(road.value("SELECT MAX(id) FROM conveniences"))


def state(road: Counter | Line, case_id: int) -> str:
    """The state of a case."""
    return str(road.value("SELECT state FROM conveniences WHERE id = ?", case_id))


def typed(counter: Counter, code: str, **fields: str | bool) -> None:
    """The open page of a service is filled in and sent, its own checks out of the way."""
    form = f"#convenience-{code}"
    loosen(counter, form)
    consent = {"consent": True} if fields.pop("consent", False) else {}
    counter.send(form, **{f"f_{name}": text for name, text in fields.items()}, **consent)


def begun(counter: Counter, code: str, **fields: str | bool) -> int:
    """A case stands on the desk's ticket; returns its id."""
    counter.go(f"/conveniences/new/{code}")
    typed(counter, code, **fields)
    return last(counter)


def asked(code: str, /, consent: bool = False, **fields: Any) -> dict[str, Any]:
    """The line of a service as a program sends it."""
    return {"service": "convenience", "convenience": code, "values": fields, "consent": consent}


def refused_api(line: Line, wanted: dict[str, Any], code: str) -> None:
    """A case is refused."""
    line.refused("/tickets", {"lines": [wanted]}, code)


def settled_api(line: Line, wanted: dict[str, Any]) -> int:
    """A case is paid; returns its id."""
    ticket = line.new_ticket(wanted)
    line.settle(ticket)
    return int(ticket["lines"][0]["case_id"])


def _form(counter: Counter) -> None:
    counter.go("/conveniences/new/train")
    wrong = (
        (TRAIN | {"passenger": ""}, "请填「乘车人姓名」"),
        ({"passenger": "钱大妈", "departs_on": in_days(-1)}, "已经过去了"),
        ({"departs_on": in_days(3650)}, "太远了"),
        ({"departs_on": in_days(5), "tickets": "0"}, "1 到 10 的整数"),
        ({"tickets": "11"}, "1 到 10 的整数"),
        ({"tickets": "2", "price": "一百"}, "金额"),
        ({"price": "100", "phone": "12"}, "手机号"),
        ({"phone": "", "train_no": "G80" * 5}, "太长"),
        ({"train_no": CARD_NUMBER}, "银行卡号"),
        ({"train_no": "", "passenger": ID_NUMBER}, "身份证"),
    )
    for fields, words in wrong:
        typed(counter, "train", **fields)
        counter.expect_refused(words)
    loosen(counter, FORM, f_seat="驾驶座")
    counter.send(FORM, f_passenger="钱大妈")
    counter.expect_refused("请从列表中选择")
    assert counter.page.locator("[name=f_from_place]").input_value() == "枫林", "what was typed is kept"
    typed(counter, "train", seat="硬座")
    case_id = last(counter)
    counter.go("/ticket")
    counter.press("去掉")
    assert state(counter, case_id) == "cancelled"


def _form_api(line: Line) -> None:
    wrong = (
        ({"passenger": ""}, "convenience.field_missing"),
        ({"departs_on": in_days(-1)}, "convenience.date_past"),
        ({"departs_on": in_days(3650)}, "convenience.field_wrong"),
        ({"tickets": "0"}, "convenience.field_wrong"),
        ({"tickets": 11}, "convenience.field_wrong"),
        ({"price": "一百"}, "money.unreadable"),
        ({"phone": "12"}, "phone.digits"),
        ({"train_no": "G80" * 5}, "convenience.field_wrong"),
        ({"train_no": CARD_NUMBER}, "text.holds_card_number"),
        ({"passenger": ID_NUMBER}, "text.holds_id_number"),
        ({"seat": "驾驶座"}, "convenience.field_wrong"),
    )
    for fields, code in wrong:
        refused_api(line, asked("train", **TRAIN | fields), code)
    ticket = line.new_ticket(asked("train", **TRAIN))
    line.post(f"/tickets/{ticket['id']}/lines/{ticket['lines'][0]['id']}/remove", {})
    assert state(line, ticket["lines"][0]["case_id"]) == "cancelled"
    line.post(f"/tickets/{ticket['id']}/void", {})


def _program(line: Line) -> None:
    refused_api(line, asked("train", **TRAIN, colour="red"), "convenience.field_unknown")
    refused_api(line, asked("train", **TRAIN) | {"fee_fen": 9_00}, "fee.differs")


def _elsewhere(counter: Counter) -> None:
    case_id = begun(counter, "train", **TRAIN | {"price": ""})
    counter.pay()
    counter.go(f"/conveniences/{case_id}")
    assert counter.page.locator(f"#finish-{case_id} [name=paid_from]").count() == 0
    counter.send(f"#finish-{case_id}", f_order_no="E770001")
    assert state(counter, case_id) == "done"


def _elsewhere_api(line: Line) -> None:
    case_id = settled_api(line, asked("train", **TRAIN | {"price": ""}))
    line.post(f"/conveniences/{case_id}/done", {"values": {"order_no": "E770001"}})


def _bought(counter: Counter) -> None:
    case_id = begun(counter, "train", **TRAIN)
    counter.pay()
    counter.go(f"/conveniences/{case_id}")
    form = f"#finish-{case_id}"
    loosen(counter, form, paid_from="")
    counter.send(form, f_order_no="E770002")
    counter.expect_refused("请选择从站里哪个账户付的票价")
    loosen(counter, form)
    counter.send(form, f_order_no="", paid_from="wechat")
    counter.expect_refused("请填「订单号」")
    counter.send(form, f_order_no="E770002")
    counter.expect_said("已办成")
    again = {"f_order_no": "E770002", "paid_from": "wechat"}
    send_to(counter, f"/conveniences/{case_id}/done", "form[action$='/print']", **again)
    counter.expect_refused("已到「已办成」这一步")
    give_back(counter, ticket_of(counter, case_id, CASE))
    counter.expect_refused("已到「已办成」这一步")
    void_refused(counter, ticket_of(counter, case_id, CASE), "已到「已办成」这一步")


def _bought_api(line: Line) -> None:
    case_id = settled_api(line, asked("train", **TRAIN))
    place, order = f"/conveniences/{case_id}/done", {"order_no": "E770002"}
    line.refused(place, {"values": order}, "convenience.paid_from_unknown")
    line.refused(place, {"values": {}, "paid_from": "wechat"}, "convenience.field_missing")
    line.post(place, {"values": order, "paid_from": "wechat"})
    line.refused(place, {"values": order, "paid_from": "wechat"}, "convenience.too_far")
    not_back(line, line_of(line, case_id, CASE), "convenience.too_far")
    line.refused(f"/tickets/{ticket_of(line, case_id, CASE)}/void", {}, "convenience.too_far")


def _back(counter: Counter) -> None:
    sold_out = begun(counter, "train", **TRAIN)
    withdrawn = begun(counter, "train", **TRAIN)
    counter.pay()
    counter.go(f"/conveniences/{sold_out}")
    send_to(counter, f"/conveniences/{sold_out}/drop", f"#finish-{sold_out}")
    counter.expect_refused("请用「退款」办理")
    send_to(counter, f"/conveniences/{sold_out}/fail", f"#finish-{sold_out}", reason="moon")
    counter.expect_refused("请选择没办成的原因")
    counter.go(f"/conveniences/{sold_out}")
    counter.press("没有票、没有房或没有号了")
    for case_id in (sold_out, withdrawn):
        counter.go(f"/conveniences/{case_id}")
        counter.page.locator(f"#refund-{case_id}").evaluate("(details) => { details.open = true; }")
        with counter.page.expect_navigation():
            counter.page.locator(f"#refund-{case_id} button", has_text="村民不办了").click()
    pay_out(counter)
    assert (state(counter, sold_out), state(counter, withdrawn)) == ("refunded", "refunded")


def _back_api(line: Line) -> None:
    ticket = line.new_ticket(asked("train", **TRAIN), asked("train", **TRAIN))
    line.settle(ticket)
    sold_out, withdrawn = (int(added["case_id"]) for added in ticket["lines"])
    line.refused(f"/conveniences/{sold_out}/drop", {}, "convenience.refund_it")
    # A program's reasons are told in the document: what is none of them is refused before it is looked at.
    line.refused(f"/conveniences/{sold_out}/fail", {"reason": "moon"}, "request.invalid")
    line.post(f"/conveniences/{sold_out}/fail", {"reason": "sold_out"})
    back = line.new_ticket()["id"]
    line.post(f"/tickets/{back}/refund", {"line_ids": [added["id"] for added in ticket["lines"]]}, status=201)
    line.post(f"/tickets/{back}/settle", {"given_fen": 0})
    assert (state(line, sold_out), state(line, withdrawn)) == ("refunded", "refunded")


def _pages(counter: Counter) -> None:
    case_id = begun(counter, "print", what="打印", pages="7")
    counter.pay()
    assert state(counter, case_id) == "done"
    void(counter, ticket_of(counter, case_id, CASE))
    assert state(counter, case_id) == "refunded"


def _pages_api(line: Line) -> None:
    case_id = settled_api(line, asked("print", what="打印", pages=7))
    assert state(line, case_id) == "done"
    line.post(f"/tickets/{ticket_of(line, case_id, CASE)}/void", {})
    assert state(line, case_id) == "refunded"


def _late(counter: Counter) -> None:
    case_id = begun(counter, "train", **TRAIN | {"departs_on": in_days(0)})
    counter.pay()
    counter.go("/conveniences")
    expect(counter.page.locator("tbody tr").first).to_contain_text("今天")
    assert counter.page.locator("tbody tr").first.locator(f"a[href$='/conveniences/{case_id}']").count()
    void(counter, ticket_of(counter, case_id, CASE))
    assert state(counter, case_id) == "refunded"


def _late_api(line: Line) -> None:
    case_id = settled_api(line, asked("train", **TRAIN | {"departs_on": in_days(0)}))
    first = line.get("/conveniences")["items"][0]
    assert (first["id"], first["is_due"], first["is_late"]) == (case_id, True, False)
    line.post(f"/tickets/{ticket_of(line, case_id, CASE)}/void", {})
    assert state(line, case_id) == "refunded"


PATHS = (
    listed(LIST, "conv-field-missing", _form, _form_api,
           also=("conv-date-past", "conv-date-far", "conv-choice", "conv-count", "conv-price", "conv-phone", "conv-too-long",
                 "conv-id-number", "conv-card-number", "conv-taken-off")),
    listed(LIST, "conv-no-such-field", None, _program, also=("conv-fee-told",),
           because="a page has the fields of its service only, and shows the published fee"),
    listed(LIST, "conv-pays-elsewhere", _elsewhere, _elsewhere_api, {"drawer": FEE_FEN, "fee_income": -FEE_FEN}),
    listed(LIST, "conv-paid-from-missing", _bought, _bought_api,
           {"drawer": PRICE_FEN + FEE_FEN, "fee_income": -FEE_FEN, "wechat": -PRICE_FEN},
           also=("conv-order-missing", "conv-done-twice", "conv-done-refund", "conv-done-void")),
    listed(LIST, "conv-sold-out", _back, _back_api, also=("conv-drop-paid", "conv-fail-reason", "conv-refund-before")),
    listed(LIST, "conv-print-void", _pages, _pages_api),
    listed(LIST, "conv-late", _late, _late_api, also=("conv-void-same-day",), day=2),
)  # fmt: skip
