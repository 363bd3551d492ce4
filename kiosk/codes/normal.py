"""Brings a scan into the one form that all rules read: no framing characters, half-width, no inner spaces, plain
dashes. Case is kept: our own symbols and wallets' tokens need it. A scanner's AIM prefix goes only where a setting says
that this scanner sends one: any other text that begins so is what was scanned."""

from __future__ import annotations

import re
import unicodedata

from kiosk.codes.plain import PLAIN_DASHES

#: Longer scans are cut: what a rule looks for stands in the first characters, and nobody may keep the recogniser busy.
LONGEST = 4096
# What scanners and serial lines put around a code: STX/ETX, CR, LF, GS, spaces.
_AROUND = "".join(map(chr, range(0x21))) + "\x7f"
AIM = re.compile(r"\][A-Za-z][0-9A-Z]")
# A virtual number written with a space before its extension; the space is all that tells it from 15 digits.
_SPACED_EXTENSION = re.compile(r"(1[0-9]{10}) +([0-9]{1,4})")


def normalise(raw: str, *, has_aim: bool = False) -> tuple[str, str]:
    """The normalised text and the AIM identifier that stood before it ('' if none, or unless ``has_aim``).

    One identifier at most is taken away, so that without one the text is its own fixed point.
    """
    text, symbology = raw[:LONGEST], ""
    while True:
        before = text
        if not text.isascii():
            text = unicodedata.normalize("NFKC", _without_invisible(text)).translate(PLAIN_DASHES)
        text = text.strip(_AROUND)
        if " " in text:
            text = _SPACED_EXTENSION.sub(r"\1-\2", text) if _SPACED_EXTENSION.fullmatch(text) else text.replace(" ", "")
        if has_aim and not symbology and (aim := AIM.match(text)):
            symbology = aim[0]
            text = text[3:]
        # Each turn only takes away or settles (a letter and its accent may join once the space between them is gone).
        if text == before:
            return text, symbology


def _without_invisible(text: str) -> str:
    # Zs are the spaces of other scripts, Cf the marks that a browser or an input method slips in.
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category != "Cf":
            kept.append(" " if category == "Zs" else character)
    return "".join(kept)
