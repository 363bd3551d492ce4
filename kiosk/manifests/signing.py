"""The signature under a list: a picture of what was written on the screen, or the word that the paper was signed. One a
list and never changed. The picture is read before any transaction begins, as every photo is."""

from __future__ import annotations

import base64
import binascii
import re

from kiosk import audit
from kiosk.attachments import Picture, attach, read_picture
from kiosk.errors import Refused
from kiosk.manifests import store
from kiosk.manifests.model import CASE, Manifest, ManifestState, SignatureMade, SignedHow
from kiosk.printing import slips
from kiosk.storage import Tx
from kiosk.words import N_

#: Where the picture lies beside the list's other values; 90 days, as photos.
RETENTION = "photo"
WHAT = "signature"
FIELD = "signature-1"
#: As base64 text: a signature is a few strokes on white.
LONGEST_TEXT = 400_000
_DATA_URL = re.compile(r"data:image/(?:png|jpeg);base64,")
_LEAST_INK, _LEAST_SPAN = 60, 24


def read_signature(text: str, *, is_needed: bool = False) -> Picture | None:
    """The picture in base64 text (a data URL will do), None for '' unless one ``is_needed``.

    Raises Refused ``signature.unreadable``, ``signature.empty`` when nothing but a dot stands on it, and as
    ``attachments.read_picture``.
    """
    if not text and not is_needed:
        return None
    if not text:
        raise _empty()
    shape = _DATA_URL.match(text)
    try:
        raw = base64.b64decode(text[shape.end() if shape else 0 :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unreadable() from error
    if len(text) > LONGEST_TEXT or not raw:
        raise _unreadable()
    picture = read_picture(raw)
    if _is_blank(picture):
        raise _empty()
    return picture


def sign(
    tx: Tx, business_on: str, manifest_id: int, picture: Picture | None, *, accepts_difference: bool = False
) -> SignatureMade:
    """Signs a closed list: on the screen with a picture, on the paper without.

    Refused ``manifest.difference`` (with both numbers) until the difference to what was declared is accepted,
    ``manifest.not_closed``, ``manifest.signed_before``.
    """
    found = store.manifest(tx, manifest_id)
    _require_unsigned(tx, CASE, manifest_id)
    if found.state != ManifestState.CLOSED or found.slip_id is None:
        raise Refused(
            "manifest.not_closed", N_("这张清单还没有清点完（或已作废），没有签收；请先清点完"), manifest_id=manifest_id
        )
    if found.difference and not accepts_difference:
        raise difference(found)
    made = write(tx, business_on, CASE, manifest_id, found.slip_id, picture, found.difference)
    tx.change("manifests", manifest_id, state=ManifestState.SIGNED)
    return made


def write(
    tx: Tx, business_on: str, case_kind: str, case_id: int, slip_id: int, picture: Picture | None, difference: int = 0
) -> SignatureMade:
    """Writes a signature under any list that has a slip, with a new slip that tells of it. Refused
    ``manifest.signed_before``."""
    _require_unsigned(tx, case_kind, case_id)
    how = SignedHow.PAPER if picture is None else SignedHow.SCREEN
    kept = attach(tx, case_kind, case_id, WHAT, picture, RETENTION) if picture is not None else None
    told = {"how": how.value, "at": tx.now, "difference": difference, "zone": tx.settings.station.zone}
    blanks = {"signature": (case_kind, case_id, FIELD)} if picture is not None else {}
    signed_slip_id = slips.freeze_again(tx, slip_id, {"signed": told}, blanks)
    tx.insert(
        "manifest_signatures", case_kind=case_kind, case_id=case_id, how=how.value, attachment_id=kept,
        difference=difference, slip_id=signed_slip_id, signed_on=business_on, signed_at=tx.now,
        signed_by_kind=tx.actor.kind, signed_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "manifest.signed", case_kind=case_kind, case_id=case_id, how=how.value, difference=difference
    )  # fmt: skip
    made = store.signature(tx, case_kind, case_id)
    assert made is not None
    return made


def difference(found: Manifest) -> Refused:
    """What is asked before a list is signed whose pieces are not those declared."""
    words = (
        N_("应到 {declared} 件，实到 {pieces} 件，少 {count} 件；没有签收，请再点一遍，或勾选「双方确认差额」")
        if found.difference < 0
        else N_("应到 {declared} 件，实到 {pieces} 件，多 {count} 件；没有签收，请再点一遍，或勾选「双方确认差额」")
    )
    return Refused(
        "manifest.difference", words, manifest_id=found.id, declared=found.declared, pieces=found.pieces,
        difference=found.difference, count=abs(found.difference),
    )  # fmt: skip


def _require_unsigned(tx: Tx, case_kind: str, case_id: int) -> None:
    if store.signature(tx, case_kind, case_id) is not None:
        raise Refused("manifest.signed_before", N_("这张清单已经签收过了，没有再签一次"), manifest_id=case_id)


def _is_blank(picture: Picture) -> bool:
    """True when there is hardly any ink, or only in one spot."""
    import io

    from PIL import Image

    ink = Image.open(io.BytesIO(picture.content)).convert("L").point(lambda value: 255 if value < 140 else 0)
    box = ink.getbbox()
    if box is None or ink.histogram()[255] < _LEAST_INK:
        return True
    return max(box[2] - box[0], box[3] - box[1]) < _LEAST_SPAN


def _empty() -> Refused:
    return Refused("signature.empty", N_("签字板上还没有字，没有签收；请签上姓名，或改为在纸上签"))


def _unreadable() -> Refused:
    return Refused("signature.unreadable", N_("签字的图片没有读出来，没有签收；请再签一次，或改为在纸上签"))
