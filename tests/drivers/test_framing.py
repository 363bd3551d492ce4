"""Frames: a whole scan or none, never half of one and never two in one."""

import string

import pytest
from evdev import ecodes
from hypothesis import given
from hypothesis import strategies as st

from drivers import keymap
from drivers.framing import RECOVERY_SECONDS, ByteFramer, Endings, Frame, KeyDecoder, Spoilt, decode
from kiosk.errors import Garbled
from tests.drivers.bench import ALT, ENTER, KEYS, RIGHT_SHIFT, SHIFT, keystrokes, tap

PRINTABLE = string.digits + string.ascii_letters + string.punctuation + " "


def timed(events, at=0.0, step=0.001):
    return [(*event, at + step * number) for number, event in enumerate(events)]


def typed(decoder, events):
    return [outcome for event in events for outcome in decoder.feed(*event)]


def test_table_names_the_keys_as_the_kernel_does():
    assert ecodes.KEY["KEY_ENTER" and 28] == "KEY_ENTER"
    for letter in string.ascii_lowercase:
        code = getattr(ecodes, f"KEY_{letter.upper()}")
        assert keymap.CHARACTERS[code] == (letter, letter.upper())
        assert code in keymap.LETTERS
    for digit in string.digits:
        assert keymap.CHARACTERS[getattr(ecodes, f"KEY_{digit}")][0] == digit
        assert keymap.KEYPAD[getattr(ecodes, f"KEY_KP{digit}")] == digit
    named = {
        "MINUS": "-_", "EQUAL": "=+", "LEFTBRACE": "[{", "RIGHTBRACE": "]}", "SEMICOLON": ";:", "APOSTROPHE": "'\"",
        "GRAVE": "`~", "BACKSLASH": "\\|", "COMMA": ",<", "DOT": ".>", "SLASH": "/?", "SPACE": "  ",
    }  # fmt: skip
    for name, pair in named.items():
        assert "".join(keymap.CHARACTERS[getattr(ecodes, f"KEY_{name}")]) == pair
    keypad = {"ASTERISK": "*", "MINUS": "-", "PLUS": "+", "DOT": ".", "SLASH": "/", "EQUAL": "=", "COMMA": ","}
    for name, character in keypad.items():
        assert keymap.KEYPAD[getattr(ecodes, f"KEY_KP{name}")] == character
    assert {ecodes.KEY_LEFTSHIFT, ecodes.KEY_RIGHTSHIFT} == keymap.SHIFTS
    assert {ecodes.KEY_LEFTALT, ecodes.KEY_RIGHTALT} == keymap.ALTS
    assert {ecodes.KEY_LEFTCTRL, ecodes.KEY_RIGHTCTRL} == keymap.CONTROLS
    assert {ecodes.KEY_ENTER, ecodes.KEY_KPENTER, ecodes.KEY_TAB} == set(keymap.ENDINGS)
    assert {ecodes.KEY_BACKSPACE, ecodes.KEY_102ND, ecodes.KEY_RO, ecodes.KEY_YEN} <= keymap.FOREIGN
    assert (ecodes.SYN_DROPPED, ecodes.SYN_REPORT) == (keymap.SYN_DROPPED, keymap.SYN_REPORT)


@given(st.text(PRINTABLE, min_size=1), st.sampled_from([SHIFT, RIGHT_SHIFT]))
def test_any_printable_ascii_typed_comes_back(text, shift):
    assert typed(KeyDecoder(), timed(keystrokes(text, shift=shift))) == [Frame(text, "enter")]


@given(st.lists(st.text(PRINTABLE, min_size=1), min_size=1, max_size=5))
@pytest.mark.lesson(13)
def test_scans_in_a_row_stay_apart(codes):
    events = [event for code in codes for event in keystrokes(code)]
    assert [frame.text for frame in typed(KeyDecoder(), timed(events))] == codes


CODES = st.text(string.ascii_letters + string.digits, min_size=8, max_size=20)


@given(
    st.lists(CODES, min_size=1, max_size=4, unique=True),
    st.floats(0, 1), st.floats(0, 1), st.sampled_from([ENTER, None]), st.sampled_from([0.001, 1.2]),
)  # fmt: skip
def test_lost_events_never_yield_a_wrong_code(codes, begin, end, ending, apart):
    """Whatever stretch the kernel dropped, what comes out was really scanned."""
    decoder, events, at = KeyDecoder(endings=Endings("suffix" if ending else "idle")), [], 0.0
    apart = apart if ending else 1.2  # without a suffix only time tells two scans apart
    for code in codes:
        events += timed(keystrokes(code, ending), at)
        at = events[-1][-1] + apart
    first, last = sorted((int(begin * len(events)), int(end * len(events))))
    dropped_at = events[min(last, len(events) - 1)][-1]
    got = typed(decoder, [*events[:first], (0, keymap.SYN_DROPPED, 0, dropped_at), *events[last:]])
    got += decoder.silence(10)
    assert [frame.text for frame in got if isinstance(frame, Frame) and frame.text not in codes] == []


def test_lost_events_spoil_the_scan_and_let_go_of_shift():
    decoder = KeyDecoder()
    events = [(1, SHIFT, 1), *tap(30), (0, keymap.SYN_DROPPED, 0), (1, 31, 1), (0, 0, 0), *tap(32), *tap(ENTER)]
    assert typed(decoder, events) == [Spoilt("events_lost", 2)]
    assert typed(decoder, keystrokes("sn")) == [Frame("sn", "enter")], "shift was down when the events were lost"


def test_rest_of_a_spoilt_scan_is_not_a_scan_of_its_own():
    """The case that was seen in a machine: SN-2024_ABC0000050 came out as SN-2000050."""
    decoder = KeyDecoder()
    events = timed(keystrokes("SN-20")[:-4] + [(0, keymap.SYN_DROPPED, 0), (0, 0, 0)])
    assert typed(decoder, events) == []
    late = timed(keystrokes("00050"), at=events[-1][-1] + 0.3)  # longer than the idle time, shorter than recovery
    assert typed(decoder, late) == [Spoilt("events_lost", 10)]
    assert typed(decoder, timed(keystrokes("YT1"), at=5)) == [Frame("YT1", "enter")]


@given(st.text(PRINTABLE, min_size=1), st.text(PRINTABLE, min_size=1), st.randoms())
def test_two_devices_that_type_at_once_are_kept_apart(left, right, chance):
    decoders = [KeyDecoder(), KeyDecoder()]
    streams = [timed(keystrokes(left)), timed(keystrokes(right))]
    got = [[], []]
    while any(streams):
        which = chance.choice([number for number in (0, 1) if streams[number]])
        got[which] += decoders[which].feed(*streams[which].pop(0))
    assert got == [[Frame(left, "enter")], [Frame(right, "enter")]]


def test_keypad_digits_and_keypad_enter():
    events = [event for code in (79, 80, 81, 82, 71) for event in tap(code)] + tap(96)
    assert typed(KeyDecoder(), events) == [Frame("12307", "enter")]


def test_auto_repeat_is_not_a_second_press():
    events = [(1, 30, 1), (1, 30, 2), (1, 30, 2), (1, 30, 0), *tap(ENTER)]
    assert typed(KeyDecoder(), events) == [Frame("a", "enter")]


@pytest.mark.lesson(16)
def test_tab_ends_a_scan():
    assert typed(KeyDecoder(), keystrokes("YT1", end=15)) == [Frame("YT1", "tab")]


def test_enter_followed_by_line_feed_is_one_scan():
    line_feed = [(1, 29, 1), *tap(36), (1, 29, 0)]
    assert typed(KeyDecoder(), keystrokes("YT1") + line_feed + keystrokes("YT2")) == [
        Frame("YT1", "enter"),
        Frame("YT2", "enter"),
    ]


def test_group_separator_of_a_gs1_code_comes_through():
    events = keystrokes("01", end=None) + [(1, 29, 1), *tap(27), (1, 29, 0)] + keystrokes("10")
    assert typed(KeyDecoder(), events) == [Frame("01\x1d10", "enter")]


@pytest.mark.parametrize(("code", "why"), [(ALT, "alt_code"), (86, "foreign_key"), (14, "foreign_key")])
@pytest.mark.lesson(14)
def test_key_that_makes_the_text_doubtful_spoils_the_scan(code, why):
    decoder = KeyDecoder()
    events = keystrokes("A1", end=None) + tap(code) + keystrokes("B2")
    assert typed(decoder, events) == [Spoilt(why, 4)]
    assert typed(decoder, keystrokes("B2")) == [Frame("B2", "enter")]


def alt_codes(numbers, left=True):
    """What a scanner types in universal keyboard mode: each number on the keypad while Alt is down."""
    digits = {sign: code for code, sign in keymap.KEYPAD.items() if sign.isdigit()}
    alt, events = ALT if left else 100, []
    for number in numbers:
        typed_digits = [event for sign in number for event in tap(digits[sign])]
        events += [(1, alt, 1), (0, 0, 0), *typed_digits, (1, alt, 0), (0, 0, 0)]
    return events


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)


@given(st.text(PRINTABLE, min_size=1), st.booleans(), st.booleans())
def test_any_ascii_as_alt_codes_comes_back(text, zero, left):
    events = alt_codes([f"{'0' * zero}{ord(sign):d}" for sign in text], left) + tap(ENTER)
    assert typed(KeyDecoder(), timed(events)) == [Frame(text, "enter")]


@given(
    st.text(PRINTABLE, max_size=5),
    HAN,
    st.text(PRINTABLE, max_size=5),
    st.sampled_from(["gbk", "gb18030"]),
    st.randoms(),
)
def test_chinese_as_alt_bytes_comes_back(before, middle, after, encoding, chance):
    """ASCII may be typed plainly or as numbers in between, even when it is the second byte of a character."""
    text, events = before + middle + after, []
    for byte in text.encode(encoding):
        plain = 0x20 <= byte < 0x7F and chance.random() < 0.5
        events += keystrokes(chr(byte), end=None) if plain else alt_codes([f"0{byte:03d}"])
    assert typed(KeyDecoder(), timed(events + tap(ENTER))) == [Frame(text, "enter")]


@given(HAN, CODES, st.booleans())
def test_chinese_as_alt_code_points_comes_back(text, code, zero):
    events = keystrokes(code, end=None) + alt_codes([f"{'0' * zero}{ord(sign)}" for sign in text])
    assert typed(KeyDecoder(), timed(events + tap(ENTER))) == [Frame(code + text, "enter")]


def test_alt_codes_of_western_letters_and_control_characters():
    assert typed(KeyDecoder(), alt_codes(["083", "0233"]) + tap(ENTER)) == [Frame("Sé", "enter")]
    separated = keystrokes("01", end=None) + alt_codes(["029"]) + keystrokes("10")
    assert typed(KeyDecoder(), separated) == [Frame("01\x1d10", "enter")]
    framed = alt_codes(["002"]) + keystrokes("YT1", end=None) + alt_codes(["003", "013", "010"])
    assert typed(KeyDecoder(), framed) == [Frame("YT1", "etx")]


@pytest.mark.parametrize("number", ["", "200", "0129", "55296", "1114112", "99999999", "123456789"])
def test_alt_code_that_is_no_character_spoils_the_scan(number):
    decoder = KeyDecoder()
    events = keystrokes("YT", end=None) + alt_codes([number]) + keystrokes("1")
    (spoilt,) = typed(decoder, events)
    assert isinstance(spoilt, Spoilt) and spoilt.why in ("alt_code", "garbled")
    assert typed(decoder, keystrokes("YT2")) == [Frame("YT2", "enter")]


@given(CODES, HAN, st.floats(0, 1), st.floats(0, 1))
def test_alt_codes_with_lost_events_never_yield_a_wrong_code(code, text, begin, end):
    events = keystrokes(code, end=None) + alt_codes([f"0{byte:03d}" for byte in text.encode("gbk")]) + tap(ENTER)
    first, last = sorted((int(begin * len(events)), int(end * len(events))))
    decoder = KeyDecoder(endings=Endings("suffix"))
    lost = [*events[:first], (0, keymap.SYN_DROPPED, 0), (0, 0, 0), *events[last:]]
    got = typed(decoder, timed(lost)) + decoder.silence(10)
    assert {frame.text for frame in got if isinstance(frame, Frame)} <= {code + text}


def test_alt_code_that_breaks_off_spoils_its_scan_and_not_the_next():
    decoder = KeyDecoder()
    events = [(1, ALT, 1), *tap(79), *tap(80)]
    assert typed(decoder, events) == []
    assert decoder.is_pending
    assert decoder.silence(RECOVERY_SECONDS) == [Spoilt("alt_code", 0)]
    assert typed(decoder, [(1, ALT, 0)]) == []
    got = typed(decoder, keystrokes("YT1")) + typed(decoder, keystrokes("YT2"))
    assert got[-1] == Frame("YT2", "enter")


def test_keypad_digits_without_alt_are_digits_again():
    decoder = KeyDecoder()
    events = alt_codes(["083"]) + [event for code in (79, 80) for event in tap(code)] + tap(ENTER)
    assert typed(decoder, events) == [Frame("S12", "enter")]


CTRL = 29


def held_control(sign):
    """Ctrl and the key of a control character: 2 is Ctrl-B (STX), 3 is Ctrl-C (ETX)."""
    code = KEYS[chr(0x60 + sign)][0]
    return [(1, CTRL, 1), *tap(code), (1, CTRL, 0)]


@given(st.lists(CODES, min_size=1, max_size=4))
def test_keyboard_scanner_may_frame_its_codes_with_stx_and_etx(codes):
    events = [event for code in codes for event in held_control(2) + keystrokes(code, end=None) + held_control(3)]
    assert typed(KeyDecoder(), timed(events)) == [Frame(code, "etx") for code in codes]
    kept = typed(KeyDecoder(strips_stx_etx=False), timed([*events, *tap(ENTER)]))
    assert kept == [Frame("".join(f"\x02{code}\x03" for code in codes), "enter")]


def test_unknown_keys_are_passed_over():
    events = tap(58) + tap(69) + keystrokes("Y", end=None) + tap(240) + tap(0x2FF) + keystrokes("T")
    assert typed(KeyDecoder(), events) == [Frame("YT", "enter")]


def test_silence_ends_a_scan_without_suffix():
    decoder = KeyDecoder(idle_seconds=0.1, endings=Endings("idle"))
    typed(decoder, timed(keystrokes("YT1", end=None)))
    assert decoder.silence(0.05) == []
    assert decoder.is_pending
    assert decoder.silence(0.1) == [Frame("YT1", "idle")]
    assert not decoder.is_pending


def test_late_reader_tells_two_scans_apart_by_the_times_of_their_events():
    events = timed(keystrokes("YT1", end=None)) + timed(keystrokes("YT2", end=None), at=1.0)
    decoder = KeyDecoder(idle_seconds=0.1, endings=Endings("idle"))
    assert typed(decoder, events) == [Frame("YT1", "idle")]
    assert decoder.silence(1) == [Frame("YT2", "idle")]


def test_too_long_a_scan_is_dropped_whole():
    decoder = KeyDecoder(longest=10)
    assert typed(decoder, keystrokes("12345678901")) == [Spoilt("too_long", 11)]
    assert typed(decoder, keystrokes("1234567890")) == [Frame("1234567890", "enter")]


def test_unplugged_keyboard_leaves_no_half_scan_and_no_held_shift():
    decoder = KeyDecoder()
    typed(decoder, [*keystrokes("YT", end=None), (1, SHIFT, 1)])
    decoder.forget()
    assert typed(decoder, keystrokes("a")) == [Frame("a", "enter")]


BODY = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\ufffd"), min_size=1, max_size=60
)


@given(BODY, st.sampled_from([b"\r", b"\n", b"\r\n", b"\t", b"\x03", b"\x03\r\n"]), st.integers(1, 7))
def test_utf8_text_comes_back_whatever_the_pieces_and_the_suffix(text, suffix, piece):
    framer = ByteFramer(encoding="utf-8")
    raw = b"\x02" + text.encode() + suffix
    got = [frame for start in range(0, len(raw), piece) for frame in framer.feed(raw[start : start + piece])]
    assert [frame.text for frame in got] == [text]
    assert not framer.is_pending


@given(BODY)
def test_gb18030_text_comes_back(text):
    framer = ByteFramer(encoding="gb18030")
    assert [frame.text for frame in framer.feed(text.encode("gb18030") + b"\r")] == [text]


@pytest.mark.parametrize("text", ["枫林村", "王小明 ￥12.50", "YT8962646785389", "䶮〇①", "3-2-1005"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_either_encoding_is_told_from_the_other(text, encoding):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("raw", [b"\xff\xfe\xff\x80\xff", b"\x80", "枫林".encode("utf-16")])
def test_bytes_of_neither_encoding_are_garbled(raw):
    with pytest.raises(Garbled):
        decode(raw)
    assert ByteFramer().feed(raw + b"\r")[-1] == Spoilt("garbled", len(raw))


def test_empty_frames_are_dropped():
    assert ByteFramer().feed(b"\r\n\r\n\x02\x03\0\0\r") == []


def test_without_stx_and_etx_stripping_they_belong_to_the_code():
    assert ByteFramer(strips_stx_etx=False).feed(b"\x02A\x03\r") == [Frame("\x02A\x03", "cr")]


def test_four_kilobytes_without_an_end_are_dropped_and_the_next_scan_is_whole():
    framer = ByteFramer()
    assert framer.feed(b"A" * 4097) == []
    assert framer.feed(b"A" * 5000 + b"\rYT1\r") == [Spoilt("too_long", 9097), Frame("YT1", "cr")]
    assert framer.feed(b"B" * 4096 + b"\r") == [Frame("B" * 4096, "cr")]


def test_suffix_once_seen_makes_a_frame_without_it_half_a_scan():
    framer = ByteFramer(idle_seconds=0.1)
    framer.feed(b"A0")
    assert framer.silence(0.9) == [], "its suffix may still come"
    assert framer.silence(RECOVERY_SECONDS) == [Frame("A0", "idle")], "this scanner has no suffix at all"
    framer.feed(b"A1")
    assert framer.silence(0.1) == [Frame("A1", "idle")], "and is quicker from now on"
    assert framer.feed(b"A2\r") == [Frame("A2", "cr")]
    framer.feed(b"A3")
    assert framer.silence(0.1) == [], "its rest may still come"
    assert framer.silence(RECOVERY_SECONDS) == [Spoilt("half_frame", 2)]
    framer.feed(b"A4\r")
    got = []
    for number in range(4):
        framer.feed(b"B%d" % number)
        got += framer.silence(RECOVERY_SECONDS)
    assert [type(one) for one in got] == [Spoilt, Spoilt, Frame, Frame], "the suffix was switched off"


@pytest.mark.parametrize(("policy", "kind"), [("suffix", Spoilt), ("idle", Frame)])
def test_ending_policy_may_be_set(policy, kind):
    framer = ByteFramer(endings=Endings(policy))
    for _ in range(5):
        framer.feed(b"A1")
        assert [type(one) for one in framer.silence(RECOVERY_SECONDS)] == [kind]
        assert framer.feed(b"A2\r") == [Frame("A2", "cr")]


def test_short_hesitation_within_a_scan_spoils_nothing():
    framer = ByteFramer(endings=Endings("suffix"))
    framer.feed(b"YT")
    assert framer.silence(0.29) == []
    assert framer.feed(b"1\r") == [Frame("YT1", "cr")]
    framer.feed(b"YT")
    assert framer.silence(0.31) == []
    assert framer.feed(b"1\r") == [Spoilt("half_frame", 3)]


def test_pause_before_the_suffix_alone_spoils_nothing():
    framer = ByteFramer(endings=Endings("suffix"))
    framer.feed(b"YT1")
    assert framer.silence(0.4) == []
    assert framer.feed(b"\r\n") == [Frame("YT1", "cr")]


@given(st.lists(CODES, min_size=1, max_size=4, unique=True), st.lists(st.floats(0, 0.95), min_size=1), st.randoms())
def test_pauses_within_scans_never_yield_a_wrong_code(codes, pauses, chance):
    """Seen in a machine that was too slow: YT0…03 paused, and its rest with its suffix looked like a whole scan."""
    keys, line, at = KeyDecoder(), ByteFramer(), 0.0
    typed_codes, sent_codes = [], []
    for code in codes:
        for event in keystrokes(code):
            at += chance.choice([0.001, 0.001, 0.001, chance.choice(pauses)])
            typed_codes += keys.feed(*event, at)
        for byte in code.encode() + b"\r":
            sent_codes += line.silence(chance.choice([0.0, 0.0, 0.0, chance.choice(pauses)]))
            sent_codes += line.feed(bytes([byte]))
    for got in (typed_codes, sent_codes):
        assert len(got) == len(codes)
        assert all(
            one.text == code if isinstance(one, Frame) else one.why == "half_frame"
            for one, code in zip(got, codes, strict=True)
        )
