"""What every answer carries: a policy under which only the station's own files run, and no kept copies of people's data."""

from __future__ import annotations

from flask import Flask, Response, request

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


def init(app: Flask) -> None:
    """Puts the headers on every answer that hasn't set them itself."""

    @app.after_request
    def put_headers(response: Response) -> Response:
        # Not setdefault, seven times: it walks the list twice for each and costs as much as a small act.
        present = {name.lower() for name, _ in response.headers}
        response.headers.extend([(name, value) for name, value in _ALWAYS.items() if name.lower() not in present])
        if request.endpoint == "static" and "v" in request.args:
            # The URL of a static file carries its content's hash (``wording.asset``).
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif "Cache-Control" not in response.headers:
            # Not ``no-store``: the back button must show the same form with the same key, so that sending it again has
            # one effect. Locking and logging out clear the cache instead.
            response.headers["Cache-Control"] = "private, no-cache"
            response.headers.add("Vary", "X-Part")
        return response
