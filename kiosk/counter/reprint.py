"""补打: one more paper of any issued slip, at the printer of the desk where it is asked for."""

from __future__ import annotations

from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import printer_at
from kiosk.counter.slips import RECOVERY_CODE
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.printing import jobs, slips
from kiosk.printing.model import Slip
from kiosk.retention.slips import ACCESS_SLIP
from kiosk.storage import Actor, Tx
from kiosk.words import N_

#: Slips that not everybody who reads slips may read.
_SIGHT = {RECOVERY_CODE: Right.MANAGE, ACCESS_SLIP: Right.UNMASK}


def require_sight(actor: Actor, slip: Slip) -> None:
    """Refused ``staff.not_allowed`` for a slip that not everybody at the counter may read: the recovery code is the
    manager's, and what is kept of a person stands in full on its slip."""
    require(actor, _SIGHT.get(slip.template, Right.READ))


def reprint(tx: Tx, slip_id: int, *, desk_id: int | None = None) -> int:
    """Queues a further paper, marked 补打, and returns the job's id.

    Refused ``staff.not_allowed``, ``slip.unknown``, ``printer.none``, and as ``printing.jobs.reprint``.
    """
    require(tx.actor, Right.SERVE)
    require_sight(tx.actor, slips.find(tx, slip_id))
    printer = printer_at(tx, desk_id_of(tx, desk_id))
    if not printer:
        raise Refused("printer.none", N_("没有配置打印机，单据已保存，随时可以补打"))
    return jobs.reprint(tx, slip_id, printer)
