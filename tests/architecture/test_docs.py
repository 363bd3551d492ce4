"""The pages for people say what the program does: every setting, every option, every word, and no link into nothing."""

import dataclasses
import json
import re
import tomllib

import pytest

from kiosk import cli
from kiosk.printing.profile import PROFILES, PrinterProfile
from tests.architecture.lessons import LESSONS, NOT_YET, marked
from tests.architecture.tree import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
INSTALL = (ROOT / "docs" / "install.md").read_text("utf-8")
#: An option as it is asked for: `options.whole("baudrate", …`.
_OPTION = re.compile(r'options\.(?:text|needed_text|number|whole|flag|numbers|texts)\(\s*"(\w+)"')
LARGEST_PICTURE_BYTES = 150_000


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    defaults = tomllib.loads((ROOT / "config" / "station.toml").read_text("utf-8"))
    wanted = {
        f"{section}.{key}": json.dumps(value, ensure_ascii=False)
        for section, keys in defaults.items()
        for key, value in keys.items()
    }
    assert len(wanted) > 20
    assert dict(re.findall(r"^\| `(\w+\.\w+)` \| `(.*?)` \|", INSTALL, re.MULTILINE)) == wanted


def test_every_option_of_a_driver_is_named() -> None:
    asked = {name for path in (ROOT / "drivers").rglob("*.py") for name in _OPTION.findall(path.read_text("utf-8"))}
    asked |= {field.name for field in dataclasses.fields(PrinterProfile)} | set(PROFILES) | {"profile"}
    assert len(asked) > 30
    assert [name for name in sorted(asked) if f"`{name}`" not in INSTALL] == []


def test_every_word_of_the_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [word for word in cli.main.commands if f"kiosk {word}" not in readme and f"`{word} " not in readme] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_link_leads_nowhere(path) -> None:
    places = re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8"))
    inside = [place.partition("#")[0] for place in places if "://" not in place]
    assert [place for place in inside if place and not (path.parent / place).exists()] == []


def test_pictures_are_small_and_shown_somewhere() -> None:
    text = "".join(path.read_text("utf-8") for path in PAGES)
    pictures = sorted((ROOT / "docs" / "images").glob("*"))
    assert len(pictures) >= 10
    assert [picture.name for picture in pictures if picture.stat().st_size > LARGEST_PICTURE_BYTES] == []
    assert [picture.name for picture in pictures if f"images/{picture.name}" not in text] == []


def test_lessons_page_names_every_lesson_with_tests_that_are_there_or_why_it_has_none() -> None:
    here = marked()
    assert set(here) ^ set(NOT_YET) == set(LESSONS)
    rows = re.findall(r"^\| (\d+) \| .*? \| (.*) \|$", (ROOT / "docs" / "lessons.md").read_text("utf-8"), re.MULTILINE)
    again = "python -m tests.architecture.lessons > docs/lessons.md"
    assert {int(number) for number, _tests in rows} == set(LESSONS), again
    gone = [test for number, tests in rows for test in re.findall(r"`(.*?)`", tests) if test not in here[int(number)]]
    assert gone == [], again
