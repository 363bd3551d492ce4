"""Turns a stream of keys or bytes into whole scans: pure, no clock, no device, one decoder object for each device.

A frame ends at Enter, Tab, CR, LF or ETX; from a device that sends no suffix, when nothing has come for the idle time.
Whatever makes a scan doubtful (events lost by the kernel, a pause in its middle, an Alt code that is none, more than
the longest length) spoils it until its end: a lost scan is scanned again, a wrong one becomes a wrong parcel.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from drivers import keymap
from kiosk.errors import Garbled
from kiosk.words import N_

LONGEST = 4096
#: After lost events or a pause the rest of a scan may still trickle in, and its suffix would make it look whole; only
#: that suffix or a silence this long ends it.
RECOVERY_SECONDS = 1.0
#: A code point has seven decimal digits at most; scanners write a zero before.
LONGEST_ALT_CODE = 8
CR, LF, TAB, STX, ETX = 0x0D, 0x0A, 0x09, 0x02, 0x03
_ENDING_BYTES = {CR: "cr", LF: "lf", TAB: "tab"}
#: A scan with a suffix may hesitate so long; what comes later may be another scan behind half of this one.
PAUSE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole scan, and what ended it: ``enter``, ``tab``, ``cr``, ``lf``, ``etx`` or ``idle``."""

    text: str
    ending: str


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A scan that must not be used: why, and how long it was as far as one knows."""

    why: str  # 'events_lost' | 'half_frame' | 'alt_code' | 'foreign_key' | 'too_long' | 'garbled'
    length: int


Outcome = Frame | Spoilt


class Endings:
    """Knows whether a device sends a suffix.

    ``auto``: found out by its first scan, for which the longer silence is waited out. Once it has sent a suffix, a frame
    without is half a scan, until three in a row say that the suffix has been switched off. ``suffix``: it always does.
    ``idle``: it never does.
    """

    BELIEVED_AFTER = 3

    def __init__(self, policy: str = "auto") -> None:
        self.policy = policy
        self._sends_suffix = {"suffix": True, "idle": False}.get(policy)
        self._halves = 0

    @property
    def may_send_suffix(self) -> bool:
        """False only for a device that is known to send none: its frames end with the short silence."""
        return self._sends_suffix is not False

    def suffix_came(self) -> None:
        """A frame has ended with a suffix."""
        self._sends_suffix = self.policy != "idle"
        self._halves = 0

    def is_whole_without(self) -> bool:
        """Whether a frame that nothing followed may be used though it has no suffix; learns from it."""
        if self._sends_suffix:
            self._halves += 1
            if self.policy == "suffix" or self._halves < self.BELIEVED_AFTER:
                return False
        self._sends_suffix = False
        self._halves = 0
        return True


class Decoder(ABC):
    """What is common to keys and bytes: the frame that is being put together, and how it ends."""

    def __init__(self, idle_seconds: float, longest: int, endings: Endings | None) -> None:
        self.idle_seconds = idle_seconds
        self.longest = longest
        self.endings = endings or Endings()
        self._length = 0
        self._spoilt = ""
        self._has_paused = False

    @property
    def is_pending(self) -> bool:
        """True while a scan is begun and not ended."""
        return bool(self._length or self._spoilt)

    def silence(self, seconds: float) -> list[Outcome]:
        """Says that nothing has come for this long; ends a pending scan if that is long enough."""
        if not self.is_pending or seconds < self.idle_seconds:
            return []
        if seconds >= max(RECOVERY_SECONDS, self.idle_seconds):
            if not self._spoilt and not self.endings.is_whole_without():
                self._spoil("half_frame")
            return self._end("idle")
        if self._spoilt:
            return []
        if self.endings.may_send_suffix:
            self._has_paused = seconds >= max(PAUSE_SECONDS, self.idle_seconds)
            return []
        return self._end("idle")

    def forget(self) -> None:
        """The device is gone, and the partial scan with it."""
        self._length = 0
        self._spoilt = ""
        self._has_paused = False
        self._throw_away()

    def _begin_item(self) -> bool:
        """Counts one more character or byte; False when it must not be kept."""
        self._length += 1
        if self._has_paused:
            self._spoil("half_frame")
        if self._length > self.longest:
            self._spoil("too_long")
        return not self._spoilt

    def _begin_anew(self) -> list[Outcome]:
        """STX: a frame begins. What stands before it is a scan whose end was lost, never the beginning of this one."""
        if not self.is_pending:
            return []
        self._spoil("half_frame")
        return self._end("idle")

    def _spoil(self, why: str) -> None:
        self._spoilt = self._spoilt or why
        self._throw_away()

    def _end(self, ending: str) -> list[Outcome]:
        length, spoilt, text = self._length, self._spoilt, ""
        if length and ending != "idle":
            self.endings.suffix_came()
        try:
            text = self._held_text()
        except Garbled:
            spoilt = spoilt or "garbled"
        Decoder.forget(self)
        if spoilt:
            return [Spoilt(spoilt, length)]
        return [Frame(text, ending)] if text else []

    @abstractmethod
    def _held_text(self) -> str:
        """What has been kept so far; raises ``Garbled``."""

    @abstractmethod
    def _throw_away(self) -> None:
        """Keeps nothing of it."""


class KeyDecoder(Decoder):
    """Decodes ``(type, code, value)`` tuples of one keyboard scanner.

    While Alt is down the keypad spells a number (hardware.md §2.2): with a leading zero and below 256 it is a byte, and
    the bytes of a scan are GBK or else cp1252; from 256 on it is a code point; below 128 it is ASCII either way.
    """

    def __init__(
        self, *, idle_seconds: float = 0.12, strips_stx_etx: bool = True, longest: int = LONGEST,
        endings: Endings | None = None,
    ) -> None:  # fmt: skip
        super().__init__(idle_seconds, longest, endings)
        self.strips_stx_etx = strips_stx_etx
        self._down: set[int] = set()
        self._alt = ""
        self._held: list[int] = []
        self._is_resyncing = False
        self._last_at: float | None = None

    @property
    def is_pending(self) -> bool:
        return super().is_pending or bool(self._alt)

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

    def forget(self) -> None:
        """The device is gone: the partial scan and every held key with it."""
        super().forget()
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
            return self._key_up(code)
        if value != 1:  # auto-repeat of a key held down
            return []
        if code in keymap.SHIFTS or code in keymap.CONTROLS or code in keymap.ALTS:
            self._down.add(code)
            return []
        if self._down & keymap.ALTS:
            if code in keymap.ALT_DIGITS and len(self._alt) < LONGEST_ALT_CODE:
                self._alt += keymap.ALT_DIGITS[code]
                return []
            self._spoil("alt_code")
        if code in keymap.ENDINGS:
            return self._end(keymap.ENDINGS[code])
        if code in keymap.FOREIGN:
            self._spoil("foreign_key")
        elif code in keymap.CHARACTERS or code in keymap.KEYPAD:
            return self._character(code)
        return []

    def _key_up(self, code: int) -> list[Outcome]:
        was_down = code in self._down
        self._down.discard(code)
        if code not in keymap.ALTS or not was_down:
            return []
        digits, self._alt = self._alt, ""
        number = int(digits or -1)
        is_sure = number < 128 or number >= 256 or digits[0] == "0"
        if number < 0 or not is_sure or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            self._spoil("alt_code")
            return []
        return self._sign(number)

    def _character(self, code: int) -> list[Outcome]:
        if code in keymap.KEYPAD:
            character = keymap.KEYPAD[code]
        else:
            plain, shifted = keymap.CHARACTERS[code]
            character = shifted if self._down & keymap.SHIFTS else plain
        # Ctrl-M, Ctrl-J, Ctrl-B: control characters of a code or its frame.
        return self._sign(ord(character) & 0x1F if self._down & keymap.CONTROLS else ord(character))

    def _sign(self, sign: int) -> list[Outcome]:
        """One byte or code point, however it was typed: a CR+LF suffix comes as Enter and Ctrl-J."""
        if sign in (CR, LF):
            return self._end("enter")
        if sign == TAB:
            return self._end("tab")
        if self.strips_stx_etx:
            if sign == ETX:
                return self._end("etx")
            if sign == STX:
                return self._begin_anew()
        if self._begin_item():
            self._held.append(sign)
        return []

    def silence(self, seconds: float) -> list[Outcome]:
        if self._alt and seconds >= RECOVERY_SECONDS:
            self._spoil("alt_code")
        return super().silence(seconds)

    def _end(self, ending: str) -> list[Outcome]:
        if self._alt:
            self._spoil("alt_code")  # the number of a character broke off
        return super()._end(ending)

    def _held_text(self) -> str:
        text: list[str] = []
        run = bytearray()
        for sign in self._held:
            if sign < 256:
                run.append(sign)
            else:
                text += [_text_of(run), chr(sign)]
                run.clear()
        return "".join([*text, _text_of(run)])

    def _throw_away(self) -> None:
        self._held.clear()
        self._alt = ""


def _text_of(run: bytearray) -> str:
    """Bytes that a keyboard scanner typed: GBK (GB18030 has it all), else cp1252. Raises ``Garbled``."""
    if run.isascii():
        return run.decode("ascii")
    for name in ("gb18030", "cp1252"):
        try:
            return run.decode(name)
        except UnicodeDecodeError:
            continue
    raise Garbled(N_("扫码枪的 Alt 码拼不成字（{length} 字节）"), length=len(run))


class ByteFramer(Decoder):
    """Frames the bytes of one serial scanner. No byte of a GB18030 or UTF-8 character is below 0x30, so the control
    bytes that end a frame never cut one."""

    def __init__(
        self, *, idle_seconds: float = 0.1, encoding: str = "auto", strips_stx_etx: bool = True,
        longest: int = LONGEST, endings: Endings | None = None,
    ) -> None:  # fmt: skip
        super().__init__(idle_seconds, longest, endings)
        self.encoding = encoding
        self._endings = {**_ENDING_BYTES, **({ETX: "etx"} if strips_stx_etx else {})}
        self._begins = frozenset({STX}) if strips_stx_etx else frozenset()
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Outcome]:
        """Takes bytes as they came and returns the scans that they ended."""
        ended: list[Outcome] = []
        for byte in data:
            if byte in self._endings:
                ended += self._end(self._endings[byte])
            elif byte in self._begins:
                ended += self._begin_anew()
            elif byte == 0 and not self._length:
                continue  # the NULs of a line that was just plugged in
            elif self._begin_item():
                self._held.append(byte)
        return ended

    def _held_text(self) -> str:
        raw = bytes(self._held).rstrip(b"\0")
        return decode(raw, self.encoding) if raw else ""

    def _throw_away(self) -> None:
        self._held.clear()


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
