"""The station as a program meets it: its API with the tokens of an operator and a manager, every answer held against the
published document."""

from __future__ import annotations

import itertools
from collections import Counter as Sums
from typing import Any

from kiosk import ledger
from tests.web.api.program import ApiStation, Program


class Line:
    """A program at work. Every POST carries a key of its own, so that a lost answer may be asked for again."""

    def __init__(self, station: ApiStation) -> None:
        self.station = station
        self._keys = itertools.count(1)
        self.operator = station.program("operator")
        self.manager = station.program("manager")
        self.ticket: int | None = None
        #: What should stand on each account, added up from what the paths' moves say.
        self.stands: Sums[str] = Sums()

    def post(self, path: str, body: Any = None, *, status: int | None = None, who: Program | None = None) -> Any:
        """Sends a POST that must succeed; returns its JSON."""
        answer = (who or self.operator).post(path, body, key=f"three-days-{next(self._keys)}")
        assert answer.status_code == status if status else answer.status_code in (200, 201), answer.text
        return answer.json()

    def get(self, path: str, *, who: Program | None = None, **query: Any) -> Any:
        """Reads; returns the JSON."""
        answer = (who or self.operator).get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, path: str, body: Any, code: str, *, who: Program | None = None) -> Any:
        """Sends a POST that must be refused with ``code``; returns the problem."""
        answer = (who or self.operator).post(path, body, key=f"three-days-{next(self._keys)}")
        assert answer.status_code >= 400, answer.text
        problem = answer.json()
        assert problem["code"] == code, problem
        return problem

    def new_ticket(self, *lines: dict[str, Any]) -> Any:
        """A ticket of its own with these lines."""
        return self.post("/tickets", {"lines": list(lines)} if lines else {}, status=201)

    def settle(self, ticket: Any, given_fen: int | None = None, **more: Any) -> Any:
        """Settles a ticket in cash, exactly unless ``given_fen`` says otherwise."""
        exact = max(int(ticket["total_fen"]), 0)
        given = exact if given_fen is None else given_fen
        return self.post(f"/tickets/{ticket['id']}/settle", {"given_fen": given, **more})

    def value(self, sql: str, *params: Any) -> Any:
        """One value out of the database."""
        return self.station.value(sql, *params)

    def balances(self) -> dict[str, int]:
        """What stands on each account."""
        with self.station.store.reading() as db:
            return ledger.balances(db)

    def problems(self) -> list[str]:
        """What ``kiosk check`` finds."""
        return self.station.problems()

    def close(self) -> None:
        """Nothing to leave: the station closes its programs."""
