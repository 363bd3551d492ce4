"""How a ticket is paid: in cash, into a wallet whose sum the operator has seen, by card, or put on a customer's account;
in several parts if need be. The station records what was paid, it moves no money; a payment code is never taken."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk import ledger, money
from kiosk.codes import CodeKind, about_a_person, recognise
from kiosk.errors import Refused
from kiosk.ledger import Account, Posting
from kiosk.storage import Reader
from kiosk.words import N_

LONGEST_REFERENCE = 40
#: What wallets and terminals print; words, and so a person's name, are none.
_REFERENCE = re.compile(r"[A-Za-z0-9*._/#-]*")


class Method(StrEnum):
    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"
    BANK_CARD = "bank_card"
    ACCOUNT = "account"  # 赊账, where the manager allows it


METHOD_WORDS: Mapping[str, str] = {
    Method.CASH: N_("现金"),
    Method.WECHAT: N_("微信"),
    Method.ALIPAY: N_("支付宝"),
    Method.UNIONPAY: N_("云闪付"),
    Method.BANK_CARD: N_("银行卡"),
    Method.ACCOUNT: N_("赊账"),
}
ACCOUNTS: Mapping[str, Account] = {
    Method.CASH: Account.DRAWER,
    Method.WECHAT: Account.WECHAT,
    Method.ALIPAY: Account.ALIPAY,
    Method.UNIONPAY: Account.UNIONPAY,
    Method.BANK_CARD: Account.BANK_CARD,
    Method.ACCOUNT: Account.DEBTS,
}
#: Every account that a payment can go to; what is left of an entry belongs to its lines.
MONEY = frozenset(ACCOUNTS.values())


@dataclass(frozen=True, slots=True)
class Tender:
    """A part of a ticket that is not paid in cash: fen, negative where the station pays out. ``reference`` is the
    wallet's or the terminal's number if somebody wants it kept; ``debtor_id`` whose account it is put on."""

    method: str
    amount_fen: int
    reference: str = ""
    debtor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """A part of a settled ticket as it was paid."""

    id: int
    ticket_id: int
    payment_no: int
    method: str
    amount_fen: int
    reference: str
    debtor_id: int | None

    def posting(self) -> Posting:
        """What the payment moves."""
        party = f"customer:{self.debtor_id}" if self.debtor_id is not None else ""
        return Posting(ACCOUNTS[self.method], self.amount_fen, party=party)

    @classmethod
    def of(cls, row: sqlite3.Row) -> Payment:
        return cls(**{name: row[name] for name in cls.__slots__})


def checked(db: Reader, tenders: Sequence[Tender], total_fen: int) -> list[Tender]:
    """The tenders of a ticket of this total, each with its reference tidied.

    Raises ``Refused`` with ``payment.method_unknown``, ``payment.amount_wrong``, ``payment.too_much``,
    ``payment.debtor_missing``, ``payment.is_payment_code`` (a customer's code was scanned where a number belongs;
    nothing of it is kept), ``payment.reference_wrong``,
    ``text.holds_id_number``, ``debt.not_allowed``, ``debt.over_limit``, ``debt.not_owed``.
    """
    found: list[Tender] = []
    for tender in tenders:
        if tender.method not in set(Method) or tender.method == Method.CASH:
            raise Refused("payment.method_unknown", N_("没有这种付款方式，没有收款；请从列表中选择"))
        if not tender.amount_fen or (tender.amount_fen > 0) != (total_fen > 0):
            raise Refused("payment.amount_wrong", N_("付款金额填得不对，没有收款；请核对后再填"))
        if (tender.method == Method.ACCOUNT) != (tender.debtor_id is not None):
            raise Refused("payment.debtor_missing", N_("赊账要选记在谁的账上，没有收款；请选择"))
        found.append(Tender(tender.method, tender.amount_fen, read_reference(tender.reference), tender.debtor_id))
    paid_fen = sum(tender.amount_fen for tender in found)
    if abs(paid_fen) > abs(total_fen):
        raise Refused(
            "payment.too_much",
            N_("付款 {paid} 多于应收 {total}，没有收款；只有现金可以找零，请核对金额"),
            paid=money.yuan(abs(paid_fen)),
            total=money.yuan(abs(total_fen)),
        )
    _allowed_on_account(db, found)
    return found


def read_reference(text: str) -> str:
    """A reference as it is kept. Raises ``Refused`` for a payment code (domain.md §2.1) and an ID number."""
    refuse_payment_code(text)
    reference = "".join(about_a_person(text, LONGEST_REFERENCE).split())
    if not _REFERENCE.fullmatch(reference):
        raise Refused("payment.reference_wrong", N_("流水号只能是字母和数字，没有收款；不用填的话请留空"))
    return reference


def refuse_payment_code(*texts: str) -> None:
    """Raises ``Refused('payment.is_payment_code')`` when a customer's code stands where something else belongs. It is
    money for a minute: not kept, not logged, not shown again (domain.md §2.1)."""
    for text in texts:
        compact = "".join(text.split())
        if recognise(compact).kind is CodeKind.PAYMENT_CODE:
            raise Refused(
                "payment.is_payment_code",
                N_("这是顾客的付款码，本机不收款也没有保存它；请在微信或支付宝里收款，看到到账后再在这里打勾"),
            )


def in_debt(postings: Iterable[Posting]) -> dict[str, int]:
    """What postings move on each customer's account, by party."""
    sums: dict[str, int] = {}
    for posting in postings:
        if posting.account is Account.DEBTS:
            sums[posting.party] = sums.get(posting.party, 0) + posting.amount_fen
    return sums


def drawer_holds(db: Reader, amount_fen: int) -> None:
    """Raises ``Refused('drawer.too_little')`` unless the drawer has this much by the book. The sum that should be there
    is not said: who counts must not know it."""
    if ledger.balance(db, Account.DRAWER) < amount_fen:
        raise Refused(
            "drawer.too_little",
            N_("钱箱账上没有 {sum} 可付，没有付款；请先记存入备用金，或用微信、支付宝付给村民"),
            sum=money.yuan(amount_fen),
        )


def _allowed_on_account(db: Reader, tenders: Sequence[Tender]) -> None:
    sums: dict[int, int] = {}
    for tender in tenders:
        if tender.debtor_id is not None:
            sums[tender.debtor_id] = sums.get(tender.debtor_id, 0) + tender.amount_fen
    for debtor_id, amount_fen in sums.items():
        row = db.one("SELECT limit_fen, is_active FROM debtors WHERE id = ?", debtor_id)
        owed_fen = ledger.balance(db, Account.DEBTS, f"customer:{debtor_id}")
        if amount_fen < 0:
            if row is None or owed_fen + amount_fen < 0:
                raise Refused("debt.not_owed", N_("这位村民没有欠这么多，不能这样冲抵；没有改动任何内容"))
            continue
        if row is None or not row["is_active"]:
            raise Refused("debt.not_allowed", N_("站长没有准许这位村民赊账，没有收款；请换一种付款方式"))
        if owed_fen + amount_fen > row["limit_fen"]:
            raise Refused(
                "debt.over_limit",
                N_("已欠 {owed}，再赊 {amount} 就超过站长准许的 {limit}；没有收款，请换一种付款方式"),
                owed=money.yuan(owed_fen),
                amount=money.yuan(amount_fen),
                limit=money.yuan(row["limit_fen"]),
            )
