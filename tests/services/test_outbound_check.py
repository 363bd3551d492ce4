"""Each invariant of sending and of cash on delivery is broken once in a real day, and ``kiosk check`` names it."""

import random
import shutil

import pytest

from kiosk.check import problems
from tests.journeys.damage import Damage
from tests.journeys.real_day import make_day, opened

# In the day outbound parcel 1 was given on manifest 1, 2 waits; parcel 12 was paid for and has left; one was refused.
BROKEN = [
    ("outbound.differs_from_line", "UPDATE outbound_parcels SET freight_fen = freight_fen + 1 WHERE id = 2"),
    (
        "outbound.differs_from_line",
        "UPDATE ticket_lines SET case_id = 999 WHERE case_kind = 'outbound' AND case_id = 2",
    ),
    ("outbound.differs_from_line", "UPDATE ticket_lines SET party = 'carrier:ZTO' WHERE case_kind = 'outbound'"),
    ("outbound.state_wrong", "UPDATE outbound_parcels SET state = 'returned', ended_at = accepted_at WHERE id = 2"),
    ("outbound.state_wrong", "UPDATE outbound_parcels SET accepted_on = '2020-01-01' WHERE id = 2"),
    ("outbound.owed_differs", "UPDATE postings SET party = 'carrier:ZTO' WHERE service = 'outbound' AND party <> ''"),
    ("outbound.number_gap", "UPDATE outbound_parcels SET outbound_no = 'OB20200101-0009' WHERE id = 2"),
    ("outbound.number_gap", "UPDATE numbers SET last = 7 WHERE series = 'document.MF'"),
    ("manifest.pieces_wrong", "UPDATE outbound_manifests SET pieces = 2"),
    ("manifest.pieces_wrong", "UPDATE outbound_manifests SET carrier = 'ZTO'"),
    ("outbound.without_manifest", "UPDATE outbound_parcels SET manifest_id = 99 WHERE id = 1"),
    ("desk.manifest_not_open", "UPDATE desks SET open_manifest_id = 1"),
    (
        "outbound.waybill_twice",
        "DROP INDEX outbound_one_waybill; UPDATE outbound_parcels SET waybill_no = 'YT7460266600081' WHERE id = 2",
    ),
    ("outbound.not_as_audited", "UPDATE outbound_parcels SET weight_grams = 1 WHERE id = 2"),
    ("outbound.not_as_audited", "UPDATE outbound_parcels SET id_document = 'passport' WHERE id = 2"),
    ("manifest.not_as_audited", "UPDATE outbound_manifests SET manifest_no = 'MF20200101-0001'"),
    ("outbound.refusal_not_as_audited", "UPDATE outbound_refusals SET category = 'guns'"),
    ("outbound.refusal_not_as_audited", "DELETE FROM outbound_refusals"),
    ("outbound.people_torn", "DELETE FROM vault WHERE case_kind = 'outbound' AND field = 'item'"),
    ("outbound.people_torn", "UPDATE outbound_parcels SET erased_at = given_at WHERE id = 1"),
    ("outbound.people_torn", "INSERT INTO vault VALUES ('outbound', 999, 'item', '1', '2', 'parcel', '')"),
    ("parcel.handed_over_unpaid", "UPDATE ticket_lines SET state = 'removed' WHERE act = 'collect_cod'"),
    ("parcel.handed_over_unpaid", "UPDATE parcels SET cod_fen = 1 WHERE id = 1"),
    ("parcel.collected_differs", "UPDATE parcels SET cod_fen = cod_fen + 1 WHERE id = 12"),
    ("parcel.paid_but_here", "UPDATE parcels SET cod_fen = 0 WHERE id = 12"),
    ("parcel.owed_differs", "UPDATE postings SET party = '' WHERE service = 'parcel' AND party <> ''"),
    ("parcel.not_as_its_events", "UPDATE parcels SET cod_fen = 5 WHERE id = 9"),
]


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("day") / "state"
    make_day(folder)
    return folder


@pytest.mark.parametrize(("code", "statements"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)])
def test_broken_invariant_of_sending_is_named(day, tmp_path, code, statements):
    state = tmp_path / "state"
    shutil.copytree(day, state)
    with Damage(state / "kiosk.db", random.Random(0)) as damage:
        for statement in statements.split(";"):
            assert damage.db.execute(statement).rowcount != 0, "nothing to break"
    with opened(state) as store:
        assert code in {problem.code for problem in problems(store)}


def test_day_with_sent_parcels_is_clean(day, tmp_path):
    state = tmp_path / "state"
    shutil.copytree(day, state)
    with opened(state) as store:
        assert list(problems(store)) == []
