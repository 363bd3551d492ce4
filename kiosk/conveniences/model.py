"""A convenience service as it was asked for: its states, whose money it holds, and the few words chosen from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk.words import N_

CASE = "convenience"
SERVICE = "convenience"


class ConvenienceState(StrEnum):
    RECORDED = "recorded"
    RECEIVED = "received"  # its ticket is settled: what was owed is paid, what is to be done is not done yet
    DONE = "done"
    FAILED = "failed"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


STATE_WORDS: Mapping[str, str] = {
    ConvenienceState.RECORDED: N_("已登记，未收款"),
    ConvenienceState.RECEIVED: N_("待办"),
    ConvenienceState.DONE: N_("已办成"),
    ConvenienceState.FAILED: N_("没办成"),
    ConvenienceState.REFUNDED: N_("已退款"),
    ConvenienceState.CANCELLED: N_("已取消"),
}


class Money(StrEnum):
    """What the price of a service is to the station."""

    NONE = "none"  # no price, or the villager pays it elsewhere
    HELD = "held"  # taken for somebody else and paid on
    PAID_OUT = "paid_out"  # cash for the villager, which a bank gives back


#: What may follow a state; ``guards_conveniences.sql`` holds the same. What ends as it is paid may be given back.
NEXT: Mapping[str, frozenset[str]] = {
    ConvenienceState.RECORDED: frozenset({ConvenienceState.RECEIVED, ConvenienceState.CANCELLED}),
    ConvenienceState.RECEIVED: frozenset(
        {ConvenienceState.DONE, ConvenienceState.FAILED, ConvenienceState.REFUNDED, ConvenienceState.CANCELLED}
    ),
    ConvenienceState.DONE: frozenset({ConvenienceState.REFUNDED}),
    ConvenienceState.FAILED: frozenset({ConvenienceState.REFUNDED}),
    ConvenienceState.REFUNDED: frozenset(),
    ConvenienceState.CANCELLED: frozenset(),
}
#: A case in these, whose price was taken to be paid on, holds the villager's money.
MAY_HOLD = frozenset({ConvenienceState.RECEIVED, ConvenienceState.FAILED})
#: Counts against a limit and against a second one of the same.
COUNTS = frozenset({ConvenienceState.RECORDED, ConvenienceState.RECEIVED, ConvenienceState.DONE})

FAIL_WORDS: Mapping[str, str] = {
    "sold_out": N_("没有票、没有房或没有号了"),
    "price_changed": N_("价格变了，村民不办了"),
    "customer_withdrew": N_("村民不办了"),
    "not_offered": N_("对方不受理"),
    "other": N_("其他原因"),
}


@dataclass(frozen=True, slots=True)
class Convenience:
    """One case. ``form`` are the fields as they stood when it was recorded; what was typed lies in the vault."""

    id: int
    state: str
    service: str
    kind: str
    form: list[dict[str, Any]]
    money: str
    principal_fen: int
    quantity: int
    due_on: str | None
    ends_at_once: int
    has_consent: int
    kept_days: int | None
    recorded_on: str
    recorded_at: str
    received_on: str | None
    received_at: str | None
    paid_from: str
    outcome_on: str | None
    outcome_at: str | None
    fail_reason: str
    entry_id: int | None
    refunded_on: str | None
    erased_at: str | None

    @property
    def party(self) -> str:
        """The party under which the ledger holds its money."""
        return f"{CASE}:{self.id}"

    @property
    def holds_money(self) -> bool:
        """Whether the station holds the villager's money for it."""
        return self.money == Money.HELD and self.state in MAY_HOLD

    @property
    def is_open(self) -> bool:
        """Whether somebody must still do something: what is to be done, or money to be given back."""
        return self.state == ConvenienceState.RECEIVED or self.holds_money

    @classmethod
    def of(cls, row: sqlite3.Row) -> Convenience:
        columns = {name: row[name] for name in cls.__slots__}
        columns["form"] = json.loads(columns["form"])
        return cls(**columns)
