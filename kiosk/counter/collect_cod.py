"""Cash on delivery at the counter: whoever collects such a parcel pays first. The line stands on the visit's ticket; the
parcel leaves in the transaction that settles it, and comes back when that ticket is voided. No other road lets it out."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from kiosk import money, shifts, vault
from kiosk.codes import carriers
from kiosk.counter import join_purchase
from kiosk.counter.hand_out import checked, hand_out
from kiosk.counter.lines import AddedLine, LineActs, put_on
from kiosk.counter.open_ticket import open_ticket
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.parcels import actions, cod, leaving, proxies, store
from kiosk.parcels.events import refusal
from kiosk.parcels.model import CASE, IN_STOCK, RETENTION, HandOverMethod, ParcelState, Relation
from kiosk.parcels.proxies import Collector
from kiosk.parcels.refusals import set_aside
from kiosk.people import desks
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.till.model import Line, NewLine
from kiosk.words import N_

COLLECT = ("parcel", cod.COLLECT)
#: What is said instead of 取件成功 when the parcel waits for its money.
UNPAID = "parcel.unpaid"
PAY_FIRST = N_(
    "取件码 {pickup_code} 要先收 {amount}（代收货款 {cod}、到付运费 {freight}）；已加入本单，收款后才能交给村民"
)


def must_pay(row: sqlite3.Row) -> bool:
    """Whether this parcel, as its row stands, is not handed over before money was taken."""
    return bool(row["cod_fen"] or row["freight_collect_fen"]) and row["state"] in IN_STOCK


def amounts(row: sqlite3.Row) -> dict[str, Any]:
    """What is to be collected, for sentences and programs."""
    return {
        "parcel_id": row["id"], "pickup_code": row["pickup_code"], "amount": money.yuan(cod.owed_fen(row)),
        "cod": money.yuan(row["cod_fen"]), "freight": money.yuan(row["freight_collect_fen"]),
        "cod_fen": row["cod_fen"], "freight_collect_fen": row["freight_collect_fen"],
    }  # fmt: skip


def ask_first(
    tx: Tx,
    row: sqlite3.Row,
    how: HandOverMethod,
    collector: Collector | None,
    *,
    even_set_aside: bool = False,
    ticket_id: int | None = None,
    desk_id: int | None = None,
) -> AddedLine:
    """Puts what is to be collected on a ticket (the desk's when none is named), with how it was checked who collects;
    nothing leaves yet. Every check comes before the first row is written.

    Refused ``parcel.on_ticket``, ``parcel.is_problem``, ``parcel.is_to_return``, ``proxy.person_unknown`` and those of
    the ticket.
    """
    if row["state"] != "on_shelf" and not even_set_aside:
        raise set_aside(tx, row)
    if collector is not None:
        proxies.check(row, collector)
    cod.refuse_on_ticket(tx, row)
    if ticket_id is None:
        ticket_id = open_ticket(tx, desk_id)
    facts = {
        "code": row["pickup_code"], "carrier": carriers.find(row["carrier"]).name_zh, "method": how.value,
        "relation": collector.relation.value if collector else "", "even_set_aside": int(even_set_aside),
        "proxy_id": collector.proxy_id if collector else None,
        "remember": int(collector.is_to_be_remembered) if collector else 0,
        "cod_fen": row["cod_fen"], "freight_fen": row["freight_collect_fen"],
        "cod": money.yuan(row["cod_fen"]), "freight": money.yuan(row["freight_collect_fen"]),
    }  # fmt: skip
    label = N_("取件 {code} 代收货款 {cod}、到付运费 {freight}（{carrier}）")
    if not row["freight_collect_fen"]:
        label = N_("取件 {code} 代收货款（{carrier}）")
    elif not row["cod_fen"]:
        label = N_("取件 {code} 到付运费（{carrier}）")
    service, act = COLLECT
    new = NewLine(
        service=service, act=act, case_kind=CASE, case_id=row["id"], label=label, facts=facts, txn_count=0,
        principal_fen=cod.owed_fen(row), principal_account=Account.OWED_TO_CARRIERS, party=cod.party(row),
    )  # fmt: skip
    added = put_on(tx, ticket_id, new)
    if collector is not None:
        vault.put(tx, CASE, row["id"], "collected_by", collector.name, RETENTION)
    return added


def take_effect(tx: Tx, line: Line) -> None:
    """The money is taken: the parcel leaves. Refused ``parcel.cod_changed`` when amount or carrier are not those of the
    line any more, and as any hand-over."""
    row = store.parcel(tx, line.case_id)
    facts = line.facts
    if (line.principal_fen, line.party, facts["cod_fen"]) != (cod.owed_fen(row), cod.party(row), row["cod_fen"]):
        raise Refused(
            "parcel.cod_changed",
            N_("取件码 {pickup_code} 的代收金额或快递公司改过了；没有收款，请从单上去掉这一项，再出库一次"),
            parcel_id=row["id"],
            pickup_code=row["pickup_code"],
        )
    hand_out(
        tx, shifts.ensure_open(tx).business_on, row, HandOverMethod(facts["method"]), _collector(tx, row["id"], facts),
        even_set_aside=bool(facts["even_set_aside"]),
    )  # fmt: skip
    _close_person(tx)


def withdraw(tx: Tx, line: Line) -> None:
    """The line is taken off: the parcel never left, and nobody has collected it."""
    if store.parcel(tx, line.case_id)["state"] in IN_STOCK:
        vault.remove(tx, CASE, line.case_id, "collected_by")


def undo(tx: Tx, line: Line) -> None:
    """The ticket is voided on its day: the parcel lies on its shelf again, unpaid; the wrong person brought it back, or it
    was found, when that was noted. Refused ``undo.*``, ``parcel.code_given_on``."""
    business_on, row = shifts.ensure_open(tx).business_on, store.parcel(tx, line.case_id)
    if leaving.is_with_wrong_person(tx, row):
        leaving.recover(tx, business_on, row, is_paid_back=True)
    elif row["state"] == ParcelState.LOST:
        leaving.find_again(tx, business_on, row, is_paid_back=True)
    else:
        actions.undo_hand_over(tx, business_on, row)
    join_purchase.came_back(tx, line.case_id)


def refund(tx: Tx, line: Line) -> None:
    """Money that a carrier collected is not given back by the station on a later day: it owes it to the carrier."""
    raise Refused(
        "parcel.collected",
        N_("代收货款和到付运费是替快递公司收的，快件已经取走，本站不能退；请村民找商家或快递公司办理"),
        parcel_id=line.case_id,
    )


def refuse_free_undo(db: Reader, row: sqlite3.Row) -> None:
    """Refused ``undo.paid_for`` for taking back a hand-over that was paid: the money would stay, and be asked again."""
    if not cod.owed_fen(row):
        return
    paid = db.one(
        "SELECT t.id, t.receipt_no FROM ticket_lines l JOIN tickets t ON t.id = l.ticket_id WHERE l.case_kind = 'parcel'"
        " AND l.case_id = ? AND l.act = ? AND l.state = 'done'",
        row["id"],
        cod.COLLECT,
    )
    if paid is not None:
        raise Refused(
            "undo.paid_for",
            N_("这件取件时收过 {amount}；没有撤销。请打开收据 {receipt_no} 作废退款，快件会同时回到货架"),
            parcel_id=row["id"],
            amount=money.yuan(cod.owed_fen(row)),
            ticket_id=paid["id"],
            receipt_no=paid["receipt_no"],
        )


def pending_line(db: Reader, parcel_id: int) -> int | None:
    """The line that waits for the money of this parcel, None when none does."""
    found: int | None = db.value(
        "SELECT id FROM ticket_lines WHERE case_kind = 'parcel' AND case_id = ? AND act = ? AND state = 'pending'",
        parcel_id,
        cod.COLLECT,
    )
    return found


def refused_without_desk(row: sqlite3.Row) -> Refused:
    """What a program is told that hands over without a ticket: put the line ``cod`` on one and settle it."""
    return Refused(
        UNPAID,
        N_(
            "取件码 {pickup_code} 要先收 {amount}（代收货款 {cod}、到付运费 {freight}）；没有出库，请开单收款后再交给村民"
        ),
        **amounts(row),
    )


def add_collection(
    tx: Tx,
    ticket_id: int,
    *,
    parcel_id: int,
    method: str,
    collected_by: str | None = None,
    relation: str | None = None,
    proxy_id: int | None = None,
    remember_proxy: bool = False,
    even_set_aside: bool = False,
) -> AddedLine:
    """Puts what a parcel costs at its hand-over on a ticket; the hand-over takes effect as it is settled.

    Refused ``cod.nothing`` for a parcel that costs nothing, those of ``ask_first`` and of a hand-over.
    """
    till.open_one(tx, ticket_id)
    row = store.parcel(tx, parcel_id)
    if row["state"] not in IN_STOCK:
        raise refusal(tx, row)
    if not cod.owed_fen(row):
        raise Refused("cod.nothing", N_("这件没有代收款，直接出库就行；没有加入"), parcel_id=parcel_id)
    how, collector = checked(tx, method, collected_by, relation, proxy_id, remember_proxy)
    return ask_first(tx, row, how, collector, even_set_aside=even_set_aside, ticket_id=ticket_id)


def _collector(tx: Tx, parcel_id: int, facts: Mapping[str, Any]) -> Collector | None:
    if not facts["relation"]:
        return None
    name = vault.get(tx, CASE, parcel_id, "collected_by") or ""
    return Collector(name, Relation(facts["relation"]), facts["proxy_id"], bool(facts["remember"]))


def _close_person(tx: Tx) -> None:
    """Nobody stays open at the desk who has nothing left here."""
    if tx.actor.desk_id is None:
        return
    open_id = desks.desk(tx, tx.actor.desk_id).open_parcel_id
    if open_id is not None and not store.person_has_more(tx, open_id):
        desks.set_desk(tx, tx.actor.desk_id, open_parcel_id=None)


ACTS = LineActs(take_effect, withdraw, undo, refund)
