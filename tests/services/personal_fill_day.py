"""The fills of a parcel's day: everything that the rooms of parcels, lists, consents, counts, reminders and requests may
keep of people. ``personal_fill`` gathers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.codes import parse_shelf, recognise
from kiosk.counter import (
    consent,
    consent_list,
    count_shelves,
    door_manifest,
    expect,
    list_manifest,
    parcel_problems,
    photo_pairing,
    remind,
    sign_manifest,
)
from kiosk.counter.check_in import check_in
from kiosk.counter.close_batch import close_batch
from kiosk.counter.correct import correct
from kiosk.counter.expect import Announced
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.open_batch import open_batch
from kiosk.counter.set_aside import mark_to_return
from kiosk.counter.take_list import take_list
from kiosk.parcel_lists import guess, read_file
from kiosk.parcel_lists.model import Purpose
from kiosk.parcels import photo_pairings
from kiosk.retention import answering, requests

if TYPE_CHECKING:
    from tests.services.personal_fill import Marked


def parcels(at: Marked) -> None:
    """A recipient with number, name and collector, who has a standing proxy; a virtual number; a photo from a paired phone;
    a courier who signs his batch."""
    batch = at.act(open_batch, carrier="YTO", courier=at.name(), print_mode="at_once", desk_id=1)
    for phone in (at.phone(), f"{at.phone()}-1234"):
        done = at.act(
            check_in, waybill=at.waybill(), batch_id=batch.id, phone=phone, name_hint=at.name(), desk_id=1
        )  # fmt: skip
        _pairing, token = at.act(photo_pairing.begin_pairing, done.parcel_id)
        key = at.act(photo_pairings.claim, token)
        at.act(photo_pairing.send_photo, key, at.picture())
        at.act(
            hand_over_one, done.parcel_id, "proxy_pickup", collected_by=at.name(), relation="friend",
            remember_proxy="-" not in phone, desk_id=1,
        )  # fmt: skip
        at.act(parcel_problems.note_wrong_person, done.parcel_id, who=at.name())
    listed = at.act(close_batch, batch.id, desk_id=1).manifest_id
    at.act(sign_manifest.sign_list, listed, at.picture())
    unpaid = at.act(
        check_in, waybill=at.waybill(), carrier="YTO", phone=at.phone(), cod_fen=120_00, desk_id=1
    ).parcel_id
    at.act(hand_over_one, unpaid, "proxy_pickup", collected_by=at.name(), relation="family", desk_id=1)
    at.settle(at.value("SELECT ticket_id FROM ticket_lines WHERE act = 'collect_cod'"), 120_00)


def left_by_lists(at: Marked) -> None:
    """Parcels that went on to another station, to a door and back to their carrier: who took them, and the signatures."""
    for kind in ("transfer", "door", "return"):
        parcel_id = at.act(
            check_in, waybill=at.waybill(), carrier="YTO", phone=at.phone(), name_hint=at.name(), desk_id=1
        ).parcel_id
        if kind == "return":
            at.act(remind.note_calls, [parcel_id], "not_reached")
            at.act(remind.note_group_text, [parcel_id])
            at.act(parcel_problems.lose, parcel_id, "other")
            at.act(parcel_problems.find_again, parcel_id, is_damaged=True)
            at.act(mark_to_return, parcel_id, "overdue")
        whose = {"carrier": "YTO"} if kind == "return" else {"receiver": at.name()}
        listed = at.act(list_manifest.open_list, kind, desk_id=1, **whose)
        at.act(list_manifest.add_to_list, listed.id, parcel_id)
        at.act(list_manifest.close_list, listed.id, desk_id=1)
        at.act(sign_manifest.sign_list, listed.id, at.picture())
        if kind == "door":
            at.act(door_manifest.deliver, listed.id, parcel_id)


def announced(at: Marked) -> None:
    """Parcels that were announced: two of a list, of which one comes; one typed that is dropped, one that never comes."""
    comes, gone = at.waybill(), at.waybill()
    rows = [f"{waybill},{at.phone()},{at.name()}" for waybill in (comes, gone)]
    grid = read_file("\n".join(["运单号,电话,收件人", *rows]).encode())
    at.act(take_list, grid, guess(grid), Purpose.EXPECTED, carrier="YTO")
    here = at.act(check_in, waybill=comes, carrier="YTO", desk_id=1).parcel_id
    at.act(correct, here, phone=at.phone(), name_hint=at.name(), desk_id=1)
    at.act(hand_over_one, here, "tail", desk_id=1)
    dropped, _waits = at.act(
        expect.expect_parcels, [Announced(at.waybill(), at.phone(), at.name()), Announced(at.waybill(), at.phone(), at.name())]
    )  # fmt: skip
    at.act(expect.drop_expected, dropped)


def agreed(at: Marked) -> None:
    """Consents: of a full phone, of a tail with its name, of one parcel; and the courier's list of who has not agreed."""
    at.act(consent.give_standing, at.phone(), "phone")
    named = at.act(
        check_in, waybill=at.waybill(), carrier="YTO", phone=at.phone()[-4:], name_hint=at.name(), desk_id=1
    ).parcel_id
    other = at.act(
        check_in, waybill=at.waybill(), carrier="YTO", phone=at.phone(), name_hint=at.name(), desk_id=1
    ).parcel_id
    at.act(consent_list.make_courier_list, carrier="YTO", desk_id=1)
    at.act(consent.give_consent, named, "standing", "oral")
    at.act(consent.give_consent, other, "this_parcel", "oral")
    for parcel_id in (named, other):
        at.act(hand_over_one, parcel_id, "tail", desk_id=1)


def counted(at: Marked) -> None:
    """A shelf count that found a parcel nobody knows."""
    begun = at.act(count_shelves.begin_count)
    at.act(count_shelves.count_scan, recognise(at.waybill()), parse_shelf("1-1"))
    at.act(count_shelves.close_count, begun.id)


def asked(at: Marked) -> None:
    """Somebody who asked what is kept, had it put right and got it on paper: at a parcel, and at a receipt."""
    phone = at.phone()
    parcel_id = at.act(
        check_in, waybill=at.waybill(), carrier="YTO", phone=phone, name_hint=at.name(), desk_id=1
    ).parcel_id
    code = at.value("SELECT pickup_code FROM parcels WHERE id = ?", parcel_id)
    found = at.act(requests.ask, "pickup_code", code, phone)
    at.act(answering.correct, found.id, "parcel", parcel_id, "name_hint", at.name())
    at.act(answering.print_kept, found.id, "柜台")
    at.act(hand_over_one, parcel_id, "tail", desk_id=1)
    receipt_no, purchase_id, phone = at.bought_by
    found = at.act(requests.ask, "receipt", receipt_no, phone)
    at.act(answering.correct, found.id, "purchase", purchase_id, "customer_name", at.name())
    at.act(answering.correct, found.id, "purchase", purchase_id, "phone", at.phone())


def one_more(at: Marked) -> None:
    """A parcel that comes and goes after everything else stands in the database's own file: it is in the write-ahead log."""
    parcel_id = at.act(
        check_in, waybill=at.waybill(), carrier="YTO", phone=at.phone(), name_hint=at.name(), desk_id=1
    ).parcel_id
    at.act(hand_over_one, parcel_id, "tail", desk_id=1)
