"""Takes one parcel in: parcel, place and code, notice and slip, the desk's last act. The only intake there is, for a
scan, a page, the API and a courier's handheld."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk import shifts
from kiosk.codes import PhoneEntry, Recognised, ShelfPlace, parse_phone, parse_shelf, recognise, waybill_of
from kiosk.consents import store as consents
from kiosk.consents.model import Colour
from kiosk.counter import expect, join_purchase, label_paper, last_acts, next_traits, paper
from kiosk.counter.last_acts import desk_id_of, desk_of
from kiosk.errors import Refused
from kiosk.parcels import cod, intake, store
from kiosk.parcels import traits as special
from kiosk.parcels.batches import PRINT_MODES, batch
from kiosk.parcels.intake import Warned
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_

NOT_AGREED = N_("未同意放站点，请送上门或先打电话问")


@dataclass(frozen=True, slots=True)
class CheckInResult:
    """What was done: the next thing to look at is ``pickup_code``, huge, and ``place``, where the parcel goes."""

    parcel_id: int
    pickup_code: str
    place: ShelfPlace
    carrier: str
    warnings: tuple[Warned, ...]
    batch_id: int | None
    previous_id: int | None
    has_phone: bool
    notice_id: int | None
    slip_id: int | None
    job_id: int | None
    consent: Colour  # how it stands with the recipient's consent
    was_expected: bool  # it had been announced
    outstanding: int  # how many that were announced have not come yet; counted only when this one had been

    @property
    def message(self) -> str:
        """The marked sentence that says where it goes, and that it was waited for."""
        if not self.was_expected:
            return N_("上架到 {pickup_code}")
        if not self.outstanding:
            return N_("上架到 {pickup_code}；这是待到件，要来的都到齐了")
        return N_("上架到 {pickup_code}；这是待到件，还有 {outstanding} 件没到")

    @property
    def to_look_at(self) -> tuple[Warned, ...]:
        """What the operator must hear and see: the warnings, and that somebody who is known has not agreed to the station."""
        return (*self.warnings, Warned("consent.missing", NOT_AGREED)) if self.consent is Colour.RED else self.warnings


def check_in(
    tx: Tx,
    *,
    waybill: str | Recognised,
    batch_id: int | None = None,
    desk_id: int | None = None,
    carrier: str | None = None,
    phone: str | PhoneEntry | None = None,
    phone_tail: str | None = None,
    name_hint: str | None = None,
    shelf: str | ShelfPlace | None = None,
    pickup_code: str | None = None,
    print_mode: str | None = None,
    confirmed: bool = False,
    cod_fen: int = 0,
    freight_collect_fen: int = 0,
    traits: Iterable[str] = (),
) -> CheckInResult:
    """Checks a parcel in and allots its place and pickup code.

    ``waybill`` is the text as scanned or typed; ``confirmed`` takes a number that looks like a book's (978/979) for
    the parcel that the operator says it is. ``phone`` is a full or virtual number or a bare tail, ``phone_tail`` the
    tail of the real phone beside a virtual one. ``pickup_code`` is the code that a parcel of the opening stock
    already bears: no notice is made then. ``cod_fen`` and ``freight_collect_fen`` are what the carrier collects at the
    hand-over. ``traits`` (``fresh``, ``fragile``, ``valuable``, ``large``, ``small``) decide where it may lie; what was said of
    the desk's next parcel is added to them. Warnings never stop the act.

    Refused ``waybill.is_<kind>`` for what is surely something else (nothing of it is stored), ``waybill.is_book``
    until confirmed, ``parcel.already_in_stock``, ``batch.unknown``, ``batch.closed``, ``carrier.unknown``,
    ``cod.*``, ``trait.*``, ``phone.*``, ``text.holds_id_number``, ``shelf.unreadable``, ``pickup_code.in_use``, ``pickup_code.unreadable``,
    ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    recognised = recognise(waybill) if isinstance(waybill, str) else waybill
    waybill_of(recognised, book_is_parcel=confirmed)
    business_on = shifts.ensure_open(tx).business_on
    desk = desk_of(tx, desk_id_of(tx, desk_id))
    into = batch(tx, batch_id) if batch_id is not None else None
    entry = parse_phone(phone) if isinstance(phone, str) and phone.strip() else phone or None
    person = intake.recipient(tx, entry if isinstance(entry, PhoneEntry) else None, phone_tail, name_hint)
    place = parse_shelf(shelf) if isinstance(shelf, str) and shelf else shelf or None
    traits_of_it = special.read({*traits, *next_traits.said_at(desk)}) if traits else next_traits.said_at(desk)
    done = intake.check_in(
        tx, business_on, recognised, batch=into, carrier=carrier, person=person,
        place=place if isinstance(place, ShelfPlace) else None, old_code=pickup_code,
        special=traits_of_it,
    )  # fmt: skip
    if cod_fen or freight_collect_fen:
        cod.note(tx, business_on, store.parcel(tx, done.parcel_id), cod_fen, freight_collect_fen)
    waits = into is not None and into.waits_for_phone
    if into is not None and waits:
        paper.release_waiting(tx, into, done.parcel_id, desk.id if desk else None)
    mode = "never" if pickup_code else print_mode or (into.print_mode if into else tx.settings.parcels.slip_at_intake)
    if mode not in PRINT_MODES:
        raise Refused("batch.print_mode_unknown", N_("打印方式只能是 {modes}；没有入库"), modes=" / ".join(PRINT_MODES))
    if mode == "batch_end" and into is None:
        mode = "at_once"  # no batch whose end could print it
    told = paper.tell_arrival(
        tx, business_on, store.parcel(tx, done.parcel_id), mode, waits_for_phone=waits,
        desk_id=desk.id if desk else None,
    )  # fmt: skip
    label_paper.label_at_intake(tx, done.parcel_id, desk.id if desk else None, is_on_shelf_already=bool(pickup_code))
    join_purchase.came_in(
        tx, done.parcel_id, recognised.waybill_no, desk_id=desk.id if desk else None, is_told=not pickup_code
    )
    last_acts.remember(tx, next_traits.without(desk), last_acts.CHECK_IN, [done.parcel_id])
    return CheckInResult(
        done.parcel_id, done.pickup_code, done.place, done.carrier, done.warnings, into.id if into else None,
        done.previous_id, done.has_phone, told.notice_id, told.slip_id, told.job_id,
        consents.colour(tx, done.parcel_id), done.was_expected, expect.outstanding(tx) if done.was_expected else 0,
    )  # fmt: skip
