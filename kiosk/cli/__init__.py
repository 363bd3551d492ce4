"""The command ``kiosk``. Words that need a driver or the centre start ``python -m drivers …`` or ``python -m sync…``, so
that the business itself imports neither. Exit codes: 2 usage, 3 configuration, 5 database."""

from __future__ import annotations

import logging
import os
import sys

import click

from kiosk import __version__, settings
from kiosk.cli.place import folder_here
from kiosk.errors import (
    EXIT_CONFIGURATION,
    EXIT_DATABASE,
    EXIT_USAGE,
    ConfigurationError,
    DatabaseError,
    KioskError,
)
from kiosk.settings import driven_clock
from kiosk.storage import Store, open_store
from kiosk.words import say


class Commands(click.Group):
    """Puts our own errors into words and exit codes; anything else is a defect and shows its traceback."""

    def invoke(self, ctx: click.Context):  # type: ignore[no-untyped-def]
        try:
            return super().invoke(ctx)
        except ConfigurationError as error:
            _end(error, EXIT_CONFIGURATION)
        except DatabaseError as error:
            _end(error, EXIT_DATABASE)
        except KioskError as error:
            _end(error, EXIT_USAGE)


def _end(error: KioskError, code: int) -> None:
    click.echo(say(error.message, **error.facts), err=True)
    sys.exit(code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("--demo", is_flag=True, help="of a demonstration, whose clock KIOSK_TEST_CLOCK may drive")
@click.pass_context
def main(ctx: click.Context, demo: bool) -> None:
    """农村电商服务站柜台 · the counter of a rural e-commerce service station.

    KIOSK_STATE names the state folder, PORT the port of the counter (8080), KIOSK_RUNTIME the folder of runtime.db.
    """
    os.umask(0o077)  # a state folder may have been made by hand, open to everybody
    ctx.obj = demo
    if ctx.invoked_subcommand != "run":  # which asks for it itself, once it knows whether it is a demonstration
        driven_clock.start(is_demo=demo)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def open_here(*, must_exist: bool = False) -> Store:
    """The store of the station that is meant (``kiosk.cli.place``), made on first use unless it ``must_exist``."""
    state = folder_here(must_exist=must_exist)
    return open_store(state, settings.load(state))


def _add_commands() -> None:
    from kiosk.cli import care, county, reports, running, setting_up

    for command in (*running.COMMANDS, *care.COMMANDS, *reports.COMMANDS, *setting_up.COMMANDS, *county.COMMANDS):
        main.add_command(command)


_add_commands()
