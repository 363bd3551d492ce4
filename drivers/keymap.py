"""What the keys of a keyboard scanner mean: the US layout over Linux key codes, nothing else.

Pure data. A scanner must be set to the US keyboard; then this table is right whatever layout or input method the
desktop has. Codes: linux/input-event-codes.h (a test compares them with evdev's own names).
"""

from __future__ import annotations

EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3

#: Key code → (plain, shifted).
CHARACTERS: dict[int, tuple[str, str]] = {
    **{2 + i: pair for i, pair in enumerate(zip("1234567890-=", "!@#$%^&*()_+", strict=True))},
    **{16 + i: pair for i, pair in enumerate(zip("qwertyuiop[]", "QWERTYUIOP{}", strict=True))},
    **{30 + i: pair for i, pair in enumerate(zip("asdfghjkl;'`", 'ASDFGHJKL:"~', strict=True))},
    **{43 + i: pair for i, pair in enumerate(zip("\\zxcvbnm,./", "|ZXCVBNM<>?", strict=True))},
    57: (" ", " "),
}
#: Keypad: the same with and without shift; digits only outside an Alt sequence.
KEYPAD: dict[int, str] = {
    55: "*", 71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6", 78: "+",
    79: "1", 80: "2", 81: "3", 82: "0", 83: ".", 98: "/", 117: "=", 121: ",",
}  # fmt: skip
#: With Alt held down the keypad's digits spell the number of a character ("universal keyboard").
ALT_DIGITS: dict[int, str] = {code: sign for code, sign in KEYPAD.items() if sign.isdigit()}
ENTER, KEYPAD_ENTER, TAB = 28, 96, 15
ENDINGS: dict[int, str] = {ENTER: "enter", KEYPAD_ENTER: "enter", TAB: "tab"}
SHIFTS = frozenset({42, 54})
CONTROLS = frozenset({29, 97})
ALTS = frozenset({56, 100})
#: Character keys that a US keyboard does not have, and keys that take a character back: the scanner is set to another
#: layout, and what it types would be a wrong code.
FOREIGN = frozenset({14, 85, 86, 89, 92, 93, 94, 95, 111, 124})
LETTERS = frozenset(range(16, 26)) | frozenset(range(30, 39)) | frozenset(range(44, 51))
