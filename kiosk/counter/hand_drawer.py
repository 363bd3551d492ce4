"""交接班: the drawer goes from whoever answers for it to another person. It is counted before anything is said of what
should be in it; the difference is posted to whom who leaves; both confirm, the one who takes it by PIN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk import shifts
from kiosk.errors import Refused
from kiosk.people import staff
from kiosk.people.rights import ROLES, Right, may, require
from kiosk.shifts import REASON_WORDS, HandOver
from kiosk.shifts.slips import freeze_hand_over
from kiosk.storage import Actor, Tx
from kiosk.till import actions as till
from kiosk.till import drawer
from kiosk.words import N_


@dataclass(frozen=True, slots=True)
class Handed:
    """What a hand-over did."""

    hand_over: HandOver
    slip_id: int
    print_job_id: int | None


def hand_drawer(
    tx: Tx,
    taker: Actor,
    *,
    count_id: int | None = None,
    pieces: Mapping[int, int] | None = None,
    reason: str = "",
    leaver: Actor | None = None,
) -> Handed:
    """Hands the open day's drawer to ``taker``, by a finished count or by pieces counted just now.

    ``taker`` is whom ``people.door.confirm`` returned for the PIN of the one who takes it. Who answers for the drawer
    confirms by acting, or as ``leaver`` by PIN at somebody else's desk; a manager may act when that person is gone.
    ``reason`` as at a close. Raises ``Refused`` with ``day.none_open``, ``drawer.not_yours``, ``drawer.same_person``,
    ``drawer.taker_unfit``, ``day.not_counted``, ``day.reason_missing``, ``day.reason_unknown`` and those of the count.
    """
    require(tx.actor, Right.CLOSE_DAY)
    today = drawer.open_day(tx)
    _refuse_strangers(tx, shifts.holder(tx, today), leaver)
    if taker.kind != "staff" or Right.CLOSE_DAY not in ROLES.get(taker.role, frozenset()):
        raise Refused("drawer.taker_unfit", N_("接班的人要能收款和日结；没有交接，请选另一位"))
    if reason and reason not in REASON_WORDS:
        raise Refused("day.reason_unknown", N_("请从列表中选择差额的原因；没有保存，点的数保留着"))
    if count_id is None:
        if pieces is None:
            raise Refused("day.not_counted", N_("请先清点现金；没有改动任何内容"))
        counted, why = drawer.finish(tx, drawer.begin(tx), pieces), reason or "unexplained"
    else:
        counted, why = drawer.standing(tx, count_id), reason
    if counted.difference_fen and not why:
        raise Refused("day.reason_missing", N_("现金有差额，请选择原因（可选「原因不明」）；没有保存，点的数保留着"))
    made = shifts.hand_drawer(tx, counted.id, counted.counted_fen, taker.id, why)
    slip_id = freeze_hand_over(tx, made, counted.pieces)
    return Handed(made, slip_id, till.print_at_desk(tx, slip_id, None))


def _refuse_strangers(tx: Tx, holder: int | None, leaver: Actor | None) -> None:
    if holder is None or may(tx.actor, Right.MANAGE):
        return
    confirmed = leaver or tx.actor
    if (confirmed.kind, confirmed.id) != ("staff", holder):
        raise Refused(
            "drawer.not_yours",
            N_("抽屉现在由 {name} 负责，要由本人登录后交班；本人不在时请站长办理"),
            name=staff.name_of(tx, "staff", holder),
        )
