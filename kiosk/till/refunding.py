"""Gives a line of a settled ticket back on another ticket: a new line with the opposite sums that names the first. The
first ticket, its receipt and its day stay as they were; the business day on which the money goes back bears it."""

from __future__ import annotations

from kiosk import audit
from kiosk.errors import Refused
from kiosk.ledger import Account, Posting
from kiosk.storage import Tx
from kiosk.till import store
from kiosk.till.actions import open_one, own, refuse_too_long
from kiosk.till.model import Line, LineState, NewLine, TicketState, VoidReason
from kiosk.words import N_


def refund_line(tx: Tx, ticket_id: int, line_id: int, reason: VoidReason, *, keeps_fee: bool = False) -> int:
    """Puts the refund of a settled line on an open ticket and returns the new line's id.

    ``keeps_fee`` gives the principal back and keeps the service fee (the work was done). The service's own act comes
    when that ticket is settled. Raises ``Refused`` with ``refund.not_settled``, ``refund.same_ticket``,
    ``refund.already`` (naming the ticket), ``refund.nothing`` and those of ``open_one``.
    """
    open_one(tx, ticket_id)
    refuse_too_long(tx, ticket_id)
    line = store.line(tx, line_id)
    first = own(tx, line.ticket_id)
    if first.state != TicketState.SETTLED or line.state != LineState.DONE or line.refunds_line_id is not None:
        raise Refused("refund.not_settled", N_("这一项没有收过款或已作废，不能退款；没有改动任何内容"), line_id=line_id)
    earlier = store.refund_of(tx, line_id)
    if earlier is not None:
        raise Refused(
            "refund.already",
            N_("这一项已经退过款，或正在单 {ticket_id} 上办退款；没有重复退"),
            line_id=line_id,
            ticket_id=earlier.ticket_id,
        )
    back = _opposite(line, reason, keeps_fee)
    if not (back.principal_fen or back.fee_fen or back.commission_fen or back.more):
        raise Refused("refund.nothing", N_("这一项没有收过钱，没有可退的；请在它自己的页面撤销"), line_id=line_id)
    back_id = store.insert_line(tx, ticket_id, back, LineState.PENDING, refunds=line)
    audit.record(
        tx, "ticket.refund_added", ticket_id=ticket_id, line_id=back_id, refunds_line_id=line_id,
        owed_fen=back.principal_fen + back.fee_fen, reason=reason.value,
    )  # fmt: skip
    return back_id


def _opposite(line: Line, reason: VoidReason, keeps_fee: bool) -> NewLine:
    keeps_fee = keeps_fee and not line.quote.get("is_commission")  # a sale that is taken back earned no commission
    return NewLine(
        service=line.service, act=f"refund_{line.act}", case_kind=line.case_kind, case_id=line.case_id,
        label=line.label, facts=line.facts, blanks=line.blanks, kind=line.kind, txn_count=-line.txn_count,
        txn_amount_fen=-line.txn_amount_fen, principal_fen=-line.principal_fen,
        principal_account=Account(line.principal_account) if line.principal_account else None, party=line.party,
        fee_fen=0 if keeps_fee else -line.fee_fen, commission_fen=0 if keeps_fee else -line.commission_fen,
        more=tuple(Posting(p.account, -p.amount_fen, p.service, p.party) for p in line.more),
        refund_reason=reason,
    )  # fmt: skip
