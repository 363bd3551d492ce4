"""Each invariant of lists is broken once and named; and whatever is done with lists in any order leaves none broken."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import vault
from kiosk.check import problems
from kiosk.counter import door_manifest, list_manifest, set_aside, sign_manifest
from kiosk.counter.close_batch import close_batch
from kiosk.counter.open_batch import open_batch
from kiosk.counter.undo import undo_parcel
from kiosk.errors import Refused
from kiosk.manifests import store
from kiosk.parcels.erasure import erase_person
from tests.journeys.damage import Damage
from tests.journeys.real_day import opened
from tests.services.manifest_bench import ManifestStation, drawn
from tests.services.parcel_bench import ZTO, assert_worded

#: List 1 is an intake batch, signed on the screen; 2 a signed return with parcel 2; 3 a door round with 3, delivered, and 4,
#: still out; 4 is open and holds 5.
BROKEN = [
    ("manifest.number_gap", "UPDATE numbers SET last = 9 WHERE series = 'document.MR'"),
    ("manifest.number_gap", "UPDATE manifests SET manifest_no = 'MR20200101-0007' WHERE id = 2"),
    ("manifest.list_wrong", "UPDATE manifests SET pieces = 7 WHERE id = 1"),
    ("manifest.list_wrong", "DELETE FROM manifest_items WHERE manifest_id = 3 AND subject_id = 4"),
    ("manifest.list_wrong", "UPDATE manifest_items SET outcome = '', holds = 1, ended_at = NULL WHERE manifest_id = 2"),
    ("manifest.piece_twice", "DROP INDEX manifest_items_held; UPDATE manifest_items SET subject_id = 4 WHERE manifest_id = 4"),
    ("desk.list_not_open", "UPDATE desks SET open_list_id = 2"),
    ("manifest.signature_wrong", "DELETE FROM manifest_signatures WHERE case_id = 2"),
    ("manifest.signature_wrong", "UPDATE manifest_signatures SET difference = 3 WHERE case_id = 1"),
    ("manifest.signature_of_nothing", "UPDATE manifest_signatures SET case_id = 99 WHERE case_id = 2"),
    ("manifest.signature_of_nothing", "UPDATE manifest_signatures SET case_id = 4 WHERE case_id = 2"),
    ("manifest.piece_differs", "UPDATE manifest_items SET subject_id = 99 WHERE manifest_id = 2"),
    ("manifest.piece_differs", "UPDATE parcel_events SET detail = '{\"manifest_id\":3}' WHERE kind = 'returned'"),
    ("manifest.list_not_as_audited", "UPDATE manifests SET declared = 9 WHERE id = 2"),
    ("manifest.list_not_as_audited", "DELETE FROM manifests WHERE id = 2"),
    ("manifest.signature_not_as_audited", "UPDATE manifest_signatures SET how = 'paper', attachment_id = NULL WHERE case_id = 1"),
    ("manifest.signature_not_as_audited", "DELETE FROM manifest_signatures WHERE case_id = 3"),
]  # fmt: skip


@pytest.fixture(scope="module")
def day(tmp_path_factory) -> Path:
    state: Path = tmp_path_factory.mktemp("lists") / "state"
    state.mkdir()
    station = ManifestStation.copied(state)
    batch_id = station.act(open_batch, carrier="ZTO", declared=1, print_mode="never").id
    station.arrive("73610555582999", batch_id)
    station.sign(station.act(close_batch, batch_id).manifest_id, drawn())
    parcels = [station.arrive(f"7361055558300{number}").parcel_id for number in range(5)]
    assert parcels == [2, 3, 4, 5, 6]
    station.set_aside(parcels[0])
    station.sign(station.listed("return", parcels[0], carrier="ZTO").id)
    station.sign(station.listed("door", *parcels[1:3], receiver="赵送货").id)
    station.act(door_manifest.deliver, 3, parcels[1])
    open_id = station.act(list_manifest.open_list, "transfer", receiver="河东服务站").id
    station.act(list_manifest.add_to_list, open_id, parcels[3])
    assert station.problems() == []
    station.store.close()
    return state


@pytest.mark.parametrize(("code", "statements"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)])
def test_broken_invariant_of_lists_is_named(day, tmp_path, code, statements):
    state = tmp_path / "state"
    shutil.copytree(day, state)
    with Damage(state / "kiosk.db", random.Random(0)) as damage:
        for statement in statements.split(";"):
            assert damage.db.execute(statement).rowcount != 0, f"nothing to break: {statement}"
    with opened(state) as found:
        assert code in {problem.code for problem in problems(found)}


class _AnyOrder:
    """A counter at which lists are made, signed and taken back in any order; what is refused leaves nothing."""

    def __init__(self, station: ManifestStation, chance: random.Random) -> None:
        self.station, self.chance = station, chance
        self.done: list[str] = []
        self.parcels = [station.arrive(f"7361055559{number:04d}").parcel_id for number in range(6)]

    def step(self) -> None:
        acts: list[Callable[[], object]] = [
            self.open, self.add, self.add, self.add, self.remove, self.close, self.close, self.sign, self.sign, self.void,
            self.renew, self.take_back, self.tell, self.tell, self.collect, self.aside, self.aside, self.back,
        ]  # fmt: skip
        act = self.chance.choice(acts)
        try:
            act()
            self.done.append(act.__name__)
        except Refused as refused:
            assert_worded(refused)
        assert self.station.broken() == [], self.done

    def parcel(self) -> int:
        return self.chance.choice(self.parcels)

    def manifest(self) -> int:
        found, _ = self.station.read(store.page)
        return self.chance.choice(found).id if found else 1

    def open(self) -> None:
        kind = self.chance.choice(("return", "transfer", "door"))
        self.station.act(list_manifest.open_list, kind, carrier="ZTO" if kind == "return" else "", receiver="赵送货")

    def add(self) -> None:
        self.station.act(list_manifest.add_to_list, self.manifest(), self.parcel())

    def remove(self) -> None:
        self.station.act(list_manifest.remove_from_list, self.manifest(), self.parcel())

    def close(self) -> None:
        declared = self.chance.choice((None, 2))
        self.station.act(list_manifest.close_list, self.manifest(), declared=declared)

    def sign(self) -> None:
        self.station.sign(self.manifest(), accepts_difference=self.chance.random() < 0.8)

    def void(self) -> None:
        self.station.act(sign_manifest.void_list, self.manifest())

    def renew(self) -> None:
        self.station.act(list_manifest.renew_list, self.manifest())

    def take_back(self) -> None:
        parcel_id = self.parcel()
        is_door = self.station.state(parcel_id) == "door_delivered"
        self.station.act(door_manifest.undo_delivery if is_door else sign_manifest.take_piece_back, parcel_id)

    def tell(self) -> None:
        act = self.chance.choice((door_manifest.deliver, door_manifest.bring_back))
        self.station.act(act, self.manifest(), self.parcel())

    def collect(self) -> None:
        self.station.collect(self.parcel(), even_set_aside=True)

    def aside(self) -> None:
        self.station.act(set_aside.mark_to_return, self.parcel(), "overdue")

    def back(self) -> None:
        parcel_id = self.parcel()
        if self.station.state(parcel_id) == "handed_over":
            self.station.act(undo_parcel, parcel_id)
        else:
            self.station.act(set_aside.put_back, parcel_id)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_lists_hold_whatever_is_done_with_them_in_any_order(seed):
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        state.mkdir()
        world = _AnyOrder(ManifestStation.copied(state), random.Random(seed))
        for _ in range(90):
            world.step()
        assert world.station.problems() == []
        world.station.store.close()


def test_waybill_of_a_list_is_told_once_the_person_is_erased(tmp_path):
    """The list's paper keeps number and pieces; the waybill was the person's."""
    state = tmp_path / "state"
    state.mkdir()
    station = ManifestStation.copied(state)
    parcel_id = station.arrive(ZTO).parcel_id
    listed = station.sign(station.listed("transfer", parcel_id, receiver="河东服务站").id)
    with station.store.transaction(station.actor, erasing=True) as tx:
        erase_person(tx, parcel_id, "asked")
    paper = station.slip(listed.slip_id)
    assert ZTO not in paper and vault.ERASED in paper and "合计 1 件" in paper
    station.store.close()
