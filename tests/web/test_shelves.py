"""The pages of shelves, 移库 and 盘点: what is said, what is kept, what a refusal leaves as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.check import problems
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, arrive, come_out, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

ZTO, YTO, SF = "73610555582883", "YT8962646785389", "SF1234567890123"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


@pytest.fixture
def shelves(client: FlaskClient) -> FlaskClient:
    said(client, send(client, "/shelves", "/shelves/add", shelf="3", first="1", last="4", capacity="2"))
    return client


def refused(answer) -> str:
    assert answer.status_code == 422, answer.text[:600]
    return answer.text


def mode(station: TestStation) -> tuple[str, str]:
    return value(station, "SELECT mode FROM desks"), value(station, "SELECT at_place FROM desks")


def test_empty_station_says_that_shelves_come_by_themselves(client):
    assert "还没有货架" in client.get("/shelves").text


def test_shelves_are_added_planned_and_shown_with_their_fill(shelves, station):
    for n, waybill in enumerate((ZTO, YTO, SF)):
        arrive(station, waybill, shelf="3-1" if n < 2 else "3-2")
    page = shelves.get("/shelves").text
    assert "2 / 2" in page and "放满" in page and "在库 3 件" in page and "还能放 5 件" in page
    answer = send(
        shelves,
        "/shelves/3/2",
        "/shelves/3/2/plan",
        capacity="9",
        shelf_class="fresh",
        size_class="any",
        is_resting="1",
    )
    assert "已保存" in said(shelves, answer)
    page = shelves.get("/shelves").text
    assert "停用" in page and "1 / 9" in page and "还能放 4 件" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"shelf": "O1"}, "货架名只能是"),
        ({"shelf": "4", "first": "5", "last": "2"}, "层号要从小到大"),
        ({"shelf": "4", "first": "x"}, "层号要从小到大"),
        ({"shelf": "4", "capacity": "0"}, "容量要在"),
        ({"shelf": "4", "capacity": "很多"}, "容量要在"),
        ({"shelf": "4", "shelf_class": "wet"}, "请从列表中选择"),
    ],
)
def test_shelf_that_is_not_right_is_not_added_and_what_was_typed_stays(shelves, station, fields, words):
    page = refused(send(shelves, "/shelves", "/shelves/add", **{"first": "1", "last": "2"} | fields))
    assert words in page
    assert f'value="{fields["shelf"]}"' in page
    assert value(station, "SELECT COUNT(*) FROM shelves") == 4


def test_operator_sees_the_map_and_does_not_change_it(shelves, station):
    other = create_app(station.store, station.runtime).test_client()
    log_in(other, station, "李柜员")
    page = other.get("/shelves").text
    assert "3-1" in page and "添加货架" not in page
    assert send(other, "/shelves", "/shelves/add", shelf="4").status_code == 403


def test_place_that_is_none_is_no_page(shelves):
    assert shelves.get("/shelves/O9/1").status_code == 404
    assert shelves.get("/shelves/9/9").status_code in (404, 422)


def test_ticked_parcels_of_a_place_are_moved_and_one_that_left_is_told(shelves, station):
    ids = [arrive(station, waybill, shelf="3-1") for waybill in (ZTO, YTO)]
    page = shelves.get("/shelves/3/1").text
    assert page.count('name="parcel_id"') == 2
    assert "没有勾选" in refused(send(shelves, "/shelves/3/1", "/shelves/3/1/move", to="3-2"))
    assert "不像货架标签" in refused(send(shelves, "/shelves/3/1", "/shelves/3/1/move", to="?", parcel_id=ids))
    from kiosk.counter.hand_over import hand_over_one

    with station.store.transaction(MANAGER) as tx:
        hand_over_one(tx, ids[0], "code")
    page = said(shelves, send(shelves, "/shelves/3/1", "/shelves/3/1/move", to="3-2", parcel_id=ids))
    assert "1 件移到 3-2" in page and "1 件没有移" in page
    assert "这一格是空的" in page


def test_shelf_labels_are_queued_for_a_shelf_and_for_one_place(shelves, station):
    assert "4 张货架标签已送去打印" in said(shelves, send(shelves, "/shelves", "/shelves/labels", place="3"))
    assert "1 张货架标签已送去打印" in said(shelves, send(shelves, "/shelves/3/2", "/shelves/labels", place="3-2"))
    assert "一次请选" in refused(send(shelves, "/shelves", "/shelves/labels", place="77"))


def test_parcel_page_prints_its_label_and_notes_what_it_is(shelves, station):
    said(shelves, send(shelves, "/shelves", "/shelves/add", shelf="5", first="1", last="1", shelf_class="fresh"))
    parcel_id = arrive(station, ZTO, shelf="3-1")
    path = f"/parcels/{parcel_id}"
    assert "标签已送去打印" in said(shelves, send(shelves, path, f"{path}/label"))
    assert "is-sticker" in shelves.get(path).text
    page = said(shelves, send(shelves, path, f"{path}/traits", trait=["fresh", "fragile"]))
    assert "请移库" in page and "货架不合适" in page and "易碎" in page
    assert "又是大件又是小件" in refused_page(send(shelves, path, f"{path}/traits", trait=["small", "large"]))


def refused_page(answer) -> str:
    assert answer.status_code in (409, 422), answer.status_code
    return answer.text


def test_intake_page_shows_the_lock_and_the_next_parcels_traits(shelves, station):
    said(shelves, send(shelves, "/shelves", "/shelves/add", shelf="5", first="1", last="1", shelf_class="fresh"))
    said_at = send(shelves, "/intake", "/intake/begin", carrier="ZTO", shelf="3-1", print_mode="never")
    assert said_at.status_code == 303
    assert send(shelves, "/intake", "/intake/next-trait", trait="fresh").status_code == 303
    assert 'value="fresh" aria-pressed="true"' in shelves.get("/intake").text
    page = said(shelves, send(shelves, "/intake", "/intake/parcels", waybill_no=ZTO))
    assert "5-1-" in page
    assert 'value="fresh" aria-pressed="false"' in shelves.get("/intake").text
    from kiosk.counter.lock_row import lock_row

    with station.store.transaction(MANAGER) as tx:
        lock_row(tx, "3-2", desk_id=1)
    assert "锁定 3-2" in shelves.get("/intake").text


def test_relocation_by_typing_says_where_and_what(shelves, station):
    arrive(station, ZTO, shelf="3-1")
    page = shelves.get("/relocate").text
    assert "先扫要放到的货架标签" in page
    assert mode(station) == ("relocate", "")
    assert "还不知道要移到哪里" in refused(send(shelves, "/relocate", "/relocate/typed", code=ZTO))
    assert "请填要放到的货架" in refused(send(shelves, "/relocate", "/relocate/typed"))
    page = said(shelves, send(shelves, "/relocate", "/relocate/typed", shelf="3-3"))
    assert "3-3" in page and "0 / 2" in page
    page = said(shelves, send(shelves, "/relocate", "/relocate/typed", code=ZTO))
    assert "移到 3-3，取件码不变" in page
    assert "已经在 3-3" in said(shelves, send(shelves, "/relocate", "/relocate/typed", code=ZTO))
    shelves.get("/")
    assert mode(station) == ("home", ""), "another counter page ends the mode"


def test_count_from_its_beginning_to_its_report(shelves, station):
    missing, wrong, found = (arrive(station, waybill, shelf="3-1") for waybill in (ZTO, YTO, SF))
    said(shelves, send(shelves, "/shelves", "/shelves/add", shelf="2", first="1", last="1"))
    page = shelves.get("/shelf-counts").text
    assert page.index("货架 2<") < page.index("货架 3<"), "not in the order in which intake fills them"
    page = said(shelves, send(shelves, "/shelf-counts", "/shelf-counts/begin"))
    assert "先扫货架标签" in page and "还没盘的货架" in page
    assert mode(station)[0] == "shelf_count"
    assert "请填货架" in refused(send(shelves, "/shelf-counts/now", "/shelf-counts/now/typed"))
    page = said(shelves, send(shelves, "/shelf-counts/now", "/shelf-counts/now/typed", shelf="3-1"))
    assert "正在盘 3-1：账上 3 件" in page
    said(shelves, send(shelves, "/shelf-counts/now", "/shelf-counts/now/typed", code=SF))
    shelves.get("/")
    assert mode(station) == ("home", ""), "serving somebody leaves the mode"
    shelves.get("/shelf-counts/now")
    assert mode(station) == ("shelf_count", ""), "and the page brings it back, asking anew where"
    page = said(shelves, send(shelves, "/shelf-counts/now", "/shelf-counts/now/typed", shelf="3-2", code=YTO))
    assert "放错了" in page and "改放 3-2" in page
    assert "账上 0 件 · 扫到 0 件" in page and "另有 1 件不该在这里" in page
    page = said(shelves, send(shelves, "/shelf-counts/now", "/shelf-counts/now/typed", code="JT0011223344556"))
    assert "这个运单没有入过库" in page
    page = shelves.get("/shelf-counts/1").text
    assert "没扫到的 1 件算没找到" in page and "还没扫到的" in page
    assert "先盘完或放弃" in refused(send(shelves, "/shelf-counts/1", "/shelf-counts/begin", scope="3"))
    page = said(shelves, send(shelves, "/shelf-counts/1", "/shelf-counts/1/close"))
    assert "没找到 1 件，放错 1 件，多出 1 件" in page
    assert "应在 3-1" in page and "3-1 → 3-2" in page and "JT0011223344556" in page
    come_out(station)
    for act, words in (("1/move-all", "1 件已移库"), ("1/move-all", "没有要移库的"), ("1/print", "已送去打印")):
        assert words in said(shelves, send(shelves, "/shelf-counts/1", f"/shelf-counts/{act}")), act
    find = {k: value(station, "SELECT id FROM shelf_count_finds WHERE kind = ?", k) for k in ("unknown", "missing")}
    page = said(shelves, send(shelves, "/shelf-counts/1", f"/shelf-counts/1/finds/{find['unknown']}/take-in"))
    assert "已入库，取件码 3-2-" in page
    assert "已经处理过了" in refused(
        send(shelves, "/shelf-counts/1", f"/shelf-counts/1/finds/{find['unknown']}/take-in")
    )
    assert "请从列表中" in refused(
        send(shelves, "/shelf-counts/1", f"/shelf-counts/1/finds/{find['missing']}/settle", answer="x")
    )
    page = said(
        shelves, send(shelves, "/shelf-counts/1", f"/shelf-counts/1/finds/{find['missing']}/settle", answer="lost")
    )
    assert "已登记丢失" in page
    states = [value(station, "SELECT state FROM parcels WHERE id = ?", n) for n in (missing, wrong, found)]
    assert states == ["lost", "on_shelf", "on_shelf"]
    assert "PC" in shelves.get("/shelf-counts").text
    assert shelves.get("/shelf-counts/now").status_code == 303, "no count goes on"


def test_clean_count_says_so_and_one_given_up_changes_nothing(shelves, station):
    arrive(station, ZTO, shelf="3-1")
    said(shelves, send(shelves, "/shelf-counts", "/shelf-counts/begin", scope="3"))
    assert "一件都还没扫" in refused(send(shelves, "/shelf-counts/1", "/shelf-counts/1/close"))
    said(shelves, send(shelves, "/shelf-counts/now", "/shelf-counts/now/typed", shelf="3-1", code=ZTO))
    assert "账实相符" in said(shelves, send(shelves, "/shelf-counts/1", "/shelf-counts/1/close"))
    said(shelves, send(shelves, "/shelf-counts", "/shelf-counts/begin"))
    assert "已放弃" in said(shelves, send(shelves, "/shelf-counts/2", "/shelf-counts/2/give-up"))
    assert "已经放弃" in refused(send(shelves, "/shelf-counts/1", "/shelf-counts/2/close"))


def test_surplus_that_was_collected_is_brought_back_from_the_counting_page(shelves, station):
    parcel_id = arrive(station, ZTO, shelf="3-1")
    from kiosk.counter.hand_over import hand_over_one

    with station.store.transaction(MANAGER) as tx:
        hand_over_one(tx, parcel_id, "code")
    said(shelves, send(shelves, "/shelf-counts", "/shelf-counts/begin"))
    page = said(shelves, send(shelves, "/shelf-counts/now", "/shelf-counts/now/typed", shelf="3-1", code=ZTO))
    assert "账上已经离开" in page and "恢复在库" in page
    answer = send(shelves, "/shelf-counts/now", "/shelf-counts/1/finds/1/bring-back", back="now")
    assert answer.headers["Location"].startswith("/shelf-counts/now")
    assert "已恢复在库" in said(shelves, answer)
    assert value(station, "SELECT state FROM parcels WHERE id = ?", parcel_id) == "on_shelf"


def test_inspector_reads_counts_and_starts_none(shelves, station):
    other = create_app(station.store, station.runtime).test_client()
    log_in(other, station, "周检查")
    assert "开始盘点" not in other.get("/shelf-counts").text
