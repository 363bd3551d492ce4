"""What every random act stands on: the station, the chance, what was done and refused, sums kept beside the station."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kiosk import ledger
from kiosk.errors import Refused
from kiosk.people import staff
from kiosk.till import debtors
from tests.services.goods_bench import Goods

FLOAT_FEN = 1000_00
WALLETS = ("wechat", "alipay", "unionpay", "bank_card")
PAID_FROM = (*WALLETS, "owner")
REASONS = ("mistake", "customer_withdrew", "not_available", "other")


class Acts:
    """One station. ``chance`` draws; ``done`` and ``refused`` count what came of each act, by its name and code."""

    def __init__(self, state: Path, chance: random.Random) -> None:
        self.bench = Goods(state)
        self.chance = chance
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.money: Counter[str] = Counter({"drawer": FLOAT_FEN})
        self.owes: Counter[str] = Counter()
        self._made = 0
        self.goods = [
            self.bench.product(),
            self.bench.product(name="自家鸡蛋", ownership="buy_up", ean=""),
            self.bench.weighed(),
        ]
        self.clerk, _pin = self.bench.act(staff.add_staff, "小李", "operator", "735194")
        self.debtor = self.bench.act(debtors.allow, "孙大娘", "13700001111", 200_00)

    # What a step may be -----------------------------------------------------------------------------------------------

    def attempt(self, name: str, act: Callable[..., Any], *args: Any, **facts: Any) -> Any:
        """Does an act or has it refused; a refusal leaves every row as it was."""
        before = self.bench.counts()
        try:
            answer = self.bench.act(act, *args, **facts)
        except Refused as refused:
            assert str(refused) and "{" not in str(refused), f"a fact is missing in {refused.message}"
            assert self.bench.counts() == before, f"{name}: {refused.code} has left rows"
            self.refused[f"{name}: {refused.code}"] += 1
            return None
        self.done[name] += 1
        return answer if answer is not None else True

    def some(self, sql: str) -> int | None:
        """An id out of those that ``sql`` finds."""
        with self.bench.store.reading() as db:
            found = [row[0] for row in db.all(sql + " ORDER BY 1")]
        return self.chance.choice(found) if found else None

    def lines(self, ticket_id: int) -> list[Any]:
        with self.bench.store.reading() as db:
            return db.all("SELECT * FROM ticket_lines WHERE ticket_id = ? AND state <> 'removed'", ticket_id)

    def paid(self, method: str, fen: int) -> None:
        """Money came in (or, negative, went back) this way."""
        if method == "account":
            self.owes["debt"] += fen
        elif method == "cash":
            self.money["drawer"] += fen
        else:
            self.money[method] += fen

    def paid_on(self) -> dict[str, int]:
        """What stands on the wallets and the owner's account."""
        with self.bench.store.reading() as db:
            return {name: ledger.balance(db, ledger.PAID_FROM[name]) for name in PAID_FROM}

    def follow(self, before: dict[str, int], names: Sequence[str]) -> None:
        """Takes over what an act moved between the station's own accounts: its rule is the room's own test."""
        for name, fen in self.paid_on().items():
            self.money[name] += fen - before[name]
