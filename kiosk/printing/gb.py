"""The characters that a printer's own ROM draws, and their bytes. Whether a character can be printed and which bytes it
is are one function, so the two can never drift apart (hardware.md §1.5)."""

from __future__ import annotations

#: One sign for another that reads the same and is in every ROM; € is in none of them.
_SAME = str.maketrans(
    {"\u00a5": "\uffe5", "\u2022": "\u00b7", "\u2027": "\u00b7", "\u20ac": "EUR"}
    | {chr(0xFF10 + digit): str(digit) for digit in range(10)}
)


def legible(text: str) -> str:
    """The text in the signs that paper uses: ￥ for ¥, · for •, EUR for €, plain digits for full-width ones."""
    return text if text.isascii() else text.translate(_SAME)


def rom_bytes(text: str, rom: str = "gbk") -> bytes | None:
    """The text as a printer takes it, one byte a column; None when one of its characters is not in that ROM.

    ``gbk`` is the safe ROM: two bytes at most, no user-defined area, nothing of what GB 18030 added. ``gb2312`` has
    the 6763 Hanzi of 1980 only; ``gb18030`` has the two-byte areas of the 2005 edition. No receipt printer is known to
    take the four-byte ones.
    """
    try:
        if rom == "gb18030":
            raw = text.encode("gb18030")
            wide = len(raw) - len(text)
            return raw if wide == _beyond_ascii(text) and not _is_private(text) else None
        raw = text.encode("gbk")
        if rom == "gb2312":
            raw.decode("gb2312")  # the same bytes; its codec names · and — differently, so it cannot encode them
        return raw
    except UnicodeError:
        return None


def _beyond_ascii(text: str) -> int:
    return sum(char > "\x7f" for char in text)


def _is_private(text: str) -> bool:
    return any("\ue000" <= char <= "\uf8ff" for char in text)
