"""Problem parcels: the list, a parcel that is lost and one that the wrong person has."""

from __future__ import annotations

from kiosk.counter import parcel_problems, set_aside
from kiosk.counter.hand_over import hand_over_one
from kiosk.storage import Actor, Store
from tests.web.shots import Shot, row


def _troubled(store: Store, actor: Actor) -> None:
    """One damaged, one lost, one with the wrong person; made once."""
    with store.transaction(actor) as tx:
        if tx.value("SELECT 1 FROM parcel_problems WHERE kind = 'lost'"):
            return
        here = [
            r[0]
            for r in tx.all("SELECT id FROM parcels WHERE state = 'on_shelf' AND cod_fen = 0 ORDER BY id DESC LIMIT 3")
        ]
        set_aside.mark_problem(tx, here[0], "damaged")
        parcel_problems.lose(tx, here[1])
        hand_over_one(tx, here[2], "code")
        parcel_problems.note_wrong_person(tx, here[2], who="穿蓝衣服的年轻人")


_OF = "SELECT parcel_id FROM parcel_problems WHERE kind = '{}' AND resolution = '' ORDER BY id DESC LIMIT 1"
SHOTS = {
    "problems.all_problems": (
        Shot("/problems", before=_troubled),
        Shot("/problems?state=closed", "closed", before=_troubled),
        Shot(row("/parcels/{}", _OF.format("lost")), "lost", before=_troubled),
        Shot(row("/parcels/{}", _OF.format("wrong_person")), "wrong_person", before=_troubled),
    ),
}
