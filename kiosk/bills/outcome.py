"""Sends a received bill to its biller and writes down what came of it. A time-out is no failure: what is unconfirmed holds
its account until somebody has looked (lessons.md 11), and only then is it confirmed or failed."""

from __future__ import annotations

from collections.abc import Collection

from kiosk import attachments, audit, ledger, money, shifts, vault
from kiosk.attachments import Picture
from kiosk.bills import repetition
from kiosk.bills.actions import LONGEST_HOLDER, step_to
from kiosk.bills.billers import billers
from kiosk.bills.model import (
    CASE,
    CHANNEL_WORDS,
    FAIL_WORDS,
    LOOK_UP_WORDS,
    RETENTION,
    SERVICE,
    STATE_WORDS,
    Bill,
    BillState,
)
from kiosk.bills.store import bill, by_serial
from kiosk.codes import about_a_person
from kiosk.errors import Refused
from kiosk.ledger import PAID_FROM, Account, Posting
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_, say

LONGEST_NUMBER = 40


def submit(
    tx: Tx, bill_id: int, *, channel: str, paid_from: str, account_holder: str = "", holder_confirmed: bool = False
) -> Bill:
    """The bill is being sent on ``channel``, paid from the station's ``paid_from``; no money is booked yet.

    ``account_holder`` and ``holder_confirmed`` where the name was not confirmed when it was recorded. Raises
    ``Refused`` with ``bill.too_far``, ``bill.under_way`` (another one for the same), ``bill.channel_unknown``,
    ``bill.paid_from_unknown``, ``bill.holder_not_confirmed``.
    """
    require(tx.actor, Right.SERVE)
    found = bill(tx, bill_id)
    company = billers(tx).get(found.biller)
    _choose(
        "bill.channel_unknown",
        N_("请选择通过什么渠道缴；没有提交"),
        channel,
        company.channels if company else CHANNEL_WORDS,
    )
    _choose("bill.paid_from_unknown", N_("请选择从站里哪个账户付给缴费单位；没有提交"), paid_from, PAID_FROM)
    repetition.refuse_held(tx, found)
    holder = about_a_person(account_holder, LONGEST_HOLDER)
    needs_holder = company is not None and company.holder and not found.is_holder_confirmed
    if needs_holder and not (holder and holder_confirmed):
        raise Refused(
            "bill.holder_not_confirmed",
            N_("缴费 {bill_id} 还没有和村民核对户名；没有提交，请填渠道显示的户名，问过村民再勾选"),
            bill_id=bill_id,
        )
    step_to(tx, bill_id, BillState.SUBMITTED)
    if needs_holder:
        vault.put(tx, CASE, bill_id, "account_holder", holder, RETENTION)
        audit.record(tx, "bill.holder_confirmed", bill_id=bill_id)
    tx.change(
        "bills", bill_id, state=BillState.SUBMITTED, channel=channel, paid_from=paid_from, submitted_at=tx.now,
        submitted_on=shifts.ensure_open(tx).business_on,
        is_holder_confirmed=int(bool(found.is_holder_confirmed or needs_holder)),
    )  # fmt: skip
    audit.record(
        tx, "bill.submitted", bill_id=bill_id, channel=channel, paid_from=paid_from, amount_fen=found.amount_fen
    )
    return bill(tx, bill_id)


def leave_unconfirmed(tx: Tx, bill_id: int) -> Bill:
    """Nobody knows whether it arrived: the account is held until ``confirm`` or ``fail``. Raises ``bill.too_far``."""
    require(tx.actor, Right.SERVE)
    step_to(tx, bill_id, BillState.UNCONFIRMED)
    tx.change("bills", bill_id, state=BillState.UNCONFIRMED)
    audit.record(tx, "bill.unconfirmed", bill_id=bill_id)
    return bill(tx, bill_id)


def look_up(tx: Tx, bill_id: int, how: str) -> Bill:
    """Somebody looked and knows no more: it stays unconfirmed. Raises ``bill.too_far``, ``bill.look_up_unknown``."""
    require(tx.actor, Right.SERVE)
    found = bill(tx, bill_id)
    if found.state != BillState.UNCONFIRMED:
        _too_far(found)
    _how(how)
    tx.change("bills", bill_id, looked_up_at=tx.now, looked_up_by=how)
    audit.record(tx, "bill.looked_up", bill_id=bill_id, how=how)
    return bill(tx, bill_id)


def confirm(
    tx: Tx,
    bill_id: int,
    *,
    serial_no: str = "",
    voucher_no: str = "",
    picture: Picture | None = None,
    paid_from: str = "",
    how: str = "",
    balance_before_fen: int | None = None,
    balance_after_fen: int | None = None,
    is_card_written: bool | None = None,
) -> Bill:
    """The biller has the money: what was held for the bill goes to the account that paid it (Dr held / Cr ``paid_from``).

    At least one of serial number, voucher number and photo proves it (TC-05 原始凭证). ``how`` it was looked up is asked
    of an unconfirmed one, ``is_card_written`` of a card meter. Raises ``Refused`` with ``bill.too_far``,
    ``bill.voucher_missing``, ``bill.serial_used``, ``bill.card_not_asked``, ``bill.look_up_unknown``,
    ``bill.paid_from_unknown``, ``bill.amount_wrong``.
    """
    require(tx.actor, Right.SERVE)
    found = bill(tx, bill_id)
    if found.state == BillState.UNCONFIRMED:
        _how(how)
    serial, voucher = (about_a_person(text, LONGEST_NUMBER).replace(" ", "") for text in (serial_no, voucher_no))
    if not (serial or voucher or picture or attachments.of_case(tx, CASE, bill_id)):
        raise Refused("bill.voucher_missing", N_("请填流水号或凭证号，或拍一张缴费成功的照片；没有凭证不能记为已缴成"))
    _refuse_serial(tx, found, serial)
    if found.is_card_meter and is_card_written is None:
        raise Refused("bill.card_not_asked", N_("这是卡表：请选择钱是否已写到卡上；没有保存"))
    source = paid_from or found.paid_from
    step_to(tx, bill_id, BillState.CONFIRMED)
    _choose("bill.paid_from_unknown", N_("请选择从站里哪个账户付给缴费单位；没有提交"), source, PAID_FROM)
    for balance_fen in (balance_before_fen, balance_after_fen):
        if balance_fen is not None and abs(balance_fen) > money.LIMIT_FEN:
            raise Refused("bill.amount_wrong", N_("余额太大，请核对；没有保存"))
    business_on = shifts.ensure_open(tx).business_on
    postings = [
        Posting(Account.HELD_FOR_BILLS, found.amount_fen, SERVICE, found.party),
        Posting(PAID_FROM[source], -found.amount_fen, SERVICE),
    ]
    entry_id = ledger.post(tx, "bill_confirmed", business_on, CASE, bill_id, postings)
    tx.change(
        "bills", bill_id, state=BillState.CONFIRMED, paid_from=source, serial_no=serial, voucher_no=voucher,
        balance_before_fen=found.balance_before_fen if balance_before_fen is None else balance_before_fen,
        balance_after_fen=balance_after_fen, outcome_on=business_on, outcome_at=tx.now, entry_id=entry_id,
        is_card_written=None if is_card_written is None else int(is_card_written), **_looked_up(tx, how),
    )  # fmt: skip
    if picture is not None:
        attachments.attach(tx, CASE, bill_id, "voucher", picture)
    audit.record(
        tx, "bill.confirmed", bill_id=bill_id, amount_fen=found.amount_fen, entry_id=entry_id, paid_from=source, how=how
    )
    return bill(tx, bill_id)


def fail(tx: Tx, bill_id: int, *, reason: str, how: str) -> Bill:
    """Looked up, and it did not arrive: the money is to be given back by a refund on a ticket.

    Only an unconfirmed bill fails: what was just sent must be looked up first. Raises ``Refused`` with
    ``bill.look_up_first``, ``bill.too_far``, ``bill.reason_unknown``, ``bill.look_up_unknown``.
    """
    require(tx.actor, Right.SERVE)
    if bill(tx, bill_id).state == BillState.SUBMITTED:
        raise Refused(
            "bill.look_up_first",
            N_("没有回音不等于没缴成：请先记为「结果未确认」，查清以后再记没缴成；没有改动任何内容"),
            bill_id=bill_id,
        )
    _choose("bill.reason_unknown", N_("请选择没缴成的原因；没有改动任何内容"), reason, FAIL_WORDS)
    _how(how)
    step_to(tx, bill_id, BillState.FAILED)
    tx.change(
        "bills", bill_id, state=BillState.FAILED, fail_reason=reason, outcome_at=tx.now,
        outcome_on=shifts.ensure_open(tx).business_on, **_looked_up(tx, how),
    )  # fmt: skip
    audit.record(tx, "bill.failed", bill_id=bill_id, reason=reason, how=how)
    return bill(tx, bill_id)


def add_picture(tx: Tx, bill_id: int, picture: Picture) -> int:
    """Keeps a photo of a bill's voucher; returns the attachment's id. Raises ``attachment.too_many``."""
    require(tx.actor, Right.SERVE)
    return attachments.attach(tx, CASE, bill(tx, bill_id).id, "voucher", picture)


def _refuse_serial(tx: Tx, found: Bill, serial: str) -> None:
    other = by_serial(tx, found.biller, serial) if serial else None
    if other is not None and other.id != found.id:
        raise Refused(
            "bill.serial_used",
            N_("这个流水号已记在缴费 {bill_id} 上，一个流水号只对一笔；没有保存，请对着缴费记录再看一遍"),
            bill_id=other.id,
        )


def _how(how: str) -> None:
    _choose("bill.look_up_unknown", N_("请选择是怎么查到的；没有改动任何内容"), how, LOOK_UP_WORDS)


def _looked_up(tx: Tx, how: str) -> dict[str, str]:
    return {"looked_up_at": tx.now, "looked_up_by": how} if how else {}


def _choose(code: str, message: str, chosen: str, known: Collection[str]) -> None:
    if chosen not in known:
        raise Refused(code, message, known=", ".join(known))


def _too_far(found: Bill) -> None:
    raise Refused(
        "bill.too_far",
        N_("缴费 {bill_id} 已到「{state}」这一步，不能这样改；没有改动任何内容"),
        bill_id=found.id,
        state=say(STATE_WORDS[found.state]),
    )
