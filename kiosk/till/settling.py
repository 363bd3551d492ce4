"""Takes the money for a ticket: cash, wallets, card, a customer's account, in one or several parts. One balanced entry, one
receipt number, one receipt; all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk import audit, ledger, money, shifts
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import document_no
from kiosk.till import payments, slips, store
from kiosk.till.actions import add_line, leave_desks, open_one, print_at_desk, version_of
from kiosk.till.model import LineState, NewLine, TicketState
from kiosk.till.payments import Method, Tender, drawer_holds, in_debt
from kiosk.words import N_

#: 抹零 is a line like any other: seen by the customer, counted by nobody.
ROUNDING = "rounding"
JIAO_FEN = 10


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settlement did; amounts in fen. ``cash_fen`` is the part of ``total_fen`` in cash, negative when cash was
    paid out (``change_fen`` is then what the customer got). ``print_job_id`` is None where the station has no printer."""

    ticket_id: int
    receipt_no: str
    business_on: str
    total_fen: int
    cash_fen: int
    given_fen: int
    change_fen: int
    entry_id: int | None
    slip_id: int
    print_job_id: int | None


def cash_due(db: Reader, total_fen: int, tenders: Sequence[Tender] = ()) -> tuple[int, int]:
    """What remains to be paid in cash, and how much of it is rounded off (both fen).

    Rounded down to the jiao where ``till.rounding`` says so, never up, and never what the station pays out.
    """
    rest_fen = total_fen - sum(tender.amount_fen for tender in tenders)
    off_fen = rest_fen % JIAO_FEN if db.settings.till.rounding == "jiao" and rest_fen > 0 else 0
    return rest_fen - off_fen, off_fen


def settle(tx: Tx, ticket_id: int, given_fen: int = 0, tenders: Sequence[Tender] = ()) -> Settled:
    """Settles an open ticket with ``tenders`` and the rest in cash, of which ``given_fen`` was handed over.

    A ticket whose sum is negative is paid out: by the tenders, the rest from the drawer (``given_fen`` 0). The lines'
    own acts have been done by the caller in this transaction. Raises ``Refused`` with ``ticket.empty``,
    ``ticket.cash_short`` (naming what is missing), ``ticket.cash_unreadable``, ``ticket.cash_not_asked`` (cash given
    though nothing is left to pay), ``drawer.too_little``, ``debt.not_owed``, ``ticket.fees_changed`` and those of ``open_one`` and
    ``payments.checked``.
    """
    found = open_one(tx, ticket_id)
    standing = store.lines(tx, ticket_id)
    if not standing:
        raise Refused("ticket.empty", N_("这单还没有项目，不能收款；请先加入要办的业务"))
    version_of(tx, found)
    today = shifts.ensure_open(tx)
    owed_fen = sum(line.owed_fen for line in standing)
    accepted = payments.checked(tx, tenders, owed_fen)
    cash_fen, off_fen = cash_due(tx, owed_fen, accepted)
    _check_cash(tx, given_fen, cash_fen, owed_fen)
    if off_fen:
        add_line(tx, ticket_id, _rounding_line(tx, ticket_id, off_fen), is_last=True)
        standing = store.lines(tx, ticket_id)
    total_fen = owed_fen - off_fen
    change_fen = given_fen - cash_fen
    parts = [Tender(Method.CASH, cash_fen), *accepted] if cash_fen else list(accepted)
    for number, part in enumerate(parts, 1):
        _keep(tx, ticket_id, number, part)
    paid = store.payments(tx, ticket_id)
    postings = [payment.posting() for payment in paid] + [posting for line in standing for posting in line.postings()]
    owed_by = in_debt(postings)
    entry_id = ledger.post(tx, "ticket", today.business_on, "ticket", ticket_id, postings) if postings else None
    still_owed = _still_owed(tx, owed_by)
    receipt_no = document_no(tx, "R", today.business_on)
    slip_id = slips.freeze_receipt(tx, found, standing, paid, receipt_no, total_fen, given_fen, change_fen, still_owed)
    tx.change(
        "tickets", ticket_id, state=TicketState.SETTLED, parked_at=None, parked_label="", settled_on=today.business_on,
        settled_at=tx.now, settled_by_kind=tx.actor.kind, settled_by_id=tx.actor.id, total_fen=total_fen,
        cash_fen=cash_fen, given_fen=given_fen, change_fen=change_fen, receipt_no=receipt_no, entry_id=entry_id,
        slip_id=slip_id,
    )  # fmt: skip
    store.set_line_states(tx, ticket_id, LineState.PENDING, LineState.DONE)
    leave_desks(tx, ticket_id)
    audit.record(
        tx, "ticket.settled", ticket_id=ticket_id, receipt_no=receipt_no, business_on=today.business_on,
        total_fen=total_fen, cash_fen=cash_fen, given_fen=given_fen, change_fen=change_fen,
    )  # fmt: skip
    job_id = print_at_desk(tx, slip_id, found.desk_id)
    return Settled(
        ticket_id, receipt_no, today.business_on, total_fen, cash_fen, given_fen, change_fen, entry_id, slip_id, job_id
    )


def _check_cash(tx: Tx, given_fen: int, cash_fen: int, owed_fen: int) -> None:
    if not 0 <= given_fen <= money.LIMIT_FEN:
        raise Refused("ticket.cash_unreadable", N_("收到的现金填得不对，没有收款；请重新填写"))
    if given_fen and cash_fen <= 0 and owed_fen:
        raise Refused("ticket.cash_not_asked", N_("这单不用再收现金，没有收款；请把收到的现金改成 0"))
    if given_fen < cash_fen:
        raise Refused(
            "ticket.cash_short",
            N_("收到 {given}，应收 {total}，还差 {missing}；没有收款，单子保留着"),
            given=money.yuan(given_fen),
            total=money.yuan(cash_fen),
            missing=money.yuan(cash_fen - given_fen),
            missing_fen=cash_fen - given_fen,
        )
    if cash_fen < 0:
        drawer_holds(tx, -cash_fen)


def _still_owed(tx: Tx, moved: Mapping[str, int]) -> list[int]:
    """What each customer whose account was moved owes now; nobody's account is ever in credit."""
    found = [ledger.balance(tx, Account.DEBTS, party) for party, fen in moved.items() if fen]
    if any(fen < 0 for fen in found):
        raise Refused("debt.not_owed", N_("这位村民没有欠这么多，不能这样冲抵；没有改动任何内容"))
    return found


def _keep(tx: Tx, ticket_id: int, payment_no: int, part: Tender) -> None:
    tx.insert(
        "payments", ticket_id=ticket_id, payment_no=payment_no, method=part.method, amount_fen=part.amount_fen,
        reference=part.reference, debtor_id=part.debtor_id,
    )  # fmt: skip
    audit.record(
        tx, "ticket.paid", ticket_id=ticket_id, payment_no=payment_no, method=part.method, amount_fen=part.amount_fen,
        debtor_id=part.debtor_id,
    )  # fmt: skip


def _rounding_line(tx: Tx, ticket_id: int, off_fen: int) -> NewLine:
    return NewLine(
        service=ROUNDING, act="round_off", case_kind="ticket", case_id=ticket_id, label=N_("抹零"),
        facts={"by_setting": tx.settings.till.rounding}, txn_count=0,
        principal_fen=-off_fen, principal_account=Account.ROUNDING,
    )  # fmt: skip
