"""The command cards on paper: what stands on them is what ``commands`` obeys, so that no card says what nobody does."""

from __future__ import annotations

from kiosk.counter.commands import COMMAND_WORDS
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import Told, printer_at
from kiosk.counter.slips import COMMAND_CARD, SCANNER_CARD, command_mat
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.printing import jobs, slips
from kiosk.printing.sheet import Sheet
from kiosk.settings import Settings
from kiosk.storage import Tx
from kiosk.words import N_, current_locale, use_locale

#: On no card: it is what the pages and sheets for trying a scanner show.
TEST = "test"


def mat(settings: Settings) -> Sheet:
    """The mat for the counter as an A4 form, in the station's language. Nothing of it is kept: it is the same every day."""
    before = current_locale()
    use_locale(settings.station.locale)
    try:
        return command_mat(_facts(settings), {})
    finally:
        use_locale(before)


def print_command_card(tx: Tx, *, desk_id: int | None = None) -> Told:
    """Prints the cards on receipt paper. Refused ``printer.none``, ``staff.not_allowed``."""
    return _print(tx, COMMAND_CARD, _facts(tx.settings), desk_id)


def print_scanner_card(tx: Tx, *, desk_id: int | None = None) -> Told:
    """Prints the test code and 「加回车」 on receipt paper. Refused as ``print_command_card``."""
    return _print(tx, SCANNER_CARD, {"station": tx.settings.station.name}, desk_id)


def _print(tx: Tx, template: str, facts: dict[str, object], desk_id: int | None) -> Told:
    require(tx.actor, Right.SERVE)
    printer = printer_at(tx, desk_id_of(tx, desk_id))
    if not printer:
        raise Refused("printer.none", N_("这个柜台没有小票打印机；可以把 A4 的存成 PDF，到别处打印"))
    slip_id = slips.freeze(tx, template, facts, {}, "station", 1)
    return Told(None, slip_id, jobs.queue(tx, slip_id, printer))


def _facts(settings: Settings) -> dict[str, object]:
    return {
        "station": settings.station.name,
        "commands": [[str(name), words] for name, words in COMMAND_WORDS.items() if name != TEST],
    }
