"""Convenience services by API. A case begins as a line of a ticket and its money comes and goes by tickets; which services
there are, and what becomes of a case, is here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from kiosk.conveniences import actions, services, store, view
from kiosk.conveniences.model import Convenience, ConvenienceState
from kiosk.people.rights import Right
from kiosk.storage import Tx
from web.api import convenience_shapes as shapes
from web.api.fields import LARGEST_ID
from web.api.lists import list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import Room
from web.station import station

room = Room("conveniences", "Convenience services: what there are, what is asked, what came of it.")
ID = f"<int(min=1, max={LARGEST_ID}):convenience_id>"
_SERVES = (Right.SERVE,)


def _done(do: Callable[[Tx], Convenience]) -> Response:
    return once(lambda tx: Done(200, shapes.told_changed(do(tx))))


@room.reads("/conveniences/services", list_of(shapes.ServiceTold), rights=[Right.READ])
def list_convenience_services() -> Response:
    """The services that may be begun now, with the fields of each; a county adds to them without code."""
    with station().store.reading() as db:
        found = [shapes.told_service(service) for service in services.offered(db)]
    return answer({"items": found, "next": None})


@room.reads("/conveniences", list_of(shapes.ConvenienceTold), rights=[Right.READ], asks=shapes.WhichConveniences)
def list_conveniences(asked: dict[str, Any]) -> Response:
    """What is still to be done, the earliest due first; or by state, newest first."""
    with station().store.reading() as db:
        if asked["state"] in (None, "open"):
            return answer({"items": view.open_cases(db), "next": None})
        states = [str(one) for one in ConvenienceState] if asked["state"] == "all" else [asked["state"]]
        found = view.listed(db, states, asked["before"] or LARGEST_ID, asked["limit"] + 1)
    shown = found[: asked["limit"]]
    return answer(page(shown, asked, shown[-1]["id"] if len(found) > len(shown) else None))


@room.reads(f"/conveniences/{ID}", shapes.ConvenienceWhole, rights=[Right.READ])
def show_convenience(convenience_id: int) -> Response:
    """One case with what was asked and its steps, masked."""
    with station().store.reading() as db:
        return answer(view.detail_of(db, store.convenience(db, convenience_id)))


@room.acts(f"/conveniences/{ID}/done", shapes.ConvenienceChanged, rights=_SERVES, asks=shapes.ConvenienceResult)
def finish_convenience(asked: dict[str, Any], convenience_id: int) -> Response:
    """It is done: the fields asked with the result, and which account paid the price on."""
    return _done(lambda tx: actions.finish(tx, convenience_id, **asked))


@room.acts(f"/conveniences/{ID}/fail", shapes.ConvenienceChanged, rights=_SERVES, asks=shapes.ConvenienceFailure)
def fail_convenience(asked: dict[str, Any], convenience_id: int) -> Response:
    """It could not be done; a price that is held is given back by a refund on a ticket."""
    return _done(lambda tx: actions.fail(tx, convenience_id, asked["reason"]))


@room.acts(f"/conveniences/{ID}/drop", shapes.ConvenienceChanged, rights=_SERVES)
def drop_convenience(asked: dict[str, Any], convenience_id: int) -> Response:
    """The villager does not want it any more and has paid nothing for it."""
    return _done(lambda tx: actions.drop(tx, convenience_id))
