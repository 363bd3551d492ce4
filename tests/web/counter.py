"""A counter with a printer and published fees, and what the tests of its pages do at it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from kiosk import fees
from kiosk.counter.check_in import check_in
from kiosk.printing import jobs
from kiosk.settings import CONFIG
from kiosk.storage import Actor
from tests.web.browser import TestStation, make_station

PRINTER = '[[devices]]\nname = "小票机"\nkind = "printer"\ndriver = "simulated"\ndesk = "柜台"\n'
MANAGER = Actor("staff", 1, "manager", "王站长", 1)


def make_counter(folder: Path) -> TestStation:
    """A station that may charge what its published fees say."""
    found = make_station(folder, PRINTER)
    with found.store.transaction(MANAGER) as tx:
        fees.publish(tx, tomllib.loads((CONFIG / "fees.demo.toml").read_text("utf-8")))
    return found


def arrive(station: TestStation, waybill: str = "YT8962646785389", **more: str) -> int:
    """A parcel that was checked in at the desk."""
    with station.store.transaction(MANAGER) as tx:
        return check_in(
            tx, waybill=waybill, desk_id=1, **{"phone": "19900001234", "name_hint": "张建国"} | more
        ).parcel_id


def value(station: TestStation, sql: str, *params: object) -> Any:
    """One value out of the database."""
    with station.store.reading() as db:
        return db.value(sql, *params)


def come_out(station: TestStation) -> None:
    """The first paper of each job lies on the counter."""
    with station.store.transaction(MANAGER) as tx:
        for job in jobs.tray(tx):
            jobs.finish(tx, job.id, "confirmed")


def said(client: FlaskClient, answer: Any) -> str:
    """The page that an act leads to."""
    assert answer.status_code == 303, answer.text[:800]
    return client.get(answer.headers["Location"]).text
