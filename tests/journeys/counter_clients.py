"""Programs that work at the station without a pause: batches, parcels, hand-overs, tickets of every service, what becomes
of bills, purchases and bookings, days; each act under a key.

A request whose connection broke is in doubt: it is sent again, unchanged and under the same key, until the station
answers; nothing else is done before.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kiosk.shifts import PIECES_FEN
from tests.journeys.client import Api, Reply
from tests.journeys.journal import Acknowledged, Journal

#: What may be refused because another client was quicker or the day turned meanwhile. Anything else is a finding.
FORGIVEN = frozenset({"day.none_open"})
PAUSE_SECONDS = 0.05
CARRIERS = ("YTO", "ZTO", "STO", "YUNDA", "JTSD", "EMS", "")
METHODS = ("code", "tail", "known_by_face")


@dataclass
class Tally:
    """What all clients have seen; shared by their threads."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    acknowledged: int = 0
    refused: int = 0
    findings: list[str] = field(default_factory=list)
    in_doubt: set[int] = field(default_factory=set)
    found_done: int = 0
    found_undone: int = 0


class CounterClient:
    """One client: its own token, its own parcels and tickets, its own randomness."""

    def __init__(self, number: int, port: int, token: str, journal: Journal, tally: Tally, seed: str) -> None:
        self.number = number
        self.api = Api(port, token, timeout_seconds=30)
        self.journal = journal
        self.tally = tally
        self.chance = random.Random(f"{seed}:{number}")
        self.batch_id: int | None = None
        self.batch_left = 0
        self.in_stock: deque[int] = deque()
        self.ticket: tuple[int, int] | None = None
        self._on_ticket: list[tuple[str, int, int]] = []
        #: What was paid for and is now to be done: the act and the case, in order.
        self.to_do: deque[tuple[str, int, int]] = deque()
        self._made = 0
        self._keys = 0

    def work(self, is_over: threading.Event) -> None:
        """Acts until told to stop; ends with nothing in doubt."""
        while not is_over.is_set():
            self._next_act()()
        self.api.close()

    def _next_act(self) -> Callable[[], None]:
        draw = self.chance.random()
        if draw < 0.006:
            return self._close_day
        if self.ticket is not None and draw < 0.7:
            return self._settle
        if self.to_do and (draw < 0.3 or len(self.to_do) > 30):
            return self._go_on
        if draw < 0.12:
            return self._begin_ticket
        if self.in_stock and (draw < 0.42 or len(self.in_stock) > 30):
            return self._hand_over
        if self.batch_id is None:
            return self._open_batch
        return self._close_batch if self.batch_left <= 0 else self._check_in

    # Acts ------------------------------------------------------------------------------------------------------------

    def _open_batch(self) -> None:
        count = self.chance.randint(2, 12)
        body = {
            "carrier": self.chance.choice(CARRIERS), "declared": count,
            "print_mode": self.chance.choice(("at_once", "batch_end", *("never",) * 6)),
        }  # fmt: skip
        answer = self._do("open_batch", "/batches", body)
        if answer is not None:
            self.batch_id, self.batch_left = answer["id"], count

    def _close_batch(self) -> None:
        self._do("close_batch", f"/batches/{self.batch_id}/close", {})
        self.batch_id = None

    def _check_in(self) -> None:
        self._made += 1
        body: dict[str, Any] = {
            "waybill_no": f"YT{self.number + 1}{self.chance.randrange(1000):03d}{self._made:09d}",
            "batch_id": self.batch_id,
        }
        if self.chance.random() < 0.7:
            body["phone"] = f"138001{self.chance.randrange(10**5):05d}"
        else:
            body["phone_tail"] = f"{self.chance.randrange(10**4):04d}"
        answer = self._do("check_in", "/parcels", body)
        self.batch_left -= 1
        if answer is not None:
            self.in_stock.append(answer["id"])

    def _hand_over(self) -> None:
        parcel_id = self.in_stock.popleft()
        self._do("hand_over", f"/parcels/{parcel_id}/hand-over", {"method": self.chance.choice(METHODS)})

    def _begin_ticket(self) -> None:
        lines = [self._line() for _ in range(self.chance.randint(1, 3))]
        answer = self._do("begin_ticket", "/tickets", {"lines": lines})
        if answer is not None and self.ticket is None:
            self.ticket = (answer["id"], answer["total_fen"])
            self._on_ticket = [
                (sent["service"], told["case_id"], sent.get("amount_fen", 0))
                for sent, told in zip(lines, answer["lines"], strict=True)
            ]

    def _line(self) -> dict[str, Any]:
        fen = self.chance.randint(1, 500_00)
        service = self.chance.choice(("purchase", "consignment", "bill", "bill", "convenience", "outbound"))
        if service == "convenience":
            return {"service": service, "convenience": "print", "values": {"what": "复印", "pages": "3"}}
        if service == "outbound":
            return {
                "service": service, "carrier": "YTO", "sender_name": "村民丙", "sender_phone": "19900001234",
                "recipient_name": "村民丁", "recipient_phone": "19900005678", "recipient_address": "省城幸福路 1 号",
                "item": "腊肉", "item_kind": "food", "weight_grams": 2300, "id_document": "resident_id",
                "content_inspected": True, "freight_fen": fen,
            }  # fmt: skip
        if service == "purchase":
            return {
                "service": service, "item_name": "雨靴", "amount_fen": fen, "paid_by": "customer",
                "customer_name": "村民甲",
            }  # fmt: skip
        if service == "consignment":
            return {"service": service, "item_name": "土鸡蛋", "amount_fen": fen, "supplier_name": "村民乙"}
        self._made += 1
        account = f"{self.number + 1}{self._made:011d}"
        return {"service": service, "biller": "water-demo", "account_no": account, "amount_fen": fen}

    def _settle(self) -> None:
        assert self.ticket is not None
        ticket_id, total_fen = self.ticket
        self.ticket = None
        if self._do("settle", f"/tickets/{ticket_id}/settle", {"given_fen": total_fen + self.chance.randint(0, 50_00)}):
            begins = {"bill": "submit_bill", "purchase": "order_purchase"}
            self.to_do.extend(
                (begins[service], case_id, fen) for service, case_id, fen in self._on_ticket if service in begins
            )

    def _go_on(self) -> None:
        """The next step of something that was paid for."""
        act, case_id, fen = self.to_do.popleft()
        self._made += 1
        if act == "submit_bill":
            body: dict[str, Any] = {
                "channel": "wechat", "paid_from": "wechat", "account_holder": "村民甲", "holder_confirmed": True,
            }  # fmt: skip
            if self._do(act, f"/bills/{case_id}/submit", body) is not None:
                self.to_do.append(("confirm_bill", case_id, fen))
        elif act == "confirm_bill":
            self._do(act, f"/bills/{case_id}/confirm", {"serial_no": f"S{self.number}-{self._made}"})
        else:
            body = {"platform": "淘宝", "amount_fen": fen, "paid_from": "alipay"}
            self._do(act, f"/purchases/{case_id}/order", body)

    def _close_day(self) -> None:
        pieces = {str(fen): self.chance.randint(0, 3) for fen in PIECES_FEN}
        self._do("close_day", "/days/close", {"pieces": pieces})

    # -----------------------------------------------------------------------------------------------------------------

    def _do(self, act: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Sends one act until it is answered; the answer, None when it was refused."""
        self._keys += 1
        key = f"client-{self.number}-{self._keys}"
        is_second_try = False
        while True:
            try:
                reply = self.api.post(path, body, key=key)
                break
            except OSError:
                is_second_try = True
                with self.tally.lock:
                    self.tally.in_doubt.add(self.number)
                time.sleep(PAUSE_SECONDS)
        return self._kept(act, key, path, body, reply, is_second_try)

    def _kept(
        self, act: str, key: str, path: str, body: dict[str, Any], reply: Reply, is_second_try: bool
    ) -> dict[str, Any] | None:
        was_done_before = reply.headers.get("idempotency-replayed") == "true"
        if reply.is_done:
            self.journal.keep(
                Acknowledged(
                    self.number, act, key, path, body, reply.status, reply.body, is_second_try, was_done_before
                )
            )
        with self.tally.lock:
            self.tally.in_doubt.discard(self.number)
            if is_second_try:
                self.tally.found_done += was_done_before
                self.tally.found_undone += not was_done_before
            if was_done_before and not is_second_try:
                self.tally.findings.append(f"{act} {key}: a first request was answered as a repetition")
            if reply.is_done:
                self.tally.acknowledged += 1
            else:
                self.tally.refused += 1
                if reply.code not in FORGIVEN:
                    self.tally.findings.append(f"{act} {path} refused: {reply.status} {reply.body}")
        return reply.body if reply.is_done else None
