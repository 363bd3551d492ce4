"""Under which names the pages may be called: a page elsewhere can let its own name point at this machine and then act here
as if it were ours (DNS rebinding). Private and loopback addresses, this machine's name and the names that it was told are
ours. Where stations post is open: they prove themselves by signatures. What lists tell is what the pages tell."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from flask import current_app, request

from kiosk.words import N_
from sync.centre.problems import Turned


def known(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, for whoever calls it by a name of ours."""

    @wraps(view)
    def asked(**arguments: Any) -> Any:
        if not is_ours(request.host, tuple(current_app.config["HOST_NAMES"])):
            raise Turned(421, "request.host_unknown", N_("这里不叫这个名字；请用本机地址打开，或在启动时加 --name"))
        return view(**arguments)

    return asked


@lru_cache(maxsize=64)
def is_ours(host: str, named: tuple[str, ...] = ()) -> bool:
    """True for a Host header (with or without port) under which the pages may be called."""
    name = host.rsplit(":", 1)[0] if host.rsplit(":", 1)[-1].isdecimal() else host
    name = name.strip("[]").rstrip(".").lower()
    if name in named or name in ("localhost", socket.gethostname().lower()):
        return True
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return False
