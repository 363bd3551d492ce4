"""What Flask and Werkzeug work out for each application and is the same for all of a version: templates compiled and
addresses read once a process. Each test makes an application of its own, and this was most of its making. Import it before
the first application."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class _CompiledOnce(BytecodeCache):
    """Templates compiled once a process instead of once an application."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (kept := self._kept.get(bucket.key + bucket.checksum)) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": _CompiledOnce()}

#: By an address and the converters that stand in it: its parts, and what reading it leaves on its rule.
_READ: dict[Any, tuple[Any, ...]] = {}
_read = Rule._parse_rule


def _read_once(rule: Rule, text: str) -> Iterable[Any]:
    key = (text, tuple(rule.map.converters.items()))
    if (known := _READ.get(key)) is None:
        trace, names = len(rule._trace), set(rule._converters)
        parts = tuple(_read(rule, text))
        added = {name: converter for name, converter in rule._converters.items() if name not in names}
        _READ[key] = parts, tuple(rule._trace[trace:]), added
        return parts
    parts, trace_of_it, converters = known
    rule._trace += trace_of_it
    rule._converters |= converters
    rule.arguments |= converters.keys()
    return parts


Rule._parse_rule = _read_once  # type: ignore[method-assign]
