"""Puts marked messages into the reader's language. Chinese is the source text of every message, so a message without a
translation is still right Chinese; English comes from one catalogue, read when it is first needed."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

LOCALES = ("zh_CN", "en")
DEFAULT_LOCALE = "zh_CN"
CATALOGUES = Path(__file__).parent / "locale"

_locale: ContextVar[str] = ContextVar("kiosk_locale", default=DEFAULT_LOCALE)


def N_(message: str) -> str:
    """Marks a message for the catalogue and returns it unchanged; it is put into words where it is shown."""
    return message


def use_locale(locale: str) -> None:
    """Sets the language of the current request or thread; an unknown one becomes Chinese."""
    _locale.set(locale if locale in LOCALES else DEFAULT_LOCALE)


def current_locale() -> str:
    """The language that ``say`` uses when none is named."""
    return _locale.get()


@lru_cache(maxsize=4)
def catalogue(locale: str) -> dict[str, str]:
    """Message → translation of one language; empty for Chinese, whose words are the messages themselves."""
    if locale == DEFAULT_LOCALE:
        return {}
    from babel.messages.pofile import read_po  # only a reader of English pays for this import

    path = CATALOGUES / locale / "kiosk.po"
    if not path.exists():
        return {}
    with path.open("rb") as handle:
        return {m.id: m.string for m in read_po(handle) if isinstance(m.id, str) and m.id and m.string}


def say(message: str, /, locale: str | None = None, **facts: object) -> str:
    """The message in ``locale`` (the current one when None) with its named facts filled in.

    A fact that the message names and nobody gave stays visible as ``{name}`` instead of raising: words must never
    bring a page down.
    """
    text = catalogue(locale or _locale.get()).get(message, message)
    if not facts:
        return text
    return text.format_map(_Facts(facts))


class _Facts(dict):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
