"""What a real day leaves of personal data: a term that was set, somebody who asked what is kept, and that request erased."""

from __future__ import annotations

from kiosk.retention import kind_of, requests, set_term
from kiosk.retention.terms import NUMBER
from kiosk.storage import Actor, Store
from kiosk.vault import WHOLE


def somebody_asks(store: Store, operator: Actor, parcel_id: int, phone: str) -> None:
    """The recipient of a parcel that left asks with its code; what the request itself kept is erased."""
    with store.transaction() as tx:
        set_term(tx, NUMBER, 60)
    with store.transaction(operator) as tx:
        code = tx.value("SELECT pickup_code FROM parcels WHERE id = ?", parcel_id)
        found = requests.ask(tx, "pickup_code", code, phone)
    kind = kind_of(requests.CASE)
    line = kind.line(WHOLE) if kind is not None else None
    assert line is not None
    with store.transaction(erasing=True) as tx:
        line.erase(tx, found.id, "term.working")
