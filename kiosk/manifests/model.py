"""Kinds and states of a manifest, what becomes of a piece on it, and the acts on it that are recorded. A manifest whose
pieces differ from what was declared is signed all the same: the courier must be able to leave."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
from kiosk.words import N_

#: The kind under which receiver and signature lie in the vault; outbound lists keep theirs.
CASE = "manifest"
OUTBOUND_CASE = "outbound_manifest"
RETENTION = "parcel"
#: A longer list is made in two, so that its paper can be signed on one hand.
MOST_PIECES = 300


class ManifestKind(StrEnum):
    INTAKE = "intake"
    RETURN = "return"
    TRANSFER = "transfer"
    DOOR = "door"


KIND_WORDS: Mapping[str, str] = {
    ManifestKind.INTAKE: N_("到件交接清单"),
    ManifestKind.RETURN: N_("退件交接清单"),
    ManifestKind.TRANSFER: N_("转交清单"),
    ManifestKind.DOOR: N_("送货上门清单"),
}
#: The letters that a manifest's number begins with; outbound lists have MF.
SERIES: Mapping[str, str] = {
    ManifestKind.INTAKE: "MI",
    ManifestKind.RETURN: "MR",
    ManifestKind.TRANSFER: "MT",
    ManifestKind.DOOR: "MD",
}
#: Who takes it, or brings it.
RECEIVER_WORDS: Mapping[str, str] = {
    ManifestKind.INTAKE: N_("快递员"),
    ManifestKind.RETURN: N_("快递员"),
    ManifestKind.TRANSFER: N_("接收站点"),
    ManifestKind.DOOR: N_("送货人"),
}


class ManifestState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"  # numbered, its paper can be had; waits to be signed
    SIGNED = "signed"
    VOID = "void"


STATE_WORDS: Mapping[str, str] = {
    ManifestState.OPEN: N_("正在清点"),
    ManifestState.CLOSED: N_("待签收"),
    ManifestState.SIGNED: N_("已签收"),
    ManifestState.VOID: N_("已作废"),
}


class Outcome(StrEnum):
    """What became of a piece; '' while the list holds it."""

    HELD = ""
    LEFT = "left"  # returned or passed on as the list was signed
    DELIVERED = "delivered"  # at the door
    BROUGHT_BACK = "brought_back"
    TAKEN_BACK = "taken_back"  # had left, and the leaving was undone
    FREED = "freed"  # the list was given up before anything happened


OUTCOME_WORDS: Mapping[str, str] = {
    Outcome.HELD: N_("在清单上"),
    Outcome.LEFT: N_("已交出"),
    Outcome.DELIVERED: N_("已送到"),
    Outcome.BROUGHT_BACK: N_("带回来了"),
    Outcome.TAKEN_BACK: N_("又收回了"),
    Outcome.FREED: N_("没有交出"),
}


class PieceNote(StrEnum):
    """What is seen on a piece as it changes hands; no words about people."""

    NONE = ""
    DAMAGED = "damaged"
    WET = "wet"
    OPENED = "opened"
    SHORT = "short"


NOTE_WORDS: Mapping[str, str] = {
    PieceNote.NONE: "",
    PieceNote.DAMAGED: N_("外包装破损"),
    PieceNote.WET: N_("受潮"),
    PieceNote.OPENED: N_("封口开裂"),
    PieceNote.SHORT: N_("短少"),
}


class SignedHow(StrEnum):
    SCREEN = "screen"
    PAPER = "paper"


HOW_WORDS: Mapping[str, str] = {SignedHow.SCREEN: N_("在屏幕上签字"), SignedHow.PAPER: N_("在纸上签字")}


#: What is said of a piece that an unfinished list holds, wherever the piece is shown.
HELD_WORDS: Mapping[str, str] = {
    ManifestKind.RETURN: N_("在退件清单上"),
    ManifestKind.TRANSFER: N_("在转交清单上"),
    ManifestKind.DOOR: N_("在送货清单上"),
}
OUT_FOR_DOOR = N_("送货上门途中")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One list. ``pieces`` is final once it was closed."""

    id: int
    manifest_no: str | None
    kind: str
    state: str
    carrier: str
    batch_id: int | None
    declared: int | None
    pieces: int
    replaces_id: int | None
    opened_on: str
    opened_at: str
    opened_by_kind: str
    opened_by_id: int
    closed_on: str | None
    closed_at: str | None
    closed_by_kind: str | None
    closed_by_id: int | None
    slip_id: int | None
    ended_at: str | None

    @property
    def held_words(self) -> str:
        """What is said of a piece that this list holds."""
        is_out = self.kind == ManifestKind.DOOR and self.state == ManifestState.SIGNED
        return OUT_FOR_DOOR if is_out else HELD_WORDS.get(self.kind, "")

    @property
    def difference(self) -> int:
        """Scanned less declared; 0 when nothing was declared or the list is still open."""
        return 0 if self.declared is None or self.closed_at is None else self.pieces - self.declared

    @classmethod
    def of(cls, row: sqlite3.Row) -> Manifest:
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of a list."""

    id: int
    manifest_id: int
    subject_kind: str
    subject_id: int
    note: str
    outcome: str
    holds: bool
    added_at: str
    ended_at: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Item:
        return cls(**{name: row[name] for name in cls.__slots__} | {"holds": bool(row["holds"])})


@dataclass(frozen=True, slots=True)
class SignatureMade:
    """By which a list was signed, and before whom. ``difference`` was accepted with it."""

    id: int
    case_kind: str
    case_id: int
    how: str
    attachment_id: int | None
    difference: int
    slip_id: int
    signed_on: str
    signed_at: str
    signed_by_kind: str
    signed_by_id: int

    @classmethod
    def of(cls, row: sqlite3.Row) -> SignatureMade:
        return cls(**{name: row[name] for name in cls.__slots__})


_M = {"manifest_id": audit.ID}
audit.register(
    "manifest.begun", N_("开始清单 {manifest_id}：{kind}，{carrier}"), **_M, kind=audit.ENUM, carrier=audit.CODE
)
audit.register(
    "manifest.closed",
    N_("清单 {manifest_no} 清点完：{kind}，{pieces} 件，应有 {declared} 件"),
    **_M,
    manifest_no=audit.CODE,
    kind=audit.ENUM,
    pieces=audit.NUMBER,
    declared=audit.NUMBER,
)
audit.register(
    "manifest.signed",
    N_("{case_kind} {case_id} 签收（{how}），差额 {difference} 件"),
    case_kind=audit.ENUM,
    case_id=audit.ID,
    how=audit.ENUM,
    difference=audit.NUMBER,
)
audit.register("manifest.voided", N_("清单 {manifest_id} 作废，{pieces} 件放回"), **_M, pieces=audit.NUMBER)
audit.register(
    "manifest.piece_ended",
    N_("清单 {manifest_id} 上的 {subject_kind} {subject_id}：{outcome}"),
    **_M,
    subject_kind=audit.ENUM,
    subject_id=audit.ID,
    outcome=audit.ENUM,
)
