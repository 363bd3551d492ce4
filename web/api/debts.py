"""Debts by API: who may owe, what is owed and since when. Repaid they are by a line of a ticket."""

from __future__ import annotations

from typing import Any

from flask import Response

from kiosk.people.rights import Right
from kiosk.storage import Reader, Tx
from kiosk.till import debtors, debts
from web.api import till_shapes as shapes
from web.api.fields import LARGEST_ID
from web.api.lists import list_of
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("debts", "Customers who may owe the station, up to a limit that the manager sets.")
ID = f"<int(min=1, max={LARGEST_ID}):debtor_id>"


def _changed(db: Reader, debtor_id: int) -> dict[str, Any]:
    found = debtors.debtor(db, debtor_id)
    return {"id": found.id, "is_active": found.is_active, "limit_fen": found.limit_fen, "owed_fen": found.owed_fen}


@room.reads("/debts", list_of(shapes.DebtTold), rights=[Right.SERVE])
def list_debts() -> Response:
    """Everybody who may owe or owes, whoever owes most first."""
    with station().store.reading() as db:
        return answer({"items": [debts.debt_view(one) for one in debts.debts(db)], "next": None})


@room.reads(f"/debts/{ID}", shapes.DebtWithMoves, rights=[Right.SERVE])
def show_debt(debtor_id: int) -> Response:
    """What one customer owes, and every movement of it."""
    with station().store.reading() as db:
        found = debts.debt(db, debtors.debtor(db, debtor_id))
        moves = [debts.move_view(move) for move in debts.moves(db, debtor_id)]
        return answer(debts.debt_view(found) | {"moves": moves})


@room.acts(
    "/debts", shapes.DebtorChanged, rights=[Right.MANAGE], asks=shapes.NewDebtor, status=201, may_fail=(404, 409)
)
def allow_debtor(asked: dict[str, Any]) -> Response:
    """Lets a customer owe. 409 `debtor.already_allowed` names the one who is on the list."""

    def act(tx: Tx) -> Done:
        debtor_id = debtors.allow(tx, asked["name"], asked["phone"], asked["limit_fen"])
        return Done(201, _changed(tx, debtor_id), f"{PREFIX}/debts/{debtor_id}")

    return once(act)


@room.acts(f"/debts/{ID}/limit", shapes.DebtorChanged, rights=[Right.MANAGE], asks=shapes.NewLimit)
def change_debt_limit(asked: dict[str, Any], debtor_id: int) -> Response:
    """Sets another limit, and lets somebody owe again who was stopped."""

    def act(tx: Tx) -> Done:
        debtors.change_limit(tx, debtor_id, asked["limit_fen"])
        return Done(200, _changed(tx, debtor_id))

    return once(act)


@room.acts(f"/debts/{ID}/stop", shapes.DebtorChanged, rights=[Right.MANAGE])
def stop_debtor(asked: dict[str, Any], debtor_id: int) -> Response:
    """Lets nothing more go on the account; what is owed stays owed."""

    def act(tx: Tx) -> Done:
        debtors.stop(tx, debtor_id)
        return Done(200, _changed(tx, debtor_id))

    return once(act)


@room.acts(f"/debts/{ID}/statement", shapes.StatementIssued, rights=[Right.SERVE])
def print_debt_statement(asked: dict[str, Any], debtor_id: int) -> Response:
    """Issues the slip of what is owed, and prints it where there is a printer."""

    def act(tx: Tx) -> Done:
        slip_id, job_id = debts.print_statement(tx, debtor_id)
        return Done(200, {"slip_id": slip_id, "print_job_id": job_id})

    return once(act)
