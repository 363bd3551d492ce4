"""Bills by API: sent once, held while nobody knows, confirmed with a voucher, given back by a ticket."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from tests.web.api.program import ApiStation, Program

BILL = {
    "service": "bill", "biller": "power-demo", "account_no": "0602123456", "amount_fen": 50_00, "bill_period": "2026-11",
}  # fmt: skip
SENT = {"channel": "wechat", "paid_from": "wechat", "account_holder": "张*国", "holder_confirmed": True}


def received(operator: Program, **more: Any) -> str:
    """The address of a bill whose money was taken."""
    ticket = operator.post("/tickets", {"lines": [BILL | more]}).json()
    assert operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 50_00}).status_code == 200
    return f"/bills/{ticket['lines'][0]['case_id']}"


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_bill_goes_its_whole_way(operator: Program, api: ApiStation) -> None:
    bill = received(operator)
    assert code(operator.post(f"{bill}/submit", SENT | {"holder_confirmed": False})) == (
        422,
        "bill.holder_not_confirmed",
    )
    assert operator.post(f"{bill}/submit", SENT, key="s1").json()["state"] == "submitted"
    again = operator.post(f"{bill}/submit", SENT, key="s1")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert code(operator.post(f"{bill}/submit", SENT)) == (409, "bill.too_far")
    assert code(operator.post(f"{bill}/fail", {"reason": "other", "how": "app"})) == (409, "bill.look_up_first")
    assert operator.post(f"{bill}/unconfirmed").json()["state"] == "unconfirmed"
    assert code(operator.post("/tickets", {"lines": [BILL | {"pays_again": True}]})) == (409, "bill.under_way")
    assert [one["state"] for one in operator.get("/bills").json()["items"]] == ["unconfirmed"]
    assert operator.post(f"{bill}/look-up", {"how": "hotline"}).json()["state"] == "unconfirmed"
    assert code(operator.post(f"{bill}/confirm", {"how": "app"})) == (422, "bill.voucher_missing")
    done = operator.post(f"{bill}/confirm", {"serial_no": "S1", "how": "app", "balance_after_fen": -1}).json()
    assert done["state"] == "confirmed" and done["entry_id"]
    whole = operator.get(bill).json()
    assert [step["state"] for step in whole["steps"]] == [
        "recorded", "received", "submitted", "unconfirmed", "confirmed",
    ]  # fmt: skip
    assert "0602123456" not in operator.get(bill).text and whole["balance_after_fen"] == -1
    assert operator.get("/bills").json()["items"] == []
    assert [one["id"] for one in operator.get("/bills", state="all").json()["items"]] == [whole["id"]]
    assert api.value("SELECT SUM(amount_fen) FROM postings WHERE account = 'wechat'") == -50_00
    assert api.problems() == []


def test_list_goes_on_page_by_page(operator: Program) -> None:
    for number in range(3):
        received(operator, account_no=f"060212345{number}")
    first = operator.get("/bills", state="received", limit=2).json()
    rest = operator.get(first["next"]).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"late_fee_fen": 50_00}, (422, "bill.amount_wrong")),
        ({"account_holder": "张*国"}, (422, "bill.holder_not_confirmed")),
        ({"months": 2}, (422, "bill.months_wrong")),
        ({"months": 99}, (422, "request.invalid")),
        ({"biller": "mobile-demo", "account_no": "13912345678", "account_again": "13912345678", "bill_period": ""},
         (422, "bill.not_read_back")),
    ],
)  # fmt: skip
def test_line_that_is_not_right_is_refused(operator: Program, more: dict[str, Any], expected: tuple[int, str]) -> None:
    assert code(operator.post("/tickets", {"lines": [BILL | more]})) == expected


def test_billers_say_what_they_ask(operator: Program) -> None:
    billers = {one["code"]: one for one in operator.get("/billers").json()["items"]}
    assert billers["mobile-demo"]["is_read_back"] and not billers["mobile-demo"]["asks_holder"]
    assert 50_00 in billers["mobile-demo"]["face_values_fen"]


def photo(side: int = 600) -> str:
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode("ascii")


def test_photo_of_a_voucher_is_kept_once_and_proves_the_bill(operator: Program, api: ApiStation) -> None:
    bill = received(operator)
    operator.post(f"{bill}/submit", SENT)
    assert code(operator.post(f"{bill}/confirm", {})) == (422, "bill.voucher_missing")
    sent = {"picture": photo()}
    assert len(sent["picture"]) > 131_072, "larger than any other body may be"
    kept = operator.post(f"{bill}/picture", sent, key="photo")
    assert kept.status_code == 200, kept.text
    again = operator.post(f"{bill}/picture", sent, key="photo")
    assert again.headers["Idempotency-Replayed"] == "true" and again.json() == kept.json()
    assert operator.get(bill).json()["pictures"] == [kept.json()["picture_id"]]
    assert operator.post(f"{bill}/confirm", {}).json()["state"] == "confirmed"
    assert api.problems() == []


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (base64.b64encode(b"%PDF-1.7").decode("ascii"), (422, "picture.unreadable")),
        ("not base64!", (422, "request.invalid")),
        ("照片", (422, "request.invalid")),
        (7, (422, "request.invalid")),
        ("A" * 20_020_000, (413, "request.too_large")),
    ],
    ids=["pdf", "letters", "words", "number", "huge"],
)
def test_photo_that_is_none_is_refused(operator: Program, picture: Any, expected: tuple[int, str]) -> None:
    bill = received(operator)
    assert code(operator.post(f"{bill}/picture", {"picture": picture})) == expected
    assert operator.get(bill).json()["pictures"] == []
