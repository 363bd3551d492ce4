"""What requests and answers about payments, debts, cash and compensation look like. The answer to an act names nobody."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import fields

from kiosk.money import LIMIT_FEN
from kiosk.till.cash_moves import REASONS
from kiosk.till.compensations import ABOUT_WORDS, CompensationReason
from kiosk.till.model import ReduceReason, VoidReason
from kiosk.till.payments import Method
from web.api.fields import Asked, BusinessDate, Flag, Inner, Items, Text, Told, Whole, Word, fen, instant, row_id, said

MOST_TENDERS = 6


class DebtLine(Asked):
    """The repayment of a debt, up to what is owed."""

    service = Word(("debt",), required=True)
    debtor_id = row_id(required=True)
    amount_fen = fen("what is repaid", least=1, required=True)


class CompensationLine(Asked):
    """Money paid to a villager for damage or a mistake (赔付); needs the right `manage`."""

    service = Word(("compensation",), required=True)
    amount_fen = fen("what is paid out", least=1, required=True)
    reason = Word(list(CompensationReason), required=True)
    about_kind = Word(list(ABOUT_WORDS), load_default="", doc="what `about_id` is the id of")
    about_id = row_id(load_default=None, allow_none=True)
    note = Text(60, load_default="", doc="why and for what; no ID number")


LINES: Mapping[str, type[Asked]] = {"debt": DebtLine, "compensation": CompensationLine}


class TenderAsked(Asked):
    """A part of the payment that is not cash."""

    method = Word([method for method in Method if method is not Method.CASH], required=True)
    amount_fen = Whole(-LIMIT_FEN, LIMIT_FEN, required=True, doc="fen, negative where the station pays out")
    reference = Text(60, load_default="", doc="the wallet's or terminal's number; never a customer's payment code")
    debtor_id = row_id(load_default=None, allow_none=True, doc="whose account, with `account` only")


class Settlement(Asked):
    """How a ticket is paid: the tenders, and what they leave over in cash."""

    given_fen = fen("cash given; 0 where no cash is owed", load_default=0)
    tenders = Items(Inner(TenderAsked), MOST_TENDERS, load_default=list)


class Parking(Asked):
    """A ticket that is set aside."""

    label = Text(40, load_default="", doc="how the villager is known again; gone when the ticket is taken up")


class Resumption(Asked):
    """The desk at which a ticket is taken up again."""

    desk_id = row_id(required=True)


class Refund(Asked):
    """Lines of settled tickets that are given back on this one."""

    line_ids = Items(row_id(), 60, least=1, required=True)
    reason = Word(list(VoidReason), load_default=VoidReason.OTHER.value)
    keeps_fee = Flag(load_default=False, doc="gives the principal back and keeps the fee: the work was done")


class Reduction(Asked):
    """A fee that is reduced; never raised."""

    to_fen = fen("what is charged instead", required=True)
    reason = Word(list(ReduceReason), required=True)


class Refunded(Told):
    """Refund lines that now stand on a ticket."""

    id = said(fields.Integer, doc="of the ticket")
    state = said()
    total_fen = said(fields.Integer)
    line_ids = fields.List(fields.Integer(), required=True)


class TicketSettled(Told):
    """A settlement. With a negative total `change_fen` is the cash that the customer gets."""

    id = said(fields.Integer)
    state = said()
    receipt_no = said()
    business_on = said()
    total_fen = said(fields.Integer)
    cash_fen = said(fields.Integer, doc="the part of the total in cash, negative when it is paid out")
    given_fen = said(fields.Integer)
    change_fen = said(fields.Integer)
    slip_id = said(fields.Integer)
    print_job_id = said(fields.Integer, may_be_null=True)


class PaymentTold(Told):
    """A part of how a ticket was paid."""

    payment_no = said(fields.Integer)
    method = said()
    amount_fen = said(fields.Integer)
    reference = said()
    debtor_id = said(fields.Integer, may_be_null=True)


# Debts ------------------------------------------------------------------------------------------------------------------


class NewDebtor(Asked):
    """A customer who may owe."""

    name = Text(60, shortest=1, required=True)
    phone = Text(60, shortest=1, required=True, doc="the number or its last four digits")
    limit_fen = fen("how much may be owed", least=1, required=True)


class NewLimit(Asked):
    """Another limit."""

    limit_fen = fen("how much may be owed", least=1, required=True)


class DebtorChanged(Told):
    """A debtor after an act."""

    id = said(fields.Integer)
    is_active = said(fields.Boolean)
    limit_fen = said(fields.Integer)
    owed_fen = said(fields.Integer)


class StatementIssued(Told):
    """A statement of a debt."""

    slip_id = said(fields.Integer)
    print_job_id = said(fields.Integer, may_be_null=True)


class DebtTold(DebtorChanged):
    """What a customer owes, masked."""

    name = said(doc="masked; `''` when it was erased")
    phone_tail = said()
    room_fen = said(fields.Integer, doc="how much more may be owed")
    since_on = said(doc="date of the oldest charge that is not repaid, `''` when nothing is owed")
    age_days = said(fields.Integer)
    allowed_at = instant()


class DebtMoveTold(Told):
    """A movement of a debt."""

    entry_no = said(fields.Integer)
    business_on = said()
    at = instant()
    kind = said(doc="`charge`, `repay` or `undone`")
    ticket_id = said(fields.Integer)
    receipt_no = said()
    amount_fen = said(fields.Integer)
    balance_fen = said(fields.Integer)


class DebtWithMoves(DebtTold):
    """A debt with how it came about."""

    moves = fields.List(fields.Nested(DebtMoveTold), required=True)


# Cash -------------------------------------------------------------------------------------------------------------------


class NewCashMove(Asked):
    """Cash that is put into the drawer or taken out of it; the reason says which."""

    reason = Word(list(REASONS), required=True)
    amount_fen = fen("fen", least=1, required=True)
    carrier = Text(20, load_default="", doc="code of the carrier, with `carrier` only")
    note = Text(60, load_default="", doc="what for; no ID number")


class WhichCashMoves(Asked):
    """The movements of a date; of the open one when none is given."""

    business_on = BusinessDate()


class CashMoved(Told):
    """Cash that was moved."""

    id = said(fields.Integer)
    move_no = said()
    kind = said(doc="`pay_in` or `pay_out`")
    reason = said()
    carrier = said()
    amount_fen = said(fields.Integer)
    business_on = said()
    moved_at = instant()
    slip_id = said(fields.Integer, may_be_null=True)
    is_put_back = said(fields.Boolean)
