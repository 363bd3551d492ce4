"""The station's ledgers (台账): one declaration each in ``f2`` … ``f8`` and ``records``, from which pages, JSON, XLSX, CSV and paper come."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.errors import Refused
from kiosk.reports.ledgers import f2, f3, f4, f5, f5_out, f6, f7, f8, records
from kiosk.reports.ledgers.model import Ledger
from kiosk.words import N_

#: Every ledger by its form, in the order in which pages list them.
LEDGERS: Mapping[str, Ledger] = {
    ledger.form: ledger
    for ledger in (
        f2.TRADE, f3.PURCHASES, f4.GOODS, f4.SALES, f5.PARCELS, f5.BATCHES, f5_out.SENT, f5_out.MANIFESTS, f5_out.REFUSED,
        f6.BILLS, f7.CONVENIENCES, f8.GOODS, f8.DOCUMENTS, f8.STOCKTAKES,
        records.REFUSED_IN, records.DATA_REQUESTS,
    )
}  # fmt: skip


def ledger(form: str) -> Ledger:
    """The ledger of this form, however it is capitalised; Refused ``ledger.unknown``."""
    found = LEDGERS.get(form.upper())
    if found is None:
        raise Refused("ledger.unknown", N_("没有「{form}」这本台账，请从台账页面重新打开"), form=form[:20])
    return found
