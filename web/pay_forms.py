"""What is typed into the forms of money: cash given, the parts that are paid otherwise, whose account. A customer's
payment code that got into a field is refused before anything else reads it, and never shown again."""

from __future__ import annotations

from flask import g, request

from kiosk import money
from kiosk.codes import CodeKind, recognise
from kiosk.errors import Refused
from kiosk.till.payments import METHOD_WORDS, Method, Tender, refuse_payment_code
from kiosk.words import N_, say

#: The parts that a page offers beside cash; a third would be a ticket of its own.
PARTS = ("p1", "p2")
#: Wallets whose arrival the operator must have seen.
_SEEN = frozenset(Method) - {Method.CASH, Method.ACCOUNT}


def typed_money(name: str, default: object = "") -> object:
    """What was typed into a field of a refused form, unless it is a customer's payment code."""
    if g.get("refused") is None or name not in request.form:
        return default
    value = request.form[name]
    return "" if is_payment_code(value) else value


def ticked(name: str, value: str = "1", default: bool = False) -> bool:
    """Whether a box or choice was ticked in a refused form, else ``default``."""
    if g.get("refused") is None or request.method != "POST":
        return default
    return value in request.form.getlist(name)


def read_payment(total_fen: int, rounding: str) -> tuple[int, list[Tender]]:
    """Cash given and the other parts of the payment in this request's form, as ``counter.settle`` takes them.

    An empty amount is what the other parts leave over. Raises ``Refused`` with ``payment.is_payment_code``,
    ``payment.not_seen``, ``payment.nothing_left``, ``money.unreadable`` and ``form.choice_unreadable``.
    """
    refuse_payment_code(*request.form.values())
    sign = -1 if total_fen < 0 else 1
    asked = [(part, request.form.get(f"{part}_method", Method.CASH)) for part in PARTS]
    asked = [(part, method) for part, method in asked if method not in (Method.CASH, "")]
    sums = {part: _amount(f"{part}_amount") for part, _ in asked}
    given = _amount("given") or 0
    left_fen = abs(total_fen) - sum(fen or 0 for fen in sums.values())
    tenders = []
    for part, method in asked:
        fen = sums[part]
        if fen is None:
            fen, left_fen = left_fen, 0
            if fen <= 0:
                raise Refused("payment.nothing_left", N_("前面的付款已经够了，没有收款；请核对每一部分的金额"))
        if method in _SEEN and not ticked_now(f"{part}_seen"):
            raise Refused(
                "payment.not_seen",
                N_("还没有勾选「已看到{method}」，没有收款；请先看到账再勾选")
                if sign > 0
                else N_("还没有勾选「已用{method}转出」，没有付款；请先转给村民再勾选"),
                method=say(METHOD_WORDS[method]),
            )
        debtor = request.form.get(f"{part}_debtor", "") if method == Method.ACCOUNT else ""
        tenders.append(Tender(method, sign * fen, request.form.get(f"{part}_reference", ""), row_number(debtor)))
    return given, tenders


def ticked_now(name: str) -> bool:
    """Whether a box of this request's form is ticked."""
    return request.form.get(name) == "1"


def amount(name: str) -> int:
    """An amount of the form in fen. Raises ``Refused`` with ``payment.is_payment_code`` and ``money.unreadable``."""
    refuse_payment_code(request.form.get(name, ""))
    return money.parse(request.form.get(name, ""))


def row_number(text: str) -> int | None:
    """A row's id out of a form; None for ''. Raises ``Refused('form.choice_unreadable')``."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Refused("form.choice_unreadable", N_("选择没有读懂，没有保存；请从列表中重新选择"))
    return int(text)


def _amount(name: str) -> int | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    fen = money.parse(text)
    if fen < 0:
        raise Refused("money.negative", N_("金额不能是负数，没有收款；请重新填写"))
    return fen


def is_payment_code(text: str) -> bool:
    """Whether a field holds a customer's payment code, written with spaces or without."""
    return recognise("".join(text.split())).kind is CodeKind.PAYMENT_CODE
