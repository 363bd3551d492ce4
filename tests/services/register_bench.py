"""What the tests of registers type in, and a county's own register."""

from __future__ import annotations

import io
from typing import Any

from kiosk import audit
from kiosk.attachments import Picture, read_picture
from kiosk.attachments import check as attachment_check
from kiosk.registers import check as register_check
from kiosk.storage import seals
from tests.services.counter_bench import Bench

COMPLAINT: dict[str, Any] = {
    "happened_on": "2026-11-20", "kind": "快递破损", "way": "当面", "complainant": "赵小梅", "phone": "13812345678",
    "told": "箱子压扁了，里面的碗碎了两个", "wants": "赔两个碗",
}  # fmt: skip
CLOSING: dict[str, Any] = {
    "result": "已赔付", "result_words": "快递员当面赔了钱", "fault": "快递公司", "compensation": "30", "satisfied": "满意",
}  # fmt: skip
#: A register that a county writes by itself: no line of code knows it.
OWN = """
code = "well_water"
name = "水井巡查"
name_en = "Wells"
letter = "SJ"
group = "premises"
date = "on"
title = "well"
[[states]]
code = "dry"
name = "没水"
kind = "open"
[[states]]
code = "fine"
name = "有水"
kind = "done"
[[steps]]
code = "flow"
name = "来水了"
from = ["dry"]
to = "fine"
[[fields]]
code = "on"
label = "日期"
type = "date"
default = "today"
list = true
[[fields]]
code = "well"
label = "哪口井"
type = "choice"
choices = ["东井", "西井"]
list = true
[[fields]]
code = "depth"
label = "水深（厘米）"
type = "number"
list = true
[[fields]]
code = "seen_by"
label = "谁看的"
type = "person"
list = true
[[fields]]
code = "words"
label = "怎么好的"
type = "note"
asked = "flow"
[[clocks]]
code = "flow"
name = "三天内来水"
from = "on"
days = 3
in = ["dry"]
warn_days = 1
[[counters]]
code = "deep"
name = "水深合计"
counts = "opened"
by = "date"
sum = "depth"
where = { well = "东井" }
"""


def photo(colour: str = "red", size: tuple[int, int] = (60, 40)) -> Picture:
    """A small photo."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return read_picture(out.getvalue())


def problems(bench: Bench) -> list[str]:
    """Codes of every broken invariant of registers, pictures, rows and the chain."""
    with bench.store.reading() as db:
        found = {one.code for room in (register_check, attachment_check) for one in room.problems(db)}
        broken = [f"{one.table}.{one.why}" for one in seals.broken(db.connection)] + [
            one.why for one in audit.verify(db)
        ]
    return sorted(found) + broken
