"""Problem parcels (问题件) at the counter: given to the wrong person with the way back, lost and found again, settled without
the parcel. Setting aside and putting back are in ``set_aside``, taking back by mistake in ``undo``."""

from __future__ import annotations

from kiosk import attachments, audit, clock, shifts, vault
from kiosk.attachments import Attachment, Picture, attach
from kiosk.codes import own_words
from kiosk.counter import join_purchase
from kiosk.counter.set_aside import reason_named, remember
from kiosk.errors import Refused
from kiosk.notices import actions as notices
from kiosk.parcels import leaving, problem_cases, store
from kiosk.parcels.model import CASE, RETENTION, ProblemReason
from kiosk.parcels.problem_cases import Case, Resolution
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.till import compensations
from kiosk.till.compensations import CompensationState
from kiosk.words import N_

#: Whoever has the parcel, in words by which the operator knows them.
LONGEST_WHO = 40
WHO = "wrong_person"
PHOTO = "photo"


def note_wrong_person(tx: Tx, parcel_id: int, *, who: str = "") -> None:
    """Whoever collected this parcel had no claim to it; ``who`` has it, as far as known, lies in the vault.

    Refused ``parcel.with_wrong_person``, ``parcel.*``, ``text.holds_id_number``, ``staff.not_allowed``.
    """
    require(tx.actor, Right.SERVE)
    words = own_words(who, LONGEST_WHO)
    row = store.parcel(tx, parcel_id)
    leaving.note_wrong_person(tx, shifts.ensure_open(tx).business_on, row)
    if words and row["erased_at"] is None:
        vault.put(tx, CASE, parcel_id, WHO, words, RETENTION)
    remember(tx, parcel_id)


def recover(tx: Tx, parcel_id: int, *, is_damaged: bool = False) -> None:
    """The wrong person brought it back: it waits for the right one under its code, or as 问题件 when it was opened or
    damaged; an order in it is not handed over any more. Refused ``parcel.code_given_on``, ``purchase.too_far`` (then it is
    taken in anew), ``parcel.*``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    leaving.recover(tx, shifts.ensure_open(tx).business_on, store.parcel(tx, parcel_id), as_problem=is_damaged)
    join_purchase.came_back(tx, parcel_id)
    remember(tx, parcel_id)


def lose(
    tx: Tx,
    parcel_id: int,
    reason: ProblemReason | str = ProblemReason.OTHER,
    *,
    under_way: notices.UnderWay | None = None,
) -> None:
    """A parcel is nowhere to be found, or not got back from the wrong person; nobody is told to come for it any more.

    Refused ``problem.reason_unknown``, ``parcel.*``, ``staff.not_allowed``.
    """
    require(tx.actor, Right.SERVE)
    leaving.lose(tx, shifts.ensure_open(tx).business_on, store.parcel(tx, parcel_id), reason_named(reason))
    notices.cancel(tx, CASE, parcel_id, "lost", under_way)
    remember(tx, parcel_id)


def find_again(tx: Tx, parcel_id: int, *, is_damaged: bool = False) -> None:
    """A lost parcel turned up, on any later day; an order in it that the wrong person had got is not handed over any more.
    Refused ``parcel.code_given_on``, ``purchase.too_far``, ``parcel.*``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    leaving.find_again(tx, shifts.ensure_open(tx).business_on, store.parcel(tx, parcel_id), as_problem=is_damaged)
    join_purchase.came_back(tx, parcel_id)
    remember(tx, parcel_id)


def settle(tx: Tx, problem_id: int, resolution: Resolution | str) -> Case:
    """The manager ends the case of a parcel that will not come back: the villager was paid (a compensation about this
    parcel, paid over a ticket), or it was agreed otherwise.

    Refused ``problem.resolution_unknown``, ``problem.not_compensated``, and as ``problem_cases.settle``.
    """
    require(tx.actor, Right.MANAGE)
    if resolution not in (Resolution.COMPENSATED, Resolution.SETTLED):
        raise Refused("problem.resolution_unknown", N_("请从列表中选择怎么了结的；没有改动"))
    case = problem_cases.find(tx, problem_id)
    if resolution == Resolution.COMPENSATED and not any(
        paid.state == CompensationState.PAID for paid in compensations.of_case(tx, CASE, case.parcel_id)
    ):
        raise Refused(
            "problem.not_compensated",
            N_("这件还没有付过赔付，没有了结；请先在「赔付」里付款，或选「谈妥」"),
            parcel_id=case.parcel_id,
        )
    return problem_cases.settle(tx, problem_id, shifts.ensure_open(tx).business_on, Resolution(resolution))


def reopen(tx: Tx, problem_id: int) -> Case:
    """Takes a settling back on its business day. Refused as ``problem_cases.reopen``, ``staff.not_allowed``."""
    require(tx.actor, Right.MANAGE)
    return problem_cases.reopen(tx, problem_id, shifts.ensure_open(tx).business_on)


def add_photo(tx: Tx, parcel_id: int, picture: Picture) -> int:
    """Keeps a photo of a parcel's outside; returns its id. Refused ``attachment.too_many``, ``parcel.erased``,
    ``parcel.unknown``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    require_photographed(tx, parcel_id)
    return attach(tx, CASE, parcel_id, PHOTO, picture)


def photo_of(db: Reader, parcel_id: int, attachment_id: int) -> Attachment:
    """The photo of this parcel; Refused ``attachment.unknown`` for one of anything else."""
    found = attachments.attachment(db, attachment_id)
    if (found.case_kind, found.case_id) != (CASE, parcel_id) or not found.field.startswith(f"{PHOTO}-"):
        raise Refused("attachment.unknown", N_("没有编号为 {attachment_id} 的照片"), attachment_id=attachment_id)
    return found


def drop_photo(tx: Tx, parcel_id: int, attachment_id: int) -> None:
    """Takes a photo away that shows another parcel, or a face, on the business day on which it was taken; later it is evidence.

    Refused ``undo.other_day``, ``attachment.erased``, ``attachment.unknown``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    found = photo_of(tx, parcel_id, attachment_id)
    if shifts.was_closed_since(tx, found.added_at):
        raise Refused(
            "undo.other_day",
            N_("这是 {when} 拍的照片，过了营业日不能拿掉，到期会自动删除；没有改动"),
            when=str(clock.local_date(tx.settings.station.zone, clock.read(found.added_at))),
        )
    attachments.drop(tx, attachment_id)


def require_photographed(tx: Tx, parcel_id: int) -> None:
    """Refused ``parcel.erased`` for a parcel whose person was erased: nothing of theirs is kept any more."""
    if store.parcel(tx, parcel_id)["erased_at"] is not None:
        raise Refused("parcel.erased", N_("这件的个人信息已按规定删除，不能再附照片；没有保存"), parcel_id=parcel_id)


def show_wrong_person(tx: Tx, parcel_id: int) -> str:
    """Who has it, in the words that were typed (``''`` for nobody); every look is recorded. Refused
    ``staff.not_allowed``."""
    require(tx.actor, Right.UNMASK)
    store.parcel(tx, parcel_id)
    words = vault.get(tx, CASE, parcel_id, WHO) or ""
    if words:
        audit.record(tx, "parcel.unmasked", parcel_id=parcel_id)
    return words
