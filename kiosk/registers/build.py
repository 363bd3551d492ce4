"""Makes a register of plain data that was found right (``shape``), or that was frozen beside an entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import money
from kiosk.fields import LONGEST_NAME, LONGEST_NOTE, LONGEST_TEXT
from kiosk.registers.model import (
    OPENED,
    Alike,
    Clock,
    Counter,
    Field,
    Paper,
    Register,
    Rows,
    State,
    Step,
)

_LONGEST = {"note": LONGEST_NOTE, "person": LONGEST_NAME}


def build(raw: Mapping[str, Any]) -> Register:
    """The register that ``raw`` describes; ``raw`` itself is kept with it."""
    return Register(
        code=raw["code"], name=raw["name"], name_en=raw.get("name_en", ""), letter=raw["letter"], form=raw.get("form", ""),
        group=raw.get("group", "records"), order=raw.get("order", 100), title_field=raw.get("title", ""),
        date_field=raw.get("date", ""), note=raw.get("note", ""), note_en=raw.get("note_en", ""),
        process=tuple(raw.get("process", ())), process_en=tuple(raw.get("process_en", ())),
        kept=raw.get("kept", "register"), links=tuple(raw.get("links", ())), open_who=raw.get("open_who", "operator"),
        is_kept=raw.get("is_kept", True), fields=tuple(_field(one) for one in raw.get("fields", ())),
        rows=tuple(_rows(one) for one in raw.get("rows", ())),
        states=tuple(State(**one) for one in raw["states"]), steps=tuple(_step(one) for one in raw.get("steps", ())),
        clocks=tuple(_clock(one) for one in raw.get("clocks", ())),
        counters=tuple(Counter(register=raw["code"], **one) for one in raw.get("counters", ())),
        alike=_alike(raw["alike"]) if raw.get("alike") else None, paper=_paper(raw.get("print", {})), raw=raw,
    )  # fmt: skip


def _field(raw: Mapping[str, Any], *, in_rows: bool = False) -> Field:
    kind = raw["type"]
    numbers = {
        key: money.parse(raw[key]) if kind == "money" else raw[key] for key in ("least", "most", "step") if key in raw
    }
    longest = {"longest": _LONGEST.get(kind, LONGEST_TEXT)}
    asked = () if in_rows else acts(raw)
    listed = {"choices": tuple(raw.get("choices", ())), "choices_en": tuple(raw.get("choices_en", ())), "asked": asked}
    return Field(**{"label_en": "", **longest, **raw, **numbers, **listed})


def acts(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """With which acts something is asked."""
    asked = raw.get("asked", OPENED)
    return (asked,) if isinstance(asked, str) else tuple(asked)


def _rows(raw: Mapping[str, Any]) -> Rows:
    fields = tuple(_field(one, in_rows=True) for one in raw["fields"])
    lists = {"fixed": tuple(raw.get("fixed", ())), "fixed_en": tuple(raw.get("fixed_en", ())), "asked": acts(raw)}
    return Rows(**{**raw, **lists, "fields": fields})


def _step(raw: Mapping[str, Any]) -> Step:
    return Step(**{"begins" if key == "from" else key: value for key, value in raw.items() if key != "again"} | {"begins": tuple(raw["from"])})  # fmt: skip


def _clock(raw: Mapping[str, Any]) -> Clock:
    names = {"from": "begins", "in": "runs_in"}
    return Clock(**{names.get(key, key): value for key, value in raw.items()} | {"runs_in": tuple(raw["in"])})


def _alike(raw: Mapping[str, Any]) -> Alike:
    return Alike(tuple(raw["fields"]), raw["least"], raw["within_days"], raw.get("refuse", False))


def _paper(raw: Mapping[str, Any]) -> Paper:
    return Paper(
        **{
            **raw,
            "sign": tuple(raw.get("sign", ())),
            "sign_en": tuple(raw.get("sign_en", ())),
            "slip": tuple(raw.get("slip", ())),
        }
    )
