"""Whether two entries say the same: their words without spaces and marks, compared letter by letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

#: So many of the latest are compared: more than a month of any station, and quick.
MOST_COMPARED = 300


def bare(text: str) -> str:
    """The letters and digits of a text, in one shape."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def likeness(one: str, other: str) -> int:
    """How alike two texts are, in per cent: 100 for the same letters in the same order, 0 where either has none."""
    first, second = sorted((bare(one), bare(other)))
    if not first or not second:
        return 0
    return int(SequenceMatcher(None, first, second, autojunk=False).ratio() * 100)


def first_alike(text: str, others: Iterable[tuple[int, str]], least: int) -> int | None:
    """The first of ``others`` (id and text) that is at least so many per cent alike; None for an empty text."""
    mine = bare(text)
    if not mine:
        return None
    for number, other in others:
        theirs = bare(other)
        if 200 * min(len(mine), len(theirs)) < least * (len(mine) + len(theirs)):
            continue  # no shorter text can be so much like a longer one
        first, second = sorted((mine, theirs))
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        if matcher.quick_ratio() * 100 >= least and int(matcher.ratio() * 100) >= least:
            return number
    return None
