"""Lists in the real day: the courier signs that one parcel too few came, one goes back with another courier's signature on
the screen, one stands on a list that is still open."""

from __future__ import annotations

from kiosk.counter.list_manifest import add_to_list, close_list, open_list
from kiosk.counter.set_aside import mark_to_return
from kiosk.counter.sign_manifest import sign_list
from kiosk.manifests.signing import read_signature
from kiosk.people import desks
from kiosk.storage import Actor, Store
from tests.services.manifest_bench import drawn


def lists_are_signed(store: Store, operator: Actor, goes_back: int, is_listed: int) -> None:
    """``goes_back`` is returned to its carrier, ``is_listed`` waits to be passed on."""
    with store.transaction(operator) as tx:
        first = tx.value("SELECT MIN(id) FROM manifests WHERE kind = 'intake'")
        sign_list(tx, first, accepts_difference=True)
    picture = read_signature(drawn())
    with store.transaction(operator) as tx:
        mark_to_return(tx, goes_back, "refused")
        carrier = tx.value("SELECT carrier FROM parcels WHERE id = ?", goes_back)
        back = open_list(tx, "return", carrier=carrier, receiver="快递员丙")
        add_to_list(tx, back.id, goes_back, "damaged")
        close_list(tx, back.id)
        sign_list(tx, back.id, picture)
    with store.transaction(operator) as tx:
        listed = open_list(tx, "transfer", receiver="河东服务站")
        add_to_list(tx, listed.id, is_listed)
        assert operator.desk_id is not None
        desks.set_desk(tx, operator.desk_id, mode="home", open_list_id=None)
