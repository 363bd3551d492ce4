"""Frames of scales: the manuals' examples, any cut of the bytes, and noise that never becomes a weight."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scale_frames import FRAMERS, LONGEST
from drivers.scale_reading import Rest, grams_of
from drivers.simulated.scale_frames import COMPOSE

TEXT = b"ST,GS,+ 123.456kg\r\n"
TOTALS = b"\r400.000\rU000.00\rT0000.00\r\n"
#: Bytes of hardware.md §4.1 and of the manuals that it names, with what they say: grams and standing.
EXAMPLES = [
    ("yaohua", bytes.fromhex("02 2B 30 30 32 30 30 30 32 31 42 03"), [(20_000, "unsaid")]),
    ("yaohua", b"\x02-00012541F\x03", [(-13, "unsaid")]),
    ("yaohua", b"\x02-00012541E\x03", []),  # another check
    ("yaohua_reversed", b"=000.3000=00.1000-=", [(3000, "unsaid"), (-1000, "unsaid")]),
    ("yaohua_forward", b"=0003.000=-0001.00=", [(3000, "unsaid"), (-1000, "unsaid")]),
    ("yaohua_a12", b"ww000.000kgwn-0000.1kgwt000.100kg", [(0, "unsaid"), (-100, "unsaid"), (None, "aside")]),
    ("text", TEXT, [(123_456, "steady")]),
    ("text", b"US,NT,-   1.250kg\r\n", [(-1250, "moving")]),
    ("text", b"OL,GS,+            \r\n", [(None, "over")]),
    ("text", b"OL,GS,-            \r\n", [(None, "under")]),
    ("text", b"ST,TR,+ 123.456kg\r\n", [(None, "aside")]),
    ("text", b"ST,GS,1\xc4,00013.5 kg\r\n", [(13_500, "steady")]),  # CAS, 22 bytes: device id and lamp byte
    ("text", b"ST,GS,+   2.500 \xbd\xef\r\n", [(1250, "steady")]),
    ("text", b"ST,GS,+     500  g\n", [(500, "steady")]),
    ("text", b"ST,GS,+   1.000lb\r\n", [(454, "steady")]),
    ("text", b"ST,GS,+   1.000ox\r\n", []),  # no unit that anybody knows
    ("text", b"ST,GS,+   1.000\r\n", []),
    ("text", b"ST,GS,+         kg\r\n", []),
    ("cas", b"\x01\x02S 01.234kg\x65\x03\x04", [(1234, "steady")]),
    ("cas", b"\x81\x02U 01.234kg\x63\x03", [(1234, "moving")]),
    ("cas", b"\x01\x02S-01.234kg\x68\x03\x04", [(-1234, "steady")]),
    ("cas", b"\x01\x02S 01.234kg\x64\x03\x04", []),
    ("cas", b"\x01\x025 01.234kg\x03\x03\x04", []),  # nobody says what this status means
    ("toledo_8217", b"\x02  1.234\r", [(1234, "steady")]),
    ("toledo_8217", b"\x02  1.234N\r", [(1234, "steady")]),
    ("toledo_8217", b"\x02?A\r\x02?B\r\x02?D\r", [(None, "moving"), (None, "over"), (None, "under")]),
    ("toledo_8217", b"\x82\xa0\xa01.\xb2\xb34\x8d", []),  # 7E1 read as 8N1
    ("toledo_continuous", b"\x0250   1250     0\r\x14", [(1250, "steady")]),
    ("toledo_continuous", b"\x0250   1250     0\r\x15", []),
    ("digi", b"@B\r000.250" + TOTALS, [(250, "unsaid")]),
    ("digi", b"B\r000.190" + TOTALS + b"\r000.070" + TOTALS, [(190, "unsaid"), (70, "unsaid")]),
    ("digi", b"00.190" + TOTALS, []),  # cut into its weight
    ("aihua", b"\r 0046\n", [(46, "unsaid")]),
    ("aihua", b"\r 0000\r 0046\r", [(0, "unsaid"), (46, "unsaid")]),
    ("aihua", b"\r 046\n", []),
]
PROTOCOLS = sorted(FRAMERS)


def read(protocol, *pieces):
    framer = FRAMERS[protocol]()
    return [(found.grams, found.standing.value) for piece in pieces for found in framer.feed(piece)]


def closed(protocol):
    """What the next frame begins with, where that is what ends the last one."""
    return b"=" if protocol in ("yaohua_reversed", "yaohua_forward") else b""


@pytest.mark.parametrize(("protocol", "sent", "said"), EXAMPLES)
def test_example_of_a_manual_is_read(protocol, sent, said):
    assert read(protocol, sent) == said
    assert read(protocol, *(bytes([byte]) for byte in sent)) == said


@pytest.mark.parametrize(("protocol", "sent", "said"), EXAMPLES)
def test_frame_that_lost_its_front_is_no_frame(protocol, sent, said):
    """A port is opened in the middle of a frame: what is left of it is not a smaller weight."""
    for cut in range(1, len(sent)):
        assert set(read(protocol, sent[cut:])) <= set(said), sent[cut:]


@pytest.mark.parametrize(("protocol", "sent", "said"), [one for one in EXAMPLES if one[2]])
def test_frame_without_its_end_is_not_joined_with_the_next(protocol, sent, said):
    for cut in range(1, len(sent)):
        assert set(read(protocol, sent[:cut], sent)) <= set(said), (sent[:cut], sent)


def frames(protocol):
    """A few weights as a scale sends them, each with what it means."""
    low = 0 if protocol in ("aihua", "toledo_8217") else -9999
    weights = st.tuples(st.integers(low, 9999), st.booleans())
    return st.lists(weights, max_size=8).map(lambda told: [(g, COMPOSE[protocol](g, m, False)) for g, m in told])


def meant(protocol, told):
    """The weights among them: an 8217 names none while it moves."""
    return [grams for grams, frame in told if protocol != "toledo_8217" or b"?" not in frame]


@given(protocol=st.sampled_from(PROTOCOLS), data=st.data())
def test_weights_do_not_depend_on_how_the_bytes_are_cut(protocol, data):
    told = data.draw(frames(protocol))
    sent = b"".join(frame for _grams, frame in told) + closed(protocol)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=20)))
    pieces = [sent[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    grams = [grams for grams, _standing in read(protocol, *pieces) if grams is not None]
    assert grams == meant(protocol, told)


@given(protocol=st.sampled_from(PROTOCOLS), data=st.data())
def test_noise_never_raises_and_never_becomes_a_weight(protocol, data):
    told = data.draw(frames(protocol))
    noise = st.binary(max_size=3 * LONGEST)
    sent = b"".join(data.draw(noise) + frame for _grams, frame in told) + data.draw(noise)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=6)))
    pieces = [sent[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    found = read(protocol, *pieces)
    assert found == read(protocol, sent)
    assert {grams for grams, _standing in found} - {None} <= set(meant(protocol, told))


@given(
    protocol=st.sampled_from(["cas", "yaohua", "toledo_continuous"]),
    grams=st.integers(-9999, 9999), place=st.integers(0, 30), bit=st.integers(0, 6),
)  # fmt: skip
def test_flipped_bit_is_found_by_the_check(protocol, grams, place, bit):
    sent = bytearray(COMPOSE[protocol](grams, False, False))
    sent[place % len(sent)] ^= 1 << bit
    assert {found for found, _standing in read(protocol, bytes(sent))} <= {grams}


@given(protocol=st.sampled_from(PROTOCOLS), data=st.binary(max_size=400))
def test_any_bytes_are_survived(protocol, data):
    framer = FRAMERS[protocol]()
    for _ in range(3):
        framer.feed(data)
        framer.answer(data)
    framer.forget()
    frame = COMPOSE[protocol](1250, False, False)
    assert 1250 in [found.grams for found in framer.feed(frame + frame)]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_flood_without_an_end_is_not_kept(protocol):
    framer = FRAMERS[protocol]()
    framer.feed(b"0" * 10_000_000)
    for _ in range(100):
        framer.feed(b"ST,GS," * 100)
    assert len(framer._held) <= LONGEST
    frame = COMPOSE[protocol](1250, False, False)
    assert 1250 in [found.grams for found in framer.feed(b"\r\n" + frame + frame)]


@pytest.mark.parametrize(
    ("text", "unit", "decimals", "grams"),
    [
        ("1.234", "kg", 0, 1234), ("002000", "kg", 2, 20_000), ("0.0005", "kg", 0, 1), ("0.0004", "kg", 0, 0),
        ("1", "lb", 0, 454), ("2.5", "jin", 0, 1250), ("13.5", "t", 0, 13_500_000), ("7", "g", 0, 7),
        ("1.2.3", "kg", 0, None), ("", "kg", 0, None), (".5", "kg", 0, None), ("1,5", "kg", 0, None),
        ("١", "kg", 0, None), ("1", "oz", 0, None),
    ],
)  # fmt: skip
def test_weight_becomes_whole_grams(text, unit, decimals, grams):
    assert grams_of(text, unit, decimals) == grams


def test_weight_rests_after_equal_readings_over_some_time():
    rest = Rest(3, 0.4)
    assert [rest.take(500, at) for at in (0.0, 0.1, 0.2, 0.3)] == [False] * 4
    assert rest.take(500, 0.4)
    assert not rest.take(501, 0.5)
    assert [rest.take(501, at) for at in (0.7, 0.9)] == [False, True]
    rest.forget()
    assert not rest.take(501, 1.0)


def test_burst_of_equal_readings_is_no_rest():
    """What waited in a buffer comes all at once and proves nothing about this moment."""
    rest = Rest(3, 0.4)
    assert [rest.take(500, 7.0) for _ in range(50)] == [False] * 50
    assert not rest.take(500, 7.0 + Rest.GAP_SECONDS + 0.1)


def test_every_protocol_has_its_simulated_sender():
    assert set(COMPOSE) == set(FRAMERS)
