"""The list with which somebody walks along the shelves to fetch what goes back. It changes nothing: each parcel is scanned
onto the courier's list afterwards, and only his signature lets it leave."""

from __future__ import annotations

from kiosk.codes import carriers
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import Told, printer_at
from kiosk.counter.show_manifest import returning
from kiosk.errors import Refused
from kiosk.parcels.slips import freeze_pick_list
from kiosk.people.rights import Right, require
from kiosk.printing import jobs
from kiosk.storage import Tx
from kiosk.words import N_

#: A longer list is one for each carrier.
MOST_PICKED = 300


def print_picks(tx: Tx, carrier: str = "", *, desk_id: int | None = None) -> Told:
    """Prints what goes back with a carrier ('' for all) and is on no list, by shelf; kept where there is no printer.

    Refused ``return.nothing_to_pick``, ``return.too_many_to_pick``, ``carrier.unknown``, ``staff.not_allowed``.
    """
    require(tx.actor, Right.SERVE)
    of = carriers.find_by_any_code(carrier).code if carrier else ""
    found = [parcel for parcel in returning(tx) if not of or parcel.carrier == of]
    if not found:
        raise Refused("return.nothing_to_pick", N_("没有待退的件，没有打印拣货单"))
    if len(found) > MOST_PICKED:
        raise Refused(
            "return.too_many_to_pick", N_("待退的件超过 {most} 件，没有打印；请一家一家打"), most=MOST_PICKED
        )  # fmt: skip
    lines = [(parcel.place, parcel.pickup_code, parcel.carrier, parcel.checked_in_on) for parcel in found]
    slip_id = freeze_pick_list(tx, of, lines)
    printer = printer_at(tx, desk_id_of(tx, desk_id))
    return Told(None, slip_id, jobs.queue(tx, slip_id, printer) if printer else None)
