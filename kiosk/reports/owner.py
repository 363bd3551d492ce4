"""The owner's own view of a month: what came in by which way, what was earned by which service, what is owed to whom and by
whom, what was over and short under whose hand. Takings are money that came in: what was put on account is a new debt, and
becomes takings when it is repaid. Read from payments and ledger; nothing of it goes to the county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk import ledger
from kiosk.ledger import Account
from kiosk.people import staff
from kiosk.reports.hours import read_month
from kiosk.storage import Reader
from kiosk.till import debts
from kiosk.till.debts import Debt
from kiosk.till.payments import Method

#: Months of the long trend, the asked one among them.
TREND_MONTHS = 12
HELD = (Account.HELD_FOR_BILLS, Account.HELD_FOR_PURCHASES, Account.HELD_FOR_SERVICES)
#: What a month brought or cost beside fees and commissions: account → sign with which it counts as income.
OTHERS = (
    Account.GOODS_SALES, Account.GOODS_COST, Account.COMPENSATION, Account.EXPENSES, Account.ROUNDING,
    Account.OVER_SHORT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Earned:
    """What one service earned in the month, fen."""

    service: str
    fee_fen: int
    commission_fen: int


@dataclass(frozen=True, slots=True)
class OverShort:
    """Over and short of one person in the month, fen: positive more was there than should have been."""

    staff_id: int | None
    name: str
    times: int
    over_fen: int
    short_fen: int

    @property
    def sum_fen(self) -> int:
        """Over less short."""
        return self.over_fen - self.short_fen


@dataclass(frozen=True, slots=True)
class Point:
    """One date or month of a trend, fen."""

    label: str
    takings_fen: int
    earned_fen: int


@dataclass(frozen=True, slots=True)
class OwnerMonth:
    """A month as its owner sees it; amounts in fen, ``others`` positive as income. ``takings`` is what villagers paid in
    money, ``paid_out`` what they got (refunds, farmers' money, cash withdrawn), each by its way; ``debts_made_fen`` was
    put on account instead, ``debts_settled_fen`` repaid or set off. Who owes and is owed is as it stands now."""

    month: str
    takings: tuple[tuple[str, int], ...]
    paid_out: tuple[tuple[str, int], ...]
    debts_made_fen: int
    debts_settled_fen: int
    earned: tuple[Earned, ...]
    others: tuple[tuple[str, int], ...]
    owner_put_in_fen: int
    owner_took_out_fen: int
    owed_to_consignors: tuple[tuple[str, int], ...]
    owed_to_carriers: tuple[tuple[str, int], ...]
    held: tuple[tuple[str, int], ...]
    debts: tuple[Debt, ...]
    purchases_advanced_fen: int
    over_short: tuple[OverShort, ...]
    by_day: tuple[Point, ...]
    by_month: tuple[Point, ...]

    @property
    def takings_fen(self) -> int:
        """All the money that tickets brought in."""
        return sum(fen for _, fen in self.takings)

    @property
    def paid_out_fen(self) -> int:
        """All the money that tickets paid out to villagers."""
        return sum(fen for _, fen in self.paid_out)

    @property
    def earned_fen(self) -> int:
        """Fees and commissions."""
        return sum(row.fee_fen + row.commission_fen for row in self.earned)

    @property
    def result_fen(self) -> int:
        """What the station earned: fees, commissions and the rest, costs taken away."""
        return self.earned_fen + sum(fen for _, fen in self.others)


def month_of(db: Reader, month: str) -> OwnerMonth:
    """The owner's view of a month (``2026-11``). Raises ``Refused('hours.month_wrong')``."""
    first, last = read_month(month)
    span = (first.isoformat(), last.isoformat())
    put_in, took_out = _owner(db, span)
    takings, paid_out = _by_method(db, span)
    made_fen, set_off_fen = takings.pop(Method.ACCOUNT, 0), paid_out.pop(Method.ACCOUNT, 0)
    return OwnerMonth(
        month,
        tuple(takings.items()),
        tuple(paid_out.items()),
        made_fen,
        _repaid(db, span) + set_off_fen,
        _earned(db, span),
        tuple((account.value, fen) for account in OTHERS if (fen := -_moved(db, account, span))),
        put_in,
        took_out,
        _owed(db, Account.OWED_TO_CONSIGNORS),
        _owed(db, Account.OWED_TO_CARRIERS),
        tuple((account.value, fen) for account in HELD if (fen := -ledger.balance(db, account))),
        tuple(sorted((one for one in debts.debts(db) if one.debtor.owed_fen), key=lambda one: -one.age_days)),
        ledger.balance(db, Account.PURCHASES_ADVANCED),
        _over_short(db, span),
        _by_day(db, first, last),
        _by_month(db, first),
    )


#: Every part of a settled ticket by its business date; a voided one counts once more with its opposite sums.
_PAYMENTS = (
    "SELECT t.settled_on AS on_date, p.method, p.amount_fen AS fen, 1 AS times FROM tickets t JOIN payments p"
    " ON p.ticket_id = t.id WHERE t.settled_on BETWEEN :first AND :last UNION ALL SELECT t.voided_on, p.method,"
    " p.amount_fen, -1 FROM tickets t JOIN payments p ON p.ticket_id = t.id"
    " WHERE t.refund_no IS NOT NULL AND t.voided_on BETWEEN :first AND :last"
)


def _by_method(db: Reader, span: tuple[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    """What was paid in, and what was paid out, by each way of paying; what came to nothing is left out."""
    rows = db.all(
        "SELECT method, SUM(MAX(fen, 0) * times) AS into_it, SUM(MAX(-fen, 0) * times) AS out_of_it"
        f" FROM ({_PAYMENTS}) GROUP BY method ORDER BY method",
        first=span[0],
        last=span[1],
    )
    paid_in = {row["method"]: row["into_it"] for row in rows if row["into_it"]}
    return paid_in, {row["method"]: row["out_of_it"] for row in rows if row["out_of_it"]}


def _repaid(db: Reader, span: tuple[str, str]) -> int:
    """What was repaid of debts as a line of a ticket, less what of it was given back or voided."""
    fen: int = db.value(
        "SELECT COALESCE(SUM(fen), 0) FROM (SELECT l.principal_fen AS fen FROM tickets t JOIN ticket_lines l"
        " ON l.ticket_id = t.id WHERE l.principal_account = :debts AND l.state <> 'removed'"
        " AND t.settled_on BETWEEN :first AND :last UNION ALL SELECT -l.principal_fen FROM tickets t JOIN ticket_lines l"
        " ON l.ticket_id = t.id WHERE l.principal_account = :debts AND l.state <> 'removed'"
        " AND t.refund_no IS NOT NULL AND t.voided_on BETWEEN :first AND :last)",
        debts=Account.DEBTS.value,
        first=span[0],
        last=span[1],
    )
    return fen


def _earned(db: Reader, span: tuple[str, str]) -> tuple[Earned, ...]:
    found: dict[str, list[int]] = {}
    for place, account in enumerate((Account.FEE_INCOME, Account.COMMISSION)):
        for row in db.all(
            "SELECT p.service, -SUM(p.amount_fen) FROM entries e JOIN postings p ON p.entry_id = e.id"
            " WHERE e.business_on BETWEEN ? AND ? AND e.posted = 1 AND p.account = ? GROUP BY p.service",
            *span,
            account.value,
        ):
            found.setdefault(row[0], [0, 0])[place] = row[1]
    return tuple(Earned(service, *sums) for service, sums in sorted(found.items()) if any(sums))


def _moved(db: Reader, account: Account, span: tuple[str, str]) -> int:
    fen: int = db.value(
        "SELECT COALESCE(SUM(p.amount_fen), 0) FROM entries e JOIN postings p ON p.entry_id = e.id"
        " WHERE e.business_on BETWEEN ? AND ? AND e.posted = 1 AND p.account = ?",
        *span,
        account.value,
    )
    return fen


def _owner(db: Reader, span: tuple[str, str]) -> tuple[int, int]:
    """What the owner put in and took out; what was put back is neither, it lessens the one that it undoes."""
    row = db.one(
        "SELECT COALESCE(SUM(CASE WHEN e.reverses_id IS NULL THEN MAX(-p.amount_fen, 0) ELSE MIN(-p.amount_fen, 0) END), 0),"
        " COALESCE(SUM(CASE WHEN e.reverses_id IS NULL THEN MAX(p.amount_fen, 0) ELSE MIN(p.amount_fen, 0) END), 0)"
        " FROM entries e JOIN postings p ON p.entry_id = e.id"
        " WHERE e.business_on BETWEEN ? AND ? AND e.posted = 1 AND p.account = ?",
        *span,
        Account.OWNER.value,
    )
    assert row is not None  # noqa: S101 - an aggregate always has a row
    return row[0], row[1]


def _owed(db: Reader, account: Account) -> tuple[tuple[str, int], ...]:
    """By party, the largest first; what the station is owed back stands negative."""
    owed = [(party, -fen) for party, fen in ledger.by_party(db, account).items() if fen]
    return tuple(sorted(owed, key=lambda pair: (-pair[1], pair[0])))


def _over_short(db: Reader, span: tuple[str, str]) -> tuple[OverShort, ...]:
    rows = db.all(
        "SELECT p.party, COUNT(*) AS times, SUM(MAX(-p.amount_fen, 0)) AS over, SUM(MAX(p.amount_fen, 0)) AS short"
        " FROM entries e JOIN postings p ON p.entry_id = e.id WHERE e.business_on BETWEEN ? AND ? AND e.posted = 1"
        " AND p.account = ? GROUP BY p.party ORDER BY p.party",
        *span,
        Account.OVER_SHORT.value,
    )
    found = []
    for row in rows:
        staff_id = int(row["party"].removeprefix("staff:")) if row["party"].startswith("staff:") else None
        name = staff.name_of(db, "staff", staff_id) if staff_id is not None else ""
        found.append(OverShort(staff_id, name, row["times"], row["over"], row["short"]))
    return tuple(found)


def _by_day(db: Reader, first: date, last: date) -> tuple[Point, ...]:
    takings, earned = _sums(db, first, last, 10)
    dates = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    return tuple(Point(on, takings.get(on, 0), earned.get(on, 0)) for on in dates)


def _by_month(db: Reader, first: date) -> tuple[Point, ...]:
    months = [first]
    while len(months) < TREND_MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    _, last = read_month(first.isoformat()[:7])
    takings, earned = _sums(db, months[-1], last, 7)
    names = [month.isoformat()[:7] for month in reversed(months)]
    return tuple(Point(name, takings.get(name, 0), earned.get(name, 0)) for name in names)


def _sums(db: Reader, first: date, last: date, letters: int) -> tuple[dict[str, int], dict[str, int]]:
    """Takings and earnings by the first ``letters`` of the business date."""
    span = {"first": first.isoformat(), "last": last.isoformat(), "letters": letters}
    takings = db.all(
        f"SELECT substr(on_date, 1, :letters) AS label, SUM(MAX(fen, 0) * times) FROM ({_PAYMENTS})"
        " WHERE method <> :account GROUP BY label",
        **span,
        account=Method.ACCOUNT.value,
    )
    earned = db.all(
        "SELECT substr(e.business_on, 1, :letters) AS label, -SUM(p.amount_fen) FROM entries e"
        " JOIN postings p ON p.entry_id = e.id WHERE e.business_on BETWEEN :first AND :last AND e.posted = 1"
        " AND p.account IN ('fee_income', 'commission') GROUP BY label",
        **span,
    )
    return {row[0]: row[1] for row in takings}, {row[0]: row[1] for row in earned}
