"""Tickets by API: one visit, lines of any service, one payment. A program changes its own tickets only."""

from __future__ import annotations

from typing import Any

from flask import Response

from kiosk.counter.add_line import add_line
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.park import park, resume
from kiosk.counter.reduce_fee import reduce_fee
from kiosk.counter.refund import refund
from kiosk.counter.remove_line import remove_line
from kiosk.counter.settle import requote, settle
from kiosk.counter.void import void
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.till import store
from kiosk.till.model import TicketState
from kiosk.till.payments import Tender
from kiosk.till.view import ticket_view
from kiosk.words import N_
from web.api import ticket_shapes as shapes
from web.api import till_shapes
from web.api.fields import LARGEST_ID
from web.api.lists import list_of
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.api.outbound import remember_prohibited
from web.station import station

room = Room("tickets", "Visits: lines of any service, one payment, one receipt.")
ID = f"<int(min=1, max={LARGEST_ID}):ticket_id>"
LINE_ID = f"<int(min=1, max={LARGEST_ID}):line_id>"
_SERVES = (Right.SERVE,)


def _add(tx: Tx, ticket_id: int, lines: list[dict[str, Any]]) -> dict[str, Any]:
    added = []
    for line in lines:
        service = line["service"]
        facts = {name: value for name, value in line.items() if name != "service"}
        added.append(shapes.told_added(add_line(tx, ticket_id, service, **facts), service))
    return shapes.told_changed(ticket_id, store.lines(tx, ticket_id), added)


@room.acts("/tickets", shapes.TicketChanged, rights=_SERVES, asks=shapes.NewTicket, status=201, may_fail=(404, 409))
def begin_ticket(asked: dict[str, Any]) -> Response:
    """Begins a ticket with its first lines, all of them or none.

    No money moves before it is settled.
    """

    def act(tx: Tx) -> Done:
        ticket_id = open_ticket(tx)
        return Done(201, _add(tx, ticket_id, asked["lines"]), f"{PREFIX}/tickets/{ticket_id}")

    return once(act, also_refused=remember_prohibited(asked["lines"]))


@room.reads("/tickets", list_of(shapes.TicketListed), rights=[Right.READ], asks=shapes.WhichTickets)
def list_tickets(asked: dict[str, Any]) -> Response:
    """Tickets that are open, or were settled on a date, or the one whose receipt bears a number."""
    with station().store.reading() as db:
        if asked["receipt_no"] is not None:
            one = store.by_receipt(db, asked["receipt_no"])
            found = [one] if one is not None else []
        elif asked["settled_on"] is not None:
            found = store.settled_on(db, asked["settled_on"])
        else:
            found = store.open_tickets(db)
    if asked["state"] is not None:
        found = [ticket for ticket in found if ticket.state == asked["state"]]
    return answer({"items": [shapes.told_in_list(ticket) for ticket in found], "next": None})


@room.reads(f"/tickets/{ID}", shapes.TicketTold, rights=[Right.READ])
def show_ticket(ticket_id: int) -> Response:
    """One ticket with its lines, masked."""
    with station().store.reading() as db:
        return answer(ticket_view(db, ticket_id))


@room.acts(f"/tickets/{ID}/lines", shapes.TicketChanged, rights=_SERVES, asks=shapes.NewLines, status=201)
def add_ticket_lines(asked: dict[str, Any], ticket_id: int) -> Response:
    """Puts further lines on an open ticket, all of them or none."""

    def act(tx: Tx) -> Done:
        return Done(201, _add(tx, ticket_id, asked["lines"]), f"{PREFIX}/tickets/{ticket_id}")

    return once(act, also_refused=remember_prohibited(asked["lines"]))


@room.acts(f"/tickets/{ID}/lines/{LINE_ID}/remove", shapes.TicketChanged, rights=_SERVES)
def remove_ticket_line(asked: dict[str, Any], ticket_id: int, line_id: int) -> Response:
    """Takes a line off an open ticket; the record behind it is cancelled with it."""

    def act(tx: Tx) -> Done:
        if store.line(tx, line_id).ticket_id != ticket_id:
            raise Refused("ticket.line_unknown", N_("没有编号为 {line_id} 的项目，请刷新页面核对"), line_id=line_id)
        remove_line(tx, line_id)
        return Done(200, shapes.told_changed(ticket_id, store.lines(tx, ticket_id), []))

    return once(act)


@room.acts(f"/tickets/{ID}/requote", shapes.TicketChanged, rights=_SERVES)
def requote_ticket(asked: dict[str, Any], ticket_id: int) -> Response:
    """Works a ticket that was carried over out by the fees now in force."""

    def act(tx: Tx) -> Done:
        requote(tx, ticket_id)
        return Done(200, shapes.told_changed(ticket_id, store.lines(tx, ticket_id), []))

    return once(act)


@room.acts(f"/tickets/{ID}/settle", till_shapes.TicketSettled, rights=_SERVES, asks=till_shapes.Settlement)
def settle_ticket(asked: dict[str, Any], ticket_id: int) -> Response:
    """Takes the money: every line takes effect, one ledger entry, one receipt.

    `tenders` are what is paid otherwise than in cash, the rest is cash. A negative total is paid out.

    422 `ticket.cash_short` names `missing_fen`; 409 `ticket.already_settled` names the receipt.
    """

    def act(tx: Tx) -> Done:
        done = settle(tx, ticket_id, asked["given_fen"], [Tender(**tender) for tender in asked["tenders"]])
        body = {
            "id": ticket_id, "state": TicketState.SETTLED.value, "receipt_no": done.receipt_no,
            "business_on": done.business_on, "total_fen": done.total_fen, "cash_fen": done.cash_fen, "given_fen": done.given_fen,
            "change_fen": done.change_fen, "slip_id": done.slip_id, "print_job_id": done.print_job_id,
        }  # fmt: skip
        return Done(200, body)

    return once(act)


@room.acts(f"/tickets/{ID}/void", shapes.TicketVoided, rights=_SERVES, asks=shapes.Void)
def void_ticket(asked: dict[str, Any], ticket_id: int) -> Response:
    """Voids an open ticket, or one settled today: by new entries and a refund slip, nothing is deleted."""

    def act(tx: Tx) -> Done:
        done = void(tx, ticket_id, asked["reason"])
        body = {
            "id": ticket_id, "state": TicketState.VOIDED.value, "refund_fen": done.refund_fen, "refund_no": done.refund_no,
            "by_method": dict(done.by_method),
        }  # fmt: skip
        return Done(200, body)

    return once(act)


@room.acts(f"/tickets/{ID}/park", shapes.TicketChanged, rights=_SERVES, asks=till_shapes.Parking)
def park_ticket(asked: dict[str, Any], ticket_id: int) -> Response:
    """Sets an open ticket aside, so that its desk is free."""

    def act(tx: Tx) -> Done:
        park(tx, ticket_id, asked["label"])
        return Done(200, shapes.told_changed(ticket_id, store.lines(tx, ticket_id), []))

    return once(act)


@room.acts(f"/tickets/{ID}/resume", shapes.TicketChanged, rights=_SERVES, asks=till_shapes.Resumption)
def resume_ticket(asked: dict[str, Any], ticket_id: int) -> Response:
    """Brings a parked ticket to a desk; what stands there is parked in its turn."""

    def act(tx: Tx) -> Done:
        resume(tx, ticket_id, asked["desk_id"])
        return Done(200, shapes.told_changed(ticket_id, store.lines(tx, ticket_id), []))

    return once(act)


@room.acts(f"/tickets/{ID}/refund", till_shapes.Refunded, rights=_SERVES, asks=till_shapes.Refund, status=201)
def refund_lines(asked: dict[str, Any], ticket_id: int) -> Response:
    """Puts refunds of settled lines on an open ticket, all or none; the money goes back when it is settled."""

    def act(tx: Tx) -> Done:
        added = refund(tx, ticket_id, asked["line_ids"], asked["reason"], keeps_fee=asked["keeps_fee"])
        body = {
            "id": ticket_id, "state": TicketState.OPEN.value, "line_ids": list(added),
            "total_fen": sum(line.owed_fen for line in store.lines(tx, ticket_id)),
        }  # fmt: skip
        return Done(201, body, f"{PREFIX}/tickets/{ticket_id}")

    return once(act)


@room.acts(f"/tickets/{ID}/lines/{LINE_ID}/reduce", shapes.TicketChanged, rights=_SERVES, asks=till_shapes.Reduction)
def reduce_line_fee(asked: dict[str, Any], ticket_id: int, line_id: int) -> Response:
    """Charges less than the published fee; the manager may, operators where the station's setting says so."""

    def act(tx: Tx) -> Done:
        if store.line(tx, line_id).ticket_id != ticket_id:
            raise Refused("ticket.line_unknown", N_("没有编号为 {line_id} 的项目，请刷新页面核对"), line_id=line_id)
        reduce_fee(tx, line_id, asked["to_fen"], asked["reason"])
        return Done(200, shapes.told_changed(ticket_id, store.lines(tx, ticket_id), []))

    return once(act)
