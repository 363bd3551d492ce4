"""One operation of the API: who may call it, what it takes, what it answers. What is written down here is what is checked
and what stands in ``openapi.json``, so the document can't promise anything else."""

from __future__ import annotations

import http
import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType

from kiosk.errors import Refused
from kiosk.people.rights import Right
from web.api import problems
from web.api.door import let_in
from web.api.fields import WORDS, Asked, Text
from web.api.once import KEY
from web.sieve import refuse_json

PREFIX = "/api/v1"
#: The largest body is a ticket of sixty lines, but where an operation takes a photo.
LARGEST_BODY_BYTES = 128 * 1024
View = Callable[..., Response]


class Invalid(Exception):
    """A request whose fields are wrong, with the place where they stood: ``json`` or ``query``."""

    def __init__(self, error: ValidationError, location: str) -> None:
        self.error, self.location = error, location
        super().__init__(location)


class KeyHeader(Asked):
    """The header of every POST that changes something."""

    key = Text(
        128, shortest=1, pattern=r"^[ -~]+$", data_key=KEY,
        doc="Send one with every act and the same one with its repetition: the act happens once. Kept for 7 days.",
    )  # fmt: skip


class Nothing(Asked):
    """An empty object; no body at all will do as well."""


class Room(Blueprint):
    """The operations of one subject."""

    def __init__(self, subject: str, about: str) -> None:
        super().__init__(f"api-{subject}", __name__, url_prefix=PREFIX, description=about)
        self._subject = subject
        self.register_error_handler(Refused, problems.refused)
        self.register_error_handler(Invalid, lambda found: problems.invalid(found.error, found.location))
        self.register_error_handler(HTTPException, problems.http_problem)
        self.register_error_handler(Exception, problems.fault)

    def reads(
        self, rule: str, tells: type[Schema], *, rights: Sequence[Right] = (), asks: type[Schema] | None = None,
        may_fail: Sequence[int] = (), files: Sequence[str] = (),
    ) -> Callable[[View], View]:  # fmt: skip
        """A GET. ``asks`` are its query parameters; ``rights``: one of them is enough, none: any token. ``files``: media
        types as which it answers too, when it is asked to."""
        return self._operation("GET", rule, tells, 200, rights, asks, "query", may_fail, has_key=False, files=files)

    def looks_up(
        self,
        rule: str,
        tells: type[Schema],
        *,
        rights: Sequence[Right],
        asks: type[Schema],
        may_fail: Sequence[int] = (),
    ) -> Callable[[View], View]:
        """A POST that changes nothing: what it asks for has no place in an address, where logs would keep it."""
        return self._operation("POST", rule, tells, 200, rights, asks, "json", may_fail, has_key=False)

    def acts(
        self, rule: str, tells: type[Schema], *, rights: Sequence[Right], asks: type[Schema] = Nothing, status: int = 200,
        may_fail: Sequence[int] = (409,), largest: int = LARGEST_BODY_BYTES,
    ) -> Callable[[View], View]:  # fmt: skip
        """A POST that changes something; its view runs the act with ``once``. ``largest``: bytes of its body."""
        return self._operation(
            "POST", rule, tells, status, rights, asks, "json", may_fail, has_key=True, largest=largest
        )

    def _operation(
        self, method: str, rule: str, tells: type[Schema], status: int, rights: Sequence[Right],
        asks: type[Schema] | None, location: str, may_fail: Sequence[int], *, has_key: bool, files: Sequence[str] = (),
        largest: int = LARGEST_BODY_BYTES,
    ) -> Callable[[View], View]:  # fmt: skip
        schema = asks() if asks is not None else None
        needed = tuple(rights)

        def bind(view: View) -> View:
            def operation(**ids: int) -> Response:
                turned_away = let_in(needed)
                if turned_away is not None:
                    return turned_away
                if schema is None:
                    return view(**ids)
                return view(_read(schema, location, largest), **ids)

            operation.__name__, operation.__doc__ = view.__name__, view.__doc__
            failures = {401, 500, *may_fail}
            if needed:
                failures.add(403)
            if "<" in rule:
                failures.add(404)
            if asks is not None:
                failures.add(422)
            if location == "json" and asks is not None:
                failures |= {400, 413, 415}
            described: Any = operation
            for failure in sorted(failures):
                described = self.alt_response(failure, http.HTTPStatus(failure).name)(described)
            described = self.response(status, tells, headers=_headers(status, has_key))(described)
            if has_key:
                described = self.arguments(KeyHeader, location="headers")(described)
            if asks is not None:
                described = self.arguments(asks, location=location, required=asks is not Nothing)(described)
            described = self.doc(
                operationId=view.__name__,
                description=_text(view) + _who(needed),
                summary=_text(view).partition("\n")[0].rstrip("."),
            )(described)
            if files:
                content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in files}
                described = self.doc(responses={status: {"content": content}})(described)
            # Only what the decorators have written down is taken over: a dozen wrappers a request would cost what the
            # act itself costs.
            operation._apidoc = described._apidoc  # type: ignore[attr-defined]
            self.route(rule, methods=[method], tags=[self._subject])(operation)
            return operation

        return bind


def _read(schema: Schema, location: str, largest: int) -> Any:
    try:
        if location == "query":
            # What was not asked for is None in the view, and not null in the document: an address has no null.
            return dict.fromkeys(schema.fields) | schema.load(_sifted(_query()))
        return schema.load(_sifted(_body(largest, is_optional=isinstance(schema, Nothing))))
    except ValidationError as error:
        raise Invalid(error, location) from error


def _sifted(sent: Any) -> Any:
    refuse_json(sent)
    return sent


def _query() -> dict[str, str]:
    given = request.args.to_dict(flat=False)
    for name, values in given.items():
        if len(values) > 1:
            raise ValidationError({name: [WORDS["invalid"]]})
    return {name: values[0] for name, values in given.items()}


def _body(largest: int, *, is_optional: bool) -> Any:
    request.max_content_length = largest
    raw = request.get_data()
    if not raw and is_optional:
        return {}
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _text(view: View) -> str:
    return "\n".join(line.strip() for line in (view.__doc__ or "").strip().splitlines())


def _who(rights: Sequence[Right]) -> str:
    if not rights:
        return "\n\nAny token."
    return "\n\nNeeds the right " + " or ".join(f"`{right.value}`" for right in rights) + "."


def _headers(status: int, has_key: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if status == 201:
        found["Location"] = {"description": "where the new thing is", "schema": {"type": "string"}}
    if has_key:
        found["Idempotency-Replayed"] = {
            "description": "`true` on the repeated answer to an act that was done before",
            "schema": {"type": "string", "enum": ["true"]},
        }
    return found
