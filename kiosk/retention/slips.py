"""The two papers of a person's request: what is kept, and what was erased. Pure."""

from __future__ import annotations

from typing import Any

from kiosk.printing.document import Block, Document, Pair, Rule, Text
from kiosk.printing.slips import register_template
from kiosk.words import N_, say

ACCESS_SLIP, ERASURE_SLIP = "personal_data", "personal_data_erased"


def kept(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """Every case with every value in full; the values are blanks that are gone the next day."""
    blocks = _head(facts, N_("个人信息查询结果"))
    for case in facts["cases"]:
        blocks += [Rule(), Pair(say(case["title"]), case["began_on"], bold=True)]
        blocks += [Pair(say(title), blanks.get(name, "")) for title, name in case["fields"]]
        if case["pictures"]:
            blocks.append(Pair(say(N_("照片或签名")), say(N_("{n} 张"), n=case["pictures"])))
        if not case["fields"] and not case["pictures"]:
            blocks.append(Text(say(N_("没有留个人信息"))))
        blocks.append(Text(until_words(case["until_on"])))
    blocks += [Rule(), Text(say(N_("内容有错可以要求更正；不再需要的可以要求删除，依法要留的会说明原因。")))]
    return Document(say(N_("个人信息查询结果")), tuple(blocks))


def erased(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """How many cases were erased, and what stays, why and until when."""
    blocks = _head(facts, N_("个人信息删除结果"))
    blocks += [Rule(), Pair(say(N_("已删除")), say(N_("{n} 笔"), n=facts["done"]), bold=True)]
    for case in facts["stayed"]:
        blocks += [
            Rule(),
            Pair(say(case["title"]), case["began_on"]),
            Text(say(case["reason"])),
            Text(until_words(case["until_on"])),
        ]
    blocks += [Rule(), Text(say(N_("备份里的内容最多再过 35 天随备份一起删除。")))]
    return Document(say(N_("个人信息删除结果")), tuple(blocks))


def until_words(until_on: str) -> str:
    """Until when a case is kept, in words."""
    return say(N_("保存到 {day}"), day=until_on) if until_on else say(N_("办完以前一直保存"))


def _head(facts: dict[str, Any], title: str) -> list[Block]:
    return [
        Text(facts["station"], align="center"),
        Text(say(title), align="center", size=2, bold=True, fit=True),
        Pair(say(N_("申请编号 {n}"), n=facts["request_id"]), facts["at"]),
    ]


register_template(ACCESS_SLIP, 1, kept)
register_template(ERASURE_SLIP, 1, erased)
