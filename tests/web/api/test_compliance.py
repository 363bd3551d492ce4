"""What the county asks, by API: every measure by its name, in words, with addresses of what stands behind it."""

from __future__ import annotations

from kiosk.assessment.measures import MEASURES
from kiosk.assessment.model import Standing, Unit
from tests.web.api.program import Program


def test_every_measure_is_told_with_its_evidence(operator: Program) -> None:
    operator.post("/days/open")
    operator.check_in("YT8962646785389")
    items = operator.get("/compliance").json()["items"]
    assert [item["name"] for item in items] == list(MEASURES)
    assert {item["standing"] for item in items} <= set(Standing) and {item["unit"] for item in items} <= set(Unit)
    told = [item["words"] for item in items] + [thing["words"] for item in items for thing in item["evidence"]]
    assert all(words and "{" not in words for words in told)
    assert all(item["page"].startswith("/") and item["source"] for item in items)
    overdue = next(item for item in items if item["name"] == "parcels_overdue")
    assert (overdue["value"], overdue["standing"], overdue["evidence"][2]["facts"]["stock"]) == (0, "ok", 1)
