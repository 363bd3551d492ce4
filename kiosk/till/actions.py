"""What the till does with an open ticket: open, quote, add and remove lines, reduce a fee, park. Each runs inside the
caller's transaction; the acts of the services behind the lines are called by ``kiosk.counter``, never from here."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk import audit, fees, money, shifts
from kiosk.codes import own_words
from kiosk.errors import Refused
from kiosk.fees import Quote
from kiosk.ledger import Account
from kiosk.people import desks
from kiosk.people.rights import Right, may
from kiosk.printing import jobs
from kiosk.storage import Tx
from kiosk.till import store
from kiosk.till.model import Line, LineState, NewLine, ReduceReason, Ticket, TicketState
from kiosk.words import N_

#: A longer ticket is a mistake; its receipt would not fit a roll either.
MOST_LINES = 60
LONGEST_LABEL = 20


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
    found = own(tx, ticket_id)
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
    tx: Tx,
    ticket_id: int,
    codes: Sequence[str],
    *,
    quantity: int = 1,
    amount_fen: int = 0,
    grams: int = 0,
    days: int = 0,
) -> Quote:
    """The published fee of the first of ``codes`` that the ticket's fee version has.

    A ticket keeps the version of its first quote to the end of that business day. Raises ``Refused`` with
    ``fee.not_published`` or, on a ticket carried over from another day whose fees have changed since,
    ``ticket.fees_changed``.
    """
    ticket = open_one(tx, ticket_id)
    version = version_of(tx, ticket)
    code = next((code for code in codes if version is not None and version.item(code)), codes[-1])
    found = fees.quote(version, code, quantity=quantity, amount_fen=amount_fen, grams=grams, days=days)
    business_on = shifts.ensure_open(tx).business_on
    if (ticket.fee_version_id, ticket.quoted_on) != (found.version_id, business_on):
        tx.change("tickets", ticket_id, fee_version_id=found.version_id, quoted_on=business_on)
    return found


def add_line(tx: Tx, ticket_id: int, new: NewLine, *, is_done: bool = False, is_last: bool = False) -> int:
    """Puts a line on an open ticket and returns its id. A free act that has been done already stands as done; the one
    that rounds the ticket off as it is settled is its last and always finds room.

    Raises ValueError for money without a published quote behind it: a programming error, refused by the database too.
    """
    open_one(tx, ticket_id)
    charged = new.fee_fen + new.commission_fen
    if charged + new.waived_fen != (new.quote.fee_fen if new.quote else 0) or (
        is_done and (new.principal_fen or charged)
    ):
        raise ValueError(f"{new.service} line charges {charged} fen without a quote for it")
    if sum(posting.amount_fen for posting in new.more):
        raise ValueError(f"{new.service} line has postings that do not sum to zero: {new.more}")
    if not is_last:
        refuse_too_long(tx, ticket_id)
    state = LineState.DONE if is_done else LineState.PENDING
    line_id = store.insert_line(tx, ticket_id, new, state)
    audit.record(
        tx, "ticket.line_added", ticket_id=ticket_id, line_id=line_id, service=new.service, case_id=new.case_id,
        owed_fen=new.principal_fen + new.fee_fen, fee_fen=new.fee_fen,
        fee_version=new.quote.version_number if new.quote else None,
    )  # fmt: skip
    return line_id


def refuse_too_long(tx: Tx, ticket_id: int) -> None:
    """Raises ``Refused('ticket.too_long')`` when no further line finds room; one that was taken off takes none."""
    if store.how_many_lines(tx, ticket_id) >= MOST_LINES:
        raise Refused(
            "ticket.too_long", N_("一单最多 {most} 项，这一项没有加入；请先收款，再另开一单"), most=MOST_LINES
        )


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


def reduce_fee(tx: Tx, line_id: int, to_fen: int, reason: str) -> int:
    """Charges less than the published fee for a pending line, with the reason; returns the id of the line that stands
    in its place. Downward only (价格法 art. 13 forbids more than is published): once reduced, a fee isn't raised again.

    Raises ``Refused`` with ``fee.reason_unknown``, ``fee.not_lower`` and those of ``pending_line``.
    """
    line = pending_line(tx, line_id)
    if reason not in set(ReduceReason):
        raise Refused("fee.reason_unknown", N_("请从列表中选择减收的原因；没有改动收费"))
    charged = line.fee_fen + line.commission_fen
    if line.fee_code is None or line.refunds_line_id is not None or not 0 <= to_fen < charged:
        raise Refused(
            "fee.not_lower",
            N_("这一项现在收服务费 {fee}，只能减收，不能加收或不变；没有改动收费"),
            fee=money.yuan(charged),
        )
    waived_fen = line.waived_fen + charged - to_fen
    version = fees.version(tx, line.fee_version_id or 0)
    published = fees.quote(version, line.fee_code, **line.quote["basis"])
    remove_line(tx, line_id)
    new_id = add_line(tx, line.ticket_id, _with_quote(line, published, waived_fen, reason))
    audit.record(
        tx, "ticket.fee_reduced", ticket_id=line.ticket_id, line_id=new_id, waived_fen=waived_fen, reason=reason
    )
    return new_id


def park(tx: Tx, ticket_id: int, label: str = "") -> None:
    """Sets a ticket aside, so that the desk is free for the next villager; ``label`` helps to find it again.

    Raises ``Refused`` with ``ticket.nothing_to_park`` for one without lines and those of ``open_one``.
    """
    open_one(tx, ticket_id)
    if not store.lines(tx, ticket_id):
        raise Refused("ticket.nothing_to_park", N_("这单还没有项目，不用挂起；可以直接办下一位"))
    leave_desks(tx, ticket_id)
    tx.change("tickets", ticket_id, parked_at=tx.now, parked_label=own_words(label, LONGEST_LABEL))
    audit.record(tx, "ticket.parked", ticket_id=ticket_id)


def resume(tx: Tx, ticket_id: int, desk_id: int) -> None:
    """Brings a parked ticket back to a desk. A ticket with lines that stands there is parked in its turn.

    Raises ``Refused`` with ``ticket.at_another_desk`` (it isn't parked but open elsewhere) and those of ``open_one``.
    """
    found = open_one(tx, ticket_id)
    standing = desks.desk(tx, desk_id).open_ticket_id
    if standing == ticket_id:
        return
    if tx.value("SELECT 1 FROM desks WHERE open_ticket_id = ?", ticket_id):
        raise Refused("ticket.at_another_desk", N_("这单正在另一个柜台办理，没有取过来；请在那边先挂起"))
    if standing is not None and store.lines(tx, standing):
        park(tx, standing)
    tx.change(
        "tickets", ticket_id, parked_at=None, parked_label="", desk_id=desk_id if found.token_id is None else None
    )
    desks.set_desk(tx, desk_id, open_ticket_id=ticket_id)
    audit.record(tx, "ticket.resumed", ticket_id=ticket_id, desk_id=desk_id)


def requote(tx: Tx, ticket_id: int) -> int:
    """Works the pending lines of a carried-over ticket out anew from the fees in force; returns how many changed. What a
    fee was reduced by stays off, as far as the new one goes: the customer was told so."""
    open_one(tx, ticket_id)
    today = shifts.ensure_open(tx)
    version = fees.current(tx, today.business_on)
    changed = 0
    for line in store.lines(tx, ticket_id):
        if line.state != LineState.PENDING or line.fee_code is None or line.refunds_line_id is not None:
            continue
        if version is not None and line.fee_version_id == version.id:
            continue
        found = fees.quote(version, line.fee_code, **line.quote["basis"])
        remove_line(tx, line.id)
        waived_fen = min(line.waived_fen, found.fee_fen)
        add_line(tx, ticket_id, _with_quote(line, found, waived_fen, line.waive_reason if waived_fen else ""))
        changed += 1
    if version is not None:
        tx.change("tickets", ticket_id, fee_version_id=version.id, quoted_on=today.business_on)
    return changed


def print_at_desk(tx: Tx, slip_id: int, desk_id: int | None) -> int | None:
    """Queues a slip to the printer of a desk, else of the desk at which the actor works; None without any printer."""
    at = desk_id if desk_id is not None else tx.actor.desk_id
    printer = tx.settings.printer_for(desks.desk(tx, at).name if at is not None else "")
    return jobs.queue(tx, slip_id, printer) if printer else None


def leave_desks(tx: Tx, ticket_id: int) -> None:
    """No desk has this ticket open any more."""
    tx.execute("UPDATE desks SET open_ticket_id = NULL WHERE open_ticket_id = ?", ticket_id)


def own(tx: Tx, ticket_id: int) -> Ticket:
    """The ticket if this actor may change it; raises ``Refused('ticket.not_yours')`` for another program's."""
    found = store.ticket(tx, ticket_id)
    if tx.actor.kind == "token" and found.token_id != tx.actor.id and not may(tx.actor, Right.MANAGE):
        raise Refused("ticket.not_yours", N_("单 {ticket_id} 不是这个程序开的，没有改动任何内容"), ticket_id=ticket_id)
    return found


def version_of(tx: Tx, found: Ticket) -> fees.FeeVersion | None:
    """The fee version that the ticket is worked out by today; raises ``Refused('ticket.fees_changed')``."""
    today = shifts.ensure_open(tx)
    if found.quoted_on == today.business_on and found.fee_version_id is not None:
        return fees.version(tx, found.fee_version_id)
    now_in_force = fees.current(tx, today.business_on)
    for line in store.lines(tx, found.id):
        if line.refunds_line_id is not None or line.state != LineState.PENDING:
            continue
        if line.fee_version_id not in (None, now_in_force and now_in_force.id):
            raise Refused(
                "ticket.fees_changed",
                N_("这单是 {quoted_on} 按旧价目算的，价目已更新；没有收款，请点「按现行公示价重新计算」后与村民核对"),
                ticket_id=found.id,
                quoted_on=found.quoted_on,
            )
    return now_in_force


def _with_quote(line: Line, found: Quote, waived_fen: int = 0, reason: str = "") -> NewLine:
    is_commission = bool(line.quote.get("is_commission"))
    charged_fen = found.fee_fen - waived_fen
    return NewLine(
        service=line.service, act=line.act, case_kind=line.case_kind, case_id=line.case_id, label=line.label,
        facts=line.facts, blanks=line.blanks, kind=line.kind, txn_count=line.txn_count,
        txn_amount_fen=line.txn_amount_fen, principal_fen=line.principal_fen,
        principal_account=Account(line.principal_account) if line.principal_account else None, party=line.party,
        fee_fen=0 if is_commission else charged_fen, commission_fen=charged_fen if is_commission else 0,
        waived_fen=waived_fen, waive_reason=reason, more=line.more,
        quote=found, basis=line.quote["basis"], is_commission=is_commission,
    )  # fmt: skip
