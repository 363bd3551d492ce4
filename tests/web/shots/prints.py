"""The print list: fifty slips that piled up behind a stop, one in doubt, and what has come out lately; a slip as it reads."""

from __future__ import annotations

from kiosk.printing import jobs, slips
from kiosk.storage import Actor, Store
from tests.web.shots import Shot, row

PILED_UP, PRINTER = 50, "小票机"


def _piled_up(store: Store, actor: Actor) -> None:
    """As after an hour without paper; made once. The devices process never sees them wait."""
    with store.transaction(actor) as tx:
        if tx.value("SELECT 1 FROM print_jobs WHERE reason = 'held_back'"):
            return
        known = tx.all("SELECT id FROM slips ORDER BY id DESC LIMIT ?", PILED_UP)
        made = []
        for number in range(PILED_UP + 1):
            slip_id = slips.freeze_again(tx, known[number % len(known)]["id"], {}, {})
            made.append(jobs.queue(tx, slip_id, PRINTER))
        jobs.finish(tx, made[0], "unknown", "paper_end")
        jobs.hold_back(tx, PRINTER, 0, under_way=())


SHOTS = {
    "prints.tray": (Shot("/prints", "prints-piled-up", before=_piled_up, sees=("#choose button",)),),
    "prints.one": (Shot(row("/prints/slips/{}", "SELECT MAX(id) FROM slips WHERE template = 'receipt'"), "slip"),),
}
