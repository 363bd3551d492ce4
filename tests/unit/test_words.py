"""Chinese is the source, English is whole: every message has its translation, with the same facts in it."""

import re
import string

from kiosk.words import N_, catalogue, current_locale, say, use_locale
from tests.unit.words_in_code import messages, unmarked, untranslated


def names(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def test_every_message_has_its_english():
    known = catalogue("en")
    assert len(messages()) > 300, "the control: the messages are found in the code"
    assert untranslated(known) == []


def test_english_names_the_same_facts():
    for message, english in catalogue("en").items():
        assert names(english) <= names(message), f"{message!r} → {english!r}"


def test_english_has_no_chinese_left():
    left = [
        english for english in catalogue("en").values() if re.search(r"[\u4e00-\u9fff]", english.replace("中文", ""))
    ]
    assert left == []


def test_catalogue_has_nothing_that_nobody_says():
    assert sorted(set(catalogue("en")) - set(messages())) == []


def test_templates_show_no_chinese_that_is_not_marked():
    assert unmarked() == []


def test_words_are_said_in_the_readers_language():
    use_locale("zh_CN")
    assert say(N_("重复 {n}"), n=3) == "重复 3"
    assert "3" in say("重复 {n}", locale="en", n=3)
    use_locale("xx")
    assert current_locale() == "zh_CN"


def test_missing_fact_stays_visible_instead_of_raising():
    assert say("重复 {n}", locale="zh_CN", other=1) == "重复 {n}"
