"""``python -m sync``: the process that owns the network. Exit codes: 2 usage, 3 configuration, 5 database."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from kiosk import settings
from kiosk.devices import Runtime
from kiosk.errors import EXIT_CONFIGURATION, EXIT_DATABASE, ConfigurationError, DatabaseError, SyncError
from kiosk.settings import driven_clock
from kiosk.storage import Store, open_store
from kiosk.words import N_, say
from sync.daemon import Daemon
from sync.enrolment import enrol
from sync.transport import Transport

#: What ``kiosk enrol`` is told when the code did not reach the county.
NOT_REACHED = 4


def main(arguments: list[str] | None = None) -> int:
    """Sends what waits in the outbox of a state folder until it is told to end."""
    parser = argparse.ArgumentParser(prog="python -m sync", description=say(N_("把待上报的消息送到县中心，取回回执号")))
    parser.add_argument("--state", type=Path, default=None, help=say(N_("数据目录（默认取自 KIOSK_STATE）")))
    parser.add_argument("--parent-pipe", type=int, default=None, metavar="FD", help=say(N_("这个管道关闭时结束")))
    parser.add_argument("--demo", action="store_true", help=say(N_("演示：时钟可由 KIOSK_TEST_CLOCK 指的文件拨动")))
    parser.add_argument("--enrol", action="store_true", help=say(N_("只把登记码送去县中心，然后结束")))
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # one line for each POST otherwise
    state = (chosen.state or settings.state_folder()).absolute()
    try:
        driven_clock.start(is_demo=chosen.demo, state=state)
        store = open_store(state, settings.load(state))
        if chosen.enrol:
            return _enrol(store)
        return Daemon(store, Runtime.open(state)).run(chosen.parent_pipe)
    except ConfigurationError as error:
        print(say(error.message, **error.facts), file=sys.stderr)
        return EXIT_CONFIGURATION
    except DatabaseError as error:
        print(say(error.message, **error.facts), file=sys.stderr)
        return EXIT_DATABASE


def _enrol(store: Store) -> int:
    """Takes the code that is under way to the county once: 0 when it was answered, ``NOT_REACHED`` otherwise."""
    transport = None
    try:
        transport = Transport(store.settings.county)
        enrol(store, transport)
    except SyncError as error:
        print(say(error.message, **error.facts), file=sys.stderr)
        return NOT_REACHED
    finally:
        if transport is not None:
            transport.close()
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
