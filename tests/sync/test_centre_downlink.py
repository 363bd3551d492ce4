"""What the county tells its stations: queued, numbered, signed with its own key, fetched, applied or put aside."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from kiosk import clock
from kiosk.inbox import message as county_message
from kiosk.reports import signing
from sync.centre import downlink, enrolment
from sync.centre.problems import Turned
from tests.sync.county import ENROL, POLL, Centre, Signer

NOTICE = {"title": "停电通知", "body": "周三停电", "kind": "notice"}


@pytest.fixture
def enrolled(make: Callable[..., Centre], signer: Signer) -> Centre:
    centre = make(trusts_first=False)
    centre.post(signer.enrolment(enrolment.new_code(centre.office, "demo-001"), clock.stamp()), to=ENROL)
    return centre


def opened(centre: Centre, envelope: str) -> dict[str, object]:
    """A message that the county's key signed."""
    jwk = signing.canonical(centre.get("/api/v1/key")["jwk"])
    return signing.read_signed(envelope, jwk, county_message.TYPE).said


def test_station_fetches_what_is_queued_in_order_and_says_what_it_did(enrolled: Centre, signer: Signer) -> None:
    for number in range(23):
        downlink.queue(enrolled.office, ["demo-001"], "announcement", {**NOTICE, "title": f"第 {number} 号"})
    status, said = enrolled.post(signer.poll(), to=POLL)
    first = [opened(enrolled, envelope) for envelope in said["messages"]]
    assert (status, said["more"], len(first)) == (200, True, 20)
    assert [one["sequence"] for one in first] == list(range(1, 21))
    assert {one["station"] for one in first} == {"demo-001"}
    said = enrolled.post(signer.poll(after=20, parked=((3, "message.content_unreadable"),)), to=POLL)[1]
    assert ([opened(enrolled, one)["sequence"] for one in said["messages"]], said["more"]) == ([21, 22, 23], False)
    items = enrolled.get("/api/v1/stations/demo-001/messages")["items"]
    states = {one["sequence"]: one["state"] for one in items}
    assert (states[1], states[3], states[23]) == ("applied", "parked", "fetched")
    assert "message_parked" in enrolled.kinds() and "不能执行第 3 号消息" in enrolled.page("attention")
    enrolled.post(signer.poll(after=23), to=POLL)
    items = enrolled.get("/api/v1/stations/demo-001/messages")["items"]
    assert {one["state"] for one in items} == {"applied"}, "what was applied after all is put aside no more"


def test_restored_station_gets_its_messages_again_and_a_person_sees_it(enrolled: Centre, signer: Signer) -> None:
    for _ in range(3):
        downlink.queue(enrolled.office, ["demo-001"], "announcement", NOTICE)
    first = enrolled.post(signer.poll(), to=POLL)[1]["messages"]
    enrolled.post(signer.poll(after=3), to=POLL)
    again = enrolled.post(signer.poll(after=1), to=POLL)[1]["messages"]
    assert again == first[1:]
    assert enrolled.kinds().count("station_restored") == 1
    enrolled.post(signer.poll(after=9), to=POLL)
    assert "poll_ahead" in enrolled.kinds()


def test_question_that_was_asked_before_is_not_answered(enrolled: Centre, signer: Signer) -> None:
    downlink.queue(enrolled.office, ["demo-001"], "announcement", NOTICE)
    asked = signer.poll(made_at=clock.stamp())
    assert enrolled.post(asked, to=POLL)[0] == 200
    status, said = enrolled.post(asked, to=POLL)
    assert (status, said["code"]) == (409, "poll.replayed")
    old = signer.poll(made_at=clock.stamp(clock.now() - timedelta(hours=2)))
    assert enrolled.post(old, to=POLL)[0] == 409
    put_right = signer.poll(made_at=clock.stamp(clock.now() - timedelta(seconds=20)))
    assert enrolled.post(put_right, to=POLL)[0] == 200, "its clock was set back by a little"
    assert "poll_replayed" in enrolled.kinds()


def test_stranger_is_told_nothing(enrolled: Centre, signer: Signer, tmp_path: Path) -> None:
    downlink.queue(enrolled.office, ["demo-001"], "announcement", NOTICE)
    stranger = Signer.make(tmp_path / "stranger", "demo-001")
    assert enrolled.post(stranger.poll(), to=POLL)[0] == 403
    assert enrolled.post(Signer.make(tmp_path / "none", "demo-009").poll(), to=POLL)[0] == 403
    assert enrolled.post(signer.report().envelope, to=POLL)[0] == 422
    broken = signer.poll()
    assert enrolled.post(broken[:-8] + "AAAAAAAA", to=POLL)[0] in (400, 422)
    assert enrolled.kinds() == ["key_differs", "station_unknown"]


def test_new_key_of_the_county_is_announced_under_the_old_one(enrolled: Centre, signer: Signer) -> None:
    old = signing.canonical(enrolled.get("/api/v1/key")["jwk"])
    downlink.new_key(enrolled.office)
    downlink.queue(enrolled.office, ["demo-001"], "announcement", NOTICE)
    rotation, notice = enrolled.post(signer.poll(), to=POLL)[1]["messages"]
    said = signing.read_signed(rotation, old, county_message.TYPE).said
    new = signing.jwk_text(said["content"]["key"]["jwk"])
    assert new != old and said["content"]["thumbprint"] == signing.thumbprint(new)
    assert signing.read_signed(notice, new, county_message.TYPE).said["sequence"] == 2
    assert enrolled.get("/api/v1/key")["thumbprint"] == signing.thumbprint(new)


def test_station_that_enrols_again_can_read_what_was_signed_before(
    enrolled: Centre, signer: Signer, tmp_path: Path
) -> None:
    downlink.queue(enrolled.office, ["demo-001"], "announcement", NOTICE)
    downlink.new_key(enrolled.office)
    downlink.new_key(enrolled.office)
    fresh = Signer.make(tmp_path / "fresh", "demo-001")
    code = enrolment.new_code(enrolled.office, "demo-001")
    pinned = enrolled.post(fresh.enrolment(code, clock.stamp()), to=ENROL)[1]["centre_key"]["jwk"]
    for envelope in enrolled.post(fresh.poll(made_at=clock.stamp()), to=POLL)[1]["messages"]:
        said = opened(enrolled, envelope)
        assert said["topic"] == "announcement" or said["content"]["key"]["jwk"] == pinned


@pytest.mark.parametrize("after", [1, 0])
@pytest.mark.parametrize("cleared_by", ["poll", "queue"])
def test_people_are_taken_out_of_a_message_long_after_it_was_made(
    enrolled: Centre, signer: Signer, after: int, cleared_by: str
) -> None:
    """Applied, or put aside and never asked for again."""
    parcels = {"items": [{"waybill": "YT1234567890123", "phone": "13900000001", "name": "试验", "carrier": "yto"}]}
    downlink.queue(enrolled.office, ["demo-001"], "parcels.expected", parcels)
    for known in (0, after):
        enrolled.post(signer.poll(after=known), to=POLL)
    with enrolled.office.database.writing() as db:
        long_ago = clock.stamp(clock.now() - timedelta(days=downlink.KEPT_DAYS + 1))
        db.execute(sql("UPDATE messages SET made_at = :at"), {"at": long_ago})
    if cleared_by == "queue":
        downlink.queue(enrolled.office, ["demo-001"], "announcement", NOTICE)
    else:
        enrolled.post(signer.poll(after=after), to=POLL)
    with enrolled.office.database.reading() as db:
        held = str(db.execute(sql("SELECT * FROM messages")).all())
    assert "13900000001" not in held
    emptied = opened(enrolled, enrolled.post(signer.poll(), to=POLL)[1]["messages"][0])
    assert (emptied["sequence"], emptied["content"]) == (1, {"items": []})


def test_message_of_a_centre_that_was_restored_reaches_a_station_that_has_its_number(
    enrolled: Centre, signer: Signer
) -> None:
    """The station has forty messages, of which the centre's back-up, or the centre that came after another, knows none."""
    enrolled.post(signer.poll(after=40), to=POLL)
    downlink.new_key(enrolled.office)
    downlink.queue(enrolled.office, ["demo-001"], "announcement", NOTICE)
    said = enrolled.post(signer.poll(after=40), to=POLL)[1]
    first, second = (signing.claimed(envelope)[1] for envelope in said["messages"])
    assert [(one["sequence"], one["topic"]) for one in (first, second)] == [(41, "key.rotated"), (42, "announcement")]
    assert opened(enrolled, said["messages"][1])["content"] == NOTICE
    heads = [signing.claimed(envelope)[0]["kid"] for envelope in said["messages"]]
    assert heads[0] != heads[1] == first["content"]["thumbprint"], "the change of keys is signed by the key before"
    items = enrolled.get("/api/v1/stations/demo-001/messages")["items"]
    assert {(item["sequence"], item["state"]) for item in items} == {(41, "fetched"), (42, "fetched")}
    enrolled.post(signer.poll(after=42), to=POLL)
    downlink.queue(enrolled.office, ["demo-001"], "announcement", NOTICE)
    assert opened(enrolled, enrolled.post(signer.poll(after=42), to=POLL)[1]["messages"][0])["sequence"] == 43
    assert enrolled.kinds().count("poll_ahead") == 1


def test_error_of_the_database_names_nobody_in_the_log(enrolled: Centre) -> None:
    asked = sql("INSERT INTO nowhere VALUES (:phone)")
    with pytest.raises(SQLAlchemyError) as failed, enrolled.office.database.writing() as db:
        db.execute(asked, {"phone": "13900000001"})
    assert "13900000001" not in str(failed.value)


@pytest.mark.parametrize(
    ("topic", "content", "code"),
    [("key.rotated", {}, "message.topic_unknown"), ("shop.closed", {}, "message.topic_unknown"),
     ("announcement", {"title": "无"}, "message.content_wrong"), ("ranking", {"place": 1.5}, "message.content_wrong"),
     ("announcement", {**NOTICE, "body": "长" * 99_000}, "message.content_wrong")],
)  # fmt: skip
def test_message_that_no_station_could_read_is_not_queued(
    small_centre: Centre, signer: Signer, topic: str, content: dict[str, object], code: str
) -> None:
    small_centre.post(signer.report().envelope)
    with pytest.raises(Turned) as refused:
        downlink.queue(small_centre.office, ["demo-001"], topic, content)
    assert refused.value.code == code
    with pytest.raises(Turned, match="没有这个站点"):
        downlink.queue(small_centre.office, ["demo-001", "demo-009"], "announcement", NOTICE)
    assert small_centre.get("/api/v1/stations/demo-001/messages")["items"] == [], "all or none"


def test_pages_queue_messages_and_keep_what_was_typed_wrong(small_centre: Centre, signer: Signer) -> None:
    small_centre.post(signer.report().envelope)
    small_centre.post(signer.poll(made_at=clock.stamp()), to=POLL)
    form = {"topic": "announcement", "to": "*", "title": "停电", "body": "周三\n停电", "kind": "notice"}
    assert small_centre.submit("/messages", "messages", **form).status_code == 303
    refused = small_centre.submit("/messages", "messages", **form | {"valid_until": "明天"})
    assert refused.status_code == 422 and "周三" in refused.text and "valid_until" in refused.text
    for form in (
        {"topic": "training", "to": "demo-001", "title": "直播培训", "starts_on": "2026-12-01", "place": "县城"},
        {"topic": "day.requested", "to": "demo-001", "business_on": "2026-11-20，2026-11-21"},
        {"topic": "ranking", "to": "demo-001", "content": json.dumps(
            {"month": "2026-10", "place": 3, "of": 30, "turnover_fen": 120000, "last_place_months": 0})},
    ):  # fmt: skip
        assert small_centre.submit("/messages", "messages", **form).status_code == 303
    assert small_centre.submit("/messages", "messages", topic="ranking", to="*", content="{").status_code == 422
    assert small_centre.submit("/messages", "messages", topic="ranking", to="none", content="{}").status_code == 422
    page = small_centre.page("messages")
    for words in ("通知", "培训安排", "催报日报", "排名", "待取"):
        assert words in page
    after = clock.stamp(clock.now() + timedelta(seconds=1))
    found = [opened(small_centre, one) for one in small_centre.post(signer.poll(made_at=after), to=POLL)[1]["messages"]]
    assert found[2]["content"] == {"business_on": ["2026-11-20", "2026-11-21"]}
