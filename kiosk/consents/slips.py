"""未同意清单 for the courier, on receipt paper and A4 from the same frozen facts. Waybill, tail and name are blanks and read
已删除 once they were erased; each colour is a shape and a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk import clock
from kiosk.codes import carriers, mask_name
from kiosk.consents.model import COLOUR_SHAPES, COLOUR_WORDS, Colour
from kiosk.printing import sheet as a4
from kiosk.printing import slips
from kiosk.printing.document import Block, Document, Pair, Rule, Text
from kiosk.printing.model import Blank
from kiosk.storage import Tx
from kiosk.vault import ERASED
from kiosk.words import N_, say

COURIER_LIST = "consent_list"
SUBJECT = "consent_list"
#: A longer list is asked for by batch.
MOST_LISTED = 300
_TITLE = N_("未同意清单")
_RED_HINT = N_("未同意：请送货上门，或打电话问过收件人再放站点")
_AMBER_HINT = N_("无法判断：只有尾号，取件时再问")
_LEFT = N_("这张纸放不下：还有 {n} 件没有列出，请一批一批地打")
_NOBODY = N_("没有收件人信息")


@dataclass(frozen=True, slots=True)
class Line:
    """One parcel as the paper names it."""

    code: str
    carrier: str
    place: str
    colour: Colour
    blanks: Mapping[str, Blank] = field(default_factory=dict)


def freeze_courier_list(
    tx: Tx, number: int, batch_id: int | None, carrier: str, lines: Sequence[Line], left: int = 0
) -> int:
    """Freezes the list whose making is the audit's record ``number``; returns the slip's id. ``left``: how many more there
    are than go on one paper."""
    facts = {
        "station": tx.settings.station.name, "carrier": carrier, "batch_id": batch_id, "by": tx.actor.name, "at": tx.now,
        "zone": tx.settings.station.zone,
        "lines": [
            {"code": one.code, "carrier": one.carrier, "place": one.place, "colour": one.colour.value} for one in lines
        ],
    }  # fmt: skip
    if left:
        facts["left"] = left
    blanks: dict[str, Any] = {}
    for place, one in enumerate(lines, 1):
        blanks |= {f"{name}-{place}": blank for name, blank in one.blanks.items()}
    return slips.freeze(tx, COURIER_LIST, facts, blanks, SUBJECT, number)


def slip(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """Red ones first with what to do about them, then those that can't be judged."""
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(say(_TITLE), align="center", size=2, bold=True, fit=True),
        Pair(_whose(facts), _when(facts)),
    ]
    for colour in (Colour.RED, Colour.AMBER):
        mine = _lines(facts, colour)
        if not mine:
            continue
        blocks += [Rule(), Text(_head(colour, len(mine)), bold=True)]
        for place, line in mine:
            blocks.append(Pair(f"{place}. {blanks.get(f'waybill-{place}') or line['code']}", line["code"]))
            blocks.append(Text(f"   {_more(facts, line, blanks, place) or say(_NOBODY)}"))
        blocks.append(Text(say(_hint(colour))))
    if facts.get("left"):
        blocks += [Rule(), Text(say(_LEFT, n=facts["left"]), bold=True)]
    blocks += [Rule(), Text(say(N_("经办人：{name}"), name=facts["by"])), Text(say(N_("签收：＿＿＿＿＿＿＿＿")))]
    return Document(say(_TITLE), tuple(blocks))


def form(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> a4.Sheet:
    """The same list on A4, with a column for what the recipient said."""
    heads = (
        a4.Column(say(N_("序")), 0, "right"), a4.Column(say(N_("运单号")), 4), a4.Column(say(N_("取件码")), 3),
        a4.Column(say(N_("收件人")), 3), a4.Column(say(N_("情况")), 2), a4.Column(say(N_("问的结果")), 3),
    )  # fmt: skip
    rows = tuple(
        (
            str(place), blanks.get(f"waybill-{place}", ""), line["code"], _person(blanks, place),
            _colour(Colour(line["colour"])), "",
        )
        for colour in (Colour.RED, Colour.AMBER)
        for place, line in _lines(facts, colour)
    )  # fmt: skip
    pairs = ((say(N_("快递公司")), _whose(facts)), (say(N_("时间")), _when(facts)))
    return a4.Sheet(
        say(_TITLE), facts["station"], "", "",
        (
            a4.Facts(pairs), a4.Table(heads, rows, is_roomy=True),
            *([a4.Paragraph(say(_LEFT, n=facts["left"]))] if facts.get("left") else []), a4.Paragraph(say(_RED_HINT)),
            a4.Paragraph(say(_AMBER_HINT)),
            a4.Signatures((a4.Signature(say(N_("经办人")), facts["by"]), a4.Signature(say(N_("快递员")), ""))),
        ),
        foot=facts["station"],
    )  # fmt: skip


def _lines(facts: Mapping[str, Any], colour: Colour) -> list[tuple[int, Mapping[str, Any]]]:
    return [(place, line) for place, line in enumerate(facts["lines"], 1) if line["colour"] == colour]


def _head(colour: Colour, pieces: int) -> str:
    return f"{_colour(colour)}  {say(N_('{pieces} 件'), pieces=pieces)}"


def _colour(colour: Colour) -> str:
    return f"{COLOUR_SHAPES[colour]} {say(COLOUR_WORDS[colour])}"


def _hint(colour: Colour) -> str:
    return _RED_HINT if colour is Colour.RED else _AMBER_HINT


def _whose(facts: Mapping[str, Any]) -> str:
    return carriers.find(facts["carrier"]).name() if facts["carrier"] else say(N_("几家混着"))


def _person(blanks: Mapping[str, str], place: int) -> str:
    name, tail = blanks.get(f"name-{place}", ""), blanks.get(f"tail-{place}", "")
    if say(ERASED) in (name, tail):
        return say(ERASED)
    parts = (mask_name(name), say(N_("尾号 {tail}"), tail=tail) if tail else "")
    return "  ".join(part for part in parts if part)


def _more(facts: Mapping[str, Any], line: Mapping[str, Any], blanks: Mapping[str, str], place: int) -> str:
    carrier = "" if facts["carrier"] else carriers.find(line["carrier"]).name()
    return "  ".join(part for part in (carrier, _person(blanks, place)) if part)


def _when(facts: Mapping[str, Any]) -> str:
    return clock.to_minute(facts["at"], facts["zone"])


for _column in ("waybill_no", "phone_tail", "name_hint"):
    slips.register_blank_column("parcels", _column)
slips.register_template(COURIER_LIST, 1, slip)
a4.register_sheet(COURIER_LIST, 1, form)
