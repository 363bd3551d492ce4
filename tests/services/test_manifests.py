"""Lists by which parcels come and go: what may stand on which, declared against scanned, one number and bar code, signed on
the screen or on paper, and every way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import attachments, vault
from kiosk.counter import door_manifest, list_manifest, open_batch, sign_manifest
from kiosk.counter.close_batch import close_batch
from kiosk.counter.close_day import close_day
from kiosk.counter.note_cod import note_cod
from kiosk.counter.set_aside import mark_problem, put_back
from kiosk.counter.undo import undo_parcel
from kiosk.errors import Refused
from kiosk.manifests import store
from kiosk.manifests.erasure import erase_list
from kiosk.manifests.signing import read_signature
from kiosk.people import desks
from kiosk.printing import slips
from kiosk.printing.sheet import compose_sheet
from kiosk.storage import Actor
from tests.services.manifest_bench import ManifestStation, drawn
from tests.services.parcel_bench import YTO, ZTO, ZTO_2

INSPECTOR = Actor("staff", 1, "inspector", "巡查员", None)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[ManifestStation]:
    made = ManifestStation.copied(tmp_path)
    yield made
    assert made.broken() == []
    made.store.close()


def batch(station, declared, *waybills, **facts):
    """A batch that has ended; its list's id."""
    batch_id = station.act(
        open_batch.open_batch, carrier="ZTO", courier="周䶮师傅", declared=declared, print_mode="never", **facts
    ).id
    for waybill in waybills:
        station.arrive(waybill, batch_id)
    return station.act(close_batch, batch_id).manifest_id


@pytest.mark.obligation("JX-27", place="/manifests", reads="到件交接清单：编号、应到与实到、差额双方确认、快递员签字")
def test_batch_ends_with_its_list_of_declared_against_scanned(station):
    manifest_id = batch(station, 3, ZTO, ZTO_2)
    found = station.manifest(manifest_id)
    assert (found.kind, found.state, found.declared, found.pieces, found.difference) == ("intake", "closed", 3, 2, -1)
    assert found.manifest_no == f"MI{found.closed_on.replace('-', '')}-0001"
    paper = station.slip(found.slip_id)
    for words in (
        "到件交接清单",
        found.manifest_no,
        "应到 3 件",
        "实到 2 件",
        "少 1 件",
        ZTO,
        ZTO_2,
        "周䶮师傅",
        "签收：＿",
    ):
        assert words in paper, words
    assert station.read(store.of_batch, found.batch_id).id == manifest_id
    assert station.read(slips.find, found.slip_id).document_no == found.manifest_no


def test_difference_lets_the_courier_leave_once_both_accept_it(station):
    manifest_id = batch(station, 3, ZTO)
    refused = station.refusal(sign_manifest.sign_list, manifest_id, None)
    assert (refused.code, refused.facts["count"]) == ("manifest.difference", 2)
    assert "少 {count} 件" in refused.message
    assert station.manifest(manifest_id).state == "closed", "the courier may also leave without signing"
    station.sign(manifest_id, accepts_difference=True)
    made = station.read(store.signature, "manifest", manifest_id)
    assert (made.how, made.difference, made.signed_by_id, made.attachment_id) == ("paper", -2, 1, None)
    assert "双方确认差额：少 2 件" in station.slip(made.slip_id)
    assert "在纸上签字" in station.slip(made.slip_id)
    assert station.refusal(sign_manifest.sign_list, manifest_id, None).code == "manifest.signed_before"


def test_more_than_declared_is_said_as_more(station):
    manifest_id = batch(station, 1, ZTO, ZTO_2)
    assert "多 {count} 件" in station.refusal(sign_manifest.sign_list, manifest_id, None).message
    assert "多 1 件" in station.slip(station.manifest(manifest_id).slip_id)


def test_batch_of_nothing_has_a_list_only_when_something_was_declared(station):
    assert batch(station, None) is None
    assert batch(station, 0) is None
    assert batch(station, None, ZTO, is_opening_stock=True) is None
    nothing_came = station.manifest(batch(station, 4))
    assert (nothing_came.pieces, nothing_came.difference) == (0, -4)


def test_list_of_a_batch_is_made_anew_after_a_check_in_was_undone(station):
    manifest_id = batch(station, 2, ZTO, ZTO_2)
    station.act(undo_parcel, 1)
    anew = station.act(list_manifest.renew_list, manifest_id)
    assert (anew.pieces, anew.replaces_id, anew.manifest_no[-4:]) == (1, manifest_id, "0002")
    assert station.manifest(manifest_id).state == "void"
    station.sign(anew.id, accepts_difference=True)
    assert station.refusal(list_manifest.renew_list, anew.id).code == "manifest.not_closed"


def test_signature_on_the_screen_is_kept_as_a_small_picture_in_the_vault(station):
    manifest_id = batch(station, 1, ZTO)
    station.sign(manifest_id, drawn())
    made = station.read(store.signature, "manifest", manifest_id)
    assert made.how == "screen"
    content = station.read(attachments.content_of, made.attachment_id)
    assert content[:2] == b"\xff\xd8" and len(content) < 50_000
    with station.store.reading() as db:
        place = compose_sheet(db, made.slip_id).parts[-1].places[1]
        assert place.picture == content and place.name == "周䶮师傅" and "在屏幕上签字" in place.said
        unseen = compose_sheet(db, made.slip_id, without=frozenset({"signature"})).parts[-1].places[1]
        assert unseen.picture is None
        assert db.value("SELECT retention_class FROM vault WHERE field = 'signature-1'") == "photo"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (drawn(0), "signature.empty"),
        ("data:image/png;base64,!!!", "signature.unreadable"),
        ("data:image/png;base64,", "signature.unreadable"),
        ("data:image/png;base64,AAAA", "picture.unreadable"),
        ("A" * 400_004, "signature.unreadable"),
    ],
)
def test_signature_that_is_none_is_refused(sent, code):
    with pytest.raises(Refused) as caught:
        read_signature(sent)
    assert caught.value.code == code
    assert read_signature("") is None


@pytest.mark.obligation("JX-14", "JX-27", place="/manifests", reads="退件清单：每件为什么退、快递员签收")
def test_return_leaves_as_its_list_is_signed_and_comes_back_as_that_is_taken_back(station):
    station.stocked().set_aside(station.a1, station.a2)
    listed = station.listed("return", station.a1, station.a2, carrier="中通快递", receiver="周师傅")
    assert listed.manifest_no.startswith("MR")
    for words in ("退件交接清单", "中通快递", ZTO, "滞留", "合计 2 件"):
        assert words in station.slip(listed.slip_id), words
    assert station.state(station.a1) == "to_return", "nothing leaves before somebody signs"
    signed = station.sign(listed.id, drawn())
    assert signed.state == "signed"
    assert [station.state(one) for one in (station.a1, station.a2)] == ["returned", "returned"]
    assert station.outcomes(listed.id) == {station.a1: "left", station.a2: "left"}
    assert station.refusal(list_manifest.remove_from_list, listed.id, station.a1).code == "manifest.not_open"
    station.act(sign_manifest.take_piece_back, station.a2)
    assert station.state(station.a2) == "to_return"
    station.act(sign_manifest.void_list, listed.id)
    assert station.state(station.a1) == "to_return"
    assert station.outcomes(listed.id) == {station.a1: "taken_back", station.a2: "taken_back"}
    assert station.refusal(sign_manifest.void_list, listed.id).code == "manifest.is_void"
    assert station.problems() == []


def test_signed_list_is_not_taken_back_on_another_day(station):
    station.stocked().set_aside(station.a1)
    listed = station.sign(station.listed("return", station.a1, carrier="ZTO").id)
    station.act(close_day, pieces={})
    station.later = timedelta(days=1)
    assert station.refusal(sign_manifest.void_list, listed.id).code == "manifest.other_day"
    assert station.refusal(sign_manifest.take_piece_back, station.a1).code == "undo.other_day"
    assert station.state(station.a1) == "returned"


def test_only_what_goes_back_is_on_a_list_of_returns(station):
    station.stocked()
    listed = station.act(list_manifest.open_list, "return", carrier="ZTO")
    assert station.refusal(list_manifest.add_to_list, listed.id, station.a1).code == "manifest.not_to_return"
    station.set_aside(station.a1, station.b1)
    assert station.refusal(list_manifest.add_to_list, listed.id, station.b1).code == "manifest.other_carrier"
    assert station.refusal(list_manifest.close_list, listed.id).code == "manifest.nothing_on_it"
    assert station.refusal(list_manifest.remove_from_list, listed.id, station.a1).code == "manifest.not_on_it"
    station.act(list_manifest.add_to_list, listed.id, station.a1, "damaged")
    station.act(list_manifest.add_to_list, listed.id, station.a1)
    assert station.refusal(list_manifest.add_to_list, listed.id, station.a1, "eaten").code == "manifest.note_unknown"
    station.act(list_manifest.remove_from_list, listed.id, station.a1)
    station.act(list_manifest.add_to_list, listed.id, station.a1, "damaged")
    assert "外包装破损" in station.slip(station.act(list_manifest.close_list, listed.id).slip_id)


def test_set_aside_or_unpaid_parcel_is_neither_passed_on_nor_taken_to_a_door(station):
    station.stocked()
    listed = station.act(list_manifest.open_list, "transfer", receiver="河东服务站")
    station.set_aside(station.a1)
    station.act(mark_problem, station.a2, "damaged")
    station.act(note_cod, station.b1, cod_fen=5_00)
    codes = [
        station.refusal(list_manifest.add_to_list, listed.id, one).code for one in (station.a1, station.a2, station.b1)
    ]
    assert codes == ["parcel.is_to_return", "parcel.is_problem", "parcel.unpaid_here"]
    assert station.refusal(list_manifest.add_to_list, listed.id, 99).code == "parcel.unknown"


def test_parcel_is_on_one_list_only(station):
    station.stocked()
    first = station.act(list_manifest.open_list, "transfer", receiver="河东服务站")
    second = station.act(list_manifest.open_list, "door", receiver="赵送货")
    assert station.act(list_manifest.open_list, "transfer", receiver="河东服务站").id == first.id
    station.act(list_manifest.add_to_list, first.id, station.a1)
    assert station.refusal(list_manifest.add_to_list, second.id, station.a1).facts["manifest_id"] == first.id
    assert station.read(store.holding, "parcel", station.a1).id == first.id
    station.act(sign_manifest.void_list, first.id)
    station.act(list_manifest.add_to_list, second.id, station.a1)


@pytest.mark.parametrize(
    ("kind", "whose", "code"),
    [
        ("return", {}, "manifest.carrier_needed"),
        ("return", {"carrier": "其他"}, "manifest.carrier_needed"),
        ("transfer", {}, "manifest.receiver_needed"),
        ("door", {"receiver": "  "}, "manifest.receiver_needed"),
        ("door", {"receiver": "11010519491231002X"}, "text.holds_id_number"),
        ("intake", {}, "manifest.kind_unknown"),
        ("sale", {}, "manifest.kind_unknown"),
    ],
)
def test_list_of_nobody_is_not_begun(station, kind, whose, code):
    assert station.refusal(list_manifest.open_list, kind, **whose).code == code


@pytest.mark.obligation(
    "LY-07", "TC-41", "NORM-10", place="/manifests", reads="转交清单：转到哪个站点、每件的取件码与运单、签收"
)
def test_transfer_is_passed_on_as_it_is_signed(station):
    station.stocked()
    listed = station.listed("transfer", station.a1, receiver="河东服务站")
    assert "河东服务站" in station.slip(listed.slip_id)
    station.sign(listed.id)
    assert station.state(station.a1) == "passed_on"
    assert station.state(station.a2) == "on_shelf"


def test_parcel_collected_after_the_counting_stops_the_signature_until_the_list_is_made_anew(station):
    station.stocked()
    listed = station.listed("transfer", station.a1, station.a2, receiver="河东服务站")
    station.collect(station.a1)
    refused = station.refusal(sign_manifest.sign_list, listed.id, None)
    assert (refused.code, refused.facts["because"]) == ("manifest.piece_changed", "parcel.already_handed_over")
    assert station.state(station.a2) == "on_shelf", "all or nothing"
    anew = station.act(list_manifest.renew_list, listed.id)
    assert list(station.outcomes(anew.id)) == [station.a2]
    assert station.desk().open_list_id == anew.id
    station.sign(station.act(list_manifest.close_list, anew.id).id)
    assert station.state(station.a2) == "passed_on"


def test_parcel_put_back_before_the_counting_ends_must_be_taken_off(station):
    station.stocked().set_aside(station.a1)
    listed = station.act(list_manifest.open_list, "return", carrier="ZTO")
    station.act(list_manifest.add_to_list, listed.id, station.a1)
    station.act(put_back, station.a1)
    assert station.refusal(list_manifest.close_list, listed.id).code == "manifest.piece_changed"


def test_door_round_tells_of_each_piece_by_an_act_of_its_own(station):
    station.stocked()
    listed = station.listed("door", station.a1, station.a2, station.b1, receiver="赵送货")
    assert "尾号 1234" in station.slip(listed.slip_id)
    assert station.refusal(door_manifest.deliver, listed.id, station.a1).code == "manifest.not_out"
    station.sign(listed.id, drawn())
    assert station.state(station.a1) == "on_shelf"
    station.act(door_manifest.deliver, listed.id, station.a1)
    assert station.state(station.a1) == "door_delivered"
    assert station.refusal(door_manifest.deliver, listed.id, station.a1).code == "manifest.piece_ended"
    assert station.refusal(sign_manifest.void_list, listed.id).code == "manifest.round_told"
    assert [one.id for one in station.read(store.rounds_under_way)] == [listed.id]
    station.act(door_manifest.bring_back, listed.id, station.a2)
    assert station.act(door_manifest.bring_back_rest, listed.id) == 1
    assert station.outcomes(listed.id) == {
        station.a1: "delivered",
        station.a2: "brought_back",
        station.b1: "brought_back",
    }
    assert station.read(store.rounds_under_way) == []
    station.act(door_manifest.undo_delivery, station.a1)
    assert station.state(station.a1) == "on_shelf"
    assert station.outcomes(listed.id)[station.a1] == ""
    station.act(sign_manifest.void_list, listed.id)
    assert station.problems() == []


def test_parcel_collected_while_it_is_out_comes_off_the_round_as_brought_back(station):
    station.stocked()
    listed = station.sign(station.listed("door", station.a1, receiver="赵送货").id)
    station.collect(station.a1)
    assert station.refusal(door_manifest.deliver, listed.id, station.a1).code == "parcel.already_handed_over"
    station.act(door_manifest.bring_back, listed.id, station.a1)


def test_scans_put_parcels_on_the_open_list_of_the_desk(station):
    station.stocked()
    listed = station.act(list_manifest.open_list, "transfer", receiver="河东服务站")
    assert station.desk().mode == "manifest"
    first = station.scan(ZTO)
    assert (first.code, first.parcel_id, first.tone) == ("manifest.listed", station.a1, "done")
    assert station.scan(f"~PK:{station.code}").code == "manifest.listed_before"
    assert station.scan(YTO).code == "manifest.listed"
    assert station.scan("YT0000000000001").code == "manifest.parcel_not_found"
    assert station.scan("~RC:R20261122-0001").code == "receipt.unknown"
    assert station.scan("135112298638468293").code == "scan.is_payment_code"
    assert station.scan("13800138000").code == "manifest.not_a_parcel"
    station.collect(station.a2)
    assert station.scan(ZTO_2).code == "parcel.already_handed_over"
    closed = station.act(list_manifest.close_list, listed.id)
    assert (station.desk().mode, station.desk().open_list_id) == ("home", None)
    shown = station.scan(f"~MF:{closed.manifest_no}")
    assert (shown.code, shown.go, shown.facts["list_id"]) == ("manifest.scanned", "list", listed.id)
    assert station.scan("~MF:MT20200101-0001").code == "manifest.unknown"


def test_closed_list_is_printed_at_its_desk(station):
    station.stocked()
    station.listed("transfer", station.a1, receiver="河东服务站")
    assert station.read(lambda db: db.value("SELECT COUNT(*) FROM print_jobs")) >= 1


def test_inspector_makes_and_signs_no_list(station):
    manifest_id = batch(station, 1, ZTO)
    for act, *asked in (
        (list_manifest.open_list, "return"), (list_manifest.add_to_list, manifest_id, 1),
        (list_manifest.remove_from_list, manifest_id, 1), (list_manifest.close_list, manifest_id),
        (list_manifest.renew_list, manifest_id), (sign_manifest.sign_list, manifest_id, None),
        (sign_manifest.void_list, manifest_id), (sign_manifest.sign_outbound, 1), (door_manifest.deliver, manifest_id, 1),
        (door_manifest.bring_back, manifest_id, 1), (door_manifest.bring_back_rest, manifest_id),
        (sign_manifest.take_piece_back, 1), (list_manifest.go_on_with, manifest_id),
    ):  # fmt: skip
        assert station.refusal(act, *asked, actor=INSPECTOR).code == "staff.not_allowed", act.__name__


def test_list_is_too_long_for_one_more(station, monkeypatch):
    from kiosk.manifests import actions

    monkeypatch.setattr(actions, "MOST_PIECES", 1)
    station.stocked()
    listed = station.act(list_manifest.open_list, "transfer", receiver="河东服务站")
    station.act(list_manifest.add_to_list, listed.id, station.a1)
    assert station.refusal(list_manifest.add_to_list, listed.id, station.a2).code == "manifest.too_long"


def test_erased_list_says_so_and_keeps_number_and_pieces(station):
    manifest_id = batch(station, 1, ZTO)
    open_list = station.act(list_manifest.open_list, "door", receiver="赵送货")
    station.sign(manifest_id, drawn())
    made = station.read(store.signature, "manifest", manifest_id)
    with station.store.transaction(station.actor, erasing=True) as tx:
        with pytest.raises(Refused, match="还没有签收"):
            erase_list(tx, open_list.id, "asked")
        assert erase_list(tx, manifest_id, "asked") == 2
        assert erase_list(tx, manifest_id, "asked") == 0
    assert "周䶮师傅" not in station.slip(made.slip_id)
    assert str(vault.ERASED) in station.slip(made.slip_id)
    with station.store.reading() as db:
        place = compose_sheet(db, made.slip_id).parts[-1].places[1]
    assert place.picture is None and str(vault.ERASED) in place.said


def test_desk_goes_on_with_one_list_at_a_time(station):
    from kiosk.counter.outbound_manifest import open_manifest

    station.act(list_manifest.open_list, "door", receiver="赵送货")
    station.act(open_manifest, "YTO")
    assert (station.desk().mode, station.desk().open_list_id) == ("outbound", None)
    station.act(list_manifest.open_list, "door", receiver="赵送货")
    assert (station.desk().mode, station.desk().open_manifest_id) == ("manifest", None)
    station.act(desks.set_desk, 1, mode="home")
