"""Whatever stands around a code on the wire and wherever the wire cuts it: the codes come out whole, once, in their order."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.framing import ByteFramer, Endings, Frame, KeyDecoder, Spoilt
from kiosk.codes import CodeKind, recognise
from tests.drivers.bench import keystrokes, tap

ENDINGS = {b"\r": "cr", b"\n": "lf", b"\r\n": "cr", b"\t": "tab", b"\x03": "etx", b"\x03\r\n": "etx"}
#: AIM identifiers of Code 128, QR, Code 39 with its check digit, Interleaved 2 of 5; and of a scanner that sends none.
AIM = ["", "]C0", "]Q1", "]A3", "]I0"]
CODES = st.integers(0, 10**13 - 1).map(lambda number: f"YT{number:013}")
WIRE = st.lists(
    st.tuples(st.sampled_from([b"", b"\x02"]), st.sampled_from(AIM), CODES, st.sampled_from(sorted(ENDINGS))),
    min_size=1, max_size=5,
)  # fmt: skip


def pieces(raw, cuts):
    """``raw`` cut at these places."""
    places = sorted({0, len(raw), *(cut % (len(raw) + 1) for cut in cuts)})
    return [raw[begin:end] for begin, end in zip(places, places[1:], strict=False)]


@given(WIRE, st.lists(st.integers(0, 400), max_size=30))
def test_codes_with_any_frame_around_them_come_out_of_any_pieces(sent, cuts):
    framer = ByteFramer(endings=Endings("suffix"))
    raw = b"".join(start + (aim + code).encode() + end for start, aim, code, end in sent)
    got = [frame for piece in pieces(raw, cuts) for frame in framer.feed(piece)]
    assert got == [Frame(aim + code, ENDINGS[end]) for _start, aim, code, end in sent]
    assert not framer.is_pending
    for frame, (_start, aim, code, _end) in zip(got, sent, strict=True):
        known = recognise(frame.text, has_aim=bool(aim))
        assert (known.kind, known.text) == (CodeKind.WAYBILL, code)
        if aim:
            assert recognise(frame.text, has_aim=False).kind is CodeKind.UNREADABLE, "only where the setting says so"


@given(CODES, st.integers(1, 14), CODES)
def test_frame_that_begins_inside_another_is_never_glued_to_its_half(code, cut, other):
    framer = ByteFramer(endings=Endings("suffix"))
    got = framer.feed(b"\x02" + code[:cut].encode() + b"\x02" + other.encode() + b"\x03")
    assert got == [Spoilt("half_frame", cut), Frame(other, "etx")]


def test_keyboard_frame_that_begins_inside_another_is_never_glued_to_its_half():
    stx = [(1, 29, 1), *tap(48), (1, 29, 0)]  # Ctrl-B
    decoder = KeyDecoder()
    events = [*stx, *keystrokes("YT89", end=None), *stx, *keystrokes("YT1234567890123")]
    got = [frame for number, event in enumerate(events) for frame in decoder.feed(*event[:3], number * 0.001)]
    assert got == [Spoilt("half_frame", 4), Frame("YT1234567890123", "enter")]
