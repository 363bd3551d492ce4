"""What was booked, as the line of a ticket says it: the date first, then what was asked for, as much as fits a receipt.
Names, phones, card digits, amounts and free notes stay out; of what needs consent of its own only the date is said."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk import fields, vault
from kiosk.conveniences import store
from kiosk.conveniences.model import CASE, Convenience
from kiosk.conveniences.services import Field, Service
from kiosk.printing.columns import clusters, width
from kiosk.storage import Tx

#: Where it lies in the vault, to be erased with the case; no field of the data can be called so.
BOOKED = "booked-words"
#: A line and a half on 58 mm, one line on 80 mm.
MOST_COLUMNS = 48
_SAID = frozenset({"text", "choice", "date", "time", "count"})


def keep_words(tx: Tx, case: Convenience, service: Service) -> str:
    """Keeps and returns what the ticket's line says was booked; '' when there is nothing to say."""
    words = words_of(service, store.values(tx, [case.id])[case.id])
    if words:
        vault.put(tx, CASE, case.id, BOOKED, words, service.kept)
    return words


def words_of(service: Service, typed: Mapping[str, str]) -> str:
    """The date to be kept and then the other fields in the form's order, cut at ``MOST_COLUMNS``."""
    said = [field for field in service.fields if _is_said(service, field) and typed.get(field.code)]
    said.sort(key=lambda field: field.code != service.due)
    return _cut(" ".join(_shown(field, typed[field.code]) for field in said))


def _is_said(service: Service, field: Field) -> bool:
    if field.type not in _SAID or field.asked != "record" or not field.prints:
        return False
    return field.code == service.due or not service.consent


def _shown(field: Field, kept: str) -> str:
    shown = fields.show(field.type, kept)
    return f"{field.label} {shown}" if field.type == "count" else shown


def _cut(words: str) -> str:
    if width(words) <= MOST_COLUMNS:
        return words
    found, used = "", width("…")
    for cluster in clusters(words):
        used += width(cluster)
        if used > MOST_COLUMNS:
            break
        found += cluster
    return found.rstrip() + "…"
