"""Whether the station does what the county asks of it: every measure with its figure, its target and the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kiosk import money
from kiosk.assessment import measures
from kiosk.assessment.model import (
    STANDING_SHAPES,
    STANDING_WORDS,
    Measure,
    Standing,
    Unit,
    hours_text,
    sorted_worst_first,
)
from kiosk.words import N_, say
from web.routes import page
from web.station import station

compliance = Blueprint("compliance", __name__)
#: A standing as the class that colours it.
COLOURS: Mapping[Standing, str] = {
    Standing.PROBLEM: "problem", Standing.WARN: "warn", Standing.DUE: "", Standing.OK: "ok", Standing.FIGURE: "",
}  # fmt: skip
_SHOWN: Mapping[Unit, Callable[[int], str]] = {
    Unit.COUNT: str, Unit.DAYS: str, Unit.MINUTES: hours_text, Unit.FEN: money.yuan,
    Unit.DONE: lambda value: say(N_("已完成")) if value else say(N_("未完成")),
}  # fmt: skip


@page(
    compliance, "/compliance", N_("达标情况"), place="more", hint=N_("营业、上报、滞留、投诉、盘点：县里的要求做到没有，凭什么说"),
)  # fmt: skip
def all_measures() -> ResponseReturnValue:
    with station().store.reading(snapshot=True) as db:
        found = measures.by_section(db)
    everything = [one for section in found.values() for one in section]
    return render_template(
        "compliance/all.html", sections={name: sorted_worst_first(some) for name, some in found.items()},
        counts={one: sum(made.standing is one for made in everything) for one in Standing}, words=STANDING_WORDS,
        shapes=STANDING_SHAPES, colours=COLOURS, figure=figure,
    )  # fmt: skip


def figure(made: Measure) -> str:
    """A measure's figure with its target: ``3:05 / 8:00``, ``4 / 5``, ``￥1,204.50``; '' where a sentence says it all."""
    if made.value is None:
        return ""
    if made.unit is Unit.DONE and made.days_left is not None and not made.value:
        left = made.days_left
        if not left:
            return say(N_("就是今天"))
        return say(N_("还剩 {n} 天"), n=left) if left > 0 else say(N_("过期 {n} 天"), n=-left)
    show = _SHOWN[made.unit]
    return f"{show(made.value)} / {show(made.target)}" if made.target else show(made.value)
