"""What this room keeps of people, and how it goes: who may owe, and the words written with money that moved."""

from __future__ import annotations

from kiosk import vault
from kiosk.retention.kinds import Field, Kind, Line, all_kinds, declare, declare_paper
from kiosk.retention.terms import MONEY
from kiosk.storage import Reader
from kiosk.till import cash_moves, compensations, debtors
from kiosk.words import N_

#: The last visit with this account, else when it was allowed; NULL while anything is owed.
_SETTLED = (
    "CASE WHEN NOT EXISTS (SELECT 1 FROM account_balances b WHERE b.account = 'debts' AND b.party = 'customer:' || c.id"
    " AND b.fen <> 0) THEN MAX(c.allowed_at, COALESCE((SELECT MAX(e.at) FROM postings o JOIN entries e ON e.id = o.entry_id"
    " WHERE o.account = 'debts' AND o.party = 'customer:' || c.id), '')) END"
)


def _by_receipt(db: Reader, typed: str) -> list[tuple[str, int]]:
    rows = db.all(
        "SELECT DISTINCT l.case_kind, l.case_id FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id"
        " WHERE t.receipt_no = ? ORDER BY l.line_no",
        typed.strip().upper(),
    )
    return [(row["case_kind"], row["case_id"]) for row in rows if row["case_kind"] in all_kinds()]


_NOTE = {"note": Field(N_("备注"))}
declare(
    Kind(
        debtors.CASE, N_("赊账名单"), "debtors", "c.allowed_at",
        fields={"customer_name": Field(N_("姓名"), "name", may_change=True), "phone": Field(N_("电话"), "phone", may_change=True)},
        lines=(Line(vault.WHOLE, MONEY, debtors.forget, _SETTLED, is_law=True),), columns=("phone_hash", "phone_tail"),
        by_hash="c.phone_hash = :hash", classes=("money",),
    )
)  # fmt: skip
declare(
    Kind(
        cash_moves.CASE, N_("现金进出"), "cash_moves", "c.moved_at", fields=_NOTE,
        lines=(Line(vault.WHOLE, MONEY, cash_moves.forget, "c.moved_at", is_law=True),), classes=("money",),
    )
)  # fmt: skip
declare(
    Kind(
        compensations.CASE, N_("赔付"), "compensations", "c.recorded_at", fields=_NOTE,
        lines=(Line(vault.WHOLE, MONEY, compensations.forget, "COALESCE(c.paid_on, c.recorded_on)", is_law=True),),
        classes=("money",),
    )
)  # fmt: skip
declare_paper("receipt", _by_receipt)
