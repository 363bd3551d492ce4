"""A consent, its scope and how it was given or withdrawn, and the colour that a parcel has by it. Green is only what somebody
said; a tail alone is nobody's and can't be judged (domain.md §4.1)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from kiosk import audit
from kiosk.words import N_

CASE = "consent"
RETENTION = "station"


class Scope(StrEnum):
    STANDING = "standing"
    THIS_PARCEL = "this_parcel"


SCOPE_WORDS: Mapping[str, str] = {Scope.STANDING: N_("以后的都同意"), Scope.THIS_PARCEL: N_("只这一件")}


class How(StrEnum):
    ORAL = "oral"
    PHONE = "phone"
    SMS_REPLY = "sms_reply"
    PAPER = "paper"
    PICKUP_CODE = "pickup_code"


HOW_WORDS: Mapping[str, str] = {
    How.ORAL: N_("当面说的"),
    How.PHONE: N_("电话里说的"),
    How.SMS_REPLY: N_("短信回复"),
    How.PAPER: N_("书面"),
    How.PICKUP_CODE: N_("报了取件码"),
}


class WithdrawnHow(StrEnum):
    ORAL = "oral"
    PHONE = "phone"
    SMS_REPLY = "sms_reply"
    PAPER = "paper"
    MISTAKE = "mistake"  # nobody had agreed: noted for the wrong person or parcel


WITHDRAWN_WORDS: Mapping[str, str] = {
    WithdrawnHow.ORAL: N_("当面撤回"),
    WithdrawnHow.PHONE: N_("电话撤回"),
    WithdrawnHow.SMS_REPLY: N_("短信撤回"),
    WithdrawnHow.PAPER: N_("书面撤回"),
    WithdrawnHow.MISTAKE: N_("记错了"),
}


class Colour(StrEnum):
    """How a parcel stands: ``red`` is somebody known who has not agreed, ``amber`` somebody who can't be known."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


COLOUR_WORDS: Mapping[str, str] = {
    Colour.GREEN: N_("已同意"),
    Colour.AMBER: N_("无法判断"),
    Colour.RED: N_("未同意"),
}
#: Each colour has a shape of its own: it is told apart in black and white.
COLOUR_SHAPES: Mapping[str, str] = {Colour.GREEN: "●", Colour.AMBER: "▲", Colour.RED: "■"}


@dataclass(frozen=True, slots=True)
class Person:
    """By what a person is known: a full phone's hash with the number for the vault, or a tail with the name beside it."""

    phone_hash: str | None
    phone_tail: str | None
    name_hint: str | None
    number: str = ""

    @property
    def is_known(self) -> bool:
        """Whether a standing consent could be found again without taking two families for one."""
        return bool(self.phone_hash or (self.phone_tail and self.name_hint))


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent, as its row says."""

    id: int
    scope: Scope
    how: How
    parcel_id: int | None
    phone_hash: str | None
    phone_tail: str | None
    name_hint: str | None
    given_at: str
    given_on: str
    given_by_kind: str
    given_by_id: int
    withdrawn_how: WithdrawnHow | None
    withdrawn_at: str | None
    withdrawn_on: str | None
    withdrawn_by_kind: str | None
    withdrawn_by_id: int | None
    erased_at: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Consent:
        values = {field.name: row[field.name] for field in fields(cls)}
        withdrawn = values["withdrawn_how"]
        values |= {"scope": Scope(row["scope"]), "how": How(row["how"])}
        return cls(**(values | {"withdrawn_how": WithdrawnHow(withdrawn) if withdrawn else None}))

    @property
    def holds(self) -> bool:
        """Whether it still counts."""
        return self.withdrawn_at is None and self.erased_at is None


_C = {"consent_id": audit.ID}
audit.register(
    "consent.given", N_("记下收件人同意（{scope}，{how}）"), **_C, scope=audit.ENUM, how=audit.ENUM,
    parcel_id=audit.ID,
)  # fmt: skip
audit.register("consent.withdrawn", N_("撤回收件人同意（{how}）"), **_C, how=audit.ENUM)
audit.register(
    "consent.list_made", N_("给快递员的未同意清单：未同意 {red} 件，无法判断 {amber} 件"), batch_id=audit.ID,
    carrier=audit.CODE, red=audit.NUMBER, amber=audit.NUMBER,
)  # fmt: skip
