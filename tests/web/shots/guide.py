"""The guide of a first day with each of its steps, and the command cards."""

from __future__ import annotations

from kiosk.counter.fit_printer import fit_printer
from kiosk.printing.printer_page import QUESTIONS
from kiosk.storage import Actor, Store
from tests.web.shots import Shot
from web.views.guide import STEPS


def _fitted(store: Store, actor: Actor) -> None:
    """A printer whose test page showed boxes for Hanzi."""
    printer = next(device.name for device in store.settings.devices if device.kind == "printer")
    answers = {key: key != "rare_hanzi" for key, _question in QUESTIONS}
    with store.transaction(actor) as tx:
        fit_printer(tx, printer, answers, width="58", has_cutter=False, drawer_pin=2)


SHOTS: dict[str, tuple[Shot, ...]] = {
    "guide.all_steps": (Shot("/guide", "guide"),),
    "guide.one_step": tuple(
        Shot(f"/guide/{step}", f"guide-{step}", before=_fitted if step == "print" else None) for step in STEPS
    ),
    "command_card.card": (Shot("/command-card", "command-card"),),
}
