"""Pictures of what the county asks and is told: the compliance page and the reports."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.web.shots import Shot


def _opened(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('details.measure').forEach(one => { one.open = true; })")


SHOTS: dict[str, tuple[Shot, ...]] = {
    "compliance.all_measures": (
        Shot("/compliance", "compliance", sees=(".measures .value",)),
        Shot("/compliance", "compliance-evidence", then=_opened),
    ),
}
