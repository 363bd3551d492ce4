"""Fills every field that takes a person's data with marked values, each by the act that a clerk would do. A room that begins
to keep something of people adds its acts to ``FILLS``: until then ``test_personal_data`` names the field that is empty."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk import clock
from kiosk.attachments import read_picture
from kiosk.bills import outcome
from kiosk.consignment import requests, suppliers
from kiosk.conveniences import actions as conveniences
from kiosk.counter import (
    join_purchase,
    purchase_goods,
    recovery_paper,
    sign_manifest,
)
from kiosk.counter.add_line import add_line
from kiosk.counter.open_day import open_day
from kiosk.outbound import refused
from kiosk.people import staff
from kiosk.purchases import actions as purchase_acts
from kiosk.purchases import orders
from kiosk.till import cash_moves, debtors
from tests.services import personal_fill_county as county
from tests.services import personal_fill_day as day
from tests.services.convenience_bench import cash, clinic, train
from tests.services.counter_bench import PRINTER
from tests.services.outbound_bench import SENDING, OutboundBench

WAYBILLS = [f"YT89626467853{n:02d}" for n in range(11, 88)]
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


class Marked(OutboundBench):
    """A station in which everything was done once, for people who are all different."""

    def __init__(self, state: Path) -> None:
        state.mkdir(parents=True, exist_ok=True)
        (state / "station.toml").write_text(PRINTER + '[conveniences]\nbank_contract = "农商〔2026〕12号"\n', "utf-8")
        super().__init__(state, printer=False)

    bought_by: tuple[str, int, str]  # receipt, purchase and phone of the last one that bought

    def fill(self) -> None:
        #: Everything that was said of anybody, also what was put right since.
        self.said: list[str] = []
        self._numbers = itertools.count(1)
        self._waybills = iter(WAYBILLS)
        self.act(open_day, 5000_00)
        for fill in FILLS:
            fill(self)

    def phone(self) -> str:
        return self._say(f"139{(next(self._numbers) * 7_654_321 + 10_203_040) % 100_000_000:08d}")

    def _say(self, value: str) -> str:
        self.said.append(value)
        return value

    def name(self) -> str:
        number = next(self._numbers)
        return self._say(f"{_SURNAMES[number % len(_SURNAMES)]}标记{chr(0x9A00 + number)}{chr(0x8C00 + number)}")

    def words(self, what: str) -> str:
        number = next(self._numbers)
        return self._say(f"{what}标记{chr(0x9A00 + number)}{chr(0x8C00 + number)}")

    def waybill(self) -> str:
        return self._say(next(self._waybills))

    def picture(self) -> Any:
        number = next(self._numbers)
        out = io.BytesIO()
        Image.frombytes("RGB", (64, 64), bytes((n * number * 31) % 251 for n in range(64 * 64 * 3))).save(out, "JPEG")
        return read_picture(out.getvalue())

    def paid_line(self, service: str, **facts: Any) -> int:
        """A line on a ticket of its own, paid in cash; returns the case's id."""
        ticket_id = self.ticket()
        line = self.act(add_line, ticket_id, service, **facts)
        self.settle(ticket_id, max(0, self.view(ticket_id)["total_fen"]))
        return int(line.case_id)


def sent(at: Marked) -> None:
    """Sender and recipient, the courier of the list, and an item that was refused."""
    facts = {
        "sender_name": at.name(), "sender_phone": at.phone(), "sender_address": at.words("村口"), "recipient_name": at.name(),
        "recipient_phone": at.phone(), "recipient_address": at.words("幸福路"), "item": at.words("腊肉"),
    }  # fmt: skip
    given = at.give(at.send(**SENDING | facts), courier=at.name())
    at.act(sign_manifest.sign_outbound, given.id, at.picture())
    at.act(refused.note, "prohibited", item=at.words("鞭炮"))


def bought(at: Marked) -> None:
    """A purchase with every remark there is, ordered, arrived and handed over; one that was called off."""
    for is_disputed in (True, False):
        phone = at.phone()
        purchase_id = at.paid_line(
            "purchase", item_name=at.words("水泵"), spec=at.words("三相"), quantity=1, category="production",
            amount_fen=300_00, paid_by="customer", customer_name=at.name(), phone=phone,
        )  # fmt: skip
        at.bought_by = (at.value("SELECT receipt_no FROM tickets ORDER BY id DESC LIMIT 1"), purchase_id, phone)
        at.act(purchase_acts.note, purchase_id, at.words("备注"))
        if is_disputed:
            at.act(purchase_acts.dispute, purchase_id, at.words("纠纷"))
            at.act(purchase_acts.settle_dispute, purchase_id, at.words("和解"))
        at.act(
            orders.order, purchase_id, platform="淘宝", online_shop="枫林水泵店", platform_order_no=f"2026112200{purchase_id:04d}",
            amount_fen=300_00, paid_from="wechat",
        )  # fmt: skip
        at.act(join_purchase.learn_waybill, purchase_id, at.waybill())
        at.act(join_purchase.arrive, purchase_id)
        at.act(purchase_goods.hand_over_purchase, purchase_id)
        at.act(orders.close, purchase_id, customer_is_content=True)


def billed(at: Marked) -> None:
    """A bill with account, holder, customer, phone and a photo of its voucher."""
    at.paid_line(
        "bill", biller="water-demo", account_no="0602987654399", amount_fen=30_00, bill_period="2026-11",
        account_holder=at.name(), holder_confirmed=True,
    )  # fmt: skip
    held = at.value("SELECT MAX(id) FROM bills")
    at.act(outcome.submit, held, channel="wechat", paid_from="wechat")
    at.act(outcome.confirm, held, serial_no="S20261122000")
    bill_id = at.paid_line(
        "bill", biller="power-demo", account_no="0602987654321", amount_fen=50_00, bill_period="2026-11",
        customer_name=at.name(), phone=at.phone(),
    )  # fmt: skip
    at.act(
        outcome.submit, bill_id, channel="wechat", paid_from="wechat", account_holder=at.name(), holder_confirmed=True
    )
    at.act(outcome.confirm, bill_id, serial_no="S20261122001", picture=at.picture())


def served(at: Marked) -> None:
    """A clinic visit and a train ticket."""
    visit = at.paid_line(
        "convenience", **clinic(hospital=at.words("医院"), department=at.words("眼科"), patient=at.name()[1:5], phone=at.phone())
    )  # fmt: skip
    at.act(conveniences.finish, visit, values={"booking_no": "BK20261122"})
    at.paid_line("convenience", **cash(bank=at.words("农商行"), slip_no="90210123"))
    ticket = at.paid_line("convenience", **train(passenger=at.name(), phone=at.phone(), from_place=at.words("长沙")))
    at.act(conveniences.finish, ticket, values={"order_no": "E2026112299"}, paid_from="wechat")


def sold(at: Marked) -> None:
    """A supplier with an address, a wish to sell, and a sale that was paid out."""
    supplier = at.act(suppliers.register, name=at.name(), phone=at.phone(), address=at.words("三组"))
    wish = at.act(requests.note, words=at.words("土鸡"), category="egg", name=at.name(), phone=at.phone())
    at.act(requests.refuse, wish.id, next(iter(requests.REASONS)))
    sale_id = at.paid_line(
        "consignment", item_name=at.words("山货"), amount_fen=22_50, supplier_id=supplier.id, quantity=1, unit="份"
    )
    at.paid_line("settlement", supplier_id=supplier.id)
    # Columns of the first release, which nothing fills any more, and the parcel of an online sale.
    at.act(
        lambda tx: tx.change(
            "consignment_sales", sale_id, phone_hash="f" * 64, phone_tail="4321", waybill_no=at.waybill()
        )
    )


def money(at: Marked) -> None:
    """Who may owe, and the words written with money that moved."""
    at.act(debtors.allow, at.name(), at.phone(), 200_00)
    at.act(cash_moves.move_cash, "owner_in", 100_00, note=at.words("存入"))
    at.paid_line("compensation", amount_fen=10_00, reason="other", note=at.words("赔付"))


def recovery(at: Marked) -> None:
    """The code that the manager has not noted yet."""
    code = at.act(staff.new_recovery_code)
    at.act(recovery_paper.print_recovery_code, code, "柜台")


FILLS: list[Callable[[Marked], None]] = [
    day.parcels,
    day.left_by_lists,
    day.announced,
    day.agreed,
    day.counted,
    sent,
    bought,
    billed,
    served,
    sold,
    money,
    day.asked,
    county.registered,
    county.told,
    recovery,
]


def in_years(years: int) -> Any:
    """The date so many years ahead, at the station."""
    return clock.local_date() + timedelta(days=366 * years)
