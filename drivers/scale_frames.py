"""Frames of scales: one small class for each format that is known from a manual or a working program (hardware.md §4.1).

All of them are pure. A frame is looked for only where one of its last bytes has come, and must be whole and right in
every byte, so that the weights do not depend on how the bytes were cut, a frame that lost its front is no frame, and
noise is at most a lost reading. The formats of 大华 and the BCD one (``FF status BCD BCD BCD``) are missing on purpose: what
is written about them contradicts itself, the latter by a factor of ten.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import reduce
from operator import xor
from typing import ClassVar

from drivers.ports import Line
from drivers.scale_reading import Reading, Standing, grams_of

#: More than the longest frame; what is older cannot belong to the one that ends now.
LONGEST = 64


class Framer(ABC):
    """Finds the frames of one scale. A subclass names its bytes; ``unit`` counts where the format names none."""

    #: The whole frame; it must end where the newest byte is.
    FRAME: ClassVar[bytes]
    #: A byte with which a frame can end.
    END: ClassVar[bytes]
    #: How much of the end belongs to the next frame as well, and what stands for it before the first one.
    SHARED: ClassVar[int] = 0
    BEGUN: ClassVar[bytes] = b""
    LINE: ClassVar[Line] = Line()
    #: What the scale may be asked with; the first is taken when settings say nothing, '' only listens.
    REQUESTS: ClassVar[tuple[str, ...]] = ("",)

    def __init__(self, unit: str = "kg", request: str = "") -> None:
        self.unit = unit
        self.request = request
        self._held = self.BEGUN
        self._frame = re.compile(b"(?:" + self.FRAME + rb")\Z", re.DOTALL)
        self._end = re.compile(self.END, re.DOTALL)

    def feed(self, data: bytes) -> list[Reading]:
        """The readings that these bytes have completed."""
        found: list[Reading] = []
        for piece in self._pieces(data):
            held = self._held + piece
            frame = self._frame.search(held)
            reading = None if frame is None else self.read(frame)
            if reading is None:
                self._held = held[-LONGEST:]
            else:
                found.append(reading)
                self._held = held[len(held) - self.SHARED :]
        return found

    def forget(self) -> None:
        """The line was cut, and half a frame with it."""
        self._held = self.BEGUN

    def question(self) -> bytes:
        """What the scale is asked with, ``b''`` for one that speaks by itself."""
        return self.request.encode("ascii")

    def answer(self, data: bytes) -> bytes:
        """What has to be said to these bytes before the scale goes on."""
        return b""

    @abstractmethod
    def read(self, frame: re.Match[bytes]) -> Reading | None:
        """What a whole frame says; None when it is none after all."""

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        """The data cut behind each byte that may end a frame; of a long stretch without one only its end counts."""
        before = self._held[-1:]
        joined, begun = before + data, len(before)
        for end in self._end.finditer(joined, begun):
            yield joined[max(begun, end.end() - LONGEST) : end.end()]
            begun = end.end()
        if begun < len(joined):
            yield joined[max(begun, len(joined) - LONGEST) :]


def _weight(grams: int | None, standing: Standing, is_negative: bool = False) -> Reading | None:
    return None if grams is None else Reading(-grams if is_negative else grams, standing)


def _signed(text: str, unit: str) -> Reading | None:
    """Digits with exactly one point, a minus before them, and no word on whether they stand still."""
    digits = text.removeprefix("-")
    return _weight(grams_of(digits, unit), Standing.UNSAID, digits != text) if digits.count(".") == 1 else None


class Cas(Framer):
    """CAS and 顶尖: ``01 02 | S U F | ' ' - | 5–7 of 0-9 . blank | unit | BCC | 03 (04)``, BCC the XOR of status to unit.

    Sent without a pause, or after ENQ (05), its ACK (06) and DC1 (11).
    """

    FRAME = rb"[\x01\x81]\x02(([SUF])([ -])([0-9. ]{5,7})( ?g|kg|KG|lb|LB|SJ))(.)\x03"
    END = rb"\x03"
    REQUESTS = ("", "enq")

    def question(self) -> bytes:
        return b"\x05" if self.request else b""

    def answer(self, data: bytes) -> bytes:
        return b"\x11" if self.request and data.endswith(b"\x06") else b""

    def read(self, frame: re.Match[bytes]) -> Reading | None:
        if reduce(xor, frame[1]) != frame[6][0]:
            return None
        if frame[2] == b"F":
            return Reading(None, Standing.UNDER if frame[3] == b"-" else Standing.OVER)
        standing = Standing.STEADY if frame[2] == b"S" else Standing.MOVING
        grams = grams_of(frame[4].decode("ascii").strip(), frame[5].decode("ascii").strip())
        return _weight(grams, standing, frame[3] == b"-")


class TextLine(Framer):
    """``ST,GS,+ 123.456kg CR LF``: ST stable, US moving, OL overload; GS gross, NT net, TR the tare alone. 17 to 24 bytes.

    CAS puts device id and lamp byte before the weight: ``ST,GS,<id><lamp>,<8 digits> kg``.
    """

    FRAME = (
        rb"[\r\n](?=[^\n]{15,24}\n\Z)(ST|US|OL),(GS|NT|TR),"
        rb"(?:[^\r\n]{2},)?([ +-]*)([0-9.]*) *([A-Za-z]{0,2}|\xbd\xef) *\r?\n"
    )
    END = rb"\n"
    SHARED = 1
    BEGUN = b"\n"

    def read(self, frame: re.Match[bytes]) -> Reading | None:
        said, what, signs, digits, unit = frame.groups()
        if what == b"TR":
            return Reading(None, Standing.ASIDE)
        if said == b"OL":
            return Reading(None, Standing.UNDER if b"-" in signs else Standing.OVER)
        if signs.strip() not in (b"", b"+", b"-"):
            return None
        standing = Standing.STEADY if said == b"ST" else Standing.MOVING
        return _weight(grams_of(digits.decode("ascii"), unit.decode("gb18030")), standing, b"-" in signs)


class Yaohua(Framer):
    """耀华 XK3190, continuous tF=0: ``02 | + - | 6 digits | decimals 0–4 | two hex digits | 03``; XOR of sign to decimals."""

    FRAME = rb"\x02(([+-])([0-9]{6})([0-4]))([0-9A-F]{2})\x03"
    END = rb"\x03"

    def read(self, frame: re.Match[bytes]) -> Reading | None:
        if reduce(xor, frame[1]) != int(frame[5], 16):
            return None
        grams = grams_of(frame[3].decode("ascii"), self.unit, int(frame[4]))
        return _weight(grams, Standing.UNSAID, frame[2] == b"-")


class YaohuaReversed(Framer):
    """耀华 ``=`` with the last digit first: 3.000 is ``=000.3000``, −1.00 is ``=00.1000-``. The next ``=`` ends a frame."""

    FRAME = rb"=([0-9.]{7}[0-9-])="
    END = rb"="
    SHARED = 1

    def read(self, frame: re.Match[bytes]) -> Reading | None:
        return _signed(frame[1].decode("ascii")[::-1], self.unit)


class YaohuaForward(Framer):
    """耀华 ``=`` as it reads: ``=0003.000``, ``=-0001.00``."""

    FRAME = rb"=([0-9-][0-9.]{7})="
    END = rb"="
    SHARED = 1

    def read(self, frame: re.Match[bytes]) -> Reading | None:
        return _signed(frame[1].decode("ascii"), self.unit)


class YaohuaA12(Framer):
    """耀华 XK3190-A12: ``ww000.000kg`` gross, ``wn-0000.1kg`` net, ``wt…`` the tare alone."""

    FRAME = rb"w([wnt])(-[0-9.]{6}|[0-9.]{7})kg"
    END = rb"g"

    def read(self, frame: re.Match[bytes]) -> Reading | None:
        if frame[1] == b"t":
            return Reading(None, Standing.ASIDE)
        return _signed(frame[2].decode("ascii"), "kg")


class Toledo8217(Framer):
    """Mettler-Toledo 8217, 7E1, asked with W: ``02 | weight, blanks before it | (N) | 0D`` when at rest, else ``02 ? status 0D``.

    Status: bit 0 motion, 1 over, 2 under zero; bit 6 always, so that it is never a carriage return.
    """

    FRAME = rb"\x02(?:(?=[ 0-9.]{5,8}[N\r])( *[0-9]{1,4}\.[0-9]{1,4})N?|\?([\x40-\x7f]))\r"
    END = rb"\r"
    LINE = Line(bytesize=7, parity="E")
    REQUESTS = ("W",)

    def read(self, frame: re.Match[bytes]) -> Reading | None:
        if frame[1] is not None:
            return _weight(grams_of(frame[1].decode("ascii").strip(), self.unit), Standing.STEADY)
        status = frame[2][0]
        if status & 2:
            return Reading(None, Standing.OVER)
        return Reading(None, Standing.UNDER if status & 4 else Standing.MOVING)


class ToledoContinuous(Framer):
    """Mettler-Toledo 8530 family, unasked: ``02 A B C | 6 weight | 6 tare | 0D | checksum``, blanks for leading zeros.

    A bits 0–2: 2 no decimals, 3 one … (0 and 1 add zeros). B: 1 negative, 2 out of range, 3 motion, 4 kg. C: 0 grams, 4
    more digits than the scale is made for. Checksum: what makes the sum of all, seven bits of it, zero.
    """

    FRAME = rb"\x02(.)(.)(.)([ 0-9]{6})[ 0-9]{6}\r(.)"
    # The checksum comes last and may be any byte.
    END = rb"(?<=\r)."

    def read(self, frame: re.Match[bytes]) -> Reading | None:
        if sum(frame[0]) & 0x7F:
            return None
        form, state, more = (frame[number][0] for number in (1, 2, 3))
        if state & 4:
            return Reading(None, Standing.UNDER if state & 2 else Standing.OVER)
        digits = frame[4].decode("ascii").strip()
        zeros = max(0, 2 - (form & 7))
        unit = "g" if more & 1 else "kg" if state & 16 else "lb"
        grams = grams_of(digits + "0" * zeros, unit, max(0, (form & 7) - 2))
        is_fine = bool(more & 16)
        return _weight(grams, Standing.MOVING if state & 8 or is_fine else Standing.STEADY, bool(state & 2))


class Digi(Framer):
    """寺冈 DIGI DS-781: ``flag condition 0D | '0' net 0D | '4' tare 0D | 'U' unit price 0D | 'T' total 0D | 0A``.

    What the flags mean is not known, and the front is often cut off: the frame counts from its net weight on.
    """

    FRAME = rb"0(-[0-9.]{5}|[0-9.]{6})\r4[ 0-9.-]{6}\rU[ 0-9.-]{6}\rT[ 0-9.-]{7}\r\n"
    END = rb"\n"

    def read(self, frame: re.Match[bytes]) -> Reading | None:
        return _signed(frame[1].decode("ascii"), self.unit)


class Aihua(Framer):
    """爱华 ACS-P215: ``0D 20 0046``, grams; the next carriage return or line feed ends a frame. Speaks by itself when set to
    RS232-1, when asked with P or $ when set to RS232-3 or -4."""

    FRAME = rb"\r ([0-9]{4})[\r\n]"
    END = rb"[\r\n]"
    SHARED = 1
    REQUESTS = ("", "P", "$")

    def read(self, frame: re.Match[bytes]) -> Reading | None:
        return _weight(grams_of(frame[1].decode("ascii"), "g"), Standing.UNSAID)


#: By the name that stands in settings.
FRAMERS: dict[str, type[Framer]] = {
    "cas": Cas,
    "text": TextLine,
    "yaohua": Yaohua,
    "yaohua_reversed": YaohuaReversed,
    "yaohua_forward": YaohuaForward,
    "yaohua_a12": YaohuaA12,
    "toledo_8217": Toledo8217,
    "toledo_continuous": ToledoContinuous,
    "digi": Digi,
    "aihua": Aihua,
}
