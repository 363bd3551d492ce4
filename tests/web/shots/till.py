"""Pictures of the till: a ticket paid in several ways, paid out, parked, given back; debts, cash, the villager's screen."""

from __future__ import annotations

from playwright.sync_api import Page

from kiosk.counter.add_line import add_line
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.park import park
from kiosk.counter.settle import settle
from kiosk.people import desks
from kiosk.storage import Actor, Store, Tx
from kiosk.till import cash_moves, debtors
from kiosk.till import store as tickets
from kiosk.till.payments import Tender
from tests.web.shots import NOBODY, Shot, row

BUY = {
    "item_name": "三相潜水泵䶮牌铜芯加长线带浮球开关", "amount_fen": 368_00, "paid_by": "customer", "customer_name": "张大爷",
    "phone": "1234",
}  # fmt: skip


def _clear(tx: Tx) -> None:
    """Nothing stands at the desk."""
    if tx.actor.desk_id is not None:
        standing = desks.desk(tx, tx.actor.desk_id).open_ticket_id
        if standing is not None and tickets.lines(tx, standing):
            park(tx, standing)


def _debtor(tx: Tx) -> int:
    for one in debtors.debtors(tx):
        if one.phone_tail == "6677":
            return one.id
    debtor = debtors.allow(tx, "欧阳建国", "13900006677", 500_00)
    ticket = open_ticket(tx)
    add_line(tx, ticket, "bill", biller="power-demo", account_no="0602998877660", amount_fen=86_40)
    settle(tx, ticket, 0, [Tender("account", 86_40, "", debtor)])
    return debtor


def _standing(store: Store, actor: Actor) -> None:
    """A purchase with a fee and a bill wait to be paid; another ticket is parked, somebody may owe."""
    with store.transaction(actor) as tx:
        _clear(tx)
        _debtor(tx)
        ticket = open_ticket(tx)
        add_line(tx, ticket, "purchase", **BUY)
        add_line(tx, ticket, "bill", biller="power-demo", account_no="0602123456500", amount_fen=50_00, pays_again=True)


def _long(store: Store, actor: Actor) -> None:
    """Three more bills: five lines."""
    _standing(store, actor)
    with store.transaction(actor) as tx:
        ticket = open_ticket(tx)
        for account_no, amount_fen in (("0602998877661", 86_40), ("0602998877662", 1234_50), ("0602998877663", 7_00)):
            add_line(
                tx, ticket, "bill", biller="power-demo", account_no=account_no, amount_fen=amount_fen, pays_again=True
            )


def _to_the_end(page: Page) -> None:
    """As far down as the work scrolls while the payment is filled in."""
    page.fill("#given", "2000")
    page.locator("#settle-form > button").scroll_into_view_if_needed()


def _paid_out(store: Store, actor: Actor) -> None:
    with store.transaction(actor) as tx:
        _clear(tx)
        add_line(tx, open_ticket(tx), "compensation", amount_fen=30_00, reason="damaged", note="摔坏一盒鸡蛋")


def _idle(store: Store, actor: Actor) -> None:
    with store.transaction(actor) as tx:
        _clear(tx)


def _owing(store: Store, actor: Actor) -> None:
    with store.transaction(actor) as tx:
        _clear(tx)
        _debtor(tx)
        ticket = open_ticket(tx)
        add_line(tx, ticket, "debt", debtor_id=_debtor(tx), amount_fen=1_40)
        settle(tx, ticket, 2_00)


def _moved(store: Store, actor: Actor) -> None:
    with store.transaction(actor) as tx:
        cash_moves.move_cash(tx, "from_bank", 200_00)
        cash_moves.put_back(tx, cash_moves.move_cash(tx, "expense", 3_50, note="买胶带两卷").id)


def _by_wallet(page: Page) -> None:
    page.locator("label.method:has([value=wechat])").first.click()
    page.fill("[name=p1_amount]", "200")
    page.locator("#split summary").click()
    page.locator("#split label.method:has([value=account])").click()
    page.fill("#split [name=p2_amount]", "100")
    page.fill("#given", "150")


def _in_cash(page: Page) -> None:
    page.fill("#given", "500")


_SUM_AND_PAY = (".pay .owed b", "#settle-form > button", "#ticket .sum b")

SHOTS = {
    "display.screen": (
        Shot("/display", "display-bind", who=NOBODY),
        Shot("/display", "display-idle", before=_idle, sees=(".board h1", ".asked")),
        Shot("/display", "display", before=_standing, sees=(".total b",)),
    ),
    "tickets.pay": (
        Shot("/ticket", "ticket-empty", before=_idle),
        Shot("/ticket", "ticket", before=_standing, then=_in_cash),
        Shot("/ticket", "ticket-five", before=_long, sees=_SUM_AND_PAY),
        Shot("/ticket", "ticket-five-cash", before=_long, then=_to_the_end, sees=_SUM_AND_PAY),
        Shot("/ticket", "ticket-split", before=_standing, then=_by_wallet),
        Shot("/ticket", "ticket-pay-out", before=_paid_out),
    ),
    "tickets.one_ticket": (
        Shot(row("/tickets/{}", "SELECT MAX(id) FROM tickets WHERE settled_on IS NOT NULL"), "receipt"),
    ),
    "tickets.all_tickets": (
        Shot("/tickets", "tickets"),
        Shot("/tickets?receipt_no=99999", "tickets-none-found"),
    ),
    "visits.parked": (Shot("/tickets/parked", "tickets-parked", before=_standing),),
    "visits.compensation": (Shot("/compensation", "compensation"),),
    "debts.all_debts": (Shot("/debts", "debts", before=_owing),),
    "debts.one_debt": (Shot(row("/debts/{}", "SELECT MAX(id) FROM debtors"), "debt", before=_owing),),
    "cash.moves": (Shot("/cash", "cash", before=_moved),),
}
