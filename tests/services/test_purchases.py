"""A proxy purchase: what it asks for, what it refuses, and that its customer can be erased."""

import sqlite3
from pathlib import Path

import pytest

from kiosk import vault
from kiosk.counter.add_line import add_line
from kiosk.errors import ConfigurationError
from kiosk.purchases import actions, changes, orders, platforms, store
from kiosk.till.view import ticket_view
from tests.services.counter_bench import PURCHASE, Bench

CUSTOMER = {"customer_name": "张三丰", "phone": "138 1234 1234"}


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"item_name": " \u200b\t"}, "purchase.item_missing"),
        ({"quantity": 0}, "purchase.quantity_wrong"),
        ({"quantity": 10_000}, "purchase.quantity_wrong"),
        ({"amount_fen": 0}, "purchase.amount_wrong"),
        ({"amount_fen": -5}, "purchase.amount_wrong"),
        ({"amount_fen": 10**13}, "purchase.amount_wrong"),
        ({"paid_by": ""}, "purchase.paid_by_unknown"),
        ({"paid_by": "bank"}, "purchase.paid_by_unknown"),
        ({"advance_fen": -1}, "purchase.advance_wrong"),
        ({"advance_fen": 300_01}, "purchase.advance_wrong"),
        ({"phone": "12"}, "phone.digits"),
        ({"item_name": "给11010519491231002X买药"}, "text.holds_id_number"),
        ({"customer_name": "11010519491231002X"}, "text.holds_id_number"),
    ],
)
def test_request_that_lacks_something_is_refused_and_kept_nowhere(bench, changed, code):
    assert bench.code(add_line, bench.ticket(), "purchase", **(PURCHASE | changed)) == code


def test_request_keeps_what_was_said(bench):
    ticket_id = bench.ticket(
        ("purchase", PURCHASE | CUSTOMER | {"platform": "某商城", "online_shop": "某店", "quantity": 2})
    )
    with bench.store.reading() as db:
        purchase = store.purchase(db, 1)
        said = [vault.get(db, "purchase", 1, field) for field in ("item_name", "customer_name", "phone")]
        assert store.by_phone(db, vault.phone_hash(db, "13812341234")) == [purchase]
        assert store.open_purchases(db) == []  # not paid yet
    assert said == ["水泵", "张三丰", "13812341234"]
    assert (purchase.state, purchase.platform, purchase.online_shop, purchase.quantity) == (
        "quoted",
        "某商城",
        "某店",
        2,
    )
    bench.settle(ticket_id, 309_00)
    with bench.store.reading() as db:
        assert [p.id for p in store.open_purchases(db)] == [1]
        assert store.held_fen(db) == 300_00


def test_unknown_purchase_is_refused(bench):
    assert bench.code(changes.cancel, 7) == "purchase.unknown"


def test_request_is_not_received_twice(bench):
    bench.settle(bench.ticket(("purchase", PURCHASE)), 309_00)
    assert bench.code(actions.receive, 1) == "purchase.too_far"
    facts = {"platform": "京东", "amount_fen": 300_00, "paid_from": "wechat"}
    bench.act(orders.order, 1, **facts)
    for act in (actions.receive, actions.withdraw):
        assert bench.code(act, 1) == "purchase.too_far"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE purchases SET state = 'ordered'",
        "UPDATE purchases SET received_fen = 0",
        "UPDATE purchases SET due_fen = 1, steps = steps + 2",
        "UPDATE purchases SET origin = 'request'",
        "DELETE FROM purchases",
        "UPDATE purchase_events SET moved_fen = 1",
        "DELETE FROM purchase_events",
    ],
)
def test_database_refuses_to_change_what_was_written(bench, statement):
    bench.settle(bench.ticket(("purchase", PURCHASE)), 309_00)
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.execute(statement)


@pytest.mark.obligation("NORM-14", place="platforms.toml", reads="platforms as data; any other is taken as it is typed")
def test_platform_is_chosen_from_data_or_typed(bench):
    (bench.store.state / "platforms.toml").write_text('[[platforms]]\ncode = "ours"\nname = "村里的平台"\n', "utf-8")
    with bench.store.reading() as db:
        kept = [platforms.kept_as(db, typed) for typed in ("村里的平台", "ours", "京东", " ")]
        assert (kept, platforms.name_of(db, "ours")) == (["ours", "ours", "京东", ""], "村里的平台")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[[platforms]]\ncode = 'A'\nname = 'x'", "platforms[1].code"),
        ("[[platforms]]\ncode = 'a'\nname = ''", "platforms[1].name"),
        ("[[platforms]]\ncode = 'a'\nname = 'x'\nshop = 1", "platforms[1].shop"),
        ("[[platforms]]\ncode = 'a'\nname = 'x'\n[[platforms]]\ncode = 'a'\nname = 'y'", "platforms[2].code"),
        ("platforms = [1]", "platforms[1]"),
        ("others = 1", "others"),
        ("platforms = [", ""),
    ],
)
def test_wrong_platforms_are_named_by_file_and_key(bench, text, key):
    (bench.store.state / "platforms.toml").write_text(text, "utf-8")
    with bench.store.reading() as db, pytest.raises(ConfigurationError) as told:
        platforms.platforms(db)
    assert told.value.facts["key"] == key


def test_no_written_fact_names_the_customer_and_erasing_erases(bench):
    """Everything but the vault and the case's own search columns is searched for what the person said."""
    ticket_id = bench.ticket(("purchase", PURCHASE | CUSTOMER | {"item_name": "金丝绒外套", "spec": "加大码红"}))
    settled = bench.settle(ticket_id, 309_00)
    bench.close()
    personal = ("金丝绒", "加大码", "张三丰", "13812341234", "12341234")
    with bench.store.reading() as db:
        for (table,) in db.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'vault'"):
            for row in db.all(f"SELECT * FROM {table}"):
                assert not any(word in str(tuple(row)) for word in personal), table
    assert "金丝绒外套" in bench.text(settled.slip_id)
    with bench.store.transaction(erasing=True) as tx:
        assert actions.forget(tx, 1, "test.rule") == 4
    with bench.store.reading() as db:
        assert "个人信息已按规定删除" in ticket_view(db, ticket_id)["lines"][0]["label"]
        assert store.by_phone(db, vault.phone_hash(db, "13812341234")) == []
    paper = bench.text(settled.slip_id)
    assert "个人信息已按规定删除" in paper and "￥309.00" in paper
    for path in bench.store.state.glob("kiosk.db*"):
        raw = path.read_bytes()
        assert not any(word.encode() in raw for word in personal), path.name


def test_words_of_the_operator_cannot_break_the_slip(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE | {"item_name": "{0}\x1b@{item}%s\n<b>"}))
    settled = bench.settle(ticket_id, 309_00)
    assert "{0}@{item}%s <b>" in bench.text(settled.slip_id)
