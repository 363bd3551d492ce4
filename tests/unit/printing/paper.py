"""What a printer does with our bytes, written from its command list (hardware.md §1.5–1.9) and not from our encoder: text
as GB code pairs, GS v 0 as dots, codes as what they hold. An unknown byte is an error, so nothing slips past a test."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Line:
    """One line of text; ``columns`` counts bytes, those of enlarged characters as often as they are wide."""

    text: str = ""
    columns: int = 0
    sizes: set[int] = field(default_factory=set)
    bold: bool = False

    def add(self, char: str, size: int, bold: bool) -> None:
        self.text += char
        self.columns += size if char < "\x80" else 2 * size
        if char != " ":
            self.sizes.add(size)
            self.bold = self.bold or bold


@dataclass
class Picture:
    """Adjoining pieces of picture: rows of ``0`` and ``1``, and the heights of the pieces."""

    rows: list[str] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)


@dataclass
class Code:
    kind: str
    data: str


@dataclass
class Act:
    name: str
    value: int = 0


def read(raw: bytes) -> list[Line | Picture | Code | Act]:
    """What comes out, in order. Raises AssertionError for bytes that no command explains."""
    assert raw.startswith(b"\x1b@"), "a job initialises the printer first"
    found: list[Line | Picture | Code | Act] = []
    line = Line()
    size, bold, hanzi, align = 1, False, False, 0
    qr = b""
    at = 2
    while at < len(raw):
        two, one = raw[at : at + 2], raw[at]
        if two == b"\x1c&":
            assert not line.text, "Chinese mode starts at the beginning of a line"
            hanzi, at = True, at + 2
        elif two == b"\x1c.":
            hanzi, at = False, at + 2
        elif two == b"\x1cS":
            assert raw[at + 2 : at + 4] == b"\0\0"
            at += 4
        elif two == b"\x1b@":
            raise AssertionError("initialised twice")
        elif two == b"\x1ba":
            assert not line.text
            align, at = raw[at + 2], at + 3
        elif two == b"\x1bE":
            bold, at = raw[at + 2] == 1, at + 3
        elif two == b"\x1d!":
            assert raw[at + 2] >> 4 == raw[at + 2] & 15
            size, at = (raw[at + 2] & 15) + 1, at + 3
        elif two == b"\x1bd":
            assert not line.text
            found.append(Act("feed", raw[at + 2]))
            at += 3
        elif two == b"\x1bp":
            found.append(Act("drawer", raw[at + 2]))
            at += 5
        elif raw[at : at + 4] == b"\x1dVB\0":
            found.append(Act("cut"))
            at += 4
        elif raw[at : at + 4] == b"\x1dv0\0":
            assert not line.text and align == 0
            wide, high = _word(raw, at + 4), _word(raw, at + 6)
            assert 0 < high <= 255
            data = raw[at + 8 : at + 8 + wide * high]
            assert len(data) == wide * high
            if not found or not isinstance(found[-1], Picture):
                found.append(Picture())
            found[-1].rows += [
                f"{int.from_bytes(data[y * wide : (y + 1) * wide], 'big'):0{wide * 8}b}" for y in range(high)
            ]
            found[-1].pieces.append(high)
            at += 8 + wide * high
        elif raw[at : at + 3] == b"\x1d(k":
            length = _word(raw, at + 3)
            body = raw[at + 5 : at + 5 + length]
            if body[:2] == b"1P":
                qr = body[3:]
            elif body == b"1Q0":
                assert not hanzi and align == 1
                found.append(Code("qr", qr.decode("utf-8")))
            at += 5 + length
        elif two in (b"\x1dh", b"\x1dw", b"\x1df", b"\x1dH"):
            at += 3
        elif raw[at : at + 3] == b"\x1dkI":
            assert not hanzi and align == 1
            found.append(Code("code128", _code128(raw[at + 4 : at + 4 + raw[at + 3]])))
            at += 4 + raw[at + 3]
        elif one == 0x0A:
            assert size == 1 and not bold, "a line leaves no style behind"
            found.append(line)
            line, at = Line(), at + 1
        elif 0x20 <= one <= 0x7E:
            line.add(chr(one), size, bold)
            at += 1
        else:
            assert hanzi and 0x81 <= one <= 0xFE, f"byte {one:02x} at {at}"
            line.add(two.decode("gb18030"), size, bold)
            at += 2
    assert not line.text, "the last line is never printed without its line feed"
    return found


def _word(raw: bytes, at: int) -> int:
    return raw[at] + 256 * raw[at + 1]


def _code128(payload: bytes) -> str:
    text, name, at = "", 0, 0
    while at < len(payload):
        if payload[at : at + 2] == b"{{":
            text, at = text + "{", at + 2
        elif payload[at] == 0x7B:
            name, at = payload[at + 1], at + 2
        elif name == ord("C"):
            assert payload[at] < 100
            text, at = text + f"{payload[at]:02d}", at + 1
        else:
            assert name == ord("B")
            text, at = text + chr(payload[at]), at + 1
    return text
