"""All reads of outbound parcels, their manifests and what was refused."""

from __future__ import annotations

import sqlite3

from kiosk.errors import Refused
from kiosk.outbound.model import MANIFEST_WORDS, STATE_WORDS, Manifest, Outbound, OutboundState, Refusal
from kiosk.storage import Reader
from kiosk.words import N_


def outbound(db: Reader, outbound_id: int) -> Outbound:
    """The parcel of this id; Refused ``outbound.unknown``."""
    row = db.one("SELECT * FROM outbound_parcels WHERE id = ?", outbound_id)
    if row is None:
        raise Refused("outbound.unknown", N_("没有编号为 {outbound_id} 的寄件，请核对编号"), outbound_id=outbound_id)
    return Outbound.of(row)


def by_number(db: Reader, outbound_no: str) -> Outbound | None:
    """The parcel whose sticker bears this number."""
    return _one(db.one("SELECT * FROM outbound_parcels WHERE outbound_no = ?", outbound_no))


def by_waybill(db: Reader, waybill_no: str) -> Outbound | None:
    """The parcel that stands, or was given, under a carrier's number."""
    return _one(
        db.one(
            "SELECT * FROM outbound_parcels WHERE waybill_no = ? AND waybill_no IS NOT NULL"
            " AND state NOT IN ('cancelled', 'returned')",
            waybill_no,
        )
    )


def waiting(db: Reader, carrier: str | None = None) -> list[Outbound]:
    """Parcels that wait for their courier, oldest first, of one carrier or of all."""
    of_one = " AND carrier = ?" if carrier is not None else ""
    rows = db.all(
        f"SELECT * FROM outbound_parcels WHERE state = 'accepted'{of_one} ORDER BY carrier, id",
        *([carrier] if carrier is not None else []),
    )
    return [Outbound.of(row) for row in rows]


def on_manifest(db: Reader, manifest_id: int) -> list[Outbound]:
    """The parcels of a manifest, in the order of their numbers."""
    rows = db.all(
        "SELECT * FROM outbound_parcels WHERE manifest_id = ? AND manifest_id IS NOT NULL ORDER BY id", manifest_id
    )
    return [Outbound.of(row) for row in rows]


def page(
    db: Reader,
    *,
    state: str | None = None,
    carrier: str | None = None,
    phone_tail: str | None = None,
    phone_hash: str | None = None,
    accepted_on: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> tuple[list[Outbound], int | None]:
    """Parcels newest first that fit every filter given, and the id to go on before (None at the end)."""
    if state is not None and state not in set(OutboundState):
        raise Refused(
            "outbound.state_unknown", N_("没有「{state}」这种状态，可用：{known}"),
            state=state[:20], known=", ".join(STATE_WORDS),
        )  # fmt: skip
    conditions: list[str] = []
    values: list[str | int] = []
    for column, value in (
        ("state", state), ("carrier", carrier), ("phone_tail", phone_tail), ("phone_hash", phone_hash),
        ("accepted_on", accepted_on),
    ):  # fmt: skip
        if value is not None:
            conditions.append(f"{column} = ? AND {column} IS NOT NULL")
            values.append(value)
    if before_id is not None:
        conditions.append("id < ?")
        values.append(before_id)
    where = "WHERE " + " AND ".join(conditions) if conditions else ""
    rows = db.all(f"SELECT * FROM outbound_parcels {where} ORDER BY id DESC LIMIT ?", *values, limit + 1)
    return [Outbound.of(row) for row in rows[:limit]], rows[limit - 1]["id"] if len(rows) > limit else None


def manifest(db: Reader, manifest_id: int) -> Manifest:
    """The manifest of this id; Refused ``manifest.unknown``."""
    row = db.one("SELECT * FROM outbound_manifests WHERE id = ?", manifest_id)
    if row is None:
        raise Refused(
            "manifest.unknown", N_("没有编号为 {manifest_id} 的交接清单，请核对编号"), manifest_id=manifest_id
        )
    return Manifest.of(row)


def manifest_by_number(db: Reader, manifest_no: str) -> Manifest | None:
    """The manifest whose paper bears this number."""
    row = db.one("SELECT * FROM outbound_manifests WHERE manifest_no = ?", manifest_no)
    return None if row is None else Manifest.of(row)


def open_manifest(db: Reader, carrier: str) -> Manifest | None:
    """The manifest that is being made for a carrier."""
    row = db.one("SELECT * FROM outbound_manifests WHERE carrier = ? AND state = 'open'", carrier)
    return None if row is None else Manifest.of(row)


def manifests(
    db: Reader, *, state: str | None = None, given_on: str | None = None, before_id: int | None = None, limit: int = 50
) -> tuple[list[Manifest], int | None]:
    """Manifests newest first, and the id to go on before."""
    if state is not None and state not in MANIFEST_WORDS:
        raise Refused(
            "outbound.state_unknown", N_("没有「{state}」这种状态，可用：{known}"),
            state=state[:20], known=", ".join(MANIFEST_WORDS),
        )  # fmt: skip
    rows = db.all(
        "SELECT * FROM outbound_manifests WHERE (:state IS NULL OR state = :state)"
        " AND (:given_on IS NULL OR given_on = :given_on) AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit",
        state=state, given_on=given_on, before=before_id, limit=limit + 1,
    )  # fmt: skip
    return [Manifest.of(row) for row in rows[:limit]], rows[limit - 1]["id"] if len(rows) > limit else None


def refusals(db: Reader, *, before_id: int | None = None, limit: int = 50) -> tuple[list[Refusal], int | None]:
    """What was refused, newest first, and the id to go on before."""
    rows = db.all(
        "SELECT * FROM outbound_refusals WHERE (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit",
        before=before_id, limit=limit + 1,
    )  # fmt: skip
    return [Refusal.of(row) for row in rows[:limit]], rows[limit - 1]["id"] if len(rows) > limit else None


def _one(row: sqlite3.Row | None) -> Outbound | None:
    return None if row is None else Outbound.of(row)
