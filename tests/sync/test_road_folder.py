"""A folder or a stick as the road: whole files or none, answers read back, and a stick that is absent, full or pulled out."""

from __future__ import annotations

import errno
import json
import os
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from kiosk import clock, outbox, shifts
from kiosk.counter.close_day import close_day
from kiosk.devices import LampState
from kiosk.reports import envelope, station_keys
from kiosk.storage import Store
from sync.roads import folder as folder_room
from sync.uplink import CountyLamp, Uplink
from tests.sync.scripted import ScriptedCentre
from tests.sync.station import message, open_station, queue, write_settings


class Carrier:
    """A station whose road is a folder."""

    def __init__(self, state: Path, folder: Path, **county: object) -> None:
        self.folder = folder
        self.lamps: list[CountyLamp] = []
        self.store: Store = open_station(state, "", road="folder", folder=str(folder), **county)
        self.uplink = Uplink(self.store, self.lamps.append, random.Random(7))

    def close_a_day(self) -> int:
        with self.store.transaction() as tx:
            shifts.ensure_open(tx)
        with self.store.transaction() as tx:
            return close_day(tx, pieces={}).message_id

    def state_of(self, message_id: int) -> str:
        return message(self.store, message_id).state

    def answer(self, message_id: int, **said: object) -> Path:
        """What the centre would put beside the signed file."""
        sent = message(self.store, message_id)
        name = f"demo-001-{sent.sequence:06d}-{sent.hash[:8]}.ack.json"
        path = self.folder / name
        path.write_text(json.dumps({"hash": sent.hash, **said}))
        return path

    def look(self) -> None:
        self.uplink._look_at = 0.0  # the five seconds between two looks are over
        self.uplink.turn()


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Carrier]:
    (tmp_path / "stick").mkdir()
    made = Carrier(tmp_path / "state", tmp_path / "stick")
    yield made
    made.uplink.close()
    made.store.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_report_lies_in_the_folder_signed_and_for_people(carrier: Carrier) -> None:
    sent = carrier.close_a_day()
    carrier.uplink.turn()
    found = message(carrier.store, sent)
    stem = f"demo-001-000001-{found.hash[:8]}"
    assert names(carrier.folder) == [f"{stem}.jws", f"{stem}.xlsx"]
    with carrier.store.reading() as db:
        key = station_keys.public_jwk(db)
        assert [h.name for h in outbox.handovers(db, sent)] == [f"{stem}.jws"]
    text = (carrier.folder / f"{stem}.jws").read_text("ascii")
    opened = envelope.verify(text, key)
    assert (text, opened.sequence) == (found.envelope, 1)
    sheet = openpyxl.load_workbook(carrier.folder / f"{stem}.xlsx").active
    assert sheet is not None
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(opened.content["report_no"] in cell and found.hash[:8] in cell for cell in cells)
    assert "代购" in cells and "合计" in cells
    assert found.state == "in_flight"
    assert carrier.lamps[-1] == CountyLamp(LampState.OK, "county_handed_over")
    assert 0 < carrier.uplink.turn() <= 5, "it looks for the answer soon"


def test_answer_file_acknowledges_and_refuses(carrier: Carrier) -> None:
    first, second = carrier.close_a_day(), carrier.close_a_day()
    for _ in range(2):
        carrier.uplink.turn()
    carrier.answer(first, acknowledgement_no="C-20261122-000001", received_at="2026-11-22T10:00:00Z")
    carrier.answer(second, code="report.sequence_taken", detail="同一序号已有\x1b内容不同的报告")
    carrier.look()
    assert message(carrier.store, first).acknowledgement_no == "C-20261122-000001"
    assert carrier.state_of(second) == "refused"
    assert message(carrier.store, second).reason == "同一序号已有 内容不同的报告 (report.sequence_taken)"
    assert len(names(carrier.folder)) == 6, "nothing is deleted"


def test_answer_that_the_county_wrote_anew_takes_a_refusal_back(carrier: Carrier) -> None:
    first, second = carrier.close_a_day(), carrier.close_a_day()
    for _ in range(2):
        carrier.uplink.turn()
    for sent in (first, second):
        carrier.answer(sent, code="station.unknown", detail="站点没有登记公钥")
    carrier.look()
    carrier.look()
    assert carrier.state_of(first) == carrier.state_of(second) == "refused"
    with carrier.store.reading() as db:
        assert db.value("SELECT count(*) FROM refusals") == 2, "the same answer is no further refusal"
    carrier.answer(first, acknowledgement_no="C-20261122-000007", received_at="2026-11-22T10:00:00Z")
    carrier.look()
    assert message(carrier.store, first).acknowledgement_no == "C-20261122-000007"
    assert (carrier.state_of(first), carrier.state_of(second)) == ("acknowledged", "refused")


@pytest.mark.parametrize("code", ["\ud800x", "a\x00b", " \n" + "x" * 300])
def test_refusal_with_a_code_that_no_file_can_hold_holds_up_nobody(carrier: Carrier, code: str) -> None:
    first, second = carrier.close_a_day(), carrier.close_a_day()
    for _ in range(2):
        carrier.uplink.turn()
    carrier.answer(first, code=code, detail="\udfff不收")
    carrier.answer(second, acknowledgement_no="C-20261122-000002")
    carrier.look()
    assert (carrier.state_of(first), carrier.state_of(second)) == ("refused", "acknowledged")
    assert (message(carrier.store, first).reason or "").startswith("不收 (")


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"code": "\\ud800", "detail": "x"}', '{"acknowledgement_no": 5}', '{"acknowledgement_no": "C 1"}', " " * 70_000,
     '{"acknowledgement_no": "C-1", "hash": "another"}', '{"acknowledgement_no": "C-1"}'],
)  # fmt: skip
def test_answer_that_is_none_acknowledges_nothing(carrier: Carrier, content: str) -> None:
    sent = carrier.close_a_day()
    carrier.uplink.turn()
    carrier.answer(sent).write_text(content)
    carrier.look()
    assert carrier.state_of(sent) == "in_flight"
    assert carrier.lamps[-1].state is LampState.PROBLEM
    carrier.answer(sent, acknowledgement_no="C-1")
    carrier.look()
    assert carrier.state_of(sent) == "acknowledged"


def test_stick_that_is_absent_waits_and_is_written_when_it_comes(carrier: Carrier) -> None:
    carrier.folder.rmdir()
    sent = carrier.close_a_day()
    assert carrier.uplink.turn() > 0
    assert carrier.state_of(sent) == "waiting"
    assert carrier.lamps[-1].reason == "county_folder_absent"
    carrier.folder.mkdir()
    carrier.uplink.try_again()
    carrier.uplink.turn()
    assert carrier.state_of(sent) == "in_flight"


def test_stick_must_be_another_disk_than_the_stations_own(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    made = Carrier(tmp_path / "state", tmp_path / "stick", folder_is_stick=True)
    try:
        sent = made.close_a_day()
        made.uplink.turn()
        assert made.state_of(sent) == "waiting" and names(made.folder) == [], "the mount point is empty: no stick"
        assert made.lamps[-1].reason == "county_folder_absent"
    finally:
        made.uplink.close()
        made.store.close()


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.ENOSPC, "county_folder_full"), (errno.EIO, "county_folder_broken"), (errno.EROFS, "county_folder_locked")],
)
def test_stick_full_or_pulled_out_in_the_middle_leaves_no_half_file(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    """The disk's own answer is what is played here: no stick can be pulled out of a test."""
    sent = carrier.close_a_day()
    real, calls = os.fsync, []

    def fsync(descriptor: int) -> None:
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        if str(carrier.folder) in path and path.endswith(".jws.part") and not calls:
            calls.append(path)
            raise OSError(number, "the stick")
        real(descriptor)

    monkeypatch.setattr(folder_room.os, "fsync", fsync)
    carrier.uplink.turn()
    assert calls
    assert carrier.state_of(sent) == "waiting"
    assert carrier.lamps[-1].reason == reason
    assert [name for name in names(carrier.folder) if not name.endswith(".xlsx")] == []
    carrier.uplink.try_again()
    carrier.uplink.turn()
    assert carrier.state_of(sent) == "in_flight" and len(names(carrier.folder)) == 2


def test_file_damaged_on_the_stick_is_written_anew_and_a_whole_one_left_alone(carrier: Carrier) -> None:
    first, second = carrier.close_a_day(), carrier.close_a_day()
    for _ in range(2):
        carrier.uplink.turn()
    one, other = sorted(carrier.folder.glob("*.jws"))
    one.write_bytes(one.read_bytes()[:100])
    kept = other.stat().st_ino
    carrier.uplink.try_again()  # a person asks: the stick is gone through anew
    for _ in range(2):
        carrier.uplink.turn()
    assert one.read_text() == message(carrier.store, first).envelope
    assert other.stat().st_ino == kept
    assert carrier.state_of(second) == "in_flight"


def test_message_without_an_answer_is_not_rewritten_before_its_time(carrier: Carrier) -> None:
    sent = carrier.close_a_day()
    carrier.uplink.turn()
    for path in carrier.folder.iterdir():
        path.unlink()  # the centre's machine took them away
    carrier.look()
    assert names(carrier.folder) == []
    with carrier.store.transaction() as tx:
        late = clock.stamp(clock.now() - timedelta(seconds=1))
        tx.execute("UPDATE outbox SET lease_until_at = ? WHERE id = ?", late, sent)
    carrier.look()
    assert len(names(carrier.folder)) == 2


def test_network_that_comes_takes_over_what_the_stick_never_answered(carrier: Carrier, tmp_path: Path) -> None:
    sent = carrier.close_a_day()
    carrier.uplink.turn()
    with ScriptedCentre() as centre:
        write_settings(tmp_path / "state", centre.address)
        store = open_station(tmp_path / "state", centre.address)
        uplink = Uplink(store, lambda lamp: None, random.Random(7))
        try:
            uplink.try_again()
            uplink.turn()
            assert message(store, sent).state == "acknowledged"
        finally:
            uplink.close()
            store.close()


def test_message_without_figures_has_no_workbook(carrier: Carrier) -> None:
    queue(carrier.store)
    with carrier.store.transaction() as tx:
        station_keys.rotate(tx)
    for _ in range(2):
        carrier.uplink.turn()
    assert [Path(name).suffix for name in names(carrier.folder)] == [".jws", ".jws"]


def test_answer_that_cannot_be_read_holds_up_no_other(carrier: Carrier) -> None:
    first, second = carrier.close_a_day(), carrier.close_a_day()
    for _ in range(2):
        carrier.uplink.turn()
    carrier.answer(first).write_text("{")
    carrier.answer(second, acknowledgement_no="C-2")
    carrier.look()
    assert carrier.state_of(second) == "acknowledged"
    assert carrier.state_of(first) == "in_flight" and carrier.lamps[-1].state is LampState.PROBLEM


def test_links_and_pipes_in_a_folder_of_others_lead_nowhere(carrier: Carrier, tmp_path: Path) -> None:
    """Whoever may write to the folder must not reach this machine's files through it, nor hold the uploader up."""
    sent = carrier.close_a_day()
    stem = f"demo-001-000001-{message(carrier.store, sent).hash[:8]}"
    precious = tmp_path / "precious"
    precious.write_text("not to be touched")
    for name in (f".{stem}.jws.part", f".{stem}.xlsx.part", f"{stem}.jws", f"{stem}.xlsx"):
        (carrier.folder / name).symlink_to(precious)
    os.mkfifo(carrier.folder / f"{stem}.ack.json")
    carrier.uplink.turn()
    assert precious.read_text() == "not to be touched"
    signed = carrier.folder / f"{stem}.jws"
    assert not signed.is_symlink() and signed.read_text() == message(carrier.store, sent).envelope
    carrier.look()
    assert carrier.state_of(sent) == "in_flight"
    (carrier.folder / f"{stem}.ack.json").unlink()
    answer = tmp_path / "answer.json"
    carrier.answer(sent, acknowledgement_no="C-1").rename(answer)
    (carrier.folder / f"{stem}.ack.json").symlink_to(answer)
    carrier.look()
    assert carrier.state_of(sent) == "in_flight", "an answer is a file and no link"
    signed.unlink()
    os.mkfifo(signed)
    carrier.uplink.try_again()
    carrier.uplink.turn()
    assert signed.is_file() and signed.read_text() == message(carrier.store, sent).envelope
