"""Goods codes at a desk: a scan sells, weighs or counts; a parcel's number goes first; what is not on sale is said."""

from pathlib import Path

import pytest

from kiosk import clock, ids, settings
from kiosk.codes import CodeKind, recognise, symbol
from kiosk.codes.ean import read_scale_code
from kiosk.consignment import products, stocktakes
from kiosk.counter.check_in import check_in
from kiosk.counter.take_scan import take_scan
from kiosk.counter.what_would import what_would
from kiosk.devices.model import Scan
from kiosk.errors import ConfigurationError
from kiosk.people import sessions
from tests.services.goods_bench import Goods

EAN = "6901234567892"


def coded(twelve: str) -> str:
    """Thirteen digits with their check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return twelve + str(-total % 10)


@pytest.fixture
def bench(tmp_path: Path):
    opened = Goods(tmp_path / "station")
    opened.act(sessions.begin, opened.manager_id, 1)
    yield opened
    assert opened.wrong() == []
    opened.store.close()


def scan(bench: Goods, code: str):
    found = recognise(code)
    facts = {"waybill_no": found.waybill_no, "piece_index": found.piece_index, "piece_total": found.piece_total}
    with bench.store.transaction(bench.actor) as tx:
        tx.execute("DELETE FROM desk_scans")  # each scan is one of another hand
    taken = Scan(ids.ordered_id(), "枪", "柜台", found.kind.value, found.text, found.length, facts, clock.stamp(), 0.0)
    return bench.act(take_scan, 1, taken)


def pending(bench: Goods) -> list[tuple[str, int]]:
    with bench.store.reading() as db:
        rows = db.all(
            "SELECT s.product_id, s.quantity, s.amount_fen FROM ticket_lines l JOIN consignment_sales s ON s.id = l.case_id"
            " WHERE l.state = 'pending' ORDER BY l.id"
        )
    return [tuple(row) for row in rows]


def test_scan_sells_one_and_the_next_scan_makes_two_of_it(bench):
    eggs = bench.product()
    bench.receive(eggs, 30)
    first = scan(bench, EAN)
    assert (first.code, first.go) == ("goods.added", "ticket")
    scan(bench, symbol(CodeKind.SKU, "000001"))
    assert pending(bench) == [(eggs, 2, 3_00)]
    bench.settle(1, 3_00)
    assert bench.stock_of(eggs) == 28


def test_goods_by_weight_ask_for_it_unless_the_label_says_it(bench):
    honey = bench.weighed()
    bench.receive(honey, 5000)
    asked = scan(bench, symbol(CodeKind.SKU, "000001"))
    assert (asked.code, asked.go, asked.facts["product_id"]) == ("goods.weigh", "weigh", honey)
    weighed = scan(bench, coded("200001201250"))  # 2F PPPPP WWWWW C: goods 12, 1250 g
    assert weighed.code == "goods.added"
    assert pending(bench) == [(honey, 1250, 100_00)]
    bench.settle(1, 100_00)


def test_label_that_says_the_price_is_sold_for_it(tmp_path):
    state = tmp_path / "station"
    state.mkdir()
    bench = Goods(state)
    bench.store.close()
    (state / "station.toml").write_text('[goods]\nscale_codes = ["21PPPPPMMMMMC"]\n', "utf-8")
    again = Goods.reopened(state)
    again.farmer = 1
    again.act(sessions.begin, 1, 1)
    honey = again.weighed()
    again.receive(honey, 5000)
    assert scan(again, coded("210001202000")).code == "goods.added"  # 20.00
    assert pending(again) == [(honey, 250, 20_00)]
    assert again.wrong() == []
    again.store.close()


def test_parcel_in_stock_goes_before_goods_of_the_same_digits(bench):
    bench.weighed()
    code = coded("200001201250")
    bench.act(check_in, waybill=code, phone="19900001234", desk_id=1)
    assert scan(bench, code).code == "person.opened"
    assert pending(bench) == []


def test_code_of_nothing_on_sale_is_said(bench):
    for code, refused in ((EAN, "scan.is_goods"), (symbol(CodeKind.SKU, "000009"), "scan.is_sku")):
        outcome = scan(bench, code)
        assert (outcome.code, outcome.tone) == (refused, "refused")
    eggs = bench.product()
    bench.act(products.end, eggs)
    assert scan(bench, EAN).code == "scan.is_goods"
    assert bench.value("SELECT COUNT(*) FROM tickets") == 0


def test_goods_that_are_short_leave_the_ticket_as_it_was(bench):
    eggs = bench.product()
    bench.receive(eggs, 1)
    scan(bench, EAN)
    short = scan(bench, EAN)
    assert (short.code, short.tone) == ("stock.short", "refused")
    assert pending(bench) == [(eggs, 1, 1_50)]
    bench.settle(1, 1_50)


def test_stocktake_at_the_desk_counts_what_is_scanned(bench):
    eggs, honey = bench.product(), bench.weighed()
    bench.receive(eggs, 2)
    bench.receive(honey, 1250)
    bench.act(stocktakes.begin, 1)
    assert scan(bench, EAN).code == "stocktake.counted"
    assert scan(bench, EAN).facts["counted"] == "2 枚"
    assert scan(bench, symbol(CodeKind.SKU, "000002")).code == "stocktake.weigh"
    assert scan(bench, coded("200001201250")).facts["counted"] == "2.5 斤"
    bench.act(stocktakes.leave)
    assert scan(bench, EAN).code == "goods.added"


def test_what_a_goods_code_would_do_is_told_without_doing_it(bench):
    eggs = bench.product()
    bench.receive(eggs, 2)
    with bench.store.reading() as db:
        assert what_would(db, None, EAN).action == "goods"
    assert bench.value("SELECT COUNT(*) FROM tickets") == 0


def test_goods_label_is_no_waybill_at_intake(bench):
    from kiosk.people import desks

    bench.act(desks.set_desk, 1, mode="intake")
    bench.product()
    assert scan(bench, symbol(CodeKind.SKU, "000001")).code == "waybill.is_sku"


@pytest.mark.parametrize("form", ["2FPPPPPWWWWWC", "21PPPPPMMMMMC", "20PPPPPPWWWWC"])
def test_forms_of_scales_are_known(tmp_path, form):
    (tmp_path / "station.toml").write_text(f'[goods]\nscale_codes = ["{form}"]\n', "utf-8")
    assert settings.load(tmp_path).goods.scale_codes == (form,)


@pytest.mark.parametrize(
    "form", ["", "1FPPPPPWWWWWC", "2FPPPPPPPWWWC", "2FPPPPPWWWWWW", "2FPPPPPWWMMMC", "2FWWWWWWWWWWC"]
)
def test_form_that_is_none_is_refused(tmp_path, form):
    (tmp_path / "station.toml").write_text(f'[goods]\nscale_codes = ["{form}"]\n', "utf-8")
    with pytest.raises(ConfigurationError):
        settings.load(tmp_path)


def test_scale_code_needs_its_check_digit_and_a_weight():
    forms = ("2FPPPPPWWWWWC",)
    assert read_scale_code(coded("200001200000"), forms) is None
    assert read_scale_code("2000012012501", forms) is None or coded("200001201250") == "2000012012501"
    assert read_scale_code("6901234567892", forms) is None
    found = read_scale_code(coded("290001201250"), forms)
    assert (found.plu, found.grams, found.amount_fen) == ("12", 1250, None)
