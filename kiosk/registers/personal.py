"""What the registers keep of people, and how it goes: whatever a register's data says is about a person, by the term that its
data names; pictures and signatures by theirs."""

from __future__ import annotations

from functools import partial

from kiosk import vault
from kiosk.registers import erasure
from kiosk.registers.model import CASE
from kiosk.retention.kinds import Field, Kind, Line, declare, pictures_of
from kiosk.retention.terms import ACTIVITY, REGISTER
from kiosk.storage import Reader
from kiosk.words import N_


def _due(kept: str, db: Reader, before_on: str, after_id: int, limit: int) -> list[int]:
    rows = db.all(
        "SELECT id FROM register_entries WHERE kept = ? AND ended_on < ? AND erased_at IS NULL AND id > ? ORDER BY id LIMIT ?",
        kept, before_on, after_id, limit,
    )  # fmt: skip
    return [row["id"] for row in rows]


declare(
    Kind(
        CASE, N_("登记簿"), "register_entries", "c.opened_at", fields={"*": Field(N_("登记的内容"))},
        lines=(
            pictures_of(CASE, "c.ended_on"),
            Line(vault.WHOLE, REGISTER, erasure.forget, due=partial(_due, "register")),
            Line(vault.WHOLE, ACTIVITY, erasure.forget, due=partial(_due, "activity")),
        ),
        columns=("phone_hash", "phone_tail", "name_hint"), by_hash="c.phone_hash = :hash", ended="c.ended_on",
        erase_open=erasure.forget_open, classes=("station", "photo"),
    )
)  # fmt: skip
