"""An A4 form as PDF: its words come back from it, rare characters are drawn and not boxes, its bar code is read by a reader,
heads come again on every page, and what somebody typed is never markup."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdfium2 import PdfDocument

from kiosk.errors import ConfigurationError, Refused
from kiosk.printing import pdf
from kiosk.printing.pdf import plain, render_pdf
from kiosk.printing.sheet import Column, Facts, Paragraph, Sheet, Signature, Signatures, Table

HEADS = (Column("序", 0, "right"), Column("运单号", 3), Column("收件人", 2))
NASTY = '#image("x.png") *b* $x$ \\ @a <b> ``` // é 𠮷'


def pages(content: bytes) -> PdfDocument:
    assert content.startswith(b"%PDF-")
    return PdfDocument(io.BytesIO(content))


def text_of(document: PdfDocument, number: int = 0) -> str:
    return document[number].get_textpage().get_text_range()


def form(*parts, **more) -> Sheet:
    return Sheet("退件交接清单", "示范村服务站", "MR20260305-0001", "~MF:MR20260305-0001", parts, **more)


def rows(count: int) -> tuple[tuple[str, ...], ...]:
    return tuple((str(n), f"YT74602666{n:05d}", "欧阳䶮𠮷") for n in range(1, count + 1))


@pytest.fixture(scope="module")
def long_list() -> PdfDocument:
    return pages(render_pdf(form(Table(HEADS, rows(120)), Signatures((Signature("快递员", "周师傅"),)), foot="示范村")))


def test_every_page_bears_heads_number_and_page(long_list):
    assert len(long_list) >= 3
    for number in range(len(long_list)):
        words = text_of(long_list, number)
        assert (
            "退件交接清单" in words
            and "运单号" in words
            and "MR20260305-0001" in words
            and f"{number + 1} / {len(long_list)}" in words
        )
    assert "快递员" in text_of(long_list, len(long_list) - 1)
    assert text_of(long_list).count("YT74602666") > 30


def test_bar_code_is_read_back_by_a_reader(long_list):
    picture = long_list[0].render(scale=3).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == ["~MF:MR20260305-0001"]


def test_rare_characters_are_drawn_and_differ_from_a_missing_one():
    drawn = []
    for char in ("䶮", "𠮷", "国"):
        document = pages(render_pdf(Sheet("表", parts=(Paragraph(char * 8),))))
        assert char in text_of(document)
        drawn.append(document[0].render(scale=2).to_pil().tobytes())
    assert len(set(drawn)) == 3, "three different glyphs, so none is the box of a missing one"


def test_character_that_the_font_lacks_is_spelt_out():
    assert "〓U+2FFFE" in text_of(pages(render_pdf(Sheet("表", parts=(Paragraph("甲\U0002fffe乙"),)))))


def test_what_was_typed_is_never_markup():
    words = text_of(pages(render_pdf(form(Paragraph(NASTY), Facts(((NASTY, NASTY),)), Table(HEADS, ((NASTY,) * 3,))))))
    assert words.count('#image("x.png") *b*') >= 3


def test_same_form_is_the_same_bytes():
    assert render_pdf(form(Table(HEADS, rows(3)))) == render_pdf(form(Table(HEADS, rows(3))))


def test_signature_is_a_picture_on_its_line():
    board = Image.new("RGB", (300, 100), "white")
    ImageDraw.Draw(board).line([(10, 90), (150, 10), (290, 90)], fill="black", width=6)
    out = io.BytesIO()
    board.save(out, "JPEG")
    signed, bare = (
        pages(render_pdf(form(Signatures((Signature("快递员", "周", "在屏幕上签字", picture),)))))
        for picture in (out.getvalue(), None)
    )
    assert sum(1 for found in signed[0].get_objects() if found.type == 3) == 1
    assert sum(1 for found in bare[0].get_objects() if found.type == 3) == 0
    assert "在屏幕上签字" in text_of(signed)


def test_missing_font_is_named_with_its_package():
    with pytest.raises(ConfigurationError) as caught:
        render_pdf(form(), font="/nowhere/Noto.ttc")
    assert "fonts-noto-cjk" in str(caught.value)


def test_machine_too_busy_is_said_and_nothing_hangs(monkeypatch):
    monkeypatch.setattr(pdf, "LONGEST_SECONDS", 0.001)
    with pytest.raises(Refused) as caught:
        render_pdf(form())
    assert caught.value.code == "pdf.too_slow"


def test_fault_of_the_typesetter_is_told_and_not_taken_for_a_form(monkeypatch):
    monkeypatch.setattr(pdf, "plain", lambda sheet: {"title": "no parts"})
    with pytest.raises(RuntimeError):
        render_pdf(form())


def test_typesetter_is_loaded_by_its_own_process_alone():
    told = subprocess.run(
        [sys.executable, "-c", "import sys, kiosk.printing.pdf, kiosk.manifests.slips; print('typst' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == "False"


def test_table_of_uneven_rows_or_a_strange_column_is_a_mistake_of_the_builder():
    with pytest.raises(ValueError):
        Table(HEADS, (("1", "2"),))
    with pytest.raises(ValueError):
        Column("x", 13)


@settings(max_examples=40)
@given(st.text(), st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_any_text_is_clean_json_for_the_typesetter(words, pairs):
    told = plain(form(Paragraph(words), Facts(tuple(pairs))))
    assert json.loads(json.dumps(told)) == told
    assert not any(ord(char) < 32 and char != "\n" for char in told["parts"][0]["text"])


@settings(max_examples=60)
@given(st.from_regex(r"[!-~]{1,30}", fullmatch=True))
def test_bars_are_the_modules_of_the_code(code):
    told = plain(Sheet("表", code=code))
    drawn = ["0"] * told["width"]
    for start, width in told["bars"]:
        drawn[start : start + width] = "1" * width
    from kiosk.printing.codes import bars

    assert "".join(drawn) == bars(code)
