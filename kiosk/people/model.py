"""What the other rooms see of a person or a desk, and the acts on them that are recorded."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk import audit
from kiosk.words import N_

audit.register("staff.added", N_("添加了人员 {staff_id}，角色 {role}"), staff_id=audit.ID, role=audit.ENUM)
audit.register("staff.pin_reset", N_("重设了人员 {staff_id} 的 PIN"), staff_id=audit.ID)
audit.register("staff.role_changed", N_("人员 {staff_id} 的角色改为 {role}"), staff_id=audit.ID, role=audit.ENUM)
audit.register("staff.left", N_("停用了人员 {staff_id}"), staff_id=audit.ID)
audit.register("staff.logged_in", N_("人员 {staff_id} 登录"), staff_id=audit.ID)
audit.register("staff.logged_out", N_("人员 {staff_id} 退出"), staff_id=audit.ID)
audit.register(
    "staff.wrong_pin", N_("人员 {staff_id} 的 PIN 输错（第 {count} 次）"), staff_id=audit.ID, count=audit.NUMBER
)
audit.register("staff.recovered", N_("用恢复码重设了人员 {staff_id} 的 PIN"), staff_id=audit.ID)
audit.register("staff.wrong_recovery", N_("恢复码输错（第 {count} 次）"), count=audit.NUMBER)
audit.register("token.created", N_("创建了接口令牌 {token_id}，角色 {role}"), token_id=audit.ID, role=audit.ENUM)
audit.register("token.revoked", N_("停用了接口令牌 {token_id}"), token_id=audit.ID)


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of the staff, without anything secret."""

    id: int
    name: str
    role: str
    badge: str
    is_active: bool
    locale: str
    locked_until_at: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Staff:
        return cls(
            row["id"],
            row["name"],
            row["role"],
            row["badge"],
            bool(row["is_active"]),
            row["locale"],
            row["locked_until_at"],
        )


#: What a desk is busy with, as it is shown beside its name.
MODE_WORDS: Mapping[str, str] = {
    "home": N_("待命"),
    "intake": N_("入库"),
    "hand_over": N_("直接出库"),
    "outbound": N_("快递员取件"),
    "shelf_count": N_("盘点"),
    "relocate": N_("移库"),
    "manifest": N_("清点交接"),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """A place with one operator, one scanner, one screen. Mode, open person and ticket survive a restart."""

    id: int
    name: str
    mode: str  # 'home' | 'intake' | 'hand_over' | 'outbound' | 'shelf_count' | 'relocate' | 'manifest'
    open_batch_id: int | None
    open_parcel_id: int | None
    open_ticket_id: int | None
    last_act: dict[str, Any]
    open_manifest_id: int | None = None
    at_place: str = ""  # the shelf label scanned last in mode shelf_count or relocate: '3-2'
    open_list_id: int | None = None  # of kiosk.manifests, in mode manifest

    @classmethod
    def of(cls, row: sqlite3.Row) -> Desk:
        return cls(
            row["id"], row["name"], row["mode"], row["open_batch_id"], row["open_parcel_id"], row["open_ticket_id"],
            json.loads(row["last_act"]), row["open_manifest_id"], row["at_place"],
            row["open_list_id"],
        )  # fmt: skip
