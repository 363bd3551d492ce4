"""A list as people may see it: its pieces as parcels, masked, in words. A room of its own because lists know no parcels and
parcels no lists."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kiosk.codes import carriers
from kiosk.codes.shelf import walk
from kiosk.manifests import store
from kiosk.manifests.model import (
    CASE,
    HOW_WORDS,
    KIND_WORDS,
    NOTE_WORDS,
    OUTBOUND_CASE,
    OUTCOME_WORDS,
    RECEIVER_WORDS,
    STATE_WORDS,
    Manifest,
    ManifestKind,
    ManifestState,
    SignatureMade,
)
from kiosk.manifests.slips import difference_words
from kiosk.outbound import store as outbound
from kiosk.parcels import store as parcels
from kiosk.parcels import view
from kiosk.parcels.model import PROBLEM_WORDS, SET_ASIDE_SQL, ParcelState, ProblemReason
from kiosk.parcels.refusals import last_move
from kiosk.parcels.view import ParcelView
from kiosk.people.staff import name_of
from kiosk.storage import Reader
from kiosk.words import say

#: What a page shows of the pieces of an intake batch; its paper names them all.
MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class LineView:
    """One piece of a list."""

    parcel: ParcelView
    note: str
    outcome: str
    why: str

    @property
    def note_name(self) -> str:
        return say(NOTE_WORDS[self.note]) if self.note else ""

    @property
    def outcome_name(self) -> str:
        return say(OUTCOME_WORDS[self.outcome])


@dataclass(frozen=True, slots=True)
class ListView:
    """One list with its pieces, and who signed it."""

    row: Manifest
    lines: tuple[LineView, ...]
    pieces: int
    receiver: str
    closed_by: str
    signature: SignatureMade | None

    @property
    def kind_name(self) -> str:
        return say(KIND_WORDS[self.row.kind])

    @property
    def state_name(self) -> str:
        return say(STATE_WORDS[self.row.state])

    @property
    def receiver_label(self) -> str:
        return say(RECEIVER_WORDS[self.row.kind])

    @property
    def whose(self) -> str:
        """Carrier and the one who takes it, as far as they are known."""
        carrier = carriers.find(self.row.carrier).name() if self.row.carrier else ""
        return " · ".join(part for part in (carrier, self.receiver) if part) or "—"

    @property
    def difference_words(self) -> str:
        return difference_words(self.row.difference)

    @property
    def slip_id(self) -> int | None:
        """The paper as it reads last: with its signature once it was signed."""
        return self.signature.slip_id if self.signature is not None else self.row.slip_id

    @property
    def signed_how(self) -> str:
        return say(HOW_WORDS[self.signature.how]) if self.signature is not None else ""

    @property
    def out(self) -> int:
        """Pieces of a door round of which nobody has told."""
        return sum(line.outcome == "" for line in self.lines)


def show_list(db: Reader, row: Manifest, *, with_lines: bool = True) -> ListView:
    """A list as anybody at the counter may see it."""
    by = (
        name_of(db, row.closed_by_kind, row.closed_by_id) if row.closed_by_kind and row.closed_by_id is not None else ""
    )
    lines = tuple(_lines(db, row)) if with_lines else ()
    return ListView(
        row, lines, store.pieces_of(db, row), store.receiver_of(db, row.id), by, store.signature(db, CASE, row.id)
    )


def returning(db: Reader, listed: Manifest | None = None) -> list[ParcelView]:
    """Parcels that go back and are on no list, of the carrier of a list or of all, by shelf: what is to be fetched."""
    rows, _more = parcels.page(db, state=ParcelState.TO_RETURN.value, limit=1000)
    shown = [
        view.show(db, row)
        for row in rows
        if (listed is None or row["carrier"] == listed.carrier) and store.holding(db, "parcel", row["id"]) is None
    ]
    return sorted(shown, key=lambda parcel: ([*map(walk, parcel.place.split("-"))], parcel.pickup_code))


def returning_by_carrier(db: Reader) -> dict[str, int]:
    """How many parcels go back with each carrier and are on no list yet; counted in the index of what is set aside."""
    rows = db.all(
        f"SELECT carrier, COUNT(*) FROM parcels p WHERE state = 'to_return' AND {SET_ASIDE_SQL}"
        " AND NOT EXISTS (SELECT 1 FROM manifest_items i WHERE i.subject_kind = 'parcel' AND i.subject_id = p.id"
        " AND i.holds = 1) GROUP BY carrier ORDER BY carrier"
    )
    return {row[0]: row[1] for row in rows}


def latest_slip_of_outbound(db: Reader, manifest_id: int) -> int | None:
    """The paper of an outbound list as it reads last, None before it was given."""
    made = store.signature(db, OUTBOUND_CASE, manifest_id)
    return made.slip_id if made is not None else outbound.manifest(db, manifest_id).slip_id


def _lines(db: Reader, row: Manifest) -> list[LineView]:
    if row.kind == ManifestKind.INTAKE:
        found, _more = parcels.page(db, batch_id=row.batch_id, limit=MOST_SHOWN)
        return [
            LineView(view.show(db, one), "", "", "") for one in reversed(found) if one["state"] != ParcelState.UNDONE
        ]
    lines = []
    for item in store.items(db, row.id):
        one = parcels.parcel(db, item.subject_id)
        why = _why(db, item.subject_id) if row.kind == ManifestKind.RETURN and row.state == ManifestState.OPEN else ""
        lines.append(LineView(view.show(db, one), item.note, item.outcome, why))
    return lines


def _why(db: Reader, parcel_id: int) -> str:
    move = last_move(db, parcel_id)
    reason = json.loads(move["detail"]).get("reason") if move is not None else None
    return say(PROBLEM_WORDS[ProblemReason(reason)]) if reason else ""
