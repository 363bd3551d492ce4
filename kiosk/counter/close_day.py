"""Closes the business day. First the cash is counted and the count kept; then one transaction closes the day, posts the
difference, keeps what was seen in the wallets, freezes the daily report, signs and queues it, and asks for the Z slip. No
device and no network is waited for, and nothing that is unfinished vanishes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk import shifts
from kiosk.counter.line_acts import cases_left_open
from kiosk.counter.open_cases import open_counts
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.reports.daily import freeze_daily, queue_daily
from kiosk.reports.day_slips import freeze_z_slip
from kiosk.reports.model import Report
from kiosk.reports.period import revise_holding
from kiosk.shifts import REASON_WORDS, Day, wallets
from kiosk.shifts.wallets import Seen
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.till import drawer
from kiosk.till import store as tickets
from kiosk.till.drawer import Count
from kiosk.words import N_


@dataclass(frozen=True, slots=True)
class Closed:
    """What a close did. ``stays_open`` counts what is carried over; ``open_ticket_ids`` names the unsettled tickets."""

    day: Day
    report: Report
    message_id: int
    slip_id: int
    print_job_id: int | None
    stays_open: dict[str, int]
    open_ticket_ids: tuple[int, ...]


def begin_count(tx: Tx) -> int:
    """Begins to count the drawer; returns the count's id. Nothing is shown of what should be in it."""
    require(tx.actor, Right.CLOSE_DAY)
    return drawer.begin(tx)


def finish_count(tx: Tx, count_id: int, pieces: Mapping[int, int]) -> Count:
    """Keeps the pieces counted (denomination in fen → number). The result, with expected and difference, may be shown
    once this has been committed. Raises ``Refused`` as ``till.drawer.finish``."""
    require(tx.actor, Right.CLOSE_DAY)
    return drawer.finish(tx, count_id, pieces)


def close_day(
    tx: Tx,
    *,
    count_id: int | None = None,
    pieces: Mapping[int, int] | None = None,
    reason: str = "",
    seen: Mapping[str, Seen] | None = None,
) -> Closed:
    """Closes the open day by a finished count, or by pieces counted just now.

    ``reason`` explains a difference (a key of ``REASON_WORDS``): it must be given with a count whose difference the
    operator has seen, and is ``unexplained`` otherwise. ``seen`` says what each wallet that moved today shows; with a
    count every one of them must be in it, without they are kept as not looked at. Raises ``Refused`` with
    ``day.none_open``, ``day.not_counted``, ``day.reason_missing``, ``day.reason_unknown``, ``count.money_moved``,
    ``day.wallet_not_seen``, ``day.wallet_reason_missing`` and those of the count.
    """
    require(tx.actor, Right.CLOSE_DAY)
    if reason and reason not in REASON_WORDS:
        raise Refused("day.reason_unknown", N_("请从列表中选择差额的原因；没有日结，点的数保留着"))
    if count_id is None:
        if pieces is None:
            raise Refused("day.not_counted", N_("请先清点现金再日结；没有改动任何内容"))
        counted = drawer.finish(tx, drawer.begin(tx), pieces)
        why = reason or "unexplained"
    else:
        counted = drawer.standing(tx, count_id)
        why = reason
    if counted.difference_fen and not why:
        raise Refused("day.reason_missing", N_("现金有差额，请选择原因（可选「原因不明」）；没有日结，点的数保留着"))
    stays_open = what_stays_open(tx)
    compared = wallets.compare(tx, counted.business_on, seen or {}, may_be_missing=count_id is None)
    day = shifts.close(tx, counted.pieces, why if counted.difference_fen else "")
    report = freeze_daily(tx, day.business_on)
    message_id = queue_daily(tx, report)
    revise_holding(tx, day.business_on)  # closed late: the week's report had listed it as missing
    slip_id = freeze_z_slip(tx, day, report, json.loads(report.content), stays_open, compared)
    job_id = till.print_at_desk(tx, slip_id, None)
    open_ids = tuple(ticket.id for ticket in tickets.unsettled(tx))
    return Closed(day, report, message_id, slip_id, job_id, stays_open, open_ids)


def what_stays_open(db: Reader) -> dict[str, int]:
    """How much of each kind is unfinished and carried over to the next business day."""
    return open_counts(db, cases_left_open(db))
