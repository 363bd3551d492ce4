"""Convenience services on the three days: what the county's list and the bank's rules say, what is erased, who may look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from kiosk import settings
from kiosk.conveniences import erasure, services
from kiosk.errors import ConfigurationError, Refused
from kiosk.retention.terms import CLINIC as CLINIC_TERM
from tests.journeys.days import listed
from tests.journeys.days.bill_steps import listed_instead, only, pay_out, send_to, ticket_of, void
from tests.journeys.days.conveniences import CASE, TRAIN, asked, begun, last, refused_api, settled_api, state, typed
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.unhappy_conveniences import PATHS as LIST
from tests.services.convenience_bench import in_days

CLINIC = {"hospital": "县医院", "department": "眼科", "visit_on": in_days(1), "half_day": "上午", "patient": "欧阳"}
LOAN = {
    "bank": "农信社", "product": "惠农贷", "amount_range": "1–5 万元", "person": "钱大妈", "phone": "17700007702",
}  # fmt: skip
CASH = {
    "bank": "农商行", "terminal": "T-7701", "amount": "1000", "card_last4": "7701", "slip_no": "770001", "id_shown": "1",
}  # fmt: skip
CASH_FORM: dict[str, str | bool] = CASH | {"id_shown": True}
#: The county's own list: it offers no more to print.
NO_PRINT = """
[[services]]
code = "print"
name = "打印复印"
kind = "other"
is_offered = false

[[services.fields]]
code = "pages"
label = "页数"
type = "count"
"""
WRONG = NO_PRINT.replace('type = "count"', 'type = "number"')


@contextmanager
def contract(road: Counter | Line) -> Iterator[None]:
    """The station has been started with the number of its contract with a bank in its settings, for a while."""
    store = road.station.store
    path, before = Path(store.state) / "station.toml", store.settings
    text = path.read_text("utf-8")
    path.write_text(text + '\n[conveniences]\nbank_contract = "农商〔2026〕77号"\n', "utf-8")
    store.settings = settings.load(store.state)
    try:
        yield
    finally:
        path.write_text(text, "utf-8")
        store.settings = before


def _county(road: Counter | Line) -> None:
    with pytest.raises(ConfigurationError) as wrong, road.station.store.reading() as db:
        services.services(db)
    assert str(wrong.value.facts["file"]).endswith("conveniences.toml")
    assert wrong.value.facts["key"] == "services[1].fields[1].type"


def _gone(counter: Counter) -> None:
    counter.go("/conveniences/new/print")
    with listed_instead(counter, "conveniences.toml", NO_PRINT):
        with counter.page.expect_response("**/conveniences/new/print") as answered:
            typed_only(counter)
        assert answered.value.status == 422
        expect(counter.page.locator("main")).to_contain_text("没有「print」这项便民服务")
    with listed_instead(counter, "conveniences.toml", WRONG):
        _county(counter)
        counter.go("/conveniences")
        expect(counter.page.locator("main")).to_contain_text("services[1].fields[1].type")
    counter.go("/conveniences/new/print")
    expect(counter.page.locator("main h1")).to_contain_text("打印复印")


def typed_only(counter: Counter) -> None:
    """The open page of what can be printed is filled in and sent."""
    form = counter.fill("#convenience-print", f_what="打印", f_pages="2")
    form.locator("button.main").click()


def _gone_api(line: Line) -> None:
    with listed_instead(line, "conveniences.toml", NO_PRINT):
        refused_api(line, asked("print", what="打印", pages=2), "convenience.service_unknown")
    with listed_instead(line, "conveniences.toml", WRONG):
        _county(line)
        assert line.operator.get("/conveniences/services").status_code == 500
    assert "print" in [one["code"] for one in line.get("/conveniences/services")["items"]]


def _cash(counter: Counter) -> None:
    counter.go("/conveniences/new/withdrawal")
    expect(counter.page.locator("main")).to_contain_text("要先有与银行的合作协议")
    with contract(counter):
        counter.go("/conveniences/new/withdrawal")
        typed(counter, "withdrawal", **CASH_FORM | {"amount": "305"})
        counter.expect_refused("整倍数")
        typed(counter, "withdrawal", amount="1000", id_shown=False)
        counter.expect_refused("请先确认「本人出示了证件」")
        typed(counter, "withdrawal", id_shown=True)
        case_id = last(counter)
        pay_out(counter)
        counter.expect_refused("钱箱账上没有 ￥1000.00 可付")
        assert state(counter, case_id) == "recorded"
        counter.go("/conveniences/new/withdrawal")
        typed(counter, "withdrawal", **CASH_FORM | {"amount": "10", "card_last4": "7702"})
        counter.expect_refused("这张凭条已登记为便民服务")
        typed(counter, "withdrawal", slip_no="770002", card_last4="7701")
        counter.expect_refused("同一张卡一天最多 ￥1000.00")
        counter.go("/ticket")
        counter.press("去掉")
    assert state(counter, case_id) == "cancelled"


def _cash_api(line: Line) -> None:
    refused_api(line, asked("withdrawal", **CASH), "convenience.no_contract")
    with contract(line):
        refused_api(line, asked("withdrawal", **CASH | {"amount": "305"}), "convenience.field_wrong")
        refused_api(line, asked("withdrawal", **CASH | {"id_shown": ""}), "convenience.field_missing")
        ticket = line.new_ticket(asked("withdrawal", **CASH))
        line.refused(f"/tickets/{ticket['id']}/settle", {"given_fen": 0}, "drawer.too_little")
        assert state(line, ticket["lines"][0]["case_id"]) == "recorded"
        twice = asked("withdrawal", **CASH | {"amount": "10", "card_last4": "7702"})
        refused_api(line, twice, "convenience.already_recorded")
        refused_api(
            line, asked("withdrawal", **CASH | {"amount": "10", "slip_no": "770002"}), "convenience.over_day_limit"
        )
        line.post(f"/tickets/{ticket['id']}/void", {})
    assert state(line, ticket["lines"][0]["case_id"]) == "cancelled"


def _free(counter: Counter) -> None:
    counter.go("/conveniences/new/clinic")
    typed(counter, "clinic", **CLINIC)
    counter.expect_refused("要村民单独同意")
    loan = begun(counter, "loan", **LOAN)
    pay_out(counter)
    counter.go(f"/conveniences/{loan}")
    counter.press("村民不要了，取消")
    counter.expect_said("没有收过钱")
    assert state(counter, loan) == "cancelled"


def _free_api(line: Line) -> None:
    refused_api(line, asked("clinic", **CLINIC), "convenience.consent_missing")
    loan = settled_api(line, asked("loan", **LOAN))
    assert line.post(f"/conveniences/{loan}/drop")["state"] == "cancelled"


def _erase(road: Counter | Line, case_id: int) -> None:
    with road.station.store.transaction(erasing=True) as tx:
        erasure.forget(tx, case_id, f"term.{CLINIC_TERM}")


def _erased(counter: Counter) -> None:
    clinic = begun(counter, "clinic", consent=True, **CLINIC)
    pay_out(counter)
    counter.go(f"/conveniences/{clinic}")
    _erase(counter, clinic)
    with counter.page.expect_navigation():
        counter.page.locator("form[action$='/print'] button").click()
    counter.expect_refused("内容已按规定删除")
    assert "眼科" not in counter.page.locator("main").inner_text()
    counter.press("村民不要了，取消")


def _too_early(road: Counter | Line, case_id: int) -> None:
    with pytest.raises(Refused) as refused:
        _erase(road, case_id)
    assert refused.value.code == "convenience.still_open"


def _open(counter: Counter) -> None:
    """An inspector looks at the same case."""
    case_id = begun(counter, "train", **TRAIN)
    counter.pay()
    _too_early(counter, case_id)
    tries = "SELECT COUNT(*) FROM audit WHERE action = 'convenience.unmask_denied'"
    before = counter.value(tries)
    only(counter, "周检查")
    counter.go(f"/conveniences/{case_id}")
    text = counter.page.locator("main").inner_text()
    assert "看完整内容" not in text and "钱大妈" not in text
    send_to(counter, f"/conveniences/{case_id}/unmask", "form[method=post]")
    expect(counter.page.locator("body")).to_contain_text("没有这项权限")
    assert counter.value(tries) == before + 1
    only(counter, "李柜员")
    void(counter, ticket_of(counter, case_id, CASE))


def _open_api(line: Line) -> None:
    case_id = settled_api(line, asked("train", **TRAIN))
    _too_early(line, case_id)
    inspector: Any = line.station.program("inspector")
    assert "钱大妈" not in str(line.get(f"/conveniences/{case_id}", who=inspector))
    line.refused(f"/conveniences/{case_id}/drop", {}, "staff.not_allowed", who=inspector)
    line.post(f"/tickets/{ticket_of(line, case_id, CASE)}/void", {})


PATHS = (
    listed(LIST, "conv-unknown", _gone, _gone_api, also=("conv-county-wrong",)),
    listed(LIST, "conv-no-contract", _cash, _cash_api,
           also=("conv-cash-odd", "conv-cash-no-id", "conv-cash-drawer", "conv-cash-slip-twice", "conv-cash-limit")),
    listed(LIST, "conv-no-consent", _free, _free_api, also=("conv-drop-free",)),
    listed(LIST, "conv-erased", _erased, None, because="slips are printed at the counter only"),
    listed(LIST, "conv-erase-open", _open, _open_api, also=("conv-inspector",)),
)  # fmt: skip
