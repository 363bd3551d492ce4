"""What is written into the registers on a real day: a complaint that was closed after a step that was undone, an inspection with
a photo, one entry that was a mistake."""

from __future__ import annotations

from kiosk import clock, registers
from kiosk.registers import actions
from kiosk.registers.typed import Typed
from kiosk.storage import Actor, Store
from tests.services.register_bench import CLOSING, COMPLAINT, photo


def registers_are_written(store: Store, operator: Actor) -> None:
    """Each act once."""
    said = COMPLAINT | {"happened_on": clock.local_date().isoformat()}
    with store.transaction(operator) as tx:
        number = registers.open_entry(tx, "complaints", Typed(said, {}, {"proof": [photo()]})).id
    with store.transaction(operator) as tx:
        actions.take_step(tx, number, "handle", Typed({"done": "打了电话"}))
    with store.transaction(operator) as tx:
        actions.undo(tx, number)
    with store.transaction(operator) as tx:
        actions.correct(tx, number, Typed({"wants": "退货"}))
    with store.transaction(operator) as tx:
        actions.take_step(tx, number, "close", Typed(CLOSING))
    with store.transaction(operator) as tx:
        mistake = registers.open_entry(tx, "complaints", said).id
        actions.withdraw(tx, mistake)
