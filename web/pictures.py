"""Photos in forms: larger bodies for the few acts that take one, and the photo made small before any transaction begins."""

from __future__ import annotations

from flask import Blueprint, request

from kiosk.attachments import LARGEST_UPLOAD_BYTES, Picture, read_picture

#: A photo and the fields beside it.
LARGEST_BODY_BYTES = LARGEST_UPLOAD_BYTES + 200_000


def allow_pictures(blueprint: Blueprint, endpoints: set[str]) -> None:
    """Lets these acts take a body with a photo in it. Set before anything reads the form, so the page's token too."""

    @blueprint.url_value_preprocessor
    def _allow(endpoint: str | None, _values: dict[str, object] | None) -> None:
        if endpoint in endpoints:
            request.max_content_length = LARGEST_BODY_BYTES


def sent_picture(name: str) -> Picture | None:
    """The photo that was sent in a field, re-encoded; None where none was chosen. Raises ``Refused`` of
    ``kiosk.attachments.picture``."""
    sent = request.files.get(name)
    if sent is None or not sent.filename:
        return None
    with sent.stream as stream:  # a large one lies in a temporary file until it is closed
        return read_picture(stream.read())
