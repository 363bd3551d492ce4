"""What a ticket and its lines are, and the acts on them that are recorded. A line carries everything that the till must
know of a service: what it is called, what is owed for it and where the money goes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kiosk import audit
from kiosk.fees import Quote
from kiosk.ledger import Account, Posting
from kiosk.words import N_


class TicketState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"
    VOIDED = "voided"


class LineState(StrEnum):
    PENDING = "pending"  # takes effect when the ticket is settled
    DONE = "done"  # a free act, or one of a settled ticket
    REMOVED = "removed"
    REVERSED = "reversed"  # its ticket was voided after it was settled


#: Lines that stand on the ticket and its receipt.
STANDING = frozenset({LineState.PENDING, LineState.DONE, LineState.REVERSED})

STATE_WORDS: Mapping[str, str] = {
    TicketState.OPEN: N_("未收款"),
    TicketState.SETTLED: N_("已收款"),
    TicketState.VOIDED: N_("已作废"),
}


#: How the refund of a line is called.
BACK = N_("退：{what}")


class ReduceReason(StrEnum):
    """Why less than the published fee is charged; more never is."""

    HARDSHIP = "hardship"
    OUR_FAULT = "our_fault"
    CAMPAIGN = "campaign"
    OTHER = "other"


REDUCE_REASON_WORDS: Mapping[str, str] = {
    ReduceReason.HARDSHIP: N_("照顾困难户、老人"),
    ReduceReason.OUR_FAULT: N_("本站差错"),
    ReduceReason.CAMPAIGN: N_("优惠活动"),
    ReduceReason.OTHER: N_("其他原因"),
}


class VoidReason(StrEnum):
    MISTAKE = "mistake"
    CUSTOMER_WITHDREW = "customer_withdrew"
    NOT_AVAILABLE = "not_available"
    OTHER = "other"


VOID_REASON_WORDS: Mapping[str, str] = {
    VoidReason.MISTAKE: N_("录错了"),
    VoidReason.CUSTOMER_WITHDREW: N_("村民不办了"),
    VoidReason.NOT_AVAILABLE: N_("办不了"),
    VoidReason.OTHER: N_("其他原因"),
}


@dataclass(frozen=True, slots=True)
class Blank:
    """A personal value that a line shows: where it stands in the vault and how much of it others may see."""

    case_kind: str
    case_id: int
    field: str
    mask: str = ""  # '' as it is | 'name' | 'account' | 'phone'


@dataclass(frozen=True, slots=True)
class NewLine:
    """What a service puts on a ticket. Amounts in fen.

    ``label`` is a marked message filled by ``facts`` (no person in them) and ``blanks``. ``txn_amount_fen`` is what the
    daily report counts as 交易金额, ``txn_count`` whether it counts the line as a 笔 (1) or not (0: a repayment, a
    payout, the balance of an order counted before). The customer pays ``principal_fen`` and the fee; a negative
    principal is paid out to the customer. The principal goes to ``principal_account`` (and the ``party`` it is owed to
    or by) less the commission that the station keeps of it. ``more`` are postings of the act that sum to zero by
    themselves. ``waived_fen`` is how much less than the published fee is charged, and why.
    """

    service: str
    act: str
    case_kind: str
    case_id: int
    label: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    blanks: Mapping[str, Blank] = field(default_factory=dict)
    kind: str = ""
    txn_count: int = 1
    txn_amount_fen: int = 0
    principal_fen: int = 0
    principal_account: Account | None = None
    party: str = ""
    fee_fen: int = 0
    commission_fen: int = 0
    waived_fen: int = 0
    waive_reason: str = ""
    refund_reason: str = ""
    more: tuple[Posting, ...] = ()
    quote: Quote | None = None
    basis: Mapping[str, int] = field(default_factory=dict)  # what the quote was worked out from: quantity, days …
    is_commission: bool = False  # the quote is kept from the principal instead of charged to the customer


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands on a ticket."""

    id: int
    ticket_id: int
    line_no: int
    state: str
    service: str
    kind: str
    act: str
    case_kind: str
    case_id: int
    label: str
    facts: dict[str, Any]
    blanks: dict[str, Blank]
    txn_count: int
    txn_amount_fen: int
    principal_fen: int
    principal_account: str
    party: str
    fee_fen: int
    commission_fen: int
    waived_fen: int
    waive_reason: str
    more: tuple[Posting, ...]
    fee_code: str | None
    fee_version_id: int | None
    quote: dict[str, Any]
    refunds_line_id: int | None
    refund_reason: str
    added_at: str

    @property
    def owed_fen(self) -> int:
        """What the customer pays for this line; negative for what is paid out to them."""
        return self.principal_fen + self.fee_fen

    def postings(self) -> list[Posting]:
        """What this line moves when the ticket is settled, the payment left out: sums to ``-owed_fen``."""
        moved = [
            Posting(Account.FEE_INCOME, -self.fee_fen, self.service),
            Posting(Account.COMMISSION, -self.commission_fen, self.service),
        ]
        if self.principal_fen:
            share = self.commission_fen - self.principal_fen
            moved.append(Posting(Account(self.principal_account), share, self.service, self.party))
        return [posting for posting in (*moved, *self.more) if posting.amount_fen]

    @classmethod
    def of(cls, row: sqlite3.Row) -> Line:
        columns = {name: row[name] for name in cls.__slots__}
        # Most lines lack most of the four, and each line is read several times on its way to the receipt.
        columns["facts"] = json.loads(columns["facts"]) if columns["facts"] != "{}" else {}
        blanks, more = columns["blanks"], columns["more"]
        columns["blanks"] = (
            {name: Blank(**blank) for name, blank in json.loads(blanks).items()} if blanks != "{}" else {}
        )
        columns["quote"] = json.loads(columns["quote"]) if columns["quote"] != "{}" else {}
        columns["more"] = (
            tuple(Posting(Account(account), *rest) for account, *rest in json.loads(more)) if more != "[]" else ()
        )
        return cls(**columns)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One visit. Amounts in fen; the columns of the settlement are None until it is settled."""

    id: int
    state: str
    desk_id: int | None
    token_id: int | None
    opened_on: str
    opened_at: str
    opened_by_kind: str
    opened_by_id: int
    parked_at: str | None
    parked_label: str
    fee_version_id: int | None
    quoted_on: str | None
    settled_on: str | None
    settled_at: str | None
    settled_by_kind: str | None
    settled_by_id: int | None
    total_fen: int | None
    cash_fen: int | None
    given_fen: int | None
    change_fen: int | None
    receipt_no: str | None
    entry_id: int | None
    slip_id: int | None
    voided_on: str | None
    voided_at: str | None
    voided_by_kind: str | None
    voided_by_id: int | None
    void_reason: str | None
    refund_no: str | None
    refund_entry_id: int | None
    refund_slip_id: int | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Ticket:
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Move:
    """One movement of a debt: ``amount_fen`` positive when more is owed; ``receipt_no`` of the ticket that moved it."""

    entry_no: int
    business_on: str
    at: str
    kind: str  # 'charge' | 'repay' | 'undone'
    ticket_id: int
    receipt_no: str
    amount_fen: int
    balance_fen: int
    is_undone: bool


audit.register("ticket.opened", N_("开单 {ticket_id}"), ticket_id=audit.ID)
audit.register(
    "ticket.line_added",
    N_("单 {ticket_id} 加入 {service}：应收 {owed_fen} 分，其中服务费 {fee_fen} 分"),
    ticket_id=audit.ID,
    line_id=audit.ID,
    service=audit.ENUM,
    case_id=audit.ID,
    owed_fen=audit.NUMBER,
    fee_fen=audit.NUMBER,
    fee_version=audit.NUMBER,
)
audit.register(
    "ticket.fee_reduced",
    N_("单 {ticket_id} 的服务费减收 {waived_fen} 分（{reason}）"),
    ticket_id=audit.ID,
    line_id=audit.ID,
    waived_fen=audit.NUMBER,
    reason=audit.ENUM,
)
audit.register(
    "ticket.refund_added",
    N_("单 {ticket_id} 退还项目 {refunds_line_id}（{reason}）"),
    ticket_id=audit.ID,
    line_id=audit.ID,
    refunds_line_id=audit.ID,
    owed_fen=audit.NUMBER,
    reason=audit.ENUM,
)
audit.register("ticket.parked", N_("单 {ticket_id} 挂起"), ticket_id=audit.ID)
audit.register("ticket.resumed", N_("单 {ticket_id} 继续办理"), ticket_id=audit.ID, desk_id=audit.ID)
audit.register("ticket.line_removed", N_("单 {ticket_id} 去掉一项（{line_id}）"), ticket_id=audit.ID, line_id=audit.ID)
audit.register(
    "ticket.settled",
    N_("单 {ticket_id} 收款 {total_fen} 分，收据 {receipt_no}"),
    ticket_id=audit.ID,
    receipt_no=audit.CODE,
    business_on=audit.TIME,
    total_fen=audit.NUMBER,
    cash_fen=audit.NUMBER,
    given_fen=audit.NUMBER,
    change_fen=audit.NUMBER,
)
audit.register(
    "ticket.paid",
    N_("单 {ticket_id} 的付款 {payment_no}：{method} {amount_fen} 分"),
    ticket_id=audit.ID,
    payment_no=audit.NUMBER,
    method=audit.ENUM,
    amount_fen=audit.NUMBER,
    debtor_id=audit.ID,
)
audit.register(
    "ticket.voided",
    N_("单 {ticket_id} 作废（{reason}），退款 {refund_fen} 分"),
    ticket_id=audit.ID,
    reason=audit.ENUM,
    refund_fen=audit.NUMBER,
    refund_no=audit.CODE,
    business_on=audit.TIME,
)
