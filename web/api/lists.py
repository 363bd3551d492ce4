"""Lists: ``{items, next}``, newest first, a page at a time; ``next`` is the address of the next page or null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import Schema, fields

from web.api.fields import LARGEST_ID, Asked, Told, Whole

MOST_ITEMS = 200
USUAL_ITEMS = 50


class Page(Asked):
    """Where in a list to read on."""

    limit = Whole(1, MOST_ITEMS, is_query=True, load_default=USUAL_ITEMS, doc="items a page")
    before = Whole(1, LARGEST_ID, is_query=True, doc="only those older than this id (see `next`)")


def list_of(item: type[Schema]) -> type[Schema]:
    """The shape of a list of ``item``."""
    return Told.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(
                required=True, allow_none=True, metadata={"description": "address of the next page, null at the end"}
            ),
        },
        name=f"{item.__name__}List",
    )


def page(items: list[dict[str, Any]], asked: Mapping[str, Any], next_before: int | None) -> dict[str, Any]:
    """A list with the address of its next page: the same query, further on."""
    following = None
    if next_before is not None:
        query = {name: value for name, value in asked.items() if value is not None} | {"before": next_before}
        following = f"{request.path}?{urlencode(query)}"
    return {"items": items, "next": following}
