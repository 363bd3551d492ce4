"""Invariants of notices: each stands where its state says, and its paper is about the same subject."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kiosk.notices.model import CALL, REMINDERS, RESULT_WORDS, Channel
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Notices without the slip or job that they need, with another subject's paper, or resent without a record."""
    for row in db.connection.execute(
        "SELECT n.*, s.subject_kind AS slip_kind, s.subject_id AS slip_subject, j.slip_id AS job_slip, o.subject_kind AS"
        " old_kind, o.subject_id AS old_subject FROM notices n LEFT JOIN slips s ON s.id = n.slip_id"
        " LEFT JOIN print_jobs j ON j.id = n.job_id LEFT JOIN notices o ON o.id = n.resends_id ORDER BY n.id"
    ):
        subject = (row["subject_kind"], row["subject_id"])
        if row["channel"] not in set(Channel):
            yield Problem("notice.channel_unknown", "notice", row["id"], row["channel"])
        if row["slip_id"] is not None and (row["slip_kind"], row["slip_subject"]) != subject:
            yield Problem("notice.wrong_slip", "notice", row["id"], f"slip {row['slip_id']}")
        if row["job_id"] is not None and (row["slip_id"] is None or row["job_slip"] != row["slip_id"]):
            yield Problem("notice.wrong_job", "notice", row["id"], f"job {row['job_id']}")
        if row["state"] == "queued" and row["job_id"] is None:
            yield Problem("notice.no_job", "notice", row["id"])
        if row["channel"] == Channel.STAFF and row["kind"] not in REMINDERS:
            yield Problem("notice.reminder_unknown", "notice", row["id"], row["kind"])
        if row["state"] == "queued" and row["channel"] != Channel.PAPER:
            yield Problem("notice.queued_without_paper", "notice", row["id"], row["channel"])
        if row["state"] == "held" and (row["slip_id"] is not None or row["job_id"] is not None):
            yield Problem("notice.held_but_printed", "notice", row["id"])
        if (row["result"] and row["result"] not in RESULT_WORDS) or (
            row["state"] in ("failed", "cancelled") and not row["result"]
        ):
            yield Problem("notice.result_unknown", "notice", row["id"], f"{row['state']} {row['result']}")
        if row["resends_id"] is not None and (row["old_kind"], row["old_subject"]) != subject:
            yield Problem("notice.wrong_resend", "notice", row["id"], f"resends {row['resends_id']}")
    recorded = {
        (facts["new_notice_id"], facts["notice_id"])
        for (text,) in db.connection.execute("SELECT facts FROM audit WHERE action = 'notice.resent'")
        for facts in [json.loads(text)]
    }
    found = {
        (row["id"], row["resends_id"])
        for row in db.connection.execute("SELECT id, resends_id FROM notices WHERE resends_id IS NOT NULL")
    }
    for notice_id, _old in sorted(recorded ^ found):
        yield Problem("notice.resend_not_recorded", "notice", notice_id)
    called = db.value("SELECT COUNT(*) FROM audit WHERE action = 'notice.called'")
    calls = db.value("SELECT COUNT(*) FROM notices WHERE kind = ?", CALL)
    if called != calls:
        yield Problem("notice.call_not_recorded", "notice", 0, f"{calls} calls, {called} recorded")
