"""Messages that leave by a road without an answer, numbers that a person types, and a key that follows another."""

import json
import sqlite3
from datetime import timedelta

import pytest

from kiosk import audit, clock, outbox, settings
from kiosk.errors import Refused
from kiosk.outbox import enrolment, typed
from kiosk.outbox.check import problems
from kiosk.reports import envelope, sending, station_keys
from kiosk.storage import open_store
from tests.services.test_outbox import lease, queue
from tests.storage.test_guards_and_seals import bare


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


def state_of(store, message_id: int) -> str:
    with store.reading() as db:
        return outbox.find(db, message_id).state


def hand_over(store, message_id: int, road: str = "folder", days: int = 1, owner: str | None = None) -> bool:
    with store.transaction() as tx:
        return outbox.hand_over(tx, message_id, road, "demo-001-000001-ab.jws", days, owner=owner)


def test_handed_over_message_is_in_flight_and_blocks_nobody(store):
    first, revision, other = queue(store, 1), queue(store, 1), queue(store, 2)
    assert lease(store).id == first
    assert hand_over(store, first, owner="one")
    assert state_of(store, first) == "in_flight"
    assert lease(store, "two").id == revision, "the stick carries a day and its correction"
    with store.transaction() as tx:
        outbox.acknowledge(tx, revision, "C-2")
    assert lease(store, "two").id == other
    with store.reading() as db:
        summary = outbox.summary(db)
        assert (summary.waiting, summary.handed_over) == (2, 1)
        assert [m.id for m in outbox.on_road(db, "folder")] == [first]
        assert [h.road for h in outbox.handovers(db, first)] == ["folder"]
        assert list(problems(db)) == []


def test_handed_over_message_without_an_answer_goes_again(store):
    message_id = queue(store)
    hand_over(store, message_id, days=3)
    for days, due in ((2, False), (4, True)):
        with store.transaction() as tx:
            tx.now = clock.stamp(clock.now() + timedelta(days=days))
            assert (outbox.lease(tx, "one", 60) is not None) is due


def test_clock_set_back_by_months_does_not_hold_a_handed_over_message(store):
    message_id = queue(store)
    hand_over(store, message_id, days=3)
    with store.transaction() as tx:
        tx.now = clock.stamp(clock.now() - timedelta(days=200))
        tx.execute("UPDATE outbox SET next_try_at = ?", tx.now)
        assert outbox.lease(tx, "one", 60).id == message_id


def test_uploader_that_lost_its_lease_hands_nothing_over(store):
    message_id = queue(store)
    lease(store, "one", seconds=-1)
    lease(store, "two")
    assert not hand_over(store, message_id, owner="one")


def test_another_road_takes_over_what_has_no_answer(store):
    message_id = queue(store)
    hand_over(store, message_id, "mail")
    with store.transaction() as tx:
        outbox.take_back(tx, but="mail")
    assert lease(store) is None
    with store.transaction() as tx:
        outbox.take_back(tx, but="folder")
    assert lease(store).id == message_id


def test_refused_or_handed_over_goes_again_when_a_person_wants_it(store):
    refused, handed, waiting = queue(store, 1), queue(store, 2), queue(store, 3)
    with store.transaction() as tx:
        outbox.refuse(tx, refused, "no")
    hand_over(store, handed)
    with store.transaction() as tx:
        assert [outbox.send_again(tx, i) for i in (refused, handed, waiting, 99)] == [True, True, False, False]
    assert {state_of(store, i) for i in (refused, handed, waiting)} == {"waiting"}
    with store.reading() as db:
        assert db.value("SELECT COUNT(*) FROM audit WHERE action = 'message.released'") == 2


def test_refused_report_that_was_replaced_needs_nobody(store):
    first = queue(store, 1)
    with store.transaction() as tx:
        outbox.refuse(tx, first, "wrong")
    with store.reading() as db:
        assert outbox.summary(db).refused == 1
    revision = queue(store, 1)
    with store.reading() as db:
        assert outbox.summary(db).refused == 0
        assert outbox.replaced_by(db, outbox.find(db, first)).id == revision
        assert outbox.replaced_by(db, outbox.find(db, revision)) is None


# Numbers that a person types ---------------------------------------------------------------------------------------------


def note(store, message_id: int, text: str) -> str:
    with store.transaction() as tx:
        return typed.note_number(tx, message_id, text)


def test_typed_number_ends_the_message_and_is_recorded(store):
    message_id = queue(store)
    assert note(store, message_id, " ｃ-20261122－０００００１ ") == "C-20261122-000001"
    assert state_of(store, message_id) == "acknowledged"
    with store.reading() as db:
        assert [one.number for one in typed.typed_numbers(db, message_id)] == ["C-20261122-000001"]
        assert db.value("SELECT COUNT(*) FROM audit WHERE action = 'message.number_typed'") == 1
        assert list(audit.verify(db)) == [] and list(problems(db)) == []


@pytest.mark.parametrize("text", ["", "  ", "回执号", "C" * 41, "C 1;", "-", "--1"])
def test_what_is_no_number_is_not_taken(store, text):
    message_id = queue(store)
    with pytest.raises(Refused) as refused:
        note(store, message_id, text)
    assert refused.value.code == "acknowledgement.unreadable"
    assert state_of(store, message_id) == "waiting"


def test_number_of_another_message_and_a_second_number_are_refused(store):
    first, second = queue(store, 1), queue(store, 2)
    note(store, first, "C-1")
    for message_id, text, code in (
        (second, "c-1", "acknowledgement.taken"),
        (first, "C-2", "acknowledgement.already"),
        (99, "C-3", "message.unknown"),
    ):
        with pytest.raises(Refused) as refused:
            note(store, message_id, text)
        assert refused.value.code == code


def test_wrong_number_is_taken_back_and_the_message_goes_again(store):
    message_id = queue(store)
    note(store, message_id, "C-1")
    with store.transaction() as tx:
        assert typed.withdraw_number(tx, message_id) == "C-1"
    assert lease(store).id == message_id
    with store.transaction() as tx:
        outbox.acknowledge(tx, message_id, "C-2")
    with pytest.raises(Refused) as refused, store.transaction() as tx:
        typed.withdraw_number(tx, message_id)
    assert refused.value.code == "acknowledgement.not_typed"
    with store.reading() as db:
        (kept,) = typed.typed_numbers(db, message_id)
        assert kept.number == "C-1" and kept.withdrawn_at is not None
        assert list(problems(db)) == []


def test_number_of_the_centre_is_final_in_the_database_too(store):
    message_id = queue(store)
    with store.transaction() as tx:
        outbox.acknowledge(tx, message_id, "C-1")
    again = "UPDATE outbox SET state = 'waiting', acknowledgement_no = NULL WHERE id = ?"
    with pytest.raises(sqlite3.IntegrityError, match="final"), store.transaction() as tx:
        tx.execute(again, message_id)
    other = queue(store, 2)
    note(store, other, "C-2")
    with pytest.raises(sqlite3.IntegrityError, match="final"), store.transaction() as tx:
        tx.execute(again, other)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM handovers", "outbox.handover_missing"),
        ("UPDATE outbox SET acknowledgement_no = 'C-7' WHERE id = 2", "outbox.typed_number_lost"),
        ("UPDATE station_keys SET thumbprint = 'another'", "outbox.key_not_told"),
    ],
)
def test_check_finds_what_was_changed_by_hand(store, statement, code):
    queue(store, 1)
    hand_over(store, 1)
    note(store, queue(store, 2), "C-2")
    with store.transaction() as tx:
        station_keys.rotate(tx)
    connection = bare(store.path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with store.reading() as db:
        assert code in {problem.code for problem in problems(db)}


# Keys --------------------------------------------------------------------------------------------------------------------


def send(store) -> str:
    with store.transaction() as tx:
        message_id = sending.send(tx, "report.daily", {}, subject={"kind": "report", "id": 1}, order_id=1)
        return outbox.find(tx, message_id).envelope


def test_new_key_signs_what_follows_and_the_old_one_says_so(store):
    before = send(store)
    with store.reading() as db:
        old = station_keys.public_jwk(db)
    with store.transaction() as tx:
        made = station_keys.rotate(tx)
    after = send(store)
    with store.reading() as db:
        told = outbox.messages(db)[1]
        assert station_keys.public_jwk(db) == made.public_key != old
        assert station_keys.thumbprint(db) == made.thumbprint
        assert (told.topic, told.sequence) == ("key.rotated", made.sequence)
        said = envelope.verify(told.envelope, old).content
        assert said == {"key": {"jwk": json.loads(made.public_key)}, "thumbprint": made.thumbprint}
        assert list(problems(db)) == []
    assert envelope.verify(before, old).sequence == 1
    assert envelope.verify(after, made.public_key).sequence == 3
    with pytest.raises(Refused):
        envelope.verify(after, old)


def test_rotation_that_is_rolled_back_leaves_the_old_key(store):
    with store.reading() as db:
        old = station_keys.public_jwk(db)
    with pytest.raises(RuntimeError), store.transaction() as tx:
        station_keys.rotate(tx)
        raise RuntimeError
    assert envelope.verify(send(store), old).sequence == 1
    with store.transaction() as tx:
        first, second = station_keys.rotate(tx), station_keys.rotate(tx)
    with store.reading() as db:
        assert [key.thumbprint for key in station_keys.rotations(db)] == [second.thumbprint, first.thumbprint]


# A station that was restored from an old back-up -------------------------------------------------------------------------


def refuse(store, message_id: int, code: str, highest: int | None) -> None:
    with store.transaction() as tx:
        outbox.refuse(tx, message_id, "taken", code=code, highest_sequence=highest)


def test_restored_station_goes_on_behind_what_the_centre_has(store):
    """Numbers 1 to 9 are the centre's from before; 1 and 2 were given again for other days."""
    for subject in (1, 2):
        with store.transaction() as tx:
            sending.send(
                tx, "report.daily", {"n": subject}, subject={"kind": "report", "id": subject}, order_id=subject
            )
    for sequence in (1, 2):
        refuse(store, sequence, "report.station_restored", 9)
    with store.reading() as db:
        assert sending.restored_to(db) == 9
    with store.transaction() as tx:
        ids = sending.go_on_after(tx, 9)
    with store.reading() as db:
        anew = [outbox.find(db, i) for i in ids]
        assert [(m.sequence, m.state) for m in anew] == [(10, "waiting"), (11, "waiting")]
        assert [json.loads(outbox.payload(db, i))["content"] for i in ids] == [{"n": 1}, {"n": 2}]
        assert outbox.last_about(db, "report", 1, 1).sequence == 10
        assert sending.restored_to(db) is None and outbox.summary(db).refused == 0
        assert list(problems(db)) == []
    with pytest.raises(Refused) as refused, store.transaction() as tx:
        sending.send_anew(tx, 1)
    assert refused.value.code == "message.not_refused"


def test_new_key_that_was_enrolled_by_a_code_needs_its_message_no_more(store):
    """The message about it was refused: the centre knows only the key of the code, and is asked for messages under that."""
    with store.transaction() as tx:
        made = station_keys.rotate(tx)
    refuse(store, 1, "report.sequence_taken", 9)
    with store.reading() as db:
        assert sending.known_secret(db) == envelope.KEY and outbox.summary(db).refused == 1
        assert sending.restored_to(db) is None, "going on sends no key anew, so nobody is asked to"
    with store.transaction() as tx:
        enrolment.ask(tx, "ABCD2345", made.thumbprint)
    with store.reading() as db:
        assert sending.known_secret(db) == envelope.KEY and outbox.summary(db).refused == 1
    with store.transaction() as tx:
        enrolment.end(tx, enrolment.asked(tx).id, "enrolled")
    with store.reading() as db:
        assert sending.known_secret(db) == sending.current_secret(db) != envelope.KEY
        assert outbox.summary(db).refused == 0 and outbox.standing_refusals(db) == []


def test_message_refused_for_its_content_may_go_anew_under_a_new_number(store):
    send(store)
    refuse(store, 1, "report.incomplete", None)
    with store.reading() as db:
        assert sending.restored_to(db) is None
    with store.transaction() as tx:
        assert sending.go_on_after(tx, 0) == []
        assert outbox.find(tx, sending.send_anew(tx, 1)).sequence == 2


def test_numbers_left_out_without_a_record_are_a_gap(store):
    send(store)
    with store.transaction() as tx:
        outbox.skip_to(tx, 5)
        outbox.skip_to(tx, 3)
    send(store)
    with store.reading() as db:
        assert list(problems(db)) == []
    connection = bare(store.path)
    connection.execute("DELETE FROM skipped_sequences")
    connection.commit()
    connection.close()
    with store.reading() as db:
        assert "outbox.sequence_gap" in {problem.code for problem in problems(db)}
