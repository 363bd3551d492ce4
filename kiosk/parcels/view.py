"""What anybody at the counter may see of a parcel: masked. The only other road to a full number is ``counter.unmask``,
which needs a right and is recorded."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk import clock, vault
from kiosk.codes import carriers, mask_name, mask_phone
from kiosk.parcels import store
from kiosk.parcels.model import CASE, IN_STOCK, STATE_WORDS, ParcelState, PhoneKind
from kiosk.parcels.persons import group
from kiosk.parcels.refusals import how, when, who
from kiosk.storage import Reader
from kiosk.words import say


@dataclass(frozen=True, slots=True)
class ParcelView:
    """One parcel without a personal value: phone and name are masked, the age is counted now."""

    id: int
    waybill_no: str  # '' once the person was erased
    piece_index: int
    piece_total: int
    carrier: str
    state: ParcelState
    pickup_code: str
    place: str  # '3-2'; may differ from the code's beginning after a move
    phone_kind: PhoneKind
    masked_phone: str
    masked_name: str
    batch_id: int | None
    is_opening_stock: bool
    previous_id: int | None
    checked_in_at: str
    checked_in_on: str
    out_at: str | None
    out_on: str | None
    days: int  # since check-in: until now in stock, until it left otherwise
    is_overdue: bool
    is_erased: bool
    cod_fen: int = 0  # the price of the goods, collected at the hand-over for the carrier
    freight_collect_fen: int = 0  # freight that the recipient pays

    @property
    def carrier_name(self) -> str:
        """The carrier in the current language."""
        return carriers.find(self.carrier).name()

    @property
    def state_name(self) -> str:
        """The state in the current language."""
        return say(STATE_WORDS[self.state])

    @property
    def waybill_tail(self) -> str:
        """The last four characters of the waybill number, with the piece: ``7821``, ``4483 (1/2)``."""
        piece = f" ({self.piece_index}/{self.piece_total or '?'})" if self.piece_index else ""
        return self.waybill_no[-4:] + piece

    @property
    def to_pay_fen(self) -> int:
        """What whoever collects it pays first."""
        return self.cod_fen + self.freight_collect_fen

    @property
    def is_in_stock(self) -> bool:
        """Whether it lies here."""
        return self.state in IN_STOCK


@dataclass(frozen=True, slots=True)
class PersonView:
    """Everything one person has here. ``parcel_id`` (the first of them) names the person in links and desks."""

    parcel_id: int
    masked_name: str
    masked_phone: str
    parcels: tuple[ParcelView, ...]
    #: The tail is shared and these parcels name neither family: they must be asked for, one by one.
    is_unclear: bool = False

    @property
    def parcel_ids(self) -> tuple[int, ...]:
        """The ids of all of them."""
        return tuple(parcel.id for parcel in self.parcels)


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of a parcel's history, in words."""

    step: int
    kind: str
    at: str
    when: str
    by: str
    state_name: str
    how: str
    detail: Mapping[str, Any]


def show(db: Reader, row: sqlite3.Row, today: date | None = None) -> ParcelView:
    """A parcel's row as people may see it."""
    today = today or clock.local_date(db.settings.station.zone)
    begun = date.fromisoformat(row["checked_in_on"]) if row["checked_in_on"] else today
    days = max(0, ((date.fromisoformat(row["out_on"]) if row["out_on"] else today) - begun).days)
    state = ParcelState(row["state"])
    return ParcelView(
        id=row["id"],
        waybill_no=row["waybill_no"] or "",
        piece_index=row["piece_index"],
        piece_total=row["piece_total"],
        carrier=row["carrier"],
        state=state,
        pickup_code=row["pickup_code"] or "",
        place=f"{row['shelf']}-{row['layer']}" if row["shelf"] else "",
        phone_kind=PhoneKind(row["phone_kind"]),
        masked_phone=mask_phone(row["phone_tail"] or ""),
        masked_name=mask_name(row["name_hint"] or ""),
        batch_id=row["batch_id"],
        is_opening_stock=bool(row["is_opening_stock"]),
        previous_id=row["previous_id"],
        checked_in_at=row["checked_in_at"] or "",
        checked_in_on=row["checked_in_on"] or "",
        out_at=row["out_at"],
        out_on=row["out_on"],
        days=days,
        is_overdue=state in IN_STOCK and days >= db.settings.parcels.overdue_days,
        is_erased=row["erased_at"] is not None,
        cod_fen=row["cod_fen"],
        freight_collect_fen=row["freight_collect_fen"],
    )


def parcel(db: Reader, parcel_id: int) -> ParcelView:
    """One parcel, masked; Refused ``parcel.unknown``."""
    return show(db, store.parcel(db, parcel_id))


def person(db: Reader, parcel_id: int) -> PersonView:
    """Everything in stock that belongs to the person of this parcel, itself first if it has left already."""
    return person_of(db, store.parcel(db, parcel_id))


def person_of(db: Reader, row: sqlite3.Row) -> PersonView:
    """``person`` of a parcel whose row is at hand."""
    around = {other["id"]: other for other in relatives(db, row)} | {row["id"]: row}
    clusters = group(around.values())
    mine = next(cluster for cluster in clusters if any(other["id"] == row["id"] for other in cluster))
    return show_person(db, mine, is_unclear=is_unclear(mine, clusters))


def relatives(db: Reader, row: sqlite3.Row) -> list[sqlite3.Row]:
    """Parcels in stock that may be the same person's: same phone, same tail, other pieces of the shipment."""
    found: list[sqlite3.Row] = []
    if row["phone_tail"]:
        found += store.by_tail(db, row["phone_tail"])
    if row["piece_index"] and row["waybill_no"]:
        found += store.pieces_in_stock(db, row["waybill_no"])
    return found


def is_unclear(cluster: list[sqlite3.Row], clusters: list[list[sqlite3.Row]]) -> bool:
    """Whether these parcels name nobody while others under the same tail do."""
    if any(row["phone_hash"] or row["name_hint"] for row in cluster):
        return False
    tails = {row["phone_tail"] for row in cluster}
    return any(row["phone_tail"] in tails for other in clusters if other is not cluster for row in other)


def show_person(db: Reader, rows: list[sqlite3.Row], *, is_unclear: bool = False) -> PersonView:
    """A group of parcels under the person's masked name and phone."""
    today = clock.local_date(db.settings.station.zone)
    shown = tuple(show(db, row, today) for row in rows)
    full = next((row for row in rows if row["phone_kind"] == PhoneKind.REAL), None)
    number = vault.get(db, CASE, full["id"], "phone") if full is not None else None
    name = max((row["name_hint"] or "" for row in rows), key=len)
    phone = mask_phone(number) if number else next((view.masked_phone for view in shown if view.masked_phone), "")
    return PersonView(shown[0].id, mask_name(name), phone, shown, is_unclear)


def show_groups(db: Reader, rows: Iterable[sqlite3.Row]) -> tuple[PersonView, ...]:
    """Rows found by a search, by person."""
    clusters = group({row["id"]: row for row in rows}.values())
    return tuple(show_person(db, cluster, is_unclear=is_unclear(cluster, clusters)) for cluster in clusters)


def history(db: Reader, parcel_id: int) -> list[EventView]:
    """What happened to a parcel, oldest first, in words."""
    store.parcel(db, parcel_id)
    return [
        EventView(
            step=row["step"],
            kind=row["kind"],
            at=row["at"],
            when=when(db, row["at"]),
            by=who(db, row["actor_kind"], row["actor_id"]),
            state_name=say(STATE_WORDS[ParcelState(row["to_state"])]),
            how=how(row["method"], row["relation"]) if row["method"] else "",
            detail=json.loads(row["detail"]),
        )
        for row in store.events(db, parcel_id)
    ]
