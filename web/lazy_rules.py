"""Addresses whose builders are made when one is first built. Werkzeug compiles two functions for every rule as the
application starts; with 400 rules that was a third of the time until the first page, and most are never built from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LazyRule(Rule):
    """A rule that matches as any other and compiles its builders late.

    Rests on ``_compile_builder`` of Werkzeug 3; should a later one do without it, rules are only as slow as before.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: LazyRule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(super()._compile_builder(append_unknown))
            return made[0](rule, **values)

        return build
