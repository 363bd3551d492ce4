"""A small client of the API over one kept connection, as a courier's handheld or another program would be."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from types import TracebackType
from typing import Any

BASE = "/api/v1"


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers and body of an answer; the body read as JSON where it is JSON."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def is_done(self) -> bool:
        """Whether the station says that it was done."""
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """The stable code of a refusal, '' for anything else."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""

    def expect(self, *statuses: int) -> Any:
        """The body; fails with the whole answer unless the status is one of these."""
        assert self.status in (statuses or (200,)), f"{self.status}: {self.body}"
        return self.body


class Api:
    """One connection with one token. A connection that breaks raises ``OSError``; the next request opens a new one."""

    def __init__(self, port: int, token: str, *, timeout_seconds: float = 60.0) -> None:
        self.token = token
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_seconds)

    def get(self, path: str) -> Reply:
        """GET of a path under the API."""
        return self.raw("GET", BASE + path)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Reply:
        """POST of a JSON body, with an Idempotency-Key when one is given."""
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.raw("POST", BASE + path, json.dumps({} if body is None else body).encode(), headers)

    def raw(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
        """Any request; ``path`` from the root."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            self._connection.request(method, path, body, sent | (headers or {}))
            answer = self._connection.getresponse()
            content = answer.read()
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            raise ConnectionError(f"no answer to {method} {path}: {error!r}") from error
        found = {name.lower(): value for name, value in answer.getheaders()}
        is_json = "json" in found.get("content-type", "")
        return Reply(
            answer.status, found, json.loads(content) if is_json and content else content.decode("utf-8", "replace")
        )

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def __enter__(self) -> Api:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
