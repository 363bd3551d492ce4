"""Runs what a form asks for: one transaction, one effect, however often the form is sent.

The form carries a key that was minted when it was rendered. The act and its answer are written in one transaction; a
double click, the back button, a second tab or a lost reply find the first answer and are sent to the same page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import g, make_response, redirect, request
from flask.typing import ResponseReturnValue

from kiosk.errors import Refused
from kiosk.ids import new_key
from kiosk.storage import Tx, answers
from kiosk.words import N_
from web.station import actor, session, station

#: Every page's answers stand under this path: the key alone is unguessable and unique.
PLACE = "page"
SAID = "said"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act: the page to go to, and one sentence said there with its tone.

    ``message`` is marked, ``facts`` fill it; they are kept for seven days, so they name no villager and hold no secret.
    Tones: done, attention, refused, already, trouble. ``link`` is a page offered beside the sentence, ``press`` its marked
    name.
    """

    location: str
    message: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    tone: str = "done"
    link: str = ""
    press: str = N_("打开")


def run(
    do: Callable[[Tx], Done], *, again: Callable[[], ResponseReturnValue] | None = None, erasing: bool = False
) -> ResponseReturnValue:
    """Does ``do(tx)`` once for the form's key and sends the browser to its ``Done.location``.

    When it is refused, nothing of it stays: ``again`` (the page's own view) shows the form with what was typed and the
    reason above it; without ``again`` the refusal gets a page of its own. ``erasing`` as ``Store.transaction``.
    """
    key, owner = request.form.get("_key", ""), f"staff:{session().staff.id}"
    try:
        if "sifted" in g:  # a field held a payment code: it is empty now, and nothing is done
            raise g.sifted
        with station().store.transaction(actor(), erasing=erasing) as tx:
            kept = answers.recall(tx, key, owner, PLACE, _body())
            if kept is not None:
                done = Done(**kept.body)
            else:
                done = do(tx)
                body = {
                    "location": done.location, "message": done.message, "facts": done.facts, "tone": done.tone,
                    "link": done.link, "press": done.press,
                }  # fmt: skip
                answers.remember(tx, key, owner, PLACE, _body(), 303, body)
    except Refused as refused:
        if again is None:
            raise
        g.refused = explained(refused)
        return make_response(again(), 422)
    station().hub.publish("changed", session().desk_id)
    return redirect(with_query(done.location, **{SAID: key}) if done.message else done.location, 303)


def refuse(refused: Refused, again: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Shows the form again with the reason, for what is refused before any transaction (a PIN that is wrong). What is
    missing only because the gate took a payment code out is told as that."""
    g.refused = g.get("sifted") or refused
    return make_response(again(), 422)


def explained(refused: Refused) -> Refused:
    """The refusal in a page's words: a form that was sent before with other content is explained as what it is."""
    if refused.code == "request.key_reused":
        return Refused(
            refused.code, N_("这张表已经提交并保存过了；这次改动的内容没有保存，还在下面。再按一次就是另办一笔。")
        )
    if refused.code == "request.key_unreadable":
        return Refused(refused.code, N_("这张表已过期，没有保存；填的内容还在下面，请再按一次。"))
    return refused


def form_key() -> str:
    """The key for a form that is being rendered: fresh, unless the form was refused and is shown again."""
    refused = g.get("refused")
    if refused is not None and refused.code not in ("request.key_reused", "request.key_unreadable"):
        return request.form.get("_key") or new_key()
    return new_key()


def said() -> Done | None:
    """The sentence of the act that led to this page, None when none did."""
    key = request.args.get(SAID, "")
    if not key or g.get("session") is None:
        return None
    with station().store.reading() as db:
        kept = answers.look_up(db, key, f"staff:{session().staff.id}", PLACE)
    return Done(**kept.body) if kept is not None else None


def with_query(location: str, **more: str) -> str:
    """``location`` with query parameters added or replaced."""
    parts = urlsplit(location)
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | more
    return parts._replace(query=urlencode(query)).geturl()


def _body() -> bytes:
    fields = sorted((k, v) for k, v in request.form.items(multi=True) if k not in ("csrf_token", "_key"))
    return json.dumps([request.path, fields], ensure_ascii=False).encode("utf-8")
