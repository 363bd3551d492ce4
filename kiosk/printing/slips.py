"""Issued slips. A slip is frozen as template, version, facts and named blanks, under a hash of them; the blanks are
filled when it is shown or printed and say 「个人信息已按规定删除」 once the person is erased. So an issued slip names
nobody, never changes, and can still be read and proven years later."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import kiosk
from kiosk import clock, vault
from kiosk.errors import ConfigurationError, Refused
from kiosk.printing import printer_page
from kiosk.printing.document import Block, Cut, Document, Drawer, Feed, Rule, Text, clean
from kiosk.printing.model import Blank, ColumnBlank, Slip, VaultBlank, slip_of
from kiosk.printing.sticker import reprinted
from kiosk.settings import driven_clock
from kiosk.storage import Reader, Tx
from kiosk.words import N_, current_locale, say, use_locale

Build = Callable[[dict[str, Any], dict[str, str]], Document]

#: What became known of a slip's subject after it was issued, to stand at its foot; ``()`` while there is nothing.
Later = Callable[[Reader, Slip], tuple[Block, ...]]

_templates: dict[str, dict[int, Build]] = {}
_later: dict[str, Later] = {}
_blank_columns: set[tuple[str, str]] = set()
_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: Made once: ``json.dumps`` makes an encoder for each call.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
#: Among the facts of a slip that was issued while the clock was driven.
DRIVEN = "is_clock_driven"
_WRITTEN_AS_IS = frozenset({str, int, bool, type(None)})


def register_template(name: str, version: int, build: Build) -> None:
    """Declares how a template's version reads. Old versions stay registered for ever: their slips are still shown.

    ``build`` gets the facts and the filled blanks and returns the document, in the language that ``say`` then uses (the
    station's). It is pure and must give the same document for the same input. Raises ValueError for a second builder.
    """
    if not _NAME.fullmatch(name) or version < 1:
        raise ValueError(f"not a template: {name} {version}")
    if _templates.setdefault(name, {}).setdefault(version, build) is not build:
        raise ValueError(f"template {name} {version} is declared twice")


def register_later(template: str, later: Later) -> None:
    """Declares what a template's slips say at their foot once it is known. It is no part of what was frozen, and a slip that
    was printed before lacks it. Raises ValueError for a second one."""
    if _later.setdefault(template, later) is not later:
        raise ValueError(f"template {template} has one foot already")


def register_blank_column(table: str, column: str) -> None:
    """Declares a column of a case's row (``id`` its key) that blanks may be filled from."""
    if not _NAME.fullmatch(table) or not _NAME.fullmatch(column):
        raise ValueError(f"not a column: {table}.{column}")
    _blank_columns.add((table, column))


def freeze(
    tx: Tx,
    template: str,
    facts: Mapping[str, Any],
    blanks: Mapping[str, Blank | tuple[str, int, str]],
    subject_kind: str,
    subject_id: int,
    document_no: str | None = None,
) -> int:
    """Issues a slip in the newest version of its template and returns its id.

    ``facts`` are JSON without floats and without a personal value; ``blanks`` name where the personal values lie, a
    plain triple being ``VaultBlank``. A blank that has no value now is left off: the builder does not get it. The slip
    is built once here, so that one which cannot be read is never issued.
    """
    version = max(_templates.get(template, {0: None}))
    if not version:
        raise ValueError(f"no template {template}")
    wanted = {name: blank if isinstance(blank, Blank) else VaultBlank(*blank) for name, blank in blanks.items()}
    values = {name: value for name, blank in wanted.items() if (value := _value(tx, blank)) is not None}
    told = dict(facts) | ({DRIVEN: True} if clock.driven() is not None else {})
    _refuse_floats(told)
    columns: dict[str, Any] = {
        "template": template,
        "version": version,
        "facts": canonical(told),
        "blanks": canonical({name: _written(wanted[name]) for name in values}),
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "document_no": document_no,
        "issued_at": tx.now,
    }
    slip_id = tx.insert("slips", **columns, hash=digest(columns))
    filled = {name: clean(values[name]) for name in sorted(values)}
    _built(tx, _templates[template][version], columns["facts"], lambda: filled)
    return slip_id


def freeze_again(
    tx: Tx, slip_id: int, facts: Mapping[str, Any], blanks: Mapping[str, Blank | tuple[str, int, str]]
) -> int:
    """Issues a slip that says what another says and these facts and blanks besides (that it was signed); returns its id.
    The document's number stays the first one's."""
    before = find(tx, slip_id)
    kept: dict[str, Blank | tuple[str, int, str]] = {
        name: _read(written) for name, written in json.loads(before.blanks).items()
    }
    return freeze(
        tx, before.template, json.loads(before.facts) | dict(facts), kept | dict(blanks), before.subject_kind,
        before.subject_id,
    )  # fmt: skip


def find(db: Reader, slip_id: int) -> Slip:
    """The slip; raises ``Refused('slip.unknown')``."""
    row = db.one("SELECT * FROM slips WHERE id = ?", slip_id)
    if row is None:
        raise Refused("slip.unknown", N_("没有编号为 {slip_id} 的单子"), slip_id=slip_id)
    return slip_of(row)


def of_subject(db: Reader, subject_kind: str, subject_id: int) -> list[Slip]:
    """Every slip of a subject, oldest first."""
    rows = db.all("SELECT * FROM slips WHERE subject_kind = ? AND subject_id = ? ORDER BY id", subject_kind, subject_id)
    return [slip_of(row) for row in rows]


def compose(db: Reader, slip_id: int, *, copy_no: int = 0, copied_at: str | None = None, copies: int = 1) -> Document:
    """The slip as it reads now: blanks filled, in the station's language.

    A further paper (``copy_no`` over 0) begins with 补打 第 n 次 and its time, and opens no drawer. ``copies`` sheets
    of one job each say which of them they are. Raises ``ConfigurationError`` for a template that this version lacks.
    """
    slip = find(db, slip_id)
    build = _template(slip.template, slip.version)
    if build is None:
        raise ConfigurationError(
            N_("这个版本的程序没有单子模板 {template} 第 {version} 版"), template=slip.template, version=slip.version
        )
    zone = db.settings.station.zone
    later = _later.get(slip.template)
    return _built(
        db, build, slip.facts, lambda: filled(db, slip),
        lambda document: _sheets(_marked(_footed(document, later(db, slip) if later else ()), copy_no, copied_at, zone), copies),
    )  # fmt: skip


def digest(columns: Mapping[str, Any]) -> str:
    """The hash that proves a slip: SHA-256 over the canonical JSON of all it was issued with."""
    proven = (
        "template", "version", "facts", "blanks", "subject_kind", "subject_id", "document_no", "issued_at",
    )  # fmt: skip
    return hashlib.sha256(canonical([columns[name] for name in proven]).encode("utf-8")).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same value is always the same text."""
    return _encode(value)


def has_template(name: str, version: int) -> bool:
    """True when this version of the program can read such a slip."""
    return _template(name, version) is not None


def load_templates() -> None:
    """Imports ``slips`` of every room, where by the house's rule its templates are registered.

    A process that only prints or checks has issued no slip and so knows none of them; this room may name none of the
    rooms above it.
    """
    for folder in map(Path, kiosk.__path__):
        for module in sorted(folder.glob("*/slips.py")):
            importlib.import_module(f"kiosk.{module.parent.name}.slips")


def _template(name: str, version: int) -> Build | None:
    if version not in _templates.get(name, {}):
        load_templates()
    return _templates.get(name, {}).get(version)


def _built(
    db: Reader,
    build: Build,
    facts: str,
    filled: Callable[[], dict[str, str]],
    finish: Callable[[Document], Document] = lambda document: document,
) -> Document:
    """What the template makes of the facts as they are kept, in the station's language."""
    before = current_locale()
    use_locale(db.settings.station.locale)
    try:
        told = json.loads(facts)
        is_driven = told.pop(DRIVEN, False)
        document = build(told, filled())
        return finish(_with_mark(document) if is_driven else document)
    finally:
        use_locale(before)


def _with_mark(document: Document) -> Document:
    """A slip that was issued under a driven clock says so wherever it is read; a sticker above all, for what is too low
    on it is left off."""
    if document.sticker is not None:
        return replace(document, blocks=(Text(say(driven_clock.MARK), align="center"), *document.blocks))
    blocks = list(document.blocks)
    at = len(blocks)
    while at and isinstance(blocks[at - 1], Cut | Feed | Drawer):
        at -= 1
    return replace(document, blocks=(*blocks[:at], Text(f"▲ {say(driven_clock.MARK)}", bold=True), *blocks[at:]))


def filled(db: Reader, slip: Slip) -> dict[str, str]:
    """The slip's blanks as they read now; 「个人信息已按规定删除」 for one whose value was erased."""
    erased = say(vault.ERASED)
    found = {}
    for name, written in json.loads(slip.blanks).items():
        value = _value(db, _read(written))
        found[name] = erased if value is None else clean(value)
    return found


def _value(db: Reader, blank: Blank) -> str | None:
    if isinstance(blank, VaultBlank):
        return vault.get(db, blank.case_kind, blank.case_id, blank.field)
    if (blank.table, blank.column) not in _blank_columns:
        raise ValueError(f"column {blank.table}.{blank.column} is not declared for blanks")
    value = db.value(f"SELECT {blank.column} FROM {blank.table} WHERE id = ?", blank.row_id)
    return None if value is None else str(value)


def _written(blank: Blank) -> list[str | int]:
    if isinstance(blank, VaultBlank):
        return ["vault", blank.case_kind, blank.case_id, blank.field]
    return ["column", blank.table, blank.row_id, blank.column]


def _read(written: list[Any]) -> Blank:
    kind, place, number, name = written
    return VaultBlank(place, number, name) if kind == "vault" else ColumnBlank(place, number, name)


def _refuse_floats(value: Any) -> None:
    """Raises TypeError for a float (money is fen) or anything that JSON would change."""
    if type(value) in _WRITTEN_AS_IS:
        return
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise TypeError("the keys of a slip's facts are texts")
            if type(part) not in _WRITTEN_AS_IS:
                _refuse_floats(part)
    elif isinstance(value, list | tuple):
        for part in value:
            if type(part) not in _WRITTEN_AS_IS:
                _refuse_floats(part)
    else:
        raise TypeError(f"a slip's facts are texts, whole numbers, lists and objects, not {type(value).__name__}")


def _footed(document: Document, foot: tuple[Block, ...]) -> Document:
    """The document with a foot, before the blank paper at its end."""
    if not foot:
        return document
    end = len(document.blocks)
    while end and isinstance(document.blocks[end - 1], Feed | Cut):
        end -= 1
    return Document(document.title, (*document.blocks[:end], *foot, *document.blocks[end:]))


def _marked(document: Document, copy_no: int, copied_at: str | None, zone: str) -> Document:
    if not copy_no:
        return document
    if document.sticker is not None:
        return reprinted(document, say(N_("补打{copy_no}"), copy_no=copy_no))
    mark: list[Block] = [Text(say(N_("补打 第{copy_no}次"), copy_no=copy_no), align="center", bold=True)]
    if copied_at:
        mark.append(Text(clock.to_minute(copied_at, zone), align="center"))
    kept = [block for block in document.blocks if not isinstance(block, Drawer)]
    return Document(document.title, (*mark, Rule(), *kept))


def _sheets(document: Document, copies: int) -> Document:
    if copies == 1 or document.sticker is not None:
        return document
    blocks: list[Block] = []
    for number in range(1, copies + 1):
        body = [b for b in document.blocks if number == 1 or not isinstance(b, Drawer)]
        while body and isinstance(body[-1], Cut):
            body.pop()
        which = say(N_("第{number}联 共{copies}联"), number=number, copies=copies)
        blocks += [*body, Text(which, align="center"), Cut()]
    return Document(document.title, tuple(blocks))


register_template(printer_page.TEMPLATE, printer_page.VERSION, printer_page.build)
