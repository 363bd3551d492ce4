"""How a printer was fitted to what its test page showed: options that a person settled at the counter and that stand over
station.toml from the next slip on. Rows, so that the page, the devices process and a back-up know the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk import audit
from kiosk.errors import ConfigurationError, Refused
from kiosk.printing.printer_page import REMEDIES
from kiosk.printing.profile import PrinterProfile, profile_from
from kiosk.settings import Device
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: Paper → dots of a row and columns of text.
WIDTHS: Mapping[str, Mapping[str, int]] = {
    "58": {"width_dots": 384, "columns": 32},
    "80": {"width_dots": 576, "columns": 48},
}
#: What a person may settle; everything else of a printer is the installer's.
SETTLED = frozenset(
    {
        "width_dots",
        "columns",
        "has_cutter",
        "drawer_pin",
        "text_mode",
        "rom",
        "max_scale",
        "native_qr",
        "native_code128",
    }
)

audit.register(
    "printer.fitted", N_("看着测试页改了打印机的设置（第 {setting_id} 条，{changed} 项）"), setting_id=audit.ID,
    changed=audit.NUMBER,
)  # fmt: skip
audit.register(
    "printer.unfitted", N_("打印机的设置恢复成 station.toml 里写的（第 {setting_id} 条）"), setting_id=audit.ID
)


@dataclass(frozen=True, slots=True)
class Fitting:
    """What was settled last for a printer, when and by whom."""

    options: Mapping[str, Any]
    set_at: str
    set_by_kind: str
    set_by_id: int


def fitting(db: Reader, printer: str) -> Fitting | None:
    """What was settled for the printer of this name; None when nothing ever was."""
    row = db.one(
        "SELECT options, set_at, set_by_kind, set_by_id FROM printer_settings WHERE printer = ? ORDER BY id DESC LIMIT 1",
        printer,
    )
    return None if row is None else Fitting(json.loads(row[0]), *tuple(row)[1:])


def fitted(db: Reader, printer: str, profile: PrinterProfile) -> PrinterProfile:
    """``profile`` (what station.toml says) with what was settled since. What no longer fits to it is left out whole."""
    found = fitting(db, printer)
    if found is None or not found.options:
        return profile
    try:
        return replace(profile, **{key: value for key, value in found.options.items() if key in SETTLED})
    except ConfigurationError:
        return profile


def paper_of(profile: PrinterProfile) -> str:
    """The paper that a printer of so many columns has."""
    return "80" if profile.columns > 40 else "58"


def profile_now(db: Reader, device: Device) -> PrinterProfile:
    """What the next slip of this printer is made for. Raises ``ConfigurationError`` for wrong options in station.toml."""
    return fitted(db, device.name, profile_from(device.options))


def fit(
    tx: Tx, device: Device, answers: Mapping[str, bool], *, width: str, has_cutter: bool, drawer_pin: int
) -> tuple[str, ...]:
    """Settles what the six answers (question → right as printed) and three looks at the printer say; returns the names of
    the options that are different now.

    Refused ``printer.width_again`` when the ruler was wrong and the paper is said to be as before, ``printer.looks_wrong``
    for a width or a plug that no printer has.
    """
    if width not in WIDTHS or drawer_pin not in (0, 2, 5):
        raise Refused("printer.looks_wrong", N_("请选纸宽、切刀和钱箱；没有改动"))
    before = profile_now(tx, device)
    if not answers.get("ruler", True) and WIDTHS[width]["columns"] == before.columns:
        raise Refused("printer.width_again", N_("标尺不对就是纸宽选错了：请改选另一种纸宽再保存；没有改动"))
    # A ruler that came out right keeps columns that are neither paper's usual ones (512 dots are 42 of them on 80 mm).
    is_as_before = answers.get("ruler", True) and width == paper_of(before)
    wanted: dict[str, Any] = {} if is_as_before else dict(WIDTHS[width])
    wanted |= {"has_cutter": has_cutter, "drawer_pin": drawer_pin}
    for question, is_right in answers.items():
        if not is_right:
            wanted |= REMEDIES.get(question, {})
    changed = tuple(key for key, value in wanted.items() if getattr(before, key) != value)
    if changed:
        found = fitting(tx, device.name)
        kept = dict(found.options if found else {}) | {key: wanted[key] for key in changed}
        audit.record(tx, "printer.fitted", setting_id=_keep(tx, device.name, kept), changed=len(changed))
    return changed


def unfit(tx: Tx, device: Device) -> bool:
    """Lets station.toml alone count again; False when it did."""
    found = fitting(tx, device.name)
    if found is None or not found.options:
        return False
    audit.record(tx, "printer.unfitted", setting_id=_keep(tx, device.name, {}))
    return True


def _keep(tx: Tx, printer: str, options: Mapping[str, Any]) -> int:
    return tx.insert(
        "printer_settings", printer=printer, options=json.dumps(options, sort_keys=True), set_at=tx.now,
        set_by_kind=tx.actor.kind, set_by_id=tx.actor.id,
    )  # fmt: skip
