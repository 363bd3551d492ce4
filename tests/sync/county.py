"""A centre as a process, or as an app over a real database; and reports signed as a station signs them."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from kiosk.inbox import message as county_message
from kiosk.reports import envelope, signing
from kiosk.reports.envelope import Signed
from kiosk.storage.secrets import Secrets
from sync.centre import anomalies, enrolment, reports, stations
from sync.centre import office as offices
from sync.centre.anomalies import Anomaly
from sync.centre.api import DOCUMENT, MEDIA_TYPE
from sync.centre.app import create_app
from sync.centre.reports import Received
from sync.centre.stations import StationKey
from tests.sync.station import process

POST = "/api/v1/reports"
ENROL = "/api/v1/enrolments"
POLL = "/api/v1/messages"
MADE_AT = "2026-11-22T10:30:00.000000Z"


@dataclass
class Signer:
    """One station's hand: its code and its key."""

    station: str
    secrets: Secrets
    polls: int = field(default=0)

    @classmethod
    def make(cls, folder: Path, station: str) -> Signer:
        folder.mkdir(parents=True, exist_ok=True)
        return cls(station, Secrets.open(folder))

    @property
    def public_key(self) -> str:
        return envelope.public_jwk(self.secrets)

    @property
    def seed(self) -> bytes:
        return self.secrets.key_cached(envelope.KEY)

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
        return self.message("report.daily", sequence, {**said, **content})

    def message(self, topic: str, sequence: int, content: dict[str, Any], made_at: str = MADE_AT) -> Signed:
        """One signed message of any topic."""
        return envelope.sign(
            self.secrets,
            station=self.station,
            sequence=sequence,
            topic=topic,
            subject={"kind": "report", "id": sequence},
            made_at=made_at,
            content=content,
        )

    def rotation(self, sequence: int, other: Signer) -> Signed:
        """The message by which this key names the next."""
        jwk = json.loads(other.public_key)
        return self.message(
            "key.rotated", sequence, {"key": {"jwk": jwk}, "thumbprint": signing.thumbprint(other.public_key)}
        )

    def enrolment(self, code: str, made_at: str = MADE_AT) -> str:
        """What a station sends for its code."""
        payload = {
            "format": enrolment.FORMAT, "station": self.station, "code": code, "made_at": made_at,
            "key": {"jwk": json.loads(self.public_key)},
        }  # fmt: skip
        return signing.sign_as(self.seed, enrolment.TYPE, payload).envelope

    def poll(self, after: int = 0, parked: tuple[tuple[int, str], ...] = (), made_at: str = "") -> str:
        """What a station asks; each question a second after the one before."""
        self.polls += 1
        told = [{"sequence": sequence, "code": code} for sequence, code in parked]
        made_at = made_at or f"2026-11-22T10:31:{self.polls:02d}.000000Z"
        return county_message.poll(self.seed, station=self.station, made_at=made_at, after=after, parked=told).envelope


class Watched(FlaskClient):
    """A client that holds every answer of the API against the published document."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        answer = super().open(*args, **options)
        faults = undocumented(answer)
        assert faults == [], f"{answer.request.method} {answer.request.path}: {faults}"
        return answer


class Centre:
    """The app of one centre, spoken to without a socket."""

    def __init__(self, folder: Path, address: str = "", *, trusts_first: bool = True, **options: Any) -> None:
        self.office = offices.Centre.open(folder, address, trusts_first=trusts_first, **options)
        self.app = create_app(self.office)
        self.app.test_client_class = Watched
        self.client: FlaskClient = self.app.test_client()

    def close(self) -> None:
        """Lets its database go."""
        self.office.close()

    def post(self, text: str | bytes, media: str = MEDIA_TYPE, to: str = POST) -> tuple[int, dict[str, Any]]:
        """Status and body of one POST."""
        answer = self.client.post(to, data=text, content_type=media)
        found = answer.get_json(force=True)
        assert answer.content_type == ("application/json" if answer.status_code < 300 else "application/problem+json")
        return answer.status_code, found

    def get(self, path: str) -> dict[str, Any]:
        """What a list for programs says."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.data
        found: dict[str, Any] = answer.get_json()
        return found

    def page(self, query: str = "") -> str:
        """A page: the list of reports, or another with its query."""
        answer = self.client.get("/" + query)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def submit(self, path: str, origin: str, **form: Any) -> TestResponse:
        """A form filled on the page ``origin``, with the token that it gave out."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page(origin))
        assert token is not None
        return self.client.post(path, data={"csrf_token": token[1], **form}, headers={"Accept": "text/html"})

    def anomalies(self, *, with_informing: bool = False) -> list[Anomaly]:
        """What a person must look into."""
        with self.office.database.reading() as db:
            return [one for one in anomalies.listed(db, limit=2000) if with_informing or not one.informs]

    def kinds(self) -> list[str]:
        """The kinds of what a person must look into, by name."""
        return sorted(one.kind for one in self.anomalies())

    def reports(self) -> list[Received]:
        """What was stored."""
        with self.office.database.reading() as db:
            return reports.listed(db)

    def counts(self) -> tuple[int, int]:
        """Of messages and of their stations."""
        with self.office.database.reading() as db:
            return reports.counts(db)

    def station_keys(self) -> list[StationKey]:
        """The present keys."""
        with self.office.database.reading() as db:
            return stations.keys(db)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The published description."""
    found: dict[str, Any] = json.loads(DOCUMENT.read_bytes())
    return found


def undocumented(answer: TestResponse) -> list[str]:
    """In what an answer of the API differs from the document; nothing for pages and for what is no address."""
    asked = answer.request.path
    places = {re.sub(r"\{\w+\}", "[^/]+", path): methods for path, methods in document()["paths"].items()}
    methods = next((found for pattern, found in places.items() if re.fullmatch(pattern, asked)), None)
    told = methods.get(answer.request.method.lower()) if methods else None
    if told is None:
        return [] if methods is None or answer.status_code == 405 else ["a method that is not described"]
    described = told["responses"].get(str(answer.status_code))
    if described is None:
        return [f"status {answer.status_code} is not described"]
    content = described["content"].get(answer.mimetype)
    if content is None:
        return [f"{answer.mimetype} is not described"]
    check = Draft202012Validator({**content["schema"], "components": document()["components"]})
    return [fault.message for fault in check.iter_errors(answer.get_json(force=True))]


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
