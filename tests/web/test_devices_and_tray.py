"""The devices page and the print list say what is so, in people's words."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from kiosk.codes import CodeKind
from kiosk.devices import Fault
from tests.web.browser import make_station
from tests.web.counter import PRINTER
from tests.web.forms import log_in
from web import create_app
from web.views.devices import FAULTS, PRINTER_FAULTS, SCALE_FAULTS, TRACES

SCANNER = '[[devices]]\nname = "扫码枪"\nkind = "scanner"\ndriver = "simulated"\ndesk = "柜台"\n'


def test_every_kind_and_fault_has_its_word() -> None:
    assert set(TRACES) >= set(CodeKind)
    assert set(TRACES) >= {"no_read", "bounce", "half_frame", "garbled", "too_long"}
    assert set(FAULTS) == set(PRINTER_FAULTS) == set(SCALE_FAULTS) == set(Fault)


def test_torn_print_is_no_half_code_and_a_frame_is_named(tmp_path: Path) -> None:
    station = make_station(tmp_path, PRINTER + SCANNER)
    for name, kind in (("小票机", "printer"), ("扫码枪", "scanner")):
        station.runtime.announce(name, "", kind=kind, faults=(Fault.HALF_FRAME,))
    station.runtime.put_trace("扫码枪", "payment_code", "", 18)
    client: FlaskClient = create_app(station.store, station.runtime).test_client()
    log_in(client, station, "王站长")
    shown = client.get("/devices").text
    printer, scanner = shown.split('id="扫码枪"')
    assert "模拟" in printer and "· simulated" not in shown
    assert "打到一半断开" in printer and "半个条码" not in printer
    assert "半个条码" in scanner
    assert "付款码" in scanner and "payment_code" not in scanner
    station.close()


def test_station_without_a_printer_does_not_say_that_all_was_printed(tmp_path: Path) -> None:
    for toml, words in (("", "没有配置打印机"), (PRINTER, "该打的都打出来了")):
        station = make_station(tmp_path / words, toml)
        client: FlaskClient = create_app(station.store, station.runtime).test_client()
        log_in(client, station)
        assert words in client.get("/prints").text
        station.close()
