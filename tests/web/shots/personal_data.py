"""Pictures of personal data: somebody asks, sees what is kept, and the terms with the list of erasures."""

from __future__ import annotations

from kiosk.retention import requests
from kiosk.storage import Actor, Store
from tests.web.shots import Shot, row


def _asked(store: Store, actor: Actor) -> None:
    with store.transaction(actor) as tx:
        found = tx.one(
            "SELECT p.pickup_code, v.value FROM parcels p JOIN vault v ON v.case_kind = 'parcel' AND v.case_id = p.id"
            " AND v.field = 'phone' WHERE p.holds_code = 1 AND p.phone_hash IS NOT NULL ORDER BY p.id LIMIT 1"
        )
        assert found is not None
        requests.ask(tx, "pickup_code", found["pickup_code"], found["value"])


SHOTS: dict[str, tuple[Shot, ...]] = {
    "personal_data.start": (Shot("/personal-data", "personal-data", before=_asked),),
    "personal_data.one": (
        Shot(row("/personal-data/{}", "SELECT MAX(id) FROM data_requests"), "personal-data-one", before=_asked),
    ),
    "personal_data.terms": (Shot("/personal-data/terms", "personal-data-terms"),),
}
