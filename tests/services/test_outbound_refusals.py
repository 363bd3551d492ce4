"""What was not taken is noted and stays, whatever became of the ticket; lists that are data are read strictly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import vault
from kiosk.counter.add_line import add_line
from kiosk.counter.outbound_refusal import is_prohibited, note_refusal, remember_prohibited
from kiosk.errors import ConfigurationError, Refused
from kiosk.outbound import lists, refused, store
from tests.services.outbound_bench import SENDING, OutboundBench, make


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[OutboundBench]:
    found = make(tmp_path)
    yield found
    assert found.broken() == []
    found.store.close()


def test_prohibited_goods_are_refused_and_the_log_stays(bench):
    ticket_id = bench.ticket()
    with pytest.raises(Refused) as caught:
        bench.act(add_line, ticket_id, "outbound", **SENDING | {"item": "烟花一箱，给王老五"})
    assert is_prohibited(caught.value)
    assert str(caught.value).startswith("「烟花」属于禁寄物品（爆炸物品）")
    refusal_id = bench.act(remember_prohibited, caught.value, "烟花一箱，给王老五")
    with bench.store.reading() as db:
        (row,), more = store.refusals(db)
        assert more is None
        assert (row.reason, row.category, row.word, row.action) == ("prohibited", "explosives", "烟花", "returned")
        assert vault.get(db, "outbound_refusal", refusal_id, "item") == "烟花一箱，给王老五"
        assert db.value("SELECT COUNT(*) FROM outbound_parcels") == 0
        for (table,) in db.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'vault'"):
            assert not any("王老五" in str(tuple(row)) for row in db.all(f"SELECT * FROM {table}")), table
    with bench.store.transaction(erasing=True) as tx:
        assert refused.forget(tx, refusal_id, "test.rule") == 1


def test_clerk_notes_what_the_list_could_not_see(bench):
    bench.act(note_refusal, "inspection_refused", "returned", item="纸箱，不让打开", carrier="圆通速递")
    bench.act(note_refusal, "prohibited", "police_told", category="guns")
    with bench.store.reading() as db:
        rows, _more = store.refusals(db)
    assert [(row.reason, row.action, row.carrier) for row in rows] == [
        ("prohibited", "police_told", ""), ("inspection_refused", "returned", "YTO"),
    ]  # fmt: skip
    assert bench.code(note_refusal, "mood", "returned") == "refusal.reason_unknown"
    assert bench.code(note_refusal, "other", "eaten") == "refusal.action_unknown"
    assert bench.code(note_refusal, "prohibited", "returned", category="cheese") == "refusal.category_unknown"
    assert bench.code(note_refusal, "other", "returned", item="11010519491231002X") == "text.holds_id_number"


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        (lists.PROHIBITED, "[[categories]]\ncode='A!'\nname='x'\nwords=[]\n", "categories[1].code"),
        (lists.PROHIBITED, "[[categories]]\ncode='aa'\nname=''\nwords=[]\n", "categories[1].name"),
        (lists.PROHIBITED, "[[categories]]\ncode='aa'\nname='x'\nwords=['']\n", "categories[1].words"),
        (lists.PROHIBITED, "[[categories]]\ncode='aa'\nname='x'\nwords='x'\n", "categories[1].words"),
        (lists.PROHIBITED, "[[categories]]\ncode='aa'\nname='x'\nwords=[]\nnot=[]\n", "categories[1].not"),
        (lists.PROHIBITED, "[[categories]]\ncode='aa'\nname='x'\n", "categories[1].words"),
        (lists.PROHIBITED, "things = 1\n", "things"),
        (lists.PROHIBITED, "[[categories", ""),
        (lists.FREIGHT, "[[prices]]\ncarrier='XX'\nzone='aa'\nname='x'\nfirst_grams=1\nfirst='1'\nnext_grams=1\nnext='1'", "prices[1].carrier"),
        (lists.FREIGHT, "[[prices]]\ncarrier='YTO'\nzone='省'\nname='x'\nfirst_grams=1\nfirst='1'\nnext_grams=1\nnext='1'", "prices[1].zone"),
        (lists.FREIGHT, "[[prices]]\ncarrier='YTO'\nzone='aa'\nname='x'\nfirst_grams=0\nfirst='1'\nnext_grams=1\nnext='1'", "prices[1].first_grams"),
        (lists.FREIGHT, "[[prices]]\ncarrier='YTO'\nzone='aa'\nname='x'\nfirst_grams=1\nfirst='a'\nnext_grams=1\nnext='1'", "prices[1].first"),
        (lists.FREIGHT, "[[prices]]\ncarrier='YTO'\nzone='aa'\nname='x'\nfirst_grams=1\nfirst='1'\nnext_grams=1\nnext=1", "prices[1].next"),
    ],
)  # fmt: skip
def test_wrong_list_is_named_with_file_and_key(bench, name, text, key):
    (bench.store.state / name).write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught, bench.store.reading() as db:
        lists.categories(db) if name == lists.PROHIBITED else lists.prices(db)
    assert caught.value.facts["key"] == key
    assert caught.value.facts["file"].endswith(name)


def test_stations_own_lists_replace_the_shipped_ones(bench):
    (bench.store.state / lists.PROHIBITED).write_text(
        '[[categories]]\ncode = "salt"\nname = "盐"\nwords = ["盐"]\nbut = ["盐焗鸡"]\n', "utf-8"
    )
    with bench.store.reading() as db:
        assert lists.prohibited(db, "打火机") is None
        assert lists.prohibited(db, "盐焗鸡") is None
        assert lists.prohibited(db, "盐焗鸡和盐")[0].code == "salt"
