"""The same document as text and as HTML."""

import re

from hypothesis import given
from hypothesis import strategies as st

from kiosk.printing.columns import width
from kiosk.printing.document import Cell, Code128, Cut, Document, Drawer, Feed, Pair, Qr, Row, Rule, Text
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text

TEXTS = st.text(max_size=80)
BLOCKS = st.one_of(
    st.builds(
        Text, TEXTS, st.sampled_from(["left", "center", "right"]), st.integers(1, 4), st.booleans(), st.booleans()
    ),
    st.builds(Pair, TEXTS, TEXTS, st.integers(1, 4)),
    st.lists(st.builds(Cell, TEXTS, st.integers(1, 12)), min_size=1, max_size=5).map(lambda cells: Row(tuple(cells))),
    st.sampled_from([Rule(), Rule("="), Feed(2), Cut(), Drawer(), Qr("~PK:1"), Code128("SF1234567890")]),
)
DOCUMENTS = st.lists(BLOCKS, max_size=6).map(lambda blocks: Document("<title>", tuple(blocks)))
ATTACK = '<script>alert(1)</script>"onload="x"\'&'


@given(DOCUMENTS, st.sampled_from([30, 32, 42, 48]))
def test_no_line_of_text_is_over_the_columns(document, columns):
    text = render_text(document, columns)
    assert text.endswith("\n")
    assert all(width(line) <= columns for line in text.split("\n"))


@given(DOCUMENTS)
def test_html_has_no_style_no_script_and_is_balanced(document):
    html = render_html(document)
    tags = re.findall(r"<(/?)(\w+)([^<>]*)>", html)
    assert not re.search(r"\sstyle=|<script|<style|\son\w+=", re.sub(r">[^<]*<", "><", html))
    open_tags = []
    for closing, name, rest in tags:
        if closing:
            assert open_tags.pop() == name
        elif name not in ("br", "hr") and not rest.endswith("/"):
            open_tags.append(name)
    assert not open_tags


def test_html_escapes_every_text():
    blocks = (Text(ATTACK), Pair(ATTACK, ATTACK), Row((Cell(ATTACK),)), Code128(ATTACK), Qr(ATTACK))
    html = render_html(Document(ATTACK, blocks))
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 8


def test_every_class_is_styled():
    from pathlib import Path

    import kiosk.printing

    css = (Path(kiosk.printing.__file__).parent / "slip.css").read_text()
    document = Document(
        "x",
        (
            Text("a", "center", 4, True),
            Pair("a", "b", 2),
            Row(tuple(Cell("x", n) for n in (1, 12))),
            Rule(),
            Code128("A"),
            Qr("A"),
            Feed(3),
            Cut(),
        ),
    )
    used = {name for names in re.findall(r'class="([^"]*)"', render_html(document)) for name in names.split()}
    plain = {"size-1", "share-1", "slip-code128", "slip-qr"} | {f"lines-{n}" for n in range(1, 21)}
    assert {name for name in used - plain if f".{name}" not in css} == set()


def test_text_shows_what_codes_hold():
    text = render_text(Document("", (Code128("SF1234567890"), Qr("~PK:3-2-1005"), Drawer(), Cut())), 32)
    assert "SF1234567890" in text
    assert "~PK:3-2-1005" in text
