"""A parcel's whole story in plain sentences: who did what when, where it lay, by which list it left, what was wrong with it
and what came of it. Written from the events and cases when it is shown; no sentence names a villager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import money
from kiosk.codes import carriers
from kiosk.parcels import problem_cases, view
from kiosk.parcels.expected import SOURCE_WORDS
from kiosk.parcels.model import COD_REASON_WORDS, PROBLEM_WORDS, EventKind, ParcelState, ProblemReason
from kiosk.parcels.problem_cases import RESOLUTION_WORDS, Resolution
from kiosk.parcels.refusals import when, who
from kiosk.parcels.view import EventView
from kiosk.storage import Reader
from kiosk.words import N_, say

_SENTENCES: Mapping[str, str] = {
    EventKind.EXPECTED_NOTED: N_("{by} 登记了这件要来{announced}"),
    EventKind.EXPECTED_DROPPED: N_("{by} 取消了待到件：这件不来了"),
    EventKind.CHECKED_IN: N_("{by} 把它入库，放在 {place}"),
    EventKind.PHONE_ADDED: N_("{by} 补登了收件人"),
    EventKind.CORRECTED: N_("{by} 更正了登记的内容"),
    EventKind.RELOCATED: N_("{by} 把它移到 {place}"),
    EventKind.MARKED_PROBLEM: N_("{by} 把它列为问题件：{reason}"),
    EventKind.MARKED_TO_RETURN: N_("{by} 把它列为待退：{reason}"),
    EventKind.PUT_BACK: N_("{by} 把它恢复在库，照常取件"),
    EventKind.SETTING_ASIDE_UNDONE: N_("{by} 撤销了上一步登记：它现在是「{state}」"),
    EventKind.HANDED_OVER: N_("{by} 把它交给了来取的人（{how}）"),
    EventKind.HAND_OVER_UNDONE: N_("{by} 撤销了出库：它没有被取走，又在货架上"),
    EventKind.SECOND_PICKUP_TRIED: N_("又有人来取，{by} 告诉他已经被取走"),
    EventKind.COD_NOTED: N_("{by} 记下取件时要收 {sum}{why}"),
    EventKind.UNDONE: N_("{by} 撤销了入库：这条记录作废"),
    EventKind.PASSED_ON: N_("{by} 把它转交给另一个站点{list}"),
    EventKind.PASSING_ON_UNDONE: N_("{by} 撤销了转交：它又在原来的货架"),
    EventKind.DOOR_DELIVERED: N_("{by} 登记送货上门，收件人已收到{list}"),
    EventKind.DOOR_DELIVERY_UNDONE: N_("{by} 撤销了送货上门：收件人还没有收到"),
    EventKind.RETURNED: N_("{by} 把它退给了快递公司{list}"),
    EventKind.RETURN_UNDONE: N_("{by} 撤销了退回：它还在站点待退"),
    EventKind.LOST: N_("{by} 登记它丢失了"),
    EventKind.LOSS_UNDONE: N_("{by} 撤销了丢失登记：它现在是「{state}」"),
    EventKind.FOUND_AGAIN: N_("{by} 找到了它，取件码不变"),
    EventKind.FINDING_UNDONE: N_("{by} 撤销了「找到了」：它仍然没有下落"),
    EventKind.WRONG_PERSON_NOTED: N_("{by} 发现它错给了别人"),
    EventKind.WRONG_PERSON_UNDONE: N_("{by} 撤销了错给登记：取走的就是收件人"),
    EventKind.RECOVERED: N_("{by} 把它从别人那里追了回来，取件码不变"),
    EventKind.RECOVERY_UNDONE: N_("{by} 撤销了「已追回」：它还在别人那里"),
}


def sentence(event: EventView) -> str:
    """One event in one sentence, in the current language."""
    detail = event.detail
    facts: dict[str, Any] = {"by": event.by, "how": event.how, "state": event.state_name}
    facts["place"] = f"{detail['shelf']}-{detail['layer']}" if "shelf" in detail else "—"
    # A cash-on-delivery note has reasons of its own, or none.
    facts["reason"] = say(PROBLEM_WORDS.get(detail.get("reason", ""), PROBLEM_WORDS[ProblemReason.OTHER]))
    facts["list"] = say(N_("（清单 {number}）"), number=detail["manifest_id"]) if "manifest_id" in detail else ""
    facts["sum"] = money.yuan(detail.get("cod_fen", 0) + detail.get("freight_collect_fen", 0))
    why = COD_REASON_WORDS.get(detail.get("reason", ""))
    facts["why"] = f"（{say(why)}）" if why and event.kind == EventKind.COD_NOTED else ""
    facts["announced"] = _announced(detail)
    return say(_SENTENCES[event.kind], **facts)


def _announced(detail: Mapping[str, Any]) -> str:
    """Who said that it would come, and for which day, as far as anybody did."""
    source, due_on = SOURCE_WORDS.get(detail.get("source", "")), detail.get("due_on")
    words = [say(N_("{source} 说的"), source=say(source))] if source else []
    if due_on:
        words.append(say(N_("{day} 要到"), day=due_on))
    return say(N_("（{words}）"), words=" · ".join(words)) if words else ""


def told(db: Reader, parcel_id: int) -> list[tuple[EventView, str]]:
    """Every event of a parcel with its sentence, oldest first; Refused ``parcel.unknown``."""
    return [(event, sentence(event)) for event in view.history(db, parcel_id)]


def summary(db: Reader, parcel_id: int) -> str:
    """Where the parcel is now and since when, in one or two sentences."""
    shown = view.parcel(db, parcel_id)
    carrier = carriers.find(shown.carrier).name()
    case = problem_cases.open_case(db, parcel_id)
    match shown.state:
        case ParcelState.EXPECTED:
            first = say(N_("{carrier} 的件，还没有到。"), carrier=carrier)
        case ParcelState.ON_SHELF:
            since = N_("{carrier} 的件，{when} 到站，在 {place} 等人来取，已经 {days} 天。")
            first = say(
                since if shown.days else N_("{carrier} 的件，今天到的（{when}），在 {place} 等人来取。"),
                carrier=carrier, when=when(db, shown.checked_in_at), place=shown.place, days=shown.days,
            )  # fmt: skip
        case ParcelState.PROBLEM | ParcelState.TO_RETURN:
            first = say(
                N_("{carrier} 的件，{when} 到站，现在是「{state}」，放在 {place}。"),
                carrier=carrier, when=when(db, shown.checked_in_at), state=shown.state_name, place=shown.place,
            )  # fmt: skip
        case _:
            first = say(
                N_("{carrier} 的件，{state}，{when} 离开站点。"),
                carrier=carrier, state=shown.state_name, when=when(db, shown.out_at) if shown.out_at else "—",
            )  # fmt: skip
    if case is None:
        return first
    return first + say(
        N_("有一个问题待处理：{problem}，{when} 登记。"),
        problem=say(problem_cases.KIND_WORDS[case.kind]), when=when(db, case.opened_at),
    )  # fmt: skip


def problems_told(db: Reader, parcel_id: int) -> list[tuple[problem_cases.Case, str]]:
    """Every problem of a parcel with one sentence: since when, and what came of it."""
    found = []
    for case in problem_cases.of_parcel(db, parcel_id):
        words = say(
            N_("{when} 登记：{problem}"),
            when=when(db, case.opened_at), problem=say(problem_cases.KIND_WORDS[case.kind]),
        )  # fmt: skip
        if case.closed_at is not None:
            words += say(
                N_("；{when} 由 {by} 了结：{resolution}"),
                when=when(db, case.closed_at), by=who(db, case.closed_by_kind or "", case.closed_by_id or 0),
                resolution=say(RESOLUTION_WORDS[Resolution(case.resolution)]),
            )  # fmt: skip
        found.append((case, words))
    return found
