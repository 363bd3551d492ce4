"""The counter's pages over HTTP without a browser: log in, read a form, send it (again) as it was rendered."""

from __future__ import annotations

from html.parser import HTMLParser
from types import TracebackType
from typing import Any

import httpx

from tests.journeys.station import Member

Fields = list[tuple[str, str]]


class _Forms(HTMLParser):
    """Every form of a page: its action and the fields that it would send untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self._form: tuple[str, Fields] | None = None
        self._owned: dict[str, Fields] = {}
        self._select: Fields | None = None
        self._is_chosen = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = (found.get("action", ""), self._owned.setdefault(found.get("id", ""), []))
            if not found.get("id"):
                self._form = (self._form[0], [])
            self.forms.append(self._form)
        elif tag == "input" and found.get("name"):
            is_choice = found.get("type") in ("radio", "checkbox")
            if is_choice and "checked" not in found or found.get("type") == "submit":
                return
            fields = self._owned.setdefault(found["form"], []) if found.get("form") else self._form and self._form[1]
            if fields is not None:
                fields.append((found["name"], found.get("value", "on" if is_choice else "")))

        elif tag == "select" and found.get("name") and self._form:
            self._select = self._form[1]
            self._select.append((found["name"], ""))
            self._is_chosen = False
        elif tag == "option" and self._select is not None and not self._is_chosen:
            self._is_chosen = "selected" in found
            if self._is_chosen or not self._select[-1][1]:
                self._select[-1] = (self._select[-1][0], found.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None


class PageClient:
    """One browser's worth of cookies. ``port`` may be that of a lossy road."""

    def __init__(self, port: int) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)

    @property
    def cookies(self) -> httpx.Cookies:
        """What the station has given this browser."""
        return self._client.cookies

    def log_in(self, member: Member) -> None:
        """Logs a member of the staff in at the desk."""
        answer = self.send(self.form("/log-in", "/log-in"), "/log-in", staff_id=member.id, pin=member.pin)
        assert answer.status_code == 303, answer.text

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self._client.get(path, follow_redirects=True)

    def form(self, page: str, action: str) -> Fields:
        """The fields of the page's form with this action, as they would be sent untouched."""
        parser = _Forms()
        text = self.get(page).text
        parser.feed(text)
        for found, fields in parser.forms:
            if found == action:
                return fields
        raise AssertionError(f"{page} has no form {action}, only {[found for found, _ in parser.forms]}")

    def send(self, fields: Fields, action: str, **typed: Any) -> httpx.Response:
        """Sends a form with what was typed into it; redirects are answered, not followed."""
        kept = set(typed)
        content: dict[str, Any] = {}
        for name, value in fields:
            if name not in kept:
                content.setdefault(name, []).append(value)
        content |= {name: [str(value)] for name, value in typed.items()}
        return self._client.post(action, data=content, headers={"Sec-Fetch-Site": "same-origin"})

    def __enter__(self) -> PageClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
