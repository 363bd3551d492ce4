"""Why the centre does not take something: a stable code, a status and a sentence, sent as RFC 9457 problem details."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response

from kiosk.errors import KioskError, Refused
from kiosk.words import say

MEDIA_TYPE = "application/problem+json"

#: What each refusal of an envelope is over HTTP.
_STATUS = {
    "envelope.too_large": 413,
    "envelope.unreadable": 400,
    "envelope.format_unknown": 422,
    "envelope.signature_wrong": 422,
    "envelope.key_unreadable": 400,
}


class Turned(KioskError):
    """The centre turns something away: ``status`` and ``code`` for programs, the message for people. ``members`` stand
    in the answer beside them."""

    def __init__(
        self, status: int, code: str, message: str, *, members: Mapping[str, Any] | None = None, **facts: object
    ) -> None:
        self.status = status
        self.code = code
        self.members = dict(members or {})
        super().__init__(message, **facts)

    @property
    def words(self) -> str:
        """The sentence, in the language of whoever asks."""
        return say(self.message, **self.facts)


def turned(refused: Refused) -> Turned:
    """A refusal of the business as the centre's own."""
    return Turned(_STATUS.get(refused.code, 422), refused.code, refused.message, **refused.facts)


def problem(said: Turned) -> Response:
    """The answer that says why."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": said.code,
        "status": said.status,
        "detail": said.words,
        "code": said.code,
        **said.members,
    }
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=said.status, content_type=MEDIA_TYPE)
