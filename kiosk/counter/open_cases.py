"""What is unfinished, case by case: listed at the close and carried over, so that nothing is forgotten overnight
(lessons.md 8). Each says what it is about and, where the operator knows it by a person, the name as others may see it;
nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk import clock, money, registers
from kiosk.bills import model as bill_model
from kiosk.bills import store as bills
from kiosk.bills.view import shown_account
from kiosk.consignment import store as consignment
from kiosk.consignment.measure import show_quantity
from kiosk.consignment.view import supplier_name
from kiosk.conveniences import store as conveniences
from kiosk.conveniences.model import STATE_WORDS as CONVENIENCE_WORDS
from kiosk.conveniences.view import about
from kiosk.manifests import store as lists
from kiosk.manifests.model import ManifestKind
from kiosk.outbound import store as outbound
from kiosk.parcels import problem_cases
from kiosk.purchases import store as purchases
from kiosk.purchases.view import item_of
from kiosk.storage import Reader
from kiosk.till import debts
from kiosk.till import store as tickets
from kiosk.words import N_, say

#: So many of a kind are listed one by one; the rest is a number, and stands on the kind's own page.
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One unfinished case: ``label`` a marked message with its ``facts``, ``stage`` marked words, ``amount_fen`` None
    where no money is meant."""

    kind: str
    case_id: int
    label: str
    stage: str = ""
    since_on: str = ""
    amount_fen: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def open_cases(db: Reader) -> dict[str, list[OpenCase]]:
    """Every unfinished case by kind, in the order of the counter; kinds without one are left out."""
    found = {kind: list(cases(db)) for kind, cases in _KINDS.items()}
    return {kind: cases for kind, cases in found.items() if cases}


def _tickets(db: Reader) -> Iterable[OpenCase]:
    for ticket in tickets.unsettled(db):
        owed_fen = sum(line.owed_fen for line in tickets.lines(db, ticket.id))
        stage = N_("挂单") if ticket.parked_at else N_("未收款")
        yield OpenCase("tickets", ticket.id, N_("单 {id}"), stage, ticket.opened_on, owed_fen, {"id": ticket.id})


def _purchases(db: Reader) -> Iterable[OpenCase]:
    for one in purchases.open_purchases(db):
        facts = {"number": one.request_no, "item": item_of(db, one.id)}
        yield OpenCase(
            "purchases", one.id, N_("代购 {number}：{item}"), one.state_words, one.recorded_on, one.amount_fen, facts
        )


def _bills(db: Reader) -> Iterable[OpenCase]:
    # What nobody knows the end of is looked up first.
    unsure = bill_model.BillState.UNCONFIRMED
    for one in sorted(bills.open_bills(db), key=lambda bill: (bill.state != unsure, bill.id)):
        stage = bill_model.STATE_WORDS[one.state]
        facts = {"id": one.id, "kind": say(bill_model.KIND_WORDS[one.kind]), "account": shown_account(db, one)}
        label = N_("缴费 {id}：{kind} {account}")
        yield OpenCase("bills", one.id, label, stage, one.recorded_on, one.amount_fen, facts)


def _owed_consignors(db: Reader) -> Iterable[OpenCase]:
    for supplier_id, fen in consignment.owed_by_supplier(db).items():
        if supplier_id is None:
            yield OpenCase("consignment_sales", 0, N_("没写供货人的代销"), N_("货款未结"), "", fen)
            continue
        facts = {"id": supplier_id, "name": supplier_name(db, supplier_id)}
        label = N_("供货人 {id} {name}")
        yield OpenCase("consignment_sales", supplier_id, label, N_("货款未结"), "", fen, facts)


def _unsold(db: Reader) -> Iterable[OpenCase]:
    for row in db.all(
        "SELECT p.id, p.name, p.unit, p.unit_size, SUM(m.quantity) AS quantity, MIN(m.business_on) AS since_on"
        " FROM stock_moves m JOIN products p ON p.id = m.product_id"
        " GROUP BY m.product_id HAVING SUM(m.quantity) > 0 ORDER BY m.product_id"
    ):
        left = show_quantity(row["quantity"], row["unit"], row["unit_size"])
        yield OpenCase(
            "consignment_stock", row["id"], N_("{name}：剩 {quantity}"), N_("未卖出"), row["since_on"], None,
            {"name": row["name"], "quantity": left},
        )  # fmt: skip


def _conveniences(db: Reader) -> Iterable[OpenCase]:
    found = conveniences.still_open(db)
    kept = conveniences.values(db, [one.id for one in found])
    for one in found:
        facts = {"id": one.id, "about": about(db, one, kept[one.id])}
        stage = CONVENIENCE_WORDS[one.state]
        yield OpenCase(
            "conveniences", one.id, N_("便民 {id}：{about}"), stage, one.recorded_on, one.principal_fen, facts
        )


def _outbound(db: Reader) -> Iterable[OpenCase]:
    for one in outbound.waiting(db):
        label, facts = N_("寄件 {number}"), {"number": one.outbound_no or one.id}
        yield OpenCase("outbound", one.id, label, N_("等快递员取走"), one.accepted_on or "", None, facts)


def _collect(db: Reader) -> Iterable[OpenCase]:
    for row in db.all(
        "SELECT id, pickup_code, checked_in_on, cod_fen + freight_collect_fen AS fen FROM parcels"
        " WHERE state IN ('on_shelf', 'problem', 'to_return') AND cod_fen + freight_collect_fen > 0 ORDER BY id"
    ):
        yield OpenCase(
            "cod", row["id"], N_("快件 {code}"), N_("取件时代收"), row["checked_in_on"], row["fen"],
            {"code": row["pickup_code"]},
        )  # fmt: skip


def _unsigned(db: Reader) -> Iterable[OpenCase]:
    for row in lists.unsigned(db, ManifestKind.INTAKE):
        label, facts = N_("到件清单 {number}"), {"number": row.manifest_no}
        yield OpenCase("unsigned", row.id, label, N_("等快递员签收"), row.closed_on or "", None, facts)


def _problems(db: Reader) -> Iterable[OpenCase]:
    for row in db.all(
        "SELECT c.kind, c.opened_on, p.id, p.pickup_code FROM parcel_problems c JOIN parcels p ON p.id = c.parcel_id"
        " WHERE c.resolution = '' ORDER BY c.id"
    ):
        yield OpenCase(
            "problems", row["id"], N_("快件 {code}"), problem_cases.KIND_WORDS[row["kind"]], row["opened_on"], None,
            {"code": row["pickup_code"]},
        )  # fmt: skip


def _debts(db: Reader) -> Iterable[OpenCase]:
    for one in debts.debts(db):
        if one.debtor.owed_fen:
            name = one.debtor.masked or say(N_("已删除"))
            yield OpenCase(
                "debts", one.debtor.id, N_("欠款人 {id} {name}"), N_("欠款 {days} 天"), one.since_on, one.debtor.owed_fen,
                {"id": one.debtor.id, "name": name, "days": one.age_days},
            )  # fmt: skip


def _registers(db: Reader) -> Iterable[OpenCase]:
    """Entries of registers whose deadline is near or gone by; one that waits with time left is no case of today's."""
    seen: set[int] = set()
    for one in registers.due(db, clock.local_date(db.settings.station.zone)):
        if one.warns and one.entry_id not in seen:
            seen.add(one.entry_id)
            facts = {"number": one.number, "title": one.title, "day": one.due_on, "register": one.register}
            yield OpenCase("registers", one.entry_id, N_("登记 {number}：{title}"), N_("最晚 {day}"), "", None, facts)


_KINDS: Mapping[str, Callable[[Reader], Iterable[OpenCase]]] = {
    "tickets": _tickets,
    "bills": _bills,
    "purchases": _purchases,
    "conveniences": _conveniences,
    "consignment_stock": _unsold,
    "consignment_sales": _owed_consignors,
    "outbound": _outbound,
    "cod": _collect,
    "problems": _problems,
    "unsigned": _unsigned,
    "registers": _registers,
    "debts": _debts,
}


def open_counts(db: Reader, of_services: Mapping[str, int]) -> dict[str, int]:
    """How many of each kind: the services' own counts, and tickets, goods unsold, cash to collect, problems and
    lists to be signed beside them."""
    counts = {"tickets": len(tickets.unsettled(db))} | dict(of_services)
    for kind, cases in (
        ("consignment_stock", _unsold),
        ("cod", _collect),
        ("problems", _problems),
        ("unsigned", _unsigned),
        ("registers", _registers),
    ):
        found = sum(1 for _ in cases(db))
        if found:
            counts[kind] = found
    return counts


def case_view(case: OpenCase, say: Callable[..., str]) -> dict[str, Any]:
    """A case as pages and API show it."""
    return {
        "kind": case.kind, "id": case.case_id, "label": say(case.label, **case.facts),
        "stage": say(case.stage, **case.facts) if case.stage else "", "since_on": case.since_on or None,
        "amount_fen": case.amount_fen, "amount": None if case.amount_fen is None else money.yuan(case.amount_fen),
    }  # fmt: skip
