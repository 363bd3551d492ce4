"""Bills by API. A bill begins as a line of a ticket and its money comes and goes by tickets; what becomes of it is here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from kiosk.attachments import read_picture
from kiosk.bills import outcome, store, view
from kiosk.bills.model import Bill, BillState
from kiosk.people.rights import Right
from kiosk.storage import Tx
from web.api import bill_shapes as shapes
from web.api.fields import LARGEST_ID
from web.api.lists import list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import Room
from web.station import station

room = Room("bills", "Bills: sent to their biller once, looked up, confirmed or failed.")
ID = f"<int(min=1, max={LARGEST_ID}):bill_id>"
_SERVES = (Right.SERVE,)


def _done(do: Callable[[Tx], Bill]) -> Response:
    return once(lambda tx: Done(200, shapes.told_changed(do(tx))))


@room.reads("/bills", list_of(shapes.BillTold), rights=[Right.READ], asks=shapes.WhichBills)
def list_bills(asked: dict[str, Any]) -> Response:
    """What somebody must do something about, the unconfirmed first; or by state, newest first."""
    with station().store.reading() as db:
        if asked["state"] in (None, "open"):
            return answer({"items": view.to_do(db), "next": None})
        states = list(BillState) if asked["state"] == "all" else [asked["state"]]
        found = view.listed(db, states, asked["before"] or LARGEST_ID, asked["limit"] + 1)
    shown = found[: asked["limit"]]
    return answer(page(shown, asked, shown[-1]["id"] if len(found) > len(shown) else None))


@room.reads(f"/bills/{ID}", shapes.BillWhole, rights=[Right.READ])
def show_bill(bill_id: int) -> Response:
    """One bill with its steps, masked."""
    with station().store.reading() as db:
        return answer(view.bill_detail(db, store.bill(db, bill_id)))


@room.acts(f"/bills/{ID}/submit", shapes.BillChanged, rights=_SERVES, asks=shapes.Submission)
def submit_bill(asked: dict[str, Any], bill_id: int) -> Response:
    """It is being sent to its biller. 409 `bill.under_way` while another one for the same may be there."""
    return _done(lambda tx: outcome.submit(tx, bill_id, **asked))


@room.acts(f"/bills/{ID}/unconfirmed", shapes.BillChanged, rights=_SERVES)
def leave_bill_unconfirmed(asked: dict[str, Any], bill_id: int) -> Response:
    """No answer came: its account is held until somebody has looked. A time-out is no failure."""
    return _done(lambda tx: outcome.leave_unconfirmed(tx, bill_id))


@room.acts(f"/bills/{ID}/look-up", shapes.BillChanged, rights=_SERVES, asks=shapes.LookUp)
def look_bill_up(asked: dict[str, Any], bill_id: int) -> Response:
    """Somebody looked and still doesn't know."""
    return _done(lambda tx: outcome.look_up(tx, bill_id, asked["how"]))


@room.acts(f"/bills/{ID}/confirm", shapes.BillChanged, rights=_SERVES, asks=shapes.Confirmation)
def confirm_bill(asked: dict[str, Any], bill_id: int) -> Response:
    """The biller has it: the money that was held goes to the account that paid."""
    return _done(lambda tx: outcome.confirm(tx, bill_id, **asked))


@room.acts(f"/bills/{ID}/fail", shapes.BillChanged, rights=_SERVES, asks=shapes.BillFailure)
def fail_bill(asked: dict[str, Any], bill_id: int) -> Response:
    """Looked up, and it did not arrive; its line is then given back by a refund on a ticket."""
    return _done(lambda tx: outcome.fail(tx, bill_id, **asked))


@room.acts(
    f"/bills/{ID}/picture", shapes.PictureKept, rights=_SERVES, asks=shapes.VoucherPhoto,
    largest=shapes.LONGEST_PHOTO + 10_000,
)  # fmt: skip
def add_bill_picture(asked: dict[str, Any], bill_id: int) -> Response:
    """Keeps a photo of its voucher, which proves it when it is confirmed. 422 `picture.unreadable` or `picture.too_large`."""
    picture = read_picture(asked["picture"])  # slow, so before the transaction

    def act(tx: Tx) -> Done:
        return Done(200, {"bill_id": bill_id, "picture_id": outcome.add_picture(tx, bill_id, picture)})

    return once(act)
