"""The draft of the next fee list: kept whole, published or thrown away by whoever has read it last."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import audit, clock, fees, settings
from kiosk.errors import Refused
from kiosk.fees import board, preview
from kiosk.fees.check import problems
from kiosk.fees.document import to_document
from kiosk.fees.model import FeeItem
from kiosk.storage import Actor, Store, open_store
from tests.services.counter_bench import BILL, FEES, PURCHASE, Bench, days_ago
from tests.storage.test_guards_and_seals import bare

MANAGER = Actor("staff", 1, "manager")


def day(ahead: int = 0) -> str:
    return (clock.local_date() + timedelta(days=ahead)).isoformat()


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    with opened.transaction(MANAGER) as tx:
        fees.publish(tx, FEES)
    yield opened
    opened.close()


def act(store: Store, do, *args):
    with store.transaction(MANAGER) as tx:
        return do(tx, *args)


def refused(store: Store, do, *args) -> Refused:
    with pytest.raises(Refused) as caught:
        act(store, do, *args)
    assert "{" not in str(caught.value)
    return caught.value


def head(**changed: object) -> dict:
    return FEES | {"effective_on": day(), "basis": "村民约定", "approver": "村委会"} | changed


def test_draft_begins_with_the_list_in_force_without_its_date(store):
    draft = act(store, fees.begin_draft)
    with store.reading() as db:
        in_force = fees.current(db, day())
    assert draft.content["items"] == to_document(in_force)["items"]
    assert (draft.revision, draft.content["effective_on"]) == (1, "")
    assert act(store, fees.begin_draft) == draft


def test_draft_charges_nothing_until_it_is_published(store):
    act(store, fees.save_draft, None, head(items=[{"code": "purchase", "rule": "fixed_per_unit"}]))
    with store.reading() as db:
        assert fees.current(db, day()).number == 1
        assert [version.number for version in fees.versions(db)] == [1]


def test_whoever_read_an_older_draft_saves_publishes_and_discards_nothing(store):
    act(store, fees.save_draft, None, head())
    act(store, fees.save_draft, 1, head(basis="县中心批准"))
    for do in (lambda tx: fees.save_draft(tx, 1, head()), lambda tx: fees.publish_draft(tx, 1), lambda tx: fees.discard_draft(tx, 1),
               lambda tx: fees.save_draft(tx, None, head())):  # fmt: skip
        assert refused(store, do).code == "fees.draft_changed"
    with store.reading() as db:
        assert fees.open_draft(db).content["basis"] == "县中心批准"
    assert act(store, fees.publish_draft, 2) == 2
    assert refused(store, fees.publish_draft, 2).code == "fees.draft_changed"


def test_of_two_who_publish_at_once_one_does(store):
    act(store, fees.save_draft, None, head())
    told: list[object] = []

    def publish() -> None:
        try:
            told.append(act(store, fees.publish_draft, 1))
        except Refused as found:
            told.append(found.code)

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == ["2", *["fees.draft_changed"] * 3]


@pytest.mark.parametrize("ahead", [-1, -400])
def test_day_that_has_passed_is_not_published(store, ahead):
    act(store, fees.save_draft, None, head(effective_on=day(ahead)))
    found = refused(store, fees.publish_draft, 1)
    assert (found.code, found.facts["today"]) == ("fees.backdated", day())
    with store.reading() as db:
        assert fees.open_draft(db) is not None


def test_draft_that_cannot_be_read_is_not_published_and_stays(store):
    act(store, fees.save_draft, None, head(items=[FEES["items"][0] | {"rule": "gift"}]))
    assert refused(store, fees.publish_draft, 1).facts["place"] == "items[1].rule"
    with store.reading() as db:
        assert fees.open_draft(db).revision == 1
        assert len(fees.versions(db)) == 1


def test_enormous_draft_is_refused(store):
    items = [FEES["items"][0]] * 81
    assert refused(store, fees.save_draft, None, head(items=items)).code == "fees.draft_too_large"
    assert refused(store, fees.save_draft, None, head(basis="字" * 200_000)).code == "fees.draft_too_large"


def test_every_step_is_recorded(store):
    act(store, fees.save_draft, None, head())
    act(store, fees.discard_draft, 1)
    act(store, fees.save_draft, None, head())
    act(store, fees.publish_draft, 1)
    with store.reading() as db:
        done = [record.action for record in audit.records(db) if record.action.startswith("fees.")]
    assert done == [
        "fees.published", "fees.draft_saved", "fees.draft_discarded", "fees.draft_saved", "fees.published",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fee_drafts SET content = '{}' WHERE state = 'published'",
        "DELETE FROM fee_drafts",
        "INSERT INTO fee_drafts (state, revision, content, begun_at, changed_at, changed_by_kind, changed_by_id)"
        " VALUES ('discarded', 1, '{}', '', '', 'staff', 1)",
    ],
)
def test_database_refuses_to_change_a_draft_that_has_ended(store, statement):
    act(store, fees.save_draft, None, head())
    act(store, fees.publish_draft, 1)
    import sqlite3

    with pytest.raises(sqlite3.IntegrityError), store.transaction(MANAGER) as tx:
        tx.execute(statement)


def test_versions_to_come_are_shown_in_order_without_the_replaced(store):
    for number, ahead in enumerate((5, 3, 5), 1):
        act(store, fees.save_draft, None, head(effective_on=day(ahead), basis=f"第{number}次"))
        act(store, fees.publish_draft, 1)
    with store.reading() as db:
        assert [version.number for version in fees.upcoming(db, day())] == [3, 4]
        assert [version.number for version in fees.upcoming(db, day(3))] == [4]
        assert fees.current(db, day(4)).number == 3


def test_difference_names_what_is_new_gone_and_changed():
    items = {raw["code"]: raw for raw in FEES["items"]}
    before_list = [items["purchase"], items["bill"], items["outbound"]]
    from kiosk.fees.document import read

    before, _ = read(head(items=before_list))
    after, _ = read(head(items=[items["purchase"] | {"percent": "4%"}, items["bill"], items["convenience.print"]]))
    version = fees.FeeVersion(1, 1, "", "", "", "", "", before.items)
    found = [(change.kind, change.code) for change in preview.compare(version, after.items)]
    assert found == [("changed", "purchase"), ("added", "convenience.print"), ("removed", "outbound"), ("same", "bill")]
    assert {change.kind for change in preview.compare(None, after.items)} == {"added"}


def test_board_is_in_the_order_of_the_counter_and_in_both_languages(store):
    with store.reading() as db:
        version = fees.current(db, day())
        rows, english = board.rows(version, "zh_CN"), board.rows(version, "en")
    assert [row.service_name for row in rows if row.service_name] == [
        "快递代收",
        "代购",
        "代销",
        "代缴费用",
        "便民服务",
        "寄件",
    ]
    assert [row.code for row in rows] == [row.code for row in english]
    assert {row.code: row.fee for row in rows}["purchase"] == "金额的 3%，最低 ￥1.00，最高 ￥20.00"
    assert board.rows(None) == []


def test_item_without_a_basis_of_its_own_is_frozen_as_it_always_was():
    item = FeeItem("bill", "代缴", "bill", "笔", "free", {})
    assert list(item.written()) == ["code", "name_zh", "service", "unit", "rule", "terms"]


def test_check_finds_a_changed_item_basis(store):
    act(store, fees.save_draft, None, head(items=[FEES["items"][1] | {"basis": "县中心批准"}]))
    act(store, fees.publish_draft, 1)
    with store.reading() as db:
        assert list(problems(db)) == []
    connection = bare(store.path)
    connection.execute("UPDATE fee_versions SET items = replace(items, '县中心批准', '站长自定')")
    connection.commit()
    connection.close()
    with store.reading() as db:
        assert {found.code for found in problems(db)} == {"fees.version_changed", "fees.draft_differs"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fee_drafts SET content = replace(content, '村民约定', '站长自定')",
        "UPDATE fee_drafts SET content = '{}'",
        "UPDATE fee_drafts SET version_id = 1",
    ],
)
def test_check_finds_a_published_draft_that_says_something_else(store, statement):
    act(store, fees.save_draft, None, head())
    act(store, fees.publish_draft, 1)
    with store.reading() as db:
        assert list(problems(db)) == []
    connection = bare(store.path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with store.reading() as db:
        assert [found.code for found in problems(db)] == ["fees.draft_differs"]


# A ticket and the version it quoted -----------------------------------------------------------------------------------


def dearer(bench: Bench, effective_on: str) -> None:
    items = [raw | ({"percent": "6%"} if raw["code"] == "purchase" else {}) for raw in FEES["items"]]
    bench.act(fees.save_draft, None, FEES | {"items": items, "effective_on": effective_on})
    bench.act(fees.publish_draft, 1)


@pytest.mark.obligation(
    "TC-08", "LY-10", place="/tickets", reads="the receipt with the version of the fee list and the calculation"
)
def test_version_that_begins_in_the_middle_of_the_day_counts_for_the_next_ticket(tmp_path):
    bench = Bench(tmp_path / "station")
    ticket_id = bench.ticket(("purchase", PURCHASE))
    dearer(bench, day())
    from kiosk.counter.add_line import add_line

    bench.act(add_line, ticket_id, "purchase", **PURCHASE)
    assert [line["fee_fen"] for line in bench.view(ticket_id)["lines"]] == [9_00, 9_00]
    receipt = bench.text(bench.settle(ticket_id, 618_00).slip_id)
    assert "第 1 版" in receipt and "300.00 × 3%" in receipt
    later = bench.text(bench.settle(bench.ticket(("purchase", PURCHASE)), 318_00).slip_id)
    assert "第 2 版" in later and "300.00 × 6%" in later
    assert bench.problems() == []
    bench.store.close()


def test_version_that_begins_the_next_day_is_asked_for_on_a_ticket_carried_over(tmp_path):
    from kiosk.counter.settle import requote, settle

    bench = Bench(tmp_path / "station")
    yesterday = days_ago(1)
    ticket_id = bench.ticket(("purchase", PURCHASE), ("bill", BILL), at=yesterday)
    bench.act(
        fees.save_draft,
        None,
        head(items=[raw | ({"percent": "6%"} if raw["code"] == "purchase" else {}) for raw in FEES["items"]]),
        at=yesterday,
    )
    bench.act(fees.publish_draft, 1, at=yesterday)
    assert bench.view(ticket_id)["fee_version"] == 1
    bench.close(at=yesterday)
    assert bench.code(settle, ticket_id, 500_00) == "ticket.fees_changed"
    assert bench.act(requote, ticket_id) == 2
    assert "300.00 × 6%" in bench.text(bench.settle(ticket_id, 368_00).slip_id)
    assert bench.problems() == []
    bench.store.close()
