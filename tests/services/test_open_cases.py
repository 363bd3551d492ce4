"""What is carried over reads as the operator knows it: goods, services, people with masked names, never a bare number."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import clock
from kiosk.counter.open_cases import case_view, open_cases
from kiosk.counter.settle import settle
from kiosk.till import debtors
from kiosk.till.payments import Tender
from kiosk.words import say
from tests.services.counter_bench import BILL, PURCHASE, SALE, Bench

HOTEL = {"city": "县城", "hotel": "枫林宾馆", "nights": "2", "rooms": "1", "guest": "赵小兰", "price": "200.00"}


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


def labels(bench: Bench, kind: str) -> list[str]:
    with bench.store.reading() as db:
        return [case_view(case, say)["label"] for case in open_cases(db)[kind]]


def pay(bench: Bench, service: str, facts: dict, given_fen: int, *tenders: Tender) -> None:
    bench.act(settle, bench.ticket((service, facts)), given_fen, tenders)


def test_purchase_is_known_by_its_number_and_goods(bench):
    pay(bench, "purchase", PURCHASE, 309_00)
    assert labels(bench, "purchases") == ["代购 DG00001：水泵"]
    with bench.store.reading() as db:
        assert open_cases(db)["purchases"][0].stage == "待下单"


def test_convenience_is_known_by_what_was_booked(bench):
    on = clock.local_date().isoformat()
    values = HOTEL | {"arrives_on": on}
    pay(bench, "convenience", {"convenience": "hotel", "values": values}, 300_00)
    assert labels(bench, "conveniences") == [f"便民 1：酒店 县城 枫林宾馆 赵** {on}"]


def test_bill_is_known_by_its_kind_and_masked_account(bench):
    pay(bench, "bill", BILL, 50_00)
    assert labels(bench, "bills") == ["缴费 1：电费 0602…500"]


def test_people_are_known_by_number_and_masked_name(bench):
    who = bench.act(debtors.allow, "张建国", "13800001234", 300_00)
    pay(bench, "bill", BILL, 0, Tender("account", 50_00, "", who))
    pay(bench, "consignment", SALE, 22_50)
    assert labels(bench, "debts") == [f"欠款人 {who} 张**"]
    assert labels(bench, "consignment_sales") == ["供货人 1 李**"]
