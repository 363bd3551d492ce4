"""One effect, however often a POST is sent: act and answer are committed together, and the same key brings the same
answer again. It is sent only after the commit has returned; a refusal is not stored and is tried afresh."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from kiosk.errors import Refused
from kiosk.storage import Tx, answers
from web.api.door import caller
from web.api.problems import written
from web.station import station

_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
KEY = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"


@dataclass(frozen=True, slots=True)
class Done:
    """What an act answers. The body is kept for seven days with its key, so it names no person."""

    status: int
    body: dict[str, Any]
    location: str | None = None


def once(
    do: Callable[[Tx], Done], *, also_refused: Callable[[Refused], None] | None = None, erasing: bool = False
) -> Response:
    """Does ``do(tx)`` once for this key, token and path.

    ``also_refused`` writes down what must be remembered of a refusal, in a transaction of its own; ``erasing`` as
    ``Store.transaction``.
    """
    key, actor, body = request.headers.get(KEY), caller(), request.get_data()
    owner = f"token:{actor.id}"
    is_replayed = False
    try:
        with station().store.transaction(actor, erasing=erasing) as tx:
            # Looked up inside the transaction: of two at once the second waits and finds the first one's answer.
            kept = answers.recall(tx, key, owner, request.path, body) if key is not None else None
            if kept is not None:
                is_replayed = True
                done = Done(kept.status, kept.body["body"], kept.body["location"])
            else:
                done = do(tx)
                if key is not None:
                    answer = {"body": done.body, "location": done.location}
                    answers.remember(tx, key, owner, request.path, body, done.status, answer)
    except Refused as refused:
        if also_refused is not None:
            also_refused(refused)
        raise
    answer = said(done.body, done.status)
    if done.location is not None:
        answer.headers["Location"] = done.location
    if is_replayed:
        answer.headers[REPLAYED] = "true"
    else:
        station().hub.publish("changed")  # every desk: the API has none of its own
    return answer


def said(body: dict[str, Any], status: int = 200) -> Response:
    """A JSON answer."""
    return written(_WRITE(body), status, "application/json")
