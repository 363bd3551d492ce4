"""The county's centre of the quarter: the shipped process on its own clock, its database on PostgreSQL, its pages and lists
read over HTTP as people and programs read them."""

from __future__ import annotations

import html
import json
import re
import subprocess
import urllib.error
import urllib.request
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from kiosk.settings.driven_clock import VARIABLE
from sync.centre import enrolment
from sync.centre.office import Centre
from tests.driven import Hands
from tests.sync.station import process

MEDIA_TYPE = "application/jose"
SECONDS = 60


class County:
    """``address`` names the PostgreSQL database; '' a SQLite file in ``folder``."""

    def __init__(self, folder: Path, address: str = "") -> None:
        self.folder, self.address = folder, address
        folder.mkdir(parents=True, exist_ok=True)
        self.hands = Hands(folder / "clock.json")
        self.port = 0
        self._ends = ExitStack()

    def __enter__(self) -> County:
        more = ("--database", self.address) if self.address else ()
        started = self._ends.enter_context(
            process(
                "sync.centre", "--demo", "run", "--port", "0", "--state", str(self.folder), *more,
                environment={VARIABLE: str(self.hands.file)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        assert started.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)", started.stdout.readline())
        assert found, "the centre did not start"
        self.port = int(found[1])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ends.close()

    def code(self, station: str) -> str:
        """A one-time code for a station, as an office makes it beside the running centre."""
        centre = Centre.open(self.folder, self.address)
        try:
            return enrolment.new_code(centre, station)
        finally:
            centre.close()

    def page(self, path: str) -> str:
        """The words of a page, tags left out."""
        return words_of(self._read(path))

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object of an address."""
        found: dict[str, Any] = json.loads(self._read(path))
        return found

    def items(self, path: str) -> list[dict[str, Any]]:
        """Every item of a list, over all its pages."""
        items: list[dict[str, Any]] = []
        following: str | None = path
        while following:
            found = self.get(following)
            items += found["items"]
            following = found.get("next")
        return items

    def days(self, station: str, first: date, last: date) -> dict[str, dict[str, Any]]:
        """What counts of each day of a station."""
        found = self.items(f"/api/v1/days?station={station}&from={first}&to={last}")
        return {item["business_on"]: item for item in found}

    def post(self, envelope: str) -> tuple[int, dict[str, Any]]:
        """Sends an envelope past every station, as whoever copied or forged it: status and answer."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/reports", envelope.encode(), {"Content-Type": MEDIA_TYPE}
        )
        try:
            with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def _read(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=SECONDS) as answer:
            return str(answer.read().decode())


def words_of(text: str) -> str:
    """What a person reads of a page."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
