"""What a real day itself leaves: a clock that was wrong before, the drawer handed on, a wallet compared, a planned closing,
a closed day corrected."""

from __future__ import annotations

from datetime import timedelta

from kiosk import clock, shifts
from kiosk.counter.add_line import add_line
from kiosk.counter.close_day import close_day
from kiosk.counter.closings import enter_closing
from kiosk.counter.correct_day import correct_day
from kiosk.counter.hand_drawer import hand_drawer
from kiosk.counter.open_day import accept_clock, open_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.people import staff
from kiosk.reports.corrections import Change, RowChange
from kiosk.shifts.wallets import Seen
from kiosk.storage import Actor, Store
from kiosk.till.payments import Tender

MANAGER = Actor("staff", 1, "manager", "王站长", None)
#: What each wallet shows in the evening.
SEEN = {"wechat": Seen(22_00, "platform_fee")}


def clock_was_ahead(store: Store) -> None:
    """A day without work was opened and closed by a clock that ran years ahead; then it was set right."""
    with store.transaction(MANAGER) as tx:
        tx.now = clock.stamp(clock.now() + timedelta(days=1100))
        open_day(tx, 0)
        close_day(tx, pieces={})
    with store.transaction(MANAGER) as tx:
        accept_clock(tx, "battery")


def drawer_goes_on(store: Store, operator: Actor) -> None:
    """At noon the drawer is counted and handed to another operator, who takes a payment by wallet and hands it back."""
    with store.transaction() as tx:
        other_id, _pin = staff.add_staff(tx, "周接班", "operator", "482619")
    other = Actor("staff", other_id, "operator", "周接班", None)
    with store.transaction(operator) as tx:
        hand_drawer(tx, other, pieces={100_00: 2}, reason="wrong_change")
    with store.transaction(other) as tx:
        ticket = open_ticket(tx)
        owed_fen = add_line(tx, ticket, "bill", biller="water-demo", account_no="33445600", amount_fen=22_00).owed_fen
        settle(tx, ticket, 0, [Tender("wechat", owed_fen)])
    with store.transaction(other) as tx:
        hand_drawer(tx, operator, pieces={100_00: 2})


def day_is_corrected(store: Store) -> None:
    """What was forgotten stands in a supplement to the closed day; a holiday is announced."""
    with store.transaction(MANAGER) as tx:
        closed = shifts.last_day(tx)
        assert closed is not None
        row = RowChange("bill", "water", txn_count=1, txn_amount_fen=35_00)
        correct_day(tx, closed.business_on, Change("not_recorded", "r-17", [row], {"received": -1}))
    with store.transaction(MANAGER) as tx:
        ahead = (clock.local_date() + timedelta(days=20)).isoformat()
        enter_closing(tx, ahead, ahead, "holiday")
