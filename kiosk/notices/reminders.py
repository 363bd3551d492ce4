"""Reminders that a person tells: noted by the clock, ended by a call or by the text in the village's group. A call that
reached nobody ends nothing; it is counted, and the reminder waits on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import audit
from kiosk.errors import Refused
from kiosk.notices import store
from kiosk.notices.actions import change, note
from kiosk.notices.model import (
    CALL,
    GROUP_TEXT,
    IN_GROUP,
    MISTAKEN,
    NOT_REACHED,
    REACHED,
    REMINDERS,
    REPLACED,
    Channel,
    Notice,
    NoticeState,
)
from kiosk.storage import Tx
from kiosk.words import N_


def remind(tx: Tx, business_on: str, subject_kind: str, subject_id: int, kind: str) -> int:
    """Notes that somebody is to be reminded, in place of an earlier reminder that nobody told; returns its id."""
    for earlier in waiting(tx, subject_kind, subject_id):
        change(tx, earlier.id, NoticeState.CANCELLED, REPLACED)
    return note(tx, business_on, subject_kind, subject_id, kind, Channel.STAFF, NoticeState.HELD)


def note_call(tx: Tx, business_on: str, subject_kind: str, subject_id: int, outcome: str) -> int:
    """Writes down a call; one that ``reached`` somebody ends the reminder that waits. Returns the notice's id."""
    is_reached = outcome == REACHED
    state = NoticeState.SENT if is_reached else NoticeState.FAILED
    facts = _end_waiting(tx, subject_kind, subject_id, REACHED) if is_reached else {}
    audit.record(tx, "notice.called", subject_id=subject_id, outcome=outcome)
    return note(
        tx, business_on, subject_kind, subject_id, CALL, Channel.PHONE, state,
        result=REACHED if is_reached else NOT_REACHED, facts=facts,
    )  # fmt: skip


def note_in_group(tx: Tx, business_on: str, subject_kind: str, subject_id: int) -> int:
    """Writes down that a subject stood in the text for the group; the reminder that waits is told."""
    facts = _end_waiting(tx, subject_kind, subject_id, IN_GROUP)
    return note(
        tx, business_on, subject_kind, subject_id, GROUP_TEXT, Channel.GROUP, NoticeState.SENT, result=IN_GROUP,
        facts=facts,
    )  # fmt: skip


def take_back(tx: Tx, business_on: str, notice_id: int, *, still_waits: bool) -> Notice:
    """A call or a group text was noted by mistake; the reminder that it ended waits again, if the subject ``still_waits``.

    Refused ``notice.not_by_hand``, ``notice.taken_back_before``, ``undo.other_day``, ``notice.unknown``.
    """
    found = store.notice(tx, notice_id)
    if found.channel not in (Channel.PHONE, Channel.GROUP):
        raise Refused("notice.not_by_hand", N_("这条不是手工记下的通知，不能撤销；没有改动"))
    if found.state is NoticeState.CANCELLED:
        raise Refused("notice.taken_back_before", N_("这条已经撤销过了，没有再改"))
    if found.business_on != business_on:
        raise Refused("undo.other_day", N_("这不是今天记下的，不能撤销；没有改动，请另记一次"))
    change(tx, found.id, NoticeState.CANCELLED, MISTAKEN)
    ended = found.facts.get("reminder_id")
    if ended is not None and still_waits and not waiting(tx, found.subject_kind, found.subject_id):
        change(tx, ended, NoticeState.HELD, "")
    audit.record(tx, "notice.taken_back", notice_id=found.id)
    return store.notice(tx, notice_id)


def waiting(tx: Tx, subject_kind: str, subject_id: int) -> list[Notice]:
    """Reminders about a subject that nobody has told yet."""
    return [
        found
        for found in store.standing(tx, subject_kind, subject_id)
        if found.kind in REMINDERS and found.state is NoticeState.HELD
    ]


def _end_waiting(tx: Tx, subject_kind: str, subject_id: int, how: str) -> Mapping[str, Any]:
    ended: dict[str, Any] = {}
    for found in waiting(tx, subject_kind, subject_id):
        change(tx, found.id, NoticeState.SENT, how)
        ended["reminder_id"] = found.id
    return ended
