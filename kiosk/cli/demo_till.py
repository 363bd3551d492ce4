"""Invented money beside the services of the sample station: two villagers who may owe, what they repaid, cash taken to the
bank and spent on tape. Amounts are whole yuan, as the sample days are counted in coins."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from kiosk.counter.add_line import add_line
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.storage import Tx
from kiosk.till import cash_moves, debtors
from kiosk.till.payments import Tender

Moment = Callable[[], AbstractContextManager[Tx]]
_BILL = {"biller": "power-demo", "account_no": "0602998877660"}


class Purse:
    """What is owed and moved on the sample days; ``on_day`` does what happened so many days ago."""

    def __init__(self, moment: Moment) -> None:
        self._tx = moment
        self._debtors: list[int] = []

    def on_day(self, days_ago: int) -> None:
        """Does the day's steps, each in its own transaction."""
        match days_ago:
            case 9:
                for name, phone in (("李大山", "19900006677"), ("欧阳秀英", "19900003344")):
                    with self._tx() as tx:
                        self._debtors.append(debtors.allow(tx, name, phone, 300_00))
                self._on_account(self._debtors[0], 86_00)
            case 4:
                self._on_account(self._debtors[1], 45_00)
                self._repay(self._debtors[0], 50_00)
            case 1:
                with self._tx() as tx:
                    cash_moves.move_cash(tx, "to_bank", 100_00)
            case 0:
                self._repay(self._debtors[1], 20_00)
                with self._tx() as tx:
                    cash_moves.move_cash(tx, "expense", 6_00, note="买胶带两卷")

    def _on_account(self, debtor_id: int, fen: int) -> None:
        with self._tx() as tx:
            ticket_id = open_ticket(tx)
            add_line(tx, ticket_id, "bill", amount_fen=fen, pays_again=True, **_BILL)
        with self._tx() as tx:
            settle(tx, ticket_id, 0, [Tender("account", fen, "", debtor_id)])

    def _repay(self, debtor_id: int, fen: int) -> None:
        with self._tx() as tx:
            ticket_id = open_ticket(tx)
            add_line(tx, ticket_id, "debt", debtor_id=debtor_id, amount_fen=fen)
        with self._tx() as tx:
            settle(tx, ticket_id, fen)
