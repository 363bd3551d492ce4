"""The pages of registers are made from data: a complaint and an inspection go their whole way, and so does a register that a
county adds by a file."""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk import registers, shifts
from kiosk.counter.close_day import close_day
from kiosk.registers import check
from tests.services.register_bench import CLOSING, COMPLAINT, OWN, photo
from tests.web.browser import TestStation
from tests.web.counter import arrive, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

PLACE = "/registers/complaints"
TYPED = {f"f_{code}": text for code, text in COMPLAINT.items()}
CLOSED = {f"f_{code}": text for code, text in CLOSING.items()}


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    with found.store.reading() as db:
        assert [str(problem) for problem in check.problems(db)] == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


def drawn() -> str:
    """A signature as the board sends it."""
    from PIL import Image, ImageDraw

    board = Image.new("RGB", (900, 280), "white")
    ImageDraw.Draw(board).line([(60, 60), (400, 200), (800, 90)], fill="black", width=9)
    out = io.BytesIO()
    board.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def complain(client: FlaskClient, **more: object) -> str:
    answer = send(client, f"{PLACE}/new", f"{PLACE}/new", **TYPED | more)
    assert "已登记 TS2026-" in said(client, answer)
    return answer.headers["Location"].partition("?")[0]


def test_complaint_goes_from_its_form_to_its_end_on_pages_and_paper(client, station):
    assert "没有登记" in client.get(PLACE).text
    one = complain(client)
    page = client.get(one).text
    assert "赵*" in page and "赵小梅" not in page and "7 天内办结" in page and "箱子压扁了" in page
    assert "投诉和纠纷 TS2026-0001" in client.get("/registers").text
    listed = client.get(f"{PLACE}?state=left&from=2026-11-01&to=2026-11-30").text
    assert "TS2026-0001" in listed and "快递破损" in listed
    said(client, send(client, f"{one}/step/handle", f"{one}/step/handle", f_done="打了电话", steps="1"))
    page = said(client, send(client, f"{one}/step/close", f"{one}/step/close", steps="2", s_signed=drawn(), **CLOSED))
    assert "现在是「已办结」" in page and "￥30.00" in page and "打了电话" in page
    said(client, send(client, one, f"{one}/slip"))
    assert value(station, "SELECT COUNT(*) FROM slips WHERE template = 'register_slip'") == 1
    masked = client.get(f"{one}/a4")
    assert masked.mimetype == "application/pdf" and masked.data.startswith(b"%PDF-")
    full = send(client, one, f"{one}/a4")
    assert full.data.startswith(b"%PDF-") and len(full.data) > len(masked.data)
    assert value(station, "SELECT COUNT(*) FROM audit WHERE action = 'register.unmasked'") == 1


def test_form_that_is_refused_keeps_what_was_typed(client):
    answer = send(client, f"{PLACE}/new", f"{PLACE}/new", **TYPED | {"f_kind": ""})
    assert answer.status_code == 422 and "请填「什么事」" in answer.text and "箱子压扁了" in answer.text
    answer = send(client, f"{PLACE}/new", f"{PLACE}/new", **TYPED | {"p_proof": (io.BytesIO(b"none"), "x.jpg")})
    assert answer.status_code == 422 and "不是能打开的照片" in answer.text and "箱子压扁了" in answer.text


def test_same_form_sent_twice_is_one_entry(client, station):
    page = client.get(f"{PLACE}/new").text
    from tests.web.forms import hidden

    form = {name: hidden(page, name) for name in ("csrf_token", "_key")} | TYPED
    first, second = (
        client.post(f"{PLACE}/new", data=form, headers={"Sec-Fetch-Site": "same-origin"}) for _ in range(2)
    )
    assert first.status_code == second.status_code == 303
    assert value(station, "SELECT COUNT(*) FROM register_entries") == 1


def test_correction_undo_and_withdrawal_stay_in_the_story(client, station):
    one = complain(client)
    form = client.get(f"{one}/correct").text
    assert "赵小梅" not in form and "赵*" in form and "箱子压扁了" in form
    kept = {name: text for name, text in TYPED.items() if name not in ("f_complainant", "f_phone")}
    answer = send(
        client,
        f"{one}/correct",
        f"{one}/correct",
        steps="1",
        f_complainant="",
        f_phone="",
        **kept | {"f_kind": "快递丢失"},
    )
    page = said(client, answer)
    assert "<s>快递破损</s> → 快递丢失" in page and "赵*" in page
    assert value(station, "SELECT name_hint FROM register_entries") == "赵小梅"
    page = said(client, send(client, one, f"{one}/undo", steps="2"))
    assert "已撤销 TS2026-0001 的上一步" in page and "快递破损" in page
    answer = send(client, one, f"{one}/undo", steps="2")
    assert answer.status_code == 422 and "刚才被别人改过" in answer.text
    page = said(client, send(client, one, f"{one}/withdraw", steps="3"))
    assert "已作废" in page and 'id="next"' not in page


def test_operator_is_asked_to_put_right_only_what_an_operator_may_write(client, station):
    terms = {"f_carrier": "圆通速递", "f_from_on": "2026-11-01", "f_fee": "0.80", "f_agreed_by": "口头约定"}
    one = send(client, "/registers/carrier_terms/new", "/registers/carrier_terms/new", **terms).headers["Location"]
    asked = {"f_who": "李柜员", "f_kind": "事假", "f_from_on": "2026-12-01", "f_to_on": "2026-12-01", "f_days": "1", "f_reason": "家里有事"}  # fmt: skip
    leave = (
        send(client, "/registers/leaves/new", "/registers/leaves/new", **asked).headers["Location"].partition("?")[0]
    )
    send(client, f"{leave}/step/grant", f"{leave}/step/grant", steps="1", f_answer="同意")
    assert 'name="f_answer"' in client.get(f"{leave}/correct").text
    operator = create_app(station.store, station.runtime).test_client()
    log_in(operator, station, "李柜员")
    assert operator.get(f"{one.partition('?')[0]}/correct").status_code == 403
    form = operator.get(f"{leave}/correct").text
    assert 'name="f_days"' in form and 'name="f_answer"' not in form
    changed = asked | {"f_days": "2", "f_who": "", "f_answer": "不同意"}
    page = said(operator, send(operator, f"{leave}/correct", f"{leave}/correct", steps="2", **changed))
    assert "<s>1</s> → 2" in page and "不同意" not in page


def test_inspection_is_recorded_with_rows_photos_and_two_signatures(client, station):
    place = "/registers/inspections/new"
    rows = {f"r_items_{number}_result": "合格" for number in range(16)}
    files = {"p_pictures": (io.BytesIO(photo().content), "a.jpg")}
    typed = {"f_on": "2026-11-20", "f_by_whom": "片区合伙人", "f_inspector": "钱科长", "f_overall": "好"}
    signed = {"s_inspector_signed": drawn(), "s_manager_signed": drawn()}
    page = said(client, send(client, place, place, **typed, **rows, **files, **signed))
    assert "XJ2026-0001" in page and "看照片 1" in page and page.count("看签字") == 2
    short = send(client, place, place, **typed, **{**rows, "r_items_3_result": ""})
    assert short.status_code == 422 and "请填「商品分类陈列、明码标价：结果」" in short.text
    wrong = short.text.partition('name="r_items_3_result"')[2]
    assert "autofocus" in wrong[: wrong.index(">")] and short.text.count("autofocus") == 1


def test_operator_sees_the_next_step_and_an_inspector_only_reads(client, station):
    one = complain(client)
    other = create_app(station.store, station.runtime).test_client()
    log_in(other, station, "周检查")
    page = other.get(one).text
    assert "TS2026-0001" in page and 'id="next"' not in page and "写错了" not in page
    assert other.get(f"{PLACE}/new").status_code == 403
    assert send(other, one, f"{one}/unmask").status_code == 403
    assert value(station, "SELECT COUNT(*) FROM audit WHERE action = 'register.unmask_denied'") == 1
    assert other.get(f"{one}/a4").data.startswith(b"%PDF-")


def test_complaint_hangs_on_its_parcel(client, station):
    parcel = arrive(station)
    assert "快件" in client.get(f"{PLACE}/new?subject=parcel&id={parcel}").text
    one = complain(client, subject="parcel", id=parcel)
    assert f'href="/parcels/{parcel}"' in client.get(one).text
    answer = send(client, f"{PLACE}/new", f"{PLACE}/new", **TYPED, subject="parcel", id="999")
    assert answer.status_code == 422 and "没有找到" in answer.text


def test_file_of_a_register_that_breaks_while_the_station_works_stops_nothing(client, station):
    """A file half copied into the folder ended the first page, the day's page and the close."""
    folder = station.store.state / "registers"
    folder.mkdir()
    (folder / "well_water.toml").write_text(OWN, "utf-8")
    assert "水井巡查" in client.get("/registers").text
    for spoil in (lambda path: path.write_text(OWN[: len(OWN) // 2], "utf-8"), lambda path: path.unlink()):
        spoil(folder / "well_water.toml")
        (folder / "gone.toml").symlink_to(folder / "nowhere.toml")
        assert [client.get(place).status_code for place in ("/", "/day", "/compliance", PLACE)] == [200] * 4
        page = client.get("/registers").text
        assert "登记簿的文件有错" in page and ".toml" in page and "水井巡查" in page
        with station.store.transaction() as tx:
            shifts.ensure_open(tx)
            report = close_day(tx, pieces={}).report
        assert json.loads(report.content)["counts"]["complaints_new"] == 0
        (folder / "gone.toml").unlink()
    assert "登记簿的文件有错" not in client.get("/registers").text


def test_form_that_asks_otherwise_than_before_leaves_what_was_written_readable(client, station):
    """A county made a date of a text: the first page, the book and the close failed at the entry that was there."""
    folder = station.store.state / "registers"
    folder.mkdir()
    file = folder / "well_water.toml"
    words = OWN[: OWN.index("[[clocks]]")].replace('date = "on"\n', "")
    for asked in ('type = "date"\ndefault = "today"', 'type = "number"'):
        words = words.replace(asked, 'type = "text"\npersonal = false')
    file.write_text(words, "utf-8")
    place = "/registers/well_water"
    typed = {"f_on": "上周三", "f_well": "东井", "f_depth": "很深", "f_seen_by": "孙七"}
    one = send(client, f"{place}/new", f"{place}/new", **typed).headers["Location"].partition("?")[0]
    paths = ["/", "/day", "/compliance", "/registers", place, one, f"{one}/a4", f"{one}/correct", "/ledgers/R-SJ"]
    depth, seen_by = OWN.index('[[fields]]\ncode = "depth"'), OWN.index('[[fields]]\ncode = "seen_by"')
    photo_asked = '[[fields]]\ncode = "depth"\nlabel = "照片"\ntype = "photo"\nrequired = false\n'
    rows = '[[rows]]\ncode = "depth"\nname = "几次"\n[[rows.fields]]\ncode = "cm"\nlabel = "厘米"\ntype = "number"\n'
    pictures = (OWN[:depth] + photo_asked + OWN[seen_by:]).replace('sum = "depth"\n', "")
    repeated = (
        (OWN[:depth] + OWN[seen_by:]).replace("[[clocks]]", f"{rows}[[clocks]]").replace('sum = "', 'sum = "rows:')
    )
    for number, form in enumerate((OWN, pictures, repeated, words), 1):
        file.write_text(form, "utf-8")
        os.utime(file, (number, number))
        assert "登记簿的文件有错" not in client.get("/registers").text, number
        assert [(path, client.get(path).status_code) for path in paths] == [(path, 200) for path in paths]
        with station.store.transaction() as tx:
            shifts.ensure_open(tx)
            close_day(tx, pieces={})
            assert "well_water.deep" in registers.counts(tx, "2000-01-01", "2100-01-01") or form == words
    assert "很深" in client.get(one).text and "孙*" in client.get(one).text


def test_countys_own_register_has_its_pages_and_files_without_code(client, station):
    folder = station.store.state / "registers"
    folder.mkdir()
    (folder / "well_water.toml").write_text(OWN, "utf-8")
    assert "水井巡查" in client.get("/registers").text
    place = "/registers/well_water"
    page = said(
        client,
        send(client, f"{place}/new", f"{place}/new", f_on="2026-11-18", f_well="东井", f_depth="35", f_seen_by="孙七"),
    )
    assert "SJ2026-0001" in page
    assert "孙*" in client.get(f"{place}?from=2026-11-01&to=2026-11-30").text
    answer = send(client, place, "/ledgers/R-SJ/export", **{"from": "2026-11-01", "to": "2026-11-30", "as": "csv"})
    text = answer.data.decode("utf-8-sig")
    answer.close()
    assert "哪口井" in text and "东井" in text and "35" in text and "孙*" in text and "孙七" not in text
    answer = send(client, place, "/ledgers/R-SJ/export", **{"from": "2026-11-01", "to": "2026-11-30", "as": "xlsx"})
    assert answer.data.startswith(b"PK")
    answer.close()
    assert "SJ2026-0001" in client.get("/ledgers/R-SJ/paper?from=2026-11-01&to=2026-11-30").text


@pytest.mark.parametrize(
    "path",
    [
        "/registers/nonsense", "/registers/nonsense/new", "/registers/complaints/77", "/registers/complaints/0/step/close",
        "/registers/../complaints", "/registers/complaints/1/step/nonsense", "/ledgers/R-ZZZ", "/registers/%00",
    ],
)  # fmt: skip
def test_what_there_is_not_is_not_found(client, path):
    assert client.get(path).status_code in (404, 422)


def test_rows_may_stay_empty_and_a_masked_name_in_a_row_survives_a_correction(client, station):
    folder = station.store.state / "registers"
    folder.mkdir()
    rows = """
[[rows]]
code = "people"
name = "到场的人"
required = true
  [[rows.fields]]
  code = "who"
  label = "姓名"
  type = "person"
  [[rows.fields]]
  code = "how"
  label = "怎么来的"
  type = "choice"
  choices = ["走路", "坐车"]
"""
    (folder / "well_water.toml").write_text(OWN + rows, "utf-8")
    place = "/registers/well_water/new"
    cells = client.get(place).text.partition('id="rows-people"')[2].partition("</table>")[0]
    assert "r_people_2_who" in cells and "required" not in cells, "a spare row would hold up the whole form"
    said_first = {"f_on": "2026-11-18", "f_well": "东井", "f_depth": "35", "f_seen_by": "孙七"}
    assert "至少填一行" in send(client, place, place, **said_first).text
    first = {"r_people_0_who": "吴九", "r_people_0_how": "走路", "r_people_2_who": "郑十", "r_people_2_how": "坐车"}
    answer = send(client, place, place, **said_first, **first)
    page = said(client, answer)
    assert "吴*" in page and "郑*" in page and "吴九" not in page
    one = answer.headers["Location"].partition("?")[0]
    form = client.get(f"{one}/correct").text
    assert "吴*" in form and "吴九" not in form
    changed = {"r_people_0_who": "", "r_people_0_how": "坐车", "r_people_1_who": "", "r_people_1_how": "坐车"}
    said(
        client, send(client, f"{one}/correct", f"{one}/correct", steps="1", **said_first | {"f_seen_by": ""}, **changed)
    )
    full = send(client, one, f"{one}/unmask").text
    assert "吴九" in full and "郑十" in full and "孙七" in full


def test_leave_that_ends_before_it_begins_is_refused_and_keeps_what_was_typed(client, station):
    place = "/registers/leaves/new"
    typed = {
        "f_who": "吴大山",
        "f_kind": "事假",
        "f_from_on": "2026-11-26",
        "f_to_on": "2026-11-25",
        "f_days": "2",
        "f_reason": "家里收稻子",
    }
    answer = send(client, place, place, **typed)
    assert answer.status_code == 422 and "「到哪天」比「从哪天」还早，请核对；没有保存" in answer.text
    assert "家里收稻子" in answer.text and value(station, "SELECT COUNT(*) FROM register_entries") == 0
    page = said(client, send(client, place, place, **typed | {"f_to_on": "2026-11-26"}))
    assert "已登记 QJ2026-0001" in page
    fix = "/registers/leaves/1/correct"
    answer = send(client, fix, fix, steps="1", **{**typed, "f_who": "", "f_days": "1"})
    assert answer.status_code == 422 and "比「从哪天」还早" in answer.text


def test_row_that_is_wrong_is_named_and_has_the_cursor(client):
    place = "/registers/attendance/new"
    row = {
        "r_people_1_name": "吴大山",
        "r_people_1_came_at": "09:00",
        "r_people_1_left_at": "08:00",
        "r_people_1_status": "正常",
    }
    answer = send(client, place, place, f_on="2026-11-20", f_shift="全天", **row)
    assert answer.status_code == 422 and "「第 2 行的离岗」比「到岗」还早" in answer.text and "吴大山" in answer.text
    wrong = answer.text.partition('name="r_people_1_left_at"')[2]
    assert "autofocus" in wrong[: wrong.index(">")] and answer.text.count("autofocus") == 1


def test_place_that_was_arranged_is_not_asked_for_again(client):
    place = "/registers/villager_trainings"
    opened = {"f_topic": "手机缴费", "f_kind": "其他", "f_wish_by": "2026-11-28", "f_notice": "村广播"}
    said(client, send(client, f"{place}/new", f"{place}/new", **opened))
    arrange = f"{place}/1/step/arrange"
    said(client, send(client, arrange, arrange, steps="1", f_arranged_on="2026-11-29", f_place="村委会二楼"))
    assert 'name="f_place" value="村委会二楼"' in client.get(f"{place}/1/step/hold").text
