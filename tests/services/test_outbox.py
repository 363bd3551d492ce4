"""Messages are frozen, leave in order, one uploader at a time, and none is ever lost or sent as two."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk import clock, outbox, settings
from kiosk.outbox.check import problems
from kiosk.storage import Store, open_store
from tests.storage.test_guards_and_seals import bare


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


def queue(store: Store, subject: int = 1) -> int:
    with store.transaction() as tx:
        number = outbox.next_sequence(tx)
        payload = f'{{"sequence":{number}}}'
        digest = hashlib.sha256(payload.encode()).hexdigest()
        return outbox.queue(tx, number, "report.daily", "report", subject, payload, "a.b.c", digest)


def lease(store: Store, owner: str = "one", seconds: int = 60) -> outbox.Message | None:
    with store.transaction() as tx:
        return outbox.lease(tx, owner, seconds)


def test_message_goes_out_once_and_is_acknowledged(store):
    message_id = queue(store)
    taken = lease(store)
    assert taken.id == message_id
    assert lease(store, "two") is None, "another uploader got it while the first holds it"
    with store.transaction() as tx:
        outbox.acknowledge(tx, message_id, "C-20261122-000001")
        outbox.acknowledge(tx, message_id, "C-20261122-000001")
    with store.reading() as db:
        assert outbox.summary(db).waiting == 0
        assert outbox.summary(db).last_acknowledgement_no == "C-20261122-000001"
        assert db.value("SELECT COUNT(*) FROM audit WHERE action = 'message.acknowledged'") == 1
        assert list(problems(db)) == []


def test_open_messages_are_asked_for_by_their_index_however_many_have_gone(store):
    """The uplink asks each turn, with the writers' lock in its hand; the strip asks on every page."""
    queue(store)
    seen: list[str] = []
    with store.transaction() as tx:
        tx.connection.set_trace_callback(seen.append)
        try:
            outbox.lease(tx, "one", 60)
            outbox.lease(tx, "two", 60)
            outbox.try_again(tx, later_than=tx.now)
            outbox.take_back(tx, but="folder")
            outbox.on_road(tx, "mail")
            outbox.next_due_at(tx)
            outbox.summary(tx)
        finally:
            tx.connection.set_trace_callback(None)
        asked = [
            one for one in dict.fromkeys(seen) if "state" in one and " FROM outbox" in one or "UPDATE outbox" in one
        ]
        plans = {one: [row["detail"] for row in tx.all(f"EXPLAIN QUERY PLAN {one}")] for one in asked}
    assert len(plans) >= 10
    walks = [(one, plan) for one, found in plans.items() for plan in found if plan.startswith("SCAN")]
    # What was refused is few, enrolments are fewer, and the newest that was acknowledged is a row or two from the end.
    few = ("SCAN o USING INDEX outbox_refused", "SCAN e", "SCAN k")
    assert [
        (one, plan) for one, plan in walks
        if not (plan in few and "o.state = 'refused'" in one) and "sequence DESC LIMIT 1" not in one
    ] == []  # fmt: skip


def test_lease_that_ran_out_is_given_again(store):
    message_id = queue(store)
    lease(store, "one", seconds=-1)
    assert lease(store, "two").id == message_id


def test_postponed_message_waits_for_its_time(store):
    message_id = queue(store)
    lease(store)
    with store.transaction() as tx:
        outbox.postpone(tx, message_id, "one", "no route", clock.stamp(clock.now() + timedelta(hours=1)))
    assert lease(store) is None
    with store.transaction() as tx:
        tx.now = clock.stamp(clock.now() + timedelta(hours=2))
        assert outbox.lease(tx, "one", 60).attempts == 2


def test_uploader_that_lost_its_lease_postpones_nothing(store):
    message_id = queue(store)
    lease(store, "one", seconds=-1)
    assert lease(store, "two").id == message_id
    with store.transaction() as tx:
        outbox.postpone(tx, message_id, "one", "down", clock.stamp(clock.now()))
    assert lease(store, "one") is None


@pytest.mark.lesson(5)
def test_refused_message_is_parked_and_the_others_go_on(store):
    first, second = queue(store, 1), queue(store, 2)
    assert lease(store).id == first
    with store.transaction() as tx:
        outbox.refuse(tx, first, "unknown station")
    assert lease(store).id == second
    with store.reading() as db:
        assert outbox.summary(db).refused == 1
    with store.transaction() as tx:
        outbox.release(tx, first)
        outbox.acknowledge(tx, second, "C-1")
    assert lease(store).id == first


def test_order_is_kept_within_a_subject_only(store):
    first, later, other = queue(store, 1), queue(store, 1), queue(store, 2)
    assert lease(store).id == first
    with store.transaction() as tx:
        outbox.postpone(tx, first, "one", "down", clock.stamp(clock.now() + timedelta(hours=1)))
    assert lease(store).id == other
    with store.transaction() as tx:
        outbox.acknowledge(tx, other, "C-1")
    assert lease(store) is None, "the correction overtook what it corrects"
    assert later


@pytest.mark.parametrize("number", ["", "x" * 41, "C 1", "<b>", "回执", "C-1\x1b@"])
def test_number_that_is_none_is_not_taken(store, number):
    message_id = queue(store)
    with pytest.raises(ValueError), store.transaction() as tx:
        outbox.acknowledge(tx, message_id, number)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE outbox SET payload = '{}' WHERE id = 1", "outbox.content_changed"),
        ("UPDATE outbox SET hash = 'ab', payload = '{}' WHERE id = 1", "outbox.content_changed"),
        ("DELETE FROM outbox WHERE id = 1", "outbox.sequence_gap"),
        ("DELETE FROM outbox WHERE id = 2", "outbox.sequence_gap"),
        ("UPDATE outbox SET sequence = 9 WHERE id = 2", "outbox.sequence_gap"),
        ("UPDATE outbox SET state = 'in_flight' WHERE id = 2", "outbox.lease_missing"),
    ],
)
def test_check_finds_what_was_changed(store, statement, code):
    queue(store)
    queue(store)
    connection = bare(store.path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with store.reading() as db:
        assert code in {problem.code for problem in problems(db)}


class OutboxMachine(RuleBasedStateMachine):
    """Two uploaders, any order of sends, failures and time: each message is acknowledged at most once, none vanishes."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        state = Path(self.folder.name)
        self.store = open_store(state, settings.load(state))
        self.queued = 0
        self.held: dict[str, outbox.Message] = {}
        self.until: dict[str, object] = {}
        self.now = clock.now()

    def tx(self):
        return self.store.transaction()

    @rule(subject=st.integers(1, 2))
    def queue(self, subject: int) -> None:
        queue(self.store, subject)
        self.queued += 1

    @rule(owner=st.sampled_from(["one", "two"]))
    def lease(self, owner: str) -> None:
        other = "two" if owner == "one" else "one"
        with self.tx() as tx:
            tx.now = clock.stamp(self.now)
            taken = outbox.lease(tx, owner, 60)
        if taken is not None:
            assert not (other in self.held and self.until[other] > self.now), "two uploaders hold a lease at once"
            self.held[owner] = taken
            self.until[owner] = self.now + timedelta(seconds=60)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), end=st.sampled_from(["acknowledge", "postpone", "refuse", "die"]))
    def end(self, data, end: str) -> None:
        owner = data.draw(st.sampled_from(sorted(self.held)))
        message = self.held.pop(owner)
        with self.tx() as tx:
            tx.now = clock.stamp(self.now)
            if end == "acknowledge":
                outbox.acknowledge(tx, message.id, f"C-{message.sequence}")
            elif end == "postpone":
                outbox.postpone(tx, message.id, owner, "down", clock.stamp(self.now + timedelta(seconds=90)))
            elif end == "refuse":
                outbox.refuse(tx, message.id, "no")
        if end in ("acknowledge", "refuse"):
            # The centre's word ends the message for both; a lease that was taken over went with it.
            self.held = {name: kept for name, kept in self.held.items() if kept.id != message.id}

    @rule(seconds=st.integers(1, 100))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def nothing_vanishes(self) -> None:
        with self.store.reading() as db:
            rows = db.all("SELECT state, sequence, acknowledgement_no FROM outbox")
            assert len(rows) == self.queued
            for row in rows:
                if row["state"] == "acknowledged":
                    assert row["acknowledgement_no"] == f"C-{row['sequence']}"
            assert list(problems(db)) == []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = profile(max_examples=15, stateful_step_count=25, deadline=None)
