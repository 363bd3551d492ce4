"""A list from its first piece to its number: begun, filled, closed, given up. The caller says what a piece is and whether
it may leave; this room sees to it that a piece is on one list only and that a closed list stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk import audit, vault
from kiosk.codes import OTHER, about_a_person, carriers
from kiosk.errors import Refused
from kiosk.manifests import store
from kiosk.manifests.model import (
    CASE,
    KIND_WORDS,
    MOST_PIECES,
    RETENTION,
    SERIES,
    STATE_WORDS,
    Item,
    Manifest,
    ManifestKind,
    ManifestState,
    Outcome,
    PieceNote,
)
from kiosk.manifests.slips import Line, freeze_list
from kiosk.storage import Tx
from kiosk.storage.numbers import document_no
from kiosk.words import N_, say

LONGEST_RECEIVER = 40


def open_list(
    tx: Tx,
    business_on: str,
    kind: str,
    *,
    carrier: str = "",
    receiver: str = "",
    declared: int | None = None,
    batch_id: int | None = None,
    replaces_id: int | None = None,
) -> Manifest:
    """Begins a list, or goes on with the open one of the same kind, carrier and receiver.

    A return needs a carrier, a transfer and a door round a receiver (words: a station, whoever delivers). Refused
    ``manifest.kind_unknown``, ``manifest.carrier_needed``, ``manifest.receiver_needed``, ``carrier.unknown``,
    ``text.holds_id_number``.
    """
    if kind not in set(ManifestKind):
        raise Refused(
            "manifest.kind_unknown", N_("没有「{kind}」这种清单，可用：{known}；没有开始"),
            kind=kind[:20], known=", ".join(ManifestKind),
        )  # fmt: skip
    code = carriers.find_by_any_code(carrier).code if carrier else ""
    name = about_a_person(receiver, LONGEST_RECEIVER)
    if kind == ManifestKind.RETURN and code in ("", OTHER):
        raise Refused("manifest.carrier_needed", N_("交接要选定一家快递公司；没有开始，请选择"))
    if kind in (ManifestKind.TRANSFER, ManifestKind.DOOR) and not name:
        raise Refused("manifest.receiver_needed", N_("还没有填交给谁；没有开始，请填接收站点或送货人"))
    if kind != ManifestKind.INTAKE:
        there = store.open_of(tx, kind, code, name)
        if there is not None:
            return there
    manifest_id = tx.insert(
        "manifests", kind=kind, state=ManifestState.OPEN, carrier=code, batch_id=batch_id, declared=declared,
        replaces_id=replaces_id, opened_on=business_on, opened_at=tx.now, opened_by_kind=tx.actor.kind,
        opened_by_id=tx.actor.id,
    )  # fmt: skip
    if name:
        vault.put(tx, CASE, manifest_id, "receiver", name, RETENTION)
    audit.record(tx, "manifest.begun", manifest_id=manifest_id, kind=kind, carrier=code)
    return store.manifest(tx, manifest_id)


def add(tx: Tx, manifest_id: int, subject_kind: str, subject_id: int, note: str = "") -> Item:
    """Puts a piece on an open list; does nothing new for one that is on it.

    Refused ``manifest.not_open``, ``manifest.on_another`` (naming that list), ``manifest.too_long``,
    ``manifest.note_unknown``.
    """
    require_open(tx, manifest_id)
    if note not in set(PieceNote):
        raise Refused("manifest.note_unknown", N_("没有「{note}」这种说明；没有放进清单"), note=note[:20])
    there = store.item(tx, manifest_id, subject_kind, subject_id)
    if there is not None:
        return there
    other = store.holding(tx, subject_kind, subject_id)
    if other is not None:
        raise Refused(
            "manifest.on_another",
            N_("这件已在{kind_name} {number} 上（{state_name}）；没有放进来，请先从那张去掉或办完那张"),
            manifest_id=other.id,
            number=other.manifest_no or "",
            kind_name=say(KIND_WORDS[other.kind]),
            state_name=say(STATE_WORDS[other.state]),
        )
    if tx.value("SELECT COUNT(*) FROM manifest_items WHERE manifest_id = ?", manifest_id) >= MOST_PIECES:
        raise Refused("manifest.too_long", N_("一张清单最多 {most} 件；没有放进去，请先交出这一张"), most=MOST_PIECES)
    tx.insert(
        "manifest_items", manifest_id=manifest_id, subject_kind=subject_kind, subject_id=subject_id, note=note,
        added_at=tx.now, added_by_kind=tx.actor.kind, added_by_id=tx.actor.id,
    )  # fmt: skip
    found = store.item(tx, manifest_id, subject_kind, subject_id)
    assert found is not None
    return found


def remove(tx: Tx, manifest_id: int, subject_kind: str, subject_id: int) -> None:
    """Takes a piece off an open list. Refused ``manifest.not_open``, ``manifest.not_on_it``."""
    require_open(tx, manifest_id)
    there = store.item(tx, manifest_id, subject_kind, subject_id)
    if there is None:
        raise Refused("manifest.not_on_it", N_("这件不在这张清单上，没有改动"), subject_id=subject_id)
    tx.execute("DELETE FROM manifest_items WHERE id = ?", there.id)


def close(
    tx: Tx, business_on: str, manifest_id: int, lines: Sequence[Line], *, declared: int | None = None
) -> Manifest:
    """Ends the counting: the list gets its number and its paper with these lines, one a piece, and waits to be signed.

    Refused ``manifest.not_open``, ``manifest.nothing_on_it`` when nothing is on it and nothing was declared.
    """
    found = require_open(tx, manifest_id)
    wanted = declared if declared is not None else found.declared
    if not lines and not wanted:
        raise Refused("manifest.nothing_on_it", N_("清单上还没有件，没有交接；请先扫要交出的件"))
    number = document_no(tx, SERIES[found.kind], business_on)
    slip_id = freeze_list(tx, found, number, lines, wanted)
    tx.change(
        "manifests", manifest_id, state=ManifestState.CLOSED, manifest_no=number, declared=wanted, pieces=len(lines),
        closed_on=business_on, closed_at=tx.now, closed_by_kind=tx.actor.kind, closed_by_id=tx.actor.id, slip_id=slip_id,
    )  # fmt: skip
    audit.record(
        tx, "manifest.closed", manifest_id=manifest_id, manifest_no=number, kind=found.kind, pieces=len(lines),
        declared=wanted,
    )  # fmt: skip
    return store.manifest(tx, manifest_id)


def end_item(tx: Tx, manifest_id: int, subject_kind: str, subject_id: int, outcome: Outcome) -> Item:
    """Tells what became of a piece; '' puts it back on the list (a delivery that was undone).

    Refused ``manifest.not_on_it``, ``manifest.piece_ended`` when that was told before.
    """
    there = store.item(tx, manifest_id, subject_kind, subject_id)
    if there is None:
        raise Refused("manifest.not_on_it", N_("这件不在这张清单上，没有改动"), subject_id=subject_id)
    tells_back = (there.outcome, outcome) in ((Outcome.LEFT, Outcome.TAKEN_BACK), (Outcome.DELIVERED, Outcome.HELD))
    if not there.holds and not tells_back:
        raise Refused(
            "manifest.piece_ended", N_("这件的结果已经登记过了（{outcome}）；没有改动"), outcome=there.outcome
        )
    is_held = outcome == Outcome.HELD
    tx.change(
        "manifest_items", there.id, outcome=outcome.value, holds=int(is_held), ended_at=None if is_held else tx.now
    )
    audit.record(
        tx, "manifest.piece_ended", manifest_id=manifest_id, subject_kind=subject_kind, subject_id=subject_id,
        outcome=outcome.value,
    )  # fmt: skip
    return there


def void(tx: Tx, manifest_id: int) -> Manifest:
    """Gives a list up: what it holds is free for another; its number stays used. What has left was brought back by the
    caller before. Refused ``manifest.is_void``."""
    found = store.manifest(tx, manifest_id)
    if found.state == ManifestState.VOID:
        raise Refused("manifest.is_void", N_("这张清单已经作废，没有改动"), manifest_id=manifest_id)
    pieces = tx.execute(
        "UPDATE manifest_items SET outcome = 'freed', holds = 0, ended_at = ? WHERE manifest_id = ? AND holds = 1",
        tx.now,
        manifest_id,
    ).rowcount
    tx.change("manifests", manifest_id, state=ManifestState.VOID, ended_at=tx.now)
    audit.record(tx, "manifest.voided", manifest_id=manifest_id, pieces=pieces)
    return store.manifest(tx, manifest_id)


def require_open(tx: Tx, manifest_id: int) -> Manifest:
    """The list, if pieces may be put on it or taken off; Refused ``manifest.not_open``, ``manifest.unknown``."""
    found = store.manifest(tx, manifest_id)
    if found.state != ManifestState.OPEN:
        raise Refused(
            "manifest.not_open",
            N_("这张清单{state_name}，不能再改；没有改动，请另开一张"),
            manifest_id=manifest_id,
            state=found.state,
            state_name=say(STATE_WORDS[found.state]),
        )
    return found
