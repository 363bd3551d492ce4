"""Says what a scanned string is. One pass from what can be nothing else (our own symbols, secrets) to what is taken on
trust (any waybill-shaped text), so that an unknown carrier never blocks the counter and a payment code never gets into
it. Pure, and quick enough to run on every frame of every scanner."""

from __future__ import annotations

import re

from kiosk.codes import ean, identity, payment, phone, s10
from kiosk.codes.kinds import CodeKind, Recognised
from kiosk.codes.normal import AIM, LONGEST, normalise
from kiosk.codes.plain import clean_text
from kiosk.codes.shelf import is_pickup_code
from kiosk.codes.symbols import read_symbol
from kiosk.codes.waybill import Rules, face_sheet_waybill, is_waybill_shape, shipped_rules, split_pieces

#: Longer text is a wrong symbol of the face sheet, not a number.
NOISE_LENGTH = 100
_URL = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://|www\.|[a-z0-9-]+(?:\.[a-z0-9-]+)+/|(?:wifi|mailto|tel|smsto|sms|geo|mecard|begin):",
    re.IGNORECASE,
)
_CHINESE = re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PHONE_STARTS = frozenset("01+(*•●尾")
_SHORTEST_SECRET, _LONGEST_SECRET = 16, 35
#: Text that nobody could sort is kept for a look-up of odd old codes, but not if it could hold a number of a person.
_UNREADABLE_LENGTH, _UNREADABLE_DIGITS = 40, 10


def recognise(raw: str, *, rules: Rules | None = None, has_aim: bool = False) -> Recognised:
    """Sorts one scan into its kind, with carriers ranked if it is a waybill. Never raises for any string.

    Order and forms: domain.md §1.6, §2. ``rules`` replaces the shipped waybill rules; ``has_aim``: the scanner sends
    AIM identifiers, and one is taken away. A payment code or an ID number,
    doubled or decorated as it may be, comes back as kind and length only.
    """
    text, symbology = normalise(raw, has_aim=has_aim)
    length = len(text)

    def found(kind: CodeKind, kept: str = "", noise: str = "") -> Recognised:
        return Recognised(kind, kept, length, noise=noise, symbology=symbology)

    if not text:
        return found(CodeKind.UNREADABLE)
    if text[0] == "~" and (own := read_symbol(text)):
        return found(*own)
    if length >= _SHORTEST_SECRET and (secret := _secret(text)):
        return found(secret)
    if AIM.match(text):
        # A secret is one also where no setting says that the scanner sends identifiers.
        behind, symbology = normalise(text, has_aim=True)
        if secret := _secret(behind):
            return Recognised(secret, "", len(behind), symbology=symbology)
    waybill_no = face_sheet_waybill(text) if length > 20 else ""
    if waybill_no:
        if secret := _secret(waybill_no):
            return found(secret)
        return _waybill(CodeKind.WAYBILL, waybill_no, length, symbology, rules or shipped_rules())
    if noise := _noise(text, raw):
        return found(CodeKind.NOISE, noise=noise)
    if (length == 4 or text[0] in _PHONE_STARTS or "*" in text) and (entry := phone.sure(text)):
        if entry.kind == "tail_only":
            return found(CodeKind.PHONE_TAIL, entry.tail)
        return found(CodeKind.PHONE, entry.dialled)
    if not text.isascii():
        return found(CodeKind.NOISE, noise="chinese") if _CHINESE.search(text) else _unreadable(found, text)
    upper = text.upper()
    if is_pickup_code(upper):
        return found(CodeKind.PICKUP_CODE, upper)
    kind = CodeKind.WAYBILL
    if length == 13 and text.isdigit():
        if ean.is_goods(text):
            return found(CodeKind.GOODS, text)
        if ean.is_book(text):
            kind = CodeKind.BOOK
    if not is_waybill_shape(upper):
        return _unreadable(found, text)
    sorted_out = _waybill(kind, upper, length, symbology, rules or shipped_rules())
    if not sorted_out.candidates and identity.holds_id_number(upper):
        return found(CodeKind.ID_NUMBER)
    return sorted_out


def _secret(text: str) -> CodeKind | None:
    length = len(text)
    if length <= _LONGEST_SECRET:
        # Both forms fit now and then; either way nothing is kept, and the ID number is the graver of the two.
        if identity.is_id_number(text.replace("-", "")):
            return CodeKind.ID_NUMBER
        if payment.is_payment_code(text):
            return CodeKind.PAYMENT_CODE
    if length % 2 == 0 and length >= 2 * _SHORTEST_SECRET and text[: length // 2] == text[length // 2 :]:
        return _secret(text[: length // 2])  # two reads of a bouncing trigger that arrived as one frame
    return None


def _noise(text: str, raw: str) -> str:
    if _URL.match(text):
        return "url"
    if text[0] in "{[" and text[-1] in "}]":
        return "json"
    if len(text) > NOISE_LENGTH or len(raw) > LONGEST:
        return "long"
    return ""


def _waybill(kind: CodeKind, text: str, length: int, symbology: str, rules: Rules) -> Recognised:
    pieces = split_pieces(text)
    return Recognised(
        kind,
        text,
        length,
        waybill_no=pieces.waybill_no,
        piece_index=pieces.piece_index,
        piece_total=pieces.piece_total,
        candidates=rules.candidates(pieces.waybill_no),
        s10_ok=s10.check(pieces.waybill_no),
        symbology=symbology,
    )


def _unreadable(found, text: str) -> Recognised:
    short = text.isascii() and len(text) <= _UNREADABLE_LENGTH
    harmless = short and sum(map(str.isdigit, text)) < _UNREADABLE_DIGITS
    return found(CodeKind.UNREADABLE, clean_text(text, _UNREADABLE_LENGTH) if harmless else "")
