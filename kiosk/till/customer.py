"""Whose record a line is: name and phone of a customer or supplier, kept in the vault under the case, with the columns
by which the case is found again. Both are erased together (architecture.md §1.7)."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import vault
from kiosk.codes import own_words, parse_phone
from kiosk.storage import Tx

LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class Person:
    """What was said about a person, cleaned; '' for what was not said."""

    name: str = ""
    phone: str = ""
    tail: str = ""


def read_person(name: str | None, phone: str | None) -> Person:
    """Cleans what was typed; raises ``Refused`` of ``kiosk.codes.phone`` for a phone that is none, ``text.holds_id_number``."""
    tidy = own_words(name, LONGEST_NAME)
    if not (phone or "").strip():
        return Person(tidy)
    entry = parse_phone(phone or "")
    return Person(tidy, entry.dialled, entry.tail)


def keep_person(tx: Tx, case_kind: str, case_id: int, name_field: str, person: Person) -> None:
    """Puts name and phone into the vault under the case."""
    if person.name:
        vault.put(tx, case_kind, case_id, name_field, person.name, "money")
    if person.phone:
        vault.put(tx, case_kind, case_id, "phone", person.phone, "money")


def search_columns(tx: Tx, person: Person) -> dict[str, str | None]:
    """The columns ``phone_hash`` and ``phone_tail`` of a case."""
    return {
        "phone_hash": vault.phone_hash(tx, person.phone) if person.phone else None,
        "phone_tail": person.tail or None,
    }
