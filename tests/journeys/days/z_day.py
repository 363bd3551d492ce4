"""The end of each day, at both stations: short, over, with what is unfinished carried over; no printer answers and no county.
After the third everything that every path moved is added up and held against the book, the pages and the paper."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import expect

from kiosk import money
from tests.journeys.days import Unhappy, listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import (
    COIN_FEN,
    WALLETS,
    api_bill,
    api_count,
    bill,
    by_wechat,
    count,
    forced,
    pieces,
    unasked,
)
from tests.journeys.days.day_sums import reconciled, reconciled_api
from tests.journeys.days.line import Line
from tests.journeys.unhappy_day import PATHS as LIST

MISSING_FEN, FOUND_FEN, BILL_FEN = 10_00, 5_00, 30_00


def _due(road: Counter | Line) -> dict[str, int]:
    """What the phone should show of each wallet that this day touched, by what the paths moved."""
    with road.station.store.reading() as db:
        touched = {
            row[0]
            for row in db.all(
                "SELECT DISTINCT p.account FROM postings p JOIN entries e ON e.id = p.entry_id"
                " JOIN business_days d ON d.business_on = e.business_on WHERE d.state = 'open'"
            )
        }
    before = "SELECT balance_fen FROM wallet_counts WHERE wallet = ? ORDER BY id DESC LIMIT 1"
    return {name: road.stands[name] - (road.value(before, name) or 0) for name in WALLETS if name in touched}


def _papers(road: Counter | Line) -> None:
    """Nobody waited for a printer or for the county: slip and report wait for them."""
    slip_id = road.value("SELECT MAX(id) FROM slips WHERE template = 'z_slip'")
    assert road.value("SELECT state FROM print_jobs WHERE slip_id = ?", slip_id) == "waiting"
    assert road.value("SELECT state FROM outbox ORDER BY id DESC LIMIT 1") == "waiting"


def _close(counter: Counter, fen: int, own: Mapping[str, int], *, is_blind: bool = False) -> None:
    """Counts this much, looks at the phone, closes; ``own`` is what the path moved before."""
    due = {name: fen + own.get(name, 0) for name, fen in _due(counter).items()}
    count(counter, fen)
    form = "form[id^=close-form]"
    unasked(counter, form)
    fields: dict[str, str] = {}
    for name, moved in due.items():
        if is_blind and name == "wechat":
            fields |= {f"seen_reason_{name}": "not_looked"}
        else:
            fields |= {f"seen_{name}": money.show(moved)}
    if counter.page.locator(f"{form} [name=reason]").count():
        fields |= {"reason": "unexplained"}
    counter.send(form, **fields)
    counter.expect_said("已日结")
    _papers(counter)


def _close_api(line: Line, fen: int, own: Mapping[str, int], *, is_blind: bool = False) -> dict[str, object]:
    due = {name: fen + own.get(name, 0) for name, fen in _due(line).items()}
    seen = {name: {"seen_fen": moved} for name, moved in due.items()}
    if is_blind:
        seen["wechat"] = {"seen_fen": None, "reason": "not_looked"}
    body = {"count_id": api_count(line, fen), "reason": "unexplained", "wallets": seen}
    closed: dict[str, object] = line.post("/days/close", body)
    assert closed["counted_fen"] == sum(piece * number for piece, number in pieces(fen).items())
    _papers(line)
    return closed


# The first: somebody gave too much change, and the phone is with the manager ------------------------------------------

_FIRST = {"drawer": BILL_FEN, "wechat": BILL_FEN, "held_for_bills": -2 * BILL_FEN}


def _short(counter: Counter) -> None:
    bill(counter, "7700000020", "30")
    bill(counter, "7700000021", "30", **by_wechat())
    _close(counter, counter.stands["drawer"] + BILL_FEN - MISSING_FEN, _FIRST, is_blind=True)
    _wechat_unseen(counter)


def _short_api(line: Line) -> None:
    api_bill(line, "7700000020", BILL_FEN)
    api_bill(line, "7700000021", BILL_FEN, wallet="wechat")
    closed = _close_api(line, line.stands["drawer"] + BILL_FEN - MISSING_FEN, _FIRST, is_blind=True)
    assert closed["difference_reason"] == "unexplained"
    _wechat_unseen(line)


def _wechat_unseen(road: Counter | Line) -> None:
    sql = "SELECT {} FROM wallet_counts WHERE wallet = 'wechat' ORDER BY id DESC LIMIT 1"
    assert road.value(sql.format("seen_fen")) is None
    assert road.value(sql.format("difference_reason")) == "not_looked"


def _short_moves(stands: Mapping[str, int]) -> dict[str, int]:
    short_fen = MISSING_FEN + stands["drawer"] % COIN_FEN
    return _FIRST | {"drawer": BILL_FEN - short_fen, "over_short": short_fen}


# The second begins after hours and leaves things open -------------------------------------------------------------------


def _after_close(counter: Counter) -> None:
    bill(counter, "7700000022", "30")
    counter.go("/day")
    expect(counter.page.locator("main")).to_contain_text("营业后")


def _after_close_api(line: Line) -> None:
    api_bill(line, "7700000022", BILL_FEN)
    assert line.get("/status")["day"]["is_after_hours"] is True


def _over(counter: Counter) -> None:
    bill(counter, "7700000023", "30")
    counter.go("/bills/new")
    counter.send("#bill-form", biller="power-demo", account_no="7700000024", amount="30")
    ticket_id = counter.ticket_id()
    counter.go("/day")
    for kind in ("#open-tickets", "#open-bills"):
        expect(counter.page.locator(kind)).to_be_visible()
    fen = counter.stands["drawer"] + BILL_FEN
    _close(counter, fen - fen % COIN_FEN + FOUND_FEN, {})
    counter.go("/ticket")
    assert counter.ticket_id() == ticket_id, "what was not paid is there tomorrow"
    counter.press("去掉")


def _over_api(line: Line) -> None:
    api_bill(line, "7700000023", BILL_FEN)
    ticket = line.new_ticket(
        {"service": "bill", "biller": "power-demo", "account_no": "7700000024", "amount_fen": BILL_FEN}
    )
    fen = line.stands["drawer"] + BILL_FEN
    closed = _close_api(line, fen - fen % COIN_FEN + FOUND_FEN, {})
    stays = closed["stays_open"]
    assert isinstance(stays, dict) and stays["tickets"] >= 1 and stays["bills"] >= 1
    open_ids = closed["open_ticket_ids"]
    assert isinstance(open_ids, list) and ticket["id"] in open_ids
    line.post(f"/tickets/{ticket['id']}/void", {})


def _over_moves(stands: Mapping[str, int]) -> dict[str, int]:
    over_fen = FOUND_FEN - stands["drawer"] % COIN_FEN
    return {"drawer": BILL_FEN + over_fen, "held_for_bills": -BILL_FEN, "over_short": -over_fen}


# The third is as it should be, but for what no coin can pay -------------------------------------------------------------


def _third(counter: Counter) -> None:
    counter.go("/day")
    if counter.page.locator("#open-form").count():
        counter.send("#open-form")
    _close(counter, counter.stands["drawer"], {})


def _third_api(line: Line) -> None:
    line.post("/days/open")
    _close_api(line, line.stands["drawer"], {})


def _third_moves(stands: Mapping[str, int]) -> dict[str, int]:
    odd_fen = stands["drawer"] % COIN_FEN
    return {"drawer": -odd_fen, "over_short": odd_fen}


# Yesterday's receipt ------------------------------------------------------------------------------------------------------

_YESTERDAYS = (
    "SELECT MAX(t.id) FROM tickets t JOIN business_days d ON d.business_on = t.settled_on"
    " WHERE t.state = 'settled' AND d.state = 'closed'"
)


def _void(counter: Counter) -> None:
    ticket_id = counter.value(_YESTERDAYS)
    counter.go(f"/tickets/{ticket_id}")
    assert counter.page.locator("#void").count() == 0, "yesterday's receipt offers no void"
    forced(counter, f"/tickets/{ticket_id}/void", reason="mistake").expect_refused("已日结|已经日结")


def _void_api(line: Line) -> None:
    line.refused(f"/tickets/{line.value(_YESTERDAYS)}/void", {}, "ticket.day_closed")


PATHS = (
    listed(LIST, "day-close-short", _short, _short_api, _short_moves,
           also=("day-wallet-blind", "day-close-no-printer", "day-close-no-county")),
    listed(LIST, "day-after-close", _after_close, _after_close_api, {"drawer": BILL_FEN, "held_for_bills": -BILL_FEN}),
    listed(LIST, "day-void-closed", _void, _void_api, day=2),
    listed(LIST, "day-close-over", _over, _over_api, _over_moves, also=("day-close-open-things",), day=2),
    Unhappy("day-third", "The third day is closed: what lies there is what should, but for less than a coin.",
            _third, _third_api, _third_moves, day=3),
    Unhappy("day-sums", "What every path of the three days moved is what book, pages and paper say, to the fen.",
            reconciled, reconciled_api, day=3),
)  # fmt: skip
