"""What a register's file may hold: each key with its check, and what must fit together. A mistake is named by its key, and
nothing starts: a register that was half understood would count half."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.registers.build import acts
from kiosk.registers.model import ALWAYS_PERSONAL, BUILT_IN, GROUPS, OPENED, PICTURES, TERMS, TYPES, WITHDRAWN

Check = Callable[[Any], bool]
_CODE = re.compile(r"[a-z][a-z0-9_]{1,29}")
_LETTER = re.compile(r"[A-Z]{1,3}")
_FORM = re.compile(r"F[0-9]{1,2}|")
LONGEST_NOTE, MOST_ROWS = 500, 200


class Wrong(Exception):
    """A key whose value will not do."""


def check(raw: Any) -> None:
    """Raises ``Wrong`` with the first key that will not do; does nothing for a right register."""
    hold("", raw, _REGISTER, ("code", "name", "letter", "fields", "states"))
    parts: dict[str, tuple[Mapping[str, Check], tuple[str, ...]]] = {
        "states": (_STATE, ("code", "name", "kind")), "steps": (_STEP, ("code", "name", "from", "to")),
        "fields": (_FIELD, ("code", "label", "type")), "rows": (_ROWS, ("code", "name", "fields")),
        "clocks": (_CLOCK, ("code", "name", "from", "days", "in")), "counters": (_COUNTER, ("code", "name", "counts")),
    }  # fmt: skip
    for part, (checks, needed) in parts.items():
        for place, one in enumerate(raw.get(part, ()), 1):
            hold(f"{part}[{place}]", one, checks, needed)
    hold("print", raw.get("print", {}), _PAPER, ())
    if "alike" in raw:
        hold("alike", raw["alike"], _ALIKE, ("fields", "least", "within_days"))
    for place, rows in enumerate(raw.get("rows", ()), 1):
        for number, one in enumerate(rows["fields"], 1):
            hold(f"rows[{place}].fields[{number}]", one, _ROW_FIELD, ("code", "label", "type"))
            _field(f"rows[{place}].fields[{number}]", one)
        once(f"rows[{place}].fields", [one["code"] for one in rows["fields"]])
        if rows.get("fixed_en") and len(rows["fixed_en"]) != len(rows.get("fixed", ())):
            raise Wrong(f"rows[{place}].fixed_en")
    _fits(raw)


def hold(place: str, raw: Any, checks: Mapping[str, Check], needed: tuple[str, ...]) -> None:
    """Each key of ``raw`` is known and right, and each needed one is there."""
    if not isinstance(raw, dict):
        raise Wrong(place or "code")
    dot = f"{place}." if place else ""
    for key in sorted(set(raw) - set(checks)):
        raise Wrong(f"{dot}{key}")
    for key, is_right in checks.items():
        if (key in raw and not is_right(raw[key])) or (key in needed and key not in raw):
            raise Wrong(f"{dot}{key}")


def once(place: str, codes: list[str]) -> None:
    """No code stands twice."""
    if len(set(codes)) != len(codes):
        raise Wrong(place)


def _fits(raw: Mapping[str, Any]) -> None:
    states = [one["code"] for one in raw["states"]]
    steps = {one["code"] for one in raw.get("steps", ())}
    fields = {one["code"]: one for one in raw["fields"]}
    rows = {one["code"]: one for one in raw.get("rows", ())}
    once("states", [*states, WITHDRAWN])
    once("steps", [*(one["code"] for one in raw.get("steps", ())), *BUILT_IN])
    once("fields", [*(one["code"] for one in raw["fields"]), *(one["code"] for one in raw.get("rows", ()))])
    for part in ("clocks", "counters"):
        once(part, [one["code"] for one in raw.get(part, ())])
    for place, step in enumerate(raw.get("steps", ()), 1):
        if step["to"] not in states:
            raise Wrong(f"steps[{place}].to")
        if set(step["from"]) - set(states):
            raise Wrong(f"steps[{place}].from")
    known = {OPENED, *steps}
    for part in ("fields", "rows"):
        for place, one in enumerate(raw.get(part, ()), 1):
            if set(acts(one)) - known or not acts(one):
                raise Wrong(f"{part}[{place}].asked")
    for place, one in enumerate(raw["fields"], 1):
        _field(f"fields[{place}]", one)
    _order("fields", raw["fields"])
    for place, one in enumerate(raw.get("rows", ()), 1):
        _order(f"rows[{place}].fields", one["fields"])
    _names(raw, fields, rows, states, steps)


def _names(
    raw: Mapping[str, Any], fields: Mapping[str, Any], rows: Mapping[str, Any], states: list[str], steps: set[str]
) -> None:
    plain = {code for code, one in fields.items() if not _is_personal(one) and one["type"] not in PICTURES}
    dates = {code for code, one in fields.items() if one["type"] == "date"}
    if raw.get("title") and (raw["title"] not in fields or fields[raw["title"]]["type"] in PICTURES):
        raise Wrong("title")
    if raw.get("date") and raw["date"] not in dates:
        raise Wrong("date")
    for place, one in enumerate(raw.get("clocks", ()), 1):
        if one["from"] not in {OPENED, "entered", *dates}:
            raise Wrong(f"clocks[{place}].from")
        if set(one["in"]) - set(states):
            raise Wrong(f"clocks[{place}].in")
    if "alike" in raw and set(raw["alike"]["fields"]) - {
        code for code, one in fields.items() if OPENED in acts(one) and one["type"] in ("text", "note", "choice")
    }:
        raise Wrong("alike.fields")
    if len(raw.get("print", {}).get("sign_en", raw.get("print", {}).get("sign", ()))) != len(
        raw.get("print", {}).get("sign", ())
    ):
        raise Wrong("print.sign_en")
    if set(raw.get("print", {}).get("slip", ())) - set(fields):
        raise Wrong("print.slip")
    for place, one in enumerate(raw.get("counters", ()), 1):
        kind, _, code = one["counts"].partition(":")
        if not (one["counts"] == OPENED or (kind == "step" and code in steps) or (kind == "state" and code in states)):
            raise Wrong(f"counters[{place}].counts")
        if one.get("by", OPENED) not in (OPENED, "date") or (one.get("by") == "date" and not raw.get("date")):
            raise Wrong(f"counters[{place}].by")
        _sum(f"counters[{place}].sum", one.get("sum", ""), fields, rows)
        for key, value in one.get("where", {}).items():
            group, _, inner = key.partition(".")
            in_rows = group in rows and inner in {
                field["code"] for field in rows[group]["fields"] if not _is_personal(field)
            }
            if key == "alike":
                if not isinstance(value, bool) or "alike" not in raw:
                    raise Wrong(f"counters[{place}].where")
            elif not (key in plain or (in_rows and one.get("sum") == f"rows:{group}")):
                raise Wrong(f"counters[{place}].where")


def _sum(place: str, text: str, fields: Mapping[str, Any], rows: Mapping[str, Any]) -> None:
    if not text:
        return
    kind, _, code = text.partition(":")
    if not (kind == "rows" and code in rows or fields.get(text, {}).get("type") in ("number", "count", "money")):
        raise Wrong(place)


def _field(place: str, raw: Mapping[str, Any]) -> None:
    kind = raw["type"]
    if (kind == "choice") != bool(raw.get("choices")):
        raise Wrong(f"{place}.choices")
    if raw.get("choices_en") and len(raw["choices_en"]) != len(raw.get("choices", ())):
        raise Wrong(f"{place}.choices_en")
    for key in ("least", "most", "step"):
        if key in raw and (kind not in ("money", "count", "number") or isinstance(raw[key], str) != (kind == "money")):
            raise Wrong(f"{place}.{key}")
    if "personal" in raw and kind != "text" and raw["personal"] != (kind in ALWAYS_PERSONAL):
        raise Wrong(f"{place}.personal")
    if raw.get("default") == "today" and kind != "date":
        raise Wrong(f"{place}.default")
    if kind == "choice" and raw.get("default") and raw["default"] not in raw["choices"]:
        raise Wrong(f"{place}.default")


def _order(part: str, fields: list[Mapping[str, Any]]) -> None:
    """What may not lie before another stands beside it and is of its kind."""
    kinds = {one["code"]: one["type"] for one in fields}
    for place, one in enumerate(fields, 1):
        if "not_before" in one and not kinds.get(one["not_before"]) == one["type"] in ("date", "time", "month"):
            raise Wrong(f"{part}[{place}].not_before")


def _is_personal(raw: Mapping[str, Any]) -> bool:
    return raw["type"] in ALWAYS_PERSONAL or (raw["type"] == "text" and raw.get("personal", True))


def _line(longest: int, shortest: int = 0) -> Check:
    return lambda v: isinstance(v, str) and shortest <= len(v.strip()) <= len(v) <= longest and v.isprintable()


def _code(value: Any) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _whole(least: int, most: int) -> Check:
    return lambda v: type(v) is int and least <= v <= most


def _bound(value: Any) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"\d{1,7}(\.\d{1,2})?", value, re.ASCII) is not None
    return _whole(0, 999_999)(value)


def _each(is_right: Check, least: int = 0, most: int = 200) -> Check:
    return lambda v: isinstance(v, list) and least <= len(v) <= most and all(map(is_right, v))


def _one_of(*values: str) -> Check:
    return lambda v: isinstance(v, str) and v in values


def _asked(value: Any) -> bool:
    return _code(value) or _each(_code, 1, 20)(value)


def _where(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) > 5:
        return False
    plain: Check = lambda v: isinstance(v, bool) or _line(60)(v) or _whole(0, 999_999)(v)  # noqa: E731
    return all(plain(one) or _each(plain, 1, 30)(one) for one in value.values())


_PARTS: Check = _each(lambda v: isinstance(v, dict))
_REGISTER: Mapping[str, Check] = {
    "code": _code, "name": _line(16, 1), "name_en": _line(50),
    "letter": lambda v: isinstance(v, str) and _LETTER.fullmatch(v) is not None,
    "form": lambda v: isinstance(v, str) and _FORM.fullmatch(v) is not None, "group": _one_of(*GROUPS),
    "order": _whole(0, 9999), "title": _code, "date": _code, "note": _line(200), "note_en": _line(400),
    "process": _each(_line(120, 1), 1, 12), "process_en": _each(_line(240, 1), 1, 12), "kept": _one_of(*TERMS),
    "links": _each(_code, 1, 8), "open_who": _one_of("operator", "manager"), "is_kept": _flag,
    "fields": _each(lambda v: isinstance(v, dict), 1, 60), "rows": _PARTS, "states": _each(lambda v: isinstance(v, dict), 1, 20),
    "steps": _PARTS, "clocks": _PARTS, "counters": _PARTS, "alike": lambda v: isinstance(v, dict),
    "print": lambda v: isinstance(v, dict),
}  # fmt: skip
_STATE: Mapping[str, Check] = {
    "code": _code, "name": _line(12, 1), "name_en": _line(30), "kind": _one_of("open", "done", "kept"),
}  # fmt: skip
_STEP: Mapping[str, Check] = {
    "code": _code, "name": _line(16, 1), "name_en": _line(40), "from": _each(_code, 1, 20), "to": _code,
    "who": _one_of("operator", "manager"), "words": _line(60), "words_en": _line(120), "again": _flag,
}  # fmt: skip
_FIELD: Mapping[str, Check] = {
    "code": _code, "label": _line(16, 1), "label_en": _line(40), "type": _one_of(*TYPES), "required": _flag, "asked": _asked,
    "personal": _flag, "choices": _each(_line(30, 1), 1, 60), "choices_en": _each(_line(60, 1), 1, 60),
    "longest": _whole(1, LONGEST_NOTE), "least": _bound, "most": _bound, "step": _bound, "default": _line(60),
    "may_be_past": _flag, "may_be_ahead": _flag, "not_before": _code, "most_pictures": _whole(1, 6), "list": _flag, "prints": _flag,
    "hint": _line(40), "hint_en": _line(100), "kept": _one_of("photo"),
}  # fmt: skip
_ROW_FIELD: Mapping[str, Check] = {
    **{key: is_right for key, is_right in _FIELD.items() if key not in ("asked", "list", "default", "most_pictures", "kept")},
    "type": _one_of(*(kind for kind in TYPES if kind not in PICTURES)),
}  # fmt: skip
_ROWS: Mapping[str, Check] = {
    "code": _code, "name": _line(16, 1), "name_en": _line(40), "asked": _asked, "required": _flag,
    "most": _whole(1, MOST_ROWS), "fixed": _each(_line(40, 1), 1, MOST_ROWS), "fixed_en": _each(_line(80, 1), 1, MOST_ROWS),
    "fixed_label": _line(16), "fixed_label_en": _line(40), "fields": _each(lambda v: isinstance(v, dict), 1, 12),
}  # fmt: skip
_CLOCK: Mapping[str, Check] = {
    "code": _code, "name": _line(20, 1), "name_en": _line(50), "from": _code, "days": _whole(0, 400), "working_days": _flag,
    "in": _each(_code, 1, 20), "warn_days": _whole(0, 60),
}  # fmt: skip
_COUNTER: Mapping[str, Check] = {
    "code": _code, "name": _line(20, 1), "name_en": _line(50), "unit": _line(6),
    "counts": lambda v: isinstance(v, str), "by": lambda v: isinstance(v, str), "sum": lambda v: isinstance(v, str),
    "where": _where,
}  # fmt: skip
_ALIKE: Mapping[str, Check] = {
    "fields": _each(_code, 1, 6), "least": _whole(50, 100), "within_days": _whole(1, 366), "refuse": _flag,
}  # fmt: skip
_PAPER: Mapping[str, Check] = {
    "title": _line(30, 1), "title_en": _line(80), "sign": _each(_line(12, 1), 1, 4), "sign_en": _each(_line(40, 1), 1, 4), "landscape": _flag,
    "slip": _each(_code, 1, 20), "slip_words": _line(120), "slip_words_en": _line(240),
}  # fmt: skip
