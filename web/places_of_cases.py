"""The page on which an unfinished case is worked on, for the lists of what stays open."""

from __future__ import annotations

from flask import url_for

from kiosk.counter.open_cases import OpenCase
from web.routes import PAGES

#: Kind → the endpoints that may show one case, and the name of its number there; the first that there is is taken.
_PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "tickets": (("tickets.one_ticket", "ticket_id"),),
    "purchases": (("purchases.one_purchase", "purchase_id"),),
    "bills": (("bills.one_bill", "bill_id"),),
    "conveniences": (("conveniences.one_convenience", "convenience_id"), ("conveniences.one", "convenience_id")),
    "consignment_stock": (("goods.one_product", "product_id"),),
    "consignment_sales": (("suppliers.one_supplier", "supplier_id"),),
    "outbound": (("outbound.one_outbound", "outbound_id"), ("outbound.one", "outbound_id")),
    "cod": (("parcels.one_parcel", "parcel_id"),),
    "problems": (("parcels.one_parcel", "parcel_id"),),
    "unsigned": (("manifest_book.one_list", "manifest_id"),),
    "debts": (("debts.one_debtor", "debtor_id"), ("debts.one", "debtor_id")),
}


def place_of(case: OpenCase) -> str:
    """The address of a case's page; ``''`` while the station has none."""
    if case.kind == "registers":
        return url_for("registers.one", code=case.facts["register"], entry_id=case.case_id)
    for endpoint, name in _PAGES.get(case.kind, ()):
        found = PAGES.get(endpoint)
        if found is not None and case.case_id and f":{name}>" in found.rule:
            return url_for(endpoint, **{name: case.case_id})
    return ""
