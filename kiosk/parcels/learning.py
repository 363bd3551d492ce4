"""What this station has seen itself: which carrier's parcels bear numbers that begin so. Counted from intakes that a
batch or a person has confirmed, and taken back with them; all-digit series move between carriers without notice, and
the shipped table can't know (domain.md §1.4)."""

from __future__ import annotations

from kiosk.codes import OTHER, Recognised, prefix_keys
from kiosk.storage import Reader, Tx

Learned = dict[tuple[str, int], dict[str, int]]


def is_worth_learning(recognised: Recognised) -> bool:
    """False for a number whose letters name one carrier: there the rule is surer than any count."""
    return bool(recognised.waybill_no) and sum(c.confidence == "H" for c in recognised.candidates) != 1


def learned(db: Reader, recognised: Recognised) -> Learned:
    """Confirmed intakes by carrier for each prefix of the number, as ``codes.suggest`` takes them."""
    keys = prefix_keys(recognised.waybill_no) if is_worth_learning(recognised) else ()
    if not keys:
        return {}
    shortest = keys[-1][0]
    counts: Learned = {}
    # One row a six-character prefix: the shorter ones are sums over their neighbours in the same index.
    for row in db.all(
        "SELECT prefix, carrier, confirmed FROM learned_prefixes WHERE number_length = ? AND prefix >= ? AND prefix < ?",
        len(recognised.waybill_no),
        shortest,
        shortest[:-1] + chr(ord(shortest[-1]) + 1),
    ):
        for prefix, length in keys:
            if row["prefix"].startswith(prefix):
                by_carrier = counts.setdefault((prefix, length), {})
                by_carrier[row["carrier"]] = by_carrier.get(row["carrier"], 0) + row["confirmed"]
    return counts


def learn(tx: Tx, recognised: Recognised, carrier: str) -> None:
    """Counts one confirmed intake."""
    keys = prefix_keys(recognised.waybill_no) if carrier != OTHER and is_worth_learning(recognised) else ()
    if keys:
        tx.execute(
            "INSERT INTO learned_prefixes (number_length, prefix, carrier, confirmed) VALUES (?, ?, ?, 1)"
            " ON CONFLICT (number_length, prefix, carrier) DO UPDATE SET confirmed = confirmed + 1",
            keys[0][1],
            keys[0][0],
            carrier,
        )


def unlearn(tx: Tx, recognised: Recognised, carrier: str) -> None:
    """Takes one back: the intake was undone, or its carrier corrected."""
    keys = prefix_keys(recognised.waybill_no) if carrier != OTHER and is_worth_learning(recognised) else ()
    if keys:
        tx.execute(
            "UPDATE learned_prefixes SET confirmed = confirmed - 1 WHERE number_length = ? AND prefix = ? AND carrier = ?"
            " AND confirmed > 0",
            keys[0][1],
            keys[0][0],
            carrier,
        )
