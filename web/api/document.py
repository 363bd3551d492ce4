"""``openapi.json``, generated from the operations when somebody first asks for it and kept: building it takes longer and
holds more than all the rest of the API together, and most stations are never asked."""

from __future__ import annotations

import http
import json
import threading
from typing import Any

import flask
from flask_smorest import Api
from flask_smorest import Blueprint as Documented
from flask_smorest.utils import prepare_response
from marshmallow import fields

import kiosk
from web.api.fields import OneShape, Told, said
from web.api.operation import PREFIX
from web.api.problems import MEDIA_TYPE

ABOUT = """The station's own interface: what a courier's handheld, another program at the counter or the county centre needs.

Requests and answers are JSON in UTF-8. Amounts are whole fen, instants UTC with six decimals and `Z`, dates the station's
business dates. Tokens are made with `kiosk token create --name NAME --role ROLE`. Words for people are in Chinese, or in
English for `Accept-Language: en`; programs go by `code`. Phones and names are masked everywhere but in the answer to
`POST /parcels/search` with `unmask`. A list goes on at `next` until that is null. Every POST that changes something takes
an `Idempotency-Key`."""


def _shapes(converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    """apispec's way to describe a field of ours: the shapes that it may take."""
    if not isinstance(field, OneShape):
        return {}
    shapes = [converter.resolve_nested_schema(shape) for shape in field.shapes.values()]
    return {"oneOf": [*shapes, {"type": "string", "maxLength": 40}] if field.short_form else shapes}


class FieldProblem(Told):
    """One wrong field."""

    pointer = fields.String(metadata={"description": "JSON pointer into the body"})
    parameter = fields.String(metadata={"description": "name of a query parameter"})
    detail = said()


class Problem(Told):
    """RFC 9457 problem details. Beside these members stand the facts of the refusal, such as `parcel_id`."""

    type = said()
    title = said()
    status = said(fields.Integer)
    detail = said(doc="for people, in their language")
    code = said(doc="for programs; stable, dotted, such as `parcel.already_in_stock`")
    errors = fields.List(fields.Nested(FieldProblem))


class Document(Api):
    """flask-smorest's Api, building late, with our problem type, and without handlers for the counter's pages."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self) -> None:
        super().__init__()
        self._rooms: list[Documented] = []
        self._written: bytes | None = None
        self._turn = threading.Lock()

    def init_app(self, app: flask.Flask, **_: Any) -> None:
        """Serves ``openapi.json``; everything else waits."""
        self._app = app
        blueprint = flask.Blueprint("api-document", __name__, url_prefix=PREFIX)
        blueprint.add_url_rule("/openapi.json", "openapi_json", self._openapi_json)
        app.register_blueprint(blueprint)

    def add(self, room: Documented) -> None:
        """Registers the operations with Flask; they are described later."""
        self._app.register_blueprint(room)
        self._rooms.append(room)

    def _openapi_json(self) -> flask.Response:
        """The OpenAPI document; open to anybody, since it says nothing of this station."""
        with self._turn:
            if self._written is None:
                self._written = json.dumps(self._build(), ensure_ascii=False).encode("utf-8")
        return flask.Response(self._written, mimetype="application/json")

    def _build(self) -> dict[str, Any]:
        self.config = {}
        self._init_spec(
            title="Station kiosk",
            version=kiosk.__version__,
            openapi_version="3.1.1",
            info={"description": ABOUT},
            servers=[{"url": "/"}],
            security=[{"token": []}],
        )
        self.ma_plugin.converter.add_attribute_function(_shapes)
        self.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
        for room in self._rooms:
            room.register_views_in_doc(self, self._app, self.spec, name=room.name, parameters=None)
            self.spec.tag({"name": room.name.removeprefix("api-"), "description": room.description})
        built: dict[str, Any] = self.spec.to_dict()
        self.spec = None  # the text is all that is ever asked for
        return built

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            if status >= 400:
                response: dict[str, Any] = {"description": status.phrase, "schema": self.ERROR_SCHEMA}
                if status == 401:
                    header = {"description": "how to log in", "schema": {"type": "string"}}
                    response["headers"] = {"WWW-Authenticate": header}
                prepare_response(response, self.spec, MEDIA_TYPE)
                self.spec.components.response(status.name, response, lazy=True)
