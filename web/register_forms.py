"""What was typed and photographed into the form of a register's act: fields as ``f_`` and their code, rows as ``r_`` with place
and code, photos as files ``p_``, signatures as ``s_``. Pictures are read before any transaction begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from kiosk.attachments import Picture, read_picture
from kiosk.manifests.signing import read_signature
from kiosk.registers import Typed
from kiosk.registers.model import PICTURES, Field, Rows

#: Empty rows that a form offers beside those that are filled.
SPARE = 3


def sent(asked: Sequence[Field], rows: Sequence[Rows], *, only_given: bool = False) -> Typed:
    """Everything that the form sent. ``only_given``: empty names, phones and pictures mean that nothing is changed.

    Raises ``Refused`` of ``attachments.read_picture`` and ``manifests.signing.read_signature``.
    """
    values: dict[str, Any] = {}
    pictures: dict[str, list[Picture]] = {}
    for field in asked:
        if field.type in PICTURES:
            found = _pictures(field)
            if found or not only_given:
                pictures[field.code] = found
            continue
        text = request.form.get(f"f_{field.code}", "").strip()
        if only_given and not text and field.type in ("person", "phone"):
            continue
        values[field.code] = text
    return Typed(values, {group.code: _rows(group) for group in rows}, pictures)


def _pictures(field: Field) -> list[Picture]:
    if field.type == "signature":
        drawn = read_signature(request.form.get(f"s_{field.code}", ""))
        return [drawn] if drawn is not None else []
    found = []
    for one in request.files.getlist(f"p_{field.code}")[:10]:
        if one.filename:
            with one.stream as stream:
                found.append(read_picture(stream.read()))
    return found


def _rows(group: Rows) -> list[dict[str, str]]:
    most = len(group.fixed) or group.most
    found = [
        {field.code: request.form.get(row_name(group, place, field), "").strip() for field in group.fields}
        for place in range(most)
    ]
    while not group.fixed and found and not any(found[-1].values()):
        found.pop()
    return found


def row_name(group: Rows, place: int, field: Field) -> str:
    """The name of one cell in a form."""
    return f"r_{group.code}_{place}_{field.code}"


def lines(group: Rows, stands: Sequence[Mapping[str, str]], *, spare: int = SPARE) -> int:
    """How many rows a form shows: the fixed ones, or those that are filled and some to spare."""
    if group.fixed:
        return len(group.fixed)
    typed = max((place + 1 for place, row in enumerate(_rows(group)) if any(row.values())), default=0)
    return min(group.most, max(len(stands), typed) + spare)


def keep_unseen(
    group: Rows, typed: Sequence[Mapping[str, str]], stood: Sequence[Mapping[str, str]]
) -> list[dict[str, str]]:
    """Rows of a correction: a name or phone that was left empty, since it is shown masked, stays as it stood, as long as
    anything else stands in its row."""
    hidden = [field.code for field in group.fields if field.type in ("person", "phone")]
    found = []
    for place, row in enumerate(typed):
        old = stood[place] if place < len(stood) else {}
        # A row of nothing but names keeps them too: what is meant to go is withdrawn with its entry.
        is_left = any(value for code, value in row.items() if code not in hidden) or set(row) == set(hidden)
        found.append({**row, **{code: old[code] for code in hidden if is_left and not row.get(code) and old.get(code)}})
    return found
