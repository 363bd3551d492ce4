"""A station with one desk, a manager and the example fee list, as the tests of money and days use it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk import clock, fees, ledger, settings
from kiosk.counter.add_line import add_line
from kiosk.counter.close_day import Closed, close_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.counter.void import Voided, void
from kiosk.errors import Refused
from kiosk.people import desks, staff, tokens
from kiosk.printing import slips
from kiosk.printing.render_text import render_text
from kiosk.settings import CONFIG
from kiosk.storage import Actor, Store, open_store
from kiosk.till.settling import Settled
from kiosk.till.view import ticket_view
from tests.storage.empty_database import lay_out

FEES = tomllib.loads((CONFIG / "fees.demo.toml").read_text("utf-8"))
PURCHASE: dict[str, Any] = {"item_name": "水泵", "amount_fen": 300_00, "paid_by": "customer"}
SALE: dict[str, Any] = {
    "item_name": "土鸡蛋",
    "amount_fen": 22_50,
    "supplier_name": "李四",
    "quantity": 30,
    "unit": "枚",
}
BILL: dict[str, Any] = {
    "biller": "power-demo", "account_no": "0602123456500", "amount_fen": 50_00, "bill_period": "2026-11",
}  # fmt: skip
#: A printer that nobody has plugged in: what is asked for waits.
PRINTER = '[[devices]]\nname = "小票机"\nkind = "printer"\ndriver = "simulated"\ndesk = "柜台"\n'


_TEMPLATES: dict[tuple[str, bool], Path] = {}


def _template(fee_list: dict[str, Any] | None, printer: bool) -> Path:
    """A station's folder to copy: two hashed secrets and a fee list are most of what a test would take."""
    made = _TEMPLATES.get((repr(fee_list), printer))
    if made is None:
        made = Path(tempfile.mkdtemp(prefix="bench-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        if printer:
            (made / "station.toml").write_text(PRINTER, "utf-8")
        _begin(made, fee_list)
        _TEMPLATES[repr(fee_list), printer] = made
    return made


def _begin(state: Path, fee_list: dict[str, Any] | None) -> None:
    lay_out(state)
    store = open_store(state, settings.load(state))
    with store.transaction() as tx:
        desks.make_desks(tx)
        staff.create_first_manager(tx, "王芳", "4826")
        if fee_list is not None:
            fees.publish(tx, fee_list)
    store.close()


class Bench:
    """One station; each method is one act in its own transaction unless it says otherwise."""

    def __init__(self, state: Path, *, fee_list: dict[str, Any] | None = FEES, printer: bool = True) -> None:
        if (state / "station.toml").exists():  # a test's own settings: desks, places and the like are made from them
            if printer:
                (state / "station.toml").write_text(PRINTER, "utf-8")
            _begin(state, fee_list)
        else:
            shutil.copytree(_template(fee_list, printer), state, dirs_exist_ok=True)
        self._open(state)

    def _open(self, state: Path) -> None:
        self.store: Store = open_store(state, settings.load(state))
        self.manager_id = 1
        self.actor = Actor("staff", 1, "manager", "王芳", 1)

    @classmethod
    def reopened(cls, state: Path) -> Bench:
        """The station of a folder that another bench has made."""
        bench = cls.__new__(cls)
        bench._open(state)
        return bench

    def act(self, act, *args, at: str | None = None, actor: Actor | None = None, **facts):
        """Runs one act; ``at`` sets the clock of its transaction."""
        with self.store.transaction(actor or self.actor) as tx:
            if at is not None:
                tx.now = at
            return act(tx, *args, **facts)

    def code(self, act, *args, **facts) -> str:
        """The code with which an act is refused; everything in the database must be as before."""
        before = self.counts()
        try:
            self.act(act, *args, **facts)
        except Refused as refused:
            assert str(refused) and "{" not in str(refused), f"a fact is missing in {refused.message}"
            assert self.counts() == before
            return refused.code
        raise AssertionError(f"{act} was not refused")

    def ticket(self, *lines: tuple[str, dict[str, Any]], at: str | None = None) -> int:
        """An open ticket with these lines."""
        ticket_id: int = self.act(open_ticket, at=at)
        for service, facts in lines:
            self.act(add_line, ticket_id, service, at=at, **facts)
        return ticket_id

    def settle(self, ticket_id: int, given_fen: int, at: str | None = None) -> Settled:
        return self.act(settle, ticket_id, given_fen, at=at)

    def void(self, ticket_id: int, **facts: Any) -> Voided:
        return self.act(void, ticket_id, **facts)

    def close(self, pieces: dict[int, int] | None = None, at: str | None = None, **facts: Any) -> Closed:
        """Closes the day; without pieces exactly what should be there is counted."""
        if pieces is None:
            pieces = self.pieces_of(self.balance("drawer"))
        return self.act(close_day, at=at, pieces=pieces, **facts)

    def view(self, ticket_id: int) -> dict[str, Any]:
        """The ticket as a page shows it."""
        with self.store.reading() as db:
            return ticket_view(db, ticket_id)

    @staticmethod
    def pieces_of(fen: int) -> dict[int, int]:
        """Notes and coins that make up an amount in whole jiao."""
        pieces = {}
        for piece in (100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 50, 10):
            pieces[piece], fen = divmod(fen, piece)
        assert fen == 0
        return pieces

    def token(self, role: str = "operator") -> Actor:
        """A program with a token of this role."""
        key = self.act(tokens.create_token, "程序", role)
        with self.store.reading() as db:
            actor = tokens.actor_of(db, key)
        assert actor is not None
        return actor

    def staff(self, role: str) -> Actor:
        """A person of this role at the desk."""
        staff_id, _ = self.act(staff.add_staff, f"{role}人员", role, "4826")
        return Actor("staff", staff_id, role, "", 1)

    def balance(self, account: str) -> int:
        return self.balances().get(account, 0)

    def balances(self) -> dict[str, int]:
        """Balances that are not zero."""
        with self.store.reading() as db:
            return {account: fen for account, fen in ledger.balances(db).items() if fen}

    def value(self, sql: str, *params: Any) -> Any:
        with self.store.reading() as db:
            return db.value(sql, *params)

    def text(self, slip_id: int, columns: int = 32) -> str:
        with self.store.reading() as db:
            return render_text(slips.compose(db, slip_id), columns)

    def counts(self) -> dict[str, int]:
        """Rows of every table, so that a refused act can be seen to have left nothing."""
        with self.store.reading() as db:
            names = [row[0] for row in db.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: db.value(f"SELECT COUNT(*) FROM {name}") for name in names if not name.startswith("sqlite_")}

    def problems(self) -> list[str]:
        """Codes of every broken invariant of money, days and reports."""
        from kiosk.fees import check as fee_check
        from kiosk.ledger import check as ledger_check
        from kiosk.outbox import check as outbox_check
        from kiosk.reports import check as report_check
        from kiosk.shifts import check as day_check
        from kiosk.till import check as till_check

        rooms = (fee_check, ledger_check, outbox_check, report_check, day_check, till_check)
        with self.store.reading() as db:
            return sorted({problem.code for room in rooms for problem in room.problems(db)})


def days_ago(days: float) -> str:
    """A stamp so many days back."""
    return clock.stamp(clock.now() - timedelta(days=days))
