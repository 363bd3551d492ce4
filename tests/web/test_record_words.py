"""What the records of a day say is said in people's words, whichever service they are of."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import kiosk
from kiosk import audit
from kiosk.words import say, use_locale
from tests.journeys.real_day import make_day, opened
from web import records


def test_every_state_in_a_sentence_has_words() -> None:
    for module in pkgutil.walk_packages(kiosk.__path__, "kiosk."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    bare = {
        (name, fact)
        for name, action in audit.actions().items()
        for fact, kind in action.facts.items()
        if kind == audit.ENUM and f"{{{fact}}}" in action.sentence and not records.has_words(name, fact)
    }
    assert bare == set()


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is read of a real day."""
    state = tmp_path_factory.mktemp("day") / "state"
    make_day(state)
    use_locale("zh_CN")
    with opened(state) as store, store.reading() as db:
        return [say(one.sentence, **records.readable(db, one)) for one in audit.records(db, limit=10_000)]


def test_records_of_every_service_hold_no_word_of_the_program(sentences: list[str]) -> None:
    assert len(sentences) > 200
    assert [words for words in sentences if re.search(r"[a-z]{3,}|\d{2}:\d{2}:\d{2}\.", words)] == []


def test_settled_clock_and_holiday_are_read_as_people_say_them(sentences: list[str]) -> None:
    assert any("主板电池没电" in words and re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d$", words) for words in sentences)
    assert any("存取现金 P" in words and "零星开支" in words for words in sentences)
    assert any("登记便民服务 1：火车票汽车票" in words for words in sentences)
