"""A document's texts are clean from the moment its blocks are made."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printing.document import Cell, Code128, Document, Drawer, Feed, Pair, Qr, Row, Rule, Text, clean

HOSTILE = "王\x1b@小\x1dV\x00明\x1b\x70\x00\x19\xfa\x10\x14\x08"


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_clean_text_holds_no_control_and_no_format_character(text):
    kept = clean(text, lines=True)
    assert not [c for c in kept if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
    assert "\n" not in clean(text)
    assert clean(kept, lines=True) == kept


def test_name_with_printer_commands_is_only_its_letters():
    wanted = "王@小V明p\xfa"
    assert Text(HOSTILE).text == wanted
    assert Pair(HOSTILE, HOSTILE) == Pair(wanted, wanted)
    assert Row((Cell(HOSTILE),)).cells[0].text == wanted
    assert Document(HOSTILE).title == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("一\r\n二\r三\u2028四\x85五", "一\n二\n三\n四\n五"),
        ("tab\tnbsp\u00a0thin\u2009wide\u3000", "tab nbsp thin wide\u3000"),
        ("e\u0301 A\u030a", "é Å"),
        ("葛\U000e0100 ☎\ufe0f", "葛 ☎"),
        ("\u200b零\u200d宽\ufeff", "零宽"),
    ],
)
def test_spaces_breaks_accents_and_invisible_signs_become_plain(text, wanted):
    assert clean(text, lines=True) == wanted


def test_line_breaks_are_kept_in_paragraphs_only():
    assert Text("一\n二").text == "一\n二"
    assert Pair("一\n二", "三\n四") == Pair("一 二", "三 四")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Text(None),
        lambda: Text(b"bytes"),
        lambda: Text("x", align="middle"),
        lambda: Text("x", size=5),
        lambda: Row(()),
        lambda: Cell("x", 0),
        lambda: Rule("--"),
        lambda: Rule("一"),
        lambda: Code128(""),
        lambda: Code128("\x1b"),
        lambda: Qr("x" * 641),
        lambda: Qr("x", module=9),
        lambda: Feed(0),
        lambda: Document("x", ("text",)),
    ],
)
def test_block_that_cannot_be_printed_is_refused_when_it_is_made(make):
    with pytest.raises((TypeError, ValueError)):
        make()


def test_lone_surrogate_in_a_code_does_not_stop_the_slip():
    assert Qr("a\ud800b").data == "a?b"


def test_document_is_immutable_and_comparable():
    one = Document("x", [Text("a"), Drawer()])
    assert one == Document("x", (Text("a"), Drawer()))
    assert hash(one) == hash(Document("x", (Text("a"), Drawer())))
    with pytest.raises(AttributeError):
        one.title = "y"
