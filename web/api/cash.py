"""Cash beside the tickets by API: put into the drawer, taken out, put back the same day."""

from __future__ import annotations

from typing import Any

from flask import Response

from kiosk import clock, shifts
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.till import cash_moves
from kiosk.till.cash_moves import CashMove
from web.api import till_shapes as shapes
from web.api.fields import LARGEST_ID
from web.api.lists import list_of
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("cash", "Cash put into the drawer and taken out of it beside the tickets, each with number and slip.")
ID = f"<int(min=1, max={LARGEST_ID}):move_id>"


def _told(move: CashMove) -> dict[str, Any]:
    return {
        "id": move.id, "move_no": move.move_no, "kind": move.kind, "reason": move.reason,
        "carrier": move.party.removeprefix("carrier:"), "amount_fen": move.amount_fen,
        "business_on": move.business_on, "moved_at": move.moved_at, "slip_id": move.slip_id,
        "is_put_back": move.reversed_at is not None,
    }  # fmt: skip


@room.reads("/cash-moves", list_of(shapes.CashMoved), rights=[Right.READ], asks=shapes.WhichCashMoves)
def list_cash_moves(asked: dict[str, Any]) -> Response:
    """The movements of a business date."""
    with station().store.reading() as db:
        today = shifts.open_day(db)
        local_on = clock.local_date(station().settings.station.zone).isoformat()
        business_on = asked["business_on"] or (today.business_on if today else local_on)
        found = cash_moves.cash_moves_on(db, business_on)
    return answer({"items": [_told(move) for move in found], "next": None})


@room.acts("/cash-moves", shapes.CashMoved, rights=[Right.SERVE], asks=shapes.NewCashMove, status=201)
def move_cash(asked: dict[str, Any]) -> Response:
    """Moves cash for a reason. The owner's money, carriers and other reasons need the right `manage`.

    409 `drawer.too_little` and `cash.not_owed` (naming `owed_fen`) move nothing.
    """

    def act(tx: Tx) -> Done:
        move = cash_moves.move_cash(
            tx, asked["reason"], asked["amount_fen"], carrier=asked["carrier"], note=asked["note"]
        )
        return Done(201, _told(move), f"{PREFIX}/cash-moves")

    return once(act)


@room.acts(f"/cash-moves/{ID}/put-back", shapes.CashMoved, rights=[Right.SERVE])
def put_cash_back(asked: dict[str, Any], move_id: int) -> Response:
    """Undoes a movement of the open business day by a new entry."""

    def act(tx: Tx) -> Done:
        return Done(200, _told(cash_moves.put_back(tx, move_id)))

    return once(act)
