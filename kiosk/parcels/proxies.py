"""Who collects for another (代取). Name and tail of the one who came stand in the vault with the parcel; a standing
proxy is kept once and named by its id, so that the recipient's next parcels need one tap."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk import audit, vault
from kiosk.codes import about_a_person, mask_name
from kiosk.errors import Refused
from kiosk.parcels.model import CASE, PROXY_CASE, RELATION_WORDS, RETENTION, Relation
from kiosk.parcels.names import may_be_same
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say


@dataclass(frozen=True, slots=True)
class Collector:
    """The one who came. ``proxy_id`` is set for a standing proxy, whose name the vault has already."""

    name: str
    relation: Relation
    proxy_id: int | None = None
    is_to_be_remembered: bool = False


@dataclass(frozen=True, slots=True)
class Proxy:
    """A standing proxy as the counter shows it."""

    id: int
    masked_name: str
    relation: Relation
    last_used_at: str

    @property
    def relation_name(self) -> str:
        """The relation in the current language."""
        return say(RELATION_WORDS[self.relation])


def collector(
    tx: Tx,
    name: str | None,
    relation: Relation | str | None,
    proxy_id: int | None,
    *,
    is_to_be_remembered: bool = False,
) -> Collector | None:
    """Who came for the parcel, None when nobody but the recipient was named.

    Refused ``proxy.relation_unknown``, ``proxy.unknown``, ``text.holds_id_number``.
    """
    if proxy_id is not None:
        row = tx.one("SELECT * FROM standing_proxies WHERE id = ? AND ended_at IS NULL", proxy_id)
        if row is None:
            raise Refused("proxy.unknown", N_("没有这位长期代取人（可能已取消），没有出库；请改填代取人"))
        return Collector(vault.get(tx, PROXY_CASE, proxy_id, "name") or "", Relation(row["relation"]), proxy_id)
    tidy = about_a_person(name, 40)
    if not tidy:
        return None
    try:
        known = Relation(relation or Relation.OTHER)
    except ValueError:
        raise Refused(
            "proxy.relation_unknown", N_("没有「{relation}」这种关系，没有出库；可用：{known}"),
            relation=str(relation)[:20], known=", ".join(Relation),
        ) from None  # fmt: skip
    return Collector(tidy, known, is_to_be_remembered=is_to_be_remembered)


def check(row: sqlite3.Row, who: Collector) -> None:
    """Refused ``proxy.person_unknown`` when a standing proxy is to be kept for a recipient without phone or tail."""
    if who.is_to_be_remembered and not (row["phone_hash"] or row["phone_tail"]):
        raise Refused(
            "proxy.person_unknown",
            N_("这件没有收件人电话，记不住长期代取人；没有出库，请补尾号，或不勾“记住”再出库"),
            parcel_id=row["id"],
        )


def note(tx: Tx, row: sqlite3.Row, who: Collector) -> None:
    """Keeps who collected this parcel, and the standing proxy's use."""
    vault.put(tx, CASE, row["id"], "collected_by", who.name, RETENTION)
    if who.proxy_id is not None:
        tx.change("standing_proxies", who.proxy_id, last_used_at=tx.now)
    elif who.is_to_be_remembered and not any(_is_named(tx, proxy.id, who.name) for proxy in of_person(tx, [row])):
        remember(tx, row, who)


def remember(tx: Tx, row: sqlite3.Row, who: Collector) -> int:
    """Makes the collector a standing proxy of this recipient; returns its id."""
    proxy_id = tx.insert(
        "standing_proxies", phone_hash=row["phone_hash"], phone_tail=row["phone_tail"], name_hint=row["name_hint"],
        relation=who.relation.value, created_at=tx.now, last_used_at=tx.now,
    )  # fmt: skip
    vault.put(tx, PROXY_CASE, proxy_id, "name", who.name, RETENTION)
    audit.record(tx, "proxy.remembered", proxy_id=proxy_id, relation=who.relation.value)
    return proxy_id


def forget(tx: Tx, proxy_id: int) -> None:
    """Ends a standing proxy; does nothing when it has ended."""
    cursor = tx.execute("UPDATE standing_proxies SET ended_at = ? WHERE id = ? AND ended_at IS NULL", tx.now, proxy_id)
    if cursor.rowcount:
        audit.record(tx, "proxy.forgotten", proxy_id=proxy_id)


def of_person(db: Reader, rows: list[sqlite3.Row]) -> list[Proxy]:
    """The standing proxies of the person of these parcels, last used first. A full phone decides where both know
    one."""
    found: dict[int, sqlite3.Row] = {}
    for row in rows:
        if row["phone_hash"]:
            known = db.all(
                "SELECT * FROM standing_proxies WHERE phone_hash = ? AND ended_at IS NULL AND phone_hash IS NOT NULL",
                row["phone_hash"],
            )
            found |= {proxy["id"]: proxy for proxy in known}
        if row["phone_tail"]:
            known = db.all(
                "SELECT * FROM standing_proxies WHERE phone_tail = ? AND ended_at IS NULL AND phone_tail IS NOT NULL",
                row["phone_tail"],
            )
            found |= {proxy["id"]: proxy for proxy in known if _is_of(proxy, row)}
    return [
        Proxy(
            proxy["id"], mask_name(vault.get(db, PROXY_CASE, proxy["id"], "name") or ""), Relation(proxy["relation"]),
            proxy["last_used_at"],
        )
        for proxy in sorted(found.values(), key=lambda proxy: proxy["last_used_at"], reverse=True)
    ]  # fmt: skip


def _is_of(proxy: sqlite3.Row, row: sqlite3.Row) -> bool:
    if proxy["phone_hash"] and row["phone_hash"]:
        return proxy["phone_hash"] == row["phone_hash"]
    return may_be_same(proxy["name_hint"] or "", row["name_hint"] or "")


def _is_named(tx: Tx, proxy_id: int, name: str) -> bool:
    return vault.get(tx, PROXY_CASE, proxy_id, "name") == name
