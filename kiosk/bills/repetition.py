"""Nothing is paid twice by accident (lessons.md 11): the same account and period stops and asks; what may be at the biller
already is refused whatever anybody says, until its outcome is known."""

from __future__ import annotations

from datetime import timedelta

from kiosk import clock, money
from kiosk.bills.model import UNDER_WAY, Bill
from kiosk.bills.store import same_payment
from kiosk.errors import Refused
from kiosk.storage import Tx
from kiosk.words import N_

#: A payment without a period (a top-up) is taken for a repetition within this time (domain.md §6).
REPEATED_WITHIN = timedelta(minutes=10)


def refuse_second(tx: Tx, biller: str, hashed: str, bill_period: str, amount_fen: int, pays_again: bool) -> None:
    """Raises ``Refused`` ``bill.under_way``, or ``bill.already_paid`` unless it is meant (``pays_again``)."""
    first = same_payment(tx, biller, hashed, bill_period, amount_fen)
    if first is None:
        return
    refuse_under_way(first)
    is_repetition = bool(bill_period) or clock.read(tx.now) - clock.read(first.recorded_at) < REPEATED_WITHIN
    if is_repetition and not pays_again:
        raise Refused(
            "bill.already_paid",
            N_(
                "同一户号同一账期 {at} 已有一笔 {amount}（缴费 {bill_id}）；没有再收，确实要再缴请勾选「村民确认要再缴一次」"
            ),
            at=clock.local(first.recorded_at, tx.settings.station.zone).strftime("%m-%d %H:%M"),
            amount=money.yuan(first.amount_fen),
            bill_id=first.id,
        )


def refuse_held(tx: Tx, bill: Bill) -> None:
    """Raises ``Refused('bill.under_way')`` while another bill that pays for the same may be at the biller."""
    if bill.account_hash is None:
        return
    other = same_payment(tx, bill.biller, bill.account_hash, bill.bill_period, bill.amount_fen, UNDER_WAY)
    if other is not None and other.id != bill.id:
        refuse_under_way(other)


def refuse_under_way(bill: Bill) -> None:
    """Raises ``Refused('bill.under_way')`` for a bill that is on its way, or may have arrived."""
    if bill.state in UNDER_WAY:
        raise Refused(
            "bill.under_way",
            N_("同一户号同一账期的缴费 {bill_id} 正在办理、结果未确认；没有再收也没有退，请先查清那一笔"),
            bill_id=bill.id,
        )
