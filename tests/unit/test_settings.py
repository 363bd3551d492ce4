"""An unknown key and a wrong value are named with file and key; nothing starts with half a setting."""

from pathlib import Path

import pytest

from kiosk import settings
from kiosk.errors import ConfigurationError

PRINTER = '[[devices]]\nname = "小票机"\nkind = "printer"\ndriver = "simulated"\ndesk = "柜台"\n'


def write(folder: Path, text: str) -> Path:
    (folder / "station.toml").write_text(text, "utf-8")
    return folder


def test_defaults_are_whole():
    loaded = settings.load()
    assert loaded.counter.desks == ("柜台",)
    assert loaded.county.address == ""


def test_state_folder_overrides_single_keys(tmp_path: Path):
    loaded = settings.load(write(tmp_path, '[station]\nname = "桃花村服务站"\n' + PRINTER))
    assert loaded.station.name == "桃花村服务站"
    assert loaded.station.code == "demo-001"
    assert loaded.printer_for("柜台") == "小票机"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[station]\nnmae = 'x'", "station.nmae"),
        ("[stations]\nname = 'x'", "stations"),
        ("[station]\nname = 5", "station.name"),
        ("[station]\nname = ''", "station.name"),
        ("[station]\nzone = 'Asia/Nowhere'", "station.zone"),
        ("[station]\nlocale = 'fr'", "station.locale"),
        ("[parcels]\noverdue_days = true", "parcels.overdue_days"),
        ("[parcels]\nslip_at_intake = 'sometimes'", "parcels.slip_at_intake"),
        ("[county]\naddress = 'http://example.org/'", "county.address"),
        ("[county]\naddress = 'http://localhost:8090@example.org/'", "county.address"),
        ("[county]\naddress = 'http://127.0.0.1:x@example.org'", "county.address"),
        ("[county]\ndaily_report_by = '25:00'", "county.daily_report_by"),
        ("[county]\nroad = 'pigeon'", "county.road"),
        ("[county]\nroad = 'folder'", "county.folder"),
        ("[county]\nfolder = 'stick'", "county.folder"),
        ("[county]\nroad = 'mail'\nmail_host = 'mail.example'\nmail_from = 'a@b.example'", "county.mail_to"),
        ("[county]\nmail_to = 'a@b.example, c@d.example'", "county.mail_to"),
        ('[county]\nmail_to = "a@b.example\\nBcc: c@d.example"', "county.mail_to"),
        ("[county]\nmail_security = 'none'", "county.mail_security"),
        ("[counter]\ndesks = []", "counter.desks"),
        ("station = 5", "station"),
        ("[[devices]]\nname = 'a'\nkind = 'fax'\ndriver = 'x'", "devices[1].kind"),
        ("[[devices]]\nname = 'a'\ndriver = 'x'", "devices[1].kind"),
        ("[[devices]]\nname = 'a'\nkind = 'printer'\ndriver = 'x'\ncolour = 'red'", "devices[1].colour"),
        (PRINTER + PRINTER, "devices[2].name"),
        (PRINTER.replace("柜台", "后院"), "devices.小票机.desk"),
    ],
)
def test_wrong_setting_is_named_with_file_and_key(tmp_path: Path, text: str, key: str):
    with pytest.raises(ConfigurationError) as caught:
        settings.load(write(tmp_path, text))
    assert caught.value.facts["key"] == key
    assert str(caught.value.facts["file"]).endswith("station.toml")


def test_file_that_is_no_toml_is_named(tmp_path: Path):
    with pytest.raises(ConfigurationError) as caught:
        settings.load(write(tmp_path, "[station\nname ="))
    assert str(tmp_path) in str(caught.value)


def test_centre_over_plain_http_is_taken_on_this_machine_only(tmp_path: Path):
    loaded = settings.load(write(tmp_path, '[county]\naddress = "http://127.0.0.1:9/"\n'))
    assert loaded.county.address == "http://127.0.0.1:9/"
