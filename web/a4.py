"""The A4 form of a slip as an answer. The picture of a signature is in it only for who may see personal values, and that
look is recorded; everybody else reads how and when it was signed."""

from __future__ import annotations

from flask import Response

from kiosk import audit
from kiosk.errors import Refused
from kiosk.people.rights import Right, may
from kiosk.printing.pdf import render_pdf
from kiosk.printing.sheet import Sheet, compose_sheet
from kiosk.storage import Actor
from kiosk.words import N_
from web.station import station

#: The blank of a slip that holds a signature.
SIGNATURE = frozenset({"signature"})


def a4_of(actor: Actor, slip_id: int | None, attachment_id: int | None, *, is_file: bool = False) -> Response:
    """The PDF of a slip, to be looked at or as a file. Refused ``manifest.not_closed`` while there is none, and as ``render_pdf``."""
    if slip_id is None:
        raise Refused("manifest.not_closed", N_("这张清单还没有清点完，没有 A4 清单"))
    sheet = _sheet(actor, slip_id, attachment_id if may(actor, Right.UNMASK) else None)
    name = f'{"attachment" if is_file else "inline"}; filename="{sheet.number or slip_id}.pdf"'
    headers = {"Cache-Control": "no-store", "Content-Disposition": name}
    return Response(render_pdf(sheet), mimetype="application/pdf", headers=headers)


def _sheet(actor: Actor, slip_id: int, attachment_id: int | None) -> Sheet:
    if attachment_id is None:
        with station().store.reading() as db:
            return compose_sheet(db, slip_id, without=SIGNATURE)
    with station().store.transaction(actor) as tx:
        audit.record(tx, "attachment.shown", attachment_id=attachment_id)
        return compose_sheet(tx, slip_id)
