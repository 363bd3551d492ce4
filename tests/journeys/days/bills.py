"""Bills on the three days, until their money is there: what is typed wrong, what comes twice, what is not wanted any more."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kiosk import settings
from kiosk.devices import Runtime
from kiosk.people import desks, tokens
from kiosk.storage import open_store
from tests.journeys.days import listed
from tests.journeys.days.bill_steps import (
    FORM,
    LINE,
    SENT,
    back_on,
    give_back,
    last,
    line_of,
    listed_instead,
    loosen,
    not_back,
    pay_out,
    received,
    received_api,
    refused_api,
    send_to,
    state,
    submitted,
    submitted_api,
    take_off,
    taken,
    ticket_of,
    void,
    void_refused,
)
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.unhappy_bills import PATHS as LIST
from tests.web.api.program import ApiStation
from tests.web.browser import make_station, serving
from web.server import Server

ID_NUMBER = "11010519491231002X"
TOP_UP = {"biller": "mobile-demo", "account_no": "17700007701", "amount": "50", "bill_period": ""}
TOP_UP_API = {"biller": "mobile-demo", "account_no": "17700007701", "amount_fen": 50_00, "bill_period": ""}
#: A list of the station's own: the one biller wants a period and is paid at its own counter only.
OWN = """
[[billers]]
code = "water-own"
kind = "water"
name = "自家水站（示例）"
period = "required"
channels = ["counter"]
"""


def _form(counter: Counter) -> None:
    counter.go("/bills/new")
    loosen(counter, "#bill-form")
    wrong = (
        ({"biller": "power-demo", "account_no": "770000001", "amount": "30", "bill_period": "2026-11"}, "格式不符"),
        ({"account_no": "7700000010", "bill_period": "11月"}, "账期应写成"),
        ({"bill_period": "2066-11"}, "账期应写成"),
        ({"bill_period": "2026-11", "late_fee": "30"}, "违约金含在里面"),
        ({"late_fee": "", "customer_name": ID_NUMBER}, "身份证"),
        ({"customer_name": "", "account_holder": "张*国"}, "是不是这个户名"),
    )
    for fields, words in wrong:
        loosen(counter, "#bill-form")
        counter.send("#bill-form", **fields)
        counter.expect_refused(words)
        assert counter.page.locator("[name=account_no]").input_value() == fields.get("account_no", "7700000010")
    counter.send("#bill-form", holder_confirmed=True)
    bill_id = last(counter)
    take_off(counter)
    assert state(counter, bill_id) == "cancelled"
    counter.go("/bills/new")
    counter.send("#bill-form", biller="tv-demo", account_no="77000011", amount="30", bill_period="", months="37")
    counter.expect_refused("1 到 36")


def _form_api(line: Line) -> None:
    refused_api(line, "bill.account_wrong", "770000001")
    refused_api(line, "bill.period_wrong", "7700000010", bill_period="11月")
    refused_api(line, "bill.period_wrong", "7700000010", bill_period="2066-11")
    refused_api(line, "bill.amount_wrong", "7700000010", late_fee_fen=30_00)
    refused_api(line, "text.holds_id_number", "7700000010", customer_name=ID_NUMBER)
    refused_api(line, "bill.holder_not_confirmed", "7700000010", account_holder="张*国")
    refused_api(line, "bill.months_wrong", "7700000010", months=36)
    refused_api(line, "request.invalid", "77000011", biller="tv-demo", bill_period="", months=37)
    ticket = line.new_ticket(LINE | {"account_no": "7700000010", "account_holder": "张*国", "holder_confirmed": True})
    line.post(f"/tickets/{ticket['id']}/lines/{ticket['lines'][0]['id']}/remove", {})
    assert state(line, ticket["lines"][0]["case_id"]) == "cancelled"
    line.post(f"/tickets/{ticket['id']}/void", {})


def _top_up(counter: Counter) -> None:
    counter.go("/bills/new")
    wrong = (
        (TOP_UP | {"account_again": "17700007710"}, "两次填的号码不一样"),
        ({"account_again": ""}, "两次填的号码不一样"),
        ({"account_again": "177 0000 7701", "amount": "35"}, "只有这些面值"),
        ({"amount": "50"}, "念给村民听"),
    )
    for fields, words in wrong:
        counter.send("#bill-form", **{name: text for name, text in fields.items() if name != "bill_period"})
        counter.expect_refused(words)
    assert "177 0000 7701" in counter.page.locator("main").inner_text()
    counter.send("#bill-form", is_read_back=True)
    bill_id = last(counter)
    counter.pay()
    counter.go("/bills/new")
    again = {"biller": "mobile-demo", "account_no": "17700007701", "account_again": "17700007701", "amount": "50"}
    counter.send("#bill-form", **again)
    counter.expect_refused("已有一笔 ￥50.00")
    void(counter, ticket_of(counter, bill_id))
    assert state(counter, bill_id) == "refunded"


def _top_up_api(line: Line) -> None:
    number = TOP_UP_API["account_no"]
    assert isinstance(number, str)
    once = {name: value for name, value in TOP_UP_API.items() if name != "account_no"}
    twice = once | {"account_again": "177 0000 7701"}
    refused_api(line, "bill.account_differs", number, **once | {"account_again": "17700007710"})
    refused_api(line, "bill.account_differs", number, **once)
    refused_api(line, "bill.face_value_wrong", number, **twice | {"amount_fen": 35_00})
    refused_api(line, "bill.not_read_back", number, **twice)
    bill_id = received_api(line, number, **twice, is_read_back=True)
    refused_api(line, "bill.already_paid", number, **twice, is_read_back=True)
    line.post(f"/tickets/{ticket_of(line, bill_id)}/void", {})
    assert state(line, bill_id) == "refunded"


def _twice(counter: Counter) -> None:
    first = received(counter, "7700000020")
    taken(counter, "7700000020")
    counter.expect_refused("已有一笔 ￥30.00")
    counter.send("#bill-form", pays_again=True)
    second = last(counter)
    counter.pay("29.99")
    counter.expect_refused("还差 ￥0.01")
    assert state(counter, second) == "recorded"
    counter.pay("50")
    submitted(counter, second)
    submitted(counter, first)
    counter.expect_refused("正在办理、结果未确认")
    give_back(counter, ticket_of(counter, first))
    pay_out(counter)
    assert (state(counter, first), state(counter, second)) == ("refunded", "submitted")
    counter.go(f"/bills/{second}")
    counter.send(f"#confirm-{second}", serial_no="S770001")
    assert state(counter, second) == "confirmed"


def _twice_api(line: Line) -> None:
    first = received_api(line, "7700000020")
    refused_api(line, "bill.already_paid", "7700000020")
    ticket = line.new_ticket(LINE | {"account_no": "7700000020", "pays_again": True})
    second = ticket["lines"][0]["case_id"]
    line.refused(f"/tickets/{ticket['id']}/settle", {"given_fen": 29_99}, "ticket.cash_short")
    assert state(line, second) == "recorded"
    line.settle(ticket, 50_00)
    submitted_api(line, second)
    line.refused(f"/bills/{first}/submit", SENT, "bill.under_way")
    line.post(f"/tickets/{back_on(line, first)}/settle", {"given_fen": 0})
    assert (state(line, first), state(line, second)) == ("refunded", "submitted")
    line.post(f"/bills/{second}/confirm", {"serial_no": "S770001"})


def _own_billers(counter: Counter) -> None:
    counter.go("/bills/new")
    with listed_instead(counter, "billers.toml", OWN):
        counter.send("#bill-form", biller="power-demo", account_no="7700000030", amount="30")
        counter.expect_refused("没有「power-demo」这个缴费单位")
        counter.send("#bill-form", biller="water-own")
        counter.expect_refused("要写账期")
        counter.send("#bill-form", bill_period="2026-11")
        bill_id = last(counter)
        counter.pay()
        counter.go(f"/bills/{bill_id}")
        form = f"#submit-{bill_id}"
        loosen(counter, form, channel="wechat")
        counter.send(form, account_holder="张*国", holder_confirmed=True)
        counter.expect_refused("请选择通过什么渠道缴")
        loosen(counter, form, paid_from="drawer")
        counter.send(form, account_holder="张*国", holder_confirmed=True)
        counter.expect_refused("请选择从站里哪个账户付")
        loosen(counter, form)
        counter.send(form, account_holder="张*国", holder_confirmed=False, paid_from="alipay")
        counter.expect_refused("还没有和村民核对户名")
        counter.send(form, holder_confirmed=True)
        again = {"channel": "counter", "paid_from": "alipay"}
        send_to(counter, f"/bills/{bill_id}/submit", "form[action$='/unconfirmed']", **again)
        counter.expect_refused("已到「已提交」这一步")
        counter.go(f"/bills/{bill_id}")
        counter.send(f"#confirm-{bill_id}", serial_no="S770002")
    assert state(counter, bill_id) == "confirmed"


def _own_billers_api(line: Line) -> None:
    with listed_instead(line, "billers.toml", OWN):
        own = {"biller": "water-own"}
        refused_api(line, "bill.biller_unknown", "7700000030")
        refused_api(line, "bill.period_missing", "7700000030", **own, bill_period="")
        bill_id = received_api(line, "7700000030", **own)
        sent = SENT | {"paid_from": "alipay"}
        line.refused(f"/bills/{bill_id}/submit", sent | {"channel": "wechat"}, "bill.channel_unknown")
        line.refused(f"/bills/{bill_id}/submit", sent | {"paid_from": "drawer"}, "request.invalid")
        line.refused(f"/bills/{bill_id}/submit", sent | {"holder_confirmed": False}, "bill.holder_not_confirmed")
        line.post(f"/bills/{bill_id}/submit", sent)
        line.refused(f"/bills/{bill_id}/submit", sent, "bill.too_far")
        line.post(f"/bills/{bill_id}/confirm", {"serial_no": "S770002"})


def _overtaken(counter: Counter) -> None:
    bill_id = received(counter, "7700000040")
    counter.go(f"/bills/{bill_id}")
    counter.page.locator(f"#refund-{bill_id} summary").click()
    counter.press("村民不办了")
    counter.go(f"/bills/{bill_id}")
    counter.page.locator(f"#refund-{bill_id} summary").click()
    counter.press("村民不办了")
    counter.expect_refused("已经退过款，或正在单")
    submitted(counter, bill_id)
    pay_out(counter)
    counter.expect_refused("正在办理、结果未确认")
    take_off(counter)
    void_refused(counter, ticket_of(counter, bill_id), "正在办理、结果未确认")
    counter.go(f"/bills/{bill_id}")
    counter.send(f"#confirm-{bill_id}", serial_no="S770003")
    assert state(counter, bill_id) == "confirmed"


def _overtaken_api(line: Line) -> None:
    bill_id = received_api(line, "7700000040")
    waits = back_on(line, bill_id)
    not_back(line, line_of(line, bill_id), "refund.already")
    submitted_api(line, bill_id)
    line.refused(f"/tickets/{waits}/settle", {"given_fen": 0}, "bill.under_way")
    line.post(f"/tickets/{waits}/void", {})
    line.refused(f"/tickets/{ticket_of(line, bill_id)}/void", {}, "bill.under_way")
    line.post(f"/bills/{bill_id}/confirm", {"serial_no": "S770003"})


def _unpublished(counter: Counter) -> None:
    with tempfile.TemporaryDirectory() as folder:
        station = make_station(Path(folder))
        try:
            with serving(station) as server:
                new = Counter(station, counter._browser, server.url)
                new.go("/bills/new")
                new.send("#bill-form", **FORM | {"account_no": "7700000050"})
                new.expect_refused("没有公示")
                assert new.ticket_id() is None and new.problems() == []
                new.close()
        finally:
            station.close()


def _unpublished_api(line: Line) -> None:
    with tempfile.TemporaryDirectory() as folder:
        state_folder = Path(folder) / "state"
        state_folder.mkdir()
        store = open_store(state_folder, settings.load(state_folder))
        with store.transaction() as tx:
            desks.make_desks(tx)
            made = {role: tokens.create_token(tx, role, role) for role in ("operator", "manager")}
        station = ApiStation(store, Runtime(Path(folder) / "runtime"), made, document=line.station.document)
        try:
            with Server(store, station.runtime) as server:
                station.server = server
                new = Line(station)
                refused_api(new, "fee.not_published", "7700000050")
                assert new.problems() == []
                for program in station.programs:
                    program.http.close()
        finally:
            store.close()
            station.runtime.close()


def _told(line: Line) -> None:
    refused_api(line, "fee.differs", "7700000060", fee_fen=2_00)


PATHS = (
    listed(LIST, "bill-account-wrong", _form, _form_api,
           also=("bill-period-wrong", "bill-late-fee", "bill-id-number", "bill-holder-asked", "bill-months", "bill-taken-off")),
    listed(LIST, "bill-top-up-differs", _top_up, _top_up_api,
           also=("bill-top-up-once", "bill-face-value", "bill-not-read-back", "bill-same-top-up", "bill-void-same-day")),
    listed(LIST, "bill-same-period", _twice, _twice_api, {"drawer": 30_00, "wechat": -30_00},
           also=("bill-same-period-meant", "bill-short", "bill-other-under-way", "bill-not-sent-refund")),
    listed(LIST, "bill-biller-gone", _own_billers, _own_billers_api, {"drawer": 30_00, "alipay": -30_00},
           also=("bill-period-missing", "bill-channel", "bill-paid-from-drawer", "bill-holder-later", "bill-sent-twice")),
    listed(LIST, "bill-refund-overtaken", _overtaken, _overtaken_api, {"drawer": 30_00, "wechat": -30_00},
           also=("bill-refund-twice", "bill-void-while-sent")),
    listed(LIST, "bill-fee-unpublished", _unpublished, _unpublished_api),
    listed(LIST, "bill-fee-told", None, _told, because="a page shows the published fee and sends none"),
)  # fmt: skip
