"""How a convenience service stands on a ticket, and its own slip: what was asked for and what came of it, with a line to
sign where the data says so. What was typed are blanks, masked here."""

from __future__ import annotations

from typing import Any

from kiosk import clock, fields, money
from kiosk.conveniences.booked import BOOKED
from kiosk.conveniences.model import CASE, SERVICE, STATE_WORDS, Convenience, Money
from kiosk.conveniences.services import Service, services
from kiosk.conveniences.view import label
from kiosk.errors import Refused
from kiosk.fees import Quote
from kiosk.ledger import Account
from kiosk.printing import slips
from kiosk.printing.document import Block, Document, Feed, Pair, Rule, Text
from kiosk.storage import Tx
from kiosk.till.model import Blank, NewLine
from kiosk.words import N_, say

SLIP = "convenience_slip"


def line(case: Convenience, service: Service, quote: Quote, *, says_what: bool) -> NewLine:
    """The line of a case: its price is held to be paid on, or paid out against the bank; the fee is the station's.
    ``says_what``: the words of ``booked`` are kept, and the line shows them."""
    account = {Money.HELD: Account.HELD_FOR_SERVICES, Money.PAID_OUT: Account.BANK_CARD}.get(Money(case.money))
    basis = {"quantity": case.quantity, "amount_fen": case.principal_fen}
    return NewLine(
        service=SERVICE, kind=case.kind, act="receive", case_kind=CASE, case_id=case.id,
        label=N_("便民 {service}（{number}）：{what}") if says_what else N_("便民 {service}（{number}）"),
        blanks={"what": Blank(CASE, case.id, BOOKED)} if says_what else {},
        facts={"service": service.name, "number": case.id},
        txn_amount_fen=case.principal_fen,
        principal_fen=-case.principal_fen if case.money == Money.PAID_OUT else case.principal_fen,
        principal_account=account, party=case.party if case.money == Money.HELD else "",
        fee_fen=quote.fee_fen, quote=quote, basis=basis,
    )  # fmt: skip


def freeze_slip(tx: Tx, case: Convenience) -> int:
    """Freezes the slip of a case as it is now; returns its id. Raises ``Refused('convenience.erased')``."""
    if case.erased_at is not None:
        raise Refused("convenience.erased", N_("这项便民服务的内容已按规定删除，没有可打印的"))
    service = services(tx).get(case.service)
    locale = tx.settings.station.locale
    printed = [field for field in case.form if field["prints"]]
    facts = {
        "station": tx.settings.station.name, "phone": tx.settings.station.phone, "number": case.id,
        "service": service.title(locale) if service else case.service, "state": case.state, "money": case.money,
        "principal_fen": case.principal_fen, "sign": bool(service and service.sign), "note": service.note if service else "",
        "fields": [{"code": field["code"], "label": label(field, locale), "type": field["type"]} for field in printed],
        "at": clock.to_minute(tx.now, tx.settings.station.zone),
    }  # fmt: skip
    blanks = {f"f_{field['code']}": (CASE, case.id, field["code"]) for field in printed}
    return slips.freeze(tx, SLIP, facts, blanks, CASE, case.id)


def slip(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """The slip for the customer: the service, what was asked for, what came of it."""
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(facts["service"], align="center", size=2, bold=True, fit=True),
        Pair(say(N_("便民服务 {number}"), number=facts["number"]), say(STATE_WORDS[facts["state"]])),
        Rule(),
    ]
    for field in facts["fields"]:
        value = blanks.get(f"f_{field['code']}")
        if value:
            blocks.append(Pair(field["label"], fields.show(field["type"], value)))
    if facts["money"] == Money.HELD:
        blocks.append(Pair(say(N_("代收金额")), money.yuan(facts["principal_fen"]), bold=True))
    elif facts["money"] == Money.PAID_OUT:
        blocks.append(Pair(say(N_("付给村民现金")), money.yuan(facts["principal_fen"]), bold=True))
    blocks.append(Rule())
    if facts["note"]:
        blocks.append(Text(facts["note"]))
    if facts["sign"]:
        blocks += [Feed(1), Text(say(N_("本人签字：________________"))), Feed(1)]
    if facts["phone"]:
        blocks.append(Text(say(N_("电话：{value}"), value=facts["phone"])))
    blocks.append(Text(facts["at"]))
    return Document(facts["service"], tuple(blocks))


slips.register_template(SLIP, 1, slip)
