"""What a person must look into: what was turned away, and what was taken but cannot be right. The same thing again is
counted, not listed twice; a person settles it, and it is open again when it comes again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from kiosk import clock
from kiosk.words import N_
from sync.centre.tables import anomalies

#: Anybody may cause an anomaly, so no more than these are kept; those of verified stations are the last to go.
KEPT = 1000

#: What each kind means, in words; the facts that were told fill them.
WORDS: Mapping[str, str] = {
    "day_rewritten": N_("已收过的一天被改写：送来了内容不同的报告，没有计入"),
    "revision_unfounded": N_("补充报告没有指明它所补充的报告，没有计入"),
    "station_restored": N_("站点的序号退到了已收过的号码之下，多半是用旧备份恢复过；请与站点核对"),
    "sequence_taken": N_("同一序号送来了不同的内容，未收下"),
    "key_differs": N_("公钥与登记的不同，未收下"),
    "signature_wrong": N_("签名不符（内容被改动过），未收下"),
    "station_unknown": N_("站点没有登记公钥，未收下"),
    "content_unreadable": N_("签名正确，但内容缺少或写错了必要的项，未收下"),
    "replayed": N_("已收过的内容又送来一次，回执号不变"),
    "poll_replayed": N_("取消息的请求是旧的，又被送来一次，未答复"),
    "poll_ahead": N_("站点说已收到县中心没有发过的消息；请核对县中心的备份"),
    "clock_differs": N_("站点的时钟比县中心快 {minutes} 分钟"),
    "clock_went_back": N_("站点的时钟往回拨了 {minutes} 分钟"),
    "code_wrong": N_("用错误或过期的登记码要求登记，未登记"),
    "code_exhausted": N_("登记码输错次数过多，已作废；请另发一个"),
    "message_parked": N_("站点不能执行第 {sequence} 号消息：{code}"),
}
_CLOCK_SLOW = N_("站点的时钟比县中心慢 {minutes} 分钟")
#: What only informs: a reply that was lost on the way makes a station send again.
INFORMS = frozenset({"replayed"})
#: Caused by whoever holds a station's own key; everything else anybody may cause.
PROVEN = (
    "day_rewritten", "revision_unfounded", "station_restored", "sequence_taken", "clock_differs", "clock_went_back",
    "message_parked", "poll_ahead", "content_unreadable",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing to look into; ``told`` are the facts of its words."""

    id: int
    kind: str
    station: str
    sequence: int
    hash: str
    told: Mapping[str, Any]
    first_at: str
    last_at: str
    times: int
    settled_at: str | None

    @property
    def words(self) -> str:
        """The marked sentence."""
        if self.kind == "clock_differs" and self.told.get("is_slow"):
            return _CLOCK_SLOW
        return WORDS.get(self.kind, self.kind)

    @property
    def names_sequence(self) -> bool:
        """The number is said before the words, and not by them."""
        return bool(self.sequence) and "{sequence}" not in self.words

    @property
    def informs(self) -> bool:
        """Nothing is wrong: shown below the rest."""
        return self.kind in INFORMS


def note(db: Connection, kind: str, station: str, sequence: int = 0, digest: str = "", **told: object) -> None:
    """Keeps an anomaly, or counts it once more."""
    at = clock.stamp()
    row = {
        "kind": kind, "station": station, "sequence": sequence, "hash": digest, "told": json.dumps(told),
        "first_at": at, "last_at": at, "times": 1,
    }  # fmt: skip
    insert = insert_sqlite(anomalies) if db.dialect.name == "sqlite" else insert_postgresql(anomalies)
    db.execute(
        insert.values(row).on_conflict_do_update(
            index_elements=["kind", "station", "sequence", "hash"],
            set_={
                "times": anomalies.c.times + 1, "last_at": insert.excluded.last_at, "told": insert.excluded.told,
                "settled_at": None,
            },
        )
    )  # fmt: skip
    if db.execute(select(func.count()).select_from(anomalies)).scalar_one() > KEPT:
        first_kept = (
            select(anomalies.c.id)
            .order_by(anomalies.c.kind.in_(PROVEN).desc(), anomalies.c.last_at.desc(), anomalies.c.id.desc())
            .limit(KEPT)
        )
        db.execute(delete(anomalies).where(anomalies.c.id.not_in(first_kept)))


def settle(db: Connection, anomaly_id: int) -> None:
    """A person has looked into it. Does nothing when it is settled or not there."""
    db.execute(
        update(anomalies)
        .where(anomalies.c.id == anomaly_id, anomalies.c.settled_at.is_(None))
        .values(settled_at=clock.stamp())
    )


def settle_key(db: Connection, station: str, thumbprint: str) -> None:
    """The key that was turned away is the station's own now: what it brought then needs no looking into."""
    db.execute(
        update(anomalies)
        .where(
            anomalies.c.kind.in_(("key_differs", "station_unknown")),
            anomalies.c.station == station,
            anomalies.c.hash == thumbprint,
            anomalies.c.settled_at.is_(None),
        )
        .values(settled_at=clock.stamp())
    )


def listed(db: Connection, station: str = "", *, is_open: bool = True, limit: int = 50, skip: int = 0) -> list[Anomaly]:
    """The latest first; what only informs comes last. ``is_open``: those that nobody has settled."""
    query = select(anomalies).order_by(
        anomalies.c.kind.in_(tuple(INFORMS)), anomalies.c.last_at.desc(), anomalies.c.id.desc()
    )
    query = query.where(anomalies.c.settled_at.is_(None) if is_open else anomalies.c.settled_at.is_not(None))
    if station:
        query = query.where(anomalies.c.station == station)
    return [
        Anomaly(**{**row._mapping, "told": json.loads(row.told)})
        for row in db.execute(query.limit(limit).offset(skip)).all()
    ]


def open_count(db: Connection) -> int:
    """How many wait for a person, without what only informs."""
    query = select(func.count()).where(anomalies.c.settled_at.is_(None), anomalies.c.kind.not_in(tuple(INFORMS)))
    return int(db.execute(query).scalar_one())
