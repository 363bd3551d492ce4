"""Why the centre does not take something: a stable code, a status and a sentence, sent as RFC 9457 problem details."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from kiosk.errors import KioskError
from kiosk.words import say

MEDIA_TYPE = "application/problem+json"


class Turned(KioskError):
    """The centre turns something away: ``status`` and ``code`` for programs, the message for people."""

    def __init__(self, status: int, code: str, message: str, **facts: object) -> None:
        self.status = status
        self.code = code
        super().__init__(message, **facts)


def problem(turned: Turned) -> Response:
    """The answer that says why."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": turned.code,
        "status": turned.status,
        "detail": say(turned.message, **turned.facts),
        "code": turned.code,
    }
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=turned.status, content_type=MEDIA_TYPE)
