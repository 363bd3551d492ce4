"""The one gate behind which no customer's payment code gets: every field of a form, every parameter of an address and every
text of a program's JSON is looked at before a log-in, a view or a log sees it (domain.md §2.1).

A form's field that holds one is emptied here, so that nothing further down can keep, log or show it; ``acts.run`` then
refuses before it opens a transaction and shows the form again with all the rest. What takes numbers of others
(an order's, an account's, a bank's) may look like a code and is left to its room's own rule, unless there are words around.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict

from kiosk.codes import CodeKind, holds_payment_code, is_a_payment_code, recognise, refusal
from kiosk.errors import Refused
from web.paths import wants_json, wants_part

#: Numbers that somebody else has given, by the names of their fields; a service of the county's own adds ``…_no``.
NUMBERS = frozenset(
    {
        "platform_order_no", "account_no", "account_again", "serial_no", "voucher_no", "voucher", "reference", "p1_reference",
        "p2_reference", "uscc", "document_no", "licence_no", "quality_mark_no",
    }
)  # fmt: skip
WAYBILLS = frozenset({"waybill_no", "waybill", "waybill_back"})
#: What is scanned or searched is recognised by the view itself, which says what it was and keeps kind and length.
SCANS = frozenset(
    {
        ("live.wedge_scan", "code"), ("devices.type_code", "code"), ("find.search", "q"), ("api-scans.look_at_scan", "code"),
        ("api-parcels.search_parcels", "text"),
    }
)  # fmt: skip
#: Pictures as base64: random letters hold whatever one looks for, and what is no picture is refused without being repeated.
PICTURES = frozenset({"picture"})
#: Acts that do not go through ``acts.run``: refused on a page of their own.
DIRECT = frozenset(
    {
        "live.wedge_scan", "devices.command", "devices.type_code", "display.bind", "display.asked", "ledgers.take_out", "find.search",
        "day.take", "find.choose", "find.show_in_full", "bills.show_in_full", "conveniences.show_in_full", "outbound.show_in_full",
        "phone.claim", "phone.send", "registers.show_in_full", "registers.on_paper_in_full",
    }
)  # fmt: skip
#: No payment code has fewer characters.
_SHORTEST = 16
#: The parameter by which a page that was asked with a code in its address says so at an address without it.
MARK, CODE = "refused", "payment_code"


def init(app: Flask) -> None:
    """Looks at what comes in; to be bound before anything that reads a form."""
    app.before_request(_look)


def init_refusal(app: Flask) -> None:
    """Refuses what ``acts.run`` won't; to be bound after the log-in was asked for."""
    app.before_request(_refuse)


def refuse_json(found: Any, name: str = "") -> None:
    """Raises ``Refused`` with ``text.is_payment_code`` or ``waybill.is_payment_code`` when a payment code stands anywhere in
    what a program sent, names of fields included."""
    if isinstance(found, dict):
        for key, value in found.items():
            if holds_payment_code(str(key)):
                raise is_a_payment_code()
            refuse_json(value, f"f_{key}" if name == "values" else str(key))
    elif isinstance(found, list):
        for value in found:
            refuse_json(value, name)
    elif isinstance(found, str) and (refused := refusal_of(name, found)) is not None:
        raise refused


def refusal_of(name: str, text: str) -> Refused | None:
    """Why a field of this name may not hold ``text``; None when it may."""
    if len(text) < _SHORTEST or name in PICTURES or (request.endpoint, name) in SCANS:
        return None
    if name in WAYBILLS:
        return _of_a_waybill(text)
    if not holds_payment_code(text):
        return None
    is_number = name in NUMBERS or (name.startswith("f_") and name.endswith("_no"))
    if is_number and all("!" <= character <= "~" for character in "".join(text.split())):
        return None
    return is_a_payment_code()


def _of_a_waybill(text: str) -> Refused | None:
    """The square code of a face sheet is full of other numbers: only what is no waybill is searched through."""
    recognised = recognise(text)
    if recognised.kind is CodeKind.PAYMENT_CODE:
        return refusal(recognised)
    if recognised.kind is CodeKind.WAYBILL:
        is_one = any(recognise(part).kind is CodeKind.PAYMENT_CODE for part in text.split())
    else:
        is_one = holds_payment_code(text)
    return is_a_payment_code() if is_one else None


def _look() -> ResponseReturnValue | None:
    if request.path.startswith("/api/") or request.endpoint == "static":
        return None
    if any(holds_payment_code(part) for part in request.path.split("/") if len(part) >= _SHORTEST):
        request.path = "/…"  # it is said that there is no such page, not which
        abort(404)
    if request.args:
        asked, refused = _sifted(request.args)
        if refused is not None:
            request.args, request.query_string = asked, urlencode(list(asked.items(multi=True))).encode()
            if request.method == "GET" and not (wants_json() or wants_part()):
                return _at_a_clean_address()
            g.sifted = refused
    if request.method == "POST" and request.form:
        request.form, refused = _sifted(request.form)
        if refused is not None:
            g.sifted = refused
    return None


def _sifted(fields: ImmutableMultiDict[str, str]) -> tuple[ImmutableMultiDict[str, str], Refused | None]:
    """The fields without the codes, and why there are any less."""
    kept: list[tuple[str, str]] = []
    found = None
    for name, text in fields.items(multi=True):
        if name == "carried":
            kept.append((name, _carried(text)))
        elif holds_payment_code(name):
            found = is_a_payment_code()
        else:
            refused = refusal_of(name, text)
            found = refused or found
            kept.append((name, text if refused is None else ""))
    return ImmutableMultiDict(kept), found


def _carried(text: str) -> str:
    """A form on its way through the PIN: sifted when it was sent, and once more since it comes from outside again."""
    try:
        held = json.loads(text)
        fields = [
            [str(name), "" if refusal_of(str(name), str(value)) else str(value)] for name, value in held["fields"]
        ]
        return json.dumps({"path": str(held["path"]), "fields": fields}, ensure_ascii=False)
    except (ValueError, KeyError, TypeError):
        return ""


def _at_a_clean_address() -> Response:
    """The same page without the code, which no browser shall keep among the addresses it has seen."""
    rest = [(name, text) for name, text in request.args.items(multi=True) if text and name != MARK]
    answer = redirect(f"{request.path}?{urlencode([*rest, (MARK, CODE)])}", 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]


def _refuse() -> None:
    refused: Refused | None = g.get("sifted")
    if request.method == "GET" and refused is None and request.args.get(MARK) == CODE:
        g.refused = is_a_payment_code()
    if refused is None:
        return
    if request.method != "POST" or request.blueprint == "door" or request.endpoint in DIRECT:
        raise refused
