"""Reports by API: the list, the exact bytes, the figures so far, freezing by hand once for one key, the schemas."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta

import jsonschema
import pytest

from kiosk import clock
from kiosk.counter.close_day import close_day
from kiosk.counter.open_day import open_day
from kiosk.storage import Actor
from tests.web.api.program import ApiStation, Program

MANAGER = Actor("staff", 1, "manager", "", None)
#: The Monday of last week: its week is over.
MONDAY = clock.local_date() - timedelta(days=clock.local_date().weekday() + 7)
WEEK = "{}-W{:02d}".format(*MONDAY.isocalendar()[:2])


def keep_day(api: ApiStation, on: date) -> None:
    for act, hour, facts in ((open_day, 1, {}), (close_day, 10, {"pieces": {}})):
        with api.store.transaction(MANAGER) as tx:
            tx.now = f"{on}T{hour:02d}:00:00.000000Z"
            act(tx, **facts)


def test_week_is_frozen_once_and_told_in_bytes_and_words(operator: Program, api: ApiStation) -> None:
    keep_day(api, MONDAY)
    so_far = operator.get(f"/reports/periods/week/{WEEK}").json()
    assert (so_far["is_frozen"], so_far["report_no"], so_far["submission"]) == (False, "", None)
    made = operator.post(f"/reports/periods/week/{WEEK}/freeze", key="once")
    assert made.status_code == 201, made.text
    assert operator.post(f"/reports/periods/week/{WEEK}/freeze", key="once").json() == made.json()
    body = made.json()
    assert (body["kind"], body["period"], body["revision"], body["state"]) == ("week", WEEK, 0, "waiting")
    again = operator.post(f"/reports/periods/week/{WEEK}/freeze")
    assert (again.status_code, again.json()["code"]) == (409, "report.period_unchanged")
    raw = operator.get(f"/reports/{body['id']}/content")
    assert hashlib.sha256(raw.content).hexdigest() == body["hash"] and body["hash"] in raw.headers["etag"]
    schema = operator.get("/schemas/period-1").json()
    jsonschema.validate(raw.json(), schema, jsonschema.Draft202012Validator)
    shown = operator.get(f"/reports/{body['id']}").json()
    assert shown["content"] == json.loads(raw.content) and shown["kind_name"] == "周报"
    assert shown["submission"]["state"] == "waiting" and shown["definitions"] and shown["counting"]
    assert operator.get(f"/reports/periods/week/{WEEK}").json() == shown
    assert operator.post(f"/reports/{body['id']}/print").status_code == 200
    assert operator.get("/reports?kind=week").json()["items"][0]["report_no"] == body["report_no"]
    printed = operator.post(f"/reports/{body['id']}/print").json()
    assert body["report_no"] in api.value("SELECT facts FROM slips WHERE id = ?", printed["slip_id"])
    assert api.problems() == []


def test_reports_are_listed_a_page_at_a_time(operator: Program, api: ApiStation) -> None:
    for number in range(3):
        keep_day(api, MONDAY + timedelta(days=number))
    seen, address = [], "/reports?limit=2&kind=day"
    while address:
        answer = operator.get(address).json()
        seen += [item["period"] for item in answer["items"]]
        address = answer["next"]
    assert seen == [(MONDAY + timedelta(days=number)).isoformat() for number in (2, 1, 0)]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/reports/424242", 404, "report.unknown"),
        ("/reports/424242/content", 404, "report.unknown"),
        ("/reports/periods/week/2026-47", 422, "report.period_wrong"),
        ("/reports/periods/decade/2026", 422, "report.period_wrong"),
        ("/reports/periods/day/2020-01-01", 404, "report.none"),
        ("/schemas/F9", 404, "schema.unknown"),
    ],
)
def test_what_there_is_not_is_said(operator: Program, path: str, status: int, code: str) -> None:
    answer = operator.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("code", "said"), [("2019-W01", "report.period_before_start"), ("2099-W01", "report.period_not_over")]
)
def test_period_that_cannot_be_frozen_is_refused(operator: Program, api: ApiStation, code: str, said: str) -> None:
    keep_day(api, MONDAY)
    answer = operator.post(f"/reports/periods/week/{code}/freeze")
    assert (answer.status_code, answer.json()["code"]) == (409, said)


def test_schemas_are_published(operator: Program) -> None:
    names = operator.get("/schemas").json()["items"]
    assert names == ["F1-1", "F1-2", "period-1"]
    for name in names:
        jsonschema.Draft202012Validator.check_schema(operator.get(f"/schemas/{name}").json())
