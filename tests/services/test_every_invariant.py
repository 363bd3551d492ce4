"""Each invariant is broken once in a real day, and ``kiosk check`` names it. What the rooms' own tests break is not
repeated here; ``test_check_finds_corruption`` holds the two together against the source."""

import random
import shutil
import sqlite3

import pytest

from kiosk.check import guards_missing, problems
from tests.journeys.damage import Damage
from tests.journeys.real_day import make_day, opened

# In the day: parcels 1–5 are handed over, 9 lies on its shelf in batch 2 with phone and name, 22 came in on the next day.
BROKEN = [
    ("storage.row_changed", "UPDATE learned_prefixes SET confirmed = 99"),
    ("storage.row_missing", "DELETE FROM learned_prefixes"),
    ("storage.row_foreign", "INSERT INTO shelves (shelf, layer, position) VALUES ('9', 9, 99)"),
    ("storage.reference_broken", "UPDATE parcels SET batch_id = 999 WHERE id = 9"),
    ("storage.damaged", "UPDATE staff SET role = 'owner' WHERE id = 2"),
    ("storage.unprovable", "UPDATE audit SET facts = '{' WHERE action = 'entry.posted'"),
    ("audit.chain_broken", "UPDATE audit SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 5"),
    ("audit.chain_broken", "DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)"),
    ("audit.chain_broken", "UPDATE audit SET action = 'parcel.eaten' WHERE seq = 5"),
    ("people.no_manager", "UPDATE staff SET is_active = 0 WHERE role = 'manager'"),
    (
        "people.desk_shared",
        "INSERT INTO staff_sessions (key_hash, staff_id, desk_id, begun_at, last_seen_at) VALUES ('x', 1, 1, '', '')",
    ),
    ("people.desk_points_nowhere", "UPDATE desks SET open_ticket_id = 999"),
    ("fees.number_gap", "UPDATE numbers SET last = 5 WHERE series = 'fee_version'"),
    ("ledger.orphan_posting", "INSERT INTO postings VALUES (999, 1, 'drawer', 1, '', '')"),
    ("ledger.balance_wrong", "UPDATE account_balances SET fen = fen + 1 WHERE account = 'drawer'"),
    ("ledger.balance_wrong", "DELETE FROM account_balances WHERE account = 'drawer'"),
    ("outbox.acknowledgement_missing", "UPDATE outbox SET acknowledgement_no = ''"),
    ("day.overlaps", "UPDATE business_days SET opened_at = '2020-01-01T00:00:00.000000Z' WHERE state = 'open'"),
    ("report.message_without_report", "UPDATE outbox SET subject_id = 999"),
    ("ticket.fee_version_wrong", "UPDATE fee_versions SET effective_on = '2099-01-01'"),
    ("notice.resend_not_recorded", "UPDATE notices SET resends_id = 1 WHERE id = 2"),
    ("notice.wrong_resend", "UPDATE notices SET resends_id = 1 WHERE id = 2"),
    ("notice.channel_unknown", "UPDATE notices SET channel = 'pigeon' WHERE id = 1"),
    ("notice.wrong_slip", "UPDATE notices SET slip_id = slip_id + 1 WHERE id = 1"),
    ("notice.wrong_job", "UPDATE notices SET job_id = job_id + 1 WHERE id = 1"),
    ("notice.no_job", "UPDATE notices SET job_id = NULL, state = 'queued' WHERE id = 1"),
    ("notice.held_but_printed", "UPDATE notices SET state = 'held' WHERE id = 1"),
    ("notice.result_unknown", "UPDATE notices SET result = 'because' WHERE id = 1"),
    ("notice.reminder_unknown", "UPDATE notices SET channel = 'staff' WHERE id = 1"),
    ("notice.queued_without_paper", "UPDATE notices SET channel = 'phone', state = 'queued' WHERE id = 1"),
    ("notice.call_not_recorded", "UPDATE notices SET kind = 'call' WHERE id = 1"),
    ("notice.of_no_parcel", "UPDATE notices SET subject_id = 999 WHERE id = 1"),
    (
        "parcel.twice_in_stock",
        "DROP INDEX one_waybill_in_stock;"
        " UPDATE parcels SET waybill_no = (SELECT waybill_no FROM parcels WHERE id = 9) WHERE id = 10",
    ),
    (
        "pickup_code.held_twice",
        "DROP INDEX one_holder_of_a_code;"
        " UPDATE parcels SET pickup_code = (SELECT pickup_code FROM parcels WHERE id = 9) WHERE id = 10",
    ),
    ("parcel.tally_wrong", "UPDATE parcels SET state = 'lost' WHERE id = 1"),
    ("parcel.without_code", "UPDATE parcels SET holds_code = 0 WHERE id = 9"),
    ("parcel.value_of_nobody", "INSERT INTO vault VALUES ('parcel', 999, 'phone', '1', '2', 'parcel', '')"),
    ("parcel.name_not_indexed", "DELETE FROM names_in_stock WHERE parcel_id = 9"),
    ("parcel.name_not_indexed", "INSERT INTO names_in_stock (name_key, parcel_id) VALUES ('wang', 1)"),
    ("parcel.place_unknown", "UPDATE parcels SET shelf = '9' WHERE id = 9"),
    ("parcel.wrong_previous", "UPDATE parcels SET previous_id = 2 WHERE id = 9"),
    ("parcel.phone_torn", "UPDATE parcels SET phone_hash = NULL WHERE id = 9"),
    ("parcel.not_erased", "UPDATE parcels SET erased_at = out_at WHERE id = 1"),
    ("parcel.missing", "DELETE FROM parcels WHERE id = 9"),
    ("parcel.missing", "DELETE FROM parcels WHERE id = 22"),
    ("parcel.event_missing", "DELETE FROM parcel_events WHERE parcel_id = 1 AND step = 2"),
    ("parcel.without_event", "DELETE FROM parcel_events WHERE parcel_id = 9"),
    ("parcel.event_wrong", "UPDATE parcel_events SET method = 'dice' WHERE parcel_id = 1 AND step = 2"),
    ("parcel.not_as_its_events", "UPDATE parcels SET carrier = 'SF' WHERE id = 9"),
    ("pickup_code.wrong_series", "UPDATE parcels SET code_series = '9-9-9' WHERE id = 9"),
    ("pickup_code.range_behind", "UPDATE pickup_code_ranges SET last_number = 1"),
    ("batch.count_wrong", "UPDATE intake_batches SET checked_in = 99 WHERE id = 1"),
    ("batch.not_as_recorded", "UPDATE intake_batches SET declared = 99 WHERE id = 1"),
    ("batch.not_recorded", "UPDATE audit SET action = 'batch.closed' WHERE action = 'batch.opened'"),
    ("desk.batch_not_open", "UPDATE desks SET open_batch_id = 1"),
    ("proxy.not_as_recorded", "UPDATE standing_proxies SET relation = 'colleague'"),
]


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("day") / "state"
    make_day(folder)
    return folder


@pytest.mark.parametrize(("code", "statements"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)])
def test_broken_invariant_is_named(day, tmp_path, code, statements):
    state = tmp_path / "state"
    shutil.copytree(day, state)
    with Damage(state / "kiosk.db", random.Random(0)) as damage:
        for statement in statements.split(";"):
            cursor = damage.db.execute(statement)
            assert cursor.rowcount != 0, f"nothing to break: {statement}"
    with opened(state) as store:
        found = {problem.code for problem in problems(store)}
    assert code in found


def test_missing_guard_is_named_before_the_store_puts_it_back(day, tmp_path):
    state = tmp_path / "state"
    shutil.copytree(day, state)
    assert list(guards_missing(state / "kiosk.db")) == []
    db = sqlite3.connect(state / "kiosk.db")
    db.execute("DROP TRIGGER audit_never_changes")
    db.close()
    assert [problem.code for problem in guards_missing(state / "kiosk.db")] == ["storage.guards_missing"]
    with opened(state) as store:
        assert list(problems(store)) == []


def test_flipped_bits_in_the_file_are_named(day, tmp_path):
    state = tmp_path / "state"
    shutil.copytree(day, state)
    content = bytearray((state / "kiosk.db").read_bytes())
    place = content.index("村民乙".encode())
    content[place : place + 9] = b"\xff" * 9
    (state / "kiosk.db").write_bytes(content)
    with opened(state) as store:
        found = {problem.code: problem.subject_kind for problem in problems(store)}
    assert found["storage.row_unreadable"] in ("vault", "ticket_lines")
