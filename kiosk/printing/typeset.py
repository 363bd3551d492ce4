"""The process that sets one form: JSON on its standard input, PDF on its standard output, then gone. Apart from ``pdf``
because only this process ever loads the typesetter and the outlines of 65,000 glyphs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from kiosk.printing.gb import legible
from kiosk.printing.spelling import GETA
from kiosk.printing.typeface import typeface

SOURCE = Path(__file__).with_name("sheet.typ")


def typeset(sheet: dict[str, Any], font: str) -> bytes:
    """The PDF of a form as ``pdf.plain`` gives it. No date and no random number goes in: the same form, the same bytes."""
    import typst

    face = typeface(font)
    known: dict[str, str] = {}

    def shown(value: Any) -> Any:
        if isinstance(value, str):
            text = legible(value)
            return text if text.isascii() else "".join(known.get(char) or _known(char) for char in text)
        if isinstance(value, list):
            return value if value and type(value[0]) is int else [shown(part) for part in value]
        if isinstance(value, dict):
            return {name: shown(part) for name, part in value.items()}
        return value

    def _known(char: str) -> str:
        known[char] = f"{GETA}U+{ord(char):04X}" if char not in " \n" and face.lacks(char) else char
        return known[char]

    return typst.compile(
        SOURCE.read_bytes(), font_paths=[str(Path(font).parent)], ignore_system_fonts=True, timestamp=0,
        sys_inputs={"sheet": json.dumps(shown(sheet), ensure_ascii=False)},
    )  # fmt: skip


if __name__ == "__main__":
    asked = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    sys.stdout.buffer.write(typeset(asked["sheet"], asked["font"]))
