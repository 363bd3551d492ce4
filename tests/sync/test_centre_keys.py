"""Which key counts for which number, when somebody who holds a former key tries to bring it back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk import clock
from kiosk.errors import ConfigurationError
from kiosk.reports import envelope, signing
from sync.centre import county_key, downlink, enrolment, stations
from tests.sync.county import ENROL, Centre, Signer


def test_used_code_does_not_bring_a_former_key_back(
    make: Callable[..., Centre], signer: Signer, tmp_path: Path
) -> None:
    """The key was changed because it was lost; whoever found it holds the used code as well."""
    centre = make(trusts_first=False)
    sent = signer.enrolment(enrolment.new_code(centre.office, "demo-001"), clock.stamp())
    assert centre.post(sent, to=ENROL)[0] == 200
    successor = Signer.make(tmp_path / "successor", "demo-001")
    centre.post(signer.rotation(1, successor).envelope)
    status, said = centre.post(sent, to=ENROL)
    assert (status, said["code"]) == (403, "enrolment.code_wrong")
    assert [key.thumbprint for key in centre.station_keys()] == [envelope.thumbprint(successor.public_key)]
    assert centre.post(successor.report(2).envelope)[0] == 201
    assert centre.kinds() == ["code_wrong"]


def test_key_put_in_place_by_a_person_is_not_undone_by_a_used_code(
    make: Callable[..., Centre], signer: Signer, tmp_path: Path
) -> None:
    centre = make(trusts_first=False)
    sent = signer.enrolment(enrolment.new_code(centre.office, "demo-001"), clock.stamp())
    assert centre.post(sent, to=ENROL)[0] == 200 and centre.post(sent, to=ENROL)[0] == 200
    fresh = Signer.make(tmp_path / "fresh", "demo-001").public_key
    enrolment.enrol_key(centre.office, "demo-001", fresh, signing.thumbprint(fresh), replace=True)
    assert centre.post(sent, to=ENROL)[0] == 403
    assert centre.station_keys()[0].thumbprint == signing.thumbprint(fresh)


def test_former_key_names_no_next_one_in_a_number_that_never_came(
    centre: Centre, signer: Signer, tmp_path: Path
) -> None:
    successor, thief = (Signer.make(tmp_path / name, "demo-001") for name in ("successor", "thief"))
    centre.post(signer.report(1).envelope)
    centre.post(signer.rotation(4, successor).envelope)
    assert centre.post(successor.report(5).envelope)[0] == 201
    centre.post(signer.rotation(2, thief).envelope)
    assert centre.post(thief.report(6).envelope)[0] in (403, 425)
    assert centre.post(successor.report(6).envelope)[0] == 201
    assert [key.thumbprint for key in centre.station_keys()] == [envelope.thumbprint(successor.public_key)]


def test_report_that_waited_for_a_rotation_is_held_to_the_new_key(
    centre: Centre, signer: Signer, tmp_path: Path
) -> None:
    """Another process takes the new key between the look at the key and the taking of the report."""
    centre.post(signer.report(1).envelope)
    successor = Signer.make(tmp_path / "successor", "demo-001")
    late: list[int] = []
    sender = threading.Thread(target=lambda: late.append(centre.post(signer.report(2).envelope)[0]))
    with centre.office.database.writing() as db:
        here = stations.hold(db, "demo-001")
        assert here is not None
        sender.start()
        time.sleep(0.4)  # it has looked, and waits for the station
        mark = envelope.thumbprint(successor.public_key)
        stations.add_key(db, "demo-001", successor.public_key, mark, "rotated", 2)
        stations.told_time(db, "demo-001", clock.stamp(), clock.stamp())  # the row itself is written, too
    sender.join()
    assert late == [403] and centre.counts() == (1, 1)


def test_centre_whose_secrets_are_another_ones_signs_nothing(
    make: Callable[..., Centre], address: str, tmp_path: Path
) -> None:
    centre = make()
    enrolment.new_code(centre.office, "demo-001")
    county_key.present(centre.office)
    for path in (centre.office.secrets.folder).glob("county-*.key"):
        path.write_bytes(b"x" * 32)  # a second machine at the same database, or a folder that was not restored
    centre.close()
    other = make()
    with pytest.raises(ConfigurationError):
        county_key.require(other.office)
    with pytest.raises(ConfigurationError):
        downlink.queue(other.office, ["demo-001"], "announcement", {"title": "通知", "body": "正文", "kind": "notice"})
    with pytest.raises(ConfigurationError):
        downlink.new_key(other.office)
