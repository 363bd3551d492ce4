"""What the operator reads of a device: pages asked for over HTTP while real drivers run simulated devices."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from kiosk.devices import Runtime
from tests.drivers.bench import told, wait_for
from tests.web.browser import TestStation
from tests.web.forms import send

PRINTER, SCANNER, SCALE = "小票机", "扫码枪", "电子秤"
TOML = (
    f'[[devices]]\nname = "{PRINTER}"\nkind = "printer"\ndriver = "simulated"\ndesk = "柜台"\n'
    f'[[devices]]\nname = "{SCANNER}"\nkind = "scanner"\ndriver = "simulated"\ndesk = "柜台"\n'
    f'[[devices]]\nname = "{SCALE}"\nkind = "scale"\ndriver = "simulated"\ndesk = "柜台"\n'
)
_TAG = re.compile(r"<[^>]+>")


@dataclass
class Seen:
    """Somebody at the counter."""

    station: TestStation
    client: FlaskClient

    def page(self, path: str) -> str:
        """The words of a page, without its marks."""
        return _words(self.client.get(path).text)

    def strip(self) -> str:
        """The strip of lamps on top of every page."""
        text = self.client.get("/more").text
        return _words(text[text.index('class="cell lamp') : text.index('class="cell backup')])

    def device(self, name: str) -> str:
        """The lamps of one device on the devices page, each with what is the matter and what to do."""
        text = self.client.get("/devices").text
        text = text[text.index(f'id="{name}"') :]
        return _words(text[: text.index("</section>")])

    def reads(self, name: str, *words: str) -> None:
        """Waits until all these words stand with the device."""
        wait_for(lambda: all(word in self.device(name) for word in words))

    def shows(self, *words: str) -> None:
        """Waits until all these words stand on the strip."""
        wait_for(lambda: all(word in self.strip() for word in words))

    def press(self, path: str, **fields: Any) -> str:
        """Presses a button of the print list and returns the words of the page that follows."""
        answer = send(self.client, "/prints", path, **fields)
        assert answer.status_code == 303, answer.text[:800]
        return self.page(answer.headers["Location"])


def fail(runtime: Runtime, fault: str, name: str = PRINTER, **arguments: Any) -> None:
    """Tells a simulated device to fail, and waits until it does."""
    assert told(runtime, fault, name, **arguments) == "done"


def slips(runtime: Runtime) -> list[str]:
    """The first lines of the slips that came out, in their order."""
    return [slip.facts["text"][0] for slip in reversed(runtime.sim_slips())]


def _words(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
