"""How a bill stands on a ticket, and the paper that says it was paid on; pure but for the freezing."""

from __future__ import annotations

from typing import Any

from kiosk import clock, money
from kiosk.bills.billers import Biller, name_of
from kiosk.bills.model import CASE, CHANNEL_WORDS, KIND_WORDS, SERVICE, Bill, BillKind, BillState
from kiosk.errors import Refused
from kiosk.fees import Quote
from kiosk.ledger import Account
from kiosk.printing import slips
from kiosk.printing.document import Block, Document, Pair, Rule, Text
from kiosk.storage import Tx
from kiosk.till.masks import masked
from kiosk.till.model import Blank, NewLine
from kiosk.words import N_, say

PROOF = "bill_proof"


def line(bill: Bill, biller: Biller, quote: Quote) -> NewLine:
    """The line of a bill: the amount is held for the biller, the fee is the station's."""
    return NewLine(
        service=SERVICE, kind=bill.kind, act="receive", case_kind=CASE, case_id=bill.id,
        label=N_("{kind} {account} {period}（{biller}）") if bill.bill_period else N_("{kind} {account}（{biller}）"),
        facts={"kind": KIND_WORDS[bill.kind], "biller": biller.name, "period": bill.bill_period},
        blanks={"account": Blank(CASE, bill.id, "account_no", _mask(bill.kind))},
        txn_amount_fen=bill.amount_fen, principal_fen=bill.amount_fen, principal_account=Account.HELD_FOR_BILLS,
        party=bill.party, fee_fen=quote.fee_fen, quote=quote, basis={"amount_fen": bill.amount_fen},
    )  # fmt: skip


def freeze_proof(tx: Tx, bill: Bill) -> int:
    """Freezes the slip of a confirmed bill; returns its id. Raises ``Refused('bill.not_confirmed')`` for any other."""
    if bill.state != BillState.CONFIRMED or bill.outcome_at is None:
        raise Refused("bill.not_confirmed", N_("缴费 {bill_id} 还没有缴成，不能打缴费凭单"), bill_id=bill.id)
    facts = {
        "station": tx.settings.station.name, "number": bill.id, "kind": bill.kind, "biller": name_of(tx, bill.biller),
        "period": bill.bill_period, "months": bill.months, "amount_fen": bill.amount_fen,
        "late_fee_fen": bill.late_fee_fen, "channel": bill.channel, "serial_no": bill.serial_no,
        "voucher_no": bill.voucher_no, "balance_after_fen": bill.balance_after_fen,
        "is_card_written": bill.is_card_written,
        "at": clock.to_minute(bill.outcome_at, tx.settings.station.zone),
    }  # fmt: skip
    blanks = {"account": (CASE, bill.id, "account_no"), "holder": (CASE, bill.id, "account_holder")}
    return slips.freeze(tx, PROOF, facts, blanks, CASE, bill.id)


def proof(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """The slip: to whom, for which account and period, how much, under which serial number."""
    rows: list[tuple[str, str]] = [
        (N_("缴费单位"), facts["biller"]),
        (N_("户号"), masked(blanks.get("account", ""), _mask(facts["kind"]))),
        (N_("户名"), masked(blanks.get("holder", ""), "name")),
        (N_("账期"), facts["period"]),
        (N_("月数"), str(facts["months"] or "")),
        (N_("其中违约金"), money.yuan(facts["late_fee_fen"]) if facts["late_fee_fen"] else ""),
        (N_("渠道"), say(CHANNEL_WORDS.get(facts["channel"], facts["channel"]))),
        (N_("流水号"), facts["serial_no"]),
        (N_("凭证号"), facts["voucher_no"]),
        (N_("缴后余额"), "" if facts["balance_after_fen"] is None else money.yuan(facts["balance_after_fen"])),
        (N_("缴成时间"), facts["at"]),
    ]
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(say(N_("缴费凭单")), align="center", size=2, bold=True),
        Rule(),
        Pair(say(KIND_WORDS[facts["kind"]]), money.yuan(facts["amount_fen"]), bold=True),
        *(Pair(say(words), value) for words, value in rows if value),
    ]
    if facts["is_card_written"] == 0:
        blocks.append(Text(say(N_("钱还没有写到卡上：请带卡到营业厅或读卡器写卡后再用。")), bold=True))
    blocks += [Rule(), Text(say(N_("缴费编号 {number}，凭收据和这张单子可以来查。"), number=facts["number"]))]
    return Document(say(N_("缴费凭单")), tuple(blocks))


def _mask(kind: str) -> str:
    return "phone" if kind == BillKind.MOBILE else "account"


slips.register_template(PROOF, 1, proof)
