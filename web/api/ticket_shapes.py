"""What requests and answers about tickets look like. The answer to an act names no person: it is kept with its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from kiosk.counter.lines import AddedLine
from kiosk.purchases.model import Category, PaidBy
from kiosk.till.model import Line, Ticket, TicketState, VoidReason
from kiosk.words import say
from web.api import bill_shapes, consignment_shapes, convenience_shapes, outbound_shapes, purchase_shapes, till_shapes
from web.api.fields import Asked, BusinessDate, Items, OneShape, Text, Told, Whole, Word, fen, row_id, said

MOST_LINES = 60
FEE = "the fee as the customer was told it; refused with `fee.differs` when the published one is another"


class PurchaseLine(Asked):
    """A proxy purchase (代购)."""

    service = Word(("purchase",), required=True)
    item_name = Text(200, shortest=1, required=True)
    amount_fen = fen("price of the goods", required=True)
    paid_by = Word(list(PaidBy), required=True, doc="who pays the shop")
    quantity = Whole(1, 9999, load_default=1)
    advance_fen = fen("what the customer pays now", load_default=None, allow_none=True)
    spec = Text(200, load_default="")
    category = Word(list(Category), load_default=Category.OTHER.value)
    platform = Text(60, load_default="")
    online_shop = Text(120, load_default="")
    customer_name = Text(60, load_default="")
    phone = Text(60, load_default="")
    fee_fen = fen(FEE, load_default=None, allow_none=True)


class StorageLine(Asked):
    """The published fee for keeping a parcel too long."""

    service = Word(("parcel",), required=True)
    parcel_id = row_id(required=True)
    fee_fen = fen(FEE, load_default=None, allow_none=True)


LINES: Mapping[str, type[Asked]] = {
    "purchase": PurchaseLine, **purchase_shapes.LINES, **consignment_shapes.LINES, **bill_shapes.LINES, **convenience_shapes.LINES, "parcel": StorageLine, **outbound_shapes.LINES, **till_shapes.LINES,
}  # fmt: skip


def line_field(**options: Any) -> OneShape:
    """One line of a ticket, of any service."""
    return OneShape(LINES, by="service", **options)


class NewTicket(Asked):
    """A visit."""

    lines = Items(line_field(), MOST_LINES, load_default=list)


class NewLines(Asked):
    """Further lines of a ticket."""

    lines = Items(line_field(), MOST_LINES, least=1, required=True)


class Void(Asked):
    """Why a ticket is voided."""

    reason = Word(list(VoidReason), load_default=VoidReason.MISTAKE.value)


class WhichTickets(Asked):
    """One of the three; the open ones when none is given."""

    state = Word((TicketState.OPEN,))
    settled_on = BusinessDate()
    receipt_no = Text(40, shortest=1)


class LineAdded(Told):
    """A line that now stands on the ticket."""

    id = said(fields.Integer)
    service = said()
    case_kind = said()
    case_id = said(fields.Integer)
    owed_fen = said(fields.Integer, doc="what the customer pays for it")
    fee_fen = said(fields.Integer, doc="the published fee, or the commission kept")
    warnings = fields.List(fields.String(), required=True)


class TicketChanged(Told):
    """A ticket after an act."""

    id = said(fields.Integer)
    state = said()
    total_fen = said(fields.Integer)
    lines = fields.List(fields.Nested(LineAdded), required=True, metadata={"description": "those that this act added"})


class TicketVoided(Told):
    """A ticket that was voided."""

    id = said(fields.Integer)
    state = said()
    refund_fen = said(fields.Integer, doc="given back, negative where the station gets back what it paid out")
    refund_no = said(doc="of the refund slip, `''` for none")
    by_method = said(fields.Dict, doc="fen by method: how it goes back")


class LineTold(Told):
    """A line, masked."""

    id = said(fields.Integer)
    line_no = said(fields.Integer)
    state = said()
    service = said()
    kind = said()
    act = said()
    case_kind = said()
    case_id = said(fields.Integer)
    label = said()
    principal_fen = said(fields.Integer)
    fee_fen = said(fields.Integer)
    commission_fen = said(fields.Integer)
    owed_fen = said(fields.Integer)
    waived_fen = said(fields.Integer, doc="how much less than the published fee is charged")
    refunds_line_id = said(fields.Integer, may_be_null=True, doc="the line that this one gives back")
    fee = said(fields.Dict, may_be_null=True, doc="which published item, which version, and how it came about")


class TicketTold(Told):
    """A ticket with its lines, masked."""

    id = said(fields.Integer)
    state = Word(list(TicketState), required=True)
    desk_id = said(fields.Integer, may_be_null=True)
    opened_on = said()
    opened_at = said()
    parked_at = said(may_be_null=True)
    lines = fields.List(fields.Nested(LineTold), required=True)
    payments = fields.List(fields.Nested(till_shapes.PaymentTold), required=True)
    total_fen = said(fields.Integer)
    fee_version = said(fields.Integer, may_be_null=True)
    given_fen = said(fields.Integer, may_be_null=True)
    change_fen = said(fields.Integer, may_be_null=True)
    receipt_no = said(may_be_null=True)
    settled_on = said(may_be_null=True)
    settled_at = said(may_be_null=True)
    void_reason = said(may_be_null=True)
    voided_at = said(may_be_null=True)
    refund_no = said(may_be_null=True)


class TicketListed(Told):
    """A ticket in a list."""

    id = said(fields.Integer)
    state = said()
    desk_id = said(fields.Integer, may_be_null=True)
    opened_on = said()
    opened_at = said()
    parked_at = said(may_be_null=True)
    total_fen = said(fields.Integer, may_be_null=True, doc="null until it is settled")
    receipt_no = said(may_be_null=True)
    settled_on = said(may_be_null=True)
    settled_at = said(may_be_null=True)


def told_in_list(ticket: Ticket) -> dict[str, Any]:
    """A ticket in a list in JSON."""
    return {name: getattr(ticket, name) for name in TicketListed._declared_fields}


def told_added(added: AddedLine, service: str) -> dict[str, Any]:
    """A new line in JSON."""
    return {
        "id": added.line_id, "service": service, "case_kind": added.case_kind, "case_id": added.case_id,
        "owed_fen": added.owed_fen, "fee_fen": added.fee_fen, "warnings": [say(warning) for warning in added.warnings],
    }  # fmt: skip


def told_changed(ticket_id: int, lines: list[Line], added: list[dict[str, Any]]) -> dict[str, Any]:
    """An open ticket after an act in JSON."""
    return {
        "id": ticket_id, "state": TicketState.OPEN.value, "total_fen": sum(line.owed_fen for line in lines), "lines": added,
    }  # fmt: skip
