"""The registry of cases that hold people. A room joins with a module ``personal`` that calls ``declare`` once for each kind
of case: its fields, when it is over, and its own function that erases. Nothing else knows the rooms; a test fills every
declared field, and fails for a value that nobody declared."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import kiosk
from kiosk import vault
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: ids of cases whose time has come: (reader, date before which the case must be over, id after which to go on, how many)
Due = Callable[[Reader, str, int, int], list[int]]
#: Erases the case's part inside an erasing transaction: (tx, case id, rule). May raise ``Refused`` while it is open.
Erase = Callable[[Tx, int, str], object]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the vault: its marked name, and by which rule others see it ('' bare, ``name``, ``phone``, ``account``).
    ``may_change``: the person may have it corrected."""

    title: str
    mask: str = ""
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the schedule: which part of a case goes, after which term, and how.

    ``ended``: SQL over the case's row ``c`` that is the date or instant at which the case was over, NULL while it is not;
    ``due`` instead where a room finds them faster itself. ``is_law``: it stays for its whole term whoever asks.
    """

    part: str
    term: str
    erase: Erase
    ended: str = ""
    due: Due | None = None
    is_law: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of case that holds personal values.

    ``fields`` by name; ``noted_3`` and ``photo-2`` are told by ``noted`` and ``photo``. ``born``: the column that never
    changes and tells two histories apart. ``columns`` find the person and become NULL with the erasure. ``by_hash``: the
    SQL condition over ``c`` that finds the cases of ``:hash`` (and ``:tail``), or of the ``:number`` itself in the vault.
    ``ended`` as a line's, for lines that find their cases themselves. ``old_fields``: what rows of an earlier version hold
    and nothing writes any more. ``change(tx, case id, field, value)`` corrects a value where the room has more to do than
    to replace it. ``erase_open``: takes what can be taken of a case that a restored back-up shows as still open (its table
    has ``erased_at``).
    """

    case_kind: str
    title: str
    table: str
    born: str
    fields: Mapping[str, Field]
    lines: tuple[Line, ...]
    columns: tuple[str, ...] = ()
    by_hash: str = ""
    ended: str = ""
    change: Callable[[Tx, int, str, str], object] | None = None
    erase_open: Erase | None = None
    classes: tuple[str, ...] = field(default=())
    old_fields: Mapping[str, Field] = field(default_factory=dict)

    def field_of(self, name: str) -> Field | None:
        """What a field of the vault is; None when nobody declared it."""
        known = {**self.old_fields, **self.fields}
        return known.get(name) or known.get(re.sub(r"[-_]?\d+$", "", name)) or known.get("*")

    def line(self, part: str) -> Line | None:
        """The line that erases this part."""
        return next((line for line in self.lines if line.part == part), None)


_kinds: dict[str, Kind] = {}
_finders: dict[str, Callable[[Reader, str], list[tuple[str, int]]]] = {}
#: A room's pictures and signatures, however many: where they lie under the case's other values.
PICTURE = Field(N_("照片或签名"))
#: Search columns that say something about a person in themselves; keyed hashes say nothing to anybody but us.
COLUMNS: Mapping[str, Field] = {
    "waybill_no": Field(N_("运单号")),
    "platform_order_no": Field(N_("平台订单号")),
    "phone_tail": Field(N_("手机尾号")),
    "name_hint": Field(N_("姓名或称呼"), "name", may_change=True),
}


def declare(kind: Kind) -> None:
    """Adds a kind of case, once; raises ValueError for a second, different one."""
    if _kinds.setdefault(kind.case_kind, kind) != kind:
        raise ValueError(f"personal values of {kind.case_kind} are declared twice")
    unknown = set(kind.classes) - vault.RETENTION_CLASSES
    if unknown or not kind.lines or vault.WHOLE not in {line.part for line in kind.lines}:
        raise ValueError(f"{kind.case_kind}: no such class {unknown}, or no line that erases it whole")


def declare_paper(name: str, find: Callable[[Reader, str], list[tuple[str, int]]]) -> None:
    """Adds a way to prove who one is beside the phone: ``find(db, typed)`` gives the cases of that paper's number."""
    _finders[name] = find


def papers() -> Mapping[str, Callable[[Reader, str], list[tuple[str, int]]]]:
    """Every way to prove who one is, by name."""
    know_every_room()
    return _finders


def all_kinds() -> Mapping[str, Kind]:
    """Every declared kind by name."""
    know_every_room()
    return _kinds


def kind_of(case_kind: str) -> Kind | None:
    """The kind of this name; None when nobody declared it."""
    return all_kinds().get(case_kind)


def lines() -> list[tuple[Kind, Line]]:
    """The whole schedule: what goes sooner stands first."""
    return [(kind, line) for kind in all_kinds().values() for line in kind.lines]


def know_every_room() -> None:
    """Imports ``personal`` of every room, as ``printing.slips`` does with slips: this room may name none above it."""
    for module in sorted(Path(next(iter(kiosk.__path__))).glob("*/personal.py")):
        importlib.import_module(f"kiosk.{module.parent.name}.personal")


def due(db: Reader, kind: Kind, line: Line, before_on: str, after_id: int, limit: int) -> list[int]:
    """Cases of this line that were over before a date, after an id, at most ``limit``."""
    if line.due is not None:
        return line.due(db, before_on, after_id, limit)
    found = " OR ".join(f"c.{column} IS NOT NULL" for column in kind.columns if line.part == vault.WHOLE)
    found += " OR " if found else ""
    # A picture has its row, and few cases have pictures: a million parcels are not walked for the few that were photographed.
    among = (
        "c.id IN (SELECT a.case_id FROM attachments a WHERE a.case_kind = :kind) AND"
        if line.part == vault.PICTURES
        else ""
    )
    rows = db.all(
        f"SELECT c.id FROM {kind.table} c WHERE {among} c.id > :after AND ({line.ended}) < :before AND ({found}EXISTS (SELECT 1"
        " FROM vault v WHERE v.case_kind = :kind AND v.case_id = c.id AND (:pictures = 0 OR v.retention_class = :photo)))"
        " ORDER BY c.id LIMIT :limit",
        after=after_id, before=before_on, kind=kind.case_kind, pictures=int(line.part == vault.PICTURES),
        photo=vault.PHOTO, limit=limit,
    )  # fmt: skip
    return [row["id"] for row in rows]


def pictures_of(case_kind: str, ended: str, term: str = "photo") -> Line:
    """The line that erases a case's pictures and signatures and leaves the rest."""

    def erase(tx: Tx, case_id: int, rule: str) -> int:
        return vault.erase(tx, case_kind, case_id, rule, part=vault.PICTURES)

    return Line(vault.PICTURES, term, erase, ended)
