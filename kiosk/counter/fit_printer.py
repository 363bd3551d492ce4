"""Settles what a printer can do, by what people saw on its test page. No installer and no restart: the next slip is made so."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.printing import fitting, printer_page
from kiosk.settings import Device
from kiosk.storage import Tx
from kiosk.words import N_


def fit_printer(
    tx: Tx, printer: str, answers: Mapping[str, bool], *, width: str, has_cutter: bool, drawer_pin: int
) -> tuple[str, ...]:
    """Settles the six answers and what the printer looks like; returns the options that changed.

    Refused ``staff.not_allowed``, ``printer.unknown``, ``printer.not_answered`` and those of ``fitting.fit``.
    """
    require(tx.actor, Right.SERVE)
    device = _printer(tx, printer)
    if set(answers) != {key for key, _question in printer_page.QUESTIONS}:
        raise Refused("printer.not_answered", N_("六问都要答是或否；没有改动"))
    return fitting.fit(tx, device, answers, width=width, has_cutter=has_cutter, drawer_pin=drawer_pin)


def unfit_printer(tx: Tx, printer: str) -> bool:
    """Lets station.toml alone count again; False when it did. Refused ``staff.not_allowed``, ``printer.unknown``."""
    require(tx.actor, Right.SERVE)
    return fitting.unfit(tx, _printer(tx, printer))


def _printer(tx: Tx, name: str) -> Device:
    device = tx.settings.device(name)
    if device is None or device.kind != "printer":
        raise Refused("printer.unknown", N_("没有这台打印机；没有改动"))
    return device
