"""The simple day through the API, as a handheld and a counter program would work it: every act is sent twice with its key,
as over a line that drops replies, and the books are those of a day on which each was done once."""

from __future__ import annotations

import random
from typing import Any

from tests.web.api.program import ApiStation, Program

CARRIERS = {
    "SF": "SF10000000{:05d}", "YTO": "YT89626467{:05d}", "ZTO": "731{:011d}", "STO": "7732{:011d}", "YD": "463{:012d}",
    "JTSD": "JT50{:011d}", "JD": "JDV0{:011d}", "EMS": "11{:011d}",
}  # fmt: skip
WRONG = [
    "134567890123456789",
    "11010519491231002X",
    "+8613912345678",
    "6901028075763",
    "~OP:1234567890",
    "https://a.example/b",
]


class Unsteady:
    """A program on a line that drops replies: whatever it sends it sends again, and both answers must be one."""

    def __init__(self, program: Program, name: str) -> None:
        self._program, self._name, self._sent = program, name, 0

    def post(self, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """Sends an act twice; what was refused is refused again."""
        self._sent += 1
        key = f"{self._name}-{self._sent}"
        first, again = self._program.post(path, body, key=key), self._program.post(path, body, key=key)
        assert again.status_code == first.status_code
        if first.status_code < 300:
            assert again.content == first.content
            assert again.headers["idempotency-replayed"] == "true"
        found: dict[str, Any] = first.json()
        return first.status_code, found

    def done(self, path: str, body: Any = None) -> dict[str, Any]:
        """Sends an act that must succeed."""
        status, found = self.post(path, body)
        assert status in (200, 201), found
        return found


def test_simple_day_through_the_api_with_every_act_repeated(api: ApiStation, chance: random.Random) -> None:
    handheld, counter = Unsteady(api.program("courier"), "handheld"), Unsteady(api.program("operator"), "counter")
    reader = api.program("inspector")
    counter.done("/days/open", {"float_fen": 20000})

    parcels: list[dict[str, Any]] = []
    for carrier, shape in CARRIERS.items():
        batch_id = handheld.done("/batches", {"carrier": carrier, "courier": "李师傅", "declared": 4})["id"]
        for number in range(4 if carrier in ("SF", "YTO", "ZTO", "STO", "YD", "JTSD") else 3):
            person = len(parcels) % 10
            waybill_no = shape.format(chance.randrange(10_000) * 10 + number)
            body = {"waybill_no": waybill_no, "batch_id": batch_id, "phone": f"139000{person:05d}"}
            made = handheld.done("/parcels", body)
            assert made["carrier"] == carrier
            parcels.append(made | {"person": person, "waybill_no": waybill_no})
            if number == 0:
                status, refused = handheld.post("/parcels", body | {"phone": None})
                assert (status, refused["code"], refused["parcel_id"]) == (409, "parcel.already_in_stock", made["id"])
        wrong = chance.choice(WRONG)
        status, refused = handheld.post("/parcels", {"waybill_no": wrong, "batch_id": batch_id})
        assert (status, refused["code"][:11]) == (422, "waybill.is_")
        closed = handheld.done(f"/batches/{batch_id}/close")
        assert closed["difference"] == closed["counted"] - 4
    assert len(parcels) == 30
    assert len({parcel["pickup_code"] for parcel in parcels}) == 30

    mistaken = handheld.done("/parcels", {"waybill_no": "YT0000000000001"})
    assert handheld.done(f"/parcels/{mistaken['id']}/undo")["act"] == "check_in"

    mine = [parcel["id"] for parcel in parcels if parcel["person"] == 3]
    found = reader.post("/parcels/search", {"phone": "13900000003"}).json()
    assert sorted(found["people"][0]["parcel_ids"]) == sorted(mine)
    results = counter.done("/parcels/hand-over", {"parcel_ids": mine, "method": "phone"})
    assert all(item["is_done"] for item in results["items"])
    for parcel in parcels:
        if parcel["person"] in (1, 2):
            counter.done(f"/parcels/{parcel['id']}/hand-over", {"method": "code"})
    theirs = next(parcel for parcel in parcels if parcel["person"] == 5)
    who = {"name": "王婶", "relation": "neighbour"}
    counter.done(f"/parcels/{theirs['id']}/hand-over", {"method": "proxy_pickup", "collected_by": who})
    status, again = counter.post(f"/parcels/{theirs['id']}/hand-over", {"method": "code"})
    assert (status, again["code"], again["method"]) == (409, "parcel.already_handed_over", "proxy_pickup")

    ticket = counter.done(
        "/tickets",
        {
            "lines": [
                {"service": "bill", "biller": "power-demo", "account_no": "0602123456", "amount_fen": 5000},
                {"service": "purchase", "item_name": "水泵", "amount_fen": 30000, "paid_by": "customer"},
                {"service": "consignment", "item_name": "土鸡蛋", "amount_fen": 4000, "supplier_name": "周大山"},
            ]
        },
    )
    status, short = counter.post(f"/tickets/{ticket['id']}/settle", {"given_fen": ticket["total_fen"] - 1})
    assert (status, short["missing_fen"]) == (422, 1)
    settled = counter.done(f"/tickets/{ticket['id']}/settle", {"given_fen": ticket["total_fen"] + 50})
    assert settled["change_fen"] == 50

    drawer_fen = 20000 + ticket["total_fen"]
    pieces = {}
    left_fen = drawer_fen
    for piece_fen in (10000, 5000, 2000, 1000, 500, 100, 50, 10):
        pieces[str(piece_fen)], left_fen = divmod(left_fen, piece_fen)
    assert left_fen == 0
    closed = counter.done("/days/close", {"pieces": pieces})
    assert closed["difference_fen"] == 0

    handed_over = len([parcel for parcel in parcels if parcel["person"] in (1, 2, 3)]) + 1
    report = reader.get("/reports/daily", business_on=closed["business_on"]).json()
    assert (report["parcels"]["received"], report["parcels"]["handed_over"]) == (30, handed_over)
    assert report["parcels"]["in_stock"] == 30 - handed_over
    assert report["totals"]["txn_count"] == 3
    assert report["message"]["state"] == "waiting"
    assert reader.get("/status").json()["uplink"]["waiting"] == 1
    assert api.value("SELECT COUNT(*) FROM tickets") == 1
    assert api.problems() == []
