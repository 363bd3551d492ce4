"""Cash put into the drawer or taken out of it beside the tickets (存取现金): for a listed reason, each with its account, a
number and a slip. What was written stays; a wrong one is put back the same day by a new entry. The drawer never owes."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk import audit, ledger, money, shifts, vault
from kiosk.codes import carriers, own_words
from kiosk.errors import Refused
from kiosk.ledger import Account, Posting
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import document_no
from kiosk.till import slips
from kiosk.till.actions import print_at_desk
from kiosk.till.payments import drawer_holds
from kiosk.words import N_, say

CASE = "cash_move"
LETTER = "P"
LONGEST_NOTE = 60
MOVED, PUT_BACK = "cash_move", "cash_move_undone"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why cash is moved: which way, the account on the other side, who may."""

    words: str
    kind: str  # 'pay_in' | 'pay_out'
    account: Account
    right: Right
    needs_note: bool = False


#: The owner's own money and what is paid to a carrier are the manager's; a clerk buys tape and fetches change.
REASONS: Mapping[str, Reason] = {
    "owner_in": Reason(N_("存入备用金、站长垫的钱"), "pay_in", Account.OWNER, Right.MANAGE),
    "from_bank": Reason(N_("从银行卡取现金"), "pay_in", Account.BANK_CARD, Right.SERVE),
    "expense_back": Reason(N_("零星开支退回"), "pay_in", Account.EXPENSES, Right.SERVE),
    "other_in": Reason(N_("其他存入"), "pay_in", Account.OWNER, Right.MANAGE, needs_note=True),
    "owner_out": Reason(N_("站长取出"), "pay_out", Account.OWNER, Right.MANAGE),
    "to_bank": Reason(N_("存入银行卡"), "pay_out", Account.BANK_CARD, Right.SERVE),
    "expense": Reason(N_("零星开支"), "pay_out", Account.EXPENSES, Right.SERVE, needs_note=True),
    "carrier": Reason(N_("与快递公司结算"), "pay_out", Account.OWED_TO_CARRIERS, Right.MANAGE),
    "other_out": Reason(N_("其他支出"), "pay_out", Account.EXPENSES, Right.MANAGE, needs_note=True),
}
KIND_WORDS = {"pay_in": N_("存入现金"), "pay_out": N_("取出现金")}

audit.register(
    "cash.moved",
    N_("存取现金 {move_no}：{kind} {amount_fen} 分（{reason}）"),
    move_id=audit.ID,
    move_no=audit.CODE,
    kind=audit.ENUM,
    reason=audit.ENUM,
    amount_fen=audit.NUMBER,
    business_on=audit.TIME,
)
audit.register("cash.put_back", N_("存取现金 {move_no} 撤回"), move_id=audit.ID, move_no=audit.CODE)


@dataclass(frozen=True, slots=True)
class CashMove:
    """One movement of cash; ``party`` the carrier it was settled with. ``reversed_at`` when it was put back."""

    id: int
    move_no: str
    kind: str
    reason: str
    account: str
    party: str
    amount_fen: int
    business_on: str
    moved_at: str
    moved_by_kind: str
    moved_by_id: int
    entry_id: int
    slip_id: int | None
    reversed_at: str | None
    reverse_entry_id: int | None

    @property
    def postings(self) -> list[Posting]:
        """What it moves."""
        into_fen = self.amount_fen if self.kind == "pay_in" else -self.amount_fen
        return [Posting(Account.DRAWER, into_fen), Posting(Account(self.account), -into_fen, party=self.party)]

    @classmethod
    def of(cls, row: sqlite3.Row) -> CashMove:
        return cls(**{name: row[name] for name in cls.__slots__})


def move_cash(tx: Tx, reason: str, amount_fen: int, *, carrier: str = "", note: str = "") -> CashMove:
    """Puts cash into the drawer or takes it out; its slip is printed where there is a printer.

    Raises ``Refused`` with ``cash.reason_unknown``, ``staff.not_allowed``, ``cash.amount_wrong``,
    ``cash.note_missing``, ``cash.carrier_missing``, ``carrier.unknown``, ``cash.not_owed`` (more than the carrier is
    owed) and ``drawer.too_little``.
    """
    why = REASONS.get(reason)
    if why is None:
        raise Refused("cash.reason_unknown", N_("请从列表中选择存取现金的原因；没有保存"))
    require(tx.actor, why.right)
    if not 0 < amount_fen <= money.LIMIT_FEN:
        raise Refused("cash.amount_wrong", N_("金额应大于 0；没有保存，请重新填写"))
    words = own_words(note, LONGEST_NOTE)
    if why.needs_note and not words:
        raise Refused("cash.note_missing", N_("请写明这笔钱是做什么的；没有保存"))
    party = _owed_carrier(tx, carrier, amount_fen) if reason == "carrier" else ""
    if why.kind == "pay_out":
        drawer_holds(tx, amount_fen)
    today = shifts.ensure_open(tx)
    columns: dict[str, Any] = {
        "move_no": document_no(tx, LETTER, today.business_on), "kind": why.kind, "reason": reason,
        "account": why.account.value, "party": party, "amount_fen": amount_fen, "business_on": today.business_on,
        "moved_at": tx.now, "moved_by_kind": tx.actor.kind, "moved_by_id": tx.actor.id,
    }  # fmt: skip
    move_id = _next_id(tx)
    draft = CashMove(move_id, **columns, entry_id=0, slip_id=None, reversed_at=None, reverse_entry_id=None)
    entry_id = ledger.post(tx, MOVED, today.business_on, CASE, move_id, draft.postings)
    tx.insert("cash_moves", id=move_id, **columns, entry_id=entry_id)
    if words:
        vault.put(tx, CASE, move_id, "note", words, "money")
    slip_id = slips.freeze_cash_move(
        tx, move_id, columns["move_no"], KIND_WORDS[why.kind], why.words, _carrier_name(party), amount_fen, bool(words)
    )
    tx.change("cash_moves", move_id, slip_id=slip_id)
    audit.record(
        tx, "cash.moved", move_id=move_id, move_no=columns["move_no"], kind=why.kind, reason=reason,
        amount_fen=amount_fen, business_on=today.business_on,
    )  # fmt: skip
    print_at_desk(tx, slip_id, None)
    return cash_move(tx, move_id)


def put_back(tx: Tx, move_id: int) -> CashMove:
    """Undoes a movement of the open business day by a new entry; its number and slip stay.

    Raises ``Refused`` with ``cash.unknown``, ``staff.not_allowed``, ``cash.already_put_back``, ``cash.day_closed`` and
    ``drawer.too_little``.
    """
    found = cash_move(tx, move_id)
    require(tx.actor, REASONS[found.reason].right)
    if found.reversed_at is not None:
        raise Refused("cash.already_put_back", N_("{move_no} 已经撤回过，没有重复撤回"), move_no=found.move_no)
    today = shifts.ensure_open(tx)
    if found.business_on != today.business_on:
        raise Refused(
            "cash.day_closed",
            N_("{move_no} 属于已经日结的 {business_on}，不能撤回；请另记一笔相反的存取"),
            move_no=found.move_no,
            business_on=found.business_on,
        )
    if found.kind == "pay_in":
        drawer_holds(tx, found.amount_fen)
    entry_id = ledger.reverse(tx, found.entry_id, today.business_on, PUT_BACK)
    tx.change("cash_moves", move_id, reversed_at=tx.now, reverse_entry_id=entry_id)
    audit.record(tx, "cash.put_back", move_id=move_id, move_no=found.move_no)
    return cash_move(tx, move_id)


def cash_move(db: Reader, move_id: int) -> CashMove:
    """The movement of this id; raises ``Refused('cash.unknown')``."""
    row = db.one("SELECT * FROM cash_moves WHERE id = ?", move_id)
    if row is None:
        raise Refused("cash.unknown", N_("没有编号为 {move_id} 的存取记录，请刷新页面核对"), move_id=move_id)
    return CashMove.of(row)


def cash_moves_on(db: Reader, business_on: str) -> list[CashMove]:
    """The movements of a business date, oldest first."""
    return [
        CashMove.of(row) for row in db.all("SELECT * FROM cash_moves WHERE business_on = ? ORDER BY id", business_on)
    ]


def owed_to_carriers(db: Reader) -> dict[str, int]:
    """What each carrier is owed, by its code."""
    return {
        party.removeprefix("carrier:"): -fen for party, fen in ledger.by_party(db, Account.OWED_TO_CARRIERS).items()
        if fen < 0 and party.startswith("carrier:")
    }  # fmt: skip


def move_view(db: Reader, found: CashMove, locale: str | None = None) -> dict[str, Any]:
    """A movement as pages and API show it."""
    return {
        "id": found.id, "move_no": found.move_no, "kind": found.kind, "kind_words": say(KIND_WORDS[found.kind], locale),
        "reason": found.reason, "reason_words": say(REASONS[found.reason].words, locale),
        "carrier": found.party.removeprefix("carrier:"), "carrier_name": _carrier_name(found.party),
        "amount_fen": found.amount_fen, "amount": money.yuan(found.amount_fen),
        "note": vault.get(db, CASE, found.id, "note") or "", "business_on": found.business_on,
        "moved_at": found.moved_at, "slip_id": found.slip_id, "is_put_back": found.reversed_at is not None,
        "put_back_at": found.reversed_at,
    }  # fmt: skip


def forget(tx: Tx, move_id: int, rule: str) -> int:
    """Erases the words written with a movement; inside an erasing transaction."""
    return vault.erase(tx, CASE, move_id, rule)


def _owed_carrier(tx: Tx, carrier: str, amount_fen: int) -> str:
    if not carrier:
        raise Refused("cash.carrier_missing", N_("请选择和哪家快递公司结算；没有保存"))
    code = carriers.find(carrier).code
    owed = owed_to_carriers(tx).get(code, 0)
    if amount_fen > owed:
        raise Refused(
            "cash.not_owed",
            N_("账上只欠{carrier} {owed}，不能付 {amount}；没有保存，请核对金额"),
            carrier=carriers.find(carrier).name_zh,
            owed=money.yuan(owed),
            amount=money.yuan(amount_fen),
            owed_fen=owed,
        )
    return f"carrier:{code}"


def _carrier_name(party: str) -> str:
    return carriers.find(party.removeprefix("carrier:")).name_zh if party else ""


def _next_id(tx: Tx) -> int:
    """The id that the next row will get: its entry names it before it stands."""
    return (tx.value("SELECT seq FROM sqlite_sequence WHERE name = 'cash_moves'") or 0) + 1
