"""Ten rounds of ``make kill`` and its control; the seed is printed and makes the same draws again."""

import pytest

from tests.journeys import kill

ROUNDS = 10


@pytest.mark.timeout(900)
@pytest.mark.lesson(1, 25)
def test_nothing_acknowledged_is_lost_when_a_process_is_killed(tmp_path, chance):
    seed = chance.randrange(2**32)
    outcome = kill.play(ROUNDS, seed, tmp_path)
    print("\n".join(outcome.lines()))
    assert outcome.losses == []
    assert outcome.findings == []
    assert outcome.rounds == ROUNDS
    # A third is asked of the hundred rounds of `make kill`, where chance has room; ten kills are bounded more loosely.
    assert outcome.kills_in_a_write.total() >= 2


@pytest.mark.timeout(600)
def test_server_that_answers_before_its_commit_is_found_out(tmp_path, chance):
    outcome = kill.control(chance.randrange(2**32), tmp_path)
    print("\n".join(outcome.lines()))
    assert outcome.losses
