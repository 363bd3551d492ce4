"""Where a request comes from and where it may be sent on to; asked by the door and by what shows it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def wants_json() -> bool:
    """True for a request of our own script, which reads the answer itself."""
    return request.headers.get("X-Requested-With") == "fetch"


def wants_part() -> bool:
    """True when the script asks for the live parts of a page only."""
    return "X-Part" in request.headers


def local_path(path: str) -> str:
    """``path`` when it leads to this station, else the home page: no log-in ever leads elsewhere."""
    parts = urlsplit(path)
    is_local = not parts.scheme and not parts.netloc and path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_local and path.isprintable() else "/"


def is_from_here() -> bool:
    """True when the browser says that one of our own pages sent this request."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
