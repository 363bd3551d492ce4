"""A month without a line: the counter goes on meanwhile and while it drains, and every report arrives once, in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import outbox, shifts
from kiosk.check import problems
from kiosk.counter.close_day import close_day
from tests.sync.scripted import ScriptedCentre
from tests.sync.station import daemon, eventually, open_station

DAYS = 31


@pytest.mark.lesson(6)
def test_month_offline_drains_while_the_counter_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_RUNTIME", str(tmp_path / "runtime"))
    monkeypatch.delenv("KIOSK_COUNTY_ADDRESS", raising=False)

    def close_a_day() -> None:
        with store.transaction() as tx:
            shifts.ensure_open(tx)
        with store.transaction() as tx:
            close_day(tx, pieces={})

    with ScriptedCentre() as centre:
        store = open_station(tmp_path / "state", centre.address)
        try:
            for _ in range(DAYS):
                close_a_day()
            with daemon(tmp_path / "state"):
                centre.wait_for(3)
                for _ in range(2):  # acts of the counter, each a transaction of its own beside the uploader's
                    close_a_day()
                eventually(lambda: not summary(store).waiting)
            with store.reading() as db:
                sent = [message.envelope for message in reversed(outbox.messages(db))]
                numbers = {message.acknowledgement_no for message in outbox.messages(db)}
            assert [one.decode() for one in centre.envelopes] == sent
            assert len(numbers) == len(sent) >= DAYS + 2 and None not in numbers
            assert centre.busiest == 1
            assert list(problems(store)) == []
        finally:
            store.close()


def summary(store: object) -> outbox.Summary:
    with store.reading() as db:  # type: ignore[attr-defined]
        return outbox.summary(db)
