"""Refusals about goods say in words how far a case has come; the program's own word stands beside it for programs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.consignment import actions, buying, requests, settlements
from kiosk.errors import Refused
from kiosk.words import say, use_locale
from tests.services.goods_bench import Goods


@pytest.fixture
def bench(tmp_path: Path):
    opened = Goods(tmp_path / "station")
    yield opened
    assert opened.wrong() == []
    opened.store.close()


def told(bench: Goods, act, *args) -> str:
    """What the refusal of an act says; in English no word of the program and no Chinese is left in it."""
    with pytest.raises(Refused) as caught:
        bench.act(act, *args)
    use_locale("en")
    with pytest.raises(Refused) as again:
        bench.act(act, *args)
    english = say(again.value.message, **again.value.facts)
    use_locale("zh_CN")
    assert re.search(r"[\u4e00-\u9fff]", english.replace("「", "").replace("」", "")) is None, english
    return str(caught.value)


def test_sale_and_settlement_and_buy_up_say_their_state_in_words(bench):
    product = bench.product()
    bench.receive(product, 30)
    sale = bench.sell(product, 10)
    assert "「已售出，未结算」" in told(bench, actions.cancel, sale)
    settled = bench.pay_out()
    assert "「已付给货主」" in told(bench, settlements.cancel, settled)
    assert "「已结算」" in told(bench, actions.cancel, sale)
    own = bench.product(ownership="buy_up", ean="", name="野菌")
    assert "「已付款入库」" in told(bench, buying.cancel, bench.buy(own, 5, 10_00))


def test_wish_to_sell_says_its_state_in_words(bench):
    wish = bench.act(requests.note, words="腊肉三十斤", name="李四", phone="13912345678").id
    bench.act(requests.refuse, wish, "price")
    assert f"「{requests.STATE_WORDS[requests.RequestState.REFUSED]}」" in told(bench, requests.negotiate, wish)
