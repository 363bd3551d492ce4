"""Invented people and errands of the sample station. Nobody of these names and numbers is meant."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

#: Name and role; the first is the manager whom an empty station would ask for.
STAFF = (("王站长", "manager"), ("小李", "operator"), ("巡查员", "inspector"))


@dataclass(frozen=True, slots=True)
class Villager:
    name: str
    phone: str


#: Two families share the tail 6688, one name is rare, one number is masked, one virtual: all that a counter meets.
VILLAGERS = (
    Villager("张建国", "19900001234"),
    Villager("李秀英", "19900006688"),
    Villager("赵德福", "19900016688"),
    Villager("刘桂芳", "19900002357"),
    Villager("陈小䶮", "19900003141"),
    Villager("杨大山", "19900004455"),
    Villager("黄丽", "19900005072"),
    Villager("周永强", "138****9021"),
    Villager("吴春梅", "19900007733-0826"),
    Villager("徐文斌", "19900008190"),
    Villager("孙玉兰", "138****4406"),
    Villager("马晓东", "19900009517"),
)
_SHAPES = {
    "SF": "SF1############",
    "JD": "JDVA###########",
    "YTO": "YT8############",
    "ZTO": "7561##########",
    "STO": "7732###########",
    "YD": "4634###########",
    "JTSD": "JT5############",
    "YZPY": "9860#########",
}


def waybill(carrier: str, chance: random.Random) -> str:
    """A number of the carrier's shape, at random."""
    shape = _SHAPES[carrier]
    return "".join(str(chance.randrange(10)) if mark == "#" else mark for mark in shape)


def errand(chance: random.Random) -> list[tuple[str, dict[str, Any]]]:
    """What a villager comes for besides parcels: one to three lines of a ticket."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("bill", _bill(chance)),
        ("purchase", _purchase(chance)),
        ("consignment", _sale(chance)),
    ]
    return chance.sample(kinds, chance.randint(1, 2))


def _bill(chance: random.Random) -> dict[str, Any]:
    account = "".join(str(chance.randrange(10)) for _ in range(10))
    return {"biller": "power-demo", "account_no": account, "amount_fen": chance.randrange(30, 180) * 100}


def _purchase(chance: random.Random) -> dict[str, Any]:
    name, fen = chance.choice(
        (("自吸水泵", 180_00), ("儿童雨靴", 40_00), ("玉米种子 2kg", 60_00), ("手机充电器", 25_00))
    )
    villager = chance.choice(VILLAGERS)
    return {"item_name": name, "quantity": 1, "amount_fen": fen, "paid_by": "customer", "customer_name": villager.name}


def _sale(chance: random.Random) -> dict[str, Any]:
    name, each, count = chance.choice(
        (("土鸡蛋", 1_50, 40), ("野生蜂蜜", 60_00, 2), ("干香菇", 35_00, 3), ("红薯粉条", 18_00, 2))
    )
    villager = chance.choice(VILLAGERS)
    return {"item_name": name, "quantity": count, "amount_fen": each * count, "supplier_name": villager.name}
