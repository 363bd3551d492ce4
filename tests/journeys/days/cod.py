"""Cash on delivery on the three days: nothing leaves unpaid, and what was paid stands owed to its carrier. What goes wrong
with the amount itself has a module of its own (``cod_2``)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import forced
from tests.journeys.days.line import Line
from tests.journeys.unhappy_cod import PATHS as LIST
from tests.web.counter import arrive

COD_FEN = 120_00
MOVES = {"drawer": COD_FEN, "owed_to_carriers": -COD_FEN}


def arrived(counter: Counter, waybill: str, tail: str, cod_fen: int = COD_FEN) -> int:
    """A parcel that came with its carrier's money to collect."""
    return arrive(counter.station, waybill, phone=tail, name_hint="", cod_fen=cod_fen, print_mode="never")


def _typed_in(counter: Counter, waybill: str, tail: str) -> int:
    counter.go("/intake")
    counter.send("#begin-form", carrier="YTO", print_mode="never")
    counter.page.locator("summary", has_text="手工输入").click()
    counter.send("#typed-form", "button", waybill_no=waybill, phone=tail, cod="120")
    counter.press("本批结束")
    return int(counter.value("SELECT MAX(id) FROM parcels"))


def ask(counter: Counter, tail: str) -> None:
    """Whoever reports this tail wants everything they have here."""
    counter.go(f"/find?q={tail}")
    counter.press("勾选的一起出库")


def take_off(counter: Counter) -> None:
    counter.go("/ticket")
    counter.press("去掉")


def arrived_api(line: Line, waybill: str, cod_fen: int = COD_FEN, **more: Any) -> int:
    body = {"waybill_no": waybill, "cod_fen": cod_fen, "print_mode": "never"}
    return int(line.post("/parcels", body | more, status=201)["id"])


def asked_api(line: Line, parcel_id: int, **more: Any) -> Any:
    """A ticket on which its money waits."""
    return line.new_ticket({"service": "cod", "parcel_id": parcel_id, "method": "code"} | more)


def take_off_api(line: Line, ticket: Any) -> None:
    line.post(f"/tickets/{ticket['id']}/lines/{ticket['lines'][0]['id']}/remove", {})


def state(road: Counter | Line, parcel_id: int) -> str:
    return str(road.value("SELECT state FROM parcels WHERE id = ?", parcel_id))


def _unpaid(counter: Counter) -> None:
    parcel_id = _typed_in(counter, "YT7460266600201", "0201")
    ask(counter, "0201")
    counter.expect_said("要先收代收款")
    assert state(counter, parcel_id) == "on_shelf"
    ask(counter, "0201")
    expect(counter.page.locator("main")).to_contain_text("的代收款正在单")
    counter.pay("100")
    counter.expect_refused("还差 ￥20.00")
    assert state(counter, parcel_id) == "on_shelf"
    counter.pay("120")
    assert state(counter, parcel_id) == "handed_over"
    counter.go("/find?q=YT7460266600201")
    expect(counter.page.locator(".gone")).to_contain_text("已被取走")
    assert counter.page.locator("[data-enter]").count() == 0, "what has left is not offered again"
    answer = forced(counter, "/hand-over", parcel_id=parcel_id, method="waybill", who="self")
    assert "已被取走" in answer.text


def _unpaid_api(line: Line) -> None:
    parcel_id = arrived_api(line, "YT7460266600201")
    line.refused(f"/parcels/{parcel_id}/hand-over", {"method": "code"}, "parcel.unpaid")
    ticket = asked_api(line, parcel_id)
    again = {"lines": [{"service": "cod", "parcel_id": parcel_id, "method": "code"}]}
    line.refused("/tickets", again, "parcel.on_ticket")
    line.refused(f"/tickets/{ticket['id']}/settle", {"given_fen": 100_00}, "ticket.cash_short")
    assert state(line, parcel_id) == "on_shelf"
    line.settle(ticket)
    assert state(line, parcel_id) == "handed_over"
    line.refused(f"/parcels/{parcel_id}/hand-over", {"method": "code"}, "parcel.already_handed_over")
    line.refused("/tickets", again, "parcel.already_handed_over")


def _scanned(counter: Counter) -> None:
    parcel_id = arrived(counter, "YT7460266600211", "0211")
    counter.go("/find")
    counter.press("直接出库")
    counter.expect_said("直接出库")
    counter.scan("YT7460266600211")
    counter.page.wait_for_url("**/ticket*")
    expect(counter.page.locator("main")).to_contain_text("￥120.00")
    assert state(counter, parcel_id) == "on_shelf"
    counter.scan("~CMD:undo")
    expect(counter.page.locator("#said .words").first).to_contain_text("已从本单去掉代收款")
    assert state(counter, parcel_id) == "on_shelf" and counter.total() == 0
    forced(counter, "/hand-over/mode", mode="home")


def _scanned_api(line: Line) -> None:
    parcel_id = arrived_api(line, "YT7460266600211")
    line.refused(f"/parcels/{parcel_id}/hand-over", {"method": "waybill"}, "parcel.unpaid")
    take_off_api(line, asked_api(line, parcel_id, method="waybill"))
    assert state(line, parcel_id) == "on_shelf"


def _several(counter: Counter) -> None:
    costs, free = arrived(counter, "YT7460266600221", "0221"), arrived(counter, "YT7460266600222", "0221", 0)
    ask(counter, "0221")
    counter.expect_said("出库 1 件，1 件要先收代收款")
    assert (state(counter, costs), state(counter, free)) == ("on_shelf", "handed_over")
    assert counter.total() == COD_FEN, "what costs nothing leaves without a sum on the ticket"
    take_off(counter)
    assert state(counter, costs) == "on_shelf"


def _several_api(line: Line) -> None:
    costs, free = arrived_api(line, "YT7460266600221"), arrived_api(line, "YT7460266600222", 0)
    none = {"lines": [{"service": "cod", "parcel_id": free, "method": "code"}]}
    line.refused("/tickets", none, "cod.nothing")
    done = line.post("/parcels/hand-over", {"parcel_ids": [costs, free], "method": "code"})["items"]
    assert [(one["is_done"], one["code"]) for one in done] == [(False, "parcel.unpaid"), (True, done[1]["code"])]
    assert (state(line, costs), state(line, free)) == ("on_shelf", "handed_over")
    take_off_api(line, asked_api(line, costs))
    assert state(line, costs) == "on_shelf"


def _proxy(counter: Counter) -> None:
    parcel_id = arrived(counter, "YT7460266600231", "0231")
    counter.go("/find?q=0231")
    counter.send("form.person", "[data-enter]", who="another", collected_by="孙二", relation="neighbour")
    assert state(counter, parcel_id) == "on_shelf"
    counter.pay()
    assert state(counter, parcel_id) == "handed_over"
    counter.go(f"/parcels/{parcel_id}")
    expect(counter.page.locator(".story")).to_contain_text("邻居")


def _proxy_api(line: Line) -> None:
    parcel_id = arrived_api(line, "YT7460266600231")
    how = {"method": "proxy_pickup", "collected_by": "孙二", "relation": "neighbour"}
    line.settle(asked_api(line, parcel_id, **how))
    assert state(line, parcel_id) == "handed_over"
    left = [
        event["how"] for event in line.get(f"/parcels/{parcel_id}/events")["items"] if event["kind"] == "handed_over"
    ]
    assert "邻居" in left[-1]
    kept = "SELECT COUNT(*) FROM vault WHERE case_kind = 'parcel' AND case_id = ? AND field = 'collected_by'"
    assert line.value(kept, parcel_id) == 1


def _problem(counter: Counter) -> None:
    parcel_id = arrived(counter, "YT7460266600241", "0241")
    ask(counter, "0241")
    counter.go(f"/parcels/{parcel_id}")
    counter.page.locator("summary", has_text="问题件 / 待退").click()
    counter.press("登记为问题件")
    counter.pay()
    counter.expect_refused("问题件")
    assert state(counter, parcel_id) == "problem"
    take_off(counter)
    counter.go("/find?q=0241")
    counter.send("form.person", f"button[name=only][value='{parcel_id}']")
    expect(counter.page.locator(".results")).to_contain_text("问题件")
    assert state(counter, parcel_id) == "problem" and counter.total() == 0


def _problem_api(line: Line) -> None:
    parcel_id = arrived_api(line, "YT7460266600241")
    ticket = asked_api(line, parcel_id)
    line.post(f"/parcels/{parcel_id}/set-aside", {"state": "problem", "reason": "damaged"})
    exact = {"given_fen": COD_FEN}
    line.refused(f"/tickets/{ticket['id']}/settle", exact, "parcel.is_problem")
    take_off_api(line, ticket)
    again = {"lines": [{"service": "cod", "parcel_id": parcel_id, "method": "code"}]}
    line.refused("/tickets", again, "parcel.is_problem")
    assert state(line, parcel_id) == "problem"


def _void(counter: Counter) -> None:
    parcel_id = arrived(counter, "YT7460266600202", "0202")
    ask(counter, "0202")
    ticket_id = counter.ticket_id()
    counter.pay()
    counter.go(f"/parcels/{parcel_id}")
    counter.press("撤销出库")
    counter.expect_refused("作废退款，快件会同时回到货架")
    counter.page.locator("a.button", has_text="打开收据").click()
    counter.page.wait_for_url(f"**/tickets/{ticket_id}")
    counter.page.locator("#void summary").click()
    counter.press("录错了")
    assert state(counter, parcel_id) == "on_shelf"


def _void_api(line: Line) -> None:
    parcel_id = arrived_api(line, "YT7460266600202")
    ticket = asked_api(line, parcel_id)
    line.settle(ticket)
    line.refused(f"/parcels/{parcel_id}/undo", {}, "undo.paid_for")
    line.post(f"/tickets/{ticket['id']}/void", {})
    assert state(line, parcel_id) == "on_shelf"


PATHS = (
    listed(LIST, "cod-unpaid", _unpaid, _unpaid_api, MOVES,
           also=("cod-asked-twice", "cod-short", "cod-second-pickup")),
    listed(LIST, "cod-unpaid-scan", _scanned, _scanned_api, also=("cod-undo-before",)),
    listed(LIST, "cod-unpaid-several", _several, _several_api, also=("cod-not-wanted", "cod-nothing")),
    listed(LIST, "cod-proxy", _proxy, _proxy_api, MOVES),
    listed(LIST, "cod-problem", _problem, _problem_api, also=("cod-problem-later",)),
    listed(LIST, "cod-void", _void, _void_api, also=("cod-undo-after",), day=2),
)  # fmt: skip
