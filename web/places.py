"""Where a scan leads: the counter's acts name pages by what they are for, this names their addresses."""

from __future__ import annotations

from kiosk.counter.desk_scans import ScanOutcome
from kiosk.counter.second_pickup import SECOND_PICKUP
from web.routes import PAGES

#: What an act calls a page → its endpoint. A page that the station has not got leads nowhere.
GO = {
    "home": "home.counter",
    "intake": "intake.intake",
    "hand_over": "find.find",
    "ticket": "tickets.pay",
    "close_day": "day.today",
    "receipt": "tickets.receipt",
    "help": "home.more",
    "weigh": "consignments.new_sale",
    "stocktake": "stocktakes.count_goods",
    "manifest_open": "manifests.making",
    "list_open": "manifest_book.making",
    "outbound_new": "outbound.new_parcel",
    "shelf_count": "shelf_counts.counting",
    "relocate": "shelves.relocating",
}


def place_after(outcome: ScanOutcome) -> str:
    """The path of the page that shows what a scan has changed; ``''`` when the present one will do."""
    if outcome.go in ("outbound", "manifest"):
        name, key = ("parcel", "outbound_id") if outcome.go == "outbound" else ("manifest", "manifest_id")
        return f"/outbound/scanned?{name}={outcome.facts[key]}"
    if outcome.go == "list":
        return f"/manifests/{outcome.facts['list_id']}"
    if outcome.go == "shelf":
        return "/shelves/{}/{}".format(*str(outcome.facts["place"]).split("-"))
    if outcome.go:
        path = path_of(GO.get(outcome.go, ""))
        if path and outcome.go == "weigh":
            return f"{path}?product={outcome.facts['product_id']}"
        return f"{path}?no={outcome.facts['receipt_no']}" if path and outcome.go == "receipt" else path
    if "choice" in outcome.changed:
        path = path_of(GO["intake"] if outcome.code.endswith(".is_book") else GO["hand_over"])
        return f"{path}?asked={outcome.id}" if path else ""
    if "person" in outcome.changed and outcome.code.split(".")[0] != "undo":
        return path_of(GO["hand_over"])
    if "batch" in outcome.changed:
        return path_of(GO["intake"])
    return ""


def look_at(outcome: ScanOutcome) -> str:
    """A page worth a look after a scan, offered and not gone to: the story of a parcel that somebody else has, the list
    of a batch that has ended, to be signed."""
    if outcome.code == SECOND_PICKUP and outcome.parcel_id is not None:
        return f"/parcels/{outcome.parcel_id}"
    if outcome.code.startswith("batch.closed_") and outcome.facts.get("list_id"):
        return f"/manifests/{outcome.facts['list_id']}"
    return ""


def path_of(endpoint: str) -> str:
    """The path of a page without parameters, without a request at hand (the scan thread has none)."""
    if endpoint == "tickets.receipt":
        return "/receipt"  # no page of its own: it leads on to the ticket
    page = PAGES.get(endpoint)
    return page.rule if page is not None and "<" not in page.rule else ""
