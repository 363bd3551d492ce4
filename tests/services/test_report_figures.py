"""What a 笔 is by each rule, who was served, what registers and platforms give, and that it all adds up."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from kiosk import registers
from kiosk.counter.check_in import check_in
from kiosk.counter.consignment_online import refund_online, sell_online
from kiosk.counter.hand_over import hand_over
from kiosk.counter.open_day import open_day
from kiosk.counter.undo import undo_parcel
from kiosk.purchases import changes
from kiosk.registers import Typed, actions
from kiosk.registers.actions import withdraw
from kiosk.reports import definitions, sums
from kiosk.reports.corrections import RowChange
from kiosk.reports.counting import COUNTING_WORDS, RULES
from kiosk.reports.counts import COUNTERS, persons_served
from kiosk.reports.model import COUNT_COLUMNS, PARCEL_COLUMNS, SUM_NAMES
from kiosk.reports.periods import half_year_of, month_of, of_form, read_period, span, week_of
from tests.services.counter_bench import BILL
from tests.services.goods_bench import Goods
from tests.services.purchase_bench import Buying
from tests.services.register_bench import CLOSING, COMPLAINT
from tests.services.report_bench import MONDAY, Reporting, at, four

WEEK = week_of(MONDAY)
TUESDAY = MONDAY + timedelta(days=1)


POST = {
    "title": "收鸡蛋", "body": "本周六在村委会门口收土鸡蛋，每斤八元，量大可上门", "published_on": MONDAY.isoformat(),
    "column": "农产品供应", "platform": "微信群", "checked": "1",
}  # fmt: skip


class Trading(Reporting, Buying):
    """A station that buys on platforms, and reports it."""


class Selling(Reporting, Goods):
    """A station that sells on platforms, and reports it."""


@pytest.fixture
def bench(tmp_path: Path):
    opened = Reporting(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


@pytest.mark.parametrize(("rule", "counts"), [(RULES[0], (3, 2)), (RULES[1], (5, 2)), (RULES[2], (2, 1))])
def test_what_counts_as_one_is_a_setting_that_the_report_states(tmp_path, rule, counts):
    """Two bills and a purchase on one visit, one bill on another, two parcels collected."""
    state = tmp_path / "station"
    state.mkdir()
    (state / "station.toml").write_text(f'[reports]\ncounting_rule = "{rule}"\n', "utf-8")
    bench = Reporting(state, printer=False)
    ids = [
        bench.act(check_in, waybill=f"YT896264678531{n}", phone="13800001234", at=at(MONDAY)).parcel_id for n in (1, 2)
    ]
    other = BILL | {"account_no": "0602123456511"}
    bench.settle(bench.ticket(("bill", BILL), ("bill", other), at=at(MONDAY)), 100_00, at=at(MONDAY))
    bench.settle(bench.ticket(("bill", BILL | {"account_no": "0602123456522"}), at=at(MONDAY)), 50_00, at=at(MONDAY))
    bench.act(hand_over, ids, "tail", at=at(MONDAY))
    content = bench.content(bench.close(at=at(MONDAY, 18)).report)
    rows = {(row["service_type"], row["kind"]): row["txn_count"] for row in content["services"]}
    assert (content["totals"]["txn_count"], content["counting_rule"]) == (counts[0], rule)
    assert rows["parcel", ""] == (2 if rule == "orders_and_pickups" else 0)
    assert content["totals"]["txn_amount_fen"] == 150_00
    assert definitions.counting(bench.content(bench.freeze(WEEK))) == [COUNTING_WORDS[rule]]
    assert bench.problems() == []
    bench.store.close()


def test_correction_goes_on_counting_as_the_report_that_it_corrects(bench):
    bench.act(open_day, at=at(MONDAY))
    parcel_id = bench.act(check_in, waybill="YT8962646785311", phone="13800001234", at=at(MONDAY)).parcel_id
    bench.act(hand_over, [parcel_id], "tail", at=at(MONDAY))
    bench.close(at=at(MONDAY, 18))
    bench.store.close()
    (bench.store.state / "station.toml").write_text('[reports]\ncounting_rule = "orders_and_pickups"\n', "utf-8")
    later = Reporting.reopened(bench.store.state)
    content = later.content(later.correct(MONDAY, RowChange("purchase", "", 1, 1_00)).report)
    assert (four(content), content["counting_rule"]) == ((1, 1_00, 0, 0), RULES[0])
    later.day(TUESDAY, 1_00)
    with_both = later.content(later.freeze(WEEK))
    assert with_both["counting_rules"] == [RULES[0], "orders_and_pickups"]
    assert len(definitions.counting(with_both)) == 2
    assert later.problems() == []
    later.store.close()
    bench.__dict__.update(Reporting.reopened(bench.store.state).__dict__)


def test_people_served_are_visits_with_and_without_a_ticket(bench):
    ids = [
        bench.act(check_in, waybill=f"YT896264678531{n}", phone="13800001234", at=at(MONDAY)).parcel_id
        for n in range(4)
    ]
    bench.act(hand_over, ids[:2], "tail", at=at(MONDAY, 13))  # one person
    bench.act(hand_over, ids[2:3], "tail", at=at(MONDAY, 14))  # another
    bench.act(hand_over, ids[3:], "tail", at=at(MONDAY, 15))
    bench.act(undo_parcel, ids[3], at=at(MONDAY, 15))
    bench.settle(bench.ticket(("bill", BILL), at=at(MONDAY)), 50_00, at=at(MONDAY, 16))
    voided = bench.ticket(("bill", BILL | {"account_no": "0602123456511"}), at=at(MONDAY))
    bench.settle(voided, 50_00, at=at(MONDAY, 16))
    bench.void(voided, at=at(MONDAY, 16))
    ticket_id = bench.ticket(("bill", BILL | {"account_no": "0602123456522"}), at=at(MONDAY))
    bench.act(open_ticket_at_desk, ticket_id)
    bench.act(hand_over, ids[3:], "tail", at=at(MONDAY, 17), desk_id=1)  # stands on the ticket of that visit
    bench.settle(ticket_id, 50_00, at=at(MONDAY, 17))
    with bench.store.reading() as db:
        assert persons_served(db, MONDAY.isoformat()) == 4
    assert bench.content(bench.close(at=at(MONDAY, 18)).report)["counts"]["persons_served"] == 4


def open_ticket_at_desk(tx, ticket_id):
    tx.execute("UPDATE desks SET open_ticket_id = ? WHERE id = 1", ticket_id)


def test_registers_count_on_the_day_on_which_they_were_written(bench):
    """What is written down a day late is in the later day's report, and the days add up."""
    bench.act(registers.open_entry, "complaints", COMPLAINT | {"happened_on": MONDAY.isoformat()}, at=at(MONDAY))
    first = bench.content(bench.close({}, at=at(MONDAY, 18)).report)
    bench.act(registers.open_entry, "posts", POST, at=at(TUESDAY))
    second = bench.content(bench.close({}, at=at(TUESDAY, 18)).report)
    assert (first["counts"]["complaints_new"], first["counts"]["posts_published"]) == (1, 0)
    assert (second["counts"]["complaints_new"], second["counts"]["posts_published"]) == (0, 1)
    counts = bench.content(bench.freeze(WEEK))["counts"]
    assert (counts["complaints_new"], counts["posts_published"]) == (1, 1)


def test_entry_that_is_withdrawn_comes_off_the_day_on_which_it_was(bench):
    entry = bench.act(
        registers.open_entry, "complaints", COMPLAINT | {"happened_on": MONDAY.isoformat()}, at=at(MONDAY)
    )
    days = [bench.close({}, at=at(MONDAY, 18)).report]
    bench.act(withdraw, entry.id, at=at(TUESDAY))
    days.append(bench.close({}, at=at(TUESDAY, 18)).report)
    assert [bench.content(day)["counts"]["complaints_new"] for day in days] == [1, -1]
    assert bench.content(bench.freeze(WEEK))["counts"]["complaints_new"] == 0


def test_days_add_up_to_the_register_however_late_it_is_put_right(bench):
    """Months after its day an entry was withdrawn, a complaint taken up again, a visit dated otherwise: that came off no day,
    and the half-year told of what was not."""
    days = [bench.day(MONDAY)]
    said = COMPLAINT | {"happened_on": MONDAY.isoformat()}
    wrong, again = (bench.act(registers.open_entry, "complaints", said, at=at(TUESDAY)).id for _ in range(2))
    bench.act(actions.take_step, again, "close", Typed(CLOSING), at=at(TUESDAY))
    late = POST | {"published_on": (MONDAY - timedelta(days=70)).isoformat()}
    post = bench.act(registers.open_entry, "posts", late, at=at(TUESDAY)).id
    after = TUESDAY + timedelta(days=45)
    ahead = {"title": "年货节", "kind": "展销会", "organiser": "本站", "starts_on": after.isoformat()}
    campaign = bench.act(registers.open_entry, "campaigns", ahead, at=at(TUESDAY)).id
    bench.act(actions.take_step, campaign, "join", Typed({"did": "报了名，货已送去"}), at=at(TUESDAY))
    bench.act(actions.take_step, campaign, "omit", Typed({"why_not": "没有拍照"}), at=at(TUESDAY))
    days.append(bench.close({}, at=at(TUESDAY, 18)).report)
    bench.act(withdraw, wrong, at=at(after))
    bench.act(actions.take_step, again, "reopen", Typed({"why_again": "又漏了"}), at=at(after))
    bench.act(actions.correct, post, Typed({"published_on": MONDAY.isoformat()}), at=at(after))
    days.append(bench.close({}, at=at(after, 18)).report)
    told = [bench.content(day)["counts"] for day in days]
    assert [counts["complaints_new"] for counts in told] == [0, 2, -1]
    assert [counts["complaints_closed"] for counts in told] == [0, 1, -1]
    assert [counts["posts_published"] for counts in told] == [0, 1, 0]
    assert [counts["marketing_joined"] for counts in told] == [0, 1, 0], "nor once more on the day it is about"


def test_register_that_the_station_does_not_keep_is_unknown(bench):
    folder = bench.store.state / "registers"
    folder.mkdir()
    kept = (Path(registers.__file__).parents[2] / "config" / "registers" / "posts.toml").read_text("utf-8")
    (folder / "posts.toml").write_text("is_kept = false\n" + kept, "utf-8")
    content = bench.content(bench.day(MONDAY))
    assert content["counts"]["posts_published"] is None and content["counts"]["complaints_new"] == 0
    assert bench.content(bench.freeze(WEEK))["counts"]["posts_published"] is None


def test_every_counter_that_reports_read_is_one_of_a_register(bench):
    with bench.store.reading() as db:
        known = registers.counters(db)
    assert set(COUNTERS.values()) <= set(known)
    assert {"persons_served", *COUNTERS} == set(COUNT_COLUMNS)


# F2 ----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def trading(tmp_path: Path):
    opened = Trading(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


def totals(content) -> tuple[int, int, int, int]:
    bought, sold = content["trade"]["totals"]["bought"], content["trade"]["totals"]["sold"]
    return bought["count"], bought["amount_fen"], sold["count"], sold["amount_fen"]


@pytest.mark.obligation(
    "JX-15", place="/reports", reads="the month's goods with quantity, amount, shop and platform, nobody's name"
)
def test_goods_of_a_month_by_thing_shop_and_platform(trading):
    october, november = date(2026, 10, 30), date(2026, 11, 2)
    for number, shop in ((1, "枫林水泵店"), (2, "枫林水泵店"), (3, "别家")):
        trading.taken(at=at(october), quantity=2)
        trading.act(order_of(number, shop), at=at(october))
    trading.close(at=at(october, 18))
    content = trading.content(trading.freeze(month_of(october)))
    rows = content["trade"]["rows"]
    assert [(row["item"], row["platform_name"], row["online_shop"], row["count"], row["quantity"]) for row in rows] == [
        ("production", "淘宝", "枫林水泵店", 2, 4), ("production", "淘宝", "别家", 1, 2),
    ]  # fmt: skip
    assert totals(content)[:2] == (3, 900_00) and "水泵" not in json.dumps([row["item"] for row in rows])
    # In the next month one gets cheaper and one is called off: that month says so, this one stays.
    trading.act(changes.change_price, 1, amount_fen=250_00, customer_agrees=True, paid_from="wechat", at=at(november))
    trading.close(at=at(november, 18), seen={})
    assert totals(trading.content(trading.freeze(month_of(november))))[:2] == (0, -50_00)
    assert totals(trading.content(trading.freeze(half_year_of(october))))[:2] == (3, 850_00)


@pytest.mark.parametrize("shop", ["赵大姐19900001234", "微信 199 0000 1234", "１９９００００１２３４"])
def test_phone_typed_as_the_name_of_a_shop_goes_into_no_report(trading, shop):
    october = date(2026, 10, 30)
    trading.taken(at=at(october), quantity=2)
    trading.act(order_of(1, shop), at=at(october))
    trading.close(at=at(october, 18))
    content = trading.content(trading.freeze(month_of(october)))
    assert [(row["platform_name"], row["online_shop"], row["count"]) for row in content["trade"]["rows"]] == [
        ("淘宝", "", 1)
    ]
    with trading.store.reading() as db:
        assert [row["online_shop"] for row in db.all("SELECT online_shop FROM day_trade")] == [""]


def order_of(number: int, shop: str):
    from kiosk.purchases import orders

    def order(tx):
        return orders.order(
            tx, number, platform="淘宝", online_shop=shop, platform_order_no=f"20261122{number}", amount_fen=300_00,
            paid_from="wechat",
        )  # fmt: skip

    return order


def test_online_sale_and_its_refund_are_rows_of_their_days(tmp_path):
    trading = Selling(tmp_path / "station")
    goods = trading.product()
    trading.receive(goods, 30)
    sold = trading.act(
        sell_online,
        goods,
        10,
        20_00,
        platform="农货铺",
        online_shop="枫林小店",
        platform_order_no="P1",
        paid_into="wechat",
    )
    first = trading.close({})
    with trading.store.reading() as db:
        found = [
            tuple(row) for row in db.all("SELECT direction, item_kind, txn_count, quantity, amount_fen FROM day_trade")
        ]
    assert found == [("sold", "product", 1, 10, 20_00)]
    trading.act(refund_online, sold.sale_id)
    second = trading.close({})
    on = [closed.day.business_on for closed in (first, second)]
    period = span(date.fromisoformat(on[0]), date.fromisoformat(on[1]))
    with trading.store.reading() as db:
        from kiosk.reports.period import period_content

        assert totals(period_content(db, period)) == (0, 0, 0, 0)
    assert trading.problems() == []
    trading.store.close()


# Adding up ---------------------------------------------------------------------------------------------------------------

CHANGES = st.lists(
    st.tuples(
        st.integers(0, 13), st.sampled_from([("purchase", ""), ("bill", "water"), ("other", "")]), st.integers(-5, 5),
        st.integers(-10_000_00, 10_000_00), st.integers(-99, 99), st.sampled_from(["", "received", "complaints_new"]),
    ),
    max_size=8,
)  # fmt: skip


@profile(max_examples=8, deadline=None)
@given(changes=CHANGES, closed=st.sets(st.integers(0, 13), min_size=1, max_size=6), frozen_first=st.booleans())
def test_days_add_up_to_the_period_whatever_is_corrected_in_whatever_order(
    tmp_path_factory, changes, closed, frozen_first
):
    bench = Reporting(tmp_path_factory.mktemp("sums") / "station", printer=False)
    try:
        told = [0, 0, 0, 0]
        days = [date(2026, 10, 26) + timedelta(days=number) for number in sorted(closed)]  # over the end of a month
        for number, on in enumerate(days):
            bench.day(on, 1_00 + 10 * number)
            told[0], told[1] = told[0] + 1, told[1] + 1_00 + 10 * number
        periods = [week_of(days[0]), month_of(days[0]), half_year_of(days[0]), span(days[0], days[-1])]
        if frozen_first:
            for period in periods:
                bench.freeze(period)
        for place, row, count, fen, fee, column in changes:
            if not (count or fen or fee):
                continue
            on = days[place % len(days)]
            bench.correct(on, RowChange(*row, count, fen, 0, fee), **({column: count} if column and count else {}))
            told[0], told[1], told[3] = told[0] + count, told[1] + fen, told[3] + fee
        for period in periods[1:3] if frozen_first else periods:
            content = bench.latest(period) if frozen_first else bench.content(bench.freeze(period))
            assert four(content) == tuple(sum(one[name] for one in content["days"]) for name in SUM_NAMES)
        half = bench.latest(half_year_of(days[0]))
        assert four(half) == tuple(told)
        assert bench.problems() == []
    finally:
        bench.store.close()


@given(st.lists(st.tuples(*[st.integers(-(10**9), 10**9)] * 4), max_size=6))
def test_totals_of_the_sum_are_the_sum_of_the_totals(figures):
    days = [
        {
            "services": [{"service_type": "purchase", "kind": "", **dict(zip(SUM_NAMES, row, strict=True))}],
            "totals": dict(zip(SUM_NAMES, row, strict=True)),
            "parcels": dict.fromkeys(PARCEL_COLUMNS, row[0]),
            "counts": {"complaints_new": row[1]},
        }
        for row in figures
    ]
    rows = sums.services(days)
    assert sums.totals(days) == {name: sum(row[name] for row in rows) for name in SUM_NAMES}
    assert sums.parcels(days)["received"] == sum(row[0] for row in figures)
    assert sums.parcels(days)["in_stock"] == (figures[-1][0] if figures else None)


@given(st.dates(date(2024, 1, 1), date(2099, 12, 31)))
def test_period_is_read_back_from_its_code_and_its_form(on):
    for period in (week_of(on), month_of(on), half_year_of(on), span(on, on + timedelta(days=9))):
        assert read_period(str(period.kind), period.code) == period
        assert of_form(period.form, period.last_on) == period
        assert period.holds(on.isoformat()) and on.isoformat() in set(period.dates())
