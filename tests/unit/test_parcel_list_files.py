"""Couriers' files as they come: every encoding, every trick of a table program, and files that mean harm."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kiosk.errors import Refused
from kiosk.parcel_lists import guess, read_file
from kiosk.parcel_lists.model import BAD, MOST_ROWS, Field, Grid
from kiosk.parcel_lists.reading import LARGEST_FILE_BYTES

ZTO, YTO = "73610555582883", "YT8962646785389"
CSV = f"运单号,收件人姓名,收件人电话,收件地址\n{YTO},张三,13812341234,枫林村三组\n{ZTO},李*,184****5678,五组\n"


def book(*rows, **more) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_file(content)
    return caught.value.code


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read_file(content).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_every_encoding_that_tables_are_saved_in(encoding, delimiter):
    found = read_file(CSV.replace(",", delimiter).encode(encoding))
    assert found.heads == ("运单号", "收件人姓名", "收件人电话"), "addresses are not kept"
    assert [row.cells for row in found.rows] == [(YTO, "张三", "13812341234"), (ZTO, "李*", "184****5678")]
    assert [row.number for row in found.rows] == [2, 3]


def test_rare_name_of_four_bytes_comes_whole():
    assert cells("单号,姓名\nYT8962646785389,𠮷䶮\n".encode("gb18030")) == [(YTO, "𠮷䶮")]


def test_tricks_that_keep_a_number_a_text_are_taken_off():
    assert cells(f'单号,电话\n="{ZTO}",\'13812341234\n\t{YTO},13912341234\n'.encode()) == [
        (ZTO, "13812341234"),
        (YTO, "13912341234"),
    ]


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("7.36106E+13", "rounded"),
        ("=1+1", "formula"),
        ("=cmd|' /C calc'!A0", "formula"),
        ("@SUM(A1)", "formula"),
        ("#N/A", "error"),
        ("x" * 61, "long"),
    ],
)
def test_cell_that_cannot_be_believed_is_marked(cell, mark):
    found = cells(f'单号,电话\n"{cell}",13812341234\n'.encode())
    assert found[0][0] == f"\x01{mark}"
    assert found[0][0] in BAD


def test_workbook_says_the_same_as_csv():
    found = read_file(book(["运单号", "收件人电话"], [YTO, 13812341234], [int(ZTO), "1234"]))
    assert [row.cells for row in found.rows] == [(YTO, "13812341234"), (ZTO, "1234")]
    assert guess(found) == {Field.WAYBILL: 0, Field.PHONE: 1}


def test_workbook_is_never_computed_and_rounded_numbers_are_not_believed():
    found = cells(
        book(["单号", "手机"], ["=CONCAT(1)", 13812341234], [7361055558288312345, 13912341234], [1.5, "1234"])
    )
    assert [row[0] for row in found] == ["\x01formula", "\x01rounded", "\x01rounded"]


def test_empty_first_sheet_and_lines_of_title_are_passed_over():
    made = Workbook()
    sheet = made.create_sheet("清单")
    for row in (["圆通 11 月 22 日派件"], [], ["单号", "手机"], [YTO, "13812341234"]):
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    found = read_file(out.getvalue())
    assert (found.heads, found.rows[0].number) == (("单号", "手机"), 4)


def test_heads_in_two_lines_are_read_as_one():
    rows = [
        ["中通派件表", None, None],
        ["运单号", "收件人", None],
        [None, "姓名", "电话"],
        [ZTO, "张三", "13812341234"],
    ]
    made = Workbook()
    for row in rows:
        made.active.append(row)
    made.active.merge_cells("A1:C1")
    made.active.merge_cells("B2:C2")
    made.active.merge_cells("A2:A3")
    out = io.BytesIO()
    made.save(out)
    found = read_file(out.getvalue())
    assert (found.heads, found.rows[0].number, len(found.rows)) == (("运单号", "姓名", "电话"), 4, 1)
    assert guess(found) == {Field.WAYBILL: 0, Field.NAME: 1, Field.PHONE: 2}


def test_number_that_a_table_program_kept_as_a_float_is_read_when_nothing_of_it_was_lost():
    found = cells(book(["单号", "手机"], [73610555582883.0, 13812341234.0], [1.23e14, "1234"], [1.23e15, "1234"]))
    assert [row[0] for row in found] == [ZTO, "123000000000000", "\x01rounded"]


def test_list_without_heads_is_guessed_by_what_stands_in_it():
    found = read_file(f"{YTO},13812341234\n{ZTO},13912341234\n".encode())
    assert guess(found) == {Field.WAYBILL: 0, Field.PHONE: 1}
    assert len(found.rows) == 2
    assert not any("138" in head for head in found.heads), "no phone becomes a head that is remembered"


def test_first_row_of_a_list_without_heads_is_told_of_even_where_its_number_was_spoilt():
    found = read_file(f"7.36106E+13,张三,13812341234\n{YTO},李四,13912341234\n".encode())
    assert [(row.number, row.cells[0]) for row in found.rows] == [(1, "\x01rounded"), (2, YTO)]
    assert "张三" not in found.heads, "a name is no head that is remembered"
    spoilt = read_file("7.36106E+13,张三,13812341234\n7.36106E+13,李四,13912341234\n".encode())
    assert [row.number for row in spoilt.rows] == [1, 2]


def test_column_with_identity_numbers_is_not_kept():
    found = read_file(f"单号,号\n{YTO},11010519491231002X\n".encode())
    assert found.heads == ("单号",)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "list.empty"),
        (b" \n\n", "list.empty"),
        (b"PK\x03\x04 no zip", "list.unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "list.old_workbook"),
        (b"<html><table></table></html>", "list.no_text"),
        (bytes(range(256)) * 20, "list.unreadable"),
        (b"x" * (LARGEST_FILE_BYTES + 1), "list.too_large"),
        ("单号\n".encode() + b"YT8962646785389\n" * (MOST_ROWS + 1), "list.too_many_rows"),
        (b'a,"' + b"x" * 200_000, "list.unreadable"),
        (("单号" + ",号" * 40 + "\n" + (YTO + ",12345678" * 40 + "\n") * 900).encode(), "list.too_much_text"),
    ],
    ids=["nothing", "blank", "zip", "xls", "html", "binary", "large", "rows", "field", "text"],
)
def test_file_that_is_no_list_is_refused_in_words(content, code):
    assert refusal(content) == code


def test_zip_bomb_is_not_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    assert len(out.getvalue()) < 200_000, "the control: it is small outside"
    assert refusal(out.getvalue()) == "list.unpacks_too_large"


def test_zip_bomb_that_lies_about_its_size_is_not_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 50_000_000)
    lied = out.getvalue().replace(struct.pack("<I", 50_000_000), struct.pack("<I", 1000))
    assert lied != out.getvalue()
    assert refusal(lied) == "list.unreadable"


def renamed(good: bytes, name: str, before: bytes) -> bytes:
    """The book with its first sheet under another name and something before what stands in it."""
    out, was = io.BytesIO(), "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            inside = source.read(part).replace(was.removeprefix("xl/").encode(), name.removeprefix("xl/").encode())
            target.writestr(
                name if part.filename == was else part.filename, (before if part.filename == was else b"") + inside
            )
    return out.getvalue()


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.png", "xl/worksheets/sheet1.XML"])
def test_entities_of_a_workbook_are_not_resolved(name):
    good = book(["单号"], [YTO])
    assert refusal(renamed(good, name, b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>')) == "list.unreadable"
    assert cells(renamed(good, name, b"")) == [(YTO,)], "the control: without it the book is read"


def test_sheet_that_claims_a_million_rows_is_read_to_its_end_only():
    made = load_workbook(io.BytesIO(book(["单号"], [YTO])))
    made.active.cell(1_048_576, 1, ZTO)
    out = io.BytesIO()
    made.save(out)
    assert cells(out.getvalue()) == [(YTO,)]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_a_refusal(content):
    for start in (b"", b"PK\x03\x04", b"\xff\xfe"):
        try:
            found = read_file(start + content)
        except Refused:
            continue
        assert Grid.of_text(found.text()).text() == found.text()


def test_preview_with_a_row_of_no_number_is_refused():
    with pytest.raises(Refused) as caught:
        Grid.of_text('[["单号"],[[Infinity,"YT8962646785389"]]]')
    assert caught.value.code == "list.preview_lost"


@given(st.text(max_size=200))
def test_any_text_as_a_carried_preview_is_a_list_or_a_refusal(text):
    try:
        Grid.of_text(text)
    except Refused as refused:
        assert refused.code == "list.preview_lost"
