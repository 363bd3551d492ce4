"""A printer's settings: presets, changed by options, wrong ones named."""

import pytest

from kiosk.errors import ConfigurationError
from kiosk.printing.profile import PROFILES, PrinterProfile, profile_from


def test_options_change_a_preset_and_the_drivers_own_are_left_alone():
    profile = profile_from({"profile": "80mm-gb", "columns": 42, "native_qr": True, "host": "127.0.0.1", "port": 9100})
    assert profile == PrinterProfile(576, 42, has_cutter=True, native_qr=True)
    assert profile_from({}) == PROFILES["58mm-gb"]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"profile": "a4"}, "profile"),
        ({"columns": 33}, "columns"),
        ({"width_dots": 370, "columns": 31}, "columns"),
        ({"columns": "32"}, "columns"),
        ({"has_cutter": 1}, "has_cutter"),
        ({"text_mode": "utf8"}, "text_mode"),
        ({"drawer_pin": 3}, "drawer_pin"),
        ({"font": 7}, "columns"),
    ],
)
def test_wrong_option_is_named(options, key):
    with pytest.raises(ConfigurationError) as caught:
        profile_from(options)
    assert caught.value.facts["key"] == key


@pytest.mark.parametrize(
    ("dots", "columns"), [(384, 30), (384, 31), (384, 32), (368, 30), (370, 30), (576, 42), (512, 42), (576, 48)]
)
def test_paper_widths_in_use_are_allowed(dots, columns):
    assert PrinterProfile(dots, columns).row_bytes * 8 >= columns * 12
