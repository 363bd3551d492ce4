"""Money that parcels bring to a ticket: the published fee for keeping one too long, and what the carrier collects at the
hand-over (``collect_cod``)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date

from kiosk import clock, fees, shifts
from kiosk.counter import collect_cod
from kiosk.counter.lines import AddedLine, LineActs, as_told, nothing, put_on
from kiosk.errors import Refused
from kiosk.fees import Quote
from kiosk.parcels import store as parcels
from kiosk.parcels.model import IN_STOCK
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.till import store as tickets
from kiosk.till.model import NewLine
from kiosk.words import N_

#: Postal rules in many places forbid charging whoever collects a delivered parcel (domain.md §5.7).
STORAGE_WARNING = N_("向取件人收保管费可能违反当地规定或与快递公司的约定，请确认已公示并经批准")
STORAGE_FEE_CODES = ("parcel.storage",)
STORAGE_FEE = ("parcel", "charge_storage")


def add_storage_fee(tx: Tx, ticket_id: int, *, parcel_id: int, fee_fen: int | None = None) -> AddedLine:
    """Puts the published fee for keeping a parcel too long on a ticket, with the warning that it may be unlawful.

    Days count from the business date of check-in to today's. Raises ``Refused`` with ``parcel.unknown``,
    ``parcel.storage_free`` (nothing to charge yet), ``parcel.storage_charged`` and as ``add_purchase``.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    parcel = parcels.parcel(tx, parcel_id)
    service, act = STORAGE_FEE
    if tickets.charged_line(tx, "parcel", parcel_id, act) is not None:
        raise Refused("parcel.storage_charged", N_("这件的保管费已经在单上或已收过，没有重复收取"), parcel_id=parcel_id)
    days = _days(parcel, shifts.ensure_open(tx).business_on)
    quote = till.quote(tx, ticket_id, STORAGE_FEE_CODES, days=days)
    as_told(quote, fee_fen)
    if not quote.fee_fen:
        raise Refused(
            "parcel.storage_free",
            N_("这件存放 {days} 天，按公示价目不收保管费；没有加入"),
            days=days,
            parcel_id=parcel_id,
        )
    new = NewLine(
        service=service, act=act, case_kind="parcel", case_id=parcel_id, label=N_("超期保管 {code}"),
        facts={"code": parcel["pickup_code"] or ""}, fee_fen=quote.fee_fen, quote=quote, basis={"days": days},
    )  # fmt: skip
    return put_on(tx, ticket_id, new, (STORAGE_WARNING,))


def storages_due(db: Reader, parcel_ids: Iterable[int]) -> dict[int, Quote]:
    """What keeping each of these parcels costs whoever collects it now, by the fees in force, read once for all of them.
    One for which nothing may be charged is left out: no fee is published, the free days are not over, it has left, or the
    fee stands on a ticket already."""
    day = shifts.open_day(db)
    today = day.business_on if day else clock.local_date(db.settings.station.zone).isoformat()
    version = fees.current(db, today)
    code = next((code for code in STORAGE_FEE_CODES if version is not None and version.item(code)), None)
    if code is None:
        return {}
    found = {}
    for parcel_id in parcel_ids:
        parcel = parcels.parcel(db, parcel_id)
        if parcel["state"] not in IN_STOCK:
            continue
        quote = fees.quote(version, code, days=_days(parcel, today))
        if quote.fee_fen and tickets.charged_line(db, "parcel", parcel_id, STORAGE_FEE[1]) is None:
            found[parcel_id] = quote
    return found


def _days(parcel: sqlite3.Row, today: str) -> int:
    begun = parcel["checked_in_on"]
    return max(0, (date.fromisoformat(today) - date.fromisoformat(begun)).days) if begun else 0


def stays_open(db: Reader) -> dict[str, int]:
    """Parcels in stock."""
    return {"parcels": sum(parcels.counts_by_state(db).values())}


LINES: Mapping[tuple[str, str], LineActs] = {
    STORAGE_FEE: LineActs(nothing, nothing, nothing, nothing),
    collect_cod.COLLECT: collect_cod.ACTS,
}
ADD = {"parcel": add_storage_fee, "cod": collect_cod.add_collection}
