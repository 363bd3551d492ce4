"""What the county's messages bring about: parcels on their way, days sent again, fees as a draft. All of it or nothing, and no
phone outside the vault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock, fees, outbox, registers, settings, shifts, vault
from kiosk.counter import apply_message, fee_proposal
from kiosk.counter.close_day import close_day
from kiosk.counter.open_day import open_day
from kiosk.inbox.check import problems
from kiosk.parcels import store as parcels
from kiosk.reports.daily import daily_report
from kiosk.retention.schedule import erase_due
from kiosk.storage import Actor
from tests.services.county_bench import FEE, FEES, NOTICE, PARCELS, PHONE, County
from tests.services.parcel_bench import PAYMENT, YTO, ZTO, ZTO_2, Station
from tests.storage.test_guards_and_seals import bare

FEE_LIST = {"effective_on": "2020-01-01", "basis": "村民约定", "approver": "村民委员会"}
OPERATOR = Actor("staff", 1, "operator", "", 1)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    found = Station.copied(tmp_path)
    yield found
    with found.store.reading() as db:
        assert list(problems(db)) == []
    assert found.broken() == []
    found.store.close()


@pytest.fixture
def county(station: Station) -> County:
    return County(station.store)


def close(station: Station) -> str:
    """Closes the open day; its date."""
    day = station.read(shifts.open_day)
    station.act(close_day, pieces={})
    return day.business_on


# Parcels on their way ---------------------------------------------------------------------------------------------------


def test_parcels_of_the_county_are_on_their_way_until_intake_checks_them_off(station, county):
    found = county.said("parcels.expected", PARCELS)
    assert (found.state, found.outcome) == ("applied", {"noted": 2, "known": 0, "wrong": 0, "lines": []})
    first, second = station.read(parcels.by_waybill, ZTO, 0), station.read(parcels.by_waybill, YTO, 0)
    assert [(row["state"], row["phone_tail"]) for row in (*first, *second)] == [
        ("expected", "4321"),
        ("expected", None),
    ]
    arrived = station.arrive(ZTO, batch_id=station.batch())
    assert arrived.parcel_id == first[0]["id"] and arrived.has_phone


def test_list_that_comes_at_night_opens_no_business_day(station, county):
    assert station.read(shifts.open_day) is None
    assert county.say("parcels.expected", PARCELS) == "applied"
    assert station.read(shifts.open_day) is None
    event = station.read(parcels.events, station.read(parcels.by_waybill, ZTO, 0)[0]["id"])[0]
    assert event["business_on"] == clock.local_date().isoformat()


def test_lines_that_do_not_do_are_named_and_the_others_are_taken(station, county):
    station.arrive(ZTO)
    items = [
        {"waybill": ZTO, "carrier": "ZTO"}, {"waybill": PAYMENT}, {"waybill": ZTO_2, "phone": "12"},
        {"waybill": YTO, "carrier": "no such"}, {"waybill": YTO, "carrier": "YTO", "phone": PHONE}, {"waybill": YTO},
    ]  # fmt: skip
    found = county.said("parcels.expected", {"items": items})
    assert (found.outcome["noted"], found.outcome["known"], found.outcome["wrong"]) == (1, 2, 3)
    assert [line for line, _code in found.outcome["lines"]] == [2, 3, 4]
    assert PAYMENT not in station.everything_stored()


def test_list_of_which_no_line_does_is_parked(station, county):
    assert county.say("parcels.expected", {"items": [{"waybill": PAYMENT}, {"waybill": "?"}]}) == "parked"
    assert (county.last().reason, county.last().outcome) == ("expected.line_wrong", {"place": "items[1]"})
    assert county.say("parcels.expected", {"items": []}) == "applied", "a centre has forgotten whom a list named"


def test_clock_that_must_date_nothing_parks_the_list(station, county):
    station.arrive(ZTO_2)
    close(station)
    with bare(station.store.path) as connection:
        connection.execute("UPDATE business_days SET closed_at = '2099-01-01T00:00:00.000000Z'")
    assert county.say("parcels.expected", PARCELS) == "parked"
    assert county.last().reason == "day.clock_wrong"


def test_phone_of_an_announced_parcel_stands_in_the_vault_alone_and_goes_with_the_parcels_term(station, county):
    """The file itself is searched, log and free pages with it: neither phone nor anything by which one could be tried."""
    envelope = county.envelope("parcels.expected", PARCELS)
    payload, signature = envelope.split(".")[1:]
    assert county.say("parcels.expected", PARCELS, sequence=county.sequence) == "applied"
    row = station.read(parcels.by_waybill, ZTO, 0)[0]
    kept = station.read(
        lambda db: db.all("SELECT case_kind, case_id, field FROM vault WHERE value LIKE ?", f"%{PHONE}%")
    )
    assert [tuple(one) for one in kept] == [("parcel", row["id"], "phone")]
    message = county.last()
    assert (message.payload, message.hash, message.envelope) == (None, None, None)
    with station.store.reading() as db:
        tables = [name for (name,) in db.all("SELECT name FROM sqlite_master WHERE type = 'table'") if name != "vault"]
        rest = "\n".join(str(tuple(one)) for name in tables for one in db.all(f'SELECT * FROM "{name}"'))
    for trace in (PHONE, payload[:40], payload[-40:], signature):
        assert trace not in rest
    station.arrive(ZTO)
    station.collect(row["id"])
    erase_due(station.store, clock.local_date() + timedelta(days=400))
    stored = b"".join(path.read_bytes() for path in station.store.path.parent.glob("kiosk.db*"))
    for trace in (PHONE.encode(), "钱多多".encode(), signature.encode(), payload[:40].encode()):
        assert trace not in stored
    assert station.read(vault.get, "parcel", row["id"], "phone") is None
    assert county.last().outcome["noted"] == 2, "what the station did stays"


# Days that the county misses ----------------------------------------------------------------------------------------------


def test_requested_day_is_sent_again_when_it_was_refused_and_only_told_otherwise(station, county):
    station.act(open_day, 0)
    station.arrive(ZTO)
    business_on = close(station)
    report = station.read(daily_report, business_on)
    sent = station.read(outbox.of_subject, "report", report.id)[0]

    def ask() -> dict[str, object]:
        return county.said("day.requested", {"business_on": [business_on]}).outcome["days"][0]

    assert ask() == {"business_on": business_on, "became": "queued", "sequences": [1]}
    station.act(outbox.refuse, sent.id, "序号已有")
    assert ask()["became"] == "sent_again"
    assert station.read(apply_message.standing_of, business_on)[0] == "queued"
    station.act(outbox.acknowledge, sent.id, "C-1")
    assert ask()["became"] == "acknowledged"
    standing, messages = station.read(apply_message.standing_of, business_on)
    assert (standing, [one.acknowledgement_no for one in messages]) == ("acknowledged", ["C-1"])


def test_requested_days_without_a_report_are_shown_to_a_person(station, county):
    station.act(open_day, 0)
    today = station.read(shifts.open_day).business_on
    ahead = (clock.local_date() + timedelta(days=3)).isoformat()
    found = county.said("day.requested", {"business_on": [today, "2024-05-01", ahead, today]})
    assert [(one["business_on"], one["became"]) for one in found.outcome["days"]] == [
        (today, "still_open"), ("2024-05-01", "no_day"), (ahead, "not_yet"),
    ]  # fmt: skip


# Fees ---------------------------------------------------------------------------------------------------------------------


def proposed(county: County, **changed: object):
    return county.said("fees.proposed", FEES | changed)


def publish(station: Station) -> None:
    own = FEE | {
        "code": "convenience.copy",
        "name_zh": "复印",
        "service": "convenience",
        "unit": "页",
        "amount": "0.50",
    }
    station.act(fees.publish, FEE_LIST | {"items": [FEE | {"amount": "3.00"}, own]})


def test_proposal_is_compared_and_charges_nothing(station, county):
    publish(station)
    found = proposed(county)
    compared = station.read(fee_proposal.compare, found.content)
    assert [(one.kind, one.code) for one in compared.changes] == [
        ("changed", "purchase"),
        ("removed", "convenience.copy"),
    ]
    assert station.read(fees.current, clock.local_date().isoformat()).number == 1
    assert station.read(fees.open_draft) is None


@pytest.mark.parametrize(("how", "codes"), [("whole", ["purchase"]), ("merged", ["purchase", "convenience.copy"])])
def test_proposal_becomes_a_draft_that_a_person_approves_and_publishes(station, county, how, codes):
    publish(station)
    found = proposed(county, effective_from="2020-02-02")
    draft = station.act(fee_proposal.draft_of_proposal, found.id, how)
    today = clock.local_date().isoformat()
    assert [item["code"] for item in draft.content["items"]] == codes
    assert (draft.content["effective_on"], draft.content["basis"], draft.content["approver"]) == (
        today,
        FEES["note"],
        "",
    )
    assert county.last().draft_id == draft.id
    assert station.refusal(fees.publish_draft, draft.revision).code == "fees.unreadable", "nobody has approved it yet"
    ready = station.act(fees.save_draft, draft.revision, draft.content | {"approver": "村民委员会"})
    station.act(fees.publish_draft, ready.revision)
    assert station.read(fees.current, today).item("purchase").terms == {"amount": 400}


def test_proposal_makes_no_second_draft_and_is_the_managers(station, county):
    found, notice = proposed(county), county.said(content=NOTICE)
    act = fee_proposal.draft_of_proposal
    assert station.refusal(act, found.id, actor=OPERATOR).code == "staff.not_allowed"
    assert station.refusal(act, notice.id).code == "message.no_proposal"
    assert station.refusal(act, found.id, "half").code == "message.no_proposal"
    assert station.refusal(act, 99).code == "message.unknown"
    station.act(fees.begin_draft)
    assert station.refusal(act, found.id).code == "fees.draft_open"
    assert county.last().draft_id is None


# Trainings and campaigns ------------------------------------------------------------------------------------------------

TRAINING = {
    "title": "直播带货培训",
    "kind": "电商基础",
    "starts_on": "2026-12-01",
    "place": "县公共服务中心",
    "note": "带身份证",
}


def entry_of(station: Station, found) -> registers.Entry:
    return station.read(registers.entry, found.outcome["entry_id"])


def test_training_stands_in_its_register_where_attendance_is_noted_later(station, county):
    found = county.said("training", TRAINING)
    entry = entry_of(station, found)
    assert (entry.register, entry.state, entry.number) == ("trainings", "planned", found.outcome["number"])
    assert {name: entry.values[name] for name in ("title", "kind", "organiser", "starts_on")} == {
        "title": "直播带货培训", "kind": "电商基础", "organiser": "县公共服务中心", "starts_on": "2026-12-01",
    }  # fmt: skip
    assert station.read(shifts.open_day) is None, "the station itself opened a day"


def test_campaign_keeps_when_its_data_are_due_and_takes_a_kind_that_nobody_knows_as_other(station, county):
    content = {"title": "长" * 80, "kind": "丰收节", "starts_on": "2026-12-01", "data_due_on": "2026-12-10"}
    entry = entry_of(station, county.said("campaign", content))
    assert (entry.register, entry.values["kind"], entry.values["data_due_on"]) == ("campaigns", "其他", "2026-12-10")
    assert entry.values["title"] == "长" * 59 + "…"


def test_gathering_of_a_register_that_is_not_kept_is_only_read(tmp_path):
    station = Station.copied(tmp_path)
    (tmp_path / "registers").mkdir()
    own = (settings.CONFIG / "registers" / "trainings.toml").read_text("utf-8")
    (tmp_path / "registers" / "trainings.toml").write_text("is_kept = false\n" + own, "utf-8")
    found = County(station.store).said("training", TRAINING)
    assert (found.state, found.outcome) == ("applied", {})
    station.store.close()


def test_gathering_that_its_register_refuses_is_parked(station, county):
    assert county.say("training", TRAINING | {"starts_on": "2039-01-01"}) == "parked"
    assert county.last().reason.startswith("register.")
    assert station.read(lambda db: db.value("SELECT COUNT(*) FROM register_entries")) == 0
