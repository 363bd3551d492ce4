"""What counts as one 笔 (domain.md §5.4): the county decides, a setting holds it, every report states it. A rule keeps its
words for ever, since reports and slips name it by its code."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.storage import Reader
from kiosk.words import N_

COUNTING_RULE = "one_per_order_less_refunds"
WITH_PICKUPS = "orders_and_pickups"
PER_VISIT = "one_per_visit"
#: What may be set; ``one_per_order`` stands in reports of the first version only.
RULES = (COUNTING_RULE, WITH_PICKUPS, PER_VISIT)

COUNTING_WORDS: Mapping[str, str] = {
    COUNTING_RULE: N_(
        "代购、代销、缴费、便民、寄件每办一单计 1 笔；取件不计入笔数，另列件数；当日作废的不计，日后退款在退款当日减 1 笔"
    ),
    WITH_PICKUPS: N_(
        "代购、代销、缴费、便民、寄件每办一单计 1 笔，每取走一件快件也计 1 笔（计入快递代收）；当日作废的不计，日后退款在退款当日减 1 笔"
    ),
    PER_VISIT: N_(
        "每来办一次（一张单），每类业务计 1 笔，同类办几单也只计 1 笔；取件不计入笔数，另列件数；当日作废的不计，日后整类退款在退款当日减 1 笔"
    ),
    "one_per_order": N_("代购、代销、缴费、便民、寄件每办一单计 1 笔；取件不计入笔数，另列件数；当日作废的不计"),
}

# Each line says what it counts: 1 a 笔; 0 what is none (a pick-up, a repayment, the balance of an order counted before);
# -1 a refund, whose amounts are negative as well. A visit counts once for all its lines of one kind.
_PER_ORDER = (
    "SELECT l.service, l.kind, SUM(l.txn_count) AS count, SUM(l.txn_amount_fen) AS amount,"
    " SUM(l.commission_fen) AS commission, SUM(l.fee_fen) AS fee"
    " FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id"
    " WHERE t.settled_on = ? AND l.state = 'done' GROUP BY l.service, l.kind"
)
_PER_VISIT = (
    "SELECT service, kind, SUM(SIGN(count)) AS count, SUM(amount) AS amount, SUM(commission) AS commission,"
    " SUM(fee) AS fee FROM (SELECT l.service, l.kind, SUM(l.txn_count) AS count, SUM(l.txn_amount_fen) AS amount,"
    " SUM(l.commission_fen) AS commission, SUM(l.fee_fen) AS fee"
    " FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id"
    " WHERE t.settled_on = ? AND l.state = 'done' GROUP BY t.id, l.service, l.kind) GROUP BY service, kind"
)


def lines_of(db: Reader, business_on: str, rule: str) -> list[tuple[str, str, tuple[int, int, int, int]]]:
    """What the settled tickets of a date brought: service, kind, and count, amount, commission and fee (fen)."""
    rows = db.all(_PER_VISIT if rule == PER_VISIT else _PER_ORDER, business_on)
    return [(row["service"], row["kind"], (row["count"], row["amount"], row["commission"], row["fee"])) for row in rows]
