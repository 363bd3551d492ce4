"""Gives lines of a settled ticket back, on any later day too: each becomes a line of an open ticket with the opposite
sums; its service is undone by its own rules when that ticket is settled."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.counter.line_acts import acts_of
from kiosk.counter.void import read_reason
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import refunding
from kiosk.till import store as tickets
from kiosk.till.model import VoidReason
from kiosk.till.settling import ROUNDING
from kiosk.words import N_


def refund(
    tx: Tx, ticket_id: int, line_ids: Sequence[int], reason: str = VoidReason.OTHER, *, keeps_fee: bool = False
) -> tuple[int, ...]:
    """Puts refunds of ``line_ids`` on the open ticket ``ticket_id``; returns the ids of the new lines.

    ``keeps_fee`` gives the principal back and keeps the service fee. With the last of what a ticket charged its rounding
    is given back too. What the service would refuse when the ticket is
    settled is refused here already. Raises ``Refused`` with ``refund.nothing_ticked``, ``ticket.reason_unknown``,
    ``refund.not_possible``, those of ``till.refunding.refund_line`` and of the services.
    """
    require(tx.actor, Right.SERVE)
    why = read_reason(reason)
    if not line_ids:
        raise Refused("refund.nothing_ticked", N_("没有勾选要退的项目，没有改动任何内容；请先勾选"))
    added = []
    for line_id in _with_roundings(tx, line_ids):
        back_id = refunding.refund_line(tx, ticket_id, line_id, why, keeps_fee=keeps_fee)
        line = tickets.line(tx, back_id)
        acts = acts_of(line)
        if acts is None:
            raise Refused("refund.not_possible", N_("这一项不能在这里退款，请在它自己的页面办理"), line_id=line_id)
        tx.execute("SAVEPOINT would_it")  # the service is asked by doing it, and nothing of that stays
        try:
            acts.refund(tx, line)
        finally:
            tx.execute("ROLLBACK TO would_it")
            tx.execute("RELEASE would_it")
        added.append(back_id)
    return tuple(added)


def _with_roundings(tx: Tx, line_ids: Sequence[int]) -> list[int]:
    """The lines, and with all that a ticket charged what it was rounded by: the customer gets back what was paid."""
    wanted = list(dict.fromkeys(line_ids))
    for ticket_id in dict.fromkeys(tickets.line(tx, line_id).ticket_id for line_id in wanted):
        standing = [line for line in tickets.lines(tx, ticket_id) if line.owed_fen]
        rounding = [line.id for line in standing if line.service == ROUNDING]
        others = [line for line in standing if line.service != ROUNDING]
        is_whole = all(line.id in wanted or tickets.refund_of(tx, line.id) is not None for line in others)
        if is_whole:
            wanted += [i for i in rounding if i not in wanted and tickets.refund_of(tx, i) is None]
    return wanted
