"""The symbols that we print ourselves: a prefix no carrier uses, then a payload whose case is kept (``~OP:wang-3``).
A command card or a staff badge is therefore never taken for a parcel, on any page and with any scanner."""

from __future__ import annotations

import re

from kiosk.codes.kinds import CodeKind
from kiosk.codes.shelf import is_old_code, plain_code

PREFIXES = {
    CodeKind.PICKUP_CODE: "~PK:",
    CodeKind.COMMAND: "~CMD:",
    CodeKind.STAFF: "~OP:",
    CodeKind.SHELF: "~SH:",
    CodeKind.RECEIPT: "~RC:",
    CodeKind.SKU: "~GD:",
    CodeKind.OUTBOUND: "~OB:",
    CodeKind.MANIFEST: "~MF:",
}
_KINDS = {prefix[1:-1]: kind for kind, prefix in PREFIXES.items()}
_SYMBOL = re.compile(r"~([A-Za-z]{2,3}):([!-~]{1,64})")


def symbol(kind: CodeKind, payload: str) -> str:
    """The text of a symbol to print; ValueError when the payload could not be read back (spaces, Chinese, over 64)."""
    text = PREFIXES[kind] + payload
    if read_symbol(text) != (kind, payload):
        raise ValueError(f"not a payload for {kind.name}: {payload!r}")
    return text


def read_symbol(text: str) -> tuple[CodeKind, str] | None:
    """Kind and payload of one of our symbols, None when ``text`` is none. A scanner with caps lock on is forgiven in
    the prefix; pickup codes and shelves are upper case in any case."""
    shape = _SYMBOL.fullmatch(text)
    kind = _KINDS.get(shape[1].upper()) if shape else None
    if shape is None or kind is None:
        return None
    payload = shape[2]
    if kind in (CodeKind.PICKUP_CODE, CodeKind.SHELF):
        payload = plain_code(payload)
        if kind is CodeKind.PICKUP_CODE and not is_old_code(payload):
            return None
    return kind, payload
