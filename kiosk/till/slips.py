"""Receipt and refund slip: how they read, from frozen facts, and how they are frozen. Personal values are named blanks
that are filled from the vault when the slip is shown or printed, masked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kiosk import clock, money, vault
from kiosk.people import desks
from kiosk.printing import slips
from kiosk.printing.document import Block, Document, Drawer, Feed, Pair, Qr, Rule, Text
from kiosk.storage import Tx
from kiosk.till.masks import masked
from kiosk.till.model import BACK, REDUCE_REASON_WORDS, Line, Move, Ticket
from kiosk.till.payments import METHOD_WORDS, Method, Payment
from kiosk.till.store import fee_version_number
from kiosk.words import N_, say

if TYPE_CHECKING:
    from kiosk.till.debtors import Debtor

RECEIPT = "receipt"
REFUND = "refund"
STATEMENT = "debt_statement"
CASH_MOVE = "cash_move"
COMPENSATION = "compensation"
#: A receipt from which the sum is read across the counter, by old eyes too.
SUM_SIZE = 2


def freeze_receipt(
    tx: Tx,
    ticket: Ticket,
    lines: Sequence[Line],
    paid: Sequence[Payment],
    receipt_no: str,
    total_fen: int,
    given_fen: int,
    change_fen: int,
    still_owed: Sequence[int] = (),
) -> int:
    """Freezes the receipt of a ticket that is being settled; returns the slip's id. ``still_owed`` is what each customer
    whose account it moved owes afterwards."""
    facts, blanks = _facts(tx, ticket, lines, receipt_no)
    facts |= {
        "total_fen": total_fen, "given_fen": given_fen, "change_fen": change_fen, "payments": _paid(paid),
        "still_owed": list(still_owed),
    }  # fmt: skip
    return slips.freeze(tx, RECEIPT, facts, blanks, "ticket", ticket.id, document_no=receipt_no)


def freeze_refund(tx: Tx, ticket: Ticket, lines: Sequence[Line], paid: Sequence[Payment], refund_no: str) -> int:
    """Freezes the slip of a settled ticket that is being voided; it names the receipt."""
    facts, blanks = _facts(tx, ticket, lines, refund_no)
    facts |= {"total_fen": ticket.total_fen, "receipt_no": ticket.receipt_no, "payments": _paid(paid)}
    return slips.freeze(tx, REFUND, facts, blanks, "ticket", ticket.id, document_no=refund_no)


def _paid(paid: Sequence[Payment]) -> list[dict[str, Any]]:
    return [{"method": payment.method, "amount_fen": payment.amount_fen} for payment in paid]


def _facts(
    tx: Tx, ticket: Ticket, lines: Sequence[Line], number: str
) -> tuple[dict[str, Any], dict[str, tuple[str, int, str]]]:
    station = tx.settings.station
    blanks: dict[str, tuple[str, int, str]] = {}
    written = []
    for line in lines:
        names = {}
        for name, blank in line.blanks.items():
            key = f"l{line.line_no}_{name}"
            blanks[key] = (blank.case_kind, blank.case_id, blank.field)
            names[name] = {"blank": key, "mask": blank.mask}
        written.append(
            {
                "label": line.label, "facts": line.facts, "blanks": names, "principal_fen": line.principal_fen,
                "fee_fen": line.fee_fen, "quote": {} if line.quote.get("is_commission") else line.quote,
                "waived_fen": line.waived_fen, "waive_reason": line.waive_reason,
                "is_refund": line.refunds_line_id is not None,
            }
        )  # fmt: skip
    facts = {
        "station": station.name, "number": number,
        "at": clock.to_minute(tx.now, station.zone),
        "desk": desks.desk(tx, ticket.desk_id).name if ticket.desk_id is not None else "",
        "lines": written, "fee_version": fee_version_number(tx, ticket.fee_version_id),
    }  # fmt: skip
    return facts, blanks


def receipt(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The customer's receipt: what was done, what it cost and by which published fee, what was given and returned."""
    blocks = _head(facts, say(N_("收据")))
    for line in facts["lines"]:
        blocks += _line(line, blanks)
    blocks += [
        Rule(),
        Pair(
            say(N_("合计") if facts["total_fen"] >= 0 else N_("应付村民")),
            money.yuan(abs(facts["total_fen"])),
            size=SUM_SIZE,
            bold=True,
        ),
        *_payments(facts),
        *[Pair(say(N_("现在还欠")), money.yuan(fen), bold=True) for fen in facts["still_owed"]],
        *_fee_board(facts),
        Feed(1),
        *([Text(say(N_("村民签字：__________")))] if facts["total_fen"] < 0 else []),
        Qr(f"~RC:{facts['number']}"),
        Text(say(N_("请妥善保管，退换凭此收据")), align="center"),
    ]
    if any(part["method"] == Method.CASH and part["amount_fen"] for part in facts["payments"]):
        blocks.append(Drawer())
    return Document(say(N_("收据 {number}"), number=facts["number"]), tuple(blocks))


def refund(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The refund slip of a voided ticket."""
    blocks = _head(facts, say(N_("退款单")))
    blocks.append(Pair(say(N_("原收据")), facts["receipt_no"]))
    blocks.append(Rule())
    for line in facts["lines"]:
        blocks += _line(line, blanks)
    blocks += [
        Rule(),
        *[
            Pair(
                say(
                    N_("退还{method}") if part["amount_fen"] > 0 else N_("收回{method}"),
                    method=say(METHOD_WORDS[part["method"]]),
                ),
                money.yuan(abs(part["amount_fen"])),
                bold=True,
            )
            for part in facts["payments"]
        ],
        Feed(1),
        Text(say(N_("村民签字：__________"))),
        Qr(f"~RC:{facts['number']}"),
    ]
    if any(part["method"] == Method.CASH and part["amount_fen"] for part in facts["payments"]):
        blocks.append(Drawer())
    return Document(say(N_("退款单 {number}"), number=facts["number"]), tuple(blocks))


def _head(facts: Mapping[str, Any], title: str) -> list[Block]:
    blocks: list[Block] = [
        Text(facts["station"], align="center", size=2, fit=True),
        Text(title, align="center", bold=True),
        Text(facts["number"]),
        Pair(facts["at"], facts["desk"]),
        Rule(),
    ]
    return blocks


def _line(line: Mapping[str, Any], blanks: Mapping[str, str]) -> list[Block]:
    words = {name: say(fact) if isinstance(fact, str) else fact for name, fact in line["facts"].items()}
    for name, blank in line["blanks"].items():
        value = blanks.get(blank["blank"], say(vault.ERASED))
        words[name] = masked(value, blank["mask"])
    label = say(line["label"], **words)
    blocks: list[Block] = [Text(say(BACK, what=label) if line["is_refund"] else label)]
    if line["principal_fen"] or not line["quote"]:
        blocks.append(Pair("  " + say(N_("款项")), money.yuan(line["principal_fen"])))
    if line["quote"]:
        blocks.append(Pair("  " + say(N_("服务费")), money.yuan(line["fee_fen"])))
        how = say(line["quote"]["explanation"], **line["quote"]["facts"])
        blocks.append(Text(f"  {line['quote']['name']}：{how}"))
    if line["waived_fen"]:
        why = say(REDUCE_REASON_WORDS[line["waive_reason"]])
        blocks.append(Pair("  " + say(N_("减收（{why}）"), why=why), money.yuan(-line["waived_fen"])))
    return blocks


def _payments(facts: Mapping[str, Any]) -> list[Block]:
    """Cash as it went over the counter, everything else as it was seen."""
    blocks: list[Block] = []
    for part in facts["payments"]:
        if part["method"] != Method.CASH:
            words = METHOD_WORDS[part["method"]]
            if part["amount_fen"] < 0:
                words = N_("冲减欠款") if part["method"] == Method.ACCOUNT else N_("付{method}")
            name = say(words, method=say(METHOD_WORDS[part["method"]]))
            blocks.append(Pair(name, money.yuan(abs(part["amount_fen"]))))
        elif part["amount_fen"] < 0:
            blocks.append(Pair(say(N_("付现金")), money.yuan(-part["amount_fen"])))
        else:
            blocks.append(Pair(say(N_("收现金")), money.yuan(facts["given_fen"])))
            blocks.append(Pair(say(N_("找零")), money.yuan(facts["change_fen"])))
    return blocks


def _fee_board(facts: Mapping[str, Any]) -> list[Block]:
    if facts["fee_version"] is None:
        return []
    return [Text(say(N_("服务费按第 {number} 版公示价目表"), number=facts["fee_version"]))]


def _first_receipt(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    return receipt(_all_cash(facts), blanks)


def _first_refund(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    return refund(_all_cash(facts), blanks)


def _all_cash(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a slip from the time when everything was paid in cash and no fee was reduced, as they are read now."""
    lines = [{**line, "waived_fen": 0, "is_refund": False} for line in facts["lines"]]
    payments = [{"method": Method.CASH.value, "amount_fen": facts["total_fen"]}]
    return {**facts, "lines": lines, "payments": payments, "still_owed": []}


def freeze_statement(tx: Tx, of: Debtor, since_on: str, moves: Sequence[Move]) -> int:
    """Freezes the slip that says what a customer owes and how it came about."""
    station = tx.settings.station
    facts = {
        "station": station.name, "at": clock.to_minute(tx.now, station.zone),
        "owed_fen": of.owed_fen, "limit_fen": of.limit_fen, "since_on": since_on,
        "moves": [
            {
                "on": move.business_on, "kind": move.kind, "number": move.receipt_no, "amount_fen": move.amount_fen,
                "balance_fen": move.balance_fen,
            }
            for move in moves
        ],
    }  # fmt: skip
    blanks = {"name": ("debtor", of.id, "customer_name")}
    return slips.freeze(tx, STATEMENT, facts, blanks, "debtor", of.id)


def freeze_cash_move(
    tx: Tx, move_id: int, number: str, kind: str, reason: str, carrier: str, amount_fen: int, has_note: bool
) -> int:
    """Freezes the slip of cash that was put in or taken out; ``kind`` and ``reason`` are marked messages."""
    facts = _document(tx, number) | {"kind": kind, "reason": reason, "carrier": carrier, "amount_fen": amount_fen}
    blanks = {"note": ("cash_move", move_id, "note")} if has_note else {}
    return slips.freeze(tx, CASH_MOVE, facts, blanks, "cash_move", move_id, document_no=number)


def freeze_compensation(
    tx: Tx,
    compensation_id: int,
    number: str,
    reason: str,
    about: str,
    about_id: int | None,
    amount_fen: int,
    has_note: bool,
) -> int:
    """Freezes the slip that a villager signs for a compensation; ``reason`` and ``about`` are marked messages."""
    facts = _document(tx, number) | {
        "reason": reason, "about": about, "about_id": about_id, "amount_fen": amount_fen,
    }  # fmt: skip
    blanks = {"note": ("compensation", compensation_id, "note")} if has_note else {}
    return slips.freeze(tx, COMPENSATION, facts, blanks, "compensation", compensation_id, document_no=number)


def _document(tx: Tx, number: str) -> dict[str, Any]:
    station, desk_id = tx.settings.station, tx.actor.desk_id
    return {
        "station": station.name, "number": number,
        "at": clock.to_minute(tx.now, station.zone),
        "desk": desks.desk(tx, desk_id).name if desk_id is not None else "",
    }  # fmt: skip


def statement(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """What a customer owes, movement by movement, for the customer to take home or sign."""
    blocks: list[Block] = [
        Text(facts["station"], align="center", size=2, fit=True),
        Text(say(N_("欠款对账单")), align="center", bold=True),
        Pair(masked(blanks.get("name", say(vault.ERASED)), "name"), facts["at"]),
        Rule(),
    ]
    for move in facts["moves"]:
        words = {"charge": N_("赊账"), "repay": N_("还款"), "undone": N_("作废冲回")}[move["kind"]]
        blocks.append(Text(f"{move['on']} {move['number']}"))
        blocks.append(Pair("  " + say(words), money.yuan(move["amount_fen"])))
    blocks += [
        Rule(),
        Pair(say(N_("现在还欠")), money.yuan(facts["owed_fen"]), size=SUM_SIZE, bold=True),
    ]
    if facts["since_on"]:
        blocks.append(Pair(say(N_("最早一笔")), facts["since_on"]))
    blocks += [Feed(1), Text(say(N_("村民签字：__________")))]
    return Document(say(N_("欠款对账单")), tuple(blocks))


def cash_move(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The slip of cash put into the drawer or taken out; it opens the drawer."""
    blocks = _head(facts, say(facts["kind"]))
    blocks.append(Pair(say(N_("原因")), say(facts["reason"])))
    if facts["carrier"]:
        blocks.append(Pair(say(N_("快递公司")), facts["carrier"]))
    if "note" in blanks:
        blocks.append(Text(blanks["note"]))
    blocks += [
        Rule(),
        Pair(say(N_("金额")), money.yuan(facts["amount_fen"]), size=SUM_SIZE, bold=True),
        Feed(1),
        Text(say(N_("经手人签字：__________"))),
        Drawer(),
    ]
    return Document(say(N_("存取现金 {number}"), number=facts["number"]), tuple(blocks))


def compensation(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The slip that the villager signs for a compensation; the station keeps it."""
    blocks = _head(facts, say(N_("赔付凭条")))
    about = say(facts["about"]) + (f" {facts['about_id']}" if facts["about_id"] is not None else "")
    blocks += [Pair(say(N_("原因")), say(facts["reason"])), Pair(say(N_("关于")), about)]
    if "note" in blanks:
        blocks.append(Text(blanks["note"]))
    blocks += [
        Rule(),
        Pair(say(N_("赔付金额")), money.yuan(facts["amount_fen"]), size=SUM_SIZE, bold=True),
        Text(say(N_("本人已收到以上赔付，这件事就此了结。"))),
        Feed(1),
        Text(say(N_("村民签字：__________"))),
        Text(say(N_("站长签字：__________"))),
    ]
    return Document(say(N_("赔付凭条 {number}"), number=facts["number"]), tuple(blocks))


slips.register_template(RECEIPT, 1, _first_receipt)
slips.register_template(REFUND, 1, _first_refund)
slips.register_template(RECEIPT, 2, receipt)
slips.register_template(REFUND, 2, refund)
slips.register_template(STATEMENT, 1, statement)
slips.register_template(CASH_MOVE, 1, cash_move)
slips.register_template(COMPENSATION, 1, compensation)
