"""Where the case of an entry is worked on, and what stands beside the registers: other rooms' pages, by their endpoints, so that
a page that a station does not have leads nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from kiosk.errors import Refused
from kiosk.registers import store
from kiosk.storage import Reader
from kiosk.words import N_
from web.routes import PAGES
from web.row_ids import row_id

#: Kind of case → its name, the page of one and the name of its number there.
_PAGES: dict[str, tuple[str, str, str]] = {
    "parcel": (N_("快件"), "parcels.one_parcel", "parcel_id"),
    "ticket": (N_("收款单"), "tickets.one_ticket", "ticket_id"),
    "purchase": (N_("代购"), "purchases.one_purchase", "purchase_id"),
    "outbound": (N_("寄件"), "outbound.one_outbound", "outbound_id"),
    "bill": (N_("缴费"), "bills.one_bill", "bill_id"),
    "convenience": (N_("便民服务"), "conveniences.one_convenience", "convenience_id"),
    "supplier": (N_("供货人"), "suppliers.one_supplier", "supplier_id"),
}
#: Pages that stand beside the registers on their shelf.
STAND_BESIDE = (
    ("reconciliation.month", N_("快递对账")), ("monthly_form.form", N_("月度考核表")), ("posters.complaints", N_("投诉流程（上墙）")),
    ("shelf_counts.all_counts", N_("快件盘点")), ("stocktakes.stocktake", N_("货品盘点")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """What an entry belongs to: its words, marked, with their facts, and where it is worked on."""

    words: str
    facts: dict[str, str]
    url: str


def subject_asked() -> tuple[str, int] | None:
    """The case that the address or form names (``subject=parcel&id=12``); None without one."""
    kind, number = request.values.get("subject", "")[:30], row_id(request.values.get("id", ""))
    return (kind, number) if kind and number else None


def place_of_subject(db: Reader, subject: tuple[str, int]) -> Place | None:
    """Where the case of an entry stands; None for what there is not."""
    kind, number = subject
    if kind not in _PAGES:
        try:
            found = store.entry(db, number)
        except Refused:
            return None
        if kind not in ("register", found.register):
            return None
        facts = {"register": store.form_of(db, found).title(), "number": found.number}
        return Place(N_("{register} {number}"), facts, url_for("registers.one", code=found.register, entry_id=found.id))
    words, endpoint, name = _PAGES[kind]
    page = PAGES.get(endpoint)
    url = url_for(endpoint, **{name: number}) if page is not None and f":{name}>" in page.rule else ""
    return Place(words, {"number": str(number)}, url)
