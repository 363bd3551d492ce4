"""Makes text that came from outside (a name, a scan, an imported field) safe to show, print and store: no control
character, no ESC sequence for the printer, no direction mark that turns a line round. Every room that takes words
about a person passes them through here first, so that nobody further down has to think of hostile bytes."""

from __future__ import annotations

import unicodedata

# Cc control (ESC, NUL, C1), Cf direction marks and zero-width characters, Cs lone surrogates (SQLite and files refuse
# them), Cn characters that don't exist. Private use (Co) stays: rare names are still typed with it, and the printer
# shows 〓.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Cn"})
_SPACES = frozenset({"Zs", "Zl", "Zp"})
_BREAKS = frozenset("\t\n\v\f\r\x85")
#: Letters by category, blank to the eye: a name made of them would look like no name.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
#: Tibetan stacks need four or five marks on one letter; more is somebody drawing over the neighbouring lines.
_MARKS_ON_A_LETTER = 6
#: What an input method writes for the dash of a code; for ``str.translate``, after NFKC.
PLAIN_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─"), "-")


def clean_text(text: str, limit: int) -> str:
    """The visible part of ``text`` on one line, at most ``limit`` characters, runs of spaces made one.

    Never raises for any string, does nothing to text that is clean already, and is its own fixed point.
    """
    if not (text.isprintable() and text.isascii()):
        text = "".join(_visible(unicodedata.normalize("NFC", text)))
        text = unicodedata.normalize("NFC", text)  # what was between two characters is gone: they may join now
    words = " ".join(text.split())
    return words[:limit].rstrip() if len(words) > limit else words


def _visible(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if character in _BREAKS or category in _SPACES:
            character, marks = " ", 0
        elif category in _DROPPED or character in _BLANK_LETTERS:
            continue
        elif category in ("Mn", "Me"):
            marks += 1
            if marks > _MARKS_ON_A_LETTER:
                continue
        else:
            marks = 0
        kept.append(character)
    return kept


def mask_name(name: str) -> str:
    """A person's name as others may see it: the first character and two stars, ``张**``, whatever the length.

    '' stays ''; a masked name stays as it is. Source of the form: privacy face sheets (domain.md §3.4).
    """
    name = clean_text(name, 40)
    if not name:
        return ""
    end = 1
    while end < len(name) and unicodedata.category(name[end]) in ("Mn", "Mc", "Me"):
        end += 1
    return name[:end] + "**"
