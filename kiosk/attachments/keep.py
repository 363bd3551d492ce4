"""Keeps a picture under its case and gives it out again. Every look at one is recorded: a voucher shows whose it is."""

from __future__ import annotations

import base64

from kiosk import audit, vault
from kiosk.attachments.model import RETENTION, Attachment
from kiosk.attachments.picture import Picture
from kiosk.attachments.store import attachment, how_many, of_case
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: A case with more is a mistake at the counter, and the disk is small.
MOST_PICTURES = 6


def attach(tx: Tx, case_kind: str, case_id: int, what: str, picture: Picture, retention_class: str = RETENTION) -> int:
    """Keeps a picture of a case (``what`` it shows: ``voucher``, ``licence`` …); returns the attachment's id.

    It is erased with the case's other values. Raises ``Refused('attachment.too_many')``.
    """
    number = how_many(tx, case_kind, case_id) + 1
    if len(of_case(tx, case_kind, case_id)) >= MOST_PICTURES:
        raise Refused("attachment.too_many", N_("一笔业务最多附 {most} 张照片；这一张没有保存"), most=MOST_PICTURES)
    field = f"{what}-{number}"
    vault.put(tx, case_kind, case_id, field, base64.b64encode(picture.content).decode("ascii"), retention_class)
    proof = vault.proof(tx, case_kind, case_id, field)
    attachment_id = tx.insert(
        "attachments", case_kind=case_kind, case_id=case_id, field=field, proof=proof, bytes=len(picture.content),
        width=picture.width, height=picture.height, added_at=tx.now, added_by_kind=tx.actor.kind,
        added_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "attachment.added", attachment_id=attachment_id, case_kind=case_kind, case_id=case_id, proof=proof
    )  # fmt: skip
    return attachment_id


def drop(tx: Tx, attachment_id: int) -> Attachment:
    """Takes a picture away that was kept by mistake: its bytes are gone, its row and both records stay. The caller has
    looked at right and time. Raises ``Refused`` ``attachment.unknown``, ``attachment.erased`` when it is gone already."""
    found = attachment(tx, attachment_id)
    if vault.proof(tx, found.case_kind, found.case_id, found.field) is None:
        raise _gone()
    vault.remove(tx, found.case_kind, found.case_id, found.field)
    audit.record(
        tx, "attachment.dropped", attachment_id=attachment_id, case_kind=found.case_kind, case_id=found.case_id
    )  # fmt: skip
    return found


def content_of(db: Reader, attachment_id: int) -> bytes:
    """The JPEG; raises ``Refused`` ``attachment.unknown`` or, after an erasure, ``attachment.erased``."""
    found = attachment(db, attachment_id)
    kept = vault.get(db, found.case_kind, found.case_id, found.field)
    if kept is None:
        raise _gone()
    return base64.b64decode(kept)


def _gone() -> Refused:
    return Refused("attachment.erased", N_("这张照片已经拿掉，或已按规定删除"))


def show(tx: Tx, attachment_id: int) -> bytes:
    """The JPEG, and a record that it was looked at. Raises ``Refused`` as ``content_of``."""
    content = content_of(tx, attachment_id)
    audit.record(tx, "attachment.shown", attachment_id=attachment_id)
    return content
