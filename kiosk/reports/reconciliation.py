"""对账: a month with one carrier, the station's own figures beside the carrier's sheet. Pieces taken in times the delivery fee
agreed for their day, less freight of what was sent, money collected for the carrier, and fines. Everything is read from what
the counter wrote and from three registers (派费约定, 罚款, 对账单); nothing here is written or kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from kiosk import registers
from kiosk.codes import carriers
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.reports.hours import read_month
from kiosk.storage import Reader
from kiosk.words import N_

TERMS, FINES, STATEMENTS = "carrier_terms", "carrier_fines", "carrier_statements"
#: Fines in these states are not to be paid.
_FORGIVEN = frozenset({"cancelled", "withdrawn"})
_EARLIEST, _LATEST = "2000-01-01", "2199-12-31"


@dataclass(frozen=True, slots=True)
class Side:
    """One side's figures of a month, amounts in fen. What a carrier's sheet does not name is 0 on it."""

    pieces: int = 0
    delivery_fee_fen: int = 0
    outbound: int = 0
    freight_fen: int = 0
    collected_fen: int = 0
    fines_fen: int = 0

    @property
    def net_fen(self) -> int:
        """What the carrier owes the station; negative: what the station owes the carrier."""
        return self.delivery_fee_fen - self.freight_fen - self.collected_fen - self.fines_fen


#: The columns of the sheet, in its order: name → (words, whether it is money).
COLUMNS: Mapping[str, tuple[str, bool]] = {
    "pieces": (N_("派件（件）"), False),
    "delivery_fee_fen": (N_("派费"), True),
    "outbound": (N_("寄件（件）"), False),
    "freight_fen": (N_("应交运费"), True),
    "collected_fen": (N_("代收货款和到付"), True),
    "fines_fen": (N_("罚款"), True),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many pieces at one fee; ``fee_fen`` None: nothing was agreed for those days."""

    fee_fen: int | None
    pieces: int

    @property
    def sum_fen(self) -> int:
        """Pieces times fee."""
        return self.pieces * (self.fee_fen or 0)


@dataclass(frozen=True, slots=True)
class Statement:
    """The carrier's own sheet, as it was entered."""

    entry_id: int
    number: str
    state: str
    side: Side


@dataclass(frozen=True, slots=True)
class CarrierMonth:
    """A month with one carrier. ``returned``: of the pieces taken in, how many went back; ``paid_fen``: what the station
    paid the carrier in that month, in cash; ``fines``: ids of the entries that make up the fines."""

    month: str
    carrier: str
    ours: Side
    rates: tuple[Rate, ...]
    returned: int
    paid_fen: int
    fines: tuple[int, ...]
    statement: Statement | None

    @property
    def theirs(self) -> Side | None:
        """The carrier's figures; None while its sheet has not been entered."""
        return self.statement.side if self.statement else None

    @property
    def unpriced(self) -> int:
        """Pieces of days for which no delivery fee was agreed."""
        return sum(rate.pieces for rate in self.rates if rate.fee_fen is None)

    def difference(self, column: str) -> int | None:
        """The carrier's figure less ours; None while its sheet has not been entered."""
        return None if self.theirs is None else getattr(self.theirs, column) - getattr(self.ours, column)

    @property
    def net_difference_fen(self) -> int | None:
        """The carrier's balance less ours, fen."""
        return None if self.theirs is None else self.theirs.net_fen - self.ours.net_fen

    @property
    def agrees(self) -> bool:
        """Whether the carrier's sheet is there and says nothing else than ours."""
        return self.theirs is not None and not any(self.difference(name) for name in COLUMNS)


def reconcile(db: Reader, month: str) -> tuple[CarrierMonth, ...]:
    """Every carrier with which anything happened in a month (``2026-11``), in the order of the list of carriers.

    Refused ``hours.month_wrong``.
    """
    first, last = (on.isoformat() for on in read_month(month))
    parts = _Parts(db, month, first, last)
    return tuple(_of(month, one.code, parts) for one in carriers.known() if one.code in parts.concerned)


def reconcile_one(db: Reader, month: str, carrier: str) -> CarrierMonth:
    """The month with one carrier, also when nothing happened. Refused ``hours.month_wrong``, ``carrier.unknown``."""
    first, last = (on.isoformat() for on in read_month(month))
    return _of(month, carriers.find(carrier).code, _Parts(db, month, first, last))


class _Parts:
    """What the month's questions found, each by carrier."""

    def __init__(self, db: Reader, month: str, first: str, last: str) -> None:
        span = {"first": first, "last": last}
        self.pieces: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.returned: dict[str, int] = defaultdict(int)
        for row in db.all(_PIECES, **span):
            self.pieces[row["carrier"]].append((row["checked_in_on"], row["pieces"]))
            self.returned[row["carrier"]] += row["returned"]
        self.sent = {row["carrier"]: (row["pieces"], row["freight_fen"]) for row in db.all(_SENT, **span)}
        self.collected = {_code(row["party"]): row["fen"] for row in db.all(_COLLECTED, **span)}
        account = Account.OWED_TO_CARRIERS.value
        self.paid = {_code(row["party"]): row["fen"] for row in db.all(_PAID, account=account, **span)}
        self.terms = _by_carrier(registers.entries(db, TERMS, _EARLIEST, _LATEST))
        self.fines = {
            code: [one for one in found if one.state not in _FORGIVEN]
            for code, found in _by_carrier(registers.entries(db, FINES, first, last)).items()
        }
        self.statements = {
            code: [one for one in found if one.values.get("month") == month and one.state != "withdrawn"]
            for code, found in _by_carrier(registers.entries(db, STATEMENTS, first, _LATEST)).items()
        }

    @property
    def concerned(self) -> set[str]:
        """The carriers with which anything happened."""
        written = {code for part in (self.fines, self.statements) for code, found in part.items() if found}
        return {*self.pieces, *self.sent, *self.collected, *self.paid, *written}


def _of(month: str, carrier: str, parts: _Parts) -> CarrierMonth:
    by_fee: dict[int | None, int] = defaultdict(int)
    for on, pieces in parts.pieces.get(carrier, ()):
        by_fee[fee_on(parts.terms.get(carrier, []), on)] += pieces
    rates = tuple(Rate(fee, by_fee[fee]) for fee in sorted(by_fee, key=lambda fee: (fee is None, fee or 0)))
    fines = parts.fines.get(carrier, [])
    outbound, freight_fen = parts.sent.get(carrier, (0, 0))
    ours = Side(
        pieces=sum(rate.pieces for rate in rates), delivery_fee_fen=sum(rate.sum_fen for rate in rates),
        outbound=outbound, freight_fen=freight_fen, collected_fen=parts.collected.get(carrier, 0),
        fines_fen=sum(_whole(one, "amount") or 0 for one in fines),
    )  # fmt: skip
    return CarrierMonth(
        month, carrier, ours, rates, parts.returned.get(carrier, 0), parts.paid.get(carrier, 0),
        tuple(one.id for one in fines), _statement(parts.statements.get(carrier, [])),
    )  # fmt: skip


def fee_on(terms: list[Any], on: str) -> int | None:
    """The delivery fee agreed for a date, fen: of the agreements that had begun and not ended, the one that began last.
    None when there is none."""
    standing = [
        one
        for one in terms
        if one.state != "withdrawn"
        and one.values["from_on"] <= on
        and on <= (one.values.get("until_on") or _LATEST)
        and on <= (one.values.get("ended_on") or _LATEST)
    ]
    latest = max(standing, key=lambda one: (one.values["from_on"], one.id), default=None)
    return None if latest is None else _whole(latest, "fee")


def _statement(found: list[Any]) -> Statement | None:
    latest = max(found, key=lambda one: one.id, default=None)
    if latest is None:
        return None
    names = {
        "delivery_fee_fen": "delivery_fee",
        "freight_fen": "freight",
        "collected_fen": "collected",
        "fines_fen": "fines",
    }
    side = Side(**{one.name: _whole(latest, names.get(one.name, one.name)) or 0 for one in fields(Side)})
    return Statement(latest.id, latest.number, latest.state, side)


def _whole(entry: Any, field: str) -> int | None:
    kept = entry.values.get(field)
    return int(kept) if kept else None


def _by_carrier(found: list[Any]) -> dict[str, list[Any]]:
    """Entries by the code of the carrier that they name; one whose name means nothing any more is OTHER's."""
    named: dict[str, list[Any]] = defaultdict(list)
    for one in found:
        try:
            code = carriers.find_by_any_code(one.values.get("carrier", "")).code
        except Refused:
            code = carriers.OTHER
        named[code].append(one)
    return named


def _code(party: str) -> str:
    return party.removeprefix("carrier:")


_PIECES = (
    "SELECT carrier, checked_in_on, COUNT(*) AS pieces, SUM(state = 'returned') AS returned FROM parcels"
    " WHERE checked_in_on BETWEEN :first AND :last AND state NOT IN ('undone', 'expected') AND is_opening_stock = 0"
    " GROUP BY carrier, checked_in_on"
)
_SENT = (
    "SELECT o.carrier, SUM(l.txn_count) AS pieces, SUM(l.principal_fen) AS freight_fen FROM tickets t"
    " JOIN ticket_lines l ON l.ticket_id = t.id JOIN outbound_parcels o ON o.id = l.case_id"
    " WHERE t.settled_on BETWEEN :first AND :last AND l.state = 'done' AND l.service = 'outbound'"
    " AND l.case_kind = 'outbound' GROUP BY o.carrier"
)
_COLLECTED = (
    "SELECT l.party, SUM(l.principal_fen) AS fen FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id"
    " WHERE t.settled_on BETWEEN :first AND :last AND l.state = 'done' AND l.service = 'parcel' AND l.party LIKE 'carrier:%'"
    " GROUP BY l.party"
)
#: What moved with carriers beside tickets: paid to them, or put back.
_PAID = (
    "SELECT p.party, SUM(p.amount_fen) AS fen FROM entries e JOIN postings p ON p.entry_id = e.id"
    " WHERE e.business_on BETWEEN :first AND :last AND e.posted = 1 AND e.kind NOT IN ('ticket', 'ticket_void')"
    " AND p.account = :account AND p.party LIKE 'carrier:%' GROUP BY p.party"
)
