"""Pictures of the ledgers."""

from __future__ import annotations

from tests.web.shots import Shot

SHOTS: dict[str, tuple[Shot, ...]] = {
    "ledgers.all_ledgers": (Shot("/ledgers", "ledgers"),),
    "ledgers.one_ledger": (
        Shot("/ledgers/F5", "ledger-parcels"),
        Shot("/ledgers/F3", "ledger-purchases"),
        Shot("/ledgers/F6", "ledger-bills"),
        Shot("/ledgers/F4-SALES", "ledger-sales"),
        Shot("/ledgers/F5?from=2024-01-01&to=2024-01-31", "ledger-empty"),
    ),
}
