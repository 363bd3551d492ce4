"""The pages of payment, parked tickets, refunds, debts, cash and compensation, with their unhappy paths: what is said, what
is kept, what is left as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from kiosk.check import problems
from kiosk.counter.add_line import add_line
from kiosk.counter.open_ticket import open_ticket
from kiosk.till import cash_moves, debtors
from tests.web.browser import TestStation
from tests.web.browser import log_in as log_in_by_hand
from tests.web.counter import MANAGER, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app
from web.server import Server

WECHAT_CODE = "134567890123456789"
BILL = {"biller": "power-demo", "amount_fen": 50_00}
BUY = {"item_name": "水泵", "amount_fen": 100_00, "paid_by": "customer"}


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    return client_of(station)


def client_of(station: TestStation, name: str = "王站长") -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, name)
    return found


def act(station: TestStation, do, *args, **facts):
    with station.store.transaction(MANAGER) as tx:
        return do(tx, *args, **facts)


def ticket(station: TestStation, *lines: tuple[str, dict]) -> int:
    """An open ticket at the desk."""
    with station.store.transaction(MANAGER) as tx:
        ticket_id = open_ticket(tx)
        for number, (service, facts) in enumerate(lines):
            more = {"account_no": f"0602123456{ticket_id:02d}{number}"} if service == "bill" else {}
            add_line(tx, ticket_id, service, **(facts | more))
    return ticket_id


def pay(client: FlaskClient, ticket_id: int, **fields: str):
    return send(client, "/ticket", f"/tickets/{ticket_id}/settle", **fields)


def balance(station: TestStation, account: str) -> int:
    return value(station, "SELECT COALESCE(SUM(amount_fen), 0) FROM postings WHERE account = ?", account)


# The payment ------------------------------------------------------------------------------------------------------------


def test_wallet_is_taken_when_its_arrival_was_seen(client, station):
    ticket_id = ticket(station, ("bill", BILL))
    answer = pay(client, ticket_id, p1_method="wechat", p1_reference="42000020261122")
    assert answer.status_code == 422 and "已看到微信" in answer.text
    assert 'value="42000020261122"' in answer.text
    assert re.search(r'value="wechat" data-asked="微信"\s+checked', answer.text)
    page = said(client, pay(client, ticket_id, p1_method="wechat", p1_reference="42000020261122", p1_seen="1"))
    assert "不用找零" in page and "42000020261122" in page
    assert balance(station, "wechat") == 50_00 and balance(station, "drawer") == 0


def test_ticket_is_paid_in_three_ways_at_once(client, station):
    debtor = act(station, debtors.allow, "张建国", "1234", 200_00)
    ticket_id = ticket(station, ("purchase", BUY))
    shown = client.get("/ticket").text
    assert "张** 1234" in shown and "张建国" not in shown
    fields = {"p1_method": "alipay", "p1_amount": "50", "p1_seen": "1", "p2_method": "account", "p2_amount": "20.5",
              "p2_debtor": str(debtor), "given": "100"}  # fmt: skip
    page = said(client, pay(client, ticket_id, **fields))
    assert "找零 ￥67.50" in page
    assert (balance(station, "alipay"), balance(station, "debts"), balance(station, "drawer")) == (50_00, 20_50, 32_50)


def test_customer_found_by_tail_stays_chosen_when_the_page_changes(page: Page, server: Server, station: TestStation):
    act(station, debtors.allow, "张建国", "13800001234", 100_00)
    second = act(station, debtors.allow, "李桂兰", "13800005678", 100_00)
    ticket(station, ("bill", BILL))
    log_in_by_hand(page, "王站长", path="/ticket")
    page.locator("[name=p1_method][value=account]").check(force=True)
    page.locator("[data-narrows=p1_debtor]").fill("5678")
    chosen = page.locator("#p1_debtor")
    expect(chosen).to_have_value(str(second))
    page.evaluate(
        "() => { document.querySelector('#p1_debtor').dataset.before = 'yes';"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    page.wait_for_function("() => !document.querySelector('[data-before]')")
    expect(chosen).to_have_value(str(second))
    assert page.evaluate("() => [...document.querySelectorAll('#p1_debtor option:not([hidden])')].length") == 2


def test_sale_on_account_says_who_owes_how_much_and_that_nothing_was_taken(client, station):
    debtor = act(station, debtors.allow, "张建国", "1234", 200_00)
    page = said(client, pay(client, ticket(station, ("bill", BILL)), p1_method="account", p1_debtor=str(debtor)))
    assert f"已赊账 ￥50.00，没有收钱；欠款人 {debtor} 现在共欠 ￥50.00；收据 R" in page
    assert "张** 现在共欠 ￥50.00" in page and "收款完成" not in page and "已收款" not in page
    mixed = {"p1_method": "account", "p1_amount": "20", "p1_debtor": str(debtor), "p2_method": "wechat", "p2_seen": "1"}
    page = said(client, pay(client, ticket(station, ("bill", BILL)), **mixed))
    assert "收款完成 ￥30.00，另赊账 ￥20.00" in page and "现在共欠 ￥70.00" in page and "已收款" in page
    kept = value(station, "SELECT group_concat(answer) FROM answers")
    assert "现在共欠" in kept and "张" not in kept
    page = said(client, send(client, "/tickets/1", "/tickets/1/void", reason="mistake"))
    assert "冲减欠款 ￥50.00" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"given": ""}, "还差 ￥50.00"),
        ({"given": "五十"}, "看不懂"),
        ({"given": "-1"}, "不能是负数"),
        ({"p1_method": "wechat", "p1_amount": "60", "p1_seen": "1"}, "多于应收"),
        ({"p1_method": "wechat", "p1_amount": "abc", "p1_seen": "1"}, "看不懂"),
        ({"p1_method": "account"}, "记在谁的账上"),
        ({"p1_method": "account", "p1_debtor": "x"}, "没有读懂"),
        ({"p1_method": "account", "p1_debtor": "7"}, "没有准许"),
        ({"p1_method": "gold", "p1_seen": "1"}, "没有这种付款方式"),
        ({"p1_method": "wechat", "p1_amount": "50", "p1_seen": "1", "p2_method": "alipay", "p2_seen": "1"}, "已经够了"),
        ({"p1_method": "wechat", "p1_seen": "1", "given": "50"}, "不用再收现金"),
    ],
)  # fmt: skip
def test_payment_that_is_not_right_is_said_and_takes_nothing(client, station, fields, words):
    ticket_id = ticket(station, ("bill", BILL))
    answer = pay(client, ticket_id, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert value(station, "SELECT state FROM tickets") == "open"


@pytest.mark.parametrize("field", ["given", "p1_amount", "p1_reference", "p2_reference", "p1_debtor"])
@pytest.mark.parametrize("code", [WECHAT_CODE, "1345 6789 0123 4567 89", "2812345678901234567", "6212345678901234567"])
def test_payment_code_in_any_field_is_refused_and_not_shown_again(client, station, field, code):
    ticket_id = ticket(station, ("bill", BILL))
    answer = pay(client, ticket_id, **({"p1_method": "wechat", "p1_seen": "1"} | {field: code}))
    assert answer.status_code == 422
    assert "付款码" in answer.text
    assert code not in answer.text
    with station.store.reading() as db:
        assert not any(code in line for line in db.connection.iterdump())


@pytest.mark.parametrize(
    ("page", "path", "field"),
    [
        ("/cash", "/cash/move", "amount"),
        ("/cash", "/cash/move", "note"),
        ("/debts", "/debts/allow", "limit"),
        ("/debts", "/debts/allow", "phone"),
        ("/compensation", "/compensation/new", "amount"),
        ("/compensation", "/compensation/new", "note"),
    ],
)
def test_payment_code_is_refused_on_every_page_of_money(client, station, page, path, field):
    fields = {"amount": "1", "limit": "1", "name": "张三", "phone": "1234", "reason": "expense", "note": "x"}
    answer = send(client, page, path, **(fields | {field: WECHAT_CODE}))
    assert answer.status_code == 422 and "付款码" in answer.text
    assert WECHAT_CODE not in answer.text


def test_villager_is_paid_out(client, station):
    ticket_id = ticket(station, ("compensation", {"amount_fen": 30_00, "reason": "other", "note": "摔坏鸡蛋"}))
    page = client.get("/ticket").text
    assert "应付村民" in page and "付款，打印凭条" in page
    answer = pay(client, ticket_id)
    assert answer.status_code == 422 and "钱箱账上没有" in answer.text
    answer = pay(client, ticket_id, p1_method="wechat")
    assert answer.status_code == 422 and "已用微信转出" in answer.text
    act(station, cash_moves.move_cash, "owner_in", 30_00)
    page = said(client, pay(client, ticket_id))
    assert "请付给村民现金 ￥30.00" in page


def test_money_sent_twice_is_taken_once(client, station):
    ticket_id = ticket(station, ("bill", BILL))
    first = pay(client, ticket_id, p1_method="wechat", p1_seen="1")
    answer = send(client, "/cash", f"/tickets/{ticket_id}/settle", p1_method="wechat", p1_seen="1")
    assert first.status_code == 303 and answer.status_code == 422
    assert "没有重复收取" in answer.text
    assert balance(station, "wechat") == 50_00


# Beside the payment -----------------------------------------------------------------------------------------------------


def test_fee_is_reduced_with_a_reason(client, station):
    ticket(station, ("purchase", BUY))
    line = value(station, "SELECT id FROM ticket_lines")
    answer = send(client, "/ticket", f"/ticket/lines/{line}/fee", to="3", reason="hardship")
    assert answer.status_code == 422 and "只能减收" in answer.text
    answer = send(client, "/ticket", f"/ticket/lines/{line}/fee", to="", reason="hardship")
    assert answer.status_code == 422 and "看不懂" in answer.text
    page = said(client, send(client, "/ticket", f"/ticket/lines/{line}/fee", to="1", reason="hardship"))
    assert "由 ￥3.00 减为 ￥1.00" in page and "照顾困难户" in page and "￥101.00" in page


def test_operator_is_not_shown_what_only_the_manager_may(station):
    clerk = client_of(station, "李柜员")
    ticket(station, ("purchase", BUY))
    line = value(station, "SELECT id FROM ticket_lines")
    assert "改收服务费" not in clerk.get("/ticket").text
    assert send(clerk, "/ticket", f"/ticket/lines/{line}/fee", to="1", reason="hardship").status_code == 422
    assert clerk.get("/compensation").status_code == 403
    assert "准许一位村民赊账" not in clerk.get("/debts").text
    for path in ("/debts/allow", "/compensation/new"):
        assert send(clerk, "/ticket", path, name="x").status_code == 403
    assert "站长取出" not in clerk.get("/cash").text
    answer = send(clerk, "/cash", "/cash/move", reason="owner_out", amount="1")
    assert answer.status_code == 422 and "没有这项权限" in answer.text


def test_ticket_is_parked_and_taken_up_again(client, station):
    first = ticket(station, ("bill", BILL))
    said(client, send(client, "/ticket", f"/tickets/{first}/park", label="蓝衣服大爷"))
    assert "挂着的单 1" in client.get("/").text
    second = ticket(station, ("bill", BILL))
    shown = client.get("/tickets/parked").text
    assert "蓝衣服大爷" in shown
    said(client, send(client, "/tickets/parked", f"/tickets/parked/{first}/resume"))
    assert "蓝衣服大爷" not in client.get("/tickets/parked").text
    assert f"单 {second}" in client.get("/tickets/parked").text
    said(client, pay(client, first, given="50"))
    answer = send(client, "/tickets/parked", f"/tickets/parked/{first}/resume")
    assert answer.status_code == 422 and "已收过款" in answer.text
    said(client, send(client, f"/tickets/{second}", f"/tickets/parked/{second}/resume"))
    said(client, pay(client, second, given="50"))
    assert "没有挂着的单" in client.get("/tickets/parked").text
    answer = send(client, f"/tickets/{second}", f"/tickets/{second}/park")
    assert answer.status_code == 422


def test_ticked_lines_of_a_receipt_are_given_back_onto_the_ticket(client, station):
    first = ticket(station, ("bill", BILL), ("purchase", BUY))
    said(client, pay(client, first, given="200"))
    number = value(station, "SELECT receipt_no FROM tickets")
    assert client.get(f"/receipt?no=~RC:{number.lower()}").headers["Location"].endswith(f"/tickets/{first}")
    lines = [value(station, "SELECT id FROM ticket_lines WHERE service = ?", s) for s in ("bill", "purchase")]
    answer = send(client, f"/tickets/{first}", f"/tickets/{first}/refund", reason="customer_withdrew")
    assert answer.status_code == 422 and "没有勾选" in answer.text
    answer = send(client, f"/tickets/{first}", f"/tickets/{first}/refund", reason="gift", line=str(lines[0]))
    assert answer.status_code == 422 and "原因" in answer.text
    answer = send(client, f"/tickets/{first}", f"/tickets/{first}/refund", reason="mistake", line=["1", "99"])
    assert answer.status_code in (404, 422)
    page = said(client, send(client, f"/tickets/{first}", f"/tickets/{first}/refund", reason="customer_withdrew",
                             line=str(lines[1]), keeps_fee="1"))  # fmt: skip
    assert "1 项退款 ￥100.00 已加入本单" in page and "应付村民" in page
    assert f"已退，见单 {first + 1}" in client.get(f"/tickets/{first}").text
    answer = send(client, f"/tickets/{first}", f"/tickets/{first}/refund", reason="mistake", line=str(lines[1]))
    assert answer.status_code == 422 and "没有重复退" in answer.text
    said(client, pay(client, first + 1))
    assert balance(station, "fee_income") == -3_00
    answer = send(client, f"/tickets/{first}", f"/tickets/{first}/void", reason="mistake")
    assert answer.status_code == 422 and "逐项办退款" in answer.text


def test_void_says_how_each_part_goes_back(client, station):
    first = ticket(station, ("bill", BILL))
    said(client, pay(client, first, p1_method="wechat", p1_amount="20", p1_seen="1", given="30"))
    page = said(client, send(client, f"/tickets/{first}", f"/tickets/{first}/void", reason="mistake"))
    assert "请退给村民现金 ￥30.00，另按原路退 微信 ￥20.00" in page
    second = ticket(station, ("bill", BILL))
    said(client, pay(client, second, p1_method="wechat", p1_seen="1"))
    page = said(client, send(client, f"/tickets/{second}", f"/tickets/{second}/void", reason="mistake"))
    assert "请按原路退给村民：微信 ￥50.00" in page


def test_tickets_are_found_by_the_end_of_a_receipt_number_and_by_day(client, station):
    said(client, pay(client, ticket(station, ("bill", BILL)), given="50"))
    number = value(station, "SELECT receipt_no FROM tickets")
    for wanted in (number, number[-4:], f"~RC:{number}", number.lower()):
        assert number in client.get(f"/tickets?receipt_no={wanted}").text
    assert "没有号码以" in client.get("/tickets?receipt_no=9999").text
    assert number not in client.get("/tickets?receipt_no=%25").text
    assert number not in client.get("/tickets?business_on=2020-01-01").text


# Debts, cash, compensation ----------------------------------------------------------------------------------------------


def test_customer_is_allowed_owes_and_repays(client, station):
    page = send(client, "/debts", "/debts/allow", name="张建国", phone="12", limit="100")
    assert page.status_code == 422 and 'value="张建国"' in page.text
    page = said(client, send(client, "/debts", "/debts/allow", name="张建国", phone="13800001234", limit="100"))
    assert "上限 ￥100.00" in page and "张建国" not in page and "13800001234" not in page
    assert send(client, "/debts", "/debts/allow", name="张建国", phone="1234", limit="1").status_code == 422
    said(client, pay(client, ticket(station, ("bill", BILL)), p1_method="account", p1_debtor="1"))
    shown = client.get("/debts?who=1234").text
    assert "￥50.00" in shown and "0 天" in shown
    answer = send(client, "/debts/1", "/debts/1/repay", amount="50.01")
    assert answer.status_code == 422 and "只欠 ￥50.00" in answer.text
    page = said(client, send(client, "/debts/1", "/debts/1/repay", amount="20"))
    assert "还欠款（张**）" in page
    answer = send(client, "/debts/1", "/debts/1/repay", amount="1")
    assert answer.status_code == 422 and "等着收款" in answer.text
    said(client, pay(client, value(station, "SELECT MAX(id) FROM tickets"), given="20"))
    assert "￥30.00" in client.get("/debts/1").text
    assert "对账单已送去打印" in said(client, send(client, "/debts/1", "/debts/1/statement"))
    said(client, send(client, "/debts/1", "/debts/1/limit", limit="30"))
    assert "已停止" in said(client, send(client, "/debts/1", "/debts/1/stop"))
    assert send(client, "/debts/1", "/debts/1/stop").status_code == 422
    assert client.get("/debts/99").status_code == 404


def test_cash_is_put_in_and_taken_out_with_a_slip(client, station):
    page = said(client, send(client, "/cash", "/cash/move", reason="owner_in", amount="100"))
    assert "请放进钱箱" in page and "P" in page
    answer = send(client, "/cash", "/cash/move", reason="expense", amount="3.5")
    assert answer.status_code == 422 and 'value="3.5"' in answer.text
    said(client, send(client, "/cash", "/cash/move", reason="expense", amount="3.5", note="买胶带"))
    for fields, words in (
        ({"reason": "owner_out", "amount": "96.51"}, "钱箱账上没有"),
        ({"reason": "carrier", "amount": "1"}, "哪家快递公司"),
        ({"reason": "carrier", "amount": "1", "carrier": "YTO"}, "账上只欠"),
        ({"reason": "gift", "amount": "1"}, "原因"),
        ({"reason": "owner_in", "amount": "0"}, "大于 0"),
    ):
        answer = send(client, "/cash", "/cash/move", **fields)
        assert answer.status_code == 422 and words in answer.text
    page = said(client, send(client, "/cash", "/cash/2/put-back"))
    assert "请放回钱箱 ￥3.50" in page and "已撤回" in page
    assert send(client, "/cash", "/cash/2/put-back").status_code == 422
    assert balance(station, "drawer") == 100_00
    assert client.get("/prints/slips/1").status_code == 200


def test_compensation_stands_on_the_ticket_and_is_signed_for(client, station):
    answer = send(
        client, "/compensation", "/compensation/new", amount="30", reason="damaged", about_kind="parcel", about_id="9"
    )
    assert answer.status_code in (404, 422)
    answer = send(client, "/compensation", "/compensation/new", amount="30", reason="other", about_kind="")
    assert answer.status_code == 422 and 'value="30"' in answer.text
    page = said(
        client, send(client, "/compensation", "/compensation/new", amount="30", reason="damaged", note="摔坏鸡蛋")
    )
    assert "赔付 ￥30.00 已加入本单" in page
    act(station, cash_moves.move_cash, "owner_in", 30_00)
    said(client, pay(client, 1))
    assert value(station, "SELECT compensation_no FROM compensations").startswith("C")
