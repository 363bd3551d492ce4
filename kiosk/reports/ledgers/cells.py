"""What stands in a cell: the raw value of a row as its column says, in words, on the station's clock, masked. The only
road by which a personal value gets into a ledger, so the only place where it is masked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from kiosk import clock, money
from kiosk.codes import carriers, mask_name, mask_phone
from kiosk.people import staff
from kiosk.reports.ledgers.model import Column, Kind, Ledger, Names, Reading
from kiosk.storage import Reader
from kiosk.till.masks import mask_account
from kiosk.words import N_, say

#: Stands where the person was erased; short, since it stands in a column.
ERASED = N_("已删除")
HIDDEN = N_("（已遮盖）")


class Fen(int):
    """An amount of fen that writes itself as yuan, ``12.50``, wherever it is formatted: into a sheet's XML as well, so
    that no float ever stands between the ledger and the file."""

    __slots__ = ()

    def __format__(self, how: str) -> str:
        return money.show(int(self))

    def __str__(self) -> str:
        return money.show(int(self))


_AS_STORED = frozenset({Kind.DATE, Kind.INSTANT, Kind.WORD})
_WHOLE = frozenset({Kind.FEN, Kind.NUMBER})
Cell = str | int | Fen | date | datetime | None


class Cells:
    """Reads the cells of a ledger's rows. ``in_full`` shows personal values bare: whoever asks for it has checked the
    right and leaves a record."""

    def __init__(self, db: Reader, ledger: Ledger, *, in_full: bool = False, locale: str | None = None) -> None:
        self._zone = db.settings.station.zone
        self._in_full = in_full
        self._locale = locale
        self._read: dict[str, Callable[[Any], str]] = {
            column.name: column.reading(db) for column in ledger.columns if column.reading is not None
        }
        self.columns = ledger.columns

    def row(self, row: sqlite3.Row) -> list[Cell]:
        """The cells of a row in the ledger's order."""
        return [self.cell(column, row) for column in self.columns]

    def cell(self, column: Column, row: sqlite3.Row) -> Cell:
        """One cell: text, a whole number, ``Fen``, a date or a local time without zone; None where there is nothing."""
        value = row[column.name]
        if column.kind is Kind.PERSON:
            return self._person(column, value, bool(row["erased_"]))
        if value is None or value == "":
            return None
        if column.name in self._read:
            return self._read[column.name](value)
        match column.kind:
            case Kind.FEN:
                return Fen(value)
            case Kind.NUMBER:
                return int(value)
            case Kind.DATE:
                return date.fromisoformat(value)
            case Kind.INSTANT:
                return clock.local(value, self._zone).replace(tzinfo=None, microsecond=0)
            case Kind.WORD:
                return say((column.words or {}).get(value, str(value)), self._locale)
        return str(value)

    def told(self, row: sqlite3.Row) -> dict[str, str | int | None]:
        """A row for a program: fen and numbers as they are, dates and instants as they are stored, words by their code.
        Those need no cell to be made for them; everything else is what people see."""
        found: dict[str, str | int | None] = {}
        for column in self.columns:
            name, kind = column.name, column.kind
            if kind in _AS_STORED:
                value = row[name]
                found[name] = None if value == "" else value
            elif kind in _WHOLE and name not in self._read:
                value = row[name]
                found[name] = None if value is None or value == "" else int(value)
            else:
                cell = self.cell(column, row)
                found[name] = None if cell is None else int(cell) if isinstance(cell, int) else str(cell)
        return found

    def _person(self, column: Column, value: Any, is_erased: bool) -> str | None:
        if value is None or value == "":
            return say(ERASED, self._locale) if is_erased else None
        return str(value) if self._in_full else _masked(column.mask, str(value), self._locale)


def _masked(mask: str, value: str, locale: str | None) -> str:
    match mask:
        case "":
            return value
        case "name":
            return mask_name(value)
        case "phone":
            return mask_phone(value)
        case "account":
            return mask_account(value)
        case "waybill":
            return f"{value[:2]}…{value[-4:]}" if len(value) >= 8 else "…"
        case "hidden":
            return say(HIDDEN, locale)
    raise ValueError(f"no such mask: {mask}")


def shown(cell: Cell) -> str:
    """A cell as people read it on a page or on paper."""
    match cell:
        case None:
            return ""
        case Fen():
            return money.yuan(int(cell))
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
    return str(cell)


def by_staff(db: Reader) -> Callable[[Any], str]:
    """Reads ``staff:3`` as the name of who did it; the station's own acts as 本站自动."""
    known: dict[str, str] = {}

    def read(value: Any) -> str:
        found = known.get(value)
        if found is None:
            kind, _, number = str(value).partition(":")
            found = staff.name_of(db, kind, int(number or 0)) or say(N_("本站自动"))
            known[value] = found
        return found

    return read


def by_name(names: Names) -> Reading:
    """Reads codes as the names that the station's data gives them; an unknown one as it is."""

    def read(db: Reader) -> Callable[[Any], str]:
        known = names(db)
        return lambda code: known.get(str(code), str(code))

    return read


def carrier_names(db: Reader) -> Mapping[str, str]:
    """Every carrier's code and name."""
    return {carrier.code: carrier.name() for carrier in carriers.known()}
