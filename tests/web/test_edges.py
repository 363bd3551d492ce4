"""What the pages bear: numbers that no row has, methods that nobody knows, windows that read themselves again."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from kiosk import clock, fees
from kiosk.codes import recognise
from kiosk.counter import add_line, correct, hand_over, open_ticket, set_aside, settle, void
from kiosk.counter.check_in import check_in
from kiosk.counter.close_day import close_day
from kiosk.counter.recovery_paper import print_recovery_code
from kiosk.people import desks
from kiosk.people.model import Desk
from kiosk.printing import jobs, printer_page, slips
from kiosk.printing.profile import PROFILES
from kiosk.storage import Actor
from tests.web.browser import TestStation, make_station
from tests.web.forms import log_in, send
from web import create_app
from web.hub import MOST_STREAMS
from web.row_ids import LARGEST_ID, row_id
from web.scans import ScanTaker
from web.station import EXTENSION

TOO_LARGE = str(LARGEST_ID + 1)
WAYBILL = "YT8962646785389"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_station(tmp_path)
    yield found
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station)
    return found


@pytest.fixture
def parcel_id(station: TestStation) -> int:
    with station.store.transaction(Actor("staff", 1, "manager", "王站长")) as tx:
        return check_in(tx, waybill=WAYBILL, phone_tail="1234", name_hint="张三", print_mode="never").parcel_id


def _desk(station: TestStation) -> Desk:
    with station.store.reading() as db:
        return desks.desk(db, 1)


@pytest.mark.parametrize(
    "path",
    [
        "/parcels/{}", "/tickets/{}", "/reports/{}", "/prints/slips/{}", "/day/count/{}", "/fees/{}",
        "/devices/slips/{}.png",
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", [TOO_LARGE, "9" * 5000])
def test_an_address_with_a_number_that_no_row_has_leads_to_no_page(client: FlaskClient, path: str, number: str) -> None:
    assert client.get(path.format(number)).status_code == 404


@pytest.mark.parametrize("number", [TOO_LARGE, "9" * 5000, "²", "-1", ""])
@pytest.mark.parametrize("query", ["/audit?before={}", "/audit?who=staff-{}", "/parcels?before={}", "/find?asked={}"])
def test_a_query_with_a_number_that_no_row_has_is_passed_over(client: FlaskClient, query: str, number: str) -> None:
    assert client.get(query.format(number)).status_code == 200


@pytest.mark.parametrize("number", [TOO_LARGE, "9" * 5000, "²"])
def test_a_form_with_a_number_that_no_row_has_is_refused(
    station: TestStation, client: FlaskClient, parcel_id: int, number: str
) -> None:
    found = send(client, "/find?q=1234", "/hand-over", parcel_id=number, who="self", method="tail")
    assert found.status_code == 422
    found = send(client, "/find?q=1234", "/hand-over", parcel_id=parcel_id, who="another", proxy_id=number)
    assert found.status_code == 422
    stranger = create_app(station.store, station.runtime).test_client()
    assert send(stranger, "/log-in", "/log-in", staff_id=number, pin="735194").status_code == 422
    assert send(stranger, "/recover", "/recover", staff_id=number, code="1", pin="735194").status_code == 422


def test_row_ids_are_plain_digits() -> None:
    assert [row_id(text) for text in ("7", str(LARGEST_ID), TOO_LARGE, "٧", "7 ", "", "0x7")] == [
        7, LARGEST_ID, 0, 0, 0, 0, 0,
    ]  # fmt: skip


def test_an_event_mark_with_a_strange_number_asks_for_everything_afresh(client: FlaskClient) -> None:
    mark = client.get("/events/since").json["mark"].rpartition(".")[0] + ".²"
    assert client.get("/events/since", query_string={"mark": mark}).json["events"][0]["kind"] == "afresh"


def test_a_page_read_again_by_itself_does_not_bring_a_closed_person_back(
    station: TestStation, client: FlaskClient, parcel_id: int
) -> None:
    client.get("/find?q=1234")
    assert _desk(station).open_parcel_id == parcel_id
    send(client, "/find", "/person/close")
    shown = client.get("/find?q=1234", headers={"X-Part": "1"})
    assert shown.status_code == 200
    assert "张**" in shown.text
    assert _desk(station).open_parcel_id is None


def test_a_person_opened_with_an_unknown_check_is_handed_over_by_name(
    station: TestStation, client: FlaskClient, parcel_id: int
) -> None:
    found = send(client, "/find", f"/person/{parcel_id}/open", method="shouted" * 1000)
    assert found.status_code == 303
    assert _desk(station).last_act["check"] == "name"
    station.runtime.put_scan("wedge", "柜台", recognise(WAYBILL))
    assert ScanTaker(client.application.extensions[EXTENSION]).take_waiting() == 1
    with station.store.reading() as db:
        assert db.value("SELECT state FROM parcels WHERE id = ?", parcel_id) == "handed_over"


def test_a_scan_that_breaks_the_program_is_said_and_not_tried_for_ever(
    station: TestStation, client: FlaskClient, parcel_id: int
) -> None:
    connection = sqlite3.connect(station.store.path)
    connection.execute("CREATE TRIGGER nothing_goes BEFORE INSERT ON desk_scans BEGIN SELECT RAISE(ABORT, 'no'); END")
    connection.close()
    mark = client.get("/events/since").json["mark"]
    taker = ScanTaker(client.application.extensions[EXTENSION])
    station.runtime.put_scan("wedge", "柜台", recognise(WAYBILL))
    with pytest.raises(sqlite3.IntegrityError):
        taker.take_waiting()
    told = client.get("/events/since", query_string={"mark": mark}).json["events"]
    assert [(event["data"]["code"], event["data"]["tone"]) for event in told] == [("scan.broken", "trouble")]
    assert "什么也没有改动" in told[0]["data"]["words"]
    assert taker.take_waiting() == 0


def test_a_stream_that_is_only_asked_for_its_head_keeps_no_place(client: FlaskClient) -> None:
    for _ in range(MOST_STREAMS + 2):
        found = client.head("/events")
        assert found.status_code == 200
        found.close()
    assert client.application.extensions[EXTENSION].hub.open_streams == 0


@pytest.mark.parametrize("path", ["/prints/slips/{}/reprint", "/slips/{}/reprint"])
def test_a_slip_cannot_be_reprinted_without_a_printer(station: TestStation, client: FlaskClient, path: str) -> None:
    with station.store.transaction() as tx:
        facts = printer_page.facts(PROFILES["58mm-gb"], "小票机", "2026-11-22 08:24")
        slip_id = slips.freeze(tx, printer_page.TEMPLATE, facts, {}, "device", 1)
    found = send(client, f"/prints/slips/{slip_id}", path.format(slip_id))
    assert found.status_code == 422
    assert "没有配置打印机" in found.text


def test_the_paper_with_the_recovery_code_is_the_managers(tmp_path: Path) -> None:
    station = make_station(tmp_path, '[[devices]]\nname = "小票机"\nkind = "printer"\ndriver = "file"\n')
    with station.store.transaction() as tx:
        job_id = print_recovery_code(tx, "1234-5678-9012")
        slip_id = jobs.find(tx, job_id).slip_id
        jobs.finish(tx, job_id, "confirmed")
    app = create_app(station.store, station.runtime)
    for name, status in (("李柜员", 403), ("周检查", 403), ("王站长", 200)):
        client = app.test_client()
        log_in(client, station, name)
        shown = client.get(f"/prints/slips/{slip_id}")
        assert shown.status_code == status, name
        assert ("1234-5678-9012" in shown.text) == (status == 200)
        if name == "李柜员":
            for path in ("/prints/slips/{}/reprint", "/slips/{}/reprint"):
                assert send(client, "/find", path.format(slip_id)).status_code == 403
    with station.store.reading() as db:
        assert len(jobs.of_slip(db, slip_id)) == 1
    station.close()


def test_no_page_hashes_a_secret_while_others_wait_for_its_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = make_station(tmp_path, people=False)
    hashed: list[bool] = []
    real = PasswordHasher.hash

    def watched(self: PasswordHasher, *args: object, **more: object) -> str:
        hashed.append(station.store._owner is None)
        return real(self, *args, **more)

    monkeypatch.setattr(PasswordHasher, "hash", watched)
    client = create_app(station.store, station.runtime).test_client()
    send(client, "/first-start", "/first-start", name="王站长", pin="482913", pin_again="482913")
    station.staff_ids["王站长"] = 1
    log_in(client, station, "王站长")
    assert send(client, "/staff", "/staff/add", name="李柜员", role="operator").status_code == 303
    assert send(client, "/staff", "/staff/2/pin").status_code == 303
    assert send(client, "/staff", "/staff/recovery-code").status_code == 303
    station.close()
    assert hashed == [True] * 5


def test_a_desk_locks_though_the_clock_was_set_back(station: TestStation, client: FlaskClient) -> None:
    with station.store.transaction() as tx:
        tx.execute("UPDATE staff_sessions SET last_seen_at = ?", clock.stamp(clock.now() + timedelta(days=1)))
    assert client.get("/more").status_code == 200
    with station.store.transaction() as tx:
        seen = clock.read(tx.value("SELECT last_seen_at FROM staff_sessions"))
        assert seen <= clock.now()
        tx.execute("UPDATE staff_sessions SET last_seen_at = ?", clock.stamp(clock.now() - timedelta(hours=2)))
    assert client.get("/more").status_code == 423


def test_records_of_a_day_hold_no_word_of_the_program(station: TestStation) -> None:
    manager = Actor("staff", 1, "manager", "王站长", 1)
    document = tomllib.loads((Path(__file__).parents[2] / "config" / "fees.demo.toml").read_text("utf-8"))
    with station.store.transaction(manager) as tx:
        ids = [
            check_in(tx, waybill=f"YT896264678538{number}", phone_tail="1234", carrier="YTO").parcel_id
            for number in range(3)
        ]
        hand_over.hand_over(tx, ids[:1], "proxy_pickup", collected_by="李四", relation="neighbour")
        hand_over.hand_over(tx, ids[1:2], "known_by_face")
        correct.correct(tx, ids[2], carrier="ZTO", phone="5678", name_hint="张三", shelf="4-1")
        set_aside.mark_problem(tx, ids[2], "damaged")
        fees.publish(tx, document)
        ticket_id = open_ticket.open_ticket(tx)
        add_line.add_line(tx, ticket_id, "purchase", item_name="化肥", amount_fen=1000, paid_by="customer")
        add_line.add_line(tx, ticket_id, "bill", biller="power-demo", account_no="0602000500", amount_fen=5000)
        settle.settle(tx, ticket_id, 10000)
        void.void(tx, ticket_id, "mistake")
        close_day(tx, pieces={100: 3})
    client = create_app(station.store, station.runtime).test_client()
    log_in(client, station, "王站长")
    shown = client.get("/audit").text
    table = re.sub(r"<[^>]+>", " ", shown[shown.index("<tbody>") :])
    assert "出库，方式 代取，与收件人关系 邻居" in table
    assert "与收件人关系 本人" in table
    assert re.findall(r"[a-z]{3,}[a-z_.]*", table) == []
    filters = shown[shown.index('name="room"') : shown.index("</select>")]
    assert re.findall(r">([a-z_]+)<", filters) == []


#: An audit hook can't be taken off again, and a module is loaded once a process: this runs in one of its own.
LATE_IMPORTS = """
import sys
from pathlib import Path
from tests.web.browser import make_station
from tests.web.forms import hidden, log_in, send
from web import create_app

station = make_station(Path(sys.argv[1]))
late = set()
heavy = ("pypinyin", "joserfc", "cryptography")
sys.addaudithook(lambda event, arguments: late.add(arguments[0].partition(".")[0])
    if event == "import" and arguments[0].startswith(heavy) and station.store._owner is not None else None)
client = create_app(station.store, station.runtime).test_client()
log_in(client, station)
send(client, "/intake", "/intake/begin", carrier="YTO")
send(client, "/intake", "/intake/parcels", waybill_no="YT8962646785389", phone="1234", name_hint="张三")
send(client, "/day", "/day/count")
send(client, "/day/count/1", "/day/count/1/finish")
closed = send(client, "/day/count/1", "/day/close/1")
assert "/reports/1" in closed.headers["Location"], closed.text
assert {"pypinyin", "joserfc"} <= set(sys.modules)
print(sorted(late))
"""


def test_nobody_waits_while_a_dictionary_or_a_library_is_read_for_the_first_time(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LATE_IMPORTS, str(tmp_path)]
    root = Path(__file__).parents[2]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert (found.returncode, found.stdout.strip()) == (0, "[]"), found.stderr


def test_a_missing_right_is_said_without_a_word_of_the_program(client: FlaskClient) -> None:
    found = send(client, "/find", "/staff/add", name="李四", role="operator")
    assert found.status_code == 403
    said = re.search(r'<p class="large">([^<]*)', found.text)[1]
    assert "没有这项权限" in said
    assert re.findall("[a-z]+", said) == []
