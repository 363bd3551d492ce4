"""Everything that is no success, as RFC 9457 problem details with our stable ``code``: refusals by a table of codes,
requests that can't be read, and our own faults. Whatever is answered here has changed nothing."""

from __future__ import annotations

import http
import json
import logging
from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kiosk.errors import DatabaseError, Refused
from kiosk.words import N_, current_locale, say

log = logging.getLogger("web.api")
MEDIA_TYPE = "application/problem+json"
_OURS = frozenset({"type", "title", "status", "detail", "code", "errors"})

#: Refusals that are no plain 422. A code that ends in ``.unknown`` is 404 unless it stands here.
STATUS: Mapping[str, int] = {
    "staff.not_allowed": 403,
    "ticket.not_yours": 403,
    "parcel.not_yours": 403,
    "list.not_yours": 403,
    "list.nothing_new": 409,
    "list.already_dropped": 409,
    "list.is_stock": 409,
    "list.nothing_awaited": 409,
    "carrier.unknown": 422,
    "method.unknown": 422,
    "proxy.unknown": 422,
    "ticket.line_unknown": 404,
    "report.none": 404,
    "report.period_not_over": 409,
    "report.period_before_start": 409,
    "report.period_unchanged": 409,
    "data_request.over": 409,
    "data_request.not_theirs": 409,
    "ledger.export_under_way": 409,
    "message.not_parked": 409,
    "message.display_full": 409,
    "message.acknowledged": 409,
    "message.under_way": 409,
    "message.not_refused": 409,
    "acknowledgement.already": 409,
    "acknowledgement.taken": 409,
    "fees.draft_open": 409,
    "parcel.already_in_stock": 409,
    "parcel.already_handed_over": 409,
    "parcel.undone": 409,
    "parcel.returned": 409,
    "parcel.door_delivered": 409,
    "parcel.passed_on": 409,
    "parcel.with_wrong_person": 409,
    "parcel.lost": 409,
    "parcel.not_arrived": 409,
    "parcel.is_problem": 409,
    "parcel.is_to_return": 409,
    "parcel.storage_charged": 409,
    "parcel.storage_free": 409,
    "parcel.unpaid": 409,
    "parcel.on_ticket": 409,
    "parcel.cod_changed": 409,
    "parcel.collected": 409,
    "cod.nothing": 409,
    "undo.paid_for": 409,
    "refund.already": 409,
    "outbound.too_far": 409,
    "outbound.no_label": 409,
    "outbound.has_waybill": 409,
    "outbound.waybill_taken": 409,
    "outbound.waybill_is_inbound": 409,
    "manifest.not_open": 409,
    "manifest.not_given": 409,
    "manifest.not_on_it": 409,
    "manifest.other_day": 409,
    "manifest.empty": 409,
    "manifest.too_long": 409,
    "manifest.nothing_on_it": 409,
    "manifest.not_closed": 409,
    "manifest.not_out": 409,
    "manifest.is_void": 409,
    "manifest.signed_before": 409,
    "manifest.difference": 409,
    "manifest.on_another": 409,
    "manifest.piece_changed": 409,
    "manifest.piece_ended": 409,
    "manifest.round_told": 409,
    "manifest.not_to_return": 409,
    "manifest.is_purchased": 409,
    "manifest.parcel_not_found": 404,
    "parcel.unpaid_here": 409,
    "pdf.too_slow": 503,
    "print_job.not_open": 409,
    "print_job.in_doubt": 409,
    "print_job.still_waiting": 409,
    "print_job.under_way": 409,
    "pickup_code.in_use": 409,
    "parcel.not_here_for_traits": 409,
    "parcel.not_here_for_label": 409,
    "relocate.is_there": 409,
    "shelf_count.other_scope": 409,
    "shelf_count.none": 409,
    "shelf_count.closed": 409,
    "shelf_count.cancelled": 409,
    "shelf_count.not_done": 409,
    "shelf_count.nothing_seen": 409,
    "shelf_count.already_answered": 409,
    "shelf_count.not_that_kind": 409,
    "shelf_count.waybill_erased": 409,
    "shelf_count.find_unknown": 404,
    "trait.unknown": 422,
    "pickup_code.unknown": 404,
    "batch.closed": 409,
    "undo.other_day": 409,
    "undo.something_followed": 409,
    "ticket.already_settled": 409,
    "ticket.voided": 409,
    "ticket.fees_changed": 409,
    "ticket.day_closed": 409,
    "ticket.empty": 409,
    "ticket.too_long": 409,
    "ticket.line_fixed": 409,
    "ticket.at_another_desk": 409,
    "ticket.given_back": 409,
    "ticket.gave_back": 409,
    "ticket.debt_repaid": 409,
    "refund.not_settled": 409,
    "refund.nothing": 409,
    "refund.not_possible": 409,
    "fee.not_lower": 409,
    "debt.on_ticket": 409,
    "debt.more_than_owed": 409,
    "debt.over_limit": 409,
    "debt.not_allowed": 409,
    "debt.not_owed": 409,
    "debtor.already_allowed": 409,
    "debtor.already_stopped": 409,
    "debtor.erased": 409,
    "cash.not_owed": 409,
    "cash.already_put_back": 409,
    "cash.day_closed": 409,
    "drawer.too_little": 409,
    "fee.not_published": 409,
    "fees.draft_changed": 409,
    "fees.no_draft": 404,
    "fees.unknown_version": 404,
    "fee.differs": 409,
    "bill.already_paid": 409,
    "bill.under_way": 409,
    "bill.too_far": 409,
    "bill.look_up_first": 409,
    "bill.serial_used": 409,
    "bill.not_confirmed": 409,
    "convenience.service_unknown": 422,
    "convenience.field_unknown": 422,
    "convenience.too_far": 409,
    "convenience.refund_it": 409,
    "convenience.already_recorded": 409,
    "convenience.over_day_limit": 409,
    "convenience.no_contract": 409,
    "purchase.too_far": 409,
    "purchase.is_ending": 409,
    "purchase.line_pending": 409,
    "purchase.balance_owed": 409,
    "purchase.not_agreed": 409,
    "purchase.advance_short": 409,
    "purchase.price_differs": 409,
    "purchase.changed_meanwhile": 409,
    "purchase.refund_on_its_page": 409,
    "purchase.nothing_owed": 409,
    "purchase.nothing_to_pay_back": 409,
    "purchase.parcels_here": 409,
    "purchase.parcel_costs": 409,
    "purchase.replacement_missing": 409,
    "purchase.replacement_under_way": 409,
    "purchase.other_day": 409,
    "purchase.not_level": 409,
    "purchase.is_disputed": 409,
    "purchase.not_disputed": 409,
    "purchase.already_disputed": 409,
    "purchase.still_returnable": 409,
    "purchase.return_too_late": 409,
    "purchase.return_excluded": 409,
    "purchase.waybill_known": 409,
    "consignment.too_far": 409,
    "consignment.in_settlement": 409,
    "consignment.order_known": 409,
    "consignment.supplier_known": 409,
    "consignment.not_online": 409,
    "consignment.not_online_sale": 409,
    "consignment.refund_online": 409,
    "settlement.under_way": 409,
    "settlement.nothing_owed": 409,
    "settlement.too_far": 409,
    "buy_up.too_far": 409,
    "buy_up.goods_gone": 409,
    "buy_up.not_own": 409,
    "sale_request.too_far": 409,
    "supplier.documents_missing": 409,
    "supplier.uscc_taken": 409,
    "product.ended": 409,
    "product.in_stock": 409,
    "product.code_taken": 409,
    "product.below_floor": 409,
    "stock.short": 409,
    "stock.expired": 409,
    "stock.bought_goods": 409,
    "stock.own_goods": 409,
    "listing.already": 409,
    "stocktake.none": 409,
    "stocktake.not_all_counted": 409,
    "stocktake.reason_missing": 409,
    "stocktake.not_counted": 409,
    "stocktake.held": 409,
    "stocktake.never_received": 409,
    "day.none_open": 409,
    "day.none": 404,
    "day.clock_wrong": 409,
    "day.dated_ahead": 409,
    "count.finished": 409,
    "count.not_finished": 409,
    "count.money_moved": 409,
    "drawer.not_yours": 403,
    "drawer.same_person": 409,
    "clock.day_open": 409,
    "clock.not_in_doubt": 409,
    "clock.too_early": 409,
    "closing.twice": 409,
    "closing.withdrawn": 409,
    "correction.no_day": 404,
    "correction.day_open": 409,
    "register.no_entry": 404,
    "register.no_step": 404,
    "register.too_far": 409,
    "register.changed_meanwhile": 409,
    "register.nothing_to_undo": 409,
    "register.not_yours_to_undo": 403,
    "register.nothing_changed": 409,
    "register.still_open": 409,
    "register.erased": 409,
    "register.alike": 409,
    "register.letter_taken": 409,
    "register.no_slip": 409,
}


def status_of(code: str) -> int:
    """The HTTP status of a refusal."""
    found = STATUS.get(code)
    if found is not None:
        return found
    return 404 if code.endswith(".unknown") else 422


def written(text: str, status: int, media_type: str) -> Response:
    """An answer of which nobody keeps a copy."""
    language = "en" if current_locale() == "en" else "zh-CN"
    headers = [
        ("Content-Type", media_type),
        ("Content-Language", language),
        ("Cache-Control", "no-store"),
        ("Vary", "Accept-Language, Authorization"),
    ]
    return Response(text, status, headers)


def problem(status: int, code: str, detail: str, /, **more: Any) -> Response:
    """A problem response; ``more`` are facts for programs, ``detail`` is in words for people."""
    body = {
        "type": "about:blank",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
    return written(json.dumps(body, ensure_ascii=False, default=str), status, MEDIA_TYPE)


def refused(error: Refused) -> Response:
    """A refusal with its facts."""
    facts = {name: value for name, value in error.facts.items() if name not in _OURS}
    return problem(status_of(error.code), error.code, say(error.message, **error.facts), **facts)


def invalid(error: ValidationError, location: str) -> Response:
    """A request whose fields are wrong: every one of them, with a JSON pointer or the parameter's name."""
    errors = list(_each(error.messages, ""))
    for one in errors:
        pointer = one.pop("at")
        one["pointer" if location == "json" else "parameter"] = ("#" if location == "json" else "") + (
            pointer if location == "json" else pointer.lstrip("/")
        )
    return problem(422, "request.invalid", say(N_("有些内容不对，没有改动任何内容：见 errors")), errors=errors)


def _each(messages: Any, at: str) -> Any:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name == "_schema" else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from _each(inner, at + step)
    elif isinstance(messages, list):
        for message in messages:
            yield from _each(message, at)
    else:
        yield {"at": at, "detail": say(str(messages))}


def not_logged_in(*, has_token: bool) -> Response:
    """No token, or one that is unknown or was revoked."""
    if has_token:
        answer = problem(401, "token.invalid", say(N_("令牌不对或已停用；请让站长用 kiosk token create 另建一个")))
        answer.headers["WWW-Authenticate"] = 'Bearer realm="station", error="invalid_token"'
    else:
        answer = problem(401, "token.missing", say(N_("请求没有带令牌；请加上 Authorization: Bearer 令牌")))
        answer.headers["WWW-Authenticate"] = 'Bearer realm="station"'
    return answer


_HTTP_WORDS: Mapping[int, tuple[str, str]] = {
    400: ("request.malformed", N_("请求内容读不出来（不是正确的 JSON），没有改动任何内容")),
    404: ("address.unknown", N_("没有这个地址，请对照 /api/v1/openapi.json")),
    405: ("method.not_allowed", N_("这个地址不能这样用；能用的方法见 Allow")),
    413: ("request.too_large", N_("内容太大，没有保存；请分几次发送")),
    415: ("request.not_json", N_("内容应是 JSON，请加上 Content-Type: application/json")),
}


def http_problem(error: HTTPException) -> Response:
    """What Flask or werkzeug raised."""
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    code, words = _HTTP_WORDS.get(status, ("request.unusable", N_("这个请求本站不能处理，没有改动任何内容")))
    answer = problem(status, code, say(words))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


def fault(error: Exception) -> Response:
    """Our own fault: logged with its traceback, rolled back by the transaction's end; the process goes on."""
    log.error("an API request failed", exc_info=error)
    if isinstance(error, DatabaseError):
        return problem(500, "station.database", say(error.message, **error.facts))
    return problem(500, "station.fault", say(N_("程序出错了，这一步没有保存；以前的内容都在，可以用同一个键再试")))
