"""What staff do with a bill. It becomes money in the transaction that settles its ticket; the account number stands in
the vault and is found again by a keyed hash that is erased with it."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

from kiosk import audit, clock, money, shifts, vault
from kiosk.bills.billers import biller as find_biller
from kiosk.bills.model import CASE, RETENTION, UNDER_WAY, Bill, BillKind, BillState
from kiosk.bills.store import bill, same_account
from kiosk.codes import about_a_person
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.till.customer import keep_person, read_person
from kiosk.words import N_

_PERIOD = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
#: A bill without a period (a top-up) is taken for a repetition within this time (domain.md §6).
REPEATED_WITHIN = timedelta(minutes=10)


def record(
    tx: Tx,
    *,
    biller: str,
    account_no: str,
    amount_fen: int,
    bill_period: str = "",
    account_again: str | None = None,
    customer_name: str = "",
    pays_again: bool = False,
) -> Bill:
    """Records a bill that stands on a ticket.

    The number of a mobile top-up is typed twice (``account_again``): a top-up can't be taken back. ``pays_again`` is
    the operator's word that the same account and period is meant to be paid once more. Raises ``Refused`` with
    ``bill.biller_unknown``, ``bill.account_wrong``, ``bill.account_differs``, ``bill.period_wrong``,
    ``bill.amount_wrong``, ``bill.already_paid`` or ``bill.under_way``.
    """
    company = find_biller(tx, biller)
    account = about_a_person(read_account(account_no), 60)
    if not company.account.fullmatch(account):
        raise Refused(
            "bill.account_wrong",
            N_("户号与「{biller}」的格式不符（现在是 {digits} 位）；没有保存，请对着账单再看一遍"),
            biller=company.name,
            digits=len(account),
        )
    if account_again is not None or company.kind == BillKind.MOBILE:
        if read_account(account_again or "") != account:
            raise Refused("bill.account_differs", N_("两次填的号码不一样，没有保存；请让村民念一遍，再填两次"))
    if bill_period and not _PERIOD.fullmatch(bill_period):
        raise Refused("bill.period_wrong", N_("账期应写成 2026-11 这样的年月；没有保存"))
    if not 1 <= amount_fen <= money.LIMIT_FEN:
        raise Refused("bill.amount_wrong", N_("缴费金额应大于 0；没有保存，请核对金额"))
    hashed = account_hash(tx, company.code, account)
    _refuse_second(tx, company.code, hashed, bill_period, amount_fen, pays_again)
    person = read_person(customer_name, None)
    today = shifts.ensure_open(tx)
    bill_id = tx.insert(
        "bills", state=BillState.RECORDED, biller=company.code, kind=company.kind, account_hash=hashed,
        bill_period=bill_period, amount_fen=amount_fen, is_paid_again=int(pays_again), recorded_on=today.business_on,
        recorded_at=tx.now, recorded_by_kind=tx.actor.kind, recorded_by_id=tx.actor.id,
    )  # fmt: skip
    vault.put(tx, CASE, bill_id, "account_no", account, RETENTION)
    keep_person(tx, CASE, bill_id, "customer_name", person)
    audit.record(
        tx, "bill.recorded", bill_id=bill_id, kind=company.kind, amount_fen=amount_fen, is_paid_again=int(pays_again),
    )  # fmt: skip
    return bill(tx, bill_id)


def read_account(text: str) -> str:
    """An account number as compared and kept: full-width digits folded, spaces and hyphens left out, letters upper."""
    return re.sub(r"[\s\-‐–—]", "", unicodedata.normalize("NFKC", text)).upper()[:60]


def account_hash(db: Reader, biller: str, account: str) -> str:
    """The keyed hash by which the bills of an account are found; as personal as the account and erased with it."""
    return db.secrets.keyed_hash("phone", f"account:{biller}:{account}")


def receive(tx: Tx, bill_id: int) -> None:
    """The villager's money is in the drawer (called as the ticket is settled)."""
    found = _in(tx, bill_id, BillState.RECORDED)
    business_on = shifts.ensure_open(tx).business_on
    tx.change("bills", bill_id, state=BillState.RECEIVED, received_on=business_on, received_at=tx.now)
    audit.record(tx, "bill.received", bill_id=bill_id, amount_fen=found.amount_fen, business_on=business_on)


def cancel(tx: Tx, bill_id: int) -> None:
    """Takes a bill back before any money was taken."""
    _in(tx, bill_id, BillState.RECORDED)
    tx.change("bills", bill_id, state=BillState.CANCELLED)
    audit.record(tx, "bill.cancelled", bill_id=bill_id)


def refund(tx: Tx, bill_id: int) -> None:
    """Gives the money of a bill back that was not sent to its biller."""
    found = _in(tx, bill_id, BillState.RECEIVED)
    business_on = shifts.ensure_open(tx).business_on
    tx.change("bills", bill_id, state=BillState.REFUNDED, refunded_on=business_on)
    audit.record(tx, "bill.refunded", bill_id=bill_id, amount_fen=found.amount_fen, business_on=business_on)


def forget(tx: Tx, bill_id: int, rule: str) -> int:
    """Erases the person of a bill (values and search column together); inside an erasing transaction."""
    tx.change("bills", bill_id, account_hash=None)
    return vault.erase(tx, CASE, bill_id, rule)


def _refuse_second(tx: Tx, biller: str, hashed: str, bill_period: str, amount_fen: int, pays_again: bool) -> None:
    first = same_account(tx, biller, hashed, bill_period)
    if first is None:
        return
    is_repetition = True
    if not bill_period:
        since = clock.read(tx.now) - clock.read(first.recorded_at)
        is_repetition = since < REPEATED_WITHIN and first.amount_fen == amount_fen
    if first.state in UNDER_WAY and is_repetition:
        raise Refused(
            "bill.under_way",
            N_("同一户号同一账期的缴费 {bill_id} 正在办理、结果未确认；没有再收，请先查清那一笔"),
            bill_id=first.id,
        )
    if is_repetition and not pays_again:
        raise Refused(
            "bill.already_paid",
            N_("同一户号同一账期 {at} 已有一笔 {amount}（缴费 {bill_id}）；没有再收，确实要再缴请勾选「村民确认要再缴一次」"),
            at=clock.local(first.recorded_at, tx.settings.station.zone).strftime("%m-%d %H:%M"),
            amount=money.yuan(first.amount_fen),
            bill_id=first.id,
        )


def _in(tx: Tx, bill_id: int, state: BillState) -> Bill:
    found = bill(tx, bill_id)
    if found.state != state:
        raise Refused(
            "bill.too_far",
            N_("缴费 {bill_id} 已到「{state}」这一步，不能这样改；没有改动任何内容"),
            bill_id=bill_id,
            state=found.state,
        )
    return found
