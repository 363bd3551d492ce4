"""What lies beside the signed file for people: the workbook and the text of the chat group."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl

from kiosk.reports import for_people
from kiosk.reports.ledgers.model import Column, Kind
from kiosk.reports.ledgers.sheet import write


def test_driven_clock_is_said_in_the_text_and_in_the_workbook(tmp_path: Path) -> None:
    content = {
        "station": {"code": "demo-001", "name": "枫林村服务站"}, "business_on": "2026-11-22", "report_no": "F20261122-0001",
        "services": [], "totals": dict.fromkeys(("txn_count", "txn_amount_fen", "commission_fen", "service_fee_fen"), 0),
    }  # fmt: skip
    for is_driven in (True, False):
        said = {"topic": "report.daily", "sequence": 1, "content": {**content, "is_clock_driven": is_driven}}
        book = for_people.workbook_of(json.dumps(said), "0" * 64, tmp_path, "zh_CN")
        assert book is not None
        sheet = openpyxl.load_workbook(io.BytesIO(book)).active
        assert sheet is not None
        assert ("演示时钟" in str(sheet["A2"].value)) is is_driven
        assert ("演示时钟" in for_people.text_of(json.dumps(said), "zh_CN")) is is_driven


def test_facts_of_the_workbook_take_the_lines_they_need(tmp_path: Path) -> None:
    facts = "枫林村服务站 demo-001 · 包裹：到件 4 · 取件 1 · 在库 3 · 滞留 0 · 退件 0 · 问题件 0 · 寄件 0 · " * 2
    for notes in (facts, "短"):
        file = io.BytesIO()
        columns = [Column("name", "业务类型", "", width=16), Column("count", "笔数", "", Kind.NUMBER, 8)]
        write(file, tmp_path, title="日报", notes=notes, columns=columns, rows=[["代购", 1]], totals=["合计", None, 1])
        sheet = openpyxl.load_workbook(file).active
        assert sheet is not None and sheet["A2"].value == notes and sheet["C4"].value == 1
        assert [str(cells) for cells in sheet.merged_cells.ranges] == (["A2:C2"] if notes == facts else [])
        assert (sheet["A2"].alignment.wrap_text or False) is (notes == facts)
