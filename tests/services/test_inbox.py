"""The county's messages: each once, in order, by the key that was pinned; nothing else is believed, and a person sees it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import clock
from kiosk.counter.apply_message import try_again
from kiosk.errors import Refused
from kiosk.inbox import actions, keys, store, topics
from kiosk.inbox.check import problems
from kiosk.people import staff
from kiosk.reports import signing
from kiosk.storage import Actor
from sync.downlink import _park_failed, take
from tests.services.county_bench import FEES, NOTICE, PARCELS, PHONE, RANKING, County
from tests.services.parcel_bench import Station
from tests.storage.test_guards_and_seals import bare

OTHER = b"o" * 32


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    found = Station.copied(tmp_path)
    yield found
    with found.store.reading() as db:
        assert list(problems(db)) == []
    found.store.close()


@pytest.fixture
def county(station: Station) -> County:
    return County(station.store)


def turned_away(station: Station) -> list[tuple[str, int, int]]:
    return [(one.reason, one.sequence, one.times) for one in station.read(store.turned_away)]


def test_message_is_kept_with_the_envelope_in_which_it_came(station, county):
    envelope = county.envelope()
    assert take(station.store, envelope) == "applied"
    found = county.last()
    assert (found.sequence, found.topic, found.state, found.envelope) == (1, "announcement", "applied", envelope)
    assert found.content == topics.Announcement(NOTICE["title"], NOTICE["body"], "notice", "2099-12-31")
    assert signing.read_signed(found.envelope, county.public_key, "county-message+jws").hash == found.hash


def test_nothing_is_taken_before_a_key_is_pinned(station):
    county = County(station.store, pinned=False)
    assert county.say() == "no_key"
    assert station.read(store.last_sequence) == 0
    station.act(keys.pin, county.public_key)
    assert county.say(sequence=1) == "applied"


def test_replay_is_known_again_and_does_nothing_twice(station, county):
    first, second = county.envelope(), county.envelope("parcels.expected", PARCELS)
    assert [take(station.store, one) for one in (first, second, first, second)] == [
        "applied",
        "applied",
        "known",
        "known",
    ]
    assert station.read(lambda db: db.value("SELECT COUNT(*) FROM parcels")) == 2
    assert turned_away(station) == []


def test_gap_waits_for_what_is_missing_and_is_shown_until_it_came(station, county):
    first, second, third = county.envelope(), county.envelope("ranking", RANKING), county.envelope()
    assert take(station.store, first) == "applied"
    assert take(station.store, third) == take(station.store, third) == "turned_away"
    assert turned_away(station) == [("gap", 3, 2)]
    assert station.read(store.last_sequence) == 1
    assert [take(station.store, one) for one in (second, third)] == ["applied", "applied"]
    assert turned_away(station) == []


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda county: county.envelope(seed=OTHER), "signature"),
        (lambda county: county.envelope(station="other-002"), "foreign"),
        (lambda county: county.envelope()[:-8] + "AAAAAAAA", "signature"),
        (lambda county: signing.sign_as(county.seed, "station-report+jws", {"sequence": 1}).envelope, "unreadable"),
        (lambda county: signing.sign_as(county.seed, "county-message+jws", {"sequence": 1}).envelope, "unreadable"),
        (lambda county: county.envelope(topic="Announcement"), "unreadable"),
        (lambda county: county.envelope(sequence=0), "unreadable"),
        (lambda county: county.envelope(made_at="yesterday"), "unreadable"),
        (lambda county: county.envelope(content=NOTICE | {"body": "长" * 200_000}), "unreadable"),
        (lambda county: "", "unreadable"),
        (lambda county: "a.b.c", "unreadable"),
    ],
    ids=["forged", "foreign", "changed", "a report", "no fields", "topic", "sequence", "instant", "huge", "empty", "junk"],
)  # fmt: skip
def test_what_is_not_the_countys_to_this_station_is_turned_away_and_shown(station, county, make, reason):
    assert take(station.store, make(county)) == "turned_away"
    assert [one[0] for one in turned_away(station)] == [reason]
    assert station.read(store.last_sequence) == 0
    seen = station.read(store.turned_away)[0]
    operator = Actor("staff", 1, "operator", "", 1)
    assert station.refusal(actions.see_turned_away, seen.id, actor=operator).code == "staff.not_allowed"
    station.act(actions.see_turned_away, seen.id)
    station.act(actions.see_turned_away, seen.id)
    assert turned_away(station) == []
    assert station.refusal(actions.see_turned_away, 99).code == "message.unknown"


def test_other_content_under_a_number_that_came_is_turned_away_and_the_first_stands(station, county):
    county.say()
    assert county.say(content=NOTICE | {"title": "别的"}, sequence=1) == "turned_away"
    assert turned_away(station) == [("rewritten", 1, 1)]
    assert county.last().content.title == NOTICE["title"]


def test_flood_of_forgeries_fills_no_table(station, county):
    for sequence in range(1, 200):
        take(station.store, county.envelope(seed=OTHER, sequence=sequence))
    rows = station.read(lambda db: db.all("SELECT reason, sequence, times FROM county_turned_away"))
    assert len(rows) == actions.MOST_TURNED_AWAY + 1
    assert sum(row["times"] for row in rows) == 199


def test_unknown_topic_is_parked_without_its_words_and_the_others_go_on(station, county):
    assert county.say("payments.demanded", {"phone": PHONE}) == "parked"
    found = county.last()
    assert (found.state, found.reason, found.payload) == ("parked", "message.topic_unknown", None)
    assert PHONE not in station.everything_stored()
    assert county.say() == "applied"
    assert station.read(store.parked) == [(1, "message.topic_unknown")]
    assert station.refusal(try_again, found.id).code == "message.not_kept"


@pytest.mark.parametrize(
    ("topic", "content", "place"),
    [
        ("announcement", {}, "title"),
        ("announcement", NOTICE | {"kind": "order"}, "kind"),
        ("announcement", NOTICE | {"body": "a\x00b"}, "body"),
        ("announcement", NOTICE | {"title": ["x"]}, "title"),
        ("announcement", NOTICE | {"valid_until": "2026-02-30"}, "valid_until"),
        ("announcement", NOTICE | {"run": "rm"}, "run"),
        ("ranking", RANKING | {"place": 41}, "place"),
        ("ranking", RANKING | {"month": "2026-13"}, "month"),
        ("ranking", RANKING | {"of": True}, "of"),
        ("day.requested", {"business_on": []}, "business_on"),
        ("day.requested", {"business_on": ["2026-11-2"]}, "business_on"),
        ("day.requested", {"business_on": ["2026-11-22"] * 63}, "business_on"),
        ("fees.proposed", FEES | {"items": [FEES["items"][0] | {"amount": "四块"}]}, "items[1].amount"),
        ("fees.proposed", FEES | {"effective_from": None}, "effective_from"),
        ("training", {"title": "培训"}, "starts_on"),
        ("parcels.expected", {"items": ["73610555582883"]}, "items[1]."),
        ("key.rotated", {"key": {"kty": "RSA"}, "thumbprint": "x"}, "key"),
        ("key.rotated", {"key": None, "thumbprint": "x"}, "key"),
    ],
)  # fmt: skip
def test_unreadable_content_is_parked_with_its_place_and_brings_nothing_about(station, county, topic, content, place):
    assert county.say(topic, content) == "parked"
    found = county.last()
    assert (found.state, found.reason, found.outcome) == ("parked", "message.content_unreadable", {"place": place})
    assert (found.payload is None) == (topic == "parcels.expected")
    assert len(station.read(keys.pinned)) == 1
    if found.payload is not None:
        assert station.refusal(try_again, found.id).code == "message.content_unreadable"


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.sampled_from(["items", "key", "title", "from", "x"]), part, max_size=4),
    max_leaves=12,
), st.sampled_from(sorted(topics.TOPIC_WORDS)))  # fmt: skip
def test_whatever_a_content_says_it_is_read_or_refused(content, topic):
    try:
        topics.read(topic, content)
    except Refused as refused:
        assert refused.code == "message.content_unreadable"


def test_message_that_failed_is_parked_and_tried_again_by_the_manager(station, county):
    assert _park_failed(station.store, county.envelope("ranking", RANKING))
    found = county.last()
    assert (found.state, found.reason) == ("parked", "message.failed")
    assert station.read(store.rankings) == []
    assert station.refusal(try_again, found.id, actor=Actor("staff", 1, "operator", "", 1)).code == "staff.not_allowed"
    station.act(try_again, found.id)
    assert (county.last().state, station.read(store.parked)) == ("applied", [])
    assert station.refusal(try_again, found.id).code == "message.not_parked"
    assert [one.place for one in station.read(store.rankings)] == [3]


# Keys -----------------------------------------------------------------------------------------------------------------


def test_key_rotates_by_a_message_of_the_old_one_and_later_messages_need_the_new(station, county):
    county.say()
    assert county.say("key.rotated", county.rotated(OTHER)) == "applied"
    assert county.say(sequence=3) == "turned_away", "the old key still signs"
    county.sequence, county.seed = 2, OTHER
    assert county.say() == "applied"
    assert [(key.how, key.from_sequence) for key in station.read(keys.pinned)] == [("rotated", 3), ("enrolment", 1)]
    assert turned_away(station) == [("signature", 3, 1)], "that somebody tried is seen by a person all the same"


def test_rotation_to_the_key_that_counts_changes_nothing(station, county):
    assert county.say("key.rotated", county.rotated(county.seed)) == "applied"
    assert county.say() == "applied"
    assert len(station.read(keys.pinned)) == 1


def test_manager_types_a_key_only_with_the_thumbprint_that_he_compared(station):
    county = County(station.store, pinned=False)
    operator = Actor("staff", 1, "operator", "", 1)
    typed = json.dumps(json.loads(county.public_key), indent=1)
    assert station.refusal(keys.pin_typed, typed, "x").code == "county_key.thumbprint_differs"
    assert station.refusal(keys.pin_typed, "{}", "x").code == "envelope.key_unreadable"
    assert station.refusal(keys.pin_typed, typed, county.thumbprint, actor=operator).code == "staff.not_allowed"
    assert keys.thumbprint_of(typed) == county.thumbprint
    first = station.act(keys.pin_typed, typed, county.thumbprint)
    assert station.act(keys.pin_typed, typed, county.thumbprint) == first, "typed twice, pinned once"
    assert county.say() == "applied"


def test_key_typed_anew_verifies_only_what_comes_afterwards(station, county):
    first = county.envelope()
    take(station.store, first)
    new = County(station.store, OTHER, pinned=False)
    station.act(keys.pin_typed, new.public_key, new.thumbprint)
    new.sequence = 1
    assert new.say() == "applied"
    assert take(station.store, first) == "known"


# Reading and showing --------------------------------------------------------------------------------------------------


def test_each_reader_has_a_mark_of_his_own(station, county):
    found = county.said()
    now = "2026-11-22T09:00:00.000000Z"
    assert station.read(store.count_unread, 1, now) == 1
    assert station.act(actions.mark_read, found.id) is True
    assert station.act(actions.mark_read, found.id) is False
    other_id, _pin = station.act(staff.add_staff, "李小满", "operator")
    assert (station.read(store.count_unread, 1, now), station.read(store.count_unread, other_id, now)) == (0, 1)
    assert [reader for reader, _at in station.read(store.readers, found.id)] == [1]
    assert station.refusal(actions.mark_read, found.id, actor=Actor("token", 1, "manager")).code == "staff.not_allowed"
    assert station.refusal(actions.mark_read, 99).code == "message.unknown"


def test_badge_looks_at_the_news_alone(station, county):
    """It is asked for on every page, and the letters of five years lie behind those of sixty days."""
    county.said()
    with station.store.reading() as db:
        seen: list[str] = []
        db.connection.set_trace_callback(seen.append)
        assert store.count_unread(db, 1, clock.stamp()) == 1
        db.connection.set_trace_callback(None)
        plan = [row["detail"] for row in db.all(f"EXPLAIN QUERY PLAN {seen[0]}")]
    assert "county_messages_by_arrival (received_at>?)" in plan[0]


def test_announcement_is_shown_to_villagers_when_the_manager_says_so_and_until_its_end(station, county):
    found = county.said()
    assert station.read(store.on_display, "2026-11-22") == []
    operator = Actor("staff", 1, "operator", "", 1)
    assert station.refusal(actions.show_to_villagers, found.id, actor=operator).code == "staff.not_allowed"
    station.act(actions.show_to_villagers, found.id)
    station.act(actions.show_to_villagers, found.id)
    assert [said.title for _one, said in station.read(store.on_display, "2099-12-31")] == [NOTICE["title"]]
    assert station.read(store.on_display, "2100-01-01") == []
    for _ in range(2):
        station.act(actions.show_to_villagers, county.said().id)
    assert station.refusal(actions.show_to_villagers, county.said().id).code == "message.display_full"
    station.act(actions.hide_from_villagers, found.id)
    station.act(actions.hide_from_villagers, found.id)
    assert len(station.read(store.on_display, "2026-11-22")) == 2
    over = county.said(content=NOTICE | {"valid_until": "2020-01-01"})
    assert station.refusal(actions.show_to_villagers, over.id).code == "message.expired"
    assert (
        station.refusal(actions.show_to_villagers, county.said("ranking", RANKING).id).code == "message.not_for_display"
    )


def test_announcement_without_an_end_is_not_crowded_out_by_those_that_have_ended(station, county):
    stays = county.said(content={name: value for name, value in NOTICE.items() if name != "valid_until"})
    station.act(actions.show_to_villagers, stays.id)
    for _ in range(20):
        over = county.said(content=NOTICE | {"valid_until": "2020-01-01"})
        station.act(lambda tx, message_id=over.id: tx.change("county_messages", message_id, on_display_at=tx.now))
    assert [one.id for one, _said in station.read(store.on_display, "2026-11-22")] == [stays.id]


# What the database refuses, what the check finds ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE county_messages SET topic = 'ranking'",
        "UPDATE county_messages SET state = 'parked', reason = 'x'",
        "DELETE FROM county_messages",
        "INSERT INTO county_messages (sequence, topic, made_at, key_id, received_at) VALUES (9, 'x', 'x', 1, 'x')",
        "INSERT INTO county_messages (sequence, topic, made_at, key_id, received_at, state) VALUES (2, 'x', 'x', 1, 'x', 'applied')",
        "UPDATE county_keys SET how = 'typed'",
        "DELETE FROM county_keys",
        "UPDATE county_reads SET read_at = ''",
        "DELETE FROM county_reads",
        "UPDATE county_turned_away SET reason = 'gap'",
        "DELETE FROM county_turned_away",
    ],
)
def test_database_refuses_to_change_what_the_county_said(station, county, sql):
    found = county.said()
    station.act(actions.mark_read, found.id)
    take(station.store, "a.b.c")
    with pytest.raises(sqlite3.IntegrityError), station.store.transaction() as tx:
        tx.execute(sql)


BROKEN = [
    ("county_message.gap", "UPDATE county_messages SET sequence = 7 WHERE id = 2"),
    ("county_message.not_as_recorded", "UPDATE county_messages SET state = 'parked', reason = 'x' WHERE id = 1"),
    ("county_message.not_as_recorded", "UPDATE county_messages SET topic = 'ranking' WHERE id = 1"),
    ("county_message.wrongly_kept", "UPDATE county_messages SET header = 'h', payload = '{}', signature = 's', hash = 'x' WHERE id = 2"),
    ("county_message.not_as_signed", "UPDATE county_messages SET payload = replace(payload, '防火', '放假') WHERE id = 1"),
    ("county_message.not_as_signed", "UPDATE county_messages SET signature = 'AAAA' WHERE id = 1"),
    ("county_message.missing", "DELETE FROM county_messages WHERE id = 2"),
    ("county_key.not_as_pinned", "UPDATE county_keys SET how = 'typed'"),
    ("county_key.not_as_pinned", "UPDATE county_keys SET public_key = '{}'"),
    ("county_key.missing", "INSERT INTO county_keys SELECT 7, public_key, thumbprint, how, from_sequence, '', '', 0 FROM county_keys; DELETE FROM county_keys WHERE id = 1"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "sql"), BROKEN)
def test_check_names_what_is_not_as_it_was_taken(tmp_path, code, sql):
    station = Station.copied(tmp_path)
    county = County(station.store)
    county.say()
    county.say("parcels.expected", PARCELS)
    with bare(station.store.path) as connection:
        connection.executescript(sql)
    with station.store.reading() as db:
        assert code in {problem.code for problem in problems(db)}
    station.store.close()
