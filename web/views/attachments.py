"""Shows a kept photo to whoever may see personal values; every look is recorded."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from kiosk.attachments import show
from kiosk.people.rights import Right
from web.routes import part
from web.station import actor, station

attachments = Blueprint("attachments", __name__)


@part(attachments, "/attachments/<int:attachment_id>", right=Right.UNMASK)
def picture(attachment_id: int) -> ResponseReturnValue:
    """The JPEG itself."""
    with station().store.transaction(actor()) as tx:
        content = show(tx, attachment_id)
    return Response(content, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})
