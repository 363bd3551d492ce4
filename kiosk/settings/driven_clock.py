"""Starts the driven clock of a demonstration: the file named by ``KIOSK_TEST_CLOCK``, in every process that was started
with ``--demo`` and in no other. A clock that can be set is the end of every report's truth, so a process that finds the
variable without ``--demo``, or the folder of a real station, does not start; and what is made under it says so."""

from __future__ import annotations

import os
import re
from html import escape
from pathlib import Path

from kiosk import clock
from kiosk.errors import ConfigurationError
from kiosk.settings import DEMO_MARK
from kiosk.words import N_, say

VARIABLE = "KIOSK_TEST_CLOCK"
#: What stands on every page, slip and paper that was made while the clock was driven.
MARK = N_("演示时钟：这里的时间不是真的")
_BODY = re.compile(r"<body\b[^>]*>")


def start(*, is_demo: bool, state: Path | None = None) -> None:
    """Lets the named file drive this process's clock; without the variable nothing happens.

    ``state`` is the station's folder where the process has one. Raises ``ConfigurationError`` without ``--demo``, in the
    folder of a real station, and for a file that cannot be read.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        return
    if not is_demo:
        raise ConfigurationError(
            N_("环境变量 {variable} 只能和 --demo 一起用；程序没有启动，请取消这个变量，或加 --demo"), variable=VARIABLE
        )
    try:
        clock.follow(Path(named))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            N_("{variable} 指的时钟文件 {file} 用不了：{why}"), variable=VARIABLE, file=named, why=str(error)
        ) from error
    if state is not None:
        refuse_real(state)


def refuse_real(state: Path) -> None:
    """Raises ``ConfigurationError`` for a real station's folder while the clock is driven."""
    if clock.driven() is not None and not (state / DEMO_MARK).exists():
        raise ConfigurationError(
            N_("{folder} 是正式站点的数据，时钟不能被拨动；程序没有启动，请取消环境变量 {variable}"),
            folder=str(state), variable=VARIABLE,
        )  # fmt: skip


def on_page(html: str) -> str:
    """An HTML page as it is sent: with the mark at the top of its body while the clock is driven."""
    words = line()
    return (
        _BODY.sub(lambda found: f'{found[0]}\n<p class="driven-clock">▲ {escape(words)}</p>', html, 1)
        if words
        else html
    )


def line(locale: str | None = None) -> str:
    """What is written where something is made or shown now: the mark while the clock is driven, else nothing."""
    return "" if clock.driven() is None else say(MARK, locale)
