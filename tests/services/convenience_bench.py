"""Requests for convenience services as the tests of that room make them, and how their cases are asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kiosk import clock
from kiosk.conveniences import check
from tests.services.counter_bench import Bench


def in_days(days: int) -> str:
    return (clock.local_date() + timedelta(days=days)).isoformat()


def train(**more: str) -> dict[str, Any]:
    values = {
        "from_place": "长沙", "to_place": "北京", "departs_on": in_days(3), "departs_at": "8:30", "train_no": "G80",
        "seat": "二等座", "tickets": "2", "passenger": "张建国", "phone": "138 1234 5678", "price": "1,298",
    }  # fmt: skip
    return {"convenience": "train", "values": values | more}


def clinic(**more: str) -> dict[str, Any]:
    values = {
        "hospital": "县医院", "department": "眼科", "visit_on": in_days(1), "half_day": "上午", "patient": "欧阳", "phone": "13812345678",
    }  # fmt: skip
    return {"convenience": "clinic", "values": values | more, "consent": True}


def cash(**more: str) -> dict[str, Any]:
    values = {
        "bank": "农商行", "terminal": "T-0071", "amount": "300", "card_last4": "0071", "slip_no": "000123", "id_shown": "1",
    }  # fmt: skip
    return {"convenience": "withdrawal", "values": values | more}


PAGES: dict[str, Any] = {"convenience": "print", "values": {"what": "打印", "pages": "7"}}
LOAN: dict[str, Any] = {
    "convenience": "loan",
    "values": {
        "bank": "农信社",
        "product": "惠农贷",
        "amount_range": "1–5 万元",
        "person": "张三",
        "phone": "13812345678",
    },
}


def wrong(bench: Bench) -> list[str]:
    """What the rooms behind a case say is wrong."""
    with bench.store.reading() as db:
        return [str(problem) for problem in check.problems(db)] + bench.problems()


def paid(bench: Bench, facts: dict[str, Any], given: int = 2000_00) -> int:
    bench.settle(bench.ticket(("convenience", facts)), given)
    return bench.value("SELECT MAX(id) FROM conveniences")


def state(bench: Bench, number: int) -> str:
    return bench.value("SELECT state FROM conveniences WHERE id = ?", number)


def line_of(bench: Bench, number: int) -> int:
    return bench.value(
        "SELECT MAX(id) FROM ticket_lines WHERE case_kind = 'convenience' AND case_id = ? AND refunds_line_id IS NULL",
        number,
    )
