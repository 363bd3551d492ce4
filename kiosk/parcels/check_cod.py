"""Proves cash on delivery: what left was paid, what was paid has left, and the ledger owes each carrier what was
collected for it. Held against tickets and postings, not against the acts that should have kept them in step."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.ledger import Account
from kiosk.parcels.cod import COLLECT
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def collected(db: Reader) -> Iterator[Problem]:
    """Parcels handed over unpaid, lines that are not as their parcel, sums that the ledger doesn't know."""
    lines = {
        row["case_id"]: row
        for row in db.all(
            "SELECT l.*, t.state AS ticket_state FROM ticket_lines l JOIN tickets t ON t.id = l.ticket_id"
            " WHERE l.service = 'parcel' AND l.act = ? AND l.state = 'done' ORDER BY l.id",
            COLLECT,
        )
    }
    owed: dict[str, int] = {}
    for parcel in db.connection.execute(
        "SELECT id, state, carrier, cod_fen, freight_collect_fen FROM parcels"
        " WHERE cod_fen + freight_collect_fen > 0 AND state IN ('handed_over', 'lost')"
    ):
        line = lines.pop(parcel["id"], None)
        if line is None and parcel["state"] == "lost":
            continue  # lost from its shelf; one that was lost with whoever paid for it stays paid
        if line is None or line["ticket_state"] != "settled":
            yield Problem("parcel.handed_over_unpaid", "parcel", parcel["id"])
            continue
        amount, party = parcel["cod_fen"] + parcel["freight_collect_fen"], f"carrier:{parcel['carrier']}"
        owed[party] = owed.get(party, 0) + amount
        if (line["principal_fen"], line["party"]) != (amount, party):
            yield Problem("parcel.collected_differs", "parcel", parcel["id"], f"line {line['id']}")
    for parcel_id in lines:
        yield Problem("parcel.paid_but_here", "parcel", parcel_id)
    book = {
        row[0]: -row[1]
        for row in db.all(
            "SELECT p.party, SUM(p.amount_fen) FROM postings p JOIN entries e ON e.id = p.entry_id"
            " WHERE p.account = ? AND p.service = 'parcel' AND e.posted = 1 GROUP BY p.party",
            Account.OWED_TO_CARRIERS.value,
        )
    }
    for party in sorted(owed.keys() | book.keys()):
        if owed.get(party, 0) != book.get(party, 0):
            yield Problem(
                "parcel.owed_differs", "ledger", party, f"book {book.get(party, 0)}, collected {owed.get(party, 0)}"
            )
