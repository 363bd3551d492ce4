"""How every act of the parcel rooms is taken back: endpoint → the acts by which, or the reason why there is none.

``test_ways_back`` walks the routes: an act that is not answered here fails. A tuple names acts of the pages that undo it (any
of them, each within its rule); ``Nothing`` changes nothing that could be wrong; ``Never`` can't be taken back, and why.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Nothing:
    """The act writes nothing about a parcel, person or paper: it turns the desk, looks, or searches."""

    what: str


@dataclass(frozen=True, slots=True)
class Never:
    """There is no way back, for this reason, and this is what is done instead."""

    why: str


DESK, PARCEL = "intake.take_back", "parcels.take_back"
#: At a desk the last twelve acts come back one by one (撤销上一件), on the parcel's page its last act.
BOTH = (DESK, PARCEL)
PAPER = Never("paper that came out cannot be called back; one still waiting is cancelled in the tray of prints")
TURNS = Nothing("turns the desk to another list or batch; turned back by the same buttons")

WAYS_BACK: dict[str, tuple[str, ...] | Nothing | Never] = {
    # A scan does what the buttons below do, and is taken back as they are.
    "live.wedge_scan": (*BOTH, "shelves.carry_back", "manifest_book.take_off"),
    # Intake.
    "intake.begin": ("intake.end",),
    "intake.resume": TURNS,
    "intake.take_in": BOTH,
    "intake.give_phone": ("parcels.put_right", "intake.give_phone"),
    "intake.give_cod": ("parcels.note_money",),
    "intake.take_back": Never("an undo is itself an event; the act is done again: check in, hand over, mark anew"),
    "intake.choose_place": ("intake.choose_place", "shelves.move"),
    "intake.end": Never("a batch that ended is counted and has its list; what still comes goes into a new batch"),
    # Find and hand over.
    "find.search": Nothing("searches"),
    "find.give": BOTH,
    "find.forget": Never("whoever collects is noted anew as a standing proxy with 以后都由他代取"),
    "find.change_mode": TURNS,
    "find.close": TURNS,
    "find.choose": TURNS,
    "find.show_in_full": Never("a look cannot be unseen: it is recorded instead"),
    # The parcel's page.
    "parcels.put_right": ("parcels.put_right",),
    "parcels.note_money": ("parcels.note_money",),
    "parcels.charge_storage": ("tickets.take_line_off",),
    "parcels.take_back": Never("an undo is itself an event; the act is done again"),
    "parcels.put_aside": BOTH,
    "parcels.tell_again": PAPER,
    # Problems and photos.
    "problems.at_pickup": BOTH,
    "problems.wrong_person": BOTH,
    "problems.show_wrong_person": Never("a look cannot be unseen: it is recorded instead"),
    "problems.recover": BOTH,
    "problems.lose": BOTH,
    "problems.find_again": BOTH,
    "problems.settle": ("problems.reopen",),
    "problems.reopen": ("problems.settle",),
    "problems.add_photo": ("problems.drop_photo",),
    "problems.drop_photo": ("problems.add_photo",),
    "photos.begin": ("photos.end",),
    "photos.end": ("photos.begin",),
    "phone.claim": ("photos.end",),
    "phone.send": ("problems.drop_photo",),
    # Shelves.
    "shelves.add": ("shelves.change",),
    "shelves.change": ("shelves.change",),
    "shelves.print_labels": PAPER,
    "shelves.move": (DESK, "shelves.move"),
    "shelves.typed": ("shelves.carry_back",),
    "shelves.carry_back": ("shelves.typed",),
    "shelves.print_label": PAPER,
    "shelves.note_traits": ("shelves.note_traits",),
    "shelves.toggle_next": ("shelves.toggle_next",),
    # Shelf counts.
    "shelf_counts.begin": ("shelf_counts.give_up",),
    "shelf_counts.typed": ("shelf_counts.typed",),
    "shelf_counts.close": Never(
        "a count that ended is evidence; a second one is made, and each answer has its own way back"
    ),
    "shelf_counts.give_up": ("shelf_counts.begin",),
    "shelf_counts.print_report": PAPER,
    "shelf_counts.move_all": ("shelves.move",),
    "shelf_counts.move": ("shelves.move", "parcels.put_right"),
    "shelf_counts.take_in": BOTH,
    "shelf_counts.bring_back": ("find.give", PARCEL),
    "shelf_counts.settle": (PARCEL,),
    # Lists of carriers.
    "imports.preview": Nothing("reads a file and keeps it aside; nothing is taken in"),
    "imports.take": ("imports.drop",),
    "imports.drop": ("imports.preview",),
    # Lists to be signed.
    "manifest_book.begin": ("manifest_book.void",),
    "manifest_book.list_ticked": ("manifest_book.take_off", "manifest_book.void"),
    "manifest_book.go_on": TURNS,
    "manifest_book.leave": TURNS,
    "manifest_book.put_on": ("manifest_book.take_off",),
    "manifest_book.put_chosen_on": ("manifest_book.take_off",),
    "manifest_book.put_all_on": ("manifest_book.take_off",),
    "manifest_book.take_off": ("manifest_book.put_on",),
    "manifest_book.close": ("manifest_book.renew", "manifest_book.void"),
    "manifest_book.sign": ("manifest_book.void", "manifest_book.take_back", PARCEL),
    "manifest_book.sign_outbound": ("manifests.take_back",),
    "manifest_book.tell": ("manifest_book.take_back", PARCEL),
    "manifest_book.end_round": ("manifest_book.tell",),
    "manifest_book.take_back": ("manifest_book.tell", "manifest_book.begin"),
    "manifest_book.renew": ("manifest_book.close",),
    "manifest_book.void": ("manifest_book.begin",),
    "manifest_book.print_again": PAPER,
    # Registers.
    "registers.add": ("registers.withdraw", "registers.put_right"),
    "registers.take": ("registers.undo",),
    "registers.put_right": ("registers.undo", "registers.put_right"),
    "registers.undo": ("registers.take",),
    "registers.withdraw": ("registers.undo",),
    "registers.print_slip": PAPER,
    "registers.show_in_full": Never("a look cannot be unseen: it is recorded instead"),
    "registers.on_paper_in_full": Never("a look cannot be unseen: it is recorded instead"),
    # Overdue, expected, notices.
    "overdue.send_back": (*BOTH, "overdue.keep"),
    "overdue.called": ("overdue.take_back",),
    "overdue.take_back": ("overdue.called",),
    "overdue.sent_to_group": ("overdue.take_back",),
    "overdue.print_picks": PAPER,
    "overdue.keep": BOTH,
    "expected.add": (DESK, PARCEL, "expected.drop"),
    "expected.drop": ("expected.add",),
    # What the county says.
    "messages.mark_read": Never("who has read a message stays written; the message itself stays in the list"),
    "messages.mark_all_read": Never("who has read a message stays written; the messages themselves stay in the list"),
    "messages.display": ("messages.display",),
    "messages.draft": ("fees.discard",),
    "messages.try_again": Never("what the message asks for was done; each thing has the way back of its own room"),
    "messages.seen": Never("that somebody asked the county stays written; the same is shown again when it comes again"),
    "messages.pin_key": ("messages.pin_key",),
    # What goes to the county.
    "submission.try_now": Nothing("wakes the uploader, which sends what waits anyhow"),
    "submission.carried": Never(
        "that somebody sent it by phone stays written; the message waits or is sent again all the same"
    ),
    "submission.note_number": ("submission.withdraw_number",),
    "submission.withdraw_number": ("submission.note_number",),
    "submission.send_again": Never("what was sent cannot be called back; the county knows it again by its number"),
    "submission.send_anew": Never("what was sent cannot be called back; the county counts the period once"),
    "submission.go_on": Never("numbers that were left out stay so; nothing that was signed is changed"),
    "submission.print_codes": PAPER,
    "submission.ask_enrolment": ("submission.ask_enrolment",),
    "submission.rotate_key": ("submission.rotate_key",),
    # Consents.
    "consents.give": (DESK, "consents.withdraw"),
    "consents.give_by_phone": (DESK, "consents.withdraw"),
    "consents.withdraw": ("consents.give", "consents.give_by_phone"),
    "consents.make_list": PAPER,
    "consents.print_again": PAPER,
}
#: The rooms whose acts must be answered here.
ROOMS = frozenset(endpoint.partition(".")[0] for endpoint in WAYS_BACK)
