"""Bills on the three days, from their biller's answer on: nobody knows, it came, it did not, it waits for tomorrow."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.sync_api import expect

from kiosk.bills import actions
from kiosk.errors import Refused
from kiosk.shifts import PIECES_FEN
from tests.journeys.days import listed
from tests.journeys.days.bill_steps import (
    LINE,
    PDF,
    SENT,
    add,
    back_on,
    base64_of,
    give_back,
    huge_picture,
    last,
    line_of,
    loosen,
    not_back,
    only,
    pay_out,
    received,
    received_api,
    refused_api,
    send_to,
    state,
    submitted,
    submitted_api,
    taken,
    ticket_of,
    void,
    void_refused,
)
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.unhappy_bills import PATHS as LIST

CARD = {"biller": "power-card-demo", "bill_period": ""}
UNKNOWN = "正在办理、结果未确认"


def _nobody_knows(counter: Counter) -> None:
    bill_id = received(counter, "7700000070")
    submitted(counter, bill_id)
    send_to(counter, f"/bills/{bill_id}/fail", "form[action$='/unconfirmed']", reason="rejected", how="app")
    counter.expect_refused("没有回音不等于没缴成")
    counter.go(f"/bills/{bill_id}")
    with counter.page.expect_navigation():
        counter.page.locator("form[action$='/unconfirmed'] button").click()
    counter.expect_said("不会再收")
    counter.go("/bills/new")
    add(counter, "#bill-form", pays_again="1")
    counter.send("#bill-form", biller="power-demo", account_no="7700000070", amount="30", bill_period="2026-11")
    counter.expect_refused(UNKNOWN)
    give_back(counter, ticket_of(counter, bill_id))
    counter.expect_refused(UNKNOWN)
    counter.go(f"/bills/{bill_id}")
    loosen(counter, f"#look-{bill_id}")
    counter.send(f"#look-{bill_id}", "button")
    counter.expect_refused("请选择是怎么查到的")
    counter.send(f"#look-{bill_id}", "button", how="hotline")
    counter.expect_said("结果仍未确认")
    assert state(counter, bill_id) == "unconfirmed"
    counter.send(f"#fail-{bill_id}", "button", how="counter", reason="sent_back")
    with counter.page.expect_navigation():
        counter.page.locator("form[action$='/refund'] button").click()
    anew = taken(counter, "7700000070")
    pay_out(counter)
    assert (state(counter, bill_id), state(counter, anew)) == ("refunded", "received")


def _nobody_knows_api(line: Line) -> None:
    bill_id = received_api(line, "7700000070")
    submitted_api(line, bill_id)
    line.refused(f"/bills/{bill_id}/fail", {"reason": "rejected", "how": "app"}, "bill.look_up_first")
    line.post(f"/bills/{bill_id}/unconfirmed")
    refused_api(line, "bill.under_way", "7700000070", pays_again=True)
    not_back(line, line_of(line, bill_id), "bill.under_way")
    line.refused(f"/bills/{bill_id}/confirm", {"serial_no": "S770004"}, "bill.look_up_unknown")
    assert line.post(f"/bills/{bill_id}/look-up", {"how": "hotline"})["state"] == "unconfirmed"
    line.post(f"/bills/{bill_id}/fail", {"reason": "sent_back", "how": "counter"})
    ticket_id = back_on(line, bill_id)
    anew = line.post(f"/tickets/{ticket_id}/lines", {"lines": [LINE | {"account_no": "7700000070"}]}, status=201)
    assert line.post(f"/tickets/{ticket_id}/settle", {"given_fen": 0})["cash_fen"] == 0
    assert (state(line, bill_id), state(line, anew["lines"][0]["case_id"])) == ("refunded", "received")


def _photo(counter: Counter, form: str, name: str, raw: bytes) -> None:
    counter.page.locator(f"{form} [name=picture]").set_input_files(
        {"name": name, "mimeType": "image/jpeg", "buffer": raw}
    )
    counter.send(form)


def _card(counter: Counter) -> None:
    for account_no in ("7700000080", "7700000081"):
        counter.go("/bills/new")
        counter.send("#bill-form", biller="power-card-demo", account_no=account_no, amount="30")
    second = last(counter)
    first = second - 1
    counter.pay()
    submitted(counter, first)
    form = f"#confirm-{first}"
    counter.send(form)
    counter.expect_refused("没有凭证不能记为已缴成")
    _photo(counter, form, "voucher.jpg", PDF)
    counter.expect_refused("不是能打开的照片")
    _photo(counter, form, "voucher.png", huge_picture())
    counter.expect_refused("照片尺寸太大")
    counter.send(form, serial_no="S770005")
    counter.expect_refused("这是卡表")
    counter.send(form, card_written="0")
    expect(counter.page.locator("dl.facts")).to_contain_text("没有，村民自己去写卡")
    submitted(counter, second)
    form = f"#confirm-{second}"
    counter.send(form, serial_no="S770005", card_written="1")
    counter.expect_refused("一个流水号只对一笔")
    counter.send(form, serial_no="", voucher_no="V770005", card_written="1")
    assert (state(counter, first), state(counter, second)) == ("confirmed", "confirmed")
    give_back(counter, ticket_of(counter, first))
    counter.expect_refused("已到「已缴成」这一步")
    void_refused(counter, ticket_of(counter, first), "已到「已缴成」这一步")


def _card_api(line: Line) -> None:
    lines = [LINE | CARD | {"account_no": number} for number in ("7700000080", "7700000081")]
    ticket = line.new_ticket(*lines)
    line.settle(ticket)
    first, second = (int(added["case_id"]) for added in ticket["lines"])
    submitted_api(line, first)
    submitted_api(line, second)
    line.refused(f"/bills/{first}/confirm", {}, "bill.voucher_missing")
    line.refused(f"/bills/{first}/picture", base64_of(PDF), "picture.unreadable")
    line.refused(f"/bills/{first}/picture", base64_of(huge_picture()), "picture.too_large")
    line.refused(f"/bills/{first}/confirm", {"serial_no": "S770005"}, "bill.card_not_asked")
    line.post(f"/bills/{first}/confirm", {"serial_no": "S770005", "is_card_written": False})
    used = {"serial_no": "S770005", "is_card_written": True}
    line.refused(f"/bills/{second}/confirm", used, "bill.serial_used")
    line.post(f"/bills/{second}/confirm", {"voucher_no": "V770005", "is_card_written": True})
    not_back(line, line_of(line, first), "bill.too_far")
    line.refused(f"/tickets/{ticket['id']}/void", {}, "bill.too_far")


def _erase(road: Counter | Line, bill_id: int) -> None:
    store = road.station.store
    with pytest.raises(Refused) as refused, store.transaction(erasing=True) as tx:
        actions.forget(tx, bill_id, "bill.on_request")
    assert refused.value.code == "bill.still_open"


def _early(counter: Counter) -> None:
    bill_id = received(counter, "7700000090")
    counter.go(f"/bills/{bill_id}")
    send_to(counter, f"/bills/{bill_id}/proof", f"#submit-{bill_id}")
    counter.expect_refused("还没有缴成，不能打缴费凭单")
    void(counter, ticket_of(counter, bill_id))


def _erased(counter: Counter) -> None:
    bill_id = received(counter, "7700000091")
    _erase(counter, bill_id)
    void(counter, ticket_of(counter, bill_id))


def _erased_api(line: Line) -> None:
    bill_id = received_api(line, "7700000091")
    _erase(line, bill_id)
    line.post(f"/tickets/{ticket_of(line, bill_id)}/void", {})


def _inspector(counter: Counter) -> None:
    bill_id = received(counter, "7700000092")
    tries = "SELECT COUNT(*) FROM audit WHERE action = 'bill.unmask_denied'"
    before = counter.value(tries)
    only(counter, "周检查")
    for what in ("submit", "unmask"):
        counter.go(f"/bills/{bill_id}")
        text = counter.page.locator("main").inner_text()
        assert "看完整户号" not in text and "7700000092" not in text
        send_to(counter, f"/bills/{bill_id}/{what}", "form[method=post]")
        expect(counter.page.locator("body")).to_contain_text("没有这项权限")
    assert counter.value(tries) == before + 1
    only(counter, "李柜员")
    void(counter, ticket_of(counter, bill_id))


def _inspector_api(line: Line) -> None:
    bill_id = received_api(line, "7700000092")
    inspector = line.station.program("inspector")
    line.refused(f"/bills/{bill_id}/submit", SENT, "staff.not_allowed", who=inspector)
    assert line.get(f"/bills/{bill_id}", who=inspector)["account"] != "7700000092"
    line.post(f"/tickets/{ticket_of(line, bill_id)}/void", {})


def _pieces(fen: int) -> dict[int, int]:
    """The notes and coins that lie in the drawer when this much is there."""
    found = {}
    for piece_fen in PIECES_FEN:
        found[piece_fen], fen = divmod(fen, piece_fen)
    return found


def _tomorrow(counter: Counter) -> None:
    unsent = received(counter, "7700000093")
    failed = received(counter, "7700000094")
    submitted(counter, failed)
    with counter.page.expect_navigation():
        counter.page.locator("form[action$='/unconfirmed'] button").click()
    counter.send(f"#fail-{failed}", "button", how="counter", reason="wrong_account")
    counter.go("/day")
    with counter.page.expect_navigation():
        counter.page.locator("form[action='/day/count'] button").click()
    pieces = _pieces(counter.balances().get("drawer", 0))
    counter.send("form[data-count]", **{f"piece_{fen}": str(number) for fen, number in pieces.items()})
    expect(counter.page.locator("main")).to_contain_text("会转到明天的事")
    expect(counter.page.locator("main")).to_contain_text("缴费")
    for choice in counter.page.locator("select[name^=seen_reason_]").all():
        choice.select_option("not_looked")
    if counter.page.locator("form[id^=close-form] [name=reason]").count():
        counter.fill("form[id^=close-form]", reason="unexplained")
    counter.send("form[id^=close-form]")
    counter.expect_said("已日结")
    for bill_id in (unsent, failed):
        give_back(counter, ticket_of(counter, bill_id))
    pay_out(counter)
    assert (state(counter, unsent), state(counter, failed)) == ("refunded", "refunded")
    assert counter.value("SELECT refunded_on > received_on FROM bills WHERE id = ?", failed) == 1


def _tomorrow_api(line: Line) -> None:
    unsent = received_api(line, "7700000093")
    failed = received_api(line, "7700000094")
    submitted_api(line, failed)
    line.post(f"/bills/{failed}/unconfirmed")
    line.post(f"/bills/{failed}/fail", {"reason": "wrong_account", "how": "counter"})
    pieces = {str(fen): number for fen, number in _pieces(line.balances().get("drawer", 0)).items()}
    closed = line.post("/days/close", {"pieces": pieces})
    assert closed["stays_open"]["bills"] >= 2
    ticket_id = back_on(line, unsent)
    line.post(f"/tickets/{back_on(line, failed, ticket_id)}/settle", {"given_fen": 0})
    assert (state(line, unsent), state(line, failed)) == ("refunded", "refunded")
    assert line.value("SELECT refunded_on > received_on FROM bills WHERE id = ?", failed) == 1


def _without_coins(stands: Mapping[str, int]) -> dict[str, int]:
    """What is less than the smallest coin can't lie in the drawer: the count is short of it."""
    short_fen = stands["drawer"] % PIECES_FEN[-1]
    return {"drawer": -short_fen, "over_short": short_fen}


PATHS = (
    listed(LIST, "bill-time-out", _nobody_knows, _nobody_knows_api, {"drawer": 30_00, "held_for_bills": -30_00},
           also=("bill-failed-unlooked", "bill-again-while-unknown", "bill-refund-while-unknown", "bill-how-missing",
                 "bill-still-unknown", "bill-failed-anew")),
    listed(LIST, "bill-no-voucher", _card, _card_api, {"drawer": 60_00, "wechat": -60_00},
           also=("bill-not-a-photo", "bill-photo-huge", "bill-card-not-asked", "bill-card-not-written", "bill-serial-used",
                 "bill-confirmed-void", "bill-confirmed-refund")),
    listed(LIST, "bill-proof-early", _early, None, because="proofs are printed at the counter only"),
    listed(LIST, "bill-erase-open", _erased, _erased_api),
    listed(LIST, "bill-inspector", _inspector, _inspector_api),
    listed(LIST, "bill-day-closed", _tomorrow, _tomorrow_api, _without_coins, also=("bill-failed-refund",), day=3),
)  # fmt: skip
