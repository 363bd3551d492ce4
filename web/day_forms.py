"""What the forms of the day say: pieces by denomination, what a wallet shows, an amount with its sign."""

from __future__ import annotations

from flask import request

from kiosk import money, shifts
from kiosk.errors import Refused
from kiosk.shifts.wallets import NOT_LOOKED, WALLET_WORDS, Seen
from kiosk.words import N_


def pieces() -> dict[int, int]:
    """The pieces that were counted, denomination in fen → number. Raises ``Refused('day.count_unreadable')``."""
    found = {}
    for fen in shifts.PIECES_FEN:
        text = request.form.get(f"piece_{fen}", "").strip() or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= 6):
            raise Refused(
                "day.count_unreadable", N_("面额 {piece} 的张数不对，请重新点；已填的都保留着"), piece=money.yuan(fen)
            )
        found[fen] = int(text)
    return found


def has_pieces() -> bool:
    """True when any denomination was filled in."""
    return any(request.form.get(f"piece_{fen}", "").strip() for fen in shifts.PIECES_FEN)


def seen() -> dict[str, Seen]:
    """What was typed of each wallet; one with neither amount nor reason is left out, so that the act asks for it."""
    found = {}
    for wallet in WALLET_WORDS:
        text, reason = request.form.get(f"seen_{wallet}", "").strip(), request.form.get(f"seen_reason_{wallet}", "")
        if text:
            found[wallet] = Seen(money.parse(text), reason)
        elif reason == NOT_LOOKED:
            found[wallet] = Seen(None, reason)
    return found


def signed_count(name: str) -> int:
    """A signed whole number of a form, 0 where nothing was typed. Raises ``Refused('correction.count_unreadable')``."""
    text = request.form.get(name, "").strip().replace("－", "-").replace("＋", "+")
    digits = text.lstrip("+-")
    if not text:
        return 0
    if len(text) - len(digits) > 1 or not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        raise Refused(
            "correction.count_unreadable",
            N_("「{text}」不是整数，请填如 1 或 -1；没有更正，填的内容还在"),
            text=text[:20],
        )
    return -int(digits) if text.startswith("-") else int(digits)


def signed_fen(name: str) -> int:
    """A signed amount of a form in fen, 0 where nothing was typed. Raises ``Refused`` as ``money.parse``."""
    text = request.form.get(name, "").strip()
    return money.parse(text) if text else 0
