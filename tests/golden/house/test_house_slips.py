"""The command cards, and the two papers of a person's own request, as text, HTML and bytes against the files beside this one,
at 58 and 80 mm. `UPDATE_GOLDENS=1` writes them anew; look at the difference before committing it."""

import io
import os
import re
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from drivers.simulated.commands import CommandReader
from drivers.simulated.paper import Paper
from kiosk.counter.command_paper import TEST
from kiosk.counter.commands import COMMAND_WORDS, COMMANDS
from kiosk.counter.slips import TEST_CODE, command_card, scanner_card
from kiosk.printing.encode import encode
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from kiosk.retention import slips
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed

HERE = Path(__file__).parent
STATION = "枫林村服务站"
CARDS = {"station": STATION, "commands": [[name, words] for name, words in COMMAND_WORDS.items() if name != TEST]}
HEAD = {"station": STATION, "request_id": 12, "at": "2026-11-22 20:14"}
PARCEL = {
    "title": "快件", "began_on": "2026-11-13", "pictures": 0, "until_on": "2027-11-20",
    "fields": [["运单号", "value-1"], ["手机尾号", "value-2"], ["姓名或称呼", "value-3"], ["收件人电话", "value-4"]],
}  # fmt: skip
BILL = {"title": "代缴", "began_on": "2026-11-20", "fields": [["户号", "value-5"]], "pictures": 2, "until_on": ""}
BARE = {"title": "寄件", "began_on": "2026-01-02", "fields": [], "pictures": 0, "until_on": "2029-01-02"}
VALUES = {
    "value-1": "JDAWX021335191911-1-2", "value-2": "6688", "value-3": "䶮" + LONG_NAME[1:], "value-4": "19900016688",
    "value-5": "0602123456",
}  # fmt: skip
STAYED = [
    {"title": "代缴", "began_on": "2026-11-20", "reason": "业务办结后算起；交易记录保存不少于三年（电子商务法第三十一条、第五十三条）",
     "until_on": "2029-11-20"},
    {"title": "快件", "began_on": "2026-11-22", "reason": "这一笔还没有办完，办完以后再删除", "until_on": ""},
]  # fmt: skip
DOCUMENTS = {
    "command_card": command_card(CARDS, {}),
    "scanner_card": scanner_card({"station": STATION}, {}),
    "personal_data": slips.kept(HEAD | {"cases": [PARCEL, BILL, BARE]}, VALUES),
    "personal_data_gone": slips.kept(HEAD | {"cases": [PARCEL]}, dict.fromkeys(VALUES, "个人信息已按规定删除")),
    "personal_data_erased": slips.erased(HEAD | {"done": 3, "stayed": STAYED}, {}),
}


def compare(name: str, got: str) -> None:
    file = HERE / name
    if os.environ.get("UPDATE_GOLDENS"):
        file.write_text(got, "utf-8")
    assert file.read_text("utf-8") == got


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", DOCUMENTS)
def test_slip_as_text(slip, paper):
    compare(f"{slip}-{paper}.txt", render_text(DOCUMENTS[slip], PRINTERS[paper].columns))


@pytest.mark.parametrize("slip", DOCUMENTS)
def test_slip_as_html(slip):
    compare(f"{slip}.html", re.sub(r"(</(?:p|figure|article)>|<hr[^>]*>)", r"\1\n", render_html(DOCUMENTS[slip])))


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", DOCUMENTS)
def test_slip_as_bytes(slip, paper):
    compare(f"{slip}-{paper}.bytes.txt", listed(encode(DOCUMENTS[slip], PRINTERS[paper])))


def pictures(slip: str, paper: str) -> list[Image.Image]:
    """The paper that comes out of a printer."""
    out: list[bytes] = []
    roll, reader = Paper(PRINTERS[paper], lambda png, facts: out.append(png)), CommandReader()
    for token in reader.feed(encode(DOCUMENTS[slip], PRINTERS[paper])):
        roll.put(token)
    roll.tear_off()
    return [Image.open(io.BytesIO(png)).convert("L") for png in out]


@pytest.mark.parametrize("paper", PRINTERS)
def test_setting_of_a_scanner_is_read_as_a_setting_and_not_as_data(paper):
    found = [code for picture in pictures("scanner_card", paper) for code in zxingcpp.read_barcodes(picture)]
    assert [code.text for code in found] == [TEST_CODE, "VSUFCR."]


@pytest.mark.parametrize("paper", PRINTERS)
def test_every_card_is_read_from_the_paper_that_comes_out(paper):
    papers = pictures("command_card", paper)
    wanted = {f"~CMD:{command}" for command in COMMANDS if command != TEST}
    assert {code.data.decode() for picture in papers for code in pyzbar.decode(picture)} == wanted
    assert {code.text for picture in papers for code in zxingcpp.read_barcodes(picture)} == wanted
