"""What goes to the county: waiting, acknowledged, refused and replaced; one message with its codes; enrolment and key."""

from __future__ import annotations

from kiosk import outbox, shifts
from kiosk.counter.close_day import close_day
from kiosk.outbox import typed
from kiosk.storage import Actor, Store
from tests.web.shots import Shot, row


def _on_the_way(store: Store, actor: Actor) -> None:
    """Four closed days: one acknowledged, one refused, one handed over, one waiting."""
    with store.reading() as db:
        if db.value("SELECT COUNT(*) FROM outbox WHERE state = 'refused'"):
            return  # once for all sizes
    ids = []
    for _ in range(4):
        with store.transaction(actor) as tx:
            shifts.ensure_open(tx)
        with store.transaction(actor) as tx:
            ids.append(close_day(tx, pieces={}, reason="unexplained").message_id)
    with store.transaction(actor) as tx:
        typed.note_number(tx, ids[0], "C-20261122-000017")
        reason = "报告缺少或写错了 totals，没有收下 (report.incomplete)"
        outbox.refuse(tx, ids[1], reason, code="report.incomplete")
        outbox.hand_over(tx, ids[2], "folder", "demo-001-000003-ab12cd34.jws", 3)


_MESSAGE = "/submission/{}"

SHOTS: dict[str, tuple[Shot, ...]] = {
    "submission.all_messages": (Shot("/submission", "submission", before=_on_the_way),),
    "submission.one": (
        Shot(
            row(_MESSAGE, "SELECT id FROM outbox WHERE state = 'refused' ORDER BY id LIMIT 1"),
            "submission-refused",
            before=_on_the_way,
        ),
        Shot(
            row(_MESSAGE, "SELECT message_id FROM typed_acknowledgements LIMIT 1"),
            "submission-typed",
            before=_on_the_way,
        ),
    ),
}
