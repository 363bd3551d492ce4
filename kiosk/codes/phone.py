"""Phone numbers as labels and operators write them: real ones, virtual ones with an extension (隐私号), and the bare
tail that a privacy face sheet leaves. Nothing said about a wrong number repeats its digits.

Sources of the forms: domain.md §2.4. Number segments change, so 1[3-9] and nine more digits is all that is asked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from kiosk.codes.plain import PLAIN_DASHES
from kiosk.errors import Refused
from kiosk.words import N_

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_MOBILE_WITHIN = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_COUNTRY = re.compile(r"(?:\+86|0086)-?")
_COUNTRY_TYPED = re.compile(r"86-?1[3-9][0-9](?:[0-9]{8}|-[0-9]{4}-[0-9]{4}).{0,8}")
# 3-4-4 groups as people write them; the dash that follows all eleven digits starts an extension instead.
_GROUPED = re.compile(r"(1[3-9][0-9])-([0-9]{4})-([0-9]{4})")
_EXTENSION = re.compile(r"(1[0-9]{10})(?:[-,#]|转接?|分机|[\[(]){1,2}([0-9]{1,4})[\])]?")
_LANDLINE = re.compile(
    r"\(?(0[0-9]{2,3})\)?-([0-9]{7,8})(?:(?:[-,#]|转|分机)([0-9]{1,6}))?|\((0[0-9]{2,3})\)([0-9]{7,8})"
)
# Without a dash only eleven digits are surely a landline; ten and twelve are also old waybills.
_LANDLINE_BARE = re.compile(r"0(?:10|2[0-9])[0-9]{8}|0[3-9][0-9]{2}[0-9]{7}")
_LANDLINE_TYPED = re.compile(r"0(?:10|2[0-9])[0-9]{7,8}|0[3-9][0-9]{2}[0-9]{7,8}")
_MASKED = re.compile(r"[0-9]{0,4}[*•●＊]{2,8}([0-9]{4})|[0-9]{3}[Xx]{4}([0-9]{4})|尾号:?([0-9]{4})")
_MASKED_HERE = re.compile(r"(?:[0-9]{3})?\*{4}(?:[0-9]{4})?")
_TAIL = re.compile(r"[0-9]{4}")
_LONGEST = 40


@dataclass(frozen=True, slots=True, repr=False)
class PhoneEntry:
    """What is known of a recipient's phone.

    ``kind`` 'real': ``number`` digits only (a landline keeps its 0), ``extension`` of a landline or '', ``tail`` its
    last four. 'virtual': ``number`` and ``extension`` of the platform's number; ``tail`` is '' because its digits are
    not the person's, who asks for the parcel with the tail of the real phone. 'tail_only': ``number`` '', four digits
    in ``tail``.
    """

    kind: Literal["real", "virtual", "tail_only"]
    number: str
    extension: str
    tail: str

    @property
    def is_mobile(self) -> bool:
        """Whether a short message can be sent to the person's own number."""
        return self.kind == "real" and _MOBILE.fullmatch(self.number) is not None

    @property
    def dialled(self) -> str:
        """The number with its extension as ``number-extension``; '' when only the tail is known."""
        return f"{self.number}-{self.extension}" if self.extension else self.number

    @property
    def masked(self) -> str:
        """What anybody may see: ``138****1234``, ``184****5678转**``, ``****1234``."""
        if self.kind == "tail_only":
            return mask(self.tail)
        return mask(self.number) + ("转**" if self.extension else "")

    def __repr__(self) -> str:
        return f"<PhoneEntry {self.kind} {self.masked}>"


def parse(text: str) -> PhoneEntry:
    """What was typed or scanned into a phone field; else Refused ``phone.empty``, ``.digits``, ``.unreadable``."""
    compact = _compact(text[: _LONGEST * 4])
    if not compact:
        raise Refused("phone.empty", N_("没有填手机号。可以填全号、隐私号（号码-分机）或只填尾号四位。"))
    entry = _read(compact) or _read_typed(compact)
    if entry is not None:
        return entry
    if compact.isascii() and compact.isdigit() and len(compact) <= _LONGEST:
        raise Refused(
            "phone.digits",
            N_("手机号是 11 位、13 到 19 开头，尾号是 4 位；这里是 {digits} 位。没有保存，请再核对一遍。"),
            digits=len(compact),
        )
    raise Refused(
        "phone.unreadable", N_("看不出这是电话号码。没有保存；可以填全号、隐私号（号码-分机）或只填尾号四位。")
    )


def sure(text: str) -> PhoneEntry | None:
    """The phone in a normalised scan if it can be nothing else, or None: never plain digits that may be a waybill."""
    return _read(text) if len(text) <= _LONGEST else None


def holds_mobile(text: str) -> bool:
    """Whether a mobile number stands somewhere in words, in whatever width of digits, with air or dashes in it or without."""
    folded = unicodedata.normalize("NFKC", text).translate(PLAIN_DASHES)
    return _MOBILE_WITHIN.search(re.sub(r"[\s-]", "", folded)) is not None


def mask(number: str) -> str:
    """``138****1234``: at most the first three and the last four digits, four stars whatever was between.

    Eleven digits and more keep both ends, seven to ten only the last four; four digits are a tail, ``****1234``;
    anything else is stars alone. A masked number stays as it is.
    """
    if _MASKED_HERE.fullmatch(number):
        return number
    digits = number
    if not (number.isascii() and number.isdigit()):
        digits = "".join(character for character in number if "0" <= character <= "9")
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    if len(digits) >= 7 or len(digits) == 4:
        return f"****{digits[-4:]}"
    return "****" if digits else ""


def _compact(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).translate(PLAIN_DASHES).strip()
    # A space between number and extension is a separator; between groups of a number it is only air.
    text = re.sub(r"^((?:\+86|0086)? *1[0-9]{10}) +([0-9]{1,4})$", r"\1-\2", text)
    return "".join(character for character in text if character.isprintable() and character != " ")


def _read(text: str) -> PhoneEntry | None:
    country = None if _TAIL.fullmatch(text) else _COUNTRY.match(text)  # 0086 alone is somebody's tail
    if country:
        text = text[country.end() :]
    if grouped := _GROUPED.fullmatch(text):
        text = "".join(grouped.groups())
    if _MOBILE.fullmatch(text) or _LANDLINE_BARE.fullmatch(text):
        return PhoneEntry("real", text, "", text[-4:])
    if extended := _EXTENSION.fullmatch(text):
        return PhoneEntry("virtual", extended[1], extended[2], "")
    if landline := _LANDLINE.fullmatch(text):
        number = (landline[1] or landline[4]) + (landline[2] or landline[5])
        return PhoneEntry("real", number, landline[3] or "", number[-4:])
    if not country:
        if _TAIL.fullmatch(text):
            return PhoneEntry("tail_only", "", "", text)
        if masked := _MASKED.fullmatch(text):
            return PhoneEntry("tail_only", "", "", masked[1] or masked[2] or masked[3])
    return None


def _read_typed(text: str) -> PhoneEntry | None:
    # In a phone field digits are a phone: a country code without + and landlines of ten and twelve digits are believed.
    if _LANDLINE_TYPED.fullmatch(text):
        return PhoneEntry("real", text, "", text[-4:])
    return _read(text[2:].removeprefix("-")) if _COUNTRY_TYPED.fullmatch(text) else None
