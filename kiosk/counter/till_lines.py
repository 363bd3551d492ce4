"""Money on a ticket that no service brings: a debt repaid, a compensation paid out, the jiao that is rounded off."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk import money
from kiosk.counter.lines import AddedLine, LineActs, nothing, put_on
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.parcels import store as parcels
from kiosk.people.rights import Right, require
from kiosk.purchases import store as purchases
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.till import compensations, debtors
from kiosk.till import store as tickets
from kiosk.till.model import Blank, Line, NewLine
from kiosk.till.settling import ROUNDING
from kiosk.words import N_

REPAY = ("debt", "repay")
PAY = (compensations.SERVICE, compensations.PAY)


def add_repayment(tx: Tx, ticket_id: int, *, debtor_id: int, amount_fen: int) -> AddedLine:
    """Puts the repayment of a debt on a ticket, up to what is owed.

    Raises ``Refused`` with ``debtor.unknown``, ``debt.amount_wrong``, ``debt.more_than_owed``, ``debt.on_ticket`` (one
    repayment of a debtor at a time) and those of the ticket.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    found = debtors.debtor(tx, debtor_id)
    if amount_fen <= 0:
        raise Refused("debt.amount_wrong", N_("还款金额应大于 0；没有加入，请重新填写"))
    pending = tickets.charged_line(tx, debtors.CASE, debtor_id, REPAY[1])
    if pending is not None and pending.state == "pending":
        raise Refused(
            "debt.on_ticket",
            N_("这位村民的还款已在单 {ticket_id} 上等着收款，没有再加；要改金额请先去掉那一项"),
            ticket_id=pending.ticket_id,
        )
    _not_more_than_owed(found.owed_fen, amount_fen)
    blanks = {"name": Blank(debtors.CASE, debtor_id, debtors.NAME, "name")}
    service, act = REPAY
    new = NewLine(
        service=service, act=act, case_kind=debtors.CASE, case_id=debtor_id, label=N_("还欠款（{name}）"),
        blanks=blanks, txn_count=0, principal_fen=amount_fen, principal_account=Account.DEBTS,
        party=debtors.party(debtor_id),
    )  # fmt: skip
    return put_on(tx, ticket_id, new)


def add_compensation(
    tx: Tx,
    ticket_id: int,
    *,
    amount_fen: int,
    reason: str,
    about_kind: str = "",
    about_id: int | None = None,
    note: str = "",
) -> AddedLine:
    """Puts a compensation on a ticket, to be paid out to the villager; the manager decides it.

    Raises ``Refused`` with ``compensation.about_unknown``, ``parcel.unknown``, ``purchase.unknown`` and those of
    ``till.compensations.record``.
    """
    require(tx.actor, Right.MANAGE)
    till.open_one(tx, ticket_id)
    if about_kind not in compensations.ABOUT_WORDS or (about_kind and about_id is None):
        raise Refused("compensation.about_unknown", N_("请写明是哪一件快件或哪一单代购的编号；没有保存"))
    if about_kind == "parcel":
        parcels.parcel(tx, about_id or 0)
    elif about_kind == "purchase":
        purchases.purchase(tx, about_id or 0)
    found = compensations.record(tx, amount_fen, reason, about_kind=about_kind, about_id=about_id, note=note)
    return put_on(tx, ticket_id, compensations.line(found))


def stays_open(db: Reader) -> dict[str, int]:
    """Customers who owe the station."""
    return {"debts": sum(1 for one in debtors.debtors(db) if one.owed_fen)}


def _repay(tx: Tx, line: Line) -> None:
    _not_more_than_owed(debtors.owed_fen(tx, line.case_id), line.principal_fen)


def _not_more_than_owed(owed_fen: int, amount_fen: int) -> None:
    if amount_fen > owed_fen:
        raise Refused(
            "debt.more_than_owed",
            N_("这位村民现在只欠 {owed}，不能还 {amount}；没有收款，请改成实际欠款"),
            owed=money.yuan(owed_fen),
            amount=money.yuan(amount_fen),
            owed_fen=owed_fen,
        )


LINES: Mapping[tuple[str, str], LineActs] = {
    REPAY: LineActs(_repay, nothing, nothing, nothing),
    PAY: LineActs(
        take_effect=lambda tx, line: compensations.pay(tx, line.case_id),
        withdraw=lambda tx, line: compensations.cancel(tx, line.case_id),
        undo=lambda tx, line: compensations.take_back(tx, line.case_id),
        refund=lambda tx, line: compensations.take_back(tx, line.case_id),
    ),
    (ROUNDING, "round_off"): LineActs(nothing, nothing, nothing, nothing),
}
ADD = {"debt": add_repayment, "compensation": add_compensation}
