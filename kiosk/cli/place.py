"""Which station a word means. ``KIOSK_STATE`` decides; where it names none, a newcomer who has just started the
demonstration means that one, and it is said aloud which folder was taken."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kiosk import settings
from kiosk.cli.lock import running_pid
from kiosk.errors import Refused
from kiosk.settings import driven_clock
from kiosk.storage.database import DATABASE
from kiosk.words import N_, say


def demo_folder() -> Path:
    """The demonstration's state folder: the one named by ``KIOSK_STATE``, else one of its own."""
    named = os.environ.get("KIOSK_STATE")
    return Path(named).absolute() if named else Path.home() / ".local" / "share" / "kiosk-demo"


def folder_here(*, must_exist: bool = False) -> Path:
    """The folder named by ``KIOSK_STATE``; without it the station that runs on this machine, else the real one.

    ``must_exist``: the demonstration's is taken too when there is no other, and ``Refused('station.none')`` is raised
    when there is none at all: a misspelt name must neither make a new station nor call it sound.
    """
    real, demonstration = settings.state_folder(), demo_folder()
    folder = real
    if real != demonstration and running_pid(real) is None:
        is_only = must_exist and not (real / DATABASE).exists() and (demonstration / DATABASE).exists()
        if is_only or running_pid(demonstration) is not None:
            folder = demonstration
            click.echo(say(N_("用的是演示站 {folder}；别的站点请用 KIOSK_STATE 指明"), folder=str(folder)), err=True)
    if must_exist and not (folder / DATABASE).exists():
        raise Refused(
            "station.none", N_("{folder} 里没有站点数据，请检查 KIOSK_STATE；没有改动任何内容"), folder=str(folder)
        )
    driven_clock.refuse_real(folder)
    return folder
