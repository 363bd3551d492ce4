"""The Chinese ID number (公民身份号码, GB 11643-1999). It is recognised so that it can be refused and forgotten on any
screen; the station may not hold one (domain.md §3)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from stdnum.cn import ric

from kiosk.codes.plain import clean_text
from kiosk.errors import Refused
from kiosk.words import N_

# Region, birth date, sequence, check character. Regions loosely: a number issued in a county that was dissolved since
# is still a person's, so python-stdnum's table of places is not asked.
# 71: Taiwan, 81–83: Hong Kong and Macau, 9: foreigners.
_SHAPE = re.compile(
    r"(?:[1-6][0-9]|71|8[1-3]|9[0-9])[0-9]{4}"
    r"(?P<year>(?:18|19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])"
    r"[0-9]{3}[0-9Xx]"
)
_BETWEEN = re.compile(r"[\s\-‐‑‒–—―−]")
#: More characters than any field of ours takes.
READ_AT_MOST = 400
_INSIDE = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9Xx])")


def is_id_number(text: str) -> bool:
    """Whether ``text`` is 18 characters with a real birth date from 1800 on (the standard's own example is of 1880) and
    the right check character.

    The present date is not asked: a station whose clock has stopped must still hide the number of a child.
    """
    if len(text) != 18:
        return False
    shape = _SHAPE.fullmatch(text)
    if shape is None or ric.calc_check_digit(text) != text[-1].upper():
        return False
    try:
        date(int(shape["year"]), int(shape["month"]), int(shape["day"]))
    except ValueError:
        return False
    return True


def holds_id_number(text: str) -> bool:
    """Whether an ID number stands somewhere inside ``text``, between characters that are no digits: in full-width
    digits too, and in groups with spaces or dashes between them."""
    folded = unicodedata.normalize("NFKC", text)
    forms = (folded, _BETWEEN.sub("", folded))
    return any(is_id_number(run) for form in forms for run in _INSIDE.findall(form))


def about_a_person(text: str | None, limit: int) -> str:
    """Words about a person as they may be kept: clean, on one line, at most ``limit`` characters. Refused
    ``text.holds_id_number``: the station keeps no ID number, wherever and however it is typed."""
    words = clean_text(text or "", READ_AT_MOST)  # the whole of it: a number cut short would still be a part of one
    if holds_id_number(words):
        raise Refused("text.holds_id_number", N_("这里像是身份证号，本站不留存；没有保存，请改填别的内容"))
    return clean_text(words, limit)
