"""The desks of the station. What is open at a desk stands in the database, so it is the same in every tab and after a
restart; it holds ids only, no personal value."""

from __future__ import annotations

import json
from typing import Any

from kiosk.errors import Refused
from kiosk.people.model import Desk
from kiosk.storage import Reader, Tx
from kiosk.words import N_


def make_desks(tx: Tx) -> None:
    """Makes the desks that the settings name; those that are there stay as they are."""
    for name in tx.settings.counter.desks:
        tx.execute("INSERT INTO desks (name) VALUES (?) ON CONFLICT (name) DO NOTHING", name)


def desks(db: Reader) -> list[Desk]:
    """Every desk, in the order of making."""
    return [Desk.of(row) for row in db.all("SELECT * FROM desks ORDER BY id")]


def desk(db: Reader, desk_id: int) -> Desk:
    """The desk of this id; raises ``Refused('desk.unknown')``."""
    row = db.one("SELECT * FROM desks WHERE id = ?", desk_id)
    if row is None:
        raise Refused("desk.unknown", N_("没有编号为 {desk_id} 的柜台"), desk_id=desk_id)
    return Desk.of(row)


def desk_named(db: Reader, name: str) -> Desk:
    """The desk of this name; raises ``Refused('desk.unknown_name')``."""
    row = db.one("SELECT * FROM desks WHERE name = ?", name)
    if row is None:
        raise Refused("desk.unknown_name", N_("没有名为「{name}」的柜台，请核对配置 counter.desks"), name=name[:20])
    return Desk.of(row)


def set_desk(tx: Tx, desk_id: int, **columns: Any) -> None:
    """Sets mode, open_batch_id, open_parcel_id, open_ticket_id, open_manifest_id, open_list_id, at_place or last_act (a
    dict of ids and enums) of a desk."""
    if "last_act" in columns:
        columns["last_act"] = json.dumps(columns["last_act"], ensure_ascii=False, sort_keys=True)
    tx.change("desks", desk_id, **columns)
