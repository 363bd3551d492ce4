"""Columns of a line: how wide a text is, how it wraps, how it is set between the edges. A column is one byte of GB and
12 dots: ASCII takes one, nearly everything else two, as the printers' ROMs have it (not what Unicode's table says).
Nothing here returns a line wider than it was asked for, and every loop consumes at least one character a turn."""

from __future__ import annotations

import re

#: Marks drawn over the character before them; after a space or at the start they stand alone.
_MARK = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u302a-\u302f\u3099\u309a\ufe20-\ufe2f"
_CLUSTER = re.compile(f"[^\\s{_MARK}][{_MARK}]+|.", re.DOTALL)
_HAS_MARK = re.compile(f"[{_MARK}]")
#: Half-width katakana and the few other signs whose glyph is half an em wide.
_HALF = re.compile("[\uff61-\uff9f\uffe8-\uffee]")
#: Closing marks do not begin a line and opening ones do not end it: the neighbour goes with them.
_CLOSING = frozenset("，。、；：！？）》」』】〕〉”’％…·,.;:!?)]}%")
_OPENING = frozenset("（《「『【〔〈“‘￥([{")
_BLANK = frozenset(" \u3000")
NARROWEST = 2  # columns: a Hanzi must fit


def clusters(text: str) -> list[str]:
    """The text in the pieces that are drawn as one: single characters, or a character with its marks."""
    return _CLUSTER.findall(text) if _HAS_MARK.search(text) else list(text)


def width(text: str) -> int:
    """Columns of the text."""
    if text.isascii():
        return len(text)
    try:
        return len(text.encode("gbk"))
    except UnicodeEncodeError:
        return sum(map(cluster_width, clusters(text)))


def cluster_width(cluster: str) -> int:
    """Columns of one cluster: those of its first character."""
    first = cluster[0]
    return 1 if first < "\x80" or _HALF.match(first) else 2


def wrap(text: str, columns: int) -> list[str]:
    """The paragraph in lines of at most ``columns`` (2 or more), at least one line.

    Breaks at spaces and beside Hanzi, keeps words and numbers whole unless one is longer than a line, and keeps closing
    marks off the start of a line. Spaces at a break are dropped, nothing else is.
    """
    if columns < NARROWEST:
        raise ValueError(f"a line has {NARROWEST} columns or more, not {columns}")
    if width(text) <= columns:
        return [text.rstrip(" ")]
    pieces = clusters(text)
    widths = [cluster_width(piece) for piece in pieces]
    lines: list[str] = []
    start, total = 0, len(pieces)
    while start < total:
        end, used = start, 0
        while end < total and used + widths[end] <= columns:
            used += widths[end]
            end += 1
        if end < total:
            end = _break(pieces, start, end)
        lines.append("".join(pieces[start:end]).rstrip(" "))
        start = end
        while start < total and pieces[start] in _BLANK:
            start += 1
    return lines


def _break(pieces: list[str], start: int, end: int) -> int:
    """Where to end the line that holds ``pieces[start:end]`` at most: after ``start``, not after ``end``."""
    for at in range(end, start, -1):
        before, after = pieces[at - 1], pieces[at]
        if after in _BLANK or before in _BLANK:
            return at
        if after[0] in _CLOSING or before[0] in _OPENING:
            continue
        if _stands_alone(before[0]) or _stands_alone(after[0]):
            return at
    return end


def _stands_alone(char: str) -> bool:
    """True for Hanzi, kana and signs, beside which a line may break; letters and digits of a word hold together."""
    return char > "\u2e7f" or (char > "\x7f" and not char.isalpha())


def pad(text: str, columns: int, align: str) -> str:
    """The text between spaces so that it fills exactly ``columns``; it must not be wider."""
    free = columns - width(text)
    left = {"left": 0, "center": free // 2, "right": free}[align]
    return " " * left + text + " " * (free - left)


def justify(left: str, right: str, columns: int) -> list[tuple[str, str]]:
    """``left`` and ``right`` at the two edges as (line, alignment): on one line or one below the other."""
    upper, lower = wrap(left, columns), wrap(right, columns)
    free = columns - width(upper[-1]) - width(lower[0])
    if len(lower) == 1 and (free >= 1 or not upper[-1] or not lower[0]):
        return [(line, "left") for line in upper[:-1]] + [(upper[-1] + " " * free + lower[0], "left")]
    return [(line, "left") for line in upper] + [(line, "right") for line in lower]


def shares(wanted: list[int], columns: int) -> list[int] | None:
    """Columns of cells that stand side by side with one column between them; None when one would be too narrow."""
    usable = columns - (len(wanted) - 1)
    whole = sum(wanted)
    found = [usable * share // whole for share in wanted]
    rest = sorted(range(len(wanted)), key=lambda i: (-(usable * wanted[i] % whole), i))
    for index in rest[: usable - sum(found)]:
        found[index] += 1
    return found if min(found) >= NARROWEST else None
