"""What the till does with a ticket: open, quote, add and remove lines, settle, void. Each runs inside the caller's
transaction; the acts of the services behind the lines are called by ``kiosk.counter``, never from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk import audit, fees, ledger, money, shifts
from kiosk.errors import Refused
from kiosk.fees import Quote
from kiosk.ledger import Account
from kiosk.people import desks
from kiosk.people.rights import Right, may
from kiosk.printing import jobs
from kiosk.storage import Tx
from kiosk.storage.numbers import document_no
from kiosk.till import slips, store
from kiosk.till.model import Line, LineState, NewLine, Ticket, TicketState, VoidReason
from kiosk.words import N_

#: A longer ticket is a mistake; its receipt would not fit a roll either.
MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settlement did; amounts in fen. ``print_job_id`` is None where the station has no printer."""

    ticket_id: int
    receipt_no: str
    business_on: str
    total_fen: int
    given_fen: int
    change_fen: int
    entry_id: int | None
    slip_id: int
    print_job_id: int | None


def open_ticket(tx: Tx, desk_id: int | None = None) -> int:
    """The desk's open ticket, begun if it has none; for a program (no desk) always a new one of its own."""
    today = shifts.ensure_open(tx)
    if desk_id is not None:
        standing = desks.desk(tx, desk_id).open_ticket_id
        if standing is not None and store.ticket(tx, standing).state == TicketState.OPEN:
            return standing
    token_id = tx.actor.id if tx.actor.kind == "token" and desk_id is None else None
    ticket_id = store.insert_ticket(tx, today.business_on, desk_id, token_id)
    if desk_id is not None:
        desks.set_desk(tx, desk_id, open_ticket_id=ticket_id)
    audit.record(tx, "ticket.opened", ticket_id=ticket_id)
    return ticket_id


def open_one(tx: Tx, ticket_id: int) -> Ticket:
    """The ticket if it is open and this actor's to change.

    Raises ``Refused`` with ``ticket.unknown``, ``ticket.already_settled`` (naming receipt and time), ``ticket.voided``
    or ``ticket.not_yours`` (a program may change its own tickets only).
    """
    found = _own(tx, ticket_id)
    if found.state == TicketState.SETTLED:
        raise Refused(
            "ticket.already_settled",
            N_("这单已收过款：收据 {receipt_no}，应收 {total}；没有重复收取，请另开一单"),
            ticket_id=ticket_id,
            receipt_no=found.receipt_no,
            settled_at=found.settled_at,
            total=money.yuan(found.total_fen or 0),
        )
    if found.state == TicketState.VOIDED:
        raise Refused("ticket.voided", N_("这单已经作废，没有改动任何内容；请另开一单"), ticket_id=ticket_id)
    return found


def quote(
    tx: Tx, ticket_id: int, codes: Sequence[str], *, quantity: int = 1, amount_fen: int = 0, days: int = 0
) -> Quote:
    """The published fee of the first of ``codes`` that the ticket's fee version has.

    A ticket keeps the version of its first quote to the end of that business day. Raises ``Refused`` with
    ``fee.not_published`` or, on a ticket carried over from another day whose fees have changed since,
    ``ticket.fees_changed``.
    """
    version = _version(tx, open_one(tx, ticket_id))
    code = next((code for code in codes if version is not None and version.item(code)), codes[-1])
    found = fees.quote(version, code, quantity=quantity, amount_fen=amount_fen, days=days)
    business_on = shifts.ensure_open(tx).business_on
    tx.change("tickets", ticket_id, fee_version_id=found.version_id, quoted_on=business_on)
    return found


def add_line(tx: Tx, ticket_id: int, new: NewLine, *, is_done: bool = False) -> int:
    """Puts a line on an open ticket and returns its id. A free act that has been done already stands as done.

    Raises ValueError for money without a published quote behind it: a programming error, refused by the database too.
    """
    open_one(tx, ticket_id)
    charged = new.fee_fen + new.commission_fen
    if charged != (new.quote.fee_fen if new.quote else 0) or (is_done and new.principal_fen + charged):
        raise ValueError(f"{new.service} line charges {charged} fen without a quote for it")
    if tx.value("SELECT COUNT(*) FROM ticket_lines WHERE ticket_id = ?", ticket_id) >= MOST_LINES:
        raise Refused(
            "ticket.too_long", N_("一单最多 {most} 项，这一项没有加入；请先收款，再另开一单"), most=MOST_LINES
        )
    state = LineState.DONE if is_done else LineState.PENDING
    line_id = store.insert_line(tx, ticket_id, new, state)
    audit.record(
        tx, "ticket.line_added", ticket_id=ticket_id, line_id=line_id, service=new.service, case_id=new.case_id,
        owed_fen=new.principal_fen + new.fee_fen, fee_fen=new.fee_fen,
        fee_version=new.quote.version_number if new.quote else None,
    )  # fmt: skip
    return line_id


def pending_line(tx: Tx, line_id: int) -> Line:
    """The line if it may still be taken off; raises ``Refused`` ``ticket.line_fixed`` for one that took effect."""
    line = store.line(tx, line_id)
    open_one(tx, line.ticket_id)
    if line.state != LineState.PENDING:
        raise Refused(
            "ticket.line_fixed", N_("这一项已经办完或已去掉，不能再去掉；请在它自己的页面撤销"), line_id=line_id
        )
    return line


def remove_line(tx: Tx, line_id: int) -> None:
    """Takes a pending line off its ticket; the row stays."""
    line = pending_line(tx, line_id)
    tx.change("ticket_lines", line_id, state=LineState.REMOVED)
    audit.record(tx, "ticket.line_removed", ticket_id=line.ticket_id, line_id=line_id)


def requote(tx: Tx, ticket_id: int) -> int:
    """Works the pending lines of a carried-over ticket out anew from the fees in force; returns how many changed."""
    open_one(tx, ticket_id)
    today = shifts.ensure_open(tx)
    version = fees.current(tx, today.business_on)
    changed = 0
    for line in store.lines(tx, ticket_id):
        if line.state != LineState.PENDING or line.fee_code is None:
            continue
        if version is not None and line.fee_version_id == version.id:
            continue
        found = fees.quote(version, line.fee_code, **line.quote["basis"])
        remove_line(tx, line.id)
        add_line(tx, ticket_id, _with_quote(line, found))
        changed += 1
    if version is not None:
        tx.change("tickets", ticket_id, fee_version_id=version.id, quoted_on=today.business_on)
    return changed


def settle(tx: Tx, ticket_id: int, given_fen: int) -> Settled:
    """Takes the cash for an open ticket: one balanced entry, the next receipt number, the receipt frozen and queued.

    The lines' own acts have been done by the caller in this transaction. Raises ``Refused`` with ``ticket.empty``,
    ``ticket.cash_short`` (naming what is missing), ``ticket.fees_changed`` and those of ``open_one``.
    """
    found = open_one(tx, ticket_id)
    standing = store.lines(tx, ticket_id)
    if not standing:
        raise Refused("ticket.empty", N_("这单还没有项目，不能收款；请先加入要办的业务"))
    _version(tx, found)
    today = shifts.ensure_open(tx)
    total_fen = sum(line.owed_fen for line in standing)
    if not 0 <= given_fen <= money.LIMIT_FEN:
        raise Refused("ticket.cash_unreadable", N_("收到的现金填得不对，没有收款；请重新填写"))
    if given_fen < total_fen:
        raise Refused(
            "ticket.cash_short",
            N_("收到 {given}，应收 {total}，还差 {missing}；没有收款，单子保留着"),
            given=money.yuan(given_fen),
            total=money.yuan(total_fen),
            missing=money.yuan(total_fen - given_fen),
            missing_fen=total_fen - given_fen,
        )
    postings = [posting for line in standing for posting in line.postings()]
    entry_id = ledger.post(tx, "ticket", today.business_on, "ticket", ticket_id, postings) if postings else None
    receipt_no = document_no(tx, "R", today.business_on)
    change_fen = given_fen - total_fen
    slip_id = slips.freeze_receipt(tx, found, standing, receipt_no, total_fen, given_fen, change_fen)
    tx.change(
        "tickets", ticket_id, state=TicketState.SETTLED, settled_on=today.business_on, settled_at=tx.now,
        settled_by_kind=tx.actor.kind, settled_by_id=tx.actor.id, total_fen=total_fen, given_fen=given_fen,
        change_fen=change_fen, receipt_no=receipt_no, entry_id=entry_id, slip_id=slip_id,
    )  # fmt: skip
    store.set_line_states(tx, ticket_id, LineState.PENDING, LineState.DONE)
    leave_desks(tx, ticket_id)
    audit.record(
        tx, "ticket.settled", ticket_id=ticket_id, receipt_no=receipt_no, business_on=today.business_on,
        total_fen=total_fen, given_fen=given_fen, change_fen=change_fen,
    )  # fmt: skip
    job_id = print_at_desk(tx, slip_id, found.desk_id)
    return Settled(
        ticket_id, receipt_no, today.business_on, total_fen, given_fen, change_fen, entry_id, slip_id, job_id
    )


def void_open(tx: Tx, ticket_id: int, reason: VoidReason) -> None:
    """Voids an unsettled ticket: what was pending is taken off, what was done free of charge stays done."""
    open_one(tx, ticket_id)
    for line in store.lines(tx, ticket_id):
        if line.state == LineState.PENDING:
            remove_line(tx, line.id)
    today = shifts.ensure_open(tx)
    tx.change(
        "tickets", ticket_id, state=TicketState.VOIDED, voided_on=today.business_on, voided_at=tx.now,
        voided_by_kind=tx.actor.kind, voided_by_id=tx.actor.id, void_reason=reason,
    )  # fmt: skip
    leave_desks(tx, ticket_id)
    _record_void(tx, ticket_id, reason, 0, None, today.business_on)


def refundable(tx: Tx, ticket_id: int) -> Ticket:
    """A settled ticket if it may still be voided: on the business day on which it was settled.

    Raises ``Refused`` with ``ticket.day_closed`` or ``ticket.not_yours``.
    """
    found = _own(tx, ticket_id)
    today = shifts.ensure_open(tx)
    if found.settled_on != today.business_on:
        raise Refused(
            "ticket.day_closed",
            N_("收据 {receipt_no} 属于已经日结的 {settled_on}，不能作废；请按更正办理，原记录保持不变"),
            receipt_no=found.receipt_no,
            settled_on=found.settled_on,
        )
    return found


def void_settled(tx: Tx, ticket_id: int, reason: VoidReason, reversed_lines: Sequence[int]) -> str:
    """Voids a settled ticket by a reversing entry and a numbered refund slip; returns the slip's number.

    The receipt and its entry stay as they were written. ``reversed_lines`` are those whose acts the caller has undone.
    """
    found = refundable(tx, ticket_id)
    standing = store.lines(tx, ticket_id)
    business_on = shifts.ensure_open(tx).business_on
    entry_id = ledger.reverse(tx, found.entry_id, business_on, "ticket_void") if found.entry_id is not None else None
    refund_no = document_no(tx, "V", business_on)
    slip_id = slips.freeze_refund(tx, found, standing, refund_no)
    for line_id in reversed_lines:
        tx.change("ticket_lines", line_id, state=LineState.REVERSED)
    tx.change(
        "tickets", ticket_id, state=TicketState.VOIDED, voided_on=business_on, voided_at=tx.now,
        voided_by_kind=tx.actor.kind, voided_by_id=tx.actor.id, void_reason=reason, refund_no=refund_no,
        refund_entry_id=entry_id, refund_slip_id=slip_id,
    )  # fmt: skip
    _record_void(tx, ticket_id, reason, found.total_fen or 0, refund_no, business_on)
    print_at_desk(tx, slip_id, found.desk_id)
    return refund_no


def print_at_desk(tx: Tx, slip_id: int, desk_id: int | None) -> int | None:
    """Queues a slip to the printer of a desk, else of the desk at which the actor works; None without any printer."""
    at = desk_id if desk_id is not None else tx.actor.desk_id
    printer = tx.settings.printer_for(desks.desk(tx, at).name if at is not None else "")
    return jobs.queue(tx, slip_id, printer) if printer else None


def leave_desks(tx: Tx, ticket_id: int) -> None:
    """No desk has this ticket open any more."""
    tx.execute("UPDATE desks SET open_ticket_id = NULL WHERE open_ticket_id = ?", ticket_id)


def _own(tx: Tx, ticket_id: int) -> Ticket:
    found = store.ticket(tx, ticket_id)
    if tx.actor.kind == "token" and found.token_id != tx.actor.id and not may(tx.actor, Right.MANAGE):
        raise Refused("ticket.not_yours", N_("单 {ticket_id} 不是这个程序开的，没有改动任何内容"), ticket_id=ticket_id)
    return found


def _version(tx: Tx, found: Ticket) -> fees.FeeVersion | None:
    today = shifts.ensure_open(tx)
    if found.quoted_on == today.business_on and found.fee_version_id is not None:
        return fees.version(tx, found.fee_version_id)
    now_in_force = fees.current(tx, today.business_on)
    for line in store.lines(tx, found.id):
        if line.state == LineState.PENDING and line.fee_version_id not in (None, now_in_force and now_in_force.id):
            raise Refused(
                "ticket.fees_changed",
                N_("这单是 {quoted_on} 按旧价目算的，价目已更新；没有收款，请点「按现行公示价重新计算」后与村民核对"),
                ticket_id=found.id,
                quoted_on=found.quoted_on,
            )
    return now_in_force


def _with_quote(line: Line, found: Quote) -> NewLine:
    is_commission = bool(line.quote.get("is_commission"))
    return NewLine(
        service=line.service, act=line.act, case_kind=line.case_kind, case_id=line.case_id, label=line.label,
        facts=line.facts, blanks=line.blanks, kind=line.kind,
        txn_amount_fen=line.txn_amount_fen, principal_fen=line.principal_fen,
        principal_account=Account(line.principal_account) if line.principal_account else None,
        fee_fen=0 if is_commission else found.fee_fen, commission_fen=found.fee_fen if is_commission else 0,
        quote=found, basis=line.quote["basis"], is_commission=is_commission,
    )  # fmt: skip


def _record_void(
    tx: Tx, ticket_id: int, reason: VoidReason, refund_fen: int, refund_no: str | None, business_on: str
) -> None:
    audit.record(
        tx, "ticket.voided", ticket_id=ticket_id, reason=reason.value, refund_fen=refund_fen, refund_no=refund_no,
        business_on=business_on,
    )  # fmt: skip
