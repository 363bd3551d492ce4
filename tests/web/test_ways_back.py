"""Every act of the parcel rooms says how it is taken back: a new one without an answer fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.counter.undo import _MISTAKES
from kiosk.parcels.mistakes import UNDONE_BY
from kiosk.parcels.model import EventKind
from kiosk.parcels.problem_cases import UNDOES
from tests.web.browser import make_station
from tests.web.ways_back import ROOMS, WAYS_BACK, Never, Nothing
from web import create_app
from web.views import parcels


@pytest.fixture(scope="module")
def acts(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    station = make_station(Path(tmp_path_factory.mktemp("acts")))
    app = create_app(station.store, station.runtime)
    station.close()
    return {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}


def test_every_act_of_the_parcel_rooms_says_how_it_is_taken_back(acts: set[str]) -> None:
    of_the_rooms = {endpoint for endpoint in acts if endpoint.partition(".")[0] in ROOMS}
    assert sorted(of_the_rooms - set(WAYS_BACK)) == [], "add them to tests/web/ways_back.py: how is each taken back?"
    assert sorted(set(WAYS_BACK) - of_the_rooms) == [], "no such act any more"


def test_every_way_back_is_an_act_itself_or_a_reason(acts: set[str]) -> None:
    for endpoint, answer in WAYS_BACK.items():
        if isinstance(answer, Never | Nothing):
            reason = answer.why if isinstance(answer, Never) else answer.what
            assert len(reason) >= 8, endpoint
        else:
            assert answer, endpoint
            assert set(answer) <= acts, endpoint


#: Events without one that undoes them, and what is done instead.
BY_DOING_IT_AGAIN = {
    EventKind.PHONE_ADDED: "corrected", EventKind.CORRECTED: "corrected again", EventKind.RELOCATED: "carried back",
    EventKind.COD_NOTED: "noted again", EventKind.SECOND_PICKUP_TRIED: "nothing changed by it",
    EventKind.UNDONE: "the parcel is scanned in anew", EventKind.EXPECTED_DROPPED: "announced anew",
}  # fmt: skip


def test_every_event_of_a_parcel_can_be_undone_or_done_again() -> None:
    by_others = {
        EventKind.CHECKED_IN, EventKind.HANDED_OVER, EventKind.EXPECTED_NOTED, EventKind.PASSED_ON, EventKind.RETURNED,
        EventKind.DOOR_DELIVERED,
    }  # fmt: skip
    answered = set(UNDONE_BY) | by_others | set(BY_DOING_IT_AGAIN) | UNDOES
    assert set(EventKind) == answered
    assert set(UNDONE_BY) | by_others - {EventKind.CHECKED_IN, EventKind.HANDED_OVER} <= set(_MISTAKES)
    assert set(parcels.UNDO_WORDS) >= {str(kind) for kind in UNDONE_BY}, "the button on the parcel's page names it"
