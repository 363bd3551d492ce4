"""Forms sent over HTTP as a browser sends them, for tests without one."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient

from tests.web.browser import PEOPLE, TestStation


def hidden(text: str, name: str) -> str:
    """The value of the first hidden field of this name."""
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', text)[1])


def send(client: FlaskClient, page: str, path: str, headers: dict[str, str] | None = None, **fields: object):
    """Posts a form of ``page`` as a browser would: with its token and its key."""
    text = client.get(page).text
    hid = {name: hidden(text, name) for name in ("csrf_token", "_key") if f'name="{name}"' in text}
    return client.post(path, data=hid | fields, headers={"Sec-Fetch-Site": "same-origin"} | (headers or {}))


def log_in(client: FlaskClient, station: TestStation, name: str = "李柜员", pin: str | None = None, **more: object):
    """Logs in at the station's only desk."""
    return send(
        client, "/log-in", "/log-in", staff_id=station.staff_ids[name], pin=pin or PEOPLE[name][1], **more
    )  # fmt: skip
