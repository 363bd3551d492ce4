"""Each invariant of proxy purchases is broken once in a real day, and ``kiosk check`` names it."""

import random
import shutil

import pytest

from kiosk.check import problems
from tests.journeys.damage import Damage
from tests.journeys.real_day import make_day, opened

# In the day one purchase has arrived: 100 yuan advanced by the station, not paid by its customer, its parcel on the shelf.
BROKEN = [
    ("purchase.held_differs", "UPDATE purchases SET received_fen = received_fen + 1 WHERE state = 'quoted'"),
    ("purchase.advanced_differs", "UPDATE purchases SET spent_fen = spent_fen - 1 WHERE state = 'arrived'"),
    (
        "purchase.differs_from_line",
        "UPDATE purchases SET received_fen = 1, spent_fen = spent_fen + 1 WHERE state = 'arrived'",
    ),
    ("purchase.differs_from_line", "UPDATE ticket_lines SET case_id = 999 WHERE case_kind = 'purchase'"),
    ("purchase.not_level", "UPDATE purchases SET received_on = NULL, received_at = NULL WHERE state = 'arrived'"),
    ("purchase.event_wrong", "DELETE FROM purchase_events WHERE step = 1"),
    ("purchase.event_wrong", "DELETE FROM purchase_events WHERE kind = 'arrived'"),
    ("purchase.not_as_audited", "UPDATE purchase_events SET kind = 'noted' WHERE step = 1"),
    ("purchase.not_as_audited", "UPDATE purchase_events SET spent_fen = 7 WHERE kind = 'ordered'"),
    ("purchase.not_as_its_events", "UPDATE purchases SET due_fen = due_fen + 1"),
    ("purchase.parcel_differs", "UPDATE purchase_parcels SET left_at = '2026-01-01T00:00:00.000000Z'"),
    ("purchase.parcel_differs", "UPDATE purchases SET state = 'handed_over' WHERE state = 'arrived'"),
    ("purchase.phone_torn", "UPDATE purchases SET phone_hash = 'x'"),
    ("purchase.value_of_nobody", "INSERT INTO vault VALUES ('purchase', 999, 'item_name', '1', '2', 'money', '')"),
]


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("day") / "state"
    make_day(folder)
    return folder


@pytest.mark.parametrize(("code", "statement"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)])
def test_broken_invariant_of_a_purchase_is_named(day, tmp_path, code, statement):
    state = tmp_path / "state"
    shutil.copytree(day, state)
    with Damage(state / "kiosk.db", random.Random(0)) as damage:
        assert damage.db.execute(statement).rowcount != 0, "nothing to break"
    with opened(state) as store:
        assert code in {problem.code for problem in problems(store)}


def test_day_with_a_purchase_that_waits_is_clean(day, tmp_path):
    state = tmp_path / "state"
    shutil.copytree(day, state)
    with opened(state) as store:
        assert list(problems(store)) == []
