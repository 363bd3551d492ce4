"""Words from outside: screen and printer get visible text on one line; names are masked to one character."""

import pytest

from kiosk.codes import clean_text, mask_name


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("王秀英", "王秀英"),
        ("  王 \t 秀英\r\n", "王 秀英"),
        ("王\x1b@\x1dV\x00秀英", "王@V秀英"),
        ("王\u202e秀英\u2066", "王秀英"),
        ("王\u200b\ufeff秀英", "王秀英"),
        ("王\u2028秀英", "王 秀英"),
        ("王\u3000秀英", "王 秀英"),
        ("王\ud800秀英", "王秀英"),
        ("王\uffff秀英", "王秀英"),
        ("\u3164\u2800", ""),
        ("𠮷田䶮", "𠮷田䶮"),
        ("\x9b31m红", "31m红"),
        ("བཀྲ་ཤིས", "བཀྲ་ཤིས"),
        ("e\u0301", "é"),
        ("", ""),
    ],
)
def test_hostile_characters_are_taken_out(text, clean):
    assert clean_text(text, 40) == clean


def test_stacked_marks_are_cut_short():
    assert len(clean_text("王" + "\u0336" * 50, 100)) == 7


def test_text_is_cut_at_its_limit_without_a_hanging_space():
    assert clean_text("王秀英 李建国", 4) == "王秀英"
    assert clean_text("ab" * 50, 3) == "aba"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张**"),
        ("张", "张**"),
        ("张先生", "张**"),
        ("张**", "张**"),
        ("欧阳小小", "欧**"),
        ("Tashi", "T**"),
        ("བཀྲ་ཤིས", "བ**"),
        ("\u202e张三", "张**"),
        ("𠮷田", "𠮷**"),
        ("", ""),
        ("\x1b", ""),
    ],
)
def test_name_is_masked_to_its_first_character(name, masked):
    assert mask_name(name) == masked
