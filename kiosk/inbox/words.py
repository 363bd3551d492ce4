"""What a message of the county says, in one line: the same at the centre that sent it and at the station that has it."""

from __future__ import annotations

from typing import Any

from kiosk.inbox import topics
from kiosk.words import N_, say


def title(content: Any) -> str:
    """The line, of what ``topics.read`` gave; '' where the two would say different things of it, or nothing."""
    match content:
        case topics.Announcement(title=text):
            return text
        case topics.FeesProposed() as proposed:
            return say(N_("建议 {n} 项收费，{day} 起执行"), n=len(proposed.items), day=proposed.effective_from)
        case topics.Ranking() as told:
            return say(N_("{month} 第 {place} 名，共 {of} 个站"), month=told.month, place=told.place, of=told.of)
    return ""
