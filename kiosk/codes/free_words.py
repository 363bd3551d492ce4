"""Words that people type, and a customer's payment code among them: alone, in a sentence, in groups, in full-width
digits. A room that keeps free words takes them from here; ``web.sieve`` asks for every field of every form."""

from __future__ import annotations

import re
import unicodedata

from kiosk.codes.identity import READ_AT_MOST, about_a_person, is_id_number
from kiosk.codes.payment import is_payment_code, is_wechat_code
from kiosk.codes.plain import clean_text
from kiosk.errors import Refused
from kiosk.words import N_

# A word of ASCII: the digits, and letters that ran into them ("no13…"). More letters, or letters behind, are a number of
# another kind (a waybill, a hash).
_WORD = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{0,8})([0-9]{16,48})(?![0-9A-Za-z])")
# As a phone shows a code to be read out: three groups or more of one size, the last one may be shorter.
_GROUPED = re.compile(r"(?<![0-9])(?<![0-9] )[0-9]{1,6}(?: [0-9]{1,6}){2,23}(?! ?[0-9])")
_TOKEN = re.compile(r"(?<![0-9A-Za-z])[Ff][Pp][0-9A-Za-z]{33}(?![0-9A-Za-z])")
# Two phone numbers of one household, told in one breath.
_TWO_PHONES = re.compile(r"1[3-9][0-9]{9} [0-9]{7}")
#: Fewer digits, however grouped, are no code; most texts are done with here.
_FEWEST_DIGITS = 16


def fold(text: str) -> str:
    """Text as it is searched for codes: half-width, without invisible marks, every run of white space one space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return " ".join(text.split())


def holds_payment_code(text: str) -> bool:
    """Whether a wallet's payment code stands anywhere in ``text``. An ID number that looks like one is none: it is
    refused under its own name."""
    if len(text) < _FEWEST_DIGITS and text.isascii():
        return False  # asked of the name of every field, and most texts are short
    folded = fold(text)
    if sum("0" <= character <= "9" for character in folded) < _FEWEST_DIGITS:
        return _TOKEN.search(folded) is not None
    if _TOKEN.search(folded) or (_is_code(folded.replace(" ", "")) and not _TWO_PHONES.fullmatch(folded)):
        return True
    for letters, digits in _WORD.findall(folded):
        half = len(digits) // 2
        if is_wechat_code(digits) and not is_id_number(digits):
            return True
        if not letters and (_is_code(digits) or (digits[:half] == digits[half:] and _is_code(digits[:half]))):
            return True
    return any(_is_grouped_evenly(run) and _is_code(run.replace(" ", "")) for run in _GROUPED.findall(folded))


def refuse_payment_code_in(text: str) -> None:
    """Raises ``Refused('text.is_payment_code')``; nothing of the code stands in it."""
    if holds_payment_code(text):
        raise is_a_payment_code()


def is_a_payment_code() -> Refused:
    """The refusal of a field that holds one."""
    return Refused("text.is_payment_code", N_("这是顾客的付款码，本站不留存；没有保存，请改填别的内容"))


def own_words(text: str | None, limit: int) -> str:
    """Words of a field that never takes a number of anybody's (goods, remarks, names), as ``about_a_person`` keeps them.
    Refused ``text.is_payment_code`` too: a scanner that types may hit such a field."""
    refuse_payment_code_in(clean_text(text or "", READ_AT_MOST))
    return about_a_person(text, limit)


def _is_code(text: str) -> bool:
    return is_payment_code(text) and not is_id_number(text)


def _is_grouped_evenly(run: str) -> bool:
    *groups, last = run.split(" ")
    return len({len(group) for group in groups}) == 1 and len(last) <= len(groups[0])
