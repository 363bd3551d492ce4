"""What people answer about a test page is kept and is what the next slip is made for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.counter.fit_printer import fit_printer, unfit_printer
from kiosk.printing import fitting
from kiosk.printing.printer_page import QUESTIONS
from kiosk.printing.profile import PROFILES
from kiosk.storage import Actor
from tests.services.parcel_bench import Station

PRINTER = "小票机"
YES = {key: True for key, _question in QUESTIONS}
LOOKS = {"width": "58", "has_cutter": False, "drawer_pin": 0}


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    found = Station.copied(tmp_path)
    yield found
    assert found.problems() == []
    found.store.close()


def profile(station: Station) -> Any:
    device = station.store.settings.device(PRINTER)
    return station.read(fitting.profile_now, device)


def answer(station: Station, *wrong: str, **looks: Any) -> tuple[str, ...]:
    return station.act(fit_printer, PRINTER, YES | dict.fromkeys(wrong, False), **LOOKS | looks)


def test_station_that_nobody_asked_prints_as_installed(station):
    assert profile(station) == PROFILES["58mm-gb"]
    assert answer(station) == (), "six times yes changes nothing"
    assert station.read(fitting.fitting, PRINTER) is None


@pytest.mark.parametrize(
    ("wrong", "looks", "now"),
    [
        ("hanzi", {}, {"text_mode": "raster"}),
        ("rare_hanzi", {}, {"rom": "gb2312"}),
        ("signs", {}, {"rom": "gb2312"}),
        ("size", {}, {"max_scale": 1}),
        ("ruler", {"width": "80"}, {"columns": 48, "width_dots": 576}),
        ("", {"width": "80"}, {"columns": 48, "width_dots": 576}),
        ("", {"has_cutter": True}, {"has_cutter": True}),
        ("", {"drawer_pin": 5}, {"drawer_pin": 5}),
    ],
)
def test_each_answer_sets_what_it_is_about(station, wrong, looks, now):
    changed = answer(station, *([wrong] if wrong else []), **looks)
    assert set(changed) == set(now)
    found = profile(station)
    assert {key: getattr(found, key) for key in now} == now


def test_answers_add_up_and_can_be_taken_back(station):
    answer(station, "hanzi")
    answer(station, "size", has_cutter=True)
    found = profile(station)
    assert (found.text_mode, found.max_scale, found.has_cutter) == ("raster", 1, True)
    assert answer(station, "size", has_cutter=True) == (), "there is nothing left to change"
    assert station.act(unfit_printer, PRINTER) is True
    assert profile(station) == PROFILES["58mm-gb"]
    assert station.act(unfit_printer, PRINTER) is False


def test_columns_between_the_usual_ones_stay_while_the_ruler_is_right(station):
    device = station.store.settings.device(PRINTER)
    odd = replace(device, options={**device.options, "width_dots": 512, "columns": 42})
    looks = {"width": "80", "has_cutter": False, "drawer_pin": 0}
    assert station.act(fitting.fit, odd, YES, **looks) == (), "six times yes changes nothing"
    assert station.read(fitting.profile_now, odd).columns == 42
    assert set(station.act(fitting.fit, odd, YES | {"ruler": False}, **looks)) == {"columns", "width_dots"}


def test_wrong_ruler_needs_another_width(station):
    refusal = station.refusal(fit_printer, PRINTER, YES | {"ruler": False}, **LOOKS)
    assert refusal.code == "printer.width_again"


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("printer.unknown", {"printer": "没有"}),
        ("printer.not_answered", {"answers": {"hanzi": True}}),
        ("printer.looks_wrong", {"width": "57"}),
        ("printer.looks_wrong", {"drawer_pin": 3}),
    ],
)
def test_what_does_not_do_changes_nothing(station, code, change):
    asked = {"printer": PRINTER, "answers": YES} | LOOKS | change
    refusal = station.refusal(fit_printer, asked.pop("printer"), asked.pop("answers"), **asked)
    assert refusal.code == code
    assert station.read(fitting.fitting, PRINTER) is None


def test_inspector_changes_no_printer(station):
    eyes = Actor("staff", station.manager_id, "inspector", "督导", 1)
    assert station.refusal(fit_printer, PRINTER, YES, **LOOKS, actor=eyes).code == "staff.not_allowed"
    assert station.refusal(unfit_printer, PRINTER, actor=eyes).code == "staff.not_allowed"


def test_what_no_longer_fits_to_station_toml_is_left_out(station):
    answer(station, width="80")
    other = PROFILES["80mm-gb"]
    assert station.read(fitting.fitted, PRINTER, other).columns == 48
    assert station.read(fitting.fitted, "另一台", other) == other
