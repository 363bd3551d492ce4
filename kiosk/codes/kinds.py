"""What a scanned string can be, and the value that says so. A secret (payment code, ID number) is reduced to its kind
and length before it becomes a value, so nothing that holds a ``Recognised`` can leak one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CodeKind(StrEnum):
    """The kinds a scan is sorted into; the value is what is stored and sent."""

    WAYBILL = "waybill"
    PICKUP_CODE = "pickup_code"
    COMMAND = "command"
    STAFF = "staff"
    SHELF = "shelf"
    RECEIPT = "receipt"
    OUTBOUND = "outbound"
    MANIFEST = "manifest"
    PAYMENT_CODE = "payment_code"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    PHONE_TAIL = "phone_tail"
    GOODS = "goods"
    SKU = "sku"
    BOOK = "book"
    NOISE = "noise"
    UNREADABLE = "unreadable"


#: Kinds whose text never leaves the recogniser.
SECRET = frozenset({CodeKind.PAYMENT_CODE, CodeKind.ID_NUMBER})
#: Kinds that we printed ourselves.
OURS = frozenset(
    {
        CodeKind.PICKUP_CODE,
        CodeKind.COMMAND,
        CodeKind.STAFF,
        CodeKind.SHELF,
        CodeKind.RECEIPT,
        CodeKind.SKU,
        CodeKind.OUTBOUND,
        CodeKind.MANIFEST,
    }
)
#: Kinds that may become a parcel; a book only after the operator was asked.
PARCEL = frozenset({CodeKind.WAYBILL, CodeKind.BOOK})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carrier that a number may belong to: ``H`` a letter prefix of its own, ``M`` digits that mostly mean this
    carrier, ``L`` shared by several, a suggestion only."""

    carrier: str
    confidence: str


@dataclass(frozen=True, slots=True, repr=False)
class Recognised:
    """One scanned string, sorted.

    ``text``: what later steps look up. The normalised waybill text (with the pieces' suffix), the pickup code, the
    payload of our own symbol without its prefix, the phone (virtual as ``number-extension``), the four digits of a
    tail, the goods number. '' for a secret and for noise. ``length``: characters of the normalised scan.
    ``waybill_no`` is '' unless the kind is WAYBILL or BOOK; ``piece_index`` is 0 when the number names no piece.
    ``s10_ok``: None when the number has no S10 form. ``noise``: 'url' | 'json' | 'long' | 'chinese' | ''.
    ``symbology``: the AIM identifier that the scanner sent before the data (``]C1``), '' if none.
    """

    kind: CodeKind
    text: str
    length: int
    waybill_no: str = ""
    piece_index: int = 0
    piece_total: int = 0
    candidates: tuple[Candidate, ...] = ()
    s10_ok: bool | None = None
    noise: str = ""
    symbology: str = ""

    @property
    def is_secret(self) -> bool:
        """Whether only kind and length are known, on purpose."""
        return self.kind in SECRET

    def __repr__(self) -> str:
        # A log line is no place for a phone number, and text that nobody could sort may be anything.
        shown = "" if self.kind in (CodeKind.PHONE, CodeKind.PHONE_TAIL, CodeKind.UNREADABLE) else f" {self.text!r}"
        return f"<{self.kind.name}{shown} length={self.length}>"
