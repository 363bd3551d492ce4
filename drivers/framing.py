"""Turns a stream of keys or bytes into whole scans: pure, no clock, no device, one decoder object for each device.

A frame ends at Enter, Tab, CR, LF or ETX, or when nothing has come for the idle time. Whatever makes a scan doubtful
(events lost by the kernel, Alt codes, more than the longest length) spoils it until its end: a lost scan is scanned
again, a wrong one becomes a wrong parcel.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers import keymap
from kiosk.errors import Garbled
from kiosk.words import N_

LONGEST = 4096
#: After lost events the rest of that scan still trickles in; only a suffix or a silence this long ends it.
RECOVERY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole scan, and what ended it: ``enter``, ``tab``, ``cr``, ``lf``, ``etx`` or ``idle``."""

    text: str
    ending: str


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A scan that must not be used: why, and how long it was as far as one knows."""

    why: str  # 'events_lost' | 'alt_code' | 'foreign_key' | 'too_long' | 'garbled'
    length: int


Outcome = Frame | Spoilt


class KeyDecoder:
    """Decodes ``(type, code, value)`` tuples of one keyboard scanner."""

    def __init__(self, *, idle_seconds: float = 0.12, longest: int = LONGEST) -> None:
        self.idle_seconds = idle_seconds
        self.longest = longest
        self._down: set[int] = set()
        self._text: list[str] = []
        self._length = 0
        self._spoilt = ""
        self._is_resyncing = False
        self._last_at: float | None = None

    @property
    def is_pending(self) -> bool:
        """True while a scan is begun and not ended."""
        return bool(self._text or self._spoilt)

    def feed(self, kind: int, code: int, value: int, at: float | None = None) -> list[Outcome]:
        """Takes one event and returns the scans that it ended.

        ``at`` is the event's own time in seconds: a reader that was late must not mistake its lateness for silence of
        the scanner, nor two scans that waited together for one.
        """
        ended: list[Outcome] = []
        if at is not None:
            # The time before lost events is no silence: what was lost came in it.
            if self._last_at is not None and (kind, code) != (keymap.EV_SYN, keymap.SYN_DROPPED):
                ended = self.silence(at - self._last_at)
            self._last_at = at
        if kind == keymap.EV_SYN:
            self._syn(code)
        elif kind == keymap.EV_KEY and not self._is_resyncing:
            ended += self._key(code, value)
        return ended

    def silence(self, seconds: float) -> list[Outcome]:
        """Says that nothing has come for this long; ends a pending scan if that is long enough."""
        needed = max(RECOVERY_SECONDS, self.idle_seconds) if self._spoilt == "events_lost" else self.idle_seconds
        return self._end("idle") if self.is_pending and seconds >= needed else []

    def forget(self) -> None:
        """The device is gone: the partial scan and every held key with it."""
        self._clear()
        self._down.clear()
        self._is_resyncing = False
        self._last_at = None

    def _syn(self, code: int) -> None:
        if code == keymap.SYN_DROPPED:
            # The kernel's buffer overran: events up to the next SYN_REPORT mean nothing, key-ups may be among the lost.
            self._is_resyncing = True
            self._spoil("events_lost")
            self._down.clear()
        elif code == keymap.SYN_REPORT:
            self._is_resyncing = False

    def _key(self, code: int, value: int) -> list[Outcome]:
        if value == 0:
            self._down.discard(code)
            return []
        if value != 1:  # auto-repeat of a key held down
            return []
        if code in keymap.SHIFTS or code in keymap.CONTROLS:
            self._down.add(code)
            return []
        if code in keymap.ALTS:
            self._down.add(code)
            self._spoil("alt_code")
            return []
        if code in keymap.ENDINGS:
            return self._end(keymap.ENDINGS[code])
        if code in keymap.FOREIGN:
            self._spoil("foreign_key")
        elif code in keymap.CHARACTERS or code in keymap.KEYPAD:
            return self._character(code)
        return []

    def _character(self, code: int) -> list[Outcome]:
        if code in keymap.KEYPAD:
            character = keymap.KEYPAD[code]
        else:
            plain, shifted = keymap.CHARACTERS[code]
            character = shifted if self._down & keymap.SHIFTS else plain
        if self._down & keymap.CONTROLS:
            character = chr(ord(character) & 0x1F)
            if character in "\r\n":  # Ctrl-M, Ctrl-J: a CR+LF suffix comes as Enter and Ctrl-J
                return self._end("enter")
        self._length += 1
        if self._length > self.longest:
            self._spoil("too_long")
        elif not self._spoilt:
            self._text.append(character)
        return []

    def _spoil(self, why: str) -> None:
        self._spoilt = self._spoilt or why
        self._text.clear()

    def _end(self, ending: str) -> list[Outcome]:
        text, spoilt, length = "".join(self._text), self._spoilt, self._length
        self._clear()
        if spoilt:
            return [Spoilt(spoilt, length)]
        return [Frame(text, ending)] if text else []

    def _clear(self) -> None:
        self._text.clear()
        self._spoilt = ""
        self._length = 0


CR, LF, TAB, STX, ETX = 0x0D, 0x0A, 0x09, 0x02, 0x03
_ENDING_BYTES = {CR: "cr", LF: "lf", TAB: "tab"}


class ByteFramer:
    """Frames the bytes of one serial scanner. No byte of a GB18030 or UTF-8 character is below 0x30, so the control
    bytes that end a frame never cut one."""

    def __init__(self, *, encoding: str = "auto", strips_stx_etx: bool = True, longest: int = LONGEST) -> None:
        self.encoding = encoding
        self.longest = longest
        self._endings = {**_ENDING_BYTES, **({ETX: "etx"} if strips_stx_etx else {})}
        self._skipped = frozenset({STX, 0}) if strips_stx_etx else frozenset({0})
        self._held = bytearray()
        self._overflow = 0

    @property
    def is_pending(self) -> bool:
        """True while a scan is begun and not ended."""
        return bool(self._held or self._overflow)

    def feed(self, data: bytes) -> list[Outcome]:
        """Takes bytes as they came and returns the scans that they ended."""
        ended: list[Outcome] = []
        for byte in data:
            if byte in self._endings:
                ended += self._end(self._endings[byte])
            elif byte in self._skipped and not self._held:
                continue  # STX, or the NULs of a line that was just plugged in
            elif len(self._held) >= self.longest:
                self._overflow += 1
            else:
                self._held.append(byte)
        return ended

    def silence(self) -> list[Outcome]:
        """Nothing has come for the idle time: what is held is a frame without a suffix."""
        return self._end("idle")

    def forget(self) -> None:
        """The device is gone, and the partial scan with it."""
        self._held.clear()
        self._overflow = 0

    def _end(self, ending: str) -> list[Outcome]:
        raw, overflow = bytes(self._held), self._overflow
        self.forget()
        if overflow:
            return [Spoilt("too_long", len(raw) + overflow)]
        raw = raw.rstrip(b"\0")
        if not raw:
            return []
        try:
            return [Frame(decode(raw, self.encoding), ending)]
        except Garbled:
            return [Spoilt("garbled", len(raw))]


def decode(raw: bytes, encoding: str = "auto") -> str:
    """The text of a frame: strict UTF-8, else strict GB18030, or only the named one. Raises ``Garbled``.

    Codes are UTF-8 as a rule, but many Chinese imagers convert to GBK on output (hardware.md §3).
    """
    for name in ("utf-8", "gb18030") if encoding == "auto" else (encoding,):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        if "\ufffd" not in text:
            return text
    raise Garbled(N_("扫到的内容既不是 UTF-8 也不是 GB18030（{length} 字节）"), length=len(raw))


class Endings:
    """Decides whether a frame that ended in silence is a whole scan.

    ``auto``: once a device has sent a suffix, a frame without one is half a scan, until three in a row say that the
    suffix has been switched off. ``suffix``: always half. ``idle``: always whole.
    """

    BELIEVED_AFTER = 3

    def __init__(self, policy: str = "auto") -> None:
        self.policy = policy
        self._has_suffix = policy == "suffix"
        self._halves = 0

    def is_whole(self, ending: str) -> bool:
        """Whether the frame may be used; learns from it."""
        if ending != "idle":
            self._has_suffix = self.policy != "idle"
            self._halves = 0
            return True
        if not self._has_suffix:
            return True
        self._halves += 1
        if self.policy == "auto" and self._halves >= self.BELIEVED_AFTER:
            self._has_suffix = False
            self._halves = 0
            return True
        return False
