"""A program that talks to the API as a courier's handheld does, and holds every answer against the station's own
``openapi.json``: an undocumented status, media type or field fails whatever test it happens in."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from kiosk import check, fees, settings
from kiosk.devices import Runtime
from kiosk.people import desks, tokens
from kiosk.settings import CONFIG
from kiosk.storage import Store, open_store
from tests.storage.empty_database import lay_out
from tests.web import compiled_once as compiled_once
from web.server import Server

PREFIX = "/api/v1"
ROLES = ("manager", "operator", "inspector", "courier", "screen")
#: A printer that nobody answers for: jobs are queued and wait.
STATION = """
[[devices]]
name = "票据打印机"
kind = "printer"
driver = "network"
"""
_STATUS_OF_ALL = {404, 405}
#: The same for every station of one version; asked for once.
_DOCUMENT: dict[str, Any] = {}


@dataclass
class ApiStation:
    """A station that serves its API, with a token for each role."""

    store: Store
    runtime: Runtime
    tokens: Mapping[str, str]
    server: Server | None = None
    document: Mapping[str, Any] = field(default_factory=dict)
    programs: list[Program] = field(default_factory=list)
    #: What kind of program its clients are.
    kind: type[Program] | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return self.server.url.rstrip("/")

    def program(self, role: str = "operator", **headers: str) -> Program:
        """A client with this role's token."""
        return self.with_token(self.tokens[role], headers)

    def with_token(self, token: str, headers: Mapping[str, str] | None = None) -> Program:
        """A client with any token; '' for none."""
        self.programs.append((self.kind or Program)(self, token, headers))
        return self.programs[-1]

    def value(self, sql: str, *params: Any) -> Any:
        """One value straight from the database file."""
        with self.store.reading() as db:
            return db.value(sql, *params)

    def problems(self) -> list[str]:
        """What ``kiosk check`` would say."""
        return [str(found) for found in check.problems(self.store)]


class Program:
    """An HTTP client with a token."""

    def __init__(self, station: ApiStation, token: str, headers: Mapping[str, str] | None = None) -> None:
        self._station = station
        given = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=station.url, headers=given | dict(headers or {}), timeout=20, trust_env=False)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Sends a request and checks that the answer is a documented one."""
        answer = self.http.request(method, path if path.startswith(PREFIX) else PREFIX + path, **options)
        conforms(self._station.document, method, answer)
        return answer

    def get(self, path: str, **query: Any) -> httpx.Response:
        """A GET."""
        return self.send("GET", path, params=query or None)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **options: Any) -> httpx.Response:
        """A POST with a JSON body."""
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.send("POST", path, json={} if body is None else body, headers=headers, **options)

    def check_in(self, waybill_no: str, **more: Any) -> dict[str, Any]:
        """Takes a parcel in."""
        answer = self.post("/parcels", {"waybill_no": waybill_no, **more})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found


def conforms(document: Mapping[str, Any], method: str, answer: httpx.Response) -> None:
    """Asserts that an answer is one that the document promises, and carries nothing that no answer may carry."""
    assert "set-cookie" not in answer.headers
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    path = answer.request.url.path
    if method in ("OPTIONS", "HEAD") or path == f"{PREFIX}/openapi.json":
        return
    assert answer.headers["cache-control"] == "no-store"
    operation = _operation(document, method, path)
    if operation is None:
        assert answer.status_code in _STATUS_OF_ALL, answer.text
        promised = {"$ref": "#/components/responses/NOT_FOUND"}
    else:
        promised = operation["responses"].get(str(answer.status_code))
        assert promised is not None, f"{method} {path} answered {answer.status_code}, which no line promises"
    if "$ref" in promised:
        promised = document["components"]["responses"][promised["$ref"].rpartition("/")[2]]
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in promised["content"], media_type
    if answer.status_code == 200 and media_type != "application/json":
        assert "attachment" in answer.headers["content-disposition"]  # a file: no schema of ours describes it
        return
    body = answer.json()
    _check(document, promised["content"][media_type]["schema"], body)
    if answer.status_code >= 400:
        assert media_type == "application/problem+json"
        assert body["status"] == answer.status_code
        assert re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", body["code"]), body["code"]
        assert "{" not in body["detail"], f"a fact is missing: {body['detail']}"


def template_of(document: Mapping[str, Any], path: str) -> str | None:
    """The address in the document that this one is of; the plain one before the one with an id in it."""
    path = path if path.startswith(PREFIX) else PREFIX + path
    for template in sorted(document["paths"], key=lambda template: template.count("{")):
        words = re.sub(r"\{(?:form|shelf|kind|code|name|register|act)\}", "[A-Za-z0-9_-]+", template)
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[1-9][0-9]*", words), path):
            return str(template)
    return None


def _operation(document: Mapping[str, Any], method: str, path: str) -> Mapping[str, Any] | None:
    template = template_of(document, path)
    return None if template is None else document["paths"][template].get(method.lower())


def _check(document: Mapping[str, Any], schema: Mapping[str, Any], body: Any) -> None:
    resource = Resource.from_contents(document, default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:document", resource)
    absolute = {"$ref": "urn:document" + schema["$ref"]}
    errors = list(Draft202012Validator(absolute, registry=registry).iter_errors(body))
    assert not errors, f"{errors[0].message} at {list(errors[0].absolute_path)}"


def make_template(folder: Path) -> dict[str, str]:
    """A state folder to copy: published fees and a token for each role; returns the tokens."""
    folder.mkdir()
    (folder / "station.toml").write_text(STATION, "utf-8")
    lay_out(folder)
    store = open_store(folder, settings.load(folder))
    with store.transaction() as tx:
        desks.make_desks(tx)
        fees.publish(tx, tomllib.loads((CONFIG / "fees.demo.toml").read_text("utf-8")))
        made = {role: tokens.create_token(tx, f"{role}-1", role) for role in ROLES}
        made["other courier"] = tokens.create_token(tx, "courier-2", "courier")
        made["other operator"] = tokens.create_token(tx, "operator-2", "operator")
    store.close()
    return made


@contextmanager
def serving(template: Path, tokens_of: Mapping[str, str], folder: Path) -> Iterator[ApiStation]:
    """A copy of the template behind the real server, on a free port."""
    state = folder / "state"
    shutil.copytree(template, state)
    store = open_store(state, settings.load(state))
    station = ApiStation(store, Runtime(folder / "runtime"), tokens_of)
    try:
        with Server(store, station.runtime) as server:
            station.server = server
            if not _DOCUMENT:
                _DOCUMENT.update(httpx.get(f"{station.url}{PREFIX}/openapi.json", trust_env=False).json())
            station.document = _DOCUMENT
            yield station
    finally:
        for program in station.programs:
            program.http.close()
        store.close()
        station.runtime.close()
