"""What may stand on a list that is being counted, to be ticked instead of scanned: several at once, by shelf, or everything
of one person who was named. Each parcel is put on by itself; one that may not stays where it lies and says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.codes import CodeKind, recognise
from kiosk.codes.shelf import WALK_SQL, walk
from kiosk.counter.list_manifest import add_to_list, find_parcel
from kiosk.counter.look_up import look_up
from kiosk.errors import Refused
from kiosk.manifests.model import Manifest, ManifestKind
from kiosk.parcels import view
from kiosk.parcels.model import IN_STOCK_SQL, ParcelState
from kiosk.parcels.view import ParcelView
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: Rows of one page of ticks; whoever takes more goes shelf by shelf.
MOST_SHOWN = 60
#: Nothing that is set aside, unpaid or on a list; the rest is asked as it is put on.
_FREE = (
    f"p.state = 'on_shelf' AND p.{IN_STOCK_SQL} AND p.cod_fen = 0 AND p.freight_collect_fen = 0 AND NOT EXISTS"
    " (SELECT 1 FROM manifest_items i WHERE i.subject_kind = 'parcel' AND i.subject_id = p.id AND i.holds = 1)"
)
_BY_CODE = frozenset({CodeKind.PICKUP_CODE, CodeKind.WAYBILL})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What came of several: how many are on the list now, and why the others are not."""

    count: int
    refused: tuple[Refused, ...] = ()


def is_chosen_from_stock(listed: Manifest) -> bool:
    """Returns are fetched by their pick list; what is passed on or delivered is chosen from everything that lies here."""
    return listed.kind in (ManifestKind.TRANSFER, ManifestKind.DOOR)


def shelves_of_stock(db: Reader) -> dict[str, int]:
    """How many parcels of each shelf may be chosen."""
    rows = db.all(f"SELECT p.shelf, COUNT(*) FROM parcels p WHERE {_FREE} GROUP BY p.shelf")
    return {row[0]: row[1] for row in sorted(rows, key=lambda row: walk(row[0]))}


def choosable(db: Reader, shelf: str = "", limit: int = MOST_SHOWN) -> list[ParcelView]:
    """Parcels that may be chosen, of one shelf or of all, in the order in which somebody walks past them."""
    at_shelf = "p.shelf = ? AND " if shelf else ""
    rows = db.all(
        f"SELECT p.* FROM parcels p WHERE {at_shelf}{_FREE} ORDER BY {WALK_SQL}, p.id LIMIT ?",
        *([shelf] if shelf else []),
        limit,
    )
    return [view.show(db, row) for row in rows]


def put_several_on(tx: Tx, manifest_id: int, parcel_ids: Sequence[int]) -> Chosen:
    """Puts each of these on an open list. Refused ``manifest.nothing_ticked``, ``manifest.not_open``,
    ``staff.not_allowed``; what is wrong with one parcel stands in the answer."""
    ids = list(dict.fromkeys(parcel_ids))
    if not ids:
        raise Refused("manifest.nothing_ticked", N_("没有勾选快件，没有放进清单；请先勾选"))
    refused, count = [], 0
    for parcel_id in ids:
        try:
            add_to_list(tx, manifest_id, parcel_id)
            count += 1
        except Refused as why:
            # Every check comes before the row is written, so a refused one has left nothing behind.
            if why.code in ("manifest.not_open", "manifest.unknown", "staff.not_allowed"):
                raise
            refused.append(why)
    return Chosen(count, tuple(refused))


def meant_by(tx: Tx, listed: Manifest, typed: str) -> list[int]:
    """The parcels that a typed code, waybill, tail, phone or name means: one by a code, everything on the shelf of the one
    person who fits otherwise.

    Refused ``manifest.which_person`` with more than one, ``manifest.parcel_not_found`` with none, and as
    ``list_manifest.find_parcel``."""
    recognised = recognise(typed)
    if recognised.kind in _BY_CODE or not is_chosen_from_stock(listed):
        return [find_parcel(tx, recognised)["id"]]
    found = look_up(tx, typed)
    if found.is_asked:
        raise Refused(
            "manifest.which_person",
            N_("有 {count} 位符合，没有放进清单；请扫快件上的取件码，或在下面勾选"),
            count=len(found.people),
        )
    ids = [one.id for person in found.people for one in person.parcels if one.state is ParcelState.ON_SHELF]
    if not ids:
        raise Refused("manifest.parcel_not_found", N_("没有这个快件，没有放进清单；请核对是不是本站的件"))
    return ids
