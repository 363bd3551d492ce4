"""Who comes in: a bearer token and nothing else. The session cookie of the pages is never looked at here, so no page of
another site can make a browser act (and the API needs no CSRF token)."""

from __future__ import annotations

from flask import Response, g, request

from kiosk.people import tokens
from kiosk.people.rights import Right, may, require
from kiosk.storage import Actor
from kiosk.words import DEFAULT_LOCALE, use_locale
from web.api.problems import not_logged_in
from web.station import station

#: Longer than any token; more is not worth a hash.
_LONGEST_TOKEN = 200


def speak() -> None:
    """Chooses the language of this request's words: what Accept-Language prefers, Chinese unless it says English."""
    if "Accept-Language" not in request.headers:
        use_locale(DEFAULT_LOCALE)
        return
    best = request.accept_languages.best_match(["zh", "zh-CN", "en"], default="zh")
    use_locale("en" if best == "en" else DEFAULT_LOCALE)


def let_in(rights: tuple[Right, ...]) -> Response | None:
    """Puts the token's actor into ``g.actor`` or answers why not: 401 without a good token.

    Raises ``Refused('staff.not_allowed')`` when the role has none of ``rights``; no rights named: any token will do.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        return not_logged_in(has_token=False)
    found = None
    if len(token) <= _LONGEST_TOKEN and token.isascii():
        with station().store.reading() as db:
            found = tokens.actor_of(db, token)
    if found is None:
        return not_logged_in(has_token=True)
    if rights and not any(may(found, right) for right in rights):
        require(found, rights[0])
    g.actor = found
    return None


def caller() -> Actor:
    """The program behind this request's token."""
    found: Actor = g.actor
    return found
