"""Facts of audit records as people read them. A record holds enums, codes and fen; each stands here under the words that
pages use for it, so that no program's word gets into a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kiosk import clock, money
from kiosk.audit import Record
from kiosk.bills import model as bill
from kiosk.codes import carriers
from kiosk.consents import model as consents
from kiosk.consignment import products, requests, stocktakes, suppliers
from kiosk.consignment import stock as goods_stock
from kiosk.consignment.model import OWNERSHIP_WORDS
from kiosk.conveniences import model as convenience
from kiosk.conveniences import services
from kiosk.inbox import actions as inbox
from kiosk.inbox.keys import HOW_WORDS as KEY_WORDS
from kiosk.inbox.topics import TOPIC_WORDS
from kiosk.manifests import model as lists
from kiosk.notices.model import RESULT_WORDS as CALL_WORDS
from kiosk.outbound import lists as outbound_lists
from kiosk.outbound import model as outbound
from kiosk.outbox import enrolment
from kiosk.outbox.model import ROAD_WORDS
from kiosk.parcel_lists.model import PURPOSE_WORDS
from kiosk.parcels import problem_cases, shelf_map
from kiosk.parcels.model import COD_REASON_WORDS, METHOD_WORDS, PROBLEM_WORDS, RELATION_WORDS
from kiosk.parcels.traits import TRAIT_WORDS
from kiosk.people import staff
from kiosk.printing.model import REASONS as PRINT_REASONS
from kiosk.purchases.model import PAID_BY_WORDS, PAID_FROM_WORDS
from kiosk.reports import for_people
from kiosk.reports.model import CORRECTION_WORDS
from kiosk.retention.terms import TERMS
from kiosk.shelf_counts.model import ANSWER_WORDS as FIND_ANSWERS
from kiosk.shifts import clock_trust, closings, wallets
from kiosk.storage import Reader
from kiosk.till import cash_moves, compensations
from kiosk.till.model import REDUCE_REASON_WORDS, VOID_REASON_WORDS
from kiosk.till.payments import METHOD_WORDS as PAYMENT_WORDS
from kiosk.words import N_, say
from web.message_words import REASON_WORDS as PARKED_WORDS

ROLES = {
    "manager": N_("站长"),
    "operator": N_("柜员"),
    "inspector": N_("检查员（只看）"),
    "courier": N_("快递员"),
}
_CASES = {
    "parcel": N_("快件"),
    "bill": N_("缴费"),
    "purchase": N_("代购"),
    "consignment": N_("代销"),
    "consignment_sale": N_("代销"),
    "supplier": N_("供货人"),
    "sale_request": N_("村民求售"),
    "product": N_("商品"),
    "stock_move": N_("损耗"),
    "buy_up": N_("收购"),
    "settlement": N_("代销结算"),
    "stocktake": N_("代销货品盘点"),
    "shelf_count": N_("快件盘点"),
    "shelf_count_find": N_("盘点多出的快件"),
    "intake_batch": N_("入库批次"),
    "standing_proxy": N_("长期代取人"),
    "outbound": N_("寄件"),
    "outbound_manifest": N_("寄件交接清单"),
    "manifest": N_("交接清单"),
    "outbound_refusal": N_("拒收登记"),
    "recovery": N_("恢复码"),
    "convenience": N_("便民服务"),
    "goods": N_("商品"),
    "cod": N_("代收货款、到付"),
    "debt": N_("还欠款"),
    "compensation": N_("赔付"),
    "debtor": N_("赊账"),
    "cash_move": N_("存取现金"),
    "data_request": N_("个人信息申请"),
    "consent": N_("收件人同意"),
    "register": N_("登记簿"),
}
_PAPERS = {
    "pickup_code": N_("取件码"),
    "receipt": N_("收据号"),
    "outbound_no": N_("寄件单号"),
    "unknown": N_("其他凭据"),
}
_TERMS = {name: term.title for name, term in TERMS.items()}
_CORRECTED = {
    **dict.fromkeys(("phone", "sender_phone"), N_("电话")), "sender_address": N_("地址"), "address": N_("地址"),
    **dict.fromkeys(("name", "name_hint", "customer_name", "sender_name"), N_("姓名")),
}  # fmt: skip
_ENTRIES = {
    "ticket": N_("收款"),
    "ticket_void": N_("作废退款"),
    "float": N_("备用金"),
    "over_short": N_("差额"),
    "purchase_ordered": N_("代购下单"),
    "purchase_price": N_("代购改价"),
    "purchase_refund": N_("代购商家退款"),
    "bill_confirmed": N_("缴费付出"),
    "convenience_done": N_("便民服务付出"),
    "cash_move": N_("存取现金"),
    "cash_move_undone": N_("存取现金撤回"),
    "stock": N_("库存损益"),
    "compensation": N_("赔给供货人"),
    "supplier_named": N_("代销款归到供货人"),
    "supplier_named_undone": N_("代销款归属撤销"),
}
_FIELDS = {"carrier": N_("快递公司"), "phone": N_("电话"), "name": N_("姓名"), "place": N_("货架-层")}
_FORMATS = {"xlsx": "XLSX", "csv": "CSV"}
_ANSWERS = {"came_out": N_("出来了"), "not_there": N_("没出来，重打")}
#: Facts that are one word of a few, whatever the action; '' says that nobody came for another.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "role": ROLES,
    "method": METHOD_WORDS,
    "relation": {"": N_("本人"), **RELATION_WORDS},
    "reason": {**PRINT_REASONS, **VOID_REASON_WORDS, **PROBLEM_WORDS},
    "paid_by": PAID_BY_WORDS,
    "service": _CASES,
    "case_kind": _CASES,
    "subject_kind": _CASES,
    "topic": for_people.TOPIC_WORDS,
    "rule": {
        "noted": N_("记好了"),
        "request.person": N_("本人要求"),
        **{f"term.{name}": words for name, words in _TERMS.items()},
    },
    "proved_by": _PAPERS,
    "term": _TERMS,
    "answer": _ANSWERS,
}
#: Facts whose words depend on the action.
_OF_ACTION: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("bill.recorded", "kind"): bill.KIND_WORDS,
    ("bill.submitted", "channel"): bill.CHANNEL_WORDS,
    ("bill.submitted", "paid_from"): PAID_FROM_WORDS,
    ("bill.looked_up", "how"): bill.LOOK_UP_WORDS,
    ("bill.failed", "how"): bill.LOOK_UP_WORDS,
    ("bill.failed", "reason"): bill.FAIL_WORDS,
    ("cash.moved", "kind"): cash_moves.KIND_WORDS,
    ("cash.moved", "reason"): {name: reason.words for name, reason in cash_moves.REASONS.items()},
    ("clock.accepted", "reason"): clock_trust.CLOCK_REASONS,
    ("closing.entered", "reason"): closings.CLOSING_WORDS,
    ("compensation.recorded", "reason"): compensations.REASON_WORDS,
    ("compensation.recorded", "about_kind"): compensations.ABOUT_WORDS,
    ("convenience.failed", "reason"): convenience.FAIL_WORDS,
    ("county_key.pinned", "how"): KEY_WORDS,
    ("county_message.applied", "topic"): TOPIC_WORDS,
    ("county_message.parked", "topic"): TOPIC_WORDS,
    ("county_message.parked", "reason"): PARKED_WORDS,
    ("county_message.turned_away", "reason"): inbox.TURNED_AWAY_WORDS,
    ("county_message.turned_away_seen", "reason"): inbox.TURNED_AWAY_WORDS,
    ("day.corrected", "reason"): CORRECTION_WORDS,
    ("enrolment.ended", "state"): enrolment.STATE_WORDS,
    ("ledger.exported", "file_format"): _FORMATS,
    ("ledger.exported_in_full", "file_format"): _FORMATS,
    ("message.handed_over", "road"): ROAD_WORDS,
    ("ticket.fee_reduced", "reason"): REDUCE_REASON_WORDS,
    ("wallet.compared", "wallet"): wallets.WALLET_WORDS,
    ("wallet.compared", "reason"): {"": N_("相符"), **wallets.WALLET_REASONS},
    ("entry.posted", "kind"): _ENTRIES,
    ("ticket.paid", "method"): PAYMENT_WORDS,
    ("ticket.voided", "reason"): VOID_REASON_WORDS,
    ("consent.given", "scope"): consents.SCOPE_WORDS,
    ("consent.given", "how"): consents.HOW_WORDS,
    ("consent.withdrawn", "how"): consents.WITHDRAWN_WORDS,
    ("manifest.begun", "kind"): lists.KIND_WORDS,
    ("manifest.closed", "kind"): lists.KIND_WORDS,
    ("manifest.signed", "how"): lists.HOW_WORDS,
    ("manifest.piece_ended", "outcome"): lists.OUTCOME_WORDS,
    ("notice.called", "outcome"): CALL_WORDS,
    ("parcel_list.taken", "purpose"): PURPOSE_WORDS,
    ("problem.settled", "kind"): problem_cases.KIND_WORDS,
    ("problem.settled", "resolution"): problem_cases.RESOLUTION_WORDS,
    ("outbound.recorded", "paid_by"): outbound.PAID_BY_WORDS,
    ("outbound.recorded", "id_document"): outbound.DOCUMENT_WORDS,
    ("outbound.refused", "reason"): outbound.REFUSAL_WORDS,
    ("outbound.refused", "measure"): outbound.ACTION_WORDS,
    ("parcel.cod_noted", "reason"): COD_REASON_WORDS,
    ("shelf.planned", "shelf_class"): shelf_map.CLASS_WORDS,
    ("shelf.planned", "size_class"): shelf_map.SIZE_WORDS,
    ("shelf.planned", "is_resting"): {"no": N_("在用"), "yes": N_("停用")},
    ("shelf_count.begun", "scope"): {"": N_("全站")},
    ("shelf_count.answered", "answer"): FIND_ANSWERS,
    ("stock.moved", "kind"): goods_stock.MOVE_WORDS,
    ("stock.moved", "reason"): {"": "", **stocktakes.REASONS},
    ("stocktake.counted", "reason"): {"": "", **stocktakes.REASONS},
    ("supplier.registered", "kind"): suppliers.KIND_WORDS,
    ("supplier.document_seen", "kind"): suppliers.DOC_WORDS,
    ("product.admitted", "ownership"): OWNERSHIP_WORDS,
    ("product.consented", "given_by"): products.CONSENT_BY,
    ("product.stepped", "step"): products.STEPS,
    ("sale_request.noted", "category"): products.CATEGORIES,
    ("sale_request.moved", "from_state"): requests.STATE_WORDS,
    ("sale_request.moved", "to_state"): requests.STATE_WORDS,
    ("sale_request.moved", "reason"): {"": "", "withdrawn": N_("村民不卖了"), **requests.REASONS},
    ("person.corrected", "field"): _CORRECTED,
    ("print_job.doubted", "reason"): PRINT_REASONS,
}
#: A time as it is stored; people read the station's own.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")

#: Facts whose words are made below rather than looked up.
_MADE = frozenset({"fields", "traits", "carrier", "category"})


def has_words(action: str, name: str) -> bool:
    """Whether a fact of an action is said in words."""
    return (action, name) in _OF_ACTION or name in _WORDS or name in _MADE


def readable(db: Reader, record: Record) -> dict[str, object]:
    """The record's facts: people by name, fen as yuan, enums and carriers in the current language."""
    return {name: _readable(db, record.action, name, value) for name, value in record.facts.items()}


def _readable(db: Reader, action: str, name: str, value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, int):
        if name == "staff_id":
            return staff.name_of(db, "staff", value) or value
        return money.yuan(value) if name.endswith("_fen") else value
    text = str(value)
    if _INSTANT.fullmatch(text):
        return clock.to_minute(text, db.settings.station.zone)
    if name == "service" and action == "convenience.recorded":
        service = services.services(db).get(text)
        return service.title() if service is not None else text
    if name == "fields":
        return "、".join(say(_FIELDS.get(one, one)) for one in text.split("."))
    if name == "traits":
        return "、".join(say(TRAIT_WORDS.get(one, N_("没有特别的"))) for one in text.split("."))
    if name == "carrier":
        return carriers.find(text).name() if carriers.is_known(text) else text
    if name == "category" and action == "outbound.refused":
        category = outbound_lists.categories(db).get(text)
        return category.name if category is not None else text
    words = _OF_ACTION.get((action, name)) or _WORDS.get(name, {})
    return say(words[text]) if text in words else text
