"""The report of a shelf count on paper: its figures and what must be looked into. It names nobody: parcels stand by their
pickup codes, a number that never came in stays on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import clock
from kiosk.parcels import store as parcels
from kiosk.printing import slips
from kiosk.printing.document import Block, Cut, Document, Pair, Rule, Text
from kiosk.shelf_counts import store
from kiosk.shelf_counts.model import CASE, FIND_WORDS, TO_SETTLE, Figures, FindKind, ShelfCount
from kiosk.storage import Tx
from kiosk.words import N_, say

SHELF_COUNT = "shelf_count"
#: Lines of each kind on the paper; the page has all of them.
MOST_LISTED = 30


def freeze_report(tx: Tx, standing: ShelfCount, figures: Figures) -> int:
    """Freezes the report of a count that is being closed; returns the slip's id."""
    listed = {kind.value: [_line(tx, found) for found in store.finds(tx, standing.id, kind, limit=MOST_LISTED)] for kind in TO_SETTLE}  # fmt: skip
    zone = tx.settings.station.zone
    facts = {
        "station": tx.settings.station.name, "number": standing.document_no or "", "scope": standing.scope,
        "begun": clock.to_minute(standing.begun_at, zone),
        "ended": clock.to_minute(tx.now, zone),
        **{name: getattr(figures, name) for name in Figures.__slots__}, "listed": listed,
    }  # fmt: skip
    return slips.freeze(tx, SHELF_COUNT, facts, {}, CASE, standing.id, standing.document_no)


def _line(tx: Tx, found: Any) -> list[str]:
    code = ""
    if found.parcel_id is not None:
        code = parcels.parcel(tx, found.parcel_id)["pickup_code"] or ""
    return [code, found.book_place, found.place]


def report(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """Figures first, then what is missing, in the wrong place and too much."""
    scope = say(N_("货架 {shelf}"), shelf=facts["scope"]) if facts["scope"] else say(N_("全站"))
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(say(N_("快件盘点")), align="center", size=2, bold=True, fit=True),
        Pair(facts["number"], scope),
        Pair(say(N_("开始")), facts["begun"]),
        Pair(say(N_("结束")), facts["ended"]),
        Rule(),
        *(
            Pair(say(FIND_WORDS[kind]), say(N_("{count} 件"), count=facts[kind.value]), bold=kind is FindKind.MISSING)
            for kind in FindKind
        ),
        Pair(say(N_("盘点期间有进出")), say(N_("{count} 件"), count=facts["moved_meanwhile"])),
    ]
    if not any(facts[kind.value] for kind in TO_SETTLE):
        blocks += [Rule(), Text(say(N_("账实相符")), align="center", size=2, bold=True, fit=True)]
    for kind in TO_SETTLE:
        lines = facts["listed"][kind.value]
        if not lines:
            continue
        blocks += [Rule(), Text(say(FIND_WORDS[kind]), bold=True)]
        blocks += [_pair(kind, *line) for line in lines]
        left = facts[kind.value] - len(lines)
        if left > 0:
            blocks.append(Text(say(N_("还有 {count} 件，见盘点页面"), count=left)))
    blocks += [Rule(), Text(say(N_("盘点人签字：")), size=1), Text(""), Cut()]
    return Document(say(N_("快件盘点 {number}"), number=facts["number"]), tuple(blocks))


def _pair(kind: FindKind, code: str, book_place: str, place: str) -> Pair:
    if kind is FindKind.MISSING:
        return Pair(code, say(N_("应在 {place}"), place=book_place))
    if kind is FindKind.WRONG_SLOT:
        return Pair(code, f"{book_place} → {place}")
    return Pair(code or say(N_("没有取件码")), place or say(N_("没有扫货架")))


slips.register_template(SHELF_COUNT, 1, report)
