"""What cannot be right is seen: a missing, forged, replayed or rewritten report, a station restored from an old back-up, a
clock that is off. Each is shown to a person, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.sync.county import Centre, Signer


def counted(centre: Centre, on: str) -> dict[str, object]:
    """What counts of the one station's day."""
    (day,) = centre.get(f"/api/v1/days?on={on}")["items"]
    return day


def test_missing_number_is_shown_until_it_comes(centre: Centre, signer: Signer) -> None:
    for sequence in (1, 2, 5):
        centre.post(signer.report(sequence).envelope)
    gaps = centre.get("/api/v1/anomalies")["gaps"]
    assert gaps == [{"station": "demo-001", "missing": 2, "first_missing": 3}]
    assert "缺 2 个序号，从第 3 号起" in centre.page("attention")
    for sequence in (4, 3):
        centre.post(signer.report(sequence).envelope)
    assert centre.get("/api/v1/anomalies")["gaps"] == []


def test_first_number_that_never_came_is_the_first_missing(centre: Centre, signer: Signer) -> None:
    centre.post(signer.report(3).envelope)
    assert centre.get("/api/v1/anomalies")["gaps"] == [{"station": "demo-001", "missing": 2, "first_missing": 1}]


def test_station_restored_from_an_old_backup_is_told_apart_from_a_rewritten_day(centre: Centre, signer: Signer) -> None:
    for sequence in (1, 2, 3):
        centre.post(signer.report(sequence).envelope)
    rewritten = signer.report(2, totals={"txn_count": 9})
    assert centre.post(rewritten.envelope)[1]["code"] == "report.day_rewritten"
    again = signer.message(
        "report.daily", 2, {"business_on": "2026-11-09", "report_no": "F20261109-0001"}, "2026-11-22T12:00:00.000000Z"
    )
    status, said = centre.post(again.envelope)
    assert (status, said["code"], said["highest_sequence"]) == (409, "report.station_restored", 3)
    older = signer.message("report.weekly", 2, {"business_on": "2026-11-08"}, "2026-11-01T12:00:00.000000Z")
    assert centre.post(older.envelope)[1]["code"] == "report.sequence_taken"
    assert centre.kinds() == ["day_rewritten", "sequence_taken", "station_restored"]
    page = centre.page("attention")
    for words in ("已收过的一天被改写", "多半是用旧备份恢复过", "同一序号送来了不同的内容"):
        assert words in page
    # It goes on behind what is known: nothing is missing then.
    assert centre.post(signer.report(4).envelope)[0] == 201
    assert centre.get("/api/v1/anomalies")["gaps"] == []


def test_second_report_of_a_day_counts_nowhere_until_a_person_says_so(centre: Centre, signer: Signer) -> None:
    centre.post(signer.report(1).envelope)
    other = signer.report(2, business_on="2026-11-01", totals={"txn_count": 7, "txn_amount_fen": 70000})
    assert centre.post(other.envelope)[0] == 201
    assert centre.kinds() == ["day_rewritten"]
    day = counted(centre, "2026-11-01")
    assert (day["txn_count"], day["is_disputed"]) == (3, True)
    page = centre.page("attention")
    assert "同一天有两份不同的报告" in page and "￥700.00" in page
    (path,) = {part.split('"')[0] for part in page.split('action="') if part.startswith("/reports/")}
    assert centre.submit(path, "attention").status_code == 303
    day = counted(centre, "2026-11-01")
    assert (day["txn_count"], day["is_disputed"]) == (7, False)
    assert "同一天有两份不同的报告" not in centre.page("attention")
    # A revision of what was chosen follows from it; one of the other does not.
    centre.post(
        signer.report(
            3, business_on="2026-11-01", revision=1, supplements="F20261102-0001", totals={"txn_count": 8}
        ).envelope
    )
    assert counted(centre, "2026-11-01")["txn_count"] == 8


def test_same_report_under_another_number_disputes_nothing(centre: Centre, signer: Signer) -> None:
    first = signer.report(1)
    centre.post(first.envelope)
    centre.post(signer.report(2, business_on="2026-11-01", report_no="F20261101-0001").envelope)
    assert centre.kinds() == [] and counted(centre, "2026-11-01")["is_disputed"] is False


def test_revision_counts_only_if_it_names_what_it_replaces(centre: Centre, signer: Signer) -> None:
    day = {"business_on": "2026-11-01"}
    centre.post(signer.report(1, **day).envelope)
    centre.post(signer.report(2, **day, revision=1, supplements="F20261101-0001", totals={"txn_count": 4}).envelope)
    assert (counted(centre, "2026-11-01")["txn_count"], centre.kinds()) == (4, [])
    centre.post(signer.report(3, **day, revision=2, supplements="F20261101-9999", totals={"txn_count": 5}).envelope)
    centre.post(signer.report(4, **day, revision=3, totals={"txn_count": 6}).envelope)
    assert counted(centre, "2026-11-01")["txn_count"] == 4
    assert centre.kinds() == ["revision_unfounded"] * 2
    assert "没有指明它所补充的报告" in centre.page("attention")


def test_revision_that_came_before_its_first_report_counts_once_that_is_there(centre: Centre, signer: Signer) -> None:
    day = {"business_on": "2026-11-01"}
    centre.post(signer.report(3, **day, revision=2, supplements="F20261101-0001", totals={"txn_count": 6}).envelope)
    assert counted(centre, "2026-11-01")["txn_count"] == 6
    centre.post(signer.report(1, **day).envelope)
    centre.post(signer.report(2, **day, revision=1, supplements="F20261101-0001", totals={"txn_count": 5}).envelope)
    found = counted(centre, "2026-11-01")
    assert (found["txn_count"], found["revision"], centre.kinds()) == (6, 2, [])


def test_reports_of_other_periods_with_the_same_last_date_dispute_nothing(centre: Centre, signer: Signer) -> None:
    for sequence, (topic, first_on) in enumerate(
        [("report.daily", None), ("report.weekly", "2026-11-24"), ("report.monthly", "2026-11-01"),
         ("report.half_year", "2026-07-01"), ("report.ad_hoc", "2026-11-10"), ("report.ad_hoc", "2026-11-12")], 1
    ):  # fmt: skip
        content = {"business_on": "2026-11-30", "first_on": first_on, "report_no": f"R{sequence}", "revision": 0}
        assert centre.post(signer.message(topic, sequence, content).envelope)[0] == 201
    assert centre.kinds() == []


def test_replayed_report_gets_its_number_and_is_counted_for_people(centre: Centre, signer: Signer) -> None:
    report = signer.report(1)
    numbers = {centre.post(report.envelope)[1]["acknowledgement_no"] for _ in range(3)}
    assert len(numbers) == 1 and centre.counts() == (1, 1)
    (one,) = centre.anomalies(with_informing=True)
    assert (one.kind, one.times, one.informs) == ("replayed", 2, True)
    assert "又送来一次" in centre.page("attention") and "又送来一次" not in centre.page()


def test_clock_ahead_is_seen_by_what_was_made_in_the_future(make: Callable[..., Centre], signer: Signer) -> None:
    centre = make()
    centre.post(
        signer.message("report.daily", 1, {"business_on": "2026-11-01"}, "2099-01-01T00:00:00.000000Z").envelope
    )
    centre.post(signer.report(2).envelope)
    assert centre.kinds() == ["clock_differs", "clock_went_back"]
    (station,) = centre.get("/api/v1/stations")["items"]
    assert station["clock_ahead_seconds"] > 3600
    page = centre.page("attention")
    assert "时钟比县中心快" in page and "时钟往回拨了" in page


def test_report_that_only_waited_says_nothing_of_the_clock(small_centre: Centre, signer: Signer) -> None:
    for sequence, made_at in enumerate(("2026-11-20T09:00:00.000000Z", "2026-11-21T09:00:00.000000Z"), 1):
        content = {"business_on": f"2026-11-{19 + sequence}"}
        small_centre.post(signer.message("report.daily", sequence, content, made_at).envelope)
    assert small_centre.kinds() == []


def test_settled_anomaly_is_gone_and_comes_back_when_it_happens_again(centre: Centre, signer: Signer) -> None:
    centre.post(signer.report(1).envelope)
    other = signer.report(1, note="x").envelope
    centre.post(other)
    (one,) = centre.anomalies()
    assert centre.submit(f"/attention/{one.id}/settle", "attention").status_code == 303
    assert centre.kinds() == [] and "被改写" in centre.page("attention?settled=1")
    assert "被改写" not in centre.page()
    centre.post(other)
    assert centre.kinds() == ["day_rewritten"]


def test_new_key_signs_from_its_number_on_and_the_old_one_before(
    centre: Centre, signer: Signer, tmp_path: Path
) -> None:
    successor = Signer.make(tmp_path / "new", "demo-001")
    centre.post(signer.report(1).envelope)
    early = centre.post(successor.report(4).envelope)
    assert (early[0], early[1]["code"]) == (425, "station.key_not_yet_known")
    assert centre.post(signer.rotation(3, successor).envelope)[0] == 201
    assert centre.post(signer.report(2).envelope)[0] == 201, "what was signed before stays as it is"
    assert centre.post(successor.report(4).envelope)[0] == 201
    assert centre.post(signer.report(5).envelope)[1]["code"] == "station.key_differs"
    assert centre.post(signer.report(1).envelope)[0] == 200, "and a lost reply comes again"
    assert [key.how for key in centre.station_keys()] == ["rotated"]
    assert [one.hash for one in centre.anomalies()] == [centre_key(signer)], (
        "the early one was explained by the new key"
    )


def centre_key(signer: Signer) -> str:
    from kiosk.reports.envelope import thumbprint

    return thumbprint(signer.public_key)


def test_key_that_another_hand_names_is_refused(centre: Centre, signer: Signer, tmp_path: Path) -> None:
    thief = Signer.make(tmp_path / "thief", "demo-001")
    centre.post(signer.report(1).envelope)
    assert centre.post(thief.rotation(2, thief).envelope)[0] == 403
    assert centre.post(thief.report(3).envelope)[0] in (403, 425)
    unreadable = signer.message("key.rotated", 2, {"key": {"jwk": {"kty": "RSA"}}})
    assert centre.post(unreadable.envelope)[0] in (400, 422)
    assert centre.counts() == (1, 1) and centre.post(signer.report(2).envelope)[0] == 201
