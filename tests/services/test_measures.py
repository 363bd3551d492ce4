"""How goods are measured: by the piece, or by weight in the units that farmers price by."""

from kiosk.consignment import measure
from kiosk.consignment.measure import Measure


def test_measures_are_what_the_form_offers():
    assert measure.unit_size(Measure.WEIGHT, "斤") == 500
    assert measure.unit_size(Measure.PIECE, "袋") == 1
