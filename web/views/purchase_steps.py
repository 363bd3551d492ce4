"""The steps of one purchase: each a form on its page, each one act of ``kiosk``. A refusal shows the page again with what
was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import money
from kiosk.counter import call_off_purchase, join_purchase, open_ticket, purchase_goods, purchase_lines
from kiosk.purchases import actions, changes, orders, store
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.line_forms import added
from web.routes import act
from web.station import session
from web.views.purchases import amount, checks, one_purchase, ticked

purchase_steps = Blueprint("purchase_steps", __name__)
Do = Callable[[Tx, int], Done]
STEPS = "/purchases/<int:purchase_id>/"


def step(name: str) -> Callable[[Do], Callable[..., ResponseReturnValue]]:
    """Registers a step: ``do(tx, purchase_id)`` is run once for its form."""

    def bind(do: Do) -> Callable[..., ResponseReturnValue]:
        def posted(purchase_id: int) -> ResponseReturnValue:
            return acts.run(lambda tx: do(tx, purchase_id), again=lambda: one_purchase(purchase_id))

        posted.__name__, posted.__doc__ = do.__name__, do.__doc__
        return act(purchase_steps, STEPS + name)(posted)

    return bind


def text(name: str) -> str:
    return request.form.get(name, "")


def yuan_of(name: str) -> int:
    return money.parse(text(name))


def here(purchase_id: int, words: str, tone: str = "done", **facts: Any) -> Done:
    return Done(url_for("purchases.one_purchase", purchase_id=purchase_id), words, facts, tone)


@step("quote")
def quote(tx: Tx, purchase_id: int) -> Done:
    found = actions.quote(
        tx, purchase_id, amount_fen=yuan_of("amount"), paid_by=text("paid_by"), advance_fen=amount("advance"),
        platform=text("platform"), online_shop=text("online_shop"),
    )  # fmt: skip
    return here(purchase_id, N_("已报价 {amount}，村民同意后加入本单"), amount=money.yuan(found.amount_fen or 0))


@step("accept")
def accept(tx: Tx, purchase_id: int) -> Done:
    return added(purchase_lines.add_quoted(tx, open_ticket.open_ticket(tx), purchase_id=purchase_id))


@step("correct")
def correct(tx: Tx, purchase_id: int) -> Done:
    actions.correct(tx, purchase_id, registration_no=text("registration_no"), **checks())
    return here(purchase_id, N_("农资核对已保存"))


@step("order")
def order(tx: Tx, purchase_id: int) -> Done:
    orders.order(
        tx, purchase_id, platform=text("platform"), online_shop=text("online_shop"),
        platform_order_no=text("platform_order_no"), amount_fen=yuan_of("amount"), paid_from=text("paid_from"),
        customer_agrees=ticked("customer_agrees"), expected_on=text("expected_on"), no_return_reason=text("no_return_reason"),
    )  # fmt: skip
    return here(purchase_id, N_("已登记下单；发货后在这里登记运单号"))


@step("waybill")
def waybill(tx: Tx, purchase_id: int) -> Done:
    _, is_here = join_purchase.learn_waybill(tx, purchase_id, text("waybill"), desk_id=session().desk_id)
    if is_here:
        return here(purchase_id, N_("快件已经在库，和这一单对上了"))
    return here(purchase_id, N_("已登记运单，快件入库时会自动对上"))


@step("arrive")
def arrive(tx: Tx, purchase_id: int) -> Done:
    join_purchase.arrive(tx, purchase_id, desk_id=session().desk_id)
    return here(purchase_id, N_("已登记到货，到货通知已生成"))


@step("notify")
def notify(tx: Tx, purchase_id: int) -> Done:
    join_purchase.tell_arrival(tx, store.purchase(tx, purchase_id), session().desk_id)
    return here(purchase_id, N_("到货通知已重新生成"))


@step("hand-over")
def hand_over(tx: Tx, purchase_id: int) -> Done:
    method = text("method") or "known_by_face"
    if store.purchase(tx, purchase_id).owed_fen > 0:
        line = purchase_lines.add_balance(
            tx, open_ticket.open_ticket(tx), purchase_id=purchase_id, hand_over=True, method=method
        )
        return added(line)
    purchase_goods.hand_over_purchase(tx, purchase_id, method)
    return here(purchase_id, N_("已交付"))


@step("undo-hand-over")
def undo_hand_over(tx: Tx, purchase_id: int) -> Done:
    purchase_goods.undo_hand_over(tx, purchase_id)
    return here(purchase_id, N_("已撤销交付，货还在站里"), "attention")


@step("balance")
def balance(tx: Tx, purchase_id: int) -> Done:
    return added(purchase_lines.add_balance(tx, open_ticket.open_ticket(tx), purchase_id=purchase_id))


@step("payout")
def payout(tx: Tx, purchase_id: int) -> Done:
    return added(purchase_lines.add_payout(tx, open_ticket.open_ticket(tx), purchase_id=purchase_id))


@step("price")
def price(tx: Tx, purchase_id: int) -> Done:
    found = changes.change_price(
        tx, purchase_id, amount_fen=yuan_of("amount"), customer_agrees=ticked("customer_agrees"),
        paid_from=text("paid_from"), paid_by=text("paid_by"),
    )  # fmt: skip
    if not found.owed_fen:
        return here(purchase_id, N_("已改价"))
    words = N_("已改价，村民还应付 {sum}") if found.owed_fen > 0 else N_("已改价，要退给村民 {sum}")
    return here(purchase_id, words, "attention", sum=money.yuan(abs(found.owed_fen)))


@step("cancel")
def cancel(tx: Tx, purchase_id: int) -> Done:
    line = call_off_purchase.call_off(tx, purchase_id, text("reason"), keeps_fee=ticked("keeps_fee"))
    if line is not None:
        return added(line)
    if store.purchase(tx, purchase_id).ends_as and not store.purchase(tx, purchase_id).is_shop_settled:
        return here(purchase_id, N_("已登记取消；商家退款到账后请在这里登记"), "attention")
    return here(purchase_id, N_("已取消"), "attention")


@step("return")
def send_back(tx: Tx, purchase_id: int) -> Done:
    changes.begin_return(
        tx, purchase_id, wants=text("wants"), reason=text("reason"), shop_agrees=ticked("shop_agrees"),
        waybill_back=text("waybill_back"),
    )  # fmt: skip
    return here(purchase_id, N_("已登记退换；商家退款或换的货到了再来登记"), "attention")


@step("shop-refund")
def shop_refund(tx: Tx, purchase_id: int) -> Done:
    found = changes.shop_refunded(
        tx, purchase_id, amount_fen=yuan_of("amount"), paid_to=text("paid_to"), station_bears=ticked("station_bears")
    )
    if not found.owed_fen:
        return here(purchase_id, N_("商家退款已登记，这一单办结"))
    words = N_("商家退款已登记，村民还应付 {sum}") if found.owed_fen > 0 else N_("商家退款已登记，请退给村民 {sum}")
    return here(purchase_id, words, "attention", sum=money.yuan(abs(found.owed_fen)))


@step("close")
def close(tx: Tx, purchase_id: int) -> Done:
    orders.close(tx, purchase_id, customer_is_content=ticked("customer_is_content"))
    return here(purchase_id, N_("已结案"))


@step("dispute")
def dispute(tx: Tx, purchase_id: int) -> Done:
    actions.dispute(tx, purchase_id, text("words"))
    return here(purchase_id, N_("已登记纠纷，这一单会一直列着，直到处理完"), "attention")


@step("settle-dispute")
def settle_dispute(tx: Tx, purchase_id: int) -> Done:
    actions.settle_dispute(tx, purchase_id, text("words"))
    return here(purchase_id, N_("纠纷处理结果已登记"))


@step("note")
def note(tx: Tx, purchase_id: int) -> Done:
    actions.note(tx, purchase_id, text("words"))
    return here(purchase_id, N_("备注已保存"))


@act(purchase_steps, "/purchases/close-due")
def close_due() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        return Done(url_for("purchases.all_purchases"), N_("已结案 {n} 单"), {"n": orders.close_due(tx)})

    return acts.run(do)
