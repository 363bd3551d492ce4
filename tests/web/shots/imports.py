"""A courier's list: chosen, looked at with and without faults, and taken in."""

from __future__ import annotations

from playwright.sync_api import Page

from kiosk.counter.take_list import take_list
from kiosk.parcel_lists import guess, read_file
from kiosk.parcel_lists.model import Purpose
from kiosk.storage import Actor, Store
from tests.web.shots import Shot, row

NAMES = ("张三", "李建国", "欧阳小燕", "王*", "赵六")


def _text(first: int, rows: int) -> str:
    lines = ["中通派件表 11 月 22 日,,,", "运单号,收件人,收件人电话,收件地址"]
    for number in range(rows):
        lines.append(f"736105{first + number:08d},{NAMES[number % 5]},1990000{number:04d},枫林村")
    return "\n".join(lines) + "\n"


def _taken(store: Store, actor: Actor) -> None:
    with store.reading() as db:
        if db.value("SELECT COUNT(*) FROM parcel_lists"):
            return
    grid = read_file(_text(55000000, 12).encode())
    with store.transaction(actor) as tx:
        take_list(tx, grid, guess(grid), Purpose.EXPECTED, carrier="ZTO")


def _chosen(text: str):  # noqa: ANN202
    def choose(page: Page) -> None:
        page.set_input_files("[name=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()})
        page.select_option("[name=carrier]", "ZTO")
        page.click("#choose button")
        page.wait_for_selector("#list")

    return choose


FAULTY = _text(66000000, 3) + "7.36106E+13,张三,12345,\n,李四,1234,\n73610566000000,王五,1234,\n"

SHOTS: dict[str, tuple[Shot, ...]] = {
    "imports.every_list": (
        Shot("/imports", "imports", before=_taken),
        Shot("/imports", "imports-preview", before=_taken, then=_chosen(_text(66000000, 40))),
        Shot("/imports", "imports-faults", before=_taken, then=_chosen(FAULTY)),
    ),
    "imports.one_list": (Shot(row("/imports/{}", "SELECT MAX(id) FROM parcel_lists"), "imports-one", before=_taken),),
}
