"""A document laid out for a number of columns: the lines that every rendering shares, so that paper, text and picture
break alike. Knows no bytes and no fonts; what cannot be shown was already put into words by ``show``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from kiosk.printing import columns as cols
from kiosk.printing.document import Code128, Cut, Document, Drawer, Feed, Pair, Qr, Row, Rule, Text

#: Puts the texts of one block into what the paper can show; all of a block's texts at once, as they share lines.
Show = Callable[[tuple[str, ...]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``indent`` columns of blank paper, then the text at ``size`` times its width and height."""

    text: str
    indent: int = 0
    size: int = 1
    bold: bool = False


Item = Line | Code128 | Qr | Feed | Cut | Drawer


def lay_out(document: Document, columns: int, show: Show = lambda texts: texts) -> Iterator[Item]:
    """The document's lines, none wider than ``columns`` (text width × size + indent), with the codes between them."""
    for block in document.blocks:
        match block:
            case Text():
                yield from _text(block, columns, show)
            case Pair():
                yield from _pair(block, columns, show)
            case Row():
                yield from _row(block, columns, show)
            case Rule():
                yield Line(block.char * columns)
            case Code128():
                yield block
                if block.caption:
                    yield from _text(Text(block.data, "center"), columns, show)
            case _:
                yield block


def _text(block: Text, columns: int, show: Show) -> Iterator[Line]:
    paragraphs = show((block.text,))[0].split("\n")
    size = block.size
    if block.fit:
        widest = max(map(cols.width, paragraphs))
        while size > 1 and widest * size > columns:
            size -= 1
    for paragraph in paragraphs:
        for line in cols.wrap(paragraph, columns // size):
            yield _placed(line, block.align, columns, size, block.bold)


def _pair(block: Pair, columns: int, show: Show) -> Iterator[Line]:
    left, right = show((block.left, block.right))
    for line, align in cols.justify(left, right, columns // block.size):
        yield _placed(line, align, columns, block.size, block.bold)


def _row(block: Row, columns: int, show: Show) -> Iterator[Line]:
    texts = show(tuple(cell.text for cell in block.cells))
    widths = cols.shares([cell.width_share for cell in block.cells], columns)
    if widths is None:  # too many cells for this paper: one below the other rather than unreadable
        for cell, text in zip(block.cells, texts, strict=True):
            for line in cols.wrap(text, columns):
                yield _placed(line, cell.align, columns, 1, block.bold)
        return
    wrapped = [cols.wrap(text, wide) for text, wide in zip(texts, widths, strict=True)]
    for parts in zip_longest(*wrapped, fillvalue=""):
        filled = [cols.pad(part, wide, cell.align) for part, wide, cell in zip(parts, widths, block.cells, strict=True)]
        yield Line(" ".join(filled).rstrip(" "), 0, 1, block.bold)


def _placed(line: str, align: str, columns: int, size: int, bold: bool) -> Line:
    free = 0 if align == "left" else columns - cols.width(line) * size
    return Line(line, free // 2 if align == "center" else free, size, bold)
