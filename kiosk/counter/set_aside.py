"""Takes a parcel out of the ordinary stock and puts it back: 问题件, 待退. It stays in stock, under its code, and is
not handed over silently any more. Their own pages, lists and manifests come with the services that need them."""

from __future__ import annotations

from kiosk import shifts
from kiosk.counter import last_acts
from kiosk.errors import Refused
from kiosk.parcels import actions, store
from kiosk.parcels.model import ProblemReason
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_


def mark_problem(tx: Tx, parcel_id: int, reason: ProblemReason | str) -> None:
    """Lists a parcel as 问题件. Refused ``problem.reason_unknown``, ``parcel.*``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    actions.mark_problem(tx, shifts.ensure_open(tx).business_on, store.parcel(tx, parcel_id), reason_named(reason))
    remember(tx, parcel_id)


def mark_to_return(tx: Tx, parcel_id: int, reason: ProblemReason | str) -> None:
    """Puts a parcel on the list of those that go back. Refusals as ``mark_problem``."""
    require(tx.actor, Right.SERVE)
    actions.mark_to_return(tx, shifts.ensure_open(tx).business_on, store.parcel(tx, parcel_id), reason_named(reason))
    remember(tx, parcel_id)


def put_back(tx: Tx, parcel_id: int) -> None:
    """The parcel waits on its shelf again. Refused ``parcel.*``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    actions.put_back(tx, shifts.ensure_open(tx).business_on, store.parcel(tx, parcel_id))
    remember(tx, parcel_id)


def remember(tx: Tx, *parcel_ids: int) -> None:
    """撤销上一件 at this desk takes the last event of these parcels back."""
    if parcel_ids:
        steps = ",".join(str(store.parcel(tx, parcel_id)["steps"]) for parcel_id in parcel_ids)
        last_acts.remember_here(tx, last_acts.MARK, parcel_ids, steps)


def reason_named(reason: ProblemReason | str) -> ProblemReason:
    """The reason of this name; Refused ``problem.reason_unknown``."""
    try:
        return ProblemReason(reason)
    except ValueError:
        raise Refused(
            "problem.reason_unknown", N_("没有「{reason}」这种原因，没有改动；可用：{known}"),
            reason=str(reason)[:20], known=", ".join(ProblemReason),
        ) from None  # fmt: skip
