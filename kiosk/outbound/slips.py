"""Papers of sending: the sticker by which we find a parcel again, the list that the courier signs, the line on the receipt.
Names are blanks; the carrier's own numbers are too, since they lead to the people behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk import clock, money
from kiosk.codes import CodeKind, carriers, mask_name, symbol
from kiosk.fees import Quote
from kiosk.ledger import Account
from kiosk.manifests.slips import signatures, signed_or_line
from kiosk.outbound.model import ACCEPT, CASE, ITEM_WORDS, MANIFEST_CASE, SERVICE, Manifest, Outbound, PaidBy
from kiosk.printing import sheet as a4
from kiosk.printing import slips
from kiosk.printing.document import Block, Code128, Document, Pair, Qr, Rule, Text
from kiosk.printing.model import ColumnBlank
from kiosk.storage import Tx
from kiosk.till.model import Blank, NewLine
from kiosk.vault import ERASED
from kiosk.words import N_, say

LABEL = "outbound_label"
MANIFEST = "outbound_manifest"


def line(outbound: Outbound, quote: Quote) -> NewLine:
    """The line of a parcel: freight and premium are the carrier's, the published fee is the station's; neither freight
    nor premium where the recipient pays."""
    is_paid_here = outbound.paid_by == PaidBy.SENDER
    facts = {"carrier": carriers.find(outbound.carrier).name_zh, "grams": outbound.weight_grams}
    if not is_paid_here:
        label = N_("寄件 {carrier} {grams} 克 寄给 {recipient}，运费到付")
    elif outbound.premium_fen:
        label = N_("寄件 {carrier} {grams} 克 寄给 {recipient}，运费 {freight}、保价费 {premium}")
        facts |= {"freight": money.yuan(outbound.freight_fen), "premium": money.yuan(outbound.premium_fen)}
    else:
        label = N_("寄件 {carrier} {grams} 克 寄给 {recipient}")
    return NewLine(
        service=SERVICE, act=ACCEPT, case_kind=CASE, case_id=outbound.id, label=label, facts=facts,
        blanks={"recipient": Blank(CASE, outbound.id, "recipient_name", "name")}, txn_amount_fen=outbound.carrier_fen,
        principal_fen=outbound.carrier_fen,
        principal_account=Account.OWED_TO_CARRIERS if outbound.carrier_fen else None,
        party=outbound.party if outbound.carrier_fen else "", fee_fen=quote.fee_fen, quote=quote,
        basis={"grams": outbound.weight_grams, "amount_fen": outbound.carrier_fen},
    )  # fmt: skip


def freeze_label(tx: Tx, outbound: Outbound) -> int:
    """Freezes the sticker of a parcel that was accepted; returns the slip's id."""
    facts = {
        "number": outbound.outbound_no, "carrier": outbound.carrier, "on": outbound.accepted_on,
        "weight_grams": outbound.weight_grams, "item_kind": outbound.item_kind, "paid_by": outbound.paid_by,
        "insured_value_fen": outbound.insured_value_fen, "station": tx.settings.station.name,
    }  # fmt: skip
    blanks = {name: (CASE, outbound.id, name) for name in ("sender_name", "recipient_name")}
    return slips.freeze(tx, LABEL, facts, blanks, CASE, outbound.id, document_no=outbound.outbound_no)


def label(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The sticker: our number, huge and as a code; the carrier's own label goes beside it."""
    number = facts["number"]
    blocks: list[Block] = [
        Text(carriers.find(facts["carrier"]).name(), align="center", size=2, bold=True, fit=True),
        Qr(symbol(CodeKind.OUTBOUND, number), module=5),
        Text(number, align="center", size=2, bold=True, fit=True),
        Pair(say(ITEM_WORDS[facts["item_kind"]]), say(N_("{grams} 克"), grams=facts["weight_grams"])),
    ]
    if facts["paid_by"] == PaidBy.RECIPIENT:
        blocks.append(Text(say(N_("运费到付")), align="center", size=2, bold=True, fit=True))
    if facts["insured_value_fen"]:
        blocks.append(Text(say(N_("保价 {value}"), value=money.yuan(facts["insured_value_fen"]))))
    for words, name in ((N_("寄 {name}"), "sender_name"), (N_("收 {name}"), "recipient_name")):
        value = blanks.get(name, "")
        if value:
            blocks.append(Text(say(words, name=value if value == say(ERASED) else mask_name(value))))
    blocks += [Pair(facts["station"], facts["on"]), Text(say(N_("已核对证件 · 已开箱验视")), align="center")]
    return Document(say(N_("寄件标签 {number}"), number=number), tuple(blocks))


def freeze_manifest(tx: Tx, manifest: Manifest, number: str, parcels: Sequence[Outbound]) -> int:
    """Freezes the list of a manifest that is being given; returns the slip's id."""
    facts = {
        "number": number, "carrier": manifest.carrier, "station": tx.settings.station.name,
        "station_code": tx.settings.station.code, "pieces": len(parcels), "by": tx.actor.name,
        "parcels": [
            {"number": parcel.outbound_no, "grams": parcel.weight_grams, "waybill": f"w{place}", "paid_by": parcel.paid_by}
            for place, parcel in enumerate(parcels, 1)
        ],
        "at": clock.to_minute(tx.now, tx.settings.station.zone),
    }  # fmt: skip
    blanks: dict[str, Any] = {
        f"w{place}": ColumnBlank("outbound_parcels", parcel.id, "waybill_no") for place, parcel in enumerate(parcels, 1)
    }
    blanks["courier"] = (MANIFEST_CASE, manifest.id, "courier")
    return slips.freeze(tx, MANIFEST, facts, blanks, MANIFEST_CASE, manifest.id, document_no=number)


def manifest(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The list that the courier signs: number and one barcode, each piece with its waybill, the pieces, a line to
    sign on."""
    number, grams = facts["number"], sum(parcel["grams"] for parcel in facts["parcels"])
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(say(N_("寄件交接清单")), align="center", size=2, bold=True, fit=True),
        Pair(carriers.find(facts["carrier"]).name(), facts["at"]),
        Code128(symbol(CodeKind.MANIFEST, number), caption=False),
        Text(number, align="center", size=2, bold=True, fit=True),
        Rule(),
    ]
    for place, parcel in enumerate(facts["parcels"], 1):
        mark = say(N_(" 到付")) if parcel["paid_by"] == PaidBy.RECIPIENT else ""
        blocks.append(Text(f"{place}. {blanks.get(parcel['waybill'], '')}"))
        blocks.append(Pair(f"   {parcel['number']}{mark}", say(N_("{grams} 克"), grams=parcel["grams"])))
    blocks += [
        Rule(),
        Pair(say(N_("合计 {pieces} 件"), pieces=facts["pieces"]), say(N_("{grams} 克"), grams=grams), bold=True),
        Text(say(N_("交件人：{name}"), name=facts["by"])),
        Text(say(N_("快递员：{name}"), name=blanks.get("courier", ""))),
        *signed_or_line(facts),
        Text(say(N_("以上各件当面点清，外包装完好")), align="center"),
    ]
    return Document(say(N_("寄件交接清单 {number}"), number=number), tuple(blocks))


def manifest_form(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> a4.Sheet:
    """The same list on A4, for the folder and for the carrier's office."""
    number, grams = facts["number"], sum(parcel["grams"] for parcel in facts["parcels"])
    heads = (
        a4.Column(say(N_("序")), 0, "right"), a4.Column(say(N_("寄件号")), 3), a4.Column(say(N_("运单号")), 4),
        a4.Column(say(N_("重量")), 2, "right"), a4.Column(say(N_("运费")), 2),
    )  # fmt: skip
    rows = tuple(
        (
            str(place), parcel["number"], blanks.get(parcel["waybill"], ""),
            say(N_("{grams} 克"), grams=parcel["grams"]), say(_PAID_SHORT[parcel["paid_by"]]),
        )
        for place, parcel in enumerate(facts["parcels"], 1)
    )  # fmt: skip
    pairs = (
        (say(N_("快递公司")), carriers.find(facts["carrier"]).name()), (say(N_("时间")), facts["at"]),
        (say(N_("件数")), say(N_("{pieces} 件"), pieces=facts["pieces"])),
        (say(N_("重量")), say(N_("{grams} 克"), grams=grams)), (say(N_("站点编号")), facts["station_code"]),
        (say(N_("快递员")), blanks.get("courier", "")),
    )  # fmt: skip
    return a4.Sheet(
        say(N_("寄件交接清单")), facts["station"], number, symbol(CodeKind.MANIFEST, number),
        (
            a4.Facts(pairs),
            a4.Table(heads, rows),
            a4.Paragraph(say(N_("以上各件当面点清，外包装完好")), align="center"),
            signatures(facts, blanks, facts["by"], say(N_("快递员")), blanks.get("courier", "")),
        ),
        foot=facts["station"],
    )  # fmt: skip


_PAID_SHORT: Mapping[str, str] = {PaidBy.SENDER: N_("寄付"), PaidBy.RECIPIENT: N_("到付")}


slips.register_blank_column("outbound_parcels", "waybill_no")
slips.register_template(LABEL, 1, label)
slips.register_template(MANIFEST, 1, manifest)
a4.register_sheet(MANIFEST, 1, manifest_form)
