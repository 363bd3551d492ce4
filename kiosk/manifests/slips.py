"""Papers of a list: the slip that is signed on one hand and the A4 form for the folder, from the same frozen facts. What
leads to a person (waybill, tail, name, receiver, signature) is a blank and reads 已删除 once it was erased."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk import clock
from kiosk.codes import CodeKind, carriers, mask_name, symbol
from kiosk.manifests.model import CASE, HOW_WORDS, KIND_WORDS, NOTE_WORDS, RECEIVER_WORDS, Manifest, ManifestKind
from kiosk.printing import sheet as a4
from kiosk.printing import slips
from kiosk.printing.document import Block, Code128, Document, Feed, Pair, Rule, Text
from kiosk.printing.model import Blank
from kiosk.storage import Tx
from kiosk.vault import ERASED
from kiosk.words import N_, say

MANIFEST = "manifest"
#: The blanks that one line may have, each numbered by its line: ``waybill-1``.
_BLANKS = ("waybill", "tail", "name")


@dataclass(frozen=True, slots=True)
class Line:
    """One piece as the paper names it: our code, its carrier, why it goes, and where its personal values lie."""

    code: str
    carrier: str = ""
    why: str = ""  # a marked word: why it goes back
    note: str = ""
    blanks: Mapping[str, Blank] = field(default_factory=dict)


def freeze_list(tx: Tx, manifest: Manifest, number: str, lines: Sequence[Line], declared: int | None) -> int:
    """Freezes the paper of a list as it is closed; returns the slip's id."""
    facts = {
        "kind": manifest.kind, "number": number, "carrier": manifest.carrier, "station": tx.settings.station.name,
        "declared": declared, "pieces": len(lines), "by": tx.actor.name, "at": tx.now, "zone": tx.settings.station.zone,
        "lines": [
            {"code": line.code, "carrier": line.carrier, "why": line.why, "note": line.note} for line in lines
        ],
    }  # fmt: skip
    blanks: dict[str, Any] = {"receiver": (CASE, manifest.id, "receiver")}
    for place, line in enumerate(lines, 1):
        blanks |= {f"{name}-{place}": blank for name, blank in line.blanks.items()}
    return slips.freeze(tx, MANIFEST, facts, blanks, CASE, manifest.id, document_no=number)


def slip(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The list on receipt paper: number and one bar code, declared against scanned, each piece, a line to sign on."""
    kind = facts["kind"]
    whose = carriers.find(facts["carrier"]).name() if facts["carrier"] else blanks.get("receiver", "")
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(say(KIND_WORDS[kind]), align="center", size=2, bold=True, fit=True),
        Pair(whose, _when(facts["at"], facts)),
        Code128(symbol(CodeKind.MANIFEST, facts["number"]), caption=False),
        Text(facts["number"], align="center", size=2, bold=True, fit=True),
        Rule(),
        *counted(facts),
    ]
    for place, line in enumerate(facts["lines"], 1):
        number = blanks.get(f"waybill-{place}") or line["code"]
        blocks.append(Pair(f"{place}. {number}", line["code"] if number != line["code"] else ""))
        more = _more(facts, line, blanks, place)
        if more:
            blocks.append(Text(f"   {more}"))
    blocks += [
        Rule(),
        Text(say(N_("合计 {pieces} 件"), pieces=facts["pieces"]), bold=True),
        Text(say(N_("经办人：{name}"), name=facts["by"])),
        Text(say(N_("{who}：{name}"), who=say(RECEIVER_WORDS[kind]), name=blanks.get("receiver", ""))),
        *signed_or_line(facts),
        Text(say(_PROMISES[kind]), align="center"),
    ]
    return Document(f"{say(KIND_WORDS[kind])} {facts['number']}", tuple(blocks))


def form(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> a4.Sheet:
    """The same list on A4; a door round has a place at each piece for the one who takes it."""
    kind = facts["kind"]
    pairs = [(say(RECEIVER_WORDS[kind]), blanks.get("receiver", ""))]
    if facts["carrier"]:
        pairs.insert(0, (say(N_("快递公司")), carriers.find(facts["carrier"]).name()))
    pairs.append((say(N_("时间")), _when(facts["at"], facts)))
    if facts["declared"] is not None:
        pairs.append((say(N_("应到")), say(N_("{pieces} 件"), pieces=facts["declared"])))
    pairs.append((say(N_("实际")), say(N_("{pieces} 件"), pieces=facts["pieces"])))
    if facts["declared"] is not None:
        pairs.append((say(N_("差额")), difference_words(facts["pieces"] - facts["declared"])))
    is_door = kind == ManifestKind.DOOR
    heads = [a4.Column(say(N_("序")), 0, "right"), a4.Column(say(N_("运单号")), 4), a4.Column(say(N_("取件码")), 3)]
    if not facts["carrier"]:
        heads.append(a4.Column(say(N_("快递公司")), 2))
    heads.append(a4.Column(say(N_("说明")), 3))
    if is_door:
        heads.append(a4.Column(say(N_("收件人签字")), 3))
    rows = []
    for place, line in enumerate(facts["lines"], 1):
        cells = [str(place), blanks.get(f"waybill-{place}", ""), line["code"]]
        if not facts["carrier"]:
            cells.append(carriers.find(line["carrier"]).name() if line["carrier"] else "")
        cells.append(_more({**facts, "carrier": "shown"}, line, blanks, place))
        rows.append(tuple(cells + [""] * is_door))
    return a4.Sheet(
        say(KIND_WORDS[kind]), facts["station"], facts["number"], symbol(CodeKind.MANIFEST, facts["number"]),
        (
            a4.Facts(tuple(pairs)),
            a4.Table(tuple(heads), tuple(rows), is_roomy=is_door),
            a4.Paragraph(say(_PROMISES[kind]), align="center"),
            signatures(facts, blanks, facts["by"], say(RECEIVER_WORDS[kind]), blanks.get("receiver", "")),
        ),
        foot=facts["station"],
    )  # fmt: skip


def counted(facts: Mapping[str, Any]) -> list[Block]:
    """Declared against scanned, nothing where nothing was declared."""
    if facts["declared"] is None:
        return []
    missing = facts["pieces"] - facts["declared"]
    pair = Pair(
        say(N_("应到 {declared} 件"), declared=facts["declared"]), say(N_("实到 {pieces} 件"), pieces=facts["pieces"])
    )
    return [pair, Text(difference_words(missing), align="center", bold=bool(missing)), Rule()]


def difference_words(difference: int) -> str:
    """少 2 件, 多 1 件, 无差额."""
    if not difference:
        return say(N_("无差额"))
    return say(N_("多 {count} 件") if difference > 0 else N_("少 {count} 件"), count=abs(difference))


def signed_or_line(facts: Mapping[str, Any]) -> list[Block]:
    """A line to sign on, or how and when it was signed."""
    signed = facts.get("signed")
    if not signed:
        return [Feed(1), Text(say(N_("签收：＿＿＿＿＿＿＿＿")))]
    blocks: list[Block] = [Text(say(N_("签收：{words}"), words=signed_words(signed)), bold=True)]
    if signed["difference"]:
        blocks.append(Text(say(N_("双方确认差额：{words}"), words=difference_words(signed["difference"]))))
    return blocks


def signed_words(signed: Mapping[str, Any]) -> str:
    """在屏幕上签字 2026-11-22 18:05."""
    return f"{say(HOW_WORDS[signed['how']])} {_when(signed['at'], signed)}"


def signatures(facts: Mapping[str, Any], blanks: Mapping[str, str], by: str, label: str, name: str) -> a4.Signatures:
    """The two places at the foot of a form: ours, and the picture or line of whoever takes it or brought it."""
    signed = facts.get("signed")
    said, picture = "", None
    if signed:
        said = signed_words(signed)
        if signed["difference"]:
            said += "；" + say(N_("双方确认差额：{words}"), words=difference_words(signed["difference"]))
        picture = _picture(blanks.get("signature", ""))
        if blanks.get("signature") == say(ERASED):
            said += "；" + say(ERASED)
    return a4.Signatures((a4.Signature(say(N_("经办人")), by), a4.Signature(label, name, said, picture)))


def _picture(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) or None
    except (binascii.Error, ValueError):
        return None  # erased: the words stand in its place


def _more(facts: Mapping[str, Any], line: Mapping[str, Any], blanks: Mapping[str, str], place: int) -> str:
    """What else is said of a piece: carrier where they are mixed, whom it is for, why it goes, how it looks."""
    parts = [carriers.find(line["carrier"]).name()] if line["carrier"] and not facts["carrier"] else []
    name, tail = blanks.get(f"name-{place}", ""), blanks.get(f"tail-{place}", "")
    if say(ERASED) in (name, tail):
        parts.append(say(ERASED))
    else:
        parts += [mask_name(name), say(N_("尾号 {tail}"), tail=tail) if tail else ""]
    parts += [say(line["why"]) if line["why"] else "", say(NOTE_WORDS[line["note"]]) if line["note"] else ""]
    return "  ".join(part for part in parts if part)


def _when(at: str, facts: Mapping[str, Any]) -> str:
    return clock.to_minute(at, facts["zone"])


_PROMISES: Mapping[str, str] = {
    ManifestKind.INTAKE: N_("以上各件当面点清，外包装完好（有说明的除外）"),
    ManifestKind.RETURN: N_("以上各件当面点清，由快递公司带回"),
    ManifestKind.TRANSFER: N_("以上各件当面点清，由接收站点保管、交给收件人"),
    ManifestKind.DOOR: N_("以上各件当面点清；没送到的当天带回站点"),
}
slips.register_blank_column("parcels", "waybill_no")
slips.register_blank_column("parcels", "phone_tail")
slips.register_blank_column("parcels", "name_hint")
slips.register_template(MANIFEST, 1, slip)
a4.register_sheet(MANIFEST, 1, form)
