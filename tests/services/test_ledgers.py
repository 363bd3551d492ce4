"""What every ledger shares: filters, pages, totals, masks, and the files that leave the station with a record."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import audit, clock
from kiosk.errors import Refused
from kiosk.reports.ledgers import LEDGERS, comma, export, ledger, rows, sheet
from kiosk.reports.ledgers.cells import Cells, Fen, shown
from kiosk.reports.ledgers.export import FileFormat
from kiosk.reports.ledgers.model import MOST_DAYS, Column, Filters, Kind, filters
from kiosk.storage import Actor
from tests.services.parcel_bench import Station
from tests.services.test_parcels_plans import plans

TODAY = date(2026, 11, 22)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = ["=cmd|'/C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "普通"]
COLUMNS = (
    Column("name", "品名", "", Kind.TEXT, 20),
    Column("amount_fen", "金额", "", Kind.FEN, 12, has_total=True),
    Column("pieces", "件数", "", Kind.NUMBER, 8, has_total=True),
    Column("on", "日期", "", Kind.DATE, 12),
    Column("at", "时间", "", Kind.INSTANT, 17),
)


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path / "station")
    yield opened
    opened.store.close()


def _fill(station: Station, count: int) -> None:
    for number in range(count):
        station.arrive(f"YT{8962646785000 + number}", phone=f"1380000{number:04d}")


def _rows(cells: list[Any]) -> list[list[Any]]:
    return [[text, Fen(fen), pieces, TODAY, datetime.fromisoformat("2026-11-22T08:24")] for text, fen, pieces in cells]


# Filters ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, "2026-11-01", "2026-11-30"),
        ({"month": "2024-02"}, "2024-02-01", "2024-02-29"),
        ({"from_on": "2026-11-03", "to_on": "2026-11-05"}, "2026-11-03", "2026-11-05"),
        ({"from_on": "2026-11-03"}, "2026-11-03", "2026-11-22"),
        ({"to_on": "2026-10-15"}, "2026-10-01", "2026-10-15"),
        ({"from_on": "2026-12-01"}, "2026-12-01", "2026-12-01"),
        ({"from_on": "2024-01-01", "to_on": "2024-12-31"}, "2024-01-01", "2024-12-31"),
        ({"from_on": " 2026-11-03 ", "to_on": "2026-11-03", "month": "2020-01"}, "2026-11-03", "2026-11-03"),
    ],
)
def test_dates_are_both_included_and_begin_with_the_month(asked, first, last):
    found = filters(ledger("F5"), today=TODAY, **asked)
    assert (found.from_on, found.to_on) == (first, last)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"month": "2026-13"}, "ledger.dates_unreadable"),
        ({"month": "november"}, "ledger.dates_unreadable"),
        ({"month": "9999-12"}, "ledger.dates_unreadable"),
        ({"from_on": "2026-02-30"}, "ledger.dates_unreadable"),
        ({"from_on": "2026-11-05", "to_on": "2026-11-03"}, "ledger.dates_reversed"),
        ({"from_on": "2025-01-01", "to_on": "2026-01-02"}, "ledger.range_too_long"),
        ({"state": "sold'; --"}, "ledger.state_unknown"),
        ({"tail": "123"}, "ledger.tail_unreadable"),
        ({"tail": "１２３４"}, "ledger.tail_unreadable"),
        ({"text": "x" * 41}, "ledger.text_too_long"),
    ],
)
def test_filter_that_cannot_be_is_refused(asked, code):
    with pytest.raises(Refused) as caught:
        filters(ledger("F5"), today=TODAY, **asked)
    assert caught.value.code == code
    assert "{" not in str(caught.value)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.text(max_size=12), st.text(max_size=12), st.text(max_size=8))
def test_any_dates_are_a_range_or_a_refusal(today, from_on, to_on, month):
    try:
        found = filters(ledger("F5"), today=today, from_on=from_on, to_on=to_on, month=month)
    except Refused:
        return
    first, last = date.fromisoformat(found.from_on), date.fromisoformat(found.to_on)
    assert first <= last
    assert (last - first).days < MOST_DAYS


def test_unknown_ledger_is_refused_and_its_name_may_be_small():
    assert ledger("f5") is LEDGERS["F5"]
    with pytest.raises(Refused) as caught:
        ledger("F99")
    assert caught.value.code == "ledger.unknown"


# Pages and totals ------------------------------------------------------------------------------------------------------


def test_pages_hold_every_row_once_newest_first(station):
    _fill(station, 23)
    asked = filters(LEDGERS["F5"], today=clock.local_date())
    seen, after = [], None
    with station.store.reading() as db:
        while True:
            found, after = rows.page(db, LEDGERS["F5"], asked, after=after, limit=5)
            seen += [row["key_"] for row in found]
            if after is None:
                break
        assert rows.totals(db, LEDGERS["F5"], asked) == {"rows": 23}
        assert [row["key_"] for row in rows.every(db, LEDGERS["F5"], asked)] == list(range(1, 24))
    assert seen == list(range(23, 0, -1))


def test_text_is_looked_for_as_it_stands(station):
    _fill(station, 2)
    with station.store.reading() as db:
        for text in ("%", "_", "\\", "'", '"', "100%_\\"):
            asked = filters(LEDGERS["F5"], today=clock.local_date(), text=text)
            assert rows.totals(db, LEDGERS["F5"], asked)["rows"] == 0
        asked = filters(LEDGERS["F5"], today=clock.local_date(), text="圆通")
        assert rows.totals(db, LEDGERS["F5"], asked)["rows"] == 2


def test_what_one_person_has_done_is_found_by_the_person(station):
    _fill(station, 3)
    with station.store.reading() as db:
        mine = filters(LEDGERS["F5"], today=clock.local_date(), operator_id=1)
        others = filters(LEDGERS["F5"], today=clock.local_date(), operator_id=2)
        assert rows.totals(db, LEDGERS["F5"], mine)["rows"] == 3
        assert rows.totals(db, LEDGERS["F5"], others)["rows"] == 0


@pytest.mark.parametrize("form", LEDGERS)
def test_a_page_and_its_totals_are_led_by_an_index_whatever_the_years(station, form):
    """A plan that walks a table is a page that takes a minute in its fifth year."""
    found = LEDGERS[form]
    asked = filters(found, today=TODAY)

    def act(tx: Any) -> None:
        rows.page(tx, found, asked, after=("2026-11-20", 7))
        rows.totals(tx, found, asked)

    found_plans = plans(station, act)
    walked = {plan[:7] for plan in found_plans if plan.startswith("SCAN") and "CONSTANT ROW" not in plan}
    if form == "F2":  # a union of two: each is bounded by its own index, and what comes of that is sorted
        assert walked == {"SCAN t "}
        assert any("purchases_by_ordered_on (ordered_on>?" in plan for plan in found_plans)
        assert any("consignment_sales_by_day (sold_on>?" in plan for plan in found_plans)
    else:
        assert walked == set()
        assert form == "F13" or not [plan for plan in found_plans if "TEMP B-TREE" in plan]


# Files -----------------------------------------------------------------------------------------------------------------


def _workbook(lines: list[list[Any]], folder: Path) -> bytes:
    file = io.BytesIO()
    totals = ["合计", "2 行", Fen(12_50), 3, None, None]
    count = sheet.write(file, folder, title="代购/台账[2026]", notes="站点", columns=COLUMNS, rows=lines, totals=totals)
    assert count == len(lines)
    return file.getvalue()


def test_workbook_reads_back_as_it_was_written(tmp_path):
    content = _workbook(_rows([("水泵", 12_50, 2), ("化肥", -5, 1)]), tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.active
    assert page.title == "代购台账2026"
    assert page.freeze_panes == "A4"
    assert [cell.value for cell in page[3]] == ["序号", "品名", "金额", "件数", "日期", "时间"]
    assert [cell.value for cell in page[4]] == [
        1,
        "水泵",
        12.5,
        2,
        datetime.fromisoformat("2026-11-22"),
        datetime.fromisoformat("2026-11-22T08:24"),
    ]
    assert [cell.value for cell in page[5]][:4] == [2, "化肥", -0.05, 1]
    assert [cell.value for cell in page[6]] == ["合计", "2 行", 12.5, 3, None, None]
    assert (page["C4"].number_format, page["E4"].number_format, page["F4"].number_format) == (
        "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm",
    )  # fmt: skip
    assert page["B4"].number_format == "@"
    assert page.column_dimensions["B"].width == pytest.approx(20, abs=1)
    assert page.page_setup.paperSize == 9
    assert page.print_title_rows == "$3:$3"
    assert not list(tmp_path.iterdir())


def test_amounts_stand_in_the_file_to_the_fen_and_no_float_came_between(tmp_path):
    amounts = [0, 1, 9, 10, 99, 100, 12_50, 29_10, 1_005, -12_50, 99_999_999_99, 123_456_789_01]
    content = _workbook(_rows([("x", fen, 1) for fen in amounts]), tmp_path)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        tree = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    cells = [
        cell for cell in tree.iter(f"{MAIN}c") if cell.get("r").startswith("C") and cell.find(f"{MAIN}v") is not None
    ]
    written = [cell.find(f"{MAIN}v").text for cell in cells][: len(amounts)]
    assert written == [str(Fen(fen)) for fen in amounts]
    assert written[:3] == ["0.00", "0.01", "0.09"]


def test_text_never_becomes_a_formula_in_a_workbook(tmp_path):
    content = _workbook(_rows([(text, 1, 1) for text in HOSTILE]), tmp_path)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(parts.read(name))
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
        assert not any("vba" in name.lower() or "external" in name.lower() for name in parts.namelist())
    assert "<f>" not in xml
    assert "<f " not in xml
    assert "hyperlink" not in xml
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [page.cell(4 + place, 2).data_type for place in range(len(HOSTILE))] == ["s"] * len(HOSTILE)
    assert [page.cell(4 + place, 2).value for place in range(5)] == HOSTILE[:5]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=6))
def test_any_text_is_a_text_in_both_files(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("sheet")
    lines = _rows([(text, 1, 1) for text in texts])
    page = openpyxl.load_workbook(io.BytesIO(_workbook(lines, folder))).active
    assert {page.cell(4 + place, 2).data_type for place in range(len(texts))} <= {"s", "n"}  # n: an empty cell
    file = io.BytesIO()
    comma.write(file, columns=COLUMNS, rows=lines, totals=[None] * 6)
    read = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))
    for text, row in zip(texts, read[1:], strict=False):
        assert row[1].removeprefix("'") == text.removeprefix("'")
        assert not row[1].startswith(comma.STARTS)


def test_csv_has_its_mark_and_lines_for_excel_and_numbers_stay_numbers():
    file = io.BytesIO()
    totals = ["合计", "8 行", Fen(12_50), 3, None, None]
    count = comma.write(file, columns=COLUMNS, rows=_rows([(text, -1_250, -3) for text in HOSTILE]), totals=totals)
    content = file.getvalue()
    assert count == len(HOSTILE)
    assert content.startswith(b"\xef\xbb\xbf\xe5\xba\x8f\xe5\x8f\xb7,")
    assert content.endswith("合计,8 行,12.50,3,,\r\n".encode())
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read[0] == ["序号", "品名", "金额", "件数", "日期", "时间"]
    assert [row[1] for row in read[1:-1]] == ["'" + text for text in HOSTILE[:-1]] + ["普通"]
    assert {tuple(row[2:]) for row in read[1:-1]} == {("-12.50", "-3", "2026-11-22", "2026-11-22 08:24")}


@pytest.mark.parametrize("file_format", FileFormat)
def test_file_is_recorded_before_it_leaves_and_is_masked(station, file_format):
    _fill(station, 3)
    asked = filters(LEDGERS["F5"], today=clock.local_date())
    made = export.export(station.store, station.actor, LEDGERS["F5"], asked, file_format, station.store.state)
    content = made.file.read()
    assert len(content) == made.size
    made.file.close()
    assert made.count == 3
    assert made.name == f"F5-{asked.from_on}-{asked.to_on}.{file_format}"
    text = _text_of(content, file_format)
    assert "138****0001" in text
    assert "13800000001" not in text
    assert "YT8962646785001" not in text
    with station.store.reading() as db:
        (record,) = audit.records(db, action="ledger.exported")
    assert dict(record.facts) == {
        "form": "F5", "from_on": asked.from_on, "to_on": asked.to_on, "rows": 3, "file_format": str(file_format),
    }  # fmt: skip
    assert record.actor_id == station.actor.id
    assert not list(station.store.state.glob("ledger-*"))


@pytest.mark.parametrize("file_format", FileFormat)
def test_whoever_may_unmask_takes_everything_and_leaves_another_record(station, file_format):
    _fill(station, 2)
    asked = filters(LEDGERS["F5"], today=clock.local_date())
    made = export.export(
        station.store, station.actor, LEDGERS["F5"], asked, file_format, station.store.state, in_full=True
    )
    text = _text_of(made.file.read(), file_format)
    made.file.close()
    assert "13800000001" in text
    assert "YT8962646785001" in text
    with station.store.reading() as db:
        assert [record.action for record in audit.records(db, action="ledger")] == ["ledger.exported_in_full"]


def test_inspector_takes_masked_files_only_and_the_try_is_remembered(station):
    inspector = Actor("staff", 1, "inspector", "周检查")
    asked = filters(LEDGERS["F5"], today=clock.local_date())
    with pytest.raises(Refused) as caught:
        export.export(station.store, inspector, LEDGERS["F5"], asked, FileFormat.CSV, station.store.state, in_full=True)
    assert caught.value.code == "staff.not_allowed"
    export.remember_denied(station.store, inspector, LEDGERS["F5"])
    export.export(station.store, inspector, LEDGERS["F5"], asked, FileFormat.CSV, station.store.state).file.close()
    with station.store.reading() as db:
        actions = [record.action for record in audit.records(db, action="ledger")]
    assert actions == ["ledger.exported", "ledger.export_denied"]
    courier = Actor("token", 1, "courier", "手持机")
    with pytest.raises(Refused):
        export.export(station.store, courier, LEDGERS["F5"], asked, FileFormat.CSV, station.store.state)


def test_file_that_fails_leaves_no_record_and_no_rest(station, monkeypatch):
    _fill(station, 3)
    asked = filters(LEDGERS["F5"], today=clock.local_date())
    monkeypatch.setattr(sheet, "MOST_ROWS", 2)
    for file_format in FileFormat:
        with pytest.raises(Refused) as caught:
            export.export(station.store, station.actor, LEDGERS["F5"], asked, file_format, station.store.state)
        assert caught.value.code == "ledger.too_many"
        assert "3 行" in str(caught.value)
    assert not list(station.store.state.glob("ledger-*"))
    with station.store.reading() as db:
        assert audit.records(db, action="ledger") == []


def test_one_export_at_a_time(station, monkeypatch):
    monkeypatch.setattr(export, "WAIT_SECONDS", 0.01)
    asked = filters(LEDGERS["F5"], today=clock.local_date())
    with export._turn:
        with pytest.raises(Refused) as caught:
            export.export(station.store, station.actor, LEDGERS["F5"], asked, FileFormat.CSV, station.store.state)
    assert caught.value.code == "ledger.export_under_way"
    export.export(station.store, station.actor, LEDGERS["F5"], asked, FileFormat.CSV, station.store.state).file.close()


def test_rest_of_a_killed_export_is_swept_by_the_next(station):
    left = station.store.state / "ledger-rows-killed"
    left.mkdir()
    (left / "sheet1.xml").write_text("138", "utf-8")
    asked = filters(LEDGERS["F5"], today=clock.local_date())
    export.export(station.store, station.actor, LEDGERS["F5"], asked, FileFormat.XLSX, station.store.state).file.close()
    assert not left.exists()


def test_totals_line_says_how_many_and_each_sum():
    found = LEDGERS["F5-BATCHES"]
    line = export.totals_line(found, {"rows": 2, "declared": 30, "counted": 28, "difference": -2})
    assert line[:2] == ["合计", "2 行"]
    assert [cell for cell in line if isinstance(cell, int)] == [30, 28, -2]
    assert len(line) == len(found.columns) + 1


def test_cells_without_a_value_stay_empty(station):
    _fill(station, 1)
    with station.store.reading() as db:
        (row,), _more = rows.page(db, LEDGERS["F5"], Filters("2026-01-01", "2999-12-31"))
        cells = Cells(db, LEDGERS["F5"])
        texts = {column.name: shown(cells.cell(column, row)) for column in LEDGERS["F5"].columns}
    assert (texts["out_at"], texts["cod_fen"], texts["name"], texts["method"]) == ("", "", "", "")


def _text_of(content: bytes, file_format: FileFormat) -> str:
    if file_format is FileFormat.CSV:
        return content.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
