"""Under which names the station may be called. A page elsewhere can let its own name point at the station's address and
then read the station as if it were its own (DNS rebinding); a request whose Host is no name of ours is answered with
nothing. Private and loopback addresses, this machine's names and those of the setting ``counter.host_names`` are ours."""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache

from flask import Flask, Response, request

from web.station import station

_HOST = re.compile(r"(\[[0-9a-f:.%]+\]|[^:\[\]/@\\\s]+)(:\d{1,5})?", re.ASCII | re.IGNORECASE)


def init(app: Flask) -> None:
    """Asks before anything else does."""
    app.before_request(_turn_away)


@lru_cache(maxsize=64)  # a station is called by a handful of names, by each of them a hundred thousand times
def is_ours(host: str, named: tuple[str, ...] = ()) -> bool:
    """True for a Host header (with or without port) under which this station may be called."""
    match = _HOST.fullmatch(host)
    if match is None:
        return False
    name = match.group(1).strip("[]").rstrip(".").lower()
    if name in named or name in own_names():
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return not address.is_global


@lru_cache(maxsize=1)
def own_names() -> frozenset[str]:
    """What this machine calls itself, alone and in a local network."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return frozenset({"localhost", name, short, f"{short}.local", f"{short}.lan"} - {""})


def _turn_away() -> Response | None:
    if is_ours(request.environ.get("HTTP_HOST", ""), station().settings.counter.host_names):
        return None
    # No words of the station: whoever asks so is none of its browsers, or an installer who finds the setting named.
    return Response("unknown host: see counter.host_names\n", 400, mimetype="text/plain")
