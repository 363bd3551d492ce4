"""Each of the ten thousand tails is a tail: one that is not could never collect a parcel."""

from kiosk.codes import CodeKind, parse_phone, recognise


def test_every_four_digits_are_a_tail_typed_and_scanned():
    tails = [f"{number:04d}" for number in range(10_000)]
    assert [tail for tail in tails if parse_phone(tail).tail != tail] == []
    assert [tail for tail in tails if recognise(tail).kind is not CodeKind.PHONE_TAIL] == []
