"""Wallets at the close: what went in and out of each today by the book, beside what the operator sees on the phone. The
book is not changed by what is seen; a difference is kept with its reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk import audit
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.ledger.model import WALLETS
from kiosk.money import LIMIT_FEN
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say

WALLET_WORDS: Mapping[str, str] = {
    Account.WECHAT.value: N_("微信"),
    Account.ALIPAY.value: N_("支付宝"),
    Account.UNIONPAY.value: N_("云闪付"),
    Account.BANK_CARD.value: N_("银行卡"),
}
NOT_LOOKED = "not_looked"
#: Why what was seen is not what the book says, or was not looked at.
WALLET_REASONS: Mapping[str, str] = {
    NOT_LOOKED: N_("现在看不到，没有核对"),
    "not_arrived": N_("还没到账"),
    "platform_fee": N_("平台扣了手续费"),
    "other_income": N_("有与本站无关的收支"),
    "wrong_method": N_("收款方式记错"),
    "unexplained": N_("原因不明"),
}


@dataclass(frozen=True, slots=True)
class WalletFigures:
    """One wallet on one business date, in fen: what came in, what went out, what it holds by the book."""

    wallet: str
    in_fen: int
    out_fen: int
    balance_fen: int

    @property
    def moved_fen(self) -> int:
        """In less out: what the phone shows as the day's takings."""
        return self.in_fen - self.out_fen


@dataclass(frozen=True, slots=True)
class Seen:
    """What the operator saw as the wallet's takings of the day; None when nobody could look."""

    seen_fen: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WalletCount:
    """A comparison that was kept."""

    wallet: str
    moved_fen: int
    balance_fen: int
    seen_fen: int | None
    difference_reason: str | None
    seen_at: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> WalletCount:
        return cls(**{name: row[name] for name in cls.__slots__})


def figures_of(db: Reader, business_on: str) -> list[WalletFigures]:
    """Every wallet that moved on this date, in the order of ``WALLETS``."""
    names = tuple(account.value for account in WALLETS)
    marks = ", ".join("?" * len(names))
    moved = {
        row["account"]: row
        for row in db.all(
            "SELECT p.account, SUM(MAX(p.amount_fen, 0)) AS into_it, SUM(MAX(-p.amount_fen, 0)) AS out_of_it"
            " FROM entries e JOIN postings p ON p.entry_id = e.id"
            f" WHERE e.business_on = ? AND e.posted = 1 AND p.account IN ({marks}) GROUP BY p.account",
            business_on,
            *names,
        )
    }
    held = dict(
        tuple(row)
        for row in db.all(
            "SELECT p.account, SUM(p.amount_fen) FROM postings p JOIN entries e ON e.id = p.entry_id"
            f" WHERE e.posted = 1 AND p.account IN ({marks}) GROUP BY p.account",
            *names,
        )
    )
    return [
        WalletFigures(name, moved[name]["into_it"], moved[name]["out_of_it"], held[name])
        for name in names
        if name in moved
    ]


def compare(tx: Tx, business_on: str, seen: Mapping[str, Seen], *, may_be_missing: bool) -> list[WalletCount]:
    """Keeps what was seen of each wallet that moved today.

    A wallet that is not in ``seen`` is kept as not looked at where ``may_be_missing``. Raises ``Refused`` with
    ``day.wallet_not_seen`` (naming it), ``day.wallet_reason_missing`` or ``day.wallet_unreadable``.
    """
    for figures in figures_of(tx, business_on):
        given = seen.get(figures.wallet)
        if given is None and may_be_missing:
            given = Seen(None, NOT_LOOKED)
        if given is None:
            raise Refused(
                "day.wallet_not_seen",
                N_("请填上{wallet}今天实际到账多少，或选「现在看不到」；没有日结，点的数保留着"),
                wallet=say(WALLET_WORDS[figures.wallet]),
            )
        _keep(tx, business_on, figures, given)
    return counts_on(tx, business_on)


def counts_on(db: Reader, business_on: str) -> list[WalletCount]:
    """The comparisons of a date."""
    rows = db.all("SELECT * FROM wallet_counts WHERE business_on = ? ORDER BY id", business_on)
    return [WalletCount.of(row) for row in rows]


def _keep(tx: Tx, business_on: str, figures: WalletFigures, given: Seen) -> None:
    if given.seen_fen is not None and abs(given.seen_fen) > LIMIT_FEN:
        raise Refused("day.wallet_unreadable", N_("填的到账金额看不懂；没有日结，点的数保留着"))
    differs = given.seen_fen != figures.moved_fen
    reason = (given.reason or (NOT_LOOKED if given.seen_fen is None else "")) if differs else ""
    if differs and reason not in WALLET_REASONS:
        raise Refused(
            "day.wallet_reason_missing",
            N_("{wallet}与账上不一样，请选择原因（可选「原因不明」）；没有日结，点的数保留着"),
            wallet=say(WALLET_WORDS[figures.wallet]),
        )
    tx.insert(
        "wallet_counts", business_on=business_on, wallet=figures.wallet, moved_fen=figures.moved_fen,
        balance_fen=figures.balance_fen, seen_fen=given.seen_fen, difference_reason=reason or None, seen_at=tx.now,
    )  # fmt: skip
    audit.record(
        tx, "wallet.compared", business_on=business_on, wallet=figures.wallet, moved_fen=figures.moved_fen,
        seen_fen=given.seen_fen, reason=reason,
    )  # fmt: skip
