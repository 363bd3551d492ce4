"""What a printer can do, as four presets and the options that change them. Chosen by a person from the printed test
page, never guessed from a model's name (hardware.md §0.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from kiosk.errors import ConfigurationError
from kiosk.words import N_

#: Debian's package fonts-noto-cjk puts it here; the only one of Debian's fonts with 䶮 and 𠮷 (hardware.md §1.6).
NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
CELL = 12  # dots of a column: half of a 24-dot Hanzi, as every common 203 dpi printer has it
ROMS = ("gb2312", "gbk", "gb18030")


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One printer.

    ``width_dots`` are the dots of a full row; ``columns`` those of a line of text, two for a Hanzi. ``text_mode`` is
    ``gb`` (its ROM draws the characters) or ``raster`` (we draw them). ``rom`` says which Hanzi a ``gb`` printer has.
    ``max_scale`` is the largest ``GS !`` factor it obeys; larger text is drawn. ``tail_lines`` are fed before a cut or
    tear-off. ``native_qr`` and ``native_code128`` are off until a person has seen them work, because a printer without
    them prints their data as text; on a slow serial line they save 4 to 8 kB a code. ``drawer_pin`` is 0 for no drawer, else the plug's pin 2 or 5, with the coil's on and off time.
    On sticker paper ``has_gap_sensor`` lets the printer find the next sticker; without one ``sticker_gap_dots`` are fed.
    """

    width_dots: int
    columns: int
    text_mode: str = "gb"
    rom: str = "gbk"
    max_scale: int = 4
    has_cutter: bool = False
    native_qr: bool = False
    native_code128: bool = False
    drawer_pin: int = 0
    drawer_on_ms: int = 50
    drawer_off_ms: int = 500
    tail_lines: int = 4
    has_gap_sensor: bool = False
    sticker_gap_dots: int = 16
    font: str = NOTO

    def __post_init__(self) -> None:
        for name, allowed in _ALLOWED.items():
            value = getattr(self, name)
            if type(value) is not type(next(iter(allowed))) or value not in allowed:
                raise ConfigurationError(N_("打印机的选项 {key} 的值不对：{value}"), key=name, value=repr(value)[:40])
        if not isinstance(self.font, str) or self.columns * CELL > self.row_bytes * 8:
            raise ConfigurationError(
                N_("打印机的选项 columns 太大：{columns} 列要 {wanted} 点，纸宽只有 {dots} 点"),
                key="columns", columns=self.columns, wanted=self.columns * CELL, dots=self.row_bytes * 8,
            )  # fmt: skip

    @property
    def row_bytes(self) -> int:
        """Bytes of one row of a picture: the paper's width in whole bytes."""
        return self.width_dots // 8


_ALLOWED: Mapping[str, Any] = {
    "width_dots": range(240, 833),
    "columns": range(20, 70),
    "text_mode": ("gb", "raster"),
    "rom": ROMS,
    "max_scale": range(1, 5),
    "has_cutter": (True, False),
    "native_qr": (True, False),
    "native_code128": (True, False),
    "drawer_pin": (0, 2, 5),
    "drawer_on_ms": range(2, 511),
    "drawer_off_ms": range(2, 511),
    "tail_lines": range(11),
    "has_gap_sensor": (True, False),
    "sticker_gap_dots": range(81),
}

PROFILES: Mapping[str, PrinterProfile] = {
    "58mm-gb": PrinterProfile(384, 32),
    "80mm-gb": PrinterProfile(576, 48, has_cutter=True),
    "58mm-raster": PrinterProfile(384, 32, text_mode="raster"),
    "80mm-raster": PrinterProfile(576, 48, text_mode="raster", has_cutter=True),
}
DEFAULT_PROFILE = "58mm-gb"


def profile_from(options: Mapping[str, Any]) -> PrinterProfile:
    """The profile that a device's options name under ``profile``, changed by the options that are fields of it.

    Other keys are the driver's own (address, port) and left alone. Raises ``ConfigurationError`` naming the key.
    """
    named = options.get("profile", DEFAULT_PROFILE)
    if named not in PROFILES:
        raise ConfigurationError(
            N_("没有名为 {value} 的打印机规格，可选：{names}"),
            key="profile",
            value=str(named),
            names=", ".join(PROFILES),
        )
    ours = {field.name for field in fields(PrinterProfile)}
    return replace(PROFILES[named], **{key: value for key, value in options.items() if key in ours})
