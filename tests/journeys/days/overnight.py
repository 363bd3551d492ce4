"""What a closed day leaves behind: a ticket that meets another list in the morning, a courier's list of yesterday, cash on
delivery that somebody wants back. One night serves the three of them."""

from __future__ import annotations

from datetime import date, timedelta

from tests.journeys.days import listed
from tests.journeys.days.cod import COD_FEN, arrived, arrived_api, ask, asked_api
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import body_of_pieces, count
from tests.journeys.days.fees import ITEMS, day_of, given, given_api, items
from tests.journeys.days.line import Line
from tests.journeys.days.outbound import FREIGHT_FEN, LINE, sent, sent_api, written
from tests.journeys.unhappy_fees import PATHS as LIST

WAYBILL = "YT7460266600321"
FEE_FEN = 1_00
MOVES = {
    "drawer": COD_FEN + 2 * FREIGHT_FEN + FEE_FEN, "owed_to_carriers": -COD_FEN - 2 * FREIGHT_FEN,
    "fee_income": -FEE_FEN,
}  # fmt: skip


def _tomorrow(road: Counter | Line) -> str:
    return (date.fromisoformat(day_of(road)) + timedelta(days=1)).isoformat()


def _close(counter: Counter) -> None:
    """The drawer is counted exactly; what came by a wallet was not looked at."""
    count(counter, counter.balances()["drawer"])
    for field in counter.page.locator("select[name^=seen_reason_]").all():
        field.select_option(index=1)
    counter.send("form[id^=close-form]")


def _night(counter: Counter) -> None:
    arrived(counter, "YT7460266600281", "0281")
    ask(counter, "0281")
    collected = counter.ticket_id()
    counter.pay()
    parcel = sent(counter)
    counter.go(f"/outbound/{parcel}")
    counter.send("form[id^=waybill-form]", "button", waybill_no=WAYBILL)
    counter.go("/outbound/manifest")
    counter.press("圆通速递")
    counter.send(f"form:has(input[name=outbound_id][value='{parcel}'])", "button >> nth=0")
    counter.send("form[id^=give-form]", courier="周师傅")
    listed_id = counter.value("SELECT MAX(id) FROM outbound_manifests WHERE state = 'given'")
    written(counter)
    given(counter, _tomorrow(counter), *items("1.00"))
    _close(counter)

    counter.pay()
    counter.expect_refused("按旧价目算的，价目已更新")
    counter.press("按现行公示价重新计算")
    counter.pay()
    counter.go(f"/outbound/manifests/{listed_id}")
    counter.page.locator("summary", has_text="快递员没拿走").click()
    counter.press("撤销这次交接")
    counter.expect_refused("不能撤销；没有改动")
    counter.go(f"/tickets/{collected}")
    counter.page.locator("#give-back [name=line]").first.check(force=True)
    counter.page.locator("#refund summary").click()
    counter.press("把勾选的退款加入本单")
    counter.expect_refused("是替快递公司收的，快件已经取走，本站不能退")
    assert counter.total() == 0
    given(counter, day_of(counter), *ITEMS)


def _night_api(line: Line) -> None:
    collected = asked_api(line, arrived_api(line, "YT7460266600281"))
    line.settle(collected)
    parcel = sent_api(line)
    line.post(f"/outbound/{parcel}/waybill", {"waybill_no": WAYBILL})
    begun = line.post("/outbound/manifests", {"carrier": "YTO"}, status=201)
    place = f"/outbound/manifests/{begun['id']}"
    line.post(f"{place}/parcels", {"outbound_id": parcel})
    line.post(f"{place}/give", {"courier": "周师傅"})
    carried = line.new_ticket(LINE)
    given_api(line, _tomorrow(line), *items("1.00"))
    line.post("/days/close", {"pieces": body_of_pieces(line.balances()["drawer"])})

    exact = {"given_fen": carried["total_fen"]}
    line.refused(f"/tickets/{carried['id']}/settle", exact, "ticket.fees_changed")
    again = line.post(f"/tickets/{carried['id']}/requote", {})
    line.settle(again)
    line.refused(f"{place}/take-back", {}, "manifest.other_day")
    back = line.new_ticket()
    asked = {"line_ids": [collected["lines"][0]["id"]]}
    line.refused(f"/tickets/{back['id']}/refund", asked, "parcel.collected")
    line.post(f"/tickets/{back['id']}/void", {})
    given_api(line, day_of(line), *ITEMS)


PATHS = (
    listed(LIST, "fee-overnight", _night, _night_api, MOVES, day=2, also=("courier-yesterday", "cod-refund-later")),
)
