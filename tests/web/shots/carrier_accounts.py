"""对账 with the carriers, the county's monthly form, and the way of a complaint on the wall."""

from __future__ import annotations

from tests.web.shots import Shot

SHOTS = {
    "reconciliation.month": (
        Shot("/reconciliation", "reconciliation"),
        Shot("/reconciliation?month=2024-01", "reconciliation-empty"),
    ),
    "monthly_form.form": (Shot("/monthly-form", "monthly-form"),),
    "posters.complaints": (Shot("/posters/complaints", "poster-complaints"),),
}
