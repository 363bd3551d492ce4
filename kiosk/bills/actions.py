"""What staff do with a bill until its money is there, and what becomes of money that was not sent on. It becomes money in
the transaction that settles its ticket; the account number stands in the vault and is found again by a keyed hash that
is erased with it."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

from kiosk import audit, clock, money, shifts, vault
from kiosk.bills import repetition
from kiosk.bills.billers import Biller
from kiosk.bills.billers import biller as find_biller
from kiosk.bills.model import CASE, NEXT, OPEN_STATES, RETENTION, STATE_WORDS, Bill, BillState
from kiosk.bills.store import bill, take_step
from kiosk.codes import about_a_person
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.till.customer import keep_person, read_person
from kiosk.words import N_, say

_PERIOD = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
MOST_MONTHS = 36
#: A period further ahead is a slip of the pen, not a payment in advance.
MOST_AHEAD = timedelta(days=370)
LONGEST_HOLDER = 30


def record(
    tx: Tx,
    *,
    biller: str,
    account_no: str,
    amount_fen: int,
    bill_period: str = "",
    account_again: str | None = None,
    is_read_back: bool = False,
    account_holder: str = "",
    holder_confirmed: bool = False,
    late_fee_fen: int = 0,
    months: int = 0,
    balance_before_fen: int | None = None,
    customer_name: str = "",
    phone: str = "",
    pays_again: bool = False,
) -> Bill:
    """Records a bill that stands on a ticket.

    ``amount_fen`` is all that the biller gets, ``late_fee_fen`` the part of it that is a late fee. A mobile number is
    typed twice (``account_again``) and read back to the villager (``is_read_back``): a top-up can't be taken back.
    ``account_holder`` is the name that the channel shows; ``holder_confirmed`` that the villager said it is right.
    ``pays_again`` is the operator's word that the same account and period is meant to be paid once more. Raises
    ``Refused`` with ``bill.biller_unknown``, ``.account_wrong``, ``.account_differs``, ``.not_read_back``,
    ``.holder_not_confirmed``, ``.period_wrong``, ``.period_missing``, ``.months_wrong``, ``.amount_wrong``,
    ``.face_value_wrong``, ``.already_paid``, ``.under_way``.
    """
    company = find_biller(tx, biller)
    account = _account(company, account_no, account_again)
    _refuse_period(tx, company, bill_period, months)
    _refuse_amount(company, amount_fen, late_fee_fen)
    holder = about_a_person(account_holder, LONGEST_HOLDER)
    hashed = account_hash(tx, company.code, account)
    repetition.refuse_second(tx, company.code, hashed, bill_period, amount_fen, pays_again)
    if company.is_number_dictated and not is_read_back:
        raise Refused("bill.not_read_back", N_("请把号码和金额念给村民听，村民说对了再勾选；充错退不回来，还没有保存"))
    if holder and not holder_confirmed:
        raise Refused("bill.holder_not_confirmed", N_("请问村民「是不是这个户名」，村民说是再勾选；还没有保存"))
    person = read_person(customer_name, phone)
    today = shifts.ensure_open(tx)
    bill_id = tx.insert(
        "bills", state=BillState.RECORDED, biller=company.code, kind=company.kind, account_hash=hashed,
        bill_period=bill_period, amount_fen=amount_fen, late_fee_fen=late_fee_fen, months=months,
        is_card_meter=int(company.card_meter), is_paid_again=int(pays_again), is_read_back=int(is_read_back),
        is_holder_confirmed=int(bool(holder)), balance_before_fen=balance_before_fen, recorded_on=today.business_on,
        recorded_at=tx.now, recorded_by_kind=tx.actor.kind, recorded_by_id=tx.actor.id,
    )  # fmt: skip
    vault.put(tx, CASE, bill_id, "account_no", account, RETENTION)
    if holder:
        vault.put(tx, CASE, bill_id, "account_holder", holder, RETENTION)
    keep_person(tx, CASE, bill_id, "customer_name", person)
    take_step(tx, bill_id, BillState.RECORDED, today.business_on)
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
    """The villager's money is here (called as the ticket is settled)."""
    found = step_to(tx, bill_id, BillState.RECEIVED)
    business_on = shifts.ensure_open(tx).business_on
    tx.change("bills", bill_id, state=BillState.RECEIVED, received_on=business_on, received_at=tx.now)
    audit.record(tx, "bill.received", bill_id=bill_id, amount_fen=found.amount_fen, business_on=business_on)


def cancel(tx: Tx, bill_id: int) -> None:
    """Takes a bill back before any money was taken."""
    step_to(tx, bill_id, BillState.CANCELLED)
    tx.change("bills", bill_id, state=BillState.CANCELLED)
    audit.record(tx, "bill.cancelled", bill_id=bill_id)


def refund(tx: Tx, bill_id: int) -> None:
    """Gives the money of a bill back that was not sent to its biller, or did not arrive there (called as the refund is
    settled, or the bill's ticket voided). Raises ``Refused`` ``bill.under_way`` or ``bill.too_far``."""
    found = bill(tx, bill_id)
    repetition.refuse_under_way(found)
    step_to(tx, bill_id, BillState.REFUNDED)
    business_on = shifts.ensure_open(tx).business_on
    tx.change("bills", bill_id, state=BillState.REFUNDED, refunded_on=business_on)
    audit.record(tx, "bill.refunded", bill_id=bill_id, amount_fen=found.amount_fen, business_on=business_on)


def forget(tx: Tx, bill_id: int, rule: str) -> int:
    """Erases the person of a bill (values and search column together); inside an erasing transaction.

    Raises ``Refused('bill.still_open')`` while the station holds the money: whose it is must be known.
    """
    if bill(tx, bill_id).state in OPEN_STATES:
        raise Refused("bill.still_open", N_("缴费 {bill_id} 还没有办完，户号要留到办完以后；没有删除"), bill_id=bill_id)
    tx.change("bills", bill_id, account_hash=None)
    return vault.erase(tx, CASE, bill_id, rule)


def step_to(tx: Tx, bill_id: int, state: BillState) -> Bill:
    """The bill as it was, with its next step written down; raises ``Refused('bill.too_far')`` where none leads there."""
    found = bill(tx, bill_id)
    if state not in NEXT[found.state]:
        raise Refused(
            "bill.too_far",
            N_("缴费 {bill_id} 已到「{state}」这一步，不能这样改；没有改动任何内容"),
            bill_id=bill_id,
            state=say(STATE_WORDS[found.state]),
        )
    take_step(tx, bill_id, state, shifts.ensure_open(tx).business_on)
    return found


def _account(company: Biller, account_no: str, account_again: str | None) -> str:
    account = company.account_in(about_a_person(read_account(account_no), 60))
    if not company.account.fullmatch(account):
        raise Refused(
            "bill.account_wrong",
            N_("户号与「{biller}」的格式不符（现在是 {digits} 位）；没有保存，请对着账单再看一遍"),
            biller=company.name,
            digits=len(account),
        )
    if account_again is not None or company.is_number_dictated:
        if company.account_in(read_account(account_again or "")) != account:
            raise Refused("bill.account_differs", N_("两次填的号码不一样，没有保存；请让村民念一遍，再填两次"))
    return account


def _refuse_period(tx: Tx, company: Biller, bill_period: str, months: int) -> None:
    if company.period == "required" and not bill_period:
        raise Refused("bill.period_missing", N_("「{biller}」要写账期（年-月）；没有保存"), biller=company.name)
    today = clock.local_date(tx.settings.station.zone, clock.read(tx.now))
    latest = (today + MOST_AHEAD).isoformat()[:7]
    if bill_period and (company.period == "none" or not _PERIOD.fullmatch(bill_period) or bill_period > latest):
        raise Refused(
            "bill.period_wrong", N_("账期应写成 2026-11 这样的年月，预付的和充值的不填账期；没有保存，请对着账单改正")
        )
    if not 0 <= months <= MOST_MONTHS or (months and not company.months):
        raise Refused("bill.months_wrong", N_("缴几个月应是 1 到 {most}；没有保存"), most=MOST_MONTHS)


def _refuse_amount(company: Biller, amount_fen: int, late_fee_fen: int) -> None:
    if not 1 <= amount_fen <= money.LIMIT_FEN or not 0 <= late_fee_fen < amount_fen:
        raise Refused("bill.amount_wrong", N_("缴费金额应大于 0，违约金含在里面；没有保存，请核对金额"))
    if company.face_values_fen and amount_fen not in company.face_values_fen:
        raise Refused(
            "bill.face_value_wrong",
            N_("「{biller}」只有这些面值：{values} 元；没有保存"),
            biller=company.name,
            values="、".join(money.show(fen).removesuffix(".00") for fen in company.face_values_fen),
        )
