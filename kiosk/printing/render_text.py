"""A document as lines of plain text in columns: for logs, e-mail, a console and people who listen to a page. Sizes
have no meaning here; codes stand as what they hold."""

from __future__ import annotations

from kiosk.printing.columns import pad, wrap
from kiosk.printing.document import Block, Code128, Cut, Document, Drawer, Feed, Pair, Qr, Text
from kiosk.printing.layout import Line, lay_out


def render_text(document: Document, columns: int = 48) -> str:
    """The whole document, no line over ``columns``, every line ended."""
    plain = Document(document.title, tuple(_plain(block) for block in document.blocks))
    lines: list[str] = []
    for item in lay_out(plain, columns):
        match item:
            case Line():
                lines.append((" " * item.indent + item.text).rstrip(" "))
            case Feed():
                lines.extend([""] * item.lines)
            case Code128():
                lines.extend(
                    pad(part, columns, "center").rstrip(" ") for part in wrap(f"|||| {item.data} ||||", columns)
                )
            case Qr():
                lines.extend(pad(part, columns, "center").rstrip(" ") for part in wrap(f"[QR {item.data}]", columns))
            case Cut():
                lines.append("✂" + "-" * (columns - 2))
            case Drawer():
                pass
    return "\n".join(lines) + "\n"


def _plain(block: Block) -> Block:
    match block:
        case Text():
            return Text(block.text, block.align)
        case Pair():
            return Pair(block.left, block.right)
        case Code128():
            return Code128(block.data, caption=False)
    return block
