"""``python -m web``: the counter's pages and the API on loopback. Exit codes: 2 usage, 3 configuration, 5 database."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from kiosk import settings
from kiosk.devices import Runtime
from kiosk.errors import EXIT_CONFIGURATION, EXIT_DATABASE, EXIT_USAGE, ConfigurationError, DatabaseError
from kiosk.settings import driven_clock
from kiosk.storage import open_store
from kiosk.words import N_, say

log = logging.getLogger("web")
PORT = 8080


def main(arguments: list[str] | None = None) -> int:
    """Serves a state folder's pages until it is told to end."""
    parser = argparse.ArgumentParser(prog="python -m web", description=say(N_("柜台页面和接口，只在本机地址上")))
    parser.add_argument("--state", type=Path, default=None, help=say(N_("数据目录（默认取自 KIOSK_STATE）")))
    parser.add_argument("--port", type=int, default=None, help=say(N_("端口（默认取自 PORT，再默认 8080）")))
    parser.add_argument("--parent-pipe", type=int, default=None, metavar="FD", help=say(N_("这个管道关闭时结束")))
    parser.add_argument("--demo", action="store_true", help=say(N_("演示：时钟可由 KIOSK_TEST_CLOCK 指的文件拨动")))
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a full queue shows as a slow page, not as a line each
    port = chosen.port if chosen.port is not None else os.environ.get("PORT", str(PORT))
    if not str(port).isdigit() or int(port) > 65535:
        print(say(N_("端口「{port}」不对"), port=port), file=sys.stderr)
        return EXIT_USAGE
    state = (chosen.state or settings.state_folder()).absolute()
    try:
        driven_clock.start(is_demo=chosen.demo, state=state)
        store = open_store(state, settings.load(state))
        runtime = Runtime.open(state)
        return _serve(store, runtime, int(port), chosen.parent_pipe)
    except ConfigurationError as error:
        print(say(error.message, **error.facts), file=sys.stderr)
        return EXIT_CONFIGURATION
    except DatabaseError as error:
        print(say(error.message, **error.facts), file=sys.stderr)
        return EXIT_DATABASE


def _serve(store, runtime: Runtime, port: int, parent_pipe: int | None) -> int:  # type: ignore[no-untyped-def]
    from web.server import Server

    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        server = Server(store, runtime, port)
    except OSError as error:
        print(say(N_("端口 {port} 用不了：{why}"), port=port, why=error.strerror or str(error)), file=sys.stderr)
        return 1
    if parent_pipe is not None:
        threading.Thread(target=_end_with_parent, args=(parent_pipe, over), name="parent", daemon=True).start()
    with server:
        log.info("serving %s", server.url)
        over.wait()
    store.close()
    runtime.close()
    return 0


def _end_with_parent(descriptor: int, over: threading.Event) -> None:
    """The pipe's other end is our parent's alone: it closes when the parent ends, even by SIGKILL."""
    while True:
        try:
            if not os.read(descriptor, 1):
                break
        except InterruptedError:
            continue
        except OSError:
            break
    over.set()


if __name__ == "__main__":
    sys.exit(main())
