"""How a ticket is paid: in parts, by wallets, on account, rounded, paid out; every fen in its account."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from kiosk.counter.add_line import add_line, stand_free_act
from kiosk.counter.settle import settle
from kiosk.counter.void import void
from kiosk.till import cash_moves, debtors
from kiosk.till import store as tickets
from kiosk.till.model import NewLine
from kiosk.till.payments import Tender
from tests.services.counter_bench import BILL, PURCHASE, SALE, Bench

ROUNDED = '[till]\nrounding = "jiao"\n'
WECHAT_CODE, ALIPAY_CODE, UNIONPAY_CODE = "134567890123456789", "2812345678901234567", "6212345678901234567"


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


@pytest.fixture
def rounded(tmp_path: Path):
    opened = rounding_bench(tmp_path / "rounded")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def rounding_bench(state: Path) -> Bench:
    state.mkdir()
    (state / "station.toml").write_text(ROUNDED, "utf-8")
    return Bench(state, printer=False)


def paid(bench: Bench, ticket_id: int) -> list[tuple[str, int]]:
    with bench.store.reading() as db:
        return [(payment.method, payment.amount_fen) for payment in tickets.payments(db, ticket_id)]


def allowed(bench: Bench, limit_fen: int = 200_00, name: str = "张建国", tail: str = "1234") -> int:
    return bench.act(debtors.allow, name, tail, limit_fen)


def test_split_payment_moves_each_part_where_it_was_paid(bench):
    debtor = allowed(bench)
    ticket_id = bench.ticket(("purchase", PURCHASE), ("bill", BILL))  # 300 + 9 + 50
    tenders = [Tender("wechat", 100_00, "4200002026"), Tender("alipay", 59_00), Tender("account", 50_00, "", debtor)]
    settled = bench.act(settle, ticket_id, 200_00, tenders)
    assert (settled.total_fen, settled.cash_fen, settled.given_fen, settled.change_fen) == (
        359_00,
        150_00,
        200_00,
        50_00,
    )
    assert bench.balances() == {
        "drawer": 150_00, "wechat": 100_00, "alipay": 59_00, "debts": 50_00, "held_for_purchases": -300_00,
        "held_for_bills": -50_00, "fee_income": -9_00,
    }  # fmt: skip
    assert paid(bench, ticket_id) == [("cash", 150_00), ("wechat", 100_00), ("alipay", 59_00), ("account", 50_00)]
    receipt = bench.text(settled.slip_id)
    for words in ("微信", "支付宝", "赊账", "现在还欠", "￥200.00", "￥50.00", "￥359.00"):
        assert words in receipt
    assert "张" not in receipt


@pytest.mark.parametrize("method", ["wechat", "alipay", "unionpay", "bank_card"])
def test_wallet_takes_the_whole_and_no_cash_is_asked(bench, method):
    ticket_id = bench.ticket(("bill", BILL))
    settled = bench.act(settle, ticket_id, 0, [Tender(method, 50_00)])
    assert (settled.cash_fen, settled.change_fen) == (0, 0)
    assert bench.balances() == {method: 50_00, "held_for_bills": -50_00}
    assert "找零" not in bench.text(settled.slip_id)


@pytest.mark.parametrize(
    ("given_fen", "tenders", "code"),
    [
        (0, [Tender("cash", 50_00)], "payment.method_unknown"),
        (0, [Tender("gold", 50_00)], "payment.method_unknown"),
        (0, [Tender("wechat", 0)], "payment.amount_wrong"),
        (0, [Tender("wechat", -1)], "payment.amount_wrong"),
        (0, [Tender("wechat", 50_01)], "payment.too_much"),
        (0, [Tender("wechat", 30_00), Tender("alipay", 30_00)], "payment.too_much"),
        (0, [Tender("account", 50_00)], "payment.debtor_missing"),
        (0, [Tender("wechat", 50_00, "", 1)], "payment.debtor_missing"),
        (0, [Tender("account", 50_00, "", 9)], "debt.not_allowed"),
        (0, [Tender("wechat", 50_00, WECHAT_CODE)], "payment.is_payment_code"),
        (0, [Tender("alipay", 50_00, ALIPAY_CODE)], "payment.is_payment_code"),
        (0, [Tender("unionpay", 50_00, UNIONPAY_CODE)], "payment.is_payment_code"),
        (0, [Tender("wechat", 50_00, "1345 6789 0123 4567 89")], "payment.is_payment_code"),
        (0, [Tender("wechat", 50_00, "张三付的")], "payment.reference_wrong"),
        (0, [Tender("wechat", 50_00, "11010519491231002X")], "text.holds_id_number"),
        (50_00, [Tender("wechat", 50_00)], "ticket.cash_not_asked"),
        (10_00, [Tender("wechat", 30_00)], "ticket.cash_short"),
    ],
)
def test_payment_that_is_not_right_takes_nothing(bench, given_fen, tenders, code):
    ticket_id = bench.ticket(("bill", BILL))
    assert bench.code(settle, ticket_id, given_fen, tenders) == code
    assert bench.view(ticket_id)["state"] == "open"
    assert bench.balances() == {}


def test_payment_code_is_kept_nowhere(bench):
    ticket_id = bench.ticket(("bill", BILL))
    bench.code(settle, ticket_id, 0, [Tender("wechat", 50_00, WECHAT_CODE)])
    with bench.store.reading() as db:
        assert not any(WECHAT_CODE in line for line in db.connection.iterdump())


def test_debt_has_its_limit_over_all_parts_of_a_payment(bench):
    debtor = allowed(bench, 49_99)
    ticket_id = bench.ticket(("bill", BILL))
    assert bench.code(settle, ticket_id, 0, [Tender("account", 50_00, "", debtor)]) == "debt.over_limit"
    halves = [Tender("account", 25_00, "", debtor), Tender("account", 25_00, "", debtor)]
    assert bench.code(settle, ticket_id, 0, halves) == "debt.over_limit"
    bench.act(debtors.change_limit, debtor, 50_00)
    bench.act(settle, ticket_id, 0, halves)
    assert bench.balances() == {"debts": 50_00, "held_for_bills": -50_00}


def test_stopped_debtor_gets_nothing_more(bench):
    debtor = allowed(bench)
    bench.act(debtors.stop, debtor)
    ticket_id = bench.ticket(("bill", BILL))
    assert bench.code(settle, ticket_id, 0, [Tender("account", 50_00, "", debtor)]) == "debt.not_allowed"


# Rounding ---------------------------------------------------------------------------------------------------------------


def test_cash_is_rounded_down_to_the_jiao_by_a_line_of_its_own(rounded):
    ticket_id = rounded.ticket(("bill", BILL | {"amount_fen": 50_09}))
    settled = rounded.act(settle, ticket_id, 50_00)
    assert (settled.total_fen, settled.cash_fen, settled.change_fen) == (50_00, 50_00, 0)
    assert rounded.balances() == {"drawer": 50_00, "rounding": 9, "held_for_bills": -50_09}
    assert [(line["service"], line["owed_fen"]) for line in rounded.view(ticket_id)["lines"]][-1] == ("rounding", -9)
    receipt = rounded.text(settled.slip_id)
    assert "抹零" in receipt and "-￥0.09" in receipt


def test_nothing_is_rounded_where_the_setting_does_not_say_so(bench):
    ticket_id = bench.ticket(("bill", BILL | {"amount_fen": 50_09}))
    assert bench.code(settle, ticket_id, 50_00) == "ticket.cash_short"
    assert bench.act(settle, ticket_id, 50_09).total_fen == 50_09


def test_wallets_are_paid_to_the_fen(rounded):
    ticket_id = rounded.ticket(("bill", BILL | {"amount_fen": 50_09}))
    assert rounded.act(settle, ticket_id, 0, [Tender("wechat", 50_09)]).total_fen == 50_09
    assert rounded.balances() == {"wechat": 50_09, "held_for_bills": -50_09}


def test_the_cash_part_alone_is_rounded(rounded):
    ticket_id = rounded.ticket(("bill", BILL | {"amount_fen": 50_09}))
    settled = rounded.act(settle, ticket_id, 20_00, [Tender("wechat", 30_05)])
    assert (settled.total_fen, settled.cash_fen) == (50_05, 20_00)


def test_rest_below_a_jiao_is_rounded_to_nothing(rounded):
    ticket_id = rounded.ticket(("bill", BILL | {"amount_fen": 5}))
    settled = rounded.act(settle, ticket_id, 0)
    assert (settled.total_fen, settled.cash_fen, paid(rounded, ticket_id)) == (0, 0, [])
    assert rounded.balances() == {"rounding": 5, "held_for_bills": -5}


def test_full_ticket_is_still_rounded(rounded):
    ticket_id = rounded.ticket(("bill", BILL | {"amount_fen": 50_09}))
    for number in range(59):
        free = NewLine(service="parcel", act="hand_over", case_kind="parcel", case_id=number, label="取件")
        rounded.act(stand_free_act, ticket_id, free)
    assert rounded.code(add_line, ticket_id, "bill", **(BILL | {"pays_again": True})) == "ticket.too_long"
    assert rounded.act(settle, ticket_id, 50_00).total_fen == 50_00


def test_rounded_ticket_is_voided_whole(rounded):
    ticket_id = rounded.ticket(("bill", BILL | {"amount_fen": 50_09}))
    rounded.act(settle, ticket_id, 50_00)
    assert rounded.void(ticket_id).refund_fen == 50_00
    assert rounded.balances() == {}


# Paid out ---------------------------------------------------------------------------------------------------------------


def owing_the_villager(bench: Bench, fen: int = 30_00) -> int:
    return bench.ticket(("compensation", {"amount_fen": fen, "reason": "our_fault", "note": "摔坏一盒鸡蛋"}))


def test_negative_total_is_paid_from_the_drawer_and_never_more_than_is_in_it(bench):
    ticket_id = owing_the_villager(bench)
    assert bench.code(settle, ticket_id, 0) == "drawer.too_little"
    bench.act(cash_moves.move_cash, "owner_in", 29_99)
    assert bench.code(settle, ticket_id, 0) == "drawer.too_little"
    bench.act(cash_moves.move_cash, "owner_in", 1)
    settled = bench.act(settle, ticket_id, 0)
    assert (settled.total_fen, settled.cash_fen, settled.given_fen, settled.change_fen) == (-30_00, -30_00, 0, 30_00)
    assert bench.balances() == {"owner": -30_00, "compensation": 30_00}
    receipt = bench.text(settled.slip_id)
    assert "应付村民" in receipt and "付现金" in receipt and "￥30.00" in receipt


def test_negative_total_is_paid_out_by_a_wallet_or_set_off_against_a_debt(bench):
    debtor = allowed(bench)
    bench.act(settle, bench.ticket(("bill", BILL)), 0, [Tender("account", 50_00, "", debtor)])
    ticket_id = owing_the_villager(bench, 70_00)
    assert bench.code(settle, ticket_id, 0, [Tender("wechat", 10_00)]) == "payment.amount_wrong"
    assert bench.code(settle, ticket_id, 0, [Tender("wechat", -70_01)]) == "payment.too_much"
    assert bench.code(settle, ticket_id, 0, [Tender("account", -50_01, "", debtor)]) == "debt.not_owed"
    assert bench.code(settle, ticket_id, 70_00) == "ticket.cash_not_asked"
    settled = bench.act(settle, ticket_id, 0, [Tender("wechat", -20_00), Tender("account", -50_00, "", debtor)])
    assert (settled.cash_fen, settled.change_fen) == (0, 0)
    assert bench.balances() == {"wechat": -20_00, "held_for_bills": -50_00, "compensation": 70_00}
    receipt = bench.text(settled.slip_id)
    assert "冲减欠款" in receipt and "付微信" in receipt


def test_account_is_never_in_credit_whatever_else_stands_on_the_ticket(bench):
    debtor = allowed(bench)
    bench.act(settle, bench.ticket(("bill", BILL)), 0, [Tender("account", 50_00, "", debtor)])
    ticket_id = bench.ticket(("debt", {"debtor_id": debtor, "amount_fen": 50_00}))
    bench.act(add_line, ticket_id, "compensation", amount_fen=90_00, reason="our_fault", note="误了事")
    assert bench.code(settle, ticket_id, 0, [Tender("account", -40_00, "", debtor)]) == "debt.not_owed"


def test_void_of_a_payout_takes_the_money_back(bench):
    bench.act(cash_moves.move_cash, "owner_in", 30_00)
    ticket_id = owing_the_villager(bench)
    bench.act(settle, ticket_id, 0)
    voided = bench.void(ticket_id)
    assert voided.refund_fen == -30_00
    assert bench.balances() == {"owner": -30_00, "drawer": 30_00}
    assert "收回现金" in bench.text(bench.value("SELECT refund_slip_id FROM tickets WHERE id = ?", ticket_id))


# Void -------------------------------------------------------------------------------------------------------------------


def test_void_gives_back_the_way_it_came(bench):
    debtor = allowed(bench)
    ticket_id = bench.ticket(("purchase", PURCHASE), ("consignment", SALE))
    tenders = [Tender("wechat", 100_00), Tender("account", 50_00, "", debtor)]
    bench.act(settle, ticket_id, 200_00, tenders)
    voided = bench.void(ticket_id)
    assert voided.by_method == {"cash": 181_50, "wechat": 100_00, "account": 50_00}
    assert bench.balances() == {}
    text = bench.text(bench.value("SELECT refund_slip_id FROM tickets WHERE id = ?", ticket_id))
    assert "退还微信" in text and "退还现金" in text and "退还赊账" in text


def test_void_is_refused_once_the_debt_was_repaid_even_in_part(bench):
    debtor = allowed(bench)
    ticket_id = bench.ticket(("bill", BILL))
    bench.act(settle, ticket_id, 0, [Tender("account", 20_00, "", debtor), Tender("account", 30_00, "", debtor)])
    bench.settle(bench.ticket(("debt", {"debtor_id": debtor, "amount_fen": 1_00})), 1_00)
    assert bench.code(void, ticket_id) == "ticket.debt_repaid"


def test_void_is_refused_when_its_cash_has_left_the_drawer(bench):
    ticket_id = bench.ticket(("bill", BILL))
    bench.settle(ticket_id, 50_00)
    bench.act(cash_moves.move_cash, "to_bank", 1)
    assert bench.code(void, ticket_id) == "drawer.too_little"


PARTS = st.lists(
    st.tuples(st.sampled_from(["wechat", "alipay", "unionpay", "bank_card", "account"]), st.integers(1, 100)),
    max_size=4,
)
VISIT = st.tuples(
    st.lists(st.integers(1, 90_00), max_size=3), st.integers(0, 60_00), PARTS, st.integers(0, 50_00), st.booleans()
)


@runs(max_examples=12)
@given(is_rounded=st.booleans(), visits=st.lists(VISIT, min_size=1, max_size=4))
def test_any_tenders_keep_drawer_wallets_and_debts_right(tmp_path_factory, is_rounded, visits):
    folder = tmp_path_factory.mktemp("any") / "station"
    bench = rounding_bench(folder) if is_rounded else Bench(folder, printer=False)
    bench.act(cash_moves.move_cash, "owner_in", 500_00)
    debtor = allowed(bench, 1_000_00)
    sums = {"drawer": 500_00, "debts": 0}
    for bills, out_fen, parts, over_fen, is_voided in visits:
        lines = [("bill", BILL | {"amount_fen": fen, "pays_again": True}) for fen in bills]
        if out_fen:
            lines.append(("compensation", {"amount_fen": out_fen, "reason": "other", "note": "赔"}))
        if not lines:
            continue
        ticket_id = bench.ticket(*lines)
        total_fen = bench.view(ticket_id)["total_fen"]
        rest_fen, tenders = abs(total_fen), []
        for method, share in parts:
            fen = rest_fen * share // 150
            if fen and (total_fen > 0 or method != "account"):
                tenders.append(
                    Tender(method, fen if total_fen > 0 else -fen, "", debtor if method == "account" else None)
                )
                rest_fen -= fen
        due_fen = rest_fen - rest_fen % 10 if is_rounded and total_fen > 0 else rest_fen
        given_fen = due_fen + over_fen if total_fen > 0 and due_fen else 0
        settled = bench.act(settle, ticket_id, given_fen, tenders)
        cash_fen = due_fen if total_fen > 0 else -due_fen
        assert settled.cash_fen == cash_fen
        assert settled.change_fen == given_fen - cash_fen
        assert sum(fen for _, fen in paid(bench, ticket_id)) == settled.total_fen
        if is_voided:
            bench.void(ticket_id)
            continue
        sums["drawer"] += cash_fen
        for tender in tenders:
            account = "debts" if tender.method == "account" else tender.method
            sums[account] = sums.get(account, 0) + tender.amount_fen
    books = bench.balances()
    assert {account: fen for account, fen in sums.items() if fen} == {a: books[a] for a in sums if a in books}
    assert sum(books.values()) == 0
    assert bench.problems() == []
    bench.store.close()
