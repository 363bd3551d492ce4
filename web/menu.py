"""The page 更多: which group each page stands in and in what order, the most wanted first. A page that no group names stands
in the last one, so nothing can be lost."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.words import N_
from web.routes import Page

#: Name of the group on the page (its address) → its heading and its pages.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "parcels": (N_("快件"), (
        "parcels.all_parcels", "overdue.all_overdue", "problems.all_problems", "expected.all_expected",
        "imports.every_list", "manifest_book.all_lists", "consents.not_agreed", "shelves.the_shelves",
        "shelves.relocating", "shelf_counts.every_count", "outbound.all_parcels", "manifests.all_lists",
        "outbound.refusals",
    )),
    "county": (N_("上报和登记"), (
        "registers.shelf", "reports.all_reports", "submission.all_messages", "messages.all_messages",
        "compliance.all_measures", "monthly_form.form", "ledgers.all_ledgers", "hours.month",
        "posters.complaints", "posters.services",
    )),
    "goods": (N_("代购代销"), (
        "purchases.all_purchases", "consignments.all_sales", "goods.all_products", "suppliers.all_suppliers",
        "suppliers.all_requests", "consignments.offers", "stocktakes.count_goods",
    )),
    "money": (N_("收付款"), (
        "tickets.all_tickets", "bills.all_bills", "cash.moves", "debts.all_debts", "visits.compensation",
        "reconciliation.month", "owner.month",
    )),
    "station": (N_("本站"), (
        "devices.all_devices", "prints.tray", "fees.current", "command_card.card", "staff.everybody",
        "personal_data.start", "personal_data.terms", "guide.all_steps", "audit.records",
    )),
}  # fmt: skip


def grouped(pages: Iterable[Page]) -> list[tuple[str, str, list[Page]]]:
    """(name, heading, pages) of every group that has one of ``pages``."""
    left = {page.endpoint: page for page in pages}
    found = []
    for name, (heading, endpoints) in GROUPS.items():
        here = [left.pop(endpoint) for endpoint in endpoints if endpoint in left]
        found.append((name, heading, here))
    found[-1][2].extend(left.values())
    return [group for group in found if group[2]]
