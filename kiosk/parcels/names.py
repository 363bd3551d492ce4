"""Name hints as labels and operators give them (张, 张三, 张**, 张先生) and the pinyin initials by which they are
typed. Pure; the dictionary is read only when the first Chinese name is stored."""

from __future__ import annotations

import itertools
import os
import re
from functools import lru_cache

from kiosk.codes import about_a_person

#: A face sheet holds no longer name; a longer one is an address in the wrong field.
LONGEST = 20
_MASK = re.compile(r"[*＊•●xX?？]+$")
_TITLE = re.compile(r"(?<=.)(先生|女士|小姐|同学|老师)$")
_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def clean_hint(text: str | None) -> str:
    """A name hint as stored: visible characters on one line, without mask stars and titles, at most 20; '' for none."""
    hint = about_a_person(text, LONGEST)
    hint = _MASK.sub("", hint) if _HAN.search(hint) else hint.rstrip("*＊•●?？")
    return _TITLE.sub("", hint).strip().lower() if hint.isascii() else _TITLE.sub("", hint).strip()


def may_be_same(one: str, other: str) -> bool:
    """Whether two hints can name one person: equal, or one the beginning of the other (张 and 张三); '' fits any."""
    return one.startswith(other) or other.startswith(one)


def initials(hint: str) -> tuple[str, str | None]:
    """The pinyin initials of a hint, and those with another reading of the surname (单 is Shan, Dan or Chan) or None.

    Characters without pinyin stand for themselves, so a Latin name is found by its own letters.
    """
    if not hint:
        return "", None
    readings = [_letters(character) for character in hint if not character.isspace()]
    rest = "".join(letters[0] for letters in readings[1:])
    first, *others = (f"{letter}{rest}" for letter in readings[0])
    return first, others[0] if others else None


def keys(hint: str) -> tuple[str, ...]:
    """Everything under which a parcel of this name is found: the hint and its initials, each once."""
    first, also = initials(hint)
    return tuple(dict.fromkeys(key for key in (hint, first, also) if key))


#: Surnames whose reading as a surname is not the first one of the dictionary; both are searched, this one first.
_SURNAMES = {
    "单": "sd", "曾": "zc", "仇": "qc", "解": "xj", "区": "oq", "查": "zc", "尉": "wy", "覃": "qt", "乐": "yl", "翟": "zd",
    "朴": "pb", "冼": "x", "盖": "g", "缪": "m", "繁": "p", "种": "c", "折": "s", "员": "y", "秘": "b", "隗": "w", "洗": "x",
    "召": "s", "黑": "h", "万": "w", "石": "s", "沈": "s", "贾": "j", "行": "x",
}  # fmt: skip


@lru_cache(maxsize=2048)
def _letters(character: str) -> tuple[str, ...]:
    """Distinct first letters of a character's readings, the usual one first; at most two."""
    if character in _SURNAMES:
        return tuple(_SURNAMES[character])
    if not _HAN.match(character):
        return (character.lower(),)
    found = [text[0] for text in _readings(character) if text and text[0].isascii() and text[0].isalpha()]
    return tuple(itertools.islice(dict.fromkeys(found), 2)) or (character,)


def read_dictionary(hint: str | None) -> None:
    """Reads the dictionary if this hint will need it: entry points call it before the transaction, which would hold up
    the counter for as long as the first reading takes."""
    if hint and _HAN.search(hint):
        _letters("张")


def _readings(character: str) -> list[str]:
    # Without phrases and without a second copy pypinyin takes 13 MB instead of 40; single characters need no phrase.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin import Style, pinyin

    return pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]
