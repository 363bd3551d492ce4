"""Takes a recipient out of a parcel that has left: first the full number, later everything that could find or name them.
State, times, carrier and fees stay for the ledgers; notices, slips and events never named anybody."""

from __future__ import annotations

from kiosk import vault
from kiosk.errors import Refused
from kiosk.parcels import store
from kiosk.parcels.model import CASE, GONE, PROXY_CASE, ParcelState, PhoneKind
from kiosk.parcels.refusals import Parcel
from kiosk.storage import Reader, Tx
from kiosk.words import N_


def erase_number(tx: Tx, parcel_id: int, rule: str) -> None:
    """Leaves the tail alone of the phone of a parcel that has left; does nothing when no full number is kept.

    Must run inside ``store.transaction(…, erasing=True)``, as the other functions here. Refused ``parcel.still_here``.
    """
    _require_gone(tx, parcel_id)
    if vault.get(tx, CASE, parcel_id, "phone") is None:
        return
    vault.remove(tx, CASE, parcel_id, "phone")
    tx.change("parcels", parcel_id, phone_hash=None)
    vault.record_erasure(tx, CASE, parcel_id, ["phone"], rule, part=vault.NUMBER)


def erase_person(tx: Tx, parcel_id: int, rule: str) -> None:
    """Erases number, tail, name, collector and waybill of a parcel that has left; does nothing when that was done.

    Refused ``parcel.still_here``: whoever waits for a parcel must be found.
    """
    _require_gone(tx, parcel_id)
    if store.parcel(tx, parcel_id)["erased_at"] is not None:
        return
    tx.change("parcels", parcel_id, waybill_no=None, phone_tail=None, phone_hash=None, name_hint=None, erased_at=tx.now)
    if not vault.erase(tx, CASE, parcel_id, rule):
        vault.record_erasure(tx, CASE, parcel_id, [], rule)


def erase_while_here(tx: Tx, parcel_id: int, rule: str) -> None:
    """Takes the person out of a parcel that by the rows of a restored back-up still lies here: code and waybill stay until
    it is known where it is. One that by them is still awaited did come, or was awaited no more: its waybill goes too."""
    row = store.parcel(tx, parcel_id)
    if row["name_hint"] is not None:
        tx.execute("DELETE FROM names_in_stock WHERE parcel_id = ?", parcel_id)
    rest = {"waybill_no": None, "erased_at": tx.now} if row["state"] == ParcelState.EXPECTED else {}
    tx.change("parcels", parcel_id, phone_kind="none", phone_tail=None, phone_hash=None, name_hint=None, **rest)
    if not vault.erase(tx, CASE, parcel_id, rule):
        vault.record_erasure(tx, CASE, parcel_id, [], rule)


def erase_proxy(tx: Tx, proxy_id: int, rule: str) -> None:
    """Ends a standing proxy and erases both people from it."""
    tx.execute(
        "UPDATE standing_proxies SET ended_at = COALESCE(ended_at, ?), phone_hash = NULL, phone_tail = NULL,"
        " name_hint = NULL WHERE id = ?",
        tx.now,
        proxy_id,
    )
    vault.erase(tx, PROXY_CASE, proxy_id, rule)


def back_in_stock(db: Reader, row: Parcel) -> dict[str, str | None]:
    """The columns of a parcel that lies here again: it has not left, and is known by its tail alone (or by nothing) when
    its full number was erased meanwhile."""
    columns: dict[str, str | None] = {"out_at": None, "out_on": None}
    is_full = row["phone_kind"] in (PhoneKind.REAL, PhoneKind.VIRTUAL)
    if is_full and vault.get(db, CASE, row["id"], "phone") is None:
        columns["phone_kind"] = (PhoneKind.TAIL_ONLY if row["phone_tail"] else PhoneKind.NONE).value
    return columns


def _require_gone(tx: Tx, parcel_id: int) -> None:
    if store.parcel(tx, parcel_id)["state"] not in GONE:
        raise Refused("parcel.still_here", N_("这件还在库，收件人的信息要留到取走以后；没有删除"), parcel_id=parcel_id)
