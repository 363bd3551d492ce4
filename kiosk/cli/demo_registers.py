"""What the sample station has written into its registers: complaints in each stage, an inspection that was signed, equipment with
a repair, trainings, posts. Made from the registers' own data, so that whatever a county adds is left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from kiosk import clock
from kiosk.registers import Typed, open_entry, registers
from kiosk.registers.actions import take_step
from kiosk.registers.model import OPENED, PICTURES, Field, Register
from kiosk.storage import Tx

NAMES = ("赵小梅", "钱科长", "孙七", "李秀英", "周玉兰")
WORDS = ("已经打电话问过，对方答应处理", "按要求做好了，材料放在档案盒里", "当面说清楚了，没有别的意见")
_EXAMPLES: Mapping[str, str] = {"phone": "19900001234", "time": "09:30", "tick": "1", "card_last4": "1234"}

COMPLAINT = {
    "kind": "快递破损", "way": "当面", "complainant": "赵小梅", "phone": "19900001234", "told": "箱子压扁了，里面的碗碎了两个",
    "wants": "赔两个碗",
}  # fmt: skip


class Clerk:
    """Writes the sample entries; ``quiet`` opens a transaction whose prints nobody waits for."""

    def __init__(self, quiet: Callable[[], AbstractContextManager[Tx]]) -> None:
        self._quiet = quiet

    def write(self) -> None:
        """A believable entry in each register, two of which went on; complaints in each stage."""
        with self._quiet() as tx:
            books = list(registers(tx).values())
            today = clock.local_date(tx.settings.station.zone, clock.read(tx.now))
        for place, book in enumerate(books):
            entry_id = self._open(book, today, place)
            if entry_id is not None and place % 2 == 0:
                self._go_on(book, entry_id, today)
        self._complaints(books, today)
        self._accounts({book.code for book in books}, today)

    def _open(self, book: Register, today: date, place: int) -> int | None:
        if any(field.type in PICTURES and field.required for field in book.asked(OPENED)):
            return None  # nothing was photographed at a station that there is not
        with self._quiet() as tx:
            return open_entry(tx, book.code, _typed(book, OPENED, today, place)).id

    def _go_on(self, book: Register, entry_id: int, today: date) -> None:
        steps = book.next_steps(book.states[0].code)
        if steps and not any(one.type in PICTURES and one.required for one in book.asked(steps[0].code)):
            with self._quiet() as tx:
                take_step(tx, entry_id, steps[0].code, _typed(book, steps[0].code, today, entry_id))

    def _complaints(self, books: list[Register], today: date) -> None:
        book = next((one for one in books if one.code == "complaints"), None)
        if book is None:
            return
        day = {"happened_on": (today - timedelta(days=1)).isoformat()}
        with self._quiet() as tx:
            open_entry(tx, book.code, COMPLAINT | day | {"kind": "没通知取件", "told": "到了三天才知道"})
        with self._quiet() as tx:
            done = open_entry(tx, book.code, COMPLAINT | day).id
        for act in ("handle", "close"):
            with self._quiet() as tx:
                take_step(tx, done, act, _typed(book, act, today, 1))

    def _accounts(self, known: set[str], today: date) -> None:
        """What a carrier pays a piece, and the sheet that it sent for this month: one piece short of ours."""
        month, first = today.isoformat()[:7], today.replace(day=1).isoformat()
        terms = {"from_on": first, "fee": "0.60", "agreed_by": "书面协议"}
        sheet = {
            "month": month,
            "received_on": today.isoformat(),
            "pieces": "5",
            "delivery_fee": "3.00",
            "fines": "20.00",
        }
        if not {"carrier_terms", "carrier_statements"} <= known:
            return
        for carrier in ("圆通速递", "中通快递"):
            with self._quiet() as tx:
                open_entry(tx, "carrier_terms", terms | {"carrier": carrier})
        with self._quiet() as tx:
            open_entry(tx, "carrier_statements", sheet | {"carrier": "圆通速递"})


def _typed(book: Register, act: str, today: date, place: int) -> Typed:
    """Something fitting for everything an act asks; pictures are left out where they may be."""
    values = {
        field.code: _example(field, today, place)
        for field in book.asked(act)
        if field.type not in PICTURES and (field.required or field.list)
    }
    tables: dict[str, list[dict[str, Any]]] = {}
    for group in book.rows_asked(act):
        many = len(group.fixed) or min(3, group.most)
        tables[group.code] = [
            {field.code: _example(field, today, place + row) for field in group.fields if field.required}
            for row in range(many)
        ]
    return Typed(values, tables)


def _example(field: Field, today: date, place: int) -> str:
    if field.default and field.default != "today":
        return field.default
    match field.type:
        case "choice":
            return field.choices[place % len(field.choices)] if not field.required else field.choices[0]
        case "date":
            return (today if field.default == "today" or not field.may_be_past else today + timedelta(days=5 if field.may_be_ahead else -2)).isoformat()  # fmt: skip
        case "month":
            return today.strftime("%Y-%m")
        case "money":
            return f"{max(field.least, 120_00) // 100}.00"
        case "count" | "number":
            return str(min(max(field.least, 12), field.most or 12))
        case "person":
            return NAMES[place % len(NAMES)]
        case "note":
            return WORDS[place % len(WORDS)]
        case "text":
            return _TEXTS.get(field.code, field.label)[: field.longest]
    return _EXAMPLES.get(field.type, "")


_TEXTS: Mapping[str, str] = {
    "title": "农产品上行和直播带货", "topic": "手机网购防骗", "place": "村委会会议室", "name": "台式电脑", "model": "T100",
    "asset_no": "FL-001", "given_to": "县公共服务中心，退回单", "platform": "网上店铺后台", "account": "fenglin-01", "voucher": "202611-07",
    "group": "三组", "product": "红薯", "shop": "枫林土特产", "sells": "土鸡蛋、干笋", "thing": "打印机卡纸", "document_no": "整改〔2026〕3 号",
    "organiser": "县公共服务中心", "body": "本站代收代寄、代缴话费，时间 8:30–18:30，欢迎来办。",
}  # fmt: skip
