"""What pages that put a service on the ticket share: the published fee beside the form, a count typed, what is said
when the line stands."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from kiosk import clock, fees, money, shifts
from kiosk.counter.lines import AddedLine
from kiosk.errors import Refused
from kiosk.fees.board import in_words
from kiosk.words import N_
from web.acts import Done
from web.station import station


def added(line: AddedLine) -> Done:
    """What is said of a line that now stands on the ticket, with its first warning."""
    words = line.warnings[0] if line.warnings else N_("已加入本单，应收 {owed}")
    tone = "attention" if line.warnings else "done"
    return Done(url_for("tickets.pay"), words, {"owed": money.yuan(line.owed_fen)}, tone)


def published(codes: tuple[str, ...]) -> dict[str, Any] | None:
    """What the fee board says of a service today; None when nothing is published, and then nothing may be charged."""
    with station().store.reading() as db:
        today = shifts.open_day(db)
        zone = station().settings.station.zone
        version = fees.current(db, today.business_on if today else clock.local_date(zone).isoformat())
    items = [item for code in codes for item in [version.item(code) if version else None] if item is not None]
    return {"words": in_words(items[0]), "version": version.number} if items and version else None


def count(name: str) -> int:
    """A whole number from the form; 1 where the field is missing. Raises ``Refused('form.count_unreadable')``."""
    text = request.form.get(name, "1").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Refused("form.count_unreadable", N_("数量应是整数，例如 1；没有保存，其他内容都保留着"))
    return int(text)


def fen(name: str) -> int:
    """An amount in yuan from the form, in fen; 0 where nothing was typed. Raises ``Refused`` as ``money.parse``."""
    text = request.form.get(name, "").strip()
    return money.parse(text) if text else 0
