"""The ledgers on the three days: questions that cannot be answered, files that leave and are remembered, and rows that change
after they were taken out."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openpyxl
from playwright.sync_api import expect

from kiosk.parcels import erasure
from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import api_bill, bill, date_on, only
from tests.journeys.days.line import Line
from tests.journeys.unhappy_ledgers import PATHS as LIST

FORMULA = "=cmd|'/C calc'!A0"
#: What it costs, and the fee of three in a hundred.
PRICE_FEN, FEE_FEN = 100_00, 3_00
QUESTIONS = (
    ("from=2026-02-30", "真有这一天", "request.invalid"),
    ("from=2026-03-01&to=2026-02-01", "请对调", "ledger.dates_reversed"),
    ("from=2020-01-01&to=2026-01-01", "一次最多看或导出一年", "ledger.range_too_long"),
    ("state=nothing", "这本台账没有", "ledger.state_unknown"),
    ("tail=123", "手机尾号是 4 位数字", ""),
    (f"text={'整句话' * 14}", "最多 40 个字", ""),
    ("month=2026-13", "真有这一天", "ledger.dates_unreadable"),
)


def _year() -> dict[str, str]:
    return {"from": date_on(-360), "to": date_on(5)}


def _count(road: Counter | Line, action: str = "ledger.exported") -> int:
    return int(road.value("SELECT COUNT(*) FROM audit WHERE action = ?", action))


def _take(counter: Counter, form: str, *, button: str = "csv", **query: str) -> bytes:
    """The file of this ledger, as a browser keeps it."""
    counter.go(f"/ledgers/{form}?" + "&".join(f"{name}={value}" for name, value in query.items()))
    with counter.page.expect_download() as coming:
        counter.page.locator(f"form[action$='/export'] button[value={button}]").click()
    return coming.value.path().read_bytes()


def _file(line: Line, form: str, **query: str) -> bytes:
    answer = line.operator.get(f"/ledgers/{form}", **{"format": "csv"} | query)
    assert answer.status_code == 200, answer.text
    return answer.content


def _rows(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def _questions(counter: Counter) -> None:
    for query, words, _code in QUESTIONS:
        counter.go(f"/ledgers/F5?{query}")
        counter.expect_refused(words)
        expect(counter.page.locator(".ledger-sums")).to_be_visible()
    answer = counter.page.goto("/ledgers/F99")
    assert answer is not None and answer.status == 404


def _asked(line: Line, query: str, code: str, who: Any = None) -> None:
    answer = (who or line.operator).get(f"/ledgers/{query}")
    assert answer.status_code >= 400 and answer.json()["code"] == code, answer.text


def _questions_api(line: Line) -> None:
    for query, _words, code in QUESTIONS:
        if code:
            _asked(line, f"F5?{query}", code)
    # What has a form in the published document is refused before the trade is asked.
    _asked(line, "F5?phone_tail=123", "request.invalid")
    _asked(line, f"F5?text={'整句话' * 14}", "request.invalid")
    _asked(line, "F99", "ledger.unknown")


def _empty(counter: Counter) -> None:
    before = _count(counter)
    file = _take(counter, "F6", **{"from": "2025-02-01", "to": "2025-02-28"})
    assert "0 行" in counter.page.locator(".ledger-sums").inner_text()
    assert len(_rows(file)) == 2 and _count(counter) == before + 1


def _empty_api(line: Line) -> None:
    before = _count(line)
    assert line.get("/ledgers/F6", month="2025-02")["totals"]["rows"] == 0
    assert len(_rows(_file(line, "F6", month="2025-02"))) == 2 and _count(line) == before + 1


def _bare(counter: Counter) -> None:
    before = _count(counter, "ledger.export_denied")
    only(counter, "周检查")
    counter.go("/ledgers/F5")
    assert counter.page.locator("[name=full]").count() == 0
    form = counter.page.locator("form[action$='/export']").first
    form.evaluate("form => form.insertAdjacentHTML('beforeend', '<input type=hidden name=full value=1>')")
    form.evaluate("form => form.removeAttribute('data-file')")
    with counter.page.expect_navigation():
        form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    expect(counter.page.locator("body")).to_contain_text("没有这项权限")
    assert _count(counter, "ledger.export_denied") == before + 1
    only(counter, "李柜员")


def _bare_api(line: Line) -> None:
    before = _count(line, "ledger.export_denied")
    _asked(line, "F5?format=csv&in_full=true", "staff.not_allowed", line.station.program("inspector"))
    assert _count(line, "ledger.export_denied") == before + 1


def _courier_api(line: Line) -> None:
    _asked(line, "F5", "staff.not_allowed", line.station.program("courier"))


def _formula(counter: Counter) -> None:
    counter.go("/purchases/new")
    counter.send(
        "#purchase-form", "button[value=ticket]", item_name=FORMULA, amount="100", customer_name="赵大嫂",
        phone="19977010202",
    )  # fmt: skip
    counter.pay()
    _never_a_formula(_take(counter, "F3"), _take(counter, "F3", button="xlsx"))


def _formula_api(line: Line) -> None:
    wish = {"service": "purchase", "item_name": FORMULA, "amount_fen": PRICE_FEN, "paid_by": "customer"}
    line.settle(line.new_ticket(wish))
    _never_a_formula(_file(line, "F3"), _file(line, "F3", format="xlsx"))


def _never_a_formula(comma: bytes, sheet: bytes) -> None:
    assert any("'" + FORMULA in row for row in _rows(comma))
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(sheet)).active.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == FORMULA] == ["s"]


def _erase(road: Counter | Line, parcel_id: int) -> None:
    with road.station.store.transaction(erasing=True) as tx:
        erasure.erase_person(tx, parcel_id, "retention")


def _gone(counter: Counter) -> None:
    counter.go("/intake")
    counter.send("#begin-form", carrier="YTO", print_mode="never")
    counter.page.locator("summary", has_text="手工输入").click()
    counter.send("#typed-form", "button", waybill_no="YT7701266600201", phone="19977010201")
    counter.press("本批结束")
    parcel_id = int(counter.value("SELECT MAX(id) FROM parcels"))
    counter.go("/ledgers/F5?tail=0201")
    expect(counter.page.locator("main")).to_contain_text("199****0201")
    counter.go("/find?q=YT7701266600201")
    counter.press("出库")
    assert counter.value("SELECT state FROM parcels WHERE id = ?", parcel_id) == "handed_over"
    _erase(counter, parcel_id)
    counter.go("/ledgers/F5?state=handed_over")
    row = counter.page.locator("tr", has=counter.page.locator(f"a[href='/parcels/{parcel_id}']"))
    expect(row).to_contain_text("已删除")
    assert "0201" not in row.inner_text()


def _gone_api(line: Line) -> None:
    parcel = line.post(
        "/parcels", {"waybill_no": "YT7701266600201", "phone": "19977010201", "print_mode": "never"}, status=201
    )
    line.post(f"/parcels/{parcel['id']}/hand-over", {"method": "code"})
    _erase(line, parcel["id"])
    row = next(one for one in line.get("/ledgers/F5", limit=200)["items"] if one["key"] == parcel["id"])
    assert row["phone"] == "已删除" and row["state"] == "handed_over"


def _voided(counter: Counter) -> None:
    bill(counter, "7701000001", "40")
    ticket_id = counter.value("SELECT MAX(id) FROM tickets")
    first = _rows(_take(counter, "F6"))
    counter.go(f"/tickets/{ticket_id}")
    counter.page.locator("#void summary").click()
    counter.press("录错了")
    _changed(first, _rows(_take(counter, "F6")))


def _voided_api(line: Line) -> None:
    ticket_id = api_bill(line, "7701000001", 40_00)
    first = _rows(_file(line, "F6"))
    line.post(f"/tickets/{ticket_id}/void", {})
    _changed(first, _rows(_file(line, "F6")))


def _changed(first: list[list[str]], second: list[list[str]]) -> None:
    """One row says now how the bill ended; no row is gone, and nothing else is another."""
    assert len(second) == len(first)
    differ = [(was, row) for was, row in zip(first[1:-1], second[1:-1], strict=True) if was != row]
    assert len(differ) == 1
    assert "已收款，待缴" in differ[0][0] and "已退款" in differ[0][1]


def _serving(counter: Counter) -> None:
    before = _count(counter)
    form, take = "form[action$='/export']", "button[value=xlsx]"
    first, second = counter.page, counter.page.context.new_page()
    for page in (first, second):
        page.goto("/ledgers/F5?" + "&".join(f"{name}={value}" for name, value in _year().items()))
    with first.expect_download() as one, second.expect_download() as other:
        first.locator(f"{form} {take}").click(no_wait_after=True)
        second.locator(f"{form} {take}").click(no_wait_after=True)
        third = counter.page = first.context.new_page()
        bill(counter, "7701000002", "40")
        third.close()
    assert one.value.path().stat().st_size and other.value.path().stat().st_size
    second.close()
    counter.page = first
    assert _count(counter) == before + 2


def _serving_api(line: Line) -> None:
    before = _count(line)
    programs = [line.station.program("operator") for _ in range(2)]
    query = _year() | {"format": "xlsx"}
    with ThreadPoolExecutor(2) as both:
        taken = [both.submit(program.get, "/ledgers/F5", **query) for program in programs]
        api_bill(line, "7701000002", 40_00)
    assert [one.result().status_code for one in taken] == [200, 200]
    assert _count(line) == before + 2


PATHS = (
    listed(LIST, "ledger-no-such-day", _questions, _questions_api,
           also=("ledger-reversed", "ledger-too-long", "ledger-state", "ledger-tail", "ledger-text", "ledger-unknown")),
    listed(LIST, "ledger-empty", _empty, _empty_api),
    listed(LIST, "ledger-bare-inspector", _bare, _bare_api),
    listed(LIST, "ledger-bare-courier", None, _courier_api, because="a courier has a handheld and no log-in"),
    listed(LIST, "ledger-formula", _formula, _formula_api,
           {"drawer": PRICE_FEN + FEE_FEN, "held_for_purchases": -PRICE_FEN, "fee_income": -FEE_FEN}),
    listed(LIST, "ledger-erased", _gone, _gone_api),
    listed(LIST, "ledger-voided", _voided, _voided_api),
    listed(LIST, "ledger-while-serving", _serving, _serving_api, {"drawer": 40_00, "held_for_bills": -40_00},
           also=("ledger-second-export",)),
)  # fmt: skip
