"""What every answer carries: a policy under which only the station's own files run, and no kept copies of people's data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


_NAMES = frozenset(name.lower() for name in _ALWAYS)


def init(app: Flask) -> None:
    """Puts the headers on every answer that hasn't set them itself."""
    app.wsgi_app = _under(app.wsgi_app)  # type: ignore[method-assign]

    @app.after_request
    def put_headers(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args:
            # The URL of a static file carries its content's hash (``wording.asset``).
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif "Cache-Control" not in response.headers:
            # Not ``no-store``: the back button must show the same form with the same key, so that sending it again has
            # one effect. Locking and logging out clear the cache instead.
            response.headers["Cache-Control"] = "private, no-cache"
            response.headers.add("Vary", "X-Part")
        return response


def _under(application: WSGIApplication) -> WSGIApplication:
    """Adds them below the framework, where a header is a pair of texts: added one by one to its header object, which
    looks each of them over, the seven cost as much as a small act. Also on what fails before a view is found."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            present = {name.lower() for name, _ in headers} & _NAMES
            headers.extend(pair for pair in _ALWAYS.items() if pair[0].lower() not in present)
            return start_response(status, headers, *error)

        return application(environ, begin)

    return answer
