"""Invented bills and convenience services of the sample station: one in each state, so that every page of theirs has
something to show. Amounts are whole yuan, since the sample days are counted in coins."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from kiosk import clock
from kiosk.bills import outcome
from kiosk.conveniences import actions
from kiosk.counter import add_line, open_ticket, settle
from kiosk.storage import Tx

Moment = Callable[[], AbstractContextManager[Tx]]
HOLDER = {"account_holder": "张*国", "holder_confirmed": True}


class Counter:
    """The bills and services of the sample days; ``on_day`` does what happened so many days ago."""

    def __init__(self, moment: Moment) -> None:
        self._tx = moment

    def on_day(self, days_ago: int) -> None:
        """Does the day's steps, each in its own transaction."""
        match days_ago:
            case 4:
                self._confirm(self._sent(self._bill("water-demo", "33445566", 62_00, late_fee_fen=2_00)), "W20260918")
                self._done(self._service("hotel", self._hotel(9)), {"order_no": "H8837201"})
            case 2:
                self._unknown(self._sent(self._bill("gas-demo", "5566778899", 90_00)))
                self._service("print", {"what": "复印", "pages": "6"})
                self._fail(self._service("train", self._train(6, "广州")))
            case 1:
                bill_id = self._unknown(self._sent(self._bill("tv-demo", "8801234567", 120_00, months=6)))
                with self._tx() as tx:
                    outcome.fail(tx, bill_id, reason="rejected", how="hotline")
                self._service("loan", self._loan())
            case 0:
                self._sent(self._bill("power-card-demo", "0602000777", 100_00))
                self._bill("power-demo", "0602000888", 86_00)
                self._top_up("19900001234", 50_00)
                self._service("train", self._train(3, "北京"))
                self._service("clinic", self._visit(1), consent=True)

    def _bill(self, biller: str, account_no: str, amount_fen: int, **more: Any) -> int:
        return self._paid("bill", biller=biller, account_no=account_no, amount_fen=amount_fen, **(HOLDER | more))

    def _top_up(self, phone: str, amount_fen: int) -> int:
        return self._paid(
            "bill",
            biller="mobile-demo",
            account_no=phone,
            account_again=phone,
            is_read_back=True,
            amount_fen=amount_fen,
        )

    def _service(self, code: str, values: dict[str, Any], *, consent: bool = False) -> int:
        return self._paid("convenience", convenience=code, values=values, consent=consent)

    def _paid(self, service: str, **facts: Any) -> int:
        with self._tx() as tx:
            line = add_line.add_line(tx, open_ticket.open_ticket(tx), service, **facts)
            settle.settle(tx, line.ticket_id, line.owed_fen)
        return line.case_id

    def _sent(self, bill_id: int) -> int:
        with self._tx() as tx:
            outcome.submit(tx, bill_id, channel="wechat", paid_from="wechat")
        return bill_id

    def _unknown(self, bill_id: int) -> int:
        with self._tx() as tx:
            outcome.leave_unconfirmed(tx, bill_id)
        return bill_id

    def _confirm(self, bill_id: int, serial_no: str) -> None:
        with self._tx() as tx:
            outcome.confirm(tx, bill_id, serial_no=serial_no, balance_before_fen=-62_00, balance_after_fen=0)

    def _done(self, convenience_id: int, values: dict[str, Any]) -> None:
        with self._tx() as tx:
            actions.finish(tx, convenience_id, values=values, paid_from="alipay")

    def _fail(self, convenience_id: int) -> None:
        with self._tx() as tx:
            actions.fail(tx, convenience_id, "sold_out")

    def _in(self, days: int) -> str:
        with self._tx() as tx:
            today = clock.local_date(tx.settings.station.zone, clock.read(tx.now))
        return (date.fromisoformat(today.isoformat()) + timedelta(days=days)).isoformat()

    def _train(self, days: int, to_place: str) -> dict[str, Any]:
        return {
            "from_place": "枫林", "to_place": to_place, "departs_on": self._in(days), "departs_at": "08:30",
            "seat": "二等座", "tickets": "2", "passenger": "张建国", "phone": "19900001234", "price": "640",
        }  # fmt: skip

    def _hotel(self, days: int) -> dict[str, Any]:
        return {
            "city": "长沙", "hotel": "湘江边旅馆（演示）", "arrives_on": self._in(days), "nights": "2", "rooms": "1",
            "guest": "李秀英", "price": "300",
        }  # fmt: skip

    def _visit(self, days: int) -> dict[str, Any]:
        return {
            "hospital": "县人民医院（演示）", "department": "眼科", "visit_on": self._in(days), "half_day": "上午",
            "patient": "杨", "phone": "19900004455",
        }  # fmt: skip

    @staticmethod
    def _loan() -> dict[str, Any]:
        return {
            "bank": "农商银行（演示）", "product": "惠农贷", "amount_range": "1–5 万元", "person": "杨大山",
            "phone": "19900004455",
        }  # fmt: skip
