"""What the carrier collects when a parcel is handed over: 代收货款 (the price of the goods) and 到付 (freight that the
recipient pays). It stands in the parcel's own row, so that a parcel without it costs a hand-over nothing."""

from __future__ import annotations

import sqlite3

from kiosk import money
from kiosk.codes import OTHER
from kiosk.errors import Refused
from kiosk.parcels.events import refusal, write
from kiosk.parcels.model import IN_STOCK, CodReason, EventKind
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: The act of the line that collects it; the guard in the database knows the same word.
COLLECT = "collect_cod"


def owed_fen(row: sqlite3.Row) -> int:
    """What whoever collects this parcel must pay first."""
    total: int = row["cod_fen"] + row["freight_collect_fen"]
    return total


def party(row: sqlite3.Row) -> str:
    """Whose money it is."""
    return f"carrier:{row['carrier']}"


def note(tx: Tx, business_on: str, row: sqlite3.Row, cod_fen: int, freight_collect_fen: int, reason: str = "") -> bool:
    """Notes what is to be collected; returns whether anything changed.

    A change of what was noted needs a ``CodReason``. Refused ``cod.amount_wrong``, ``cod.carrier_unknown`` (nobody
    could be paid), ``cod.reason_missing``, ``parcel.on_ticket`` while the line stands on a ticket, and as any act on a
    parcel that has left.
    """
    if row["state"] not in IN_STOCK:
        raise refusal(tx, row)
    for fen in (cod_fen, freight_collect_fen):
        if not 0 <= fen <= money.LIMIT_FEN:
            raise Refused("cod.amount_wrong", N_("代收金额填得不对；没有保存，请对着面单再看一遍"))
    if (cod_fen, freight_collect_fen) == (row["cod_fen"], row["freight_collect_fen"]):
        return False
    if cod_fen + freight_collect_fen and row["carrier"] == OTHER:
        raise Refused(
            "cod.carrier_unknown",
            N_("还不知道是哪家快递，代收的钱不知道该交给谁；没有保存，请先改快递公司"),
            parcel_id=row["id"],
        )
    is_change = bool(owed_fen(row))
    if is_change and reason not in set(CodReason):
        raise Refused("cod.reason_missing", N_("改代收金额要选原因；没有改动，原来记的金额还在"), parcel_id=row["id"])
    refuse_on_ticket(tx, row)
    why = reason if is_change else ""
    amounts = {"cod_fen": cod_fen, "freight_collect_fen": freight_collect_fen}
    write(
        tx, row, EventKind.COD_NOTED, business_on, columns=amounts, detail={**amounts, "reason": why},
        audited={**amounts, "reason": why},
    )  # fmt: skip
    return True


def refuse_on_ticket(db: Reader, row: sqlite3.Row) -> None:
    """Refused ``parcel.on_ticket`` while what is to be collected stands on an open ticket."""
    ticket_id = db.value(
        "SELECT ticket_id FROM ticket_lines WHERE case_kind = 'parcel' AND case_id = ? AND act = ? AND state = 'pending'",
        row["id"],
        COLLECT,
    )
    if ticket_id is not None:
        raise Refused(
            "parcel.on_ticket",
            N_("这件的代收款正在单 {ticket_id} 上等收款；没有改动，请先从单上去掉"),
            parcel_id=row["id"],
            ticket_id=ticket_id,
        )


def refuse_paid(tx: Reader, row: sqlite3.Row, business_on: str) -> None:
    """What was paid for does not come back into the house beside its receipt: the money would stay, and be asked again.

    Refused ``parcel.paid_for`` on the day of the payment (the receipt is voided then, and the parcel comes back with it),
    ``parcel.paid_other_day`` afterwards: the money is the carrier's, and the parcel is taken in anew.
    """
    if not owed_fen(row):
        return
    paid = tx.one(
        "SELECT t.receipt_no, t.settled_on FROM ticket_lines l JOIN tickets t ON t.id = l.ticket_id"
        " WHERE l.case_kind = 'parcel' AND l.case_id = ? AND l.act = ? AND l.state = 'done'",
        row["id"],
        COLLECT,
    )
    if paid is None:
        return
    facts = {"parcel_id": row["id"], "amount": money.yuan(owed_fen(row)), "receipt_no": paid["receipt_no"]}
    if paid["settled_on"] == business_on:
        raise Refused(
            "parcel.paid_for",
            N_("取这件时付过 {amount}；没有改动。请打开收据 {receipt_no} 作废退款，快件会同时回到货架"),
            **facts,
        )
    raise Refused(
        "parcel.paid_other_day",
        N_(
            "取这件时付过 {amount}（收据 {receipt_no}），那天已经日结，不能退；没有改动，请把它重新扫码入库，不再填代收"
        ),
        **facts,
    )
