"""What a person does about messages for the county: carry one by phone, type the number that came back, take it back, send
again or anew, go on after a restore, change the key, print the codes."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import outbox
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import printer_at
from kiosk.errors import Refused
from kiosk.outbox import typed
from kiosk.people.rights import Right, require
from kiosk.printing import jobs
from kiosk.reports import code_slips, sending, station_keys
from kiosk.reports.station_keys import StationKey
from kiosk.storage import Tx
from kiosk.words import N_

#: By phone nobody's process sends it again: a person looks after it.
DAYS_BY_PHONE = 30


@dataclass(frozen=True, slots=True)
class Printed:
    """The paper of a message; ``job_id`` None without a printer."""

    slip_id: int
    job_id: int | None


def carry_by_phone(tx: Tx, message_id: int) -> outbox.Message:
    """The text or the codes were sent to the county by phone. Where that is the station's road the message is in flight until
    its number is typed; where another road is only down, it still waits for that one too.

    Refused ``staff.not_allowed``, ``message.unknown``, ``message.acknowledged``.
    """
    require(tx.actor, Right.SERVE)
    message = find(tx, message_id)
    if message.state == "acknowledged":
        raise Refused(
            "message.acknowledged", N_("消息 {sequence} 已有回执号 {number}；没有改动"),
            sequence=message.sequence, number=message.acknowledgement_no,
        )  # fmt: skip
    if tx.settings.county.road == "phone" and message.state != "refused":
        outbox.hand_over(tx, message_id, "phone", "", DAYS_BY_PHONE)
    else:
        outbox.note_handover(tx, message_id, "phone", "")
    return message


def note_number(tx: Tx, message_id: int, text: str) -> str:
    """As ``outbox.typed.note_number``, by who serves the counter."""
    require(tx.actor, Right.SERVE)
    return typed.note_number(tx, message_id, text)


def withdraw_number(tx: Tx, message_id: int) -> str:
    """As ``outbox.typed.withdraw_number``, by the manager."""
    require(tx.actor, Right.MANAGE)
    return typed.withdraw_number(tx, message_id)


def send_again(tx: Tx, message_id: int) -> outbox.Message:
    """A refused message, or one that left and was never answered, goes again as it is.

    Refused ``staff.not_allowed``, ``message.unknown``, ``message.under_way``.
    """
    require(tx.actor, Right.MANAGE)
    message = find(tx, message_id)
    if not outbox.send_again(tx, message_id):
        raise Refused(
            "message.under_way",
            N_("消息 {sequence} 正在上报或已有回执，不用重新排队；没有改动"),
            sequence=message.sequence,
        )
    return message


def send_anew(tx: Tx, message_id: int) -> int:
    """As ``sending.send_anew``, by the manager; returns the new message's id."""
    require(tx.actor, Right.MANAGE)
    find(tx, message_id)
    return sending.send_anew(tx, message_id)


def go_on_after_restore(tx: Tx) -> list[int]:
    """As ``sending.go_on_after``, by the manager. Refused ``message.not_restored`` when the centre named nothing."""
    require(tx.actor, Right.MANAGE)
    highest = sending.restored_to(tx)
    if highest is None:
        raise Refused("message.not_restored", N_("没有因为恢复备份而被退回的消息；没有改动"))
    return sending.go_on_after(tx, highest)


def rotate_key(tx: Tx) -> StationKey:
    """As ``station_keys.rotate``, by the manager."""
    require(tx.actor, Right.MANAGE)
    return station_keys.rotate(tx)


def print_codes(tx: Tx, message_id: int, *, desk_id: int | None = None) -> Printed:
    """The paper with the message's text and QR codes; the same one as before when it was printed already.

    Refused ``staff.not_allowed``, ``message.unknown``, ``qr.too_long``.
    """
    require(tx.actor, Right.SERVE)
    slip_id = code_slip_of(tx, message_id)
    printer = printer_at(tx, desk_id_of(tx, desk_id))
    if not printer:
        return Printed(slip_id, None)
    is_first = not tx.value("SELECT 1 FROM print_jobs WHERE slip_id = ? LIMIT 1", slip_id)
    return Printed(slip_id, jobs.queue(tx, slip_id, printer) if is_first else jobs.reprint(tx, slip_id, printer))


def code_slip_of(tx: Tx, message_id: int) -> int:
    """The frozen paper of a message's codes, made when there is none yet. Refused ``message.unknown``, ``qr.too_long``."""
    message = find(tx, message_id)
    kept = tx.value(
        "SELECT id FROM slips WHERE template = ? AND subject_kind = 'message' AND subject_id = ?",
        code_slips.CODE_SLIP,
        message_id,
    )
    return int(kept) if kept is not None else code_slips.freeze_code_slip(tx, message)


def find(tx: Tx, message_id: int) -> outbox.Message:
    """The message. Refused ``message.unknown``."""
    message = outbox.find(tx, message_id)
    if message is None:
        raise Refused("message.unknown", N_("没有这条上报消息"))
    return message
