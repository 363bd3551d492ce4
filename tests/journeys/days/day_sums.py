"""Adds up the three days: what the paths' moves say by hand, the book, the owner's page, the Z slips and the day's page; and
each party's balance in the book beside what its own page shows."""

from __future__ import annotations

import json
import re
from typing import Any

from kiosk import ledger, money
from kiosk.ledger import Account
from kiosk.reports.owner_words import ACCOUNT_WORDS
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import WALLETS, only
from tests.journeys.days.line import Line

HELD = ("held_for_bills", "held_for_purchases", "held_for_services")
EARNED = ("fee_income", "commission")
OTHERS = ("goods_sales", "goods_cost", "compensation", "expenses", "rounding", "over_short")
OWED = (Account.OWED_TO_CONSIGNORS, Account.OWED_TO_CARRIERS)


def _figures(sums: Any) -> dict[str, int]:
    return {name: fen for name, fen in sums.items() if fen}


def _facts(road: Counter | Line) -> list[dict[str, Any]]:
    """What each Z slip says, in the order of the days."""
    with road.station.store.reading() as db:
        return [json.loads(row[0]) for row in db.all("SELECT facts FROM slips WHERE template = 'z_slip' ORDER BY id")]


def _parties(road: Counter | Line, account: Account) -> dict[str, int]:
    with road.station.store.reading() as db:
        return _figures({party: -fen for party, fen in ledger.by_party(db, account).items()})


def _book_and_slips(road: Counter | Line) -> None:
    assert _figures(road.balances()) == _figures(road.stands), "book and hand"
    told = _facts(road)
    last = told[-1]
    assert last["counted_fen"] == road.stands["drawer"]
    assert (
        -sum(one["difference_fen"] for one in told) - sum(fen for one in told for _at, fen in one["hand_overs"])
        == road.stands["over_short"]
    )
    for name in WALLETS:
        assert sum(one[1] for slip in told for one in slip["wallets"] if one[0] == name) == road.stands[name], name
    for account in OWED:
        assert sum(_parties(road, account).values()) == -road.stands[account.value]


def _months(road: Counter | Line) -> list[str]:
    with road.station.store.reading() as db:
        return [row[0] for row in db.all("SELECT DISTINCT substr(business_on, 1, 7) FROM business_days ORDER BY 1")]


def reconciled_api(line: Line) -> None:
    """Over the API: the owner's months, the days' details, the debts and suppliers."""
    _book_and_slips(line)
    stands = line.stands
    months = [line.get("/days/owner", month=month, who=line.manager) for month in _months(line)]
    last = months[-1]
    others = {name: sum(month["others"].get(name, 0) for month in months) for name in OTHERS}
    assert _figures(others) == _figures({name: -stands[name] for name in OTHERS})
    assert sum(fen for month in months for row in month["earned"].values() for fen in row.values()) == -sum(
        stands[name] for name in EARNED
    )
    assert sum(month["owner_put_in_fen"] - month["owner_took_out_fen"] for month in months) == -stands["owner"]
    assert last["held"] == _figures({name: -stands[name] for name in HELD})
    for account in OWED:
        assert last[account.value] == _parties(line, account)
    assert sum(one["owed_fen"] for one in line.get("/debts")["items"]) == stands["debts"]
    result = -sum(stands[name] for name in (*EARNED, *OTHERS))
    assert sum(month["result_fen"] for month in months) == result
    day = line.get("/days", limit=1)["items"][0]
    assert (day["state"], day["counted_fen"]) == ("closed", stands["drawer"])
    with line.station.store.reading() as db:
        wallets = {row[0]: row[1] for row in db.all("SELECT wallet, balance_fen FROM wallet_counts ORDER BY id")}
    assert _figures(wallets) == _figures({name: stands[name] for name in WALLETS})


def _fen(text: str) -> int:
    return money.parse(text.replace("￥", "").strip())


def reconciled(counter: Counter) -> None:
    """At the counter: the owner's pages, the paper of each close, the day's page, debts, suppliers, carriers."""
    _book_and_slips(counter)
    stands = counter.stands
    for slip_id in _slips(counter):
        counter.go(f"/prints/slips/{slip_id}")
        paper = counter.page.locator(".sheet-of-paper").inner_text()
    assert re.search(rf"实点现金\s*{re.escape(money.yuan(stands['drawer']))}", paper), paper
    only(counter, "王站长")
    counter.go("/day")
    row = counter.page.locator("main table tbody tr").first.locator("td.num").all_inner_texts()
    assert row[0] == money.yuan(stands["drawer"]), row
    shown: dict[str, int] = {}
    result = 0
    for month in _months(counter):
        counter.go(f"/owner?month={month}")
        facts = _terms(counter)
        for name in OTHERS:
            shown[name] = shown.get(name, 0) + facts.get(ACCOUNT_WORDS[name], 0)
        result += _fen(counter.page.locator("p.figure b").nth(2).inner_text())
        shown |= {name: facts.get(ACCOUNT_WORDS[name], 0) for name in HELD}
        owed = [_fen(text) for text in counter.page.locator(".owner-grid p.row b").all_inner_texts()]
    assert _figures(shown) == _figures({name: -stands[name] for name in (*OTHERS, *HELD)})
    assert result == -sum(stands[name] for name in (*EARNED, *OTHERS))
    parties = [fen for account in OWED for fen in _parties(counter, account).values()]
    assert sorted(owed) == sorted(parties)
    counter.go("/debts")
    assert _fen(counter.page.locator("h1").first.inner_text().rpartition("·")[2]) == stands["debts"]
    counter.go("/consignment/suppliers")
    supplied = [_fen(text) for text in counter.page.locator("main td.num.strong").all_inner_texts()]
    assert sorted(fen for fen in supplied if fen) == sorted(_parties(counter, Account.OWED_TO_CONSIGNORS).values())
    counter.go("/cash")
    for party, fen in _parties(counter, Account.OWED_TO_CARRIERS).items():
        option = counter.page.locator(f"select[name=carrier] option[value='{party.partition(':')[2]}']")
        assert money.yuan(fen) in (option.text_content() or ""), party
    only(counter, "李柜员")


def _slips(counter: Counter) -> list[int]:
    with counter.station.store.reading() as db:
        return [row[0] for row in db.all("SELECT id FROM slips WHERE template = 'z_slip' ORDER BY id")]


def _terms(counter: Counter) -> dict[str, int]:
    terms = counter.page.locator("dl.facts dt").all_text_contents()
    sums = counter.page.locator("dl.facts dd").all_text_contents()
    return {term.strip(): _fen(fen) for term, fen in zip(terms, sums, strict=True)}
