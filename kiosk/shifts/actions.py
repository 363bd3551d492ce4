"""Opens and closes the business day and hands its drawer on. The business date is the open day's, not the clock's: what is
done after a close belongs to the next day and opens it (architecture.md §1.11)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kiosk import audit, clock
from kiosk.errors import Refused
from kiosk.ledger import Account, Posting, balance, post
from kiosk.shifts import clock_trust, store
from kiosk.shifts.model import Day, HandOver
from kiosk.storage import Tx
from kiosk.words import N_

#: Notes and coins of the drawer, in fen, largest first.
PIECES_FEN = (100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 50, 10)


def ensure_open(tx: Tx) -> Day:
    """The open business day, opened by this act when none is.

    Raises ``Refused('day.clock_wrong')`` or ``day.dated_ahead`` when the clock must not date the figures
    (``clock_trust``).
    """
    today = store.open_day(tx)
    if today is not None:
        return today
    last = store.last_day(tx)
    accepted = clock_trust.refuse_unbelievable(tx, last)
    business_on, is_after_hours = clock_trust.next_date(tx, last, accepted)
    day_id = tx.insert(
        "business_days", business_on=business_on, state="open", opened_at=tx.now, opened_by_kind=tx.actor.kind,
        opened_by=tx.actor.id, is_after_hours=int(is_after_hours),
    )  # fmt: skip
    audit.record(tx, "day.opened", business_on=business_on, day_id=day_id, is_after_hours=int(is_after_hours))
    return _opened(tx)


def date_of_act(tx: Tx) -> str:
    """The business date of an act: the open day's. A person's act opens a day where none is. The station's own is dated by
    the day that would open now and opens none: nobody is at the counter at night when the county's list comes.

    Raises ``Refused`` as ``ensure_open``.
    """
    if tx.actor.kind != "system" or store.open_day(tx) is not None:
        return ensure_open(tx).business_on
    last = store.last_day(tx)
    return clock_trust.next_date(tx, last, clock_trust.refuse_unbelievable(tx, last))[0]


def set_float(tx: Tx, float_fen: int, pieces: Mapping[int, int] | None = None) -> Day:
    """Says how much change lies in the drawer at the start of the day, counted by denomination where ``pieces`` are
    given; what differs from the book is put in or taken out by the owner. Only before the day's first cash
    (``day.float_too_late`` afterwards, ``day.float_differs`` when the pieces are another sum)."""
    today = ensure_open(tx)
    if float_fen < 0:
        raise Refused("day.float_negative", N_("备用金不能是负数，请重新填写"))
    if pieces is not None and counted(pieces) != float_fen:
        raise Refused("day.float_differs", N_("备用金与各面额张数的合计不一样；没有保存，请重新点"))
    if store.has_cash(tx, today.business_on):
        raise Refused("day.float_too_late", N_("今天已有现金进出，备用金不能再改；实点时如有差额会单独记录"))
    moved = float_fen - balance(tx, Account.DRAWER)
    if moved:
        post(
            tx, "float", today.business_on, "business_day", today.id,
            [Posting(Account.DRAWER, moved), Posting(Account.OWNER, -moved)],
        )  # fmt: skip
    tx.change(
        "business_days", today.id, float_fen=float_fen, float_pieces=_written(pieces) if pieces is not None else None,
        float_by_kind=tx.actor.kind, float_by=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "day.float_set", business_on=today.business_on, float_fen=float_fen)
    return _opened(tx)


def counted(pieces: Mapping[int, int]) -> int:
    """The sum in fen of pieces by denomination in fen; refuses unknown denominations and negative counts."""
    for piece_fen, count in pieces.items():
        if piece_fen not in PIECES_FEN or not 0 <= count <= 100_000:
            raise Refused(
                "day.count_unreadable", N_("面额 {piece} 的张数不对，请重新点；已填的都保留着"), piece=piece_fen
            )
    return sum(piece_fen * count for piece_fen, count in pieces.items())


def hand_drawer(tx: Tx, count_id: int, counted_fen: int, to_staff_id: int, reason: str = "") -> HandOver:
    """Passes the open day's drawer, just counted, from whoever answers for it to another person.

    A difference is posted apart, to whom who leaves. The caller has seen to it that both confirm and that the count
    still stands. Raises ``Refused`` with ``day.none_open`` or ``drawer.same_person``.
    """
    today = _open_day(tx)
    from_staff_id = store.holder(tx, today)
    if from_staff_id == to_staff_id:
        raise Refused("drawer.same_person", N_("抽屉现在就由这位负责；请选接班的人，没有交接"))
    expected_fen = balance(tx, Account.DRAWER)
    entry_id = _post_difference(tx, today, "cash_count", count_id, counted_fen - expected_fen, from_staff_id)
    hand_over_id = tx.insert(
        "drawer_hand_overs", business_on=today.business_on, count_id=count_id,
        from_staff_id=from_staff_id, to_staff_id=to_staff_id, counted_fen=counted_fen, expected_fen=expected_fen,
        difference_reason=reason if entry_id is not None else None, entry_id=entry_id, handed_at=tx.now,
        handed_by_kind=tx.actor.kind, handed_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "drawer.handed_over", hand_over_id=hand_over_id, business_on=today.business_on,
        from_staff_id=from_staff_id, to_staff_id=to_staff_id, counted_fen=counted_fen, expected_fen=expected_fen,
        reason=reason if entry_id is not None else "",
    )  # fmt: skip
    found = store.hand_over(tx, hand_over_id)
    assert found is not None  # noqa: S101 - inserted above
    return found


def close(tx: Tx, pieces: Mapping[int, int], reason: str = "") -> Day:
    """Closes the open day with the cash counted by denomination and returns it, with the difference posted to whom who
    answers for the drawer.

    Raises ``Refused('day.none_open')``. The expected amount is the drawer's balance in the ledger and is nowhere
    shown before this has been committed (lessons.md 9). A day closed after its own date is marked late.
    """
    today = _open_day(tx)
    counted_fen = counted(pieces)
    expected_fen = balance(tx, Account.DRAWER)
    holder = store.holder(tx, today)
    if holder is None and tx.actor.kind == "staff":
        holder = tx.actor.id
    _post_difference(tx, today, "business_day", today.id, counted_fen - expected_fen, holder)
    here = clock.local_date(tx.settings.station.zone, clock.read(tx.now)).isoformat()
    is_closed_late = int(here > today.business_on)
    tx.change(
        "business_days", today.id, state="closed", closed_at=tx.now, closed_by_kind=tx.actor.kind,
        closed_by=tx.actor.id, counted_fen=counted_fen, counted_pieces=_written(pieces), expected_fen=expected_fen,
        difference_reason=reason.strip()[:200] or None, is_closed_late=is_closed_late,
    )  # fmt: skip
    audit.record(
        tx, "day.closed", business_on=today.business_on, day_id=today.id, counted_fen=counted_fen,
        expected_fen=expected_fen, is_closed_late=is_closed_late,
    )  # fmt: skip
    closed = store.day(tx, today.business_on)
    assert closed is not None  # noqa: S101 - changed above
    return closed


def _post_difference(tx: Tx, today: Day, subject: str, subject_id: int, fen: int, staff_id: int | None) -> int | None:
    if not fen:
        return None
    party = f"staff:{staff_id}" if staff_id is not None else ""
    postings = [Posting(Account.DRAWER, fen), Posting(Account.OVER_SHORT, -fen, "", party)]
    return post(tx, "over_short", today.business_on, subject, subject_id, postings)


def _written(pieces: Mapping[int, int]) -> str:
    return json.dumps({str(fen): count for fen, count in sorted(pieces.items(), reverse=True) if count})


def _open_day(tx: Tx) -> Day:
    today = store.open_day(tx)
    if today is None:
        raise Refused("day.none_open", N_("今天还没有开始营业，或已经日结过了；没有改动任何内容"))
    return today


def _opened(tx: Tx) -> Day:
    opened = store.open_day(tx)
    assert opened is not None  # noqa: S101 - opened by the caller
    return opened
