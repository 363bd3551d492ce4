"""A document as HTML for a page: everything escaped, meaning in classes, no style attribute and no script (the pages'
content security policy allows neither). The classes are those of ``slip.css`` beside this file; codes are SVG."""

from __future__ import annotations

from html import escape

from kiosk.printing import codes
from kiosk.printing.document import Block, Code128, Cut, Document, Drawer, Feed, Pair, Qr, Row, Rule, Text


def render_html(document: Document) -> str:
    """An ``<article class="slip">`` with one element a block. Safe to put into a page as it is."""
    body = "".join(map(_block, document.blocks))
    if document.sticker is not None:
        size = f"sticker-{document.sticker.width_mm}x{document.sticker.height_mm}"
        return f'<article class="slip is-sticker {size}" aria-label="{escape(document.title)}">{body}</article>'
    return f'<article class="slip" aria-label="{escape(document.title)}">{body}</article>'


def _block(block: Block) -> str:
    match block:
        case Text():
            lines = "<br>".join(escape(line) for line in block.text.split("\n"))
            return f'<p class="{_look("slip-text", block.align, block.size, block.bold)}">{lines}</p>'
        case Pair():
            look = _look("slip-pair", "left", block.size, block.bold)
            return f'<p class="{look}"><span>{escape(block.left)}</span> <span>{escape(block.right)}</span></p>'
        case Row():
            cells = "".join(
                f'<span class="slip-cell share-{cell.width_share} align-{cell.align}">{escape(cell.text)}</span> '
                for cell in block.cells
            )
            return f'<p class="{_look("slip-row", "left", 1, block.bold)}">{cells.rstrip()}</p>'
        case Rule():
            return '<hr class="slip-rule">'
        case Code128():
            return _bar_code(block)
        case Qr():
            return _qr(block.data)
        case Feed():
            return f'<div class="slip-feed lines-{block.lines}"></div>'
        case Cut():
            return '<hr class="slip-cut">'
        case Drawer():
            return ""


def _look(kind: str, align: str, size: int, bold: bool) -> str:
    return f"{kind} align-{align} size-{size}" + (" is-bold" if bold else "")


def _bar_code(block: Code128) -> str:
    bits = codes.bars(block.data)
    drawn = _svg("slip-code128", [bits], 2, 40, 10, block.data) if bits else _svg_qr(block.data)
    caption = f"<figcaption>{escape(block.data)}</figcaption>" if block.caption else ""
    return f'<figure class="slip-code">{drawn}{caption}</figure>'


def _qr(data: str) -> str:
    return f'<figure class="slip-code">{_svg_qr(data)}</figure>'


def _svg_qr(data: str) -> str:
    return _svg("slip-qr", list(codes.qr_modules(data)), 5, 1, codes.QUIET_MODULES, data)


def _svg(name: str, rows: list[str], scale: int, tall: int, quiet: int, label: str) -> str:
    """Black modules as one path; ``tall`` modules high each, ``quiet`` white ones at the sides."""
    steps: list[str] = []
    for number, row in enumerate(rows):
        at = 0
        while (start := row.find("1", at)) >= 0:
            end = row.find("0", start)
            at = len(row) if end < 0 else end
            steps.append(f"M{start + quiet} {number * tall + quiet}h{at - start}v{tall}h-{at - start}z")
    wide, high = len(rows[0]) + 2 * quiet, len(rows) * tall + 2 * quiet
    return (
        f'<svg class="{name}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide * scale}"'
        f' height="{high * scale}" shape-rendering="crispEdges" role="img" aria-label="{escape(label)}">'
        f'<rect width="{wide}" height="{high}" fill="#fff"/><path d="{"".join(steps)}"/></svg>'
    )
