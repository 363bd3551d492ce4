"""The one slip of intake: its upper half is stuck on the parcel, its lower half goes to the villager. Both halves are
one print job, so that a parcel is never on the shelf without its label because the notice went out elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from kiosk import clock, money, vault
from kiosk.codes import CodeKind, ShelfPlace, carriers, mask_name, symbol
from kiosk.parcels.model import CASE, SHELF_CASE
from kiosk.printing import slips
from kiosk.printing.document import Block, Code128, Cut, Document, Pair, Qr, Rule, Sticker, Text
from kiosk.printing.model import ColumnBlank
from kiosk.storage import Tx
from kiosk.words import N_, say

INTAKE_SLIP = "intake_slip"
PARCEL_LABEL = "parcel_label"
SHELF_LABEL = "shelf_label"
PICK_LIST = "pick_list"


def freeze_intake_slip(tx: Tx, row: sqlite3.Row, *, is_correction: bool = False) -> int:
    """Freezes the label and notice of a parcel as it is now; returns the slip's id.

    Tail and name are blanks: they are filled from the parcel's row when the slip is printed and are gone once erased.
    """
    station, parcels = tx.settings.station, tx.settings.parcels
    facts = {
        "pickup_code": row["pickup_code"], "carrier": row["carrier"], "place": f"{row['shelf']}-{row['layer']}",
        "on": row["checked_in_on"], "piece_index": row["piece_index"], "piece_total": row["piece_total"],
        "station": station.name, "address": station.address, "hours": station.hours, "station_phone": station.phone,
        "free_storage_days": parcels.free_storage_days, "is_correction": is_correction,
    }  # fmt: skip
    if row["cod_fen"] or row["freight_collect_fen"]:
        facts |= {"cod_fen": row["cod_fen"], "freight_collect_fen": row["freight_collect_fen"]}
    blanks = {
        "tail": ColumnBlank("parcels", row["id"], "phone_tail"),
        "name": ColumnBlank("parcels", row["id"], "name_hint"),
    }
    return slips.freeze(tx, INTAKE_SLIP, facts, blanks, CASE, row["id"])


def intake_slip(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """Label half and notice half from frozen facts; the notice's first line is worded as phones recognise it."""
    code = facts["pickup_code"]
    carrier = carriers.find(facts["carrier"]).name()
    person = _person(blanks)
    label: list[Block] = [Text(code, align="center", size=4, bold=True, fit=True)]
    if person:
        label.append(Text(person, align="center", size=2, bold=True))
    label.append(Pair(carrier + _piece(facts), facts["on"]))
    if not code.startswith(f"{facts['place']}-"):
        label.append(Text(say(N_("现放 {place}"), place=facts["place"]), align="center", bold=True))
    for words, fen in _collected(facts):
        label.append(Text(say(words, amount=money.yuan(fen)), align="center", bold=True))
    if facts["is_correction"]:
        label.append(Text(say(N_("更正：以这张为准，请撕去旧标签")), align="center"))
    notice: list[Block] = [Text(facts["station"], align="center", bold=True)]
    if person:
        notice.append(Text(person, align="center"))
    notice += [
        Text(say(N_("您的{carrier}快件已到，请取件"), carrier=carrier), align="center"),
        Text(say(N_("凭取件码 {pickup_code} 取件"), pickup_code=code), align="center", size=2, bold=True, fit=True),
        Qr(symbol(CodeKind.PICKUP_CODE, code), module=6),
    ]
    for words, fen in _collected(facts):
        notice.append(Text(say(words, amount=money.yuan(fen)), align="center", size=2, bold=True, fit=True))
    for words, value in (
        (N_("地址：{value}"), facts["address"]),
        (N_("时间：{value}"), facts["hours"]),
        (N_("电话：{value}"), facts["station_phone"]),
    ):
        if value:
            notice.append(Text(say(words, value=value)))
    if facts["free_storage_days"]:
        notice.append(Text(say(N_("免费保管 {days} 天"), days=facts["free_storage_days"])))
    notice.append(Text(say(N_("可当面验收，破损可拒收"))))
    title = say(N_("入库标签与取件通知 {pickup_code}"), pickup_code=code)
    return Document(title, (*label, Rule(), *notice, Cut()))


def freeze_parcel_label(tx: Tx, row: sqlite3.Row) -> int:
    """Freezes the sticker of a parcel as it is now, in the size that the settings name; returns the slip's id."""
    facts = {
        "pickup_code": row["pickup_code"], "carrier": row["carrier"], "place": f"{row['shelf']}-{row['layer']}",
        "on": row["checked_in_on"], "piece_index": row["piece_index"], "piece_total": row["piece_total"],
        "size": tx.settings.labels.size,
    }  # fmt: skip
    blanks = {"tail": ColumnBlank("parcels", row["id"], "phone_tail")}
    return slips.freeze(tx, PARCEL_LABEL, facts, blanks, CASE, row["id"])


def parcel_label(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """One sticker: the code as large as it goes, two digits of the tail, date and place, the code to scan.

    It lies where everybody walks past: never a name, never four digits (ui.md §2)."""
    paper = _paper(facts["size"])
    is_small = paper.width_mm < 60
    code, tail = facts["pickup_code"], blanks.get("tail", "")
    blocks: list[Block] = [Text(code, align="center", size=3 if is_small else 4, bold=True, fit=True)]
    if tail:
        shown = tail if tail == say(vault.ERASED) else say(N_("尾号 {tail}"), tail=f"**{tail[-2:]}")
        blocks.append(Text(shown, align="center", size=1 if is_small else 2, bold=True, fit=True))
    blocks.append(Pair(f"{facts['on'][5:]}{_piece(facts)}", say(N_("放 {place}"), place=facts["place"])))
    blocks.append(Qr(symbol(CodeKind.PICKUP_CODE, code), module=6))
    return Document(say(N_("快件标签 {pickup_code}"), pickup_code=code), tuple(blocks), paper)


def freeze_shelf_label(tx: Tx, place: ShelfPlace, note: str) -> int:
    """Freezes the label of one layer of a shelf, to be stuck on its edge; returns the slip's id."""
    facts = {"place": str(place), "note": note, "size": tx.settings.labels.size}
    position = tx.value("SELECT position FROM shelves WHERE shelf = ? AND layer = ?", place.shelf, place.layer)
    return slips.freeze(tx, SHELF_LABEL, facts, {}, SHELF_CASE, position)


def shelf_label(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """Place in large letters and as the code that intake, 盘点 and 移库 scan: bars, which a laser reads too, where they fit."""
    paper = _paper(facts["size"])
    blocks: list[Block] = [Text(facts["place"], align="center", size=4, bold=True, fit=True)]
    if facts["note"]:
        blocks.append(Text(facts["note"], align="center", fit=True))
    blocks.append(Code128(symbol(CodeKind.SHELF, facts["place"]), caption=False))
    return Document(say(N_("货架标签 {place}"), place=facts["place"]), tuple(blocks), paper)


def freeze_pick_list(tx: Tx, carrier: str, lines: Sequence[tuple[str, str, str, str]]) -> int:
    """Freezes what is to be fetched for a courier, each a place, code, carrier and day of arrival, in the order of the shelves;
    ``carrier`` '' for all. It names nobody: codes are what stands on the parcels. Returns the slip's id."""
    facts = {
        "station": tx.settings.station.name, "carrier": carrier, "by": tx.actor.name, "at": tx.now,
        "zone": tx.settings.station.zone,
        "lines": [{"place": place, "code": code, "carrier": of, "on": on} for place, code, of, on in lines],
    }  # fmt: skip
    return slips.freeze(tx, PICK_LIST, facts, {}, "station", 1)


def pick_list(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """Shelf by shelf what goes back, with a box to tick as it is found."""
    title = say(N_("退件拣货单"))
    whose = carriers.find(facts["carrier"]).name() if facts["carrier"] else say(N_("各家快递"))
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(title, align="center", size=2, bold=True, fit=True),
        Pair(whose, clock.to_minute(facts["at"], facts["zone"])),
    ]
    place = None
    for line in facts["lines"]:
        if line["place"] != place:
            place = line["place"]
            blocks += [Rule(), Text(say(N_("货架 {place}"), place=place), bold=True)]
        of = "" if facts["carrier"] else f" {carriers.find(line['carrier']).name()}"
        blocks.append(Pair(f"□ {line['code']}{of}", say(N_("{day} 到"), day=line["on"][5:])))
    blocks += [
        Rule(),
        Text(say(N_("合计 {pieces} 件"), pieces=len(facts["lines"])), bold=True),
        Text(say(N_("经办人：{name}"), name=facts["by"])),
        Text(say(N_("拿齐后在「退件拣货」点「开始交接」，请快递员签收。"))),
    ]
    return Document(title, tuple(blocks))


def _paper(size: str) -> Sticker:
    width, height = map(int, size.split("x"))
    return Sticker(width, height)


def _person(blanks: Mapping[str, str]) -> str:
    """尾号 1234  张**, as far as it is known; one sentence instead of each once the person was erased."""
    erased = say(vault.ERASED)
    tail, name = blanks.get("tail", ""), blanks.get("name", "")
    if erased in (tail, name):
        return erased
    return "  ".join(part for part in (say(N_("尾号 {tail}"), tail=tail) if tail else "", mask_name(name)) if part)


def _collected(facts: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What must be paid at the hand-over; nothing for most parcels, whose slips don't know these facts."""
    amounts = ((N_("取件付货款 {amount}"), "cod_fen"), (N_("取件付运费 {amount}"), "freight_collect_fen"))
    return [(words, facts[name]) for words, name in amounts if facts.get(name)]


def _piece(facts: Mapping[str, Any]) -> str:
    if not facts["piece_index"]:
        return ""
    return f" {facts['piece_index']}/{facts['piece_total'] or '?'}"


slips.register_blank_column("parcels", "phone_tail")
slips.register_blank_column("parcels", "name_hint")
slips.register_template(INTAKE_SLIP, 1, intake_slip)
slips.register_template(PARCEL_LABEL, 1, parcel_label)
slips.register_template(SHELF_LABEL, 1, shelf_label)
slips.register_template(PICK_LIST, 1, pick_list)
