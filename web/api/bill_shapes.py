"""What requests and answers about bills look like. The answer to an act names no person: it is kept with its key."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from kiosk.attachments import LARGEST_UPLOAD_BYTES
from kiosk.bills.model import CHANNEL_WORDS, FAIL_WORDS, LOOK_UP_WORDS, Bill, BillKind, BillState
from kiosk.ledger import PAID_FROM
from kiosk.money import LIMIT_FEN
from kiosk.words import N_, say
from web.api.fields import WORDS, Asked, Flag, Text, Told, Whole, Word, fen, instant, said
from web.api.lists import Page

FEE = "the fee as the customer was told it; refused with `fee.differs` when the published one is another"
#: The largest file in base64.
LONGEST_PHOTO = (LARGEST_UPLOAD_BYTES + 2) // 3 * 4
HOW = "how it was looked up; must be given for a bill that is `unconfirmed`"


def _balance(doc: str) -> Whole:
    return Whole(-LIMIT_FEN, LIMIT_FEN, load_default=None, allow_none=True, doc=doc)


class BillLine(Asked):
    """A bill (缴费)."""

    service = Word(("bill",), required=True)
    biller = Text(60, shortest=1, required=True, doc="a code of `GET /billers`")
    account_no = Text(80, shortest=1, required=True, doc="the account number, or the barcode of the bill")
    amount_fen = fen("all that the biller gets, the late fee in it", required=True)
    late_fee_fen = fen("the part that is a late fee", load_default=0)
    bill_period = Text(10, load_default="", doc="`2026-11`")
    months = Whole(0, 36, load_default=0, doc="how many months, for billers that ask it")
    account_again = Text(
        80, load_default=None, allow_none=True, doc="once more for a mobile top-up, which can't be taken back"
    )
    is_read_back = Flag(load_default=False, doc="the mobile number was read to the villager, who said it is right")
    account_holder = Text(60, load_default="", doc="the name that the channel shows")
    holder_confirmed = Flag(load_default=False, doc="the villager said that this is the name")
    balance_before_fen = _balance("the account's balance before, negative for arrears")
    customer_name = Text(60, load_default="")
    phone = Text(60, load_default="")
    pays_again = Flag(load_default=False, doc="yes, this account and period is meant to be paid once more")
    fee_fen = fen(FEE, load_default=None, allow_none=True)


LINES: Mapping[str, type[Asked]] = {"bill": BillLine}


class WhichBills(Page):
    """`open`: what somebody must do something about, the unconfirmed first; else a page of one state or of all."""

    state = Word(("open", "all", *BillState))


class Submission(Asked):
    """How it is sent."""

    channel = Word(list(CHANNEL_WORDS), required=True)
    paid_from = Word(list(PAID_FROM), required=True, doc="which account of the station pays the biller")
    account_holder = Text(60, load_default="", doc="where the name was not confirmed when it was recorded")
    holder_confirmed = Flag(load_default=False)


class LookUp(Asked):
    """How it was looked up."""

    how = Word(list(LOOK_UP_WORDS), required=True)


class Confirmation(Asked):
    """What proves that it arrived: a serial number, a voucher number, or a photo that was added before."""

    serial_no = Text(60, load_default="")
    voucher_no = Text(60, load_default="")
    paid_from = Word(("", *PAID_FROM), load_default="", doc="where it was another account than when it was sent")
    how = Word(("", *LOOK_UP_WORDS), load_default="", doc=HOW)
    balance_before_fen = _balance("the account's balance before")
    balance_after_fen = _balance("the account's balance after")
    is_card_written = Flag(load_default=None, allow_none=True, doc="asked of card meters")


class BillFailure(Asked):
    """Why it failed, and how that was found out."""

    reason = Word(list(FAIL_WORDS), required=True)
    how = Word(list(LOOK_UP_WORDS), required=True)


class Photo(fields.String):
    """A photo's file in base64; the view gets its bytes."""

    default_error_messages = WORDS

    def __init__(self, doc: str, **options: Any) -> None:
        metadata = {"description": doc, "format": "byte", "contentEncoding": "base64", "maxLength": LONGEST_PHOTO}
        super().__init__(metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bytes:  # type: ignore[override]
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return base64.b64decode(text.encode("ascii"), validate=True)
        except (ValueError, UnicodeEncodeError):
            raise ValidationError(say(N_("这一项应是 base64 编码"))) from None


class VoucherPhoto(Asked):
    """A photo of what the biller's channel gave: JPEG, PNG or WebP, kept small and without what the camera wrote into it."""

    picture = Photo("the file in base64, at most 15 MB before", required=True)


class PictureKept(Told):
    """A photo that is kept now; who may see it sees it at the counter."""

    bill_id = said(fields.Integer)
    picture_id = said(fields.Integer)


class BillChanged(Told):
    """A bill after an act."""

    id = said(fields.Integer)
    state = Word(list(BillState), required=True)
    amount_fen = said(fields.Integer)
    entry_id = said(fields.Integer, may_be_null=True, doc="the ledger entry of a confirmed bill")


class BillTold(Told):
    """A bill in a list, masked."""

    id = said(fields.Integer)
    state = Word(list(BillState), required=True)
    biller = said()
    biller_name = said()
    kind = Word(list(BillKind), required=True)
    bill_period = said()
    months = said(fields.Integer)
    amount_fen = said(fields.Integer)
    late_fee_fen = said(fields.Integer)
    account = said(doc="masked")
    holder = said(doc="masked, `''` for none")
    is_holder_confirmed = said(fields.Boolean)
    is_card_meter = said(fields.Boolean)
    recorded_at = instant()
    in_state_since = instant()
    waits_seconds = said(fields.Integer, doc="how long it has been in this state")
    holds_money = said(fields.Boolean, doc="the station holds the villager's money for it")


class BillStepTold(Told):
    """One step."""

    state = said()
    business_on = said()
    at = instant()
    by_kind = said()
    by_id = said(fields.Integer)


class BillWhole(BillTold):
    """One bill with everything that may be shown masked."""

    customer = said(doc="masked")
    channel = said()
    paid_from = said()
    serial_no = said()
    voucher_no = said()
    balance_before_fen = said(fields.Integer, may_be_null=True)
    balance_after_fen = said(fields.Integer, may_be_null=True)
    is_card_written = said(fields.Boolean, may_be_null=True)
    fail_reason = said()
    looked_up_at = said(may_be_null=True)
    looked_up_by = said()
    ticket_id = said(fields.Integer, may_be_null=True)
    line_id = said(fields.Integer, may_be_null=True, doc="the line that a refund gives back")
    pictures = fields.List(fields.Integer(), required=True)
    steps = fields.List(fields.Nested(BillStepTold), required=True)


def told_changed(bill: Bill) -> dict[str, Any]:
    """A bill after an act in JSON."""
    return {"id": bill.id, "state": bill.state, "amount_fen": bill.amount_fen, "entry_id": bill.entry_id}
