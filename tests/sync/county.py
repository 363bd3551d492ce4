"""A centre as a process, or as an app over a real file; and reports signed as a station signs them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from kiosk.reports import envelope
from kiosk.reports.envelope import Signed
from kiosk.storage.secrets import Secrets
from sync.centre.app import MEDIA_TYPE, create_app
from sync.centre.store import CentreStore
from tests.sync.station import process

POST = "/api/v1/reports"


@dataclass
class Signer:
    """One station's hand: its code and its key."""

    station: str
    secrets: Secrets

    @classmethod
    def make(cls, folder: Path, station: str) -> Signer:
        folder.mkdir(parents=True, exist_ok=True)
        return cls(station, Secrets.open(folder))

    @property
    def public_key(self) -> str:
        return envelope.public_jwk(self.secrets)

    def report(self, sequence: int = 1, **content: Any) -> Signed:
        """One signed daily report; ``content`` changes what it says."""
        said: dict[str, Any] = {
            "report_no": f"F202611{sequence:02d}-0001",
            "revision": 0,
            "station": {"code": self.station, "name": "枫林村服务站"},
            "business_on": f"2026-11-{(sequence - 1) % 28 + 1:02d}",
            "is_late": False,
            "totals": {"txn_count": 3, "txn_amount_fen": 12850, "commission_fen": 150, "service_fee_fen": 200},
        }
        return envelope.sign(
            self.secrets,
            station=self.station,
            sequence=sequence,
            topic="report.daily",
            subject={"kind": "report", "id": sequence},
            made_at="2026-11-22T10:30:00.000000Z",
            content={**said, **content},
        )


class Centre:
    """The app over one state folder, spoken to without a socket."""

    def __init__(self, folder: Path, *, trusts_first: bool = True) -> None:
        self.store = CentreStore(folder)
        self.app = create_app(self.store, trusts_first=trusts_first, zone="Asia/Shanghai", locale="zh_CN")
        self.client: FlaskClient = self.app.test_client()

    def post(self, envelope_text: str | bytes, media: str = MEDIA_TYPE) -> tuple[int, dict[str, Any]]:
        """Status and body of one POST."""
        answer = self.client.post(POST, data=envelope_text, content_type=media)
        found = answer.get_json(force=True)
        assert answer.content_type == ("application/json" if answer.status_code < 300 else "application/problem+json")
        return answer.status_code, found

    def page(self, query: str = "") -> str:
        """The list page."""
        answer = self.client.get("/" + query)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)


@contextlib.contextmanager
def centre_process(
    folder: Path, *arguments: str, port: int = 0, before: tuple[str, ...] = ()
) -> Iterator[tuple[str, Any]]:
    """``kiosk-centre run`` as a process: its address and the process. ``before``: words of the command itself."""
    import subprocess

    command = ["sync.centre", *before, "run", "--port", str(port), "--state", str(folder), *arguments]
    with process(*command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as started:
        assert started.stdout is not None
        line = started.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line
        yield found.group(), started
