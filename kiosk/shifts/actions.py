"""Opens and closes the business day. The business date is the open day's, not the clock's: what is done after a close
belongs to the next day and opens it (architecture.md §1.11)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta

from kiosk import audit, clock
from kiosk.errors import Refused
from kiosk.ledger import Account, Posting, balance, post
from kiosk.shifts.model import Day
from kiosk.shifts.store import last_day, open_day
from kiosk.storage import Tx
from kiosk.words import N_

#: Notes and coins of the drawer, in fen, largest first.
PIECES_FEN = (100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 50, 10)


def ensure_open(tx: Tx) -> Day:
    """The open business day, opened by this act when none is.

    Raises ``Refused('day.clock_wrong')`` when the clock is behind the last day's records or before any station: a
    dead clock battery must not date the figures.
    """
    today = open_day(tx)
    if today is not None:
        return today
    last = last_day(tx)
    now = clock.read(tx.now)
    if not clock.is_believable(now, last.closed_at if last else None):
        raise Refused(
            "day.clock_wrong",
            N_("电脑时钟 {now} 不可信（上次日结在 {last}），没有开始营业；请先校准时间"),
            now=tx.now,
            last=last.closed_at if last else "",
        )
    here = clock.local_date(tx.settings.station.zone, now).isoformat()
    is_after_hours = last is not None and last.business_on >= here
    business_on = _next(last.business_on) if last is not None and is_after_hours else here
    day_id = tx.insert(
        "business_days", business_on=business_on, state="open", opened_at=tx.now, opened_by=tx.actor.id,
        is_after_hours=int(is_after_hours),
    )  # fmt: skip
    audit.record(tx, "day.opened", business_on=business_on, day_id=day_id, is_after_hours=int(is_after_hours))
    opened = open_day(tx)
    assert opened is not None  # noqa: S101 - inserted two lines above
    return opened


def set_float(tx: Tx, float_fen: int) -> Day:
    """Says how much change lies in the drawer at the start of the day; what differs from the book is put in or taken
    out by the owner. Only before the day's first cash (``day.float_too_late`` afterwards)."""
    today = ensure_open(tx)
    if float_fen < 0:
        raise Refused("day.float_negative", N_("备用金不能是负数，请重新填写"))
    if tx.value("SELECT 1 FROM entries WHERE business_on = ? AND kind <> 'float'", today.business_on):
        raise Refused("day.float_too_late", N_("今天已有收付款，备用金不能再改；实点时如有差额会单独记录"))
    moved = float_fen - balance(tx, Account.DRAWER)
    if moved:
        post(
            tx, "float", today.business_on, "business_day", today.id,
            [Posting(Account.DRAWER, moved), Posting(Account.OWNER, -moved)],
        )  # fmt: skip
    tx.change("business_days", today.id, float_fen=float_fen)
    audit.record(tx, "day.float_set", business_on=today.business_on, float_fen=float_fen)
    changed = open_day(tx)
    assert changed is not None  # noqa: S101 - open since ensure_open
    return changed


def counted(pieces: Mapping[int, int]) -> int:
    """The sum in fen of pieces by denomination in fen; refuses unknown denominations and negative counts."""
    for piece_fen, count in pieces.items():
        if piece_fen not in PIECES_FEN or not 0 <= count <= 100_000:
            raise Refused(
                "day.count_unreadable", N_("面额 {piece} 的张数不对，请重新点；已填的都保留着"), piece=piece_fen
            )
    return sum(piece_fen * count for piece_fen, count in pieces.items())


def close(tx: Tx, pieces: Mapping[int, int], reason: str = "") -> Day:
    """Closes the open day with the cash counted by denomination and returns it, with the difference posted.

    Raises ``Refused('day.none_open')``. The expected amount is the drawer's balance in the ledger and is nowhere
    shown before this has been committed (lessons.md 9). A day closed after its own date is marked late.
    """
    today = open_day(tx)
    if today is None:
        raise Refused("day.none_open", N_("今天还没有开始营业，或已经日结过了；没有改动任何内容"))
    counted_fen = counted(pieces)
    expected_fen = balance(tx, Account.DRAWER)
    difference_fen = counted_fen - expected_fen
    if difference_fen:
        post(
            tx, "over_short", today.business_on, "business_day", today.id,
            [Posting(Account.DRAWER, difference_fen), Posting(Account.OVER_SHORT, -difference_fen)],
        )  # fmt: skip
    here = clock.local_date(tx.settings.station.zone, clock.read(tx.now)).isoformat()
    is_closed_late = int(here > today.business_on)
    tx.change(
        "business_days", today.id, state="closed", closed_at=tx.now, closed_by=tx.actor.id, counted_fen=counted_fen,
        counted_pieces=json.dumps({str(fen): count for fen, count in pieces.items() if count}), expected_fen=expected_fen,
        difference_reason=reason.strip()[:200] or None, is_closed_late=is_closed_late,
    )  # fmt: skip
    audit.record(
        tx, "day.closed", business_on=today.business_on, day_id=today.id, counted_fen=counted_fen,
        expected_fen=expected_fen, is_closed_late=is_closed_late,
    )  # fmt: skip
    row = tx.one("SELECT * FROM business_days WHERE id = ?", today.id)
    assert row is not None  # noqa: S101 - changed above
    return Day.of(row)


def _next(business_on: str) -> str:
    return (date.fromisoformat(business_on) + timedelta(days=1)).isoformat()
