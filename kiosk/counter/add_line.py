"""Puts a service on a ticket: the record is made, its published fee worked out, the line added. The money and the act
itself come when the ticket is settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk import money, shifts
from kiosk.bills import actions as bills
from kiosk.bills import billers
from kiosk.bills import model as bill_model
from kiosk.bills import slips as bill_slips
from kiosk.consignment import actions as consignment
from kiosk.consignment import model as consignment_model
from kiosk.consignment import slips as consignment_slips
from kiosk.counter.line_acts import STORAGE_FEE
from kiosk.errors import Refused
from kiosk.fees import Quote
from kiosk.parcels import store as parcels
from kiosk.people.rights import Right, require
from kiosk.purchases import actions as purchases
from kiosk.purchases import model as purchase_model
from kiosk.purchases import slips as purchase_slips
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.till import store as tickets
from kiosk.till.model import NewLine
from kiosk.words import N_

#: Postal rules in many places forbid charging whoever collects a delivered parcel (domain.md §5.7).
STORAGE_WARNING = N_("向取件人收保管费可能违反当地规定或与快递公司的约定，请确认已公示并经批准")
STORAGE_FEE_CODES = ("parcel.storage",)


@dataclass(frozen=True, slots=True)
class AddedLine:
    """A line that now stands on a ticket; ``warnings`` are marked messages for the operator."""

    ticket_id: int
    line_id: int
    case_kind: str
    case_id: int
    owed_fen: int
    fee_fen: int
    warnings: tuple[str, ...] = ()


def add_purchase(tx: Tx, ticket_id: int, *, fee_fen: int | None = None, **request: Any) -> AddedLine:
    """Puts a proxy purchase on a ticket. ``request`` are the facts of ``purchases.actions.record``.

    ``fee_fen``, if given, is the fee that the caller has told the customer. Raises ``Refused`` with
    ``fee.not_published``, ``fee.differs``, those of the ticket and of the request.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    purchase = purchases.record(tx, **request)
    quote = till.quote(
        tx, ticket_id, purchase_model.FEE_CODES, quantity=purchase.quantity, amount_fen=purchase.amount_fen
    )
    _as_told(quote, fee_fen)
    return _add(tx, ticket_id, purchase_slips.line(purchase, quote))


def add_consignment_sale(tx: Tx, ticket_id: int, *, fee_fen: int | None = None, **sale: Any) -> AddedLine:
    """Puts a sale of a farmer's goods on a ticket. ``sale`` are the facts of ``consignment.actions.record``.

    ``fee_fen`` is the commission the caller reckons with. Raises ``Refused`` as ``add_purchase`` and
    ``consignment.below_commission`` for a price that would not cover the commission.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    recorded = consignment.record(tx, **sale)
    quote = till.quote(
        tx, ticket_id, consignment_model.FEE_CODES, quantity=recorded.quantity, amount_fen=recorded.amount_fen
    )
    _as_told(quote, fee_fen)
    if quote.fee_fen > recorded.amount_fen:
        raise Refused(
            "consignment.below_commission",
            N_("售价 {amount} 还不够公示的佣金 {commission}；没有保存，请核对售价"),
            amount=money.yuan(recorded.amount_fen),
            commission=money.yuan(quote.fee_fen),
        )
    return _add(tx, ticket_id, consignment_slips.line(recorded, quote))


def add_bill(tx: Tx, ticket_id: int, *, fee_fen: int | None = None, **bill: Any) -> AddedLine:
    """Puts a bill on a ticket. ``bill`` are the facts of ``bills.actions.record``. Raises ``Refused`` as there and as
    ``add_purchase``."""
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    recorded = bills.record(tx, **bill)
    quote = till.quote(tx, ticket_id, bill_model.fee_codes(recorded.kind), amount_fen=recorded.amount_fen)
    _as_told(quote, fee_fen)
    return _add(tx, ticket_id, bill_slips.line(recorded, billers.biller(tx, recorded.biller), quote))


def add_storage_fee(tx: Tx, ticket_id: int, *, parcel_id: int, fee_fen: int | None = None) -> AddedLine:
    """Puts the published fee for keeping a parcel too long on a ticket, with the warning that it may be unlawful.

    Days count from the business date of check-in to today's. Raises ``Refused`` with ``parcel.unknown``,
    ``parcel.storage_free`` (nothing to charge yet), ``parcel.storage_charged`` and as ``add_purchase``.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    parcel = parcels.parcel(tx, parcel_id)
    service, act = STORAGE_FEE
    if tickets.charged_line(tx, "parcel", parcel_id, act) is not None:
        raise Refused("parcel.storage_charged", N_("这件的保管费已经在单上或已收过，没有重复收取"), parcel_id=parcel_id)
    today = date.fromisoformat(shifts.ensure_open(tx).business_on)
    begun = parcel["checked_in_on"]
    days = max(0, (today - date.fromisoformat(begun)).days) if begun else 0
    quote = till.quote(tx, ticket_id, STORAGE_FEE_CODES, days=days)
    _as_told(quote, fee_fen)
    if not quote.fee_fen:
        raise Refused(
            "parcel.storage_free",
            N_("这件存放 {days} 天，按公示价目不收保管费；没有加入"),
            days=days,
            parcel_id=parcel_id,
        )
    new = NewLine(
        service=service, act=act, case_kind="parcel", case_id=parcel_id, label=N_("超期保管 {code}"),
        facts={"code": parcel["pickup_code"] or ""}, fee_fen=quote.fee_fen, quote=quote, basis={"days": days},
    )  # fmt: skip
    return _add(tx, ticket_id, new, (STORAGE_WARNING,))


ADD = {
    "purchase": add_purchase,
    "consignment": add_consignment_sale,
    "bill": add_bill,
    "parcel": add_storage_fee,
}


def add_line(tx: Tx, ticket_id: int, service: str, **facts: Any) -> AddedLine:
    """Puts a line of the named service (``purchase``, ``consignment``, ``bill``, ``parcel``) on a ticket.

    Raises ``Refused('ticket.service_unknown')`` and those of the service.
    """
    add = ADD.get(service)
    if add is None:
        raise Refused(
            "ticket.service_unknown",
            N_("没有「{service}」这种收费业务，可用：{services}"),
            service=str(service)[:20],
            services=", ".join(ADD),
        )
    return add(tx, ticket_id, **facts)


def stand_free_act(tx: Tx, ticket_id: int, new: NewLine) -> int:
    """Lets a free act that has just been done stand on the visit's ticket, at ￥0.00; returns the line's id."""
    require(tx.actor, Right.SERVE)
    return till.add_line(tx, ticket_id, new, is_done=True)


def _add(tx: Tx, ticket_id: int, new: NewLine, warnings: Sequence[str] = ()) -> AddedLine:
    line_id = till.add_line(tx, ticket_id, new)
    owed_fen = new.principal_fen + new.fee_fen
    charged = new.fee_fen + new.commission_fen
    return AddedLine(ticket_id, line_id, new.case_kind, new.case_id, owed_fen, charged, tuple(warnings))


def _as_told(quote: Quote, fee_fen: int | None) -> None:
    if fee_fen is not None and fee_fen != quote.fee_fen:
        raise Refused(
            "fee.differs",
            N_("按第 {version} 版公示价目应收服务费 {fee}，不是 {told}；没有加入，请按公示价目收费"),
            version=quote.version_number,
            fee=money.yuan(quote.fee_fen),
            told=money.yuan(fee_fen),
            fee_fen=quote.fee_fen,
        )
