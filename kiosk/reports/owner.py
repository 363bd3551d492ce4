"""The owner's own view of a month: what came in by which way, what was earned by which service, what is owed to whom and by
whom, what was over and short under whose hand. Read from payments and ledger; nothing of it goes to the county."""

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
    """A month as its owner sees it; amounts in fen, ``others`` positive as income."""

    month: str
    takings: tuple[tuple[str, int], ...]
    earned: tuple[Earned, ...]
    others: tuple[tuple[str, int], ...]
    owner_put_in_fen: int
    owner_took_out_fen: int
    owed_to_consignors: tuple[tuple[str, int], ...]
    owed_to_carriers: tuple[tuple[str, int], ...]
    held: tuple[tuple[str, int], ...]
    debts: tuple[Debt, ...]
    over_short: tuple[OverShort, ...]
    by_day: tuple[Point, ...]
    by_month: tuple[Point, ...]

    @property
    def takings_fen(self) -> int:
        """All that tickets brought in, what was paid out taken away."""
        return sum(fen for _, fen in self.takings)

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
    return OwnerMonth(
        month,
        _takings(db, span),
        _earned(db, span),
        tuple((account.value, fen) for account in OTHERS if (fen := -_moved(db, account, span))),
        put_in,
        took_out,
        _owed(db, Account.OWED_TO_CONSIGNORS),
        _owed(db, Account.OWED_TO_CARRIERS),
        tuple((account.value, fen) for account in HELD if (fen := -ledger.balance(db, account))),
        tuple(sorted((one for one in debts.debts(db) if one.debtor.owed_fen), key=lambda one: -one.age_days)),
        _over_short(db, span),
        _by_day(db, first, last),
        _by_month(db, first),
    )


def _takings(db: Reader, span: tuple[str, str]) -> tuple[tuple[str, int], ...]:
    rows = db.all(
        "SELECT method, SUM(fen) FROM (SELECT p.method, p.amount_fen AS fen FROM tickets t JOIN payments p ON p.ticket_id ="
        " t.id WHERE t.settled_on BETWEEN :first AND :last UNION ALL SELECT p.method, -p.amount_fen FROM tickets t"
        " JOIN payments p ON p.ticket_id = t.id WHERE t.refund_no IS NOT NULL AND t.voided_on BETWEEN :first AND :last)"
        " GROUP BY method ORDER BY method",
        first=span[0],
        last=span[1],
    )
    return tuple((row[0], row[1]) for row in rows)


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
    row = db.one(
        "SELECT COALESCE(SUM(MAX(-p.amount_fen, 0)), 0), COALESCE(SUM(MAX(p.amount_fen, 0)), 0) FROM entries e"
        " JOIN postings p ON p.entry_id = e.id WHERE e.business_on BETWEEN ? AND ? AND e.posted = 1 AND p.account = ?",
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
        "SELECT substr(on_date, 1, :letters) AS label, SUM(fen) FROM (SELECT settled_on AS on_date, total_fen AS fen FROM"
        " tickets WHERE settled_on BETWEEN :first AND :last UNION ALL SELECT voided_on, -total_fen FROM tickets"
        " WHERE refund_no IS NOT NULL AND voided_on BETWEEN :first AND :last) GROUP BY label",
        **span,
    )
    earned = db.all(
        "SELECT substr(e.business_on, 1, :letters) AS label, -SUM(p.amount_fen) FROM entries e"
        " JOIN postings p ON p.entry_id = e.id WHERE e.business_on BETWEEN :first AND :last AND e.posted = 1"
        " AND p.account IN ('fee_income', 'commission') GROUP BY label",
        **span,
    )
    return {row[0]: row[1] for row in takings}, {row[0]: row[1] for row in earned}
