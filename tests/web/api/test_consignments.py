"""Goods by API, to the fen: from the wish to the settlement, what is refused with which status, once for the same key."""

from __future__ import annotations

import pytest

from kiosk.consignment import check
from kiosk.counter.open_day import open_day
from kiosk.storage import Actor
from tests.services.goods_bench import USCC, in_days, today
from tests.web.api.program import PREFIX, ApiStation, Program

EGGS = {
    "supplier_id": 1, "name": "土鸡蛋", "category": "egg", "unit": "枚", "price_fen": 150, "floor_fen": 120, "origin": "枫林村",
}  # fmt: skip
ORDER = {
    "product_id": 1, "quantity": 10, "amount_fen": 2000, "platform": "农货铺", "platform_order_no": "P1",
    "paid_into": "alipay",
}  # fmt: skip


@pytest.fixture(autouse=True)
def proved(api: ApiStation):
    with api.store.transaction(Actor("staff", 1, "manager", "", None)) as tx:
        open_day(tx, 500_00)
    yield
    with api.store.reading() as db:
        assert [problem.code for problem in check.problems(db)] == []


def stocked(program: Program, quantity: int = 30) -> None:
    assert program.post("/consignments/suppliers", {"name": "李四", "phone": "13912345678"}).status_code == 201
    assert program.post("/consignments/products", EGGS).status_code == 201
    got = program.post("/consignments/products/1/receive", {"quantity": quantity, "produced_on": today()})
    assert (got.status_code, got.json()["document_no"][:2]) == (200, "GI")


def ticket(program: Program, *lines: dict[str, object], given_fen: int = 0) -> dict[str, object]:
    begun = program.post("/tickets", {"lines": list(lines)})
    assert begun.status_code == 201, begun.text
    done = program.post(f"/tickets/{begun.json()['id']}/settle", {"given_fen": given_fen})
    assert done.status_code == 200, done.text
    return begun.json()


def test_wish_becomes_goods_that_are_sold_settled_and_counted(operator: Program, api: ApiStation) -> None:
    wish = operator.post("/consignments/requests", {"words": "三十枚鸡蛋", "name": "李四", "category": "egg"})
    assert (wish.status_code, wish.headers["location"]) == (201, f"{PREFIX}/consignments/requests/1")
    assert operator.post("/consignments/requests/1/negotiate", {}).json() == {"id": 1, "state": "negotiating"}
    operator.post("/consignments/suppliers", {"name": "李四"})
    operator.post("/consignments/products", EGGS | {"request_id": 1})
    operator.post("/consignments/products/1/receive", {"quantity": 30, "produced_on": today()})
    assert operator.get("/consignments/requests/1").json()["state"] == "at_counter"
    begun = ticket(operator, {"service": "goods", "product_id": 1, "quantity": 10}, given_fen=1500)
    assert begun["total_fen"] == 1500
    supplier = operator.get("/consignments/suppliers/1").json()
    assert (supplier["owed_fen"], supplier["name"]) == (1425, "李**")
    paid = ticket(operator, {"service": "settlement", "supplier_id": 1})
    assert paid["total_fen"] == -1425
    assert operator.get("/consignments/suppliers/1").json()["owed_fen"] == 0
    sale = operator.get("/consignments/1").json()
    assert (sale["state"], sale["owed_fen"], sale["item"]) == ("paid_out", 1425, "土鸡蛋")
    assert [one["id"] for one in operator.get("/consignments", supplier_id="1").json()["items"]] == [1]
    assert operator.get("/consignments/products", text="鸡蛋").json()["items"][0]["quantity"] == 20
    assert operator.get("/consignments/offers").json()["items"][0]["quantity"] == "20 枚"
    for path, body in (
        ("label", {}), ("steps", {"step": "packed"}), ("listings", {"platform": "农货铺", "price_fen": 200}),
        ("price", {"price_fen": 160, "floor_fen": 130}), ("consents", {"price_fen": 100, "given_by": "phone"}),
        ("lose", {"quantity": 1, "reason": "spoiled"}), ("give-back", {"quantity": 19}),
    ):  # fmt: skip
        answer = operator.post(f"/consignments/products/1/{path}", body)
        assert answer.status_code == 200, (path, answer.text)
    assert operator.post("/consignments/products/1/end", {}).json() == {"id": 1, "state": "ended"}
    whole = operator.get("/consignments/products/1").json()
    assert (whole["quantity"], len(whole["moves"]), len(whole["steps"])) == (0, 4, 1)


def test_goods_are_bought_up_over_a_ticket_that_pays_out(operator: Program, api: ApiStation) -> None:
    operator.post("/consignments/suppliers", {"name": "李四"})
    operator.post("/consignments/products", EGGS | {"ownership": "buy_up", "floor_fen": 0})
    line = {"service": "buy_up", "product_id": 1, "quantity": 30, "amount_fen": 3000, "produced_on": today()}
    assert ticket(operator, line)["total_fen"] == -3000
    assert api.value("SELECT SUM(cost_fen) FROM stock_moves") == 3000
    answer = operator.post("/consignments/products/1/give-back", {"quantity": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "stock.own_goods")


def test_online_sale_is_recorded_once_shipped_and_taken_back(operator: Program, api: ApiStation) -> None:
    stocked(operator)
    first = operator.post("/consignments/online", ORDER, key="o-1")
    again = operator.post("/consignments/online", ORDER, key="o-1")
    assert (first.status_code, first.json()) == (201, again.json())
    assert (first.json()["amount_fen"], first.json()["commission_fen"]) == (2000, 100)
    known = operator.post("/consignments/online", ORDER)
    assert (known.status_code, known.json()["code"]) == (409, "consignment.order_known")
    assert operator.post("/consignments/1/ship", {"waybill_no": "YT8962646785389"}).status_code == 200
    back = operator.post("/consignments/1/refund", {"reason": "customer_withdrew"})
    assert (back.status_code, back.json()["amount_fen"]) == (200, -2000)
    assert operator.post("/consignments/1/refund", {}).json()["code"] == "consignment.too_far"
    assert api.value("SELECT SUM(quantity) FROM stock_moves") == 30


def test_stocktake_by_program(operator: Program, api: ApiStation) -> None:
    stocked(operator)
    assert operator.post("/consignments/stocktakes/finish", {}).json()["code"] == "stocktake.none"
    begun = operator.post("/consignments/stocktakes", {})
    assert (begun.status_code, begun.json()["missing"]) == (201, [1])
    assert operator.post("/consignments/stocktakes/finish", {}).json()["code"] == "stocktake.not_all_counted"
    counted = operator.post("/consignments/stocktakes/count", {"product_id": 1, "counted": 29}).json()
    assert (counted["book"], counted["difference"]) == (30, -1)
    assert operator.post("/consignments/stocktakes/finish", {}).json()["code"] == "stocktake.reason_missing"
    operator.post("/consignments/stocktakes/count", {"product_id": 1, "counted": 29, "reason": "dried_out"})
    done = operator.post("/consignments/stocktakes/finish", {})
    assert (done.status_code, done.json()["state"], done.json()["document_no"][:2]) == (200, "finished", "GT")
    assert operator.get("/consignments/stocktakes/1").json()["counts"][0]["difference"] == -1
    assert operator.post("/consignments/stocktakes/give-up", {}).json()["code"] == "stocktake.none"
    operator.post("/consignments/stocktakes", {})
    assert operator.post("/consignments/stocktakes/give-up", {}).json() == {"id": 2, "state": "cancelled"}
    assert len(operator.get("/consignments/stocktakes").json()["items"]) == 2


def test_wish_is_answered(operator: Program) -> None:
    operator.post("/consignments/requests", {"words": "野鸡", "name": "李四"})
    assert operator.post("/consignments/requests/1/refuse", {"reason": "because"}).json()["code"] == "request.invalid"
    refused = operator.post("/consignments/requests/1/refuse", {"reason": "not_allowed"})
    assert refused.json() == {"id": 1, "state": "refused"}
    told = operator.get("/consignments/requests").json()["items"][0]
    assert (told["refused_because"], told["name"]) == ("not_allowed", "李**")
    assert operator.post("/consignments/requests/1/reopen", {}).json()["state"] == "negotiating"
    assert operator.post("/consignments/requests/1/withdraw", {}).json()["state"] == "withdrawn"
    too_far = operator.post("/consignments/requests/1/negotiate", {})
    assert (too_far.status_code, too_far.json()["code"]) == (409, "sale_request.too_far")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/consignments/suppliers", {"name": "公司", "kind": "company"}, 422, "supplier.uscc_missing"),
        ("/consignments/suppliers", {"name": "公司", "kind": "company", "uscc": USCC[:-1]}, 422, "supplier.uscc_wrong"),
        ("/consignments/suppliers/9/documents", {"kind": "invoice"}, 404, "supplier.unknown"),
        ("/consignments/products", EGGS | {"origin": ""}, 422, "product.three_nos"),
        ("/consignments/products/9/end", {}, 404, "product.unknown"),
        ("/consignments/products/1/receive", {"quantity": 3}, 422, "lot.dates_missing"),
        ("/consignments/products/1/give-back", {"quantity": 31}, 409, "stock.short"),
        ("/consignments/products/1/receive", {"quantity": 0}, 422, "request.invalid"),
        ("/consignments/online", ORDER | {"amount_fen": 100}, 409, "product.below_floor"),
        ("/consignments/9/ship", {"waybill_no": "YT8962646785389"}, 404, "consignment.unknown"),
        ("/tickets", {"lines": [{"service": "goods", "product_id": 1, "quantity": 31}]}, 409, "stock.short"),
        ("/tickets", {"lines": [{"service": "settlement", "supplier_id": 1}]}, 409, "settlement.nothing_owed"),
        (
            "/tickets",
            {"lines": [{"service": "consignment", "item_name": "蛋", "amount_fen": 1}]},
            422,
            "consignment.supplier_missing",
        ),
    ],
)
def test_what_is_refused_has_its_status(operator: Program, path: str, body: dict, status: int, code: str) -> None:
    stocked(operator)
    answer = operator.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_document_of_a_firm_opens_its_door(operator: Program) -> None:
    operator.post("/consignments/suppliers", {"name": "公司", "kind": "company", "uscc": USCC})
    assert operator.post("/consignments/products", EGGS).json()["code"] == "supplier.documents_missing"
    assert operator.post("/consignments/suppliers/1/documents", {"kind": "business_licence"}).status_code == 201
    assert operator.post("/consignments/products", EGGS).status_code == 201
    assert operator.get("/consignments/suppliers").json()["items"][0]["lacks_licence"] is False


def test_what_was_told_wrong_is_put_right(operator: Program, api: ApiStation) -> None:
    stocked(operator)
    place, lot = "/consignments/products/1", {"produced_on": in_days(-9), "expires_on": in_days(-1), "lot_no": "A1"}
    assert operator.post(f"{place}/lots/1/correct", lot).json() == {"id": 1, "state": "active"}
    assert operator.get(place).json()["expiry"] == "expired"
    assert operator.post(f"{place}/lots/1/correct", {}).json()["code"] == "lot.dates_missing"
    assert operator.post(f"{place}/change", {"name": "山鸡蛋"}).json()["code"] == "product.three_nos"
    told = {"name": "山鸡蛋", "origin": "后山", "low_stock": 40}
    assert operator.post(f"{place}/change", told).json() == {"id": 1, "state": "on_sale"}
    assert operator.get(place).json()["is_low"] is True
    operator.post(f"{place}/listings", {"platform": "农货铺", "price_fen": 200})
    assert operator.post(f"{place}/listings/1/end", {}).status_code == 200
    assert operator.post(f"{place}/listings/1/end", {}).json()["code"] == "listing.unknown"
    supplier = "/consignments/suppliers/1"
    assert operator.post(f"{supplier}/change", {"name": ""}).json()["code"] == "request.invalid"
    assert operator.post(f"{supplier}/change", {"name": "王五", "address": "枫林村"}).status_code == 200
    assert operator.get(supplier).json()["name"] == "王**"
    operator.post(f"{supplier}/documents", {"kind": "agreement"})
    assert operator.post(f"{supplier}/documents/1/withdraw", {}).status_code == 200
    again = operator.post(f"{supplier}/documents/1/withdraw", {})
    assert (again.status_code, again.json()["code"]) == (404, "document.unknown")


def test_lot_listing_and_document_are_those_of_the_address(operator: Program, api: ApiStation) -> None:
    stocked(operator)
    operator.post("/consignments/products/1/listings", {"platform": "农货铺", "price_fen": 200})
    operator.post("/consignments/suppliers/1/documents", {"kind": "agreement"})
    operator.post("/consignments/suppliers", {"name": "王五"})
    operator.post("/consignments/products", EGGS | {"supplier_id": 2})
    for path, body, code in (
        ("products/2/lots/1/correct", {"produced_on": today()}, "lot.unknown"),
        ("products/2/listings/1/end", {}, "listing.unknown"),
        ("suppliers/2/documents/1/withdraw", {}, "document.unknown"),
    ):
        answer = operator.post(f"/consignments/{path}", body)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert api.value("SELECT COUNT(*) FROM listings WHERE unlisted_on IS NULL") == 1
