"""Devices that tests play, and what they ask of runtime.db."""

import contextlib
import os
import time
import tty
from types import MappingProxyType

from drivers import keymap
from drivers.options import Options
from kiosk.settings import Device


def wait_for(what, seconds=15.0):
    """The first truthy answer of ``what``; fails when there is none in time."""
    until = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.01)


def device(name="枪", kind="scanner", driver="serial", desk="柜台", **options):
    """A device as settings give it."""
    return Device(name, kind, driver, desk, MappingProxyType(options))


def options(name="枪", **values):
    """Its options, as a driver reads them."""
    return Options(device(name, **values))


class Pty:
    """A serial cable: the test holds the far end."""

    def __init__(self):
        self.far, self.near = os.openpty()
        tty.setraw(self.near)
        self.path = os.ttyname(self.near)

    def send(self, *parts, pause=0.0):
        for part in parts:
            os.write(self.far, part)
            time.sleep(pause)

    def unplug(self):
        for end in (self.near, self.far):
            if end >= 0:
                with contextlib.suppress(OSError):
                    os.close(end)
        self.near = self.far = -1


def lamp(runtime, name="枪", kind="scanner"):
    """State and reason of one lamp."""
    return next(
        ((found.state.value, found.reason) for found in runtime.lamps() if (found.device, found.kind) == (name, kind)),
        None,
    )


def texts(runtime, name=None):
    """The texts of all scans so far, in order."""
    return [scan.text for scan in runtime.take_scans(500) if name in (None, scan.device)]


SHIFT, RIGHT_SHIFT, ENTER, ALT = 42, 54, 28, 56
KEYS = {
    **{pair[1]: (code, True) for code, pair in keymap.CHARACTERS.items()},
    **{pair[0]: (code, False) for code, pair in keymap.CHARACTERS.items()},
}


def tap(code):
    return [(1, code, 1), (0, 0, 0), (1, code, 0), (0, 0, 0)]


def keystrokes(text, end=ENTER, shift=SHIFT):
    """The events that a US keyboard scanner sends for a text."""
    events = []
    for character in text:
        code, shifted = KEYS[character]
        held = [(1, shift, 1), (0, 0, 0)] if shifted else []
        let_go = [(1, shift, 0), (0, 0, 0)] if shifted else []
        events += [(4, 4, 458756), *held, *tap(code), *let_go]
    return events + (tap(end) if end else [])
