"""States of a parcel, what may follow what, and the acts on parcels that are recorded.

Received, notified and overdue are no states: they are a time, a notice and an age computed when asked (domain.md §4.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kiosk import audit
from kiosk.words import N_


class ParcelState(StrEnum):
    """Where a parcel is; stored."""

    EXPECTED = "expected"
    ON_SHELF = "on_shelf"
    PROBLEM = "problem"
    TO_RETURN = "to_return"
    HANDED_OVER = "handed_over"
    DOOR_DELIVERED = "door_delivered"
    PASSED_ON = "passed_on"
    RETURNED = "returned"
    LOST = "lost"
    UNDONE = "undone"


IN_STOCK = frozenset({ParcelState.ON_SHELF, ParcelState.PROBLEM, ParcelState.TO_RETURN})
#: Out of our hands; each but an undone check-in has its way back, on the same day or with a reason.
GONE = frozenset(
    {
        ParcelState.HANDED_OVER,
        ParcelState.DOOR_DELIVERED,
        ParcelState.PASSED_ON,
        ParcelState.RETURNED,
        ParcelState.LOST,
        ParcelState.UNDONE,
    }
)
#: What a list may be filtered by besides a single state.
NAMED_SETS: Mapping[str, frozenset[ParcelState]] = {"in_stock": IN_STOCK, "gone": GONE}
#: The same set for SQL; partial indexes are used only when a query repeats their condition word for word.
IN_STOCK_SQL = "state IN ('on_shelf', 'problem', 'to_return')"
#: Of the index of the few that neither lie on their shelf nor were handed over.
SET_ASIDE_SQL = "state NOT IN ('on_shelf', 'handed_over')"


class EventKind(StrEnum):
    """What happened to a parcel; one append-only row each."""

    CHECKED_IN = "checked_in"
    PHONE_ADDED = "phone_added"
    CORRECTED = "corrected"
    RELOCATED = "relocated"
    MARKED_PROBLEM = "marked_problem"
    MARKED_TO_RETURN = "marked_to_return"
    PUT_BACK = "put_back"
    HANDED_OVER = "handed_over"
    HAND_OVER_UNDONE = "hand_over_undone"
    SECOND_PICKUP_TRIED = "second_pickup_tried"
    COD_NOTED = "cod_noted"
    UNDONE = "undone"
    # Announced before it comes: by the county's warehouse, a carrier's list, another station.
    EXPECTED_NOTED = "expected_noted"
    EXPECTED_DROPPED = "expected_dropped"
    # The other ways out of the house, each with its way back.
    PASSED_ON = "passed_on"
    PASSING_ON_UNDONE = "passing_on_undone"
    DOOR_DELIVERED = "door_delivered"
    DOOR_DELIVERY_UNDONE = "door_delivery_undone"
    RETURNED = "returned"
    RETURN_UNDONE = "return_undone"
    LOST = "lost"
    FOUND_AGAIN = "found_again"
    # Handed to somebody whose it wasn't: first known, then brought back.
    WRONG_PERSON_NOTED = "wrong_person_noted"
    RECOVERED = "recovered"
    # Taken back when they were a mistake: the parcel stands again as before the act.
    SETTING_ASIDE_UNDONE = "setting_aside_undone"
    LOSS_UNDONE = "loss_undone"
    FINDING_UNDONE = "finding_undone"
    WRONG_PERSON_UNDONE = "wrong_person_undone"
    RECOVERY_UNDONE = "recovery_undone"


_SAME = {state: frozenset({state}) for state in IN_STOCK}
#: Event → state before (None: a parcel that was not there) → states that may follow.
TRANSITIONS: Mapping[EventKind, Mapping[ParcelState | None, frozenset[ParcelState]]] = {
    EventKind.CHECKED_IN: {
        None: frozenset({ParcelState.ON_SHELF}),
        ParcelState.EXPECTED: frozenset({ParcelState.ON_SHELF}),
    },
    EventKind.PHONE_ADDED: _SAME,
    EventKind.CORRECTED: _SAME,
    EventKind.RELOCATED: _SAME,
    EventKind.COD_NOTED: _SAME,
    EventKind.MARKED_PROBLEM: {
        ParcelState.ON_SHELF: frozenset({ParcelState.PROBLEM}),
        ParcelState.TO_RETURN: frozenset({ParcelState.PROBLEM}),
    },
    EventKind.MARKED_TO_RETURN: {
        ParcelState.ON_SHELF: frozenset({ParcelState.TO_RETURN}),
        ParcelState.PROBLEM: frozenset({ParcelState.TO_RETURN}),
    },
    EventKind.PUT_BACK: {
        ParcelState.PROBLEM: frozenset({ParcelState.ON_SHELF}),
        ParcelState.TO_RETURN: frozenset({ParcelState.ON_SHELF}),
    },
    EventKind.HANDED_OVER: {state: frozenset({ParcelState.HANDED_OVER}) for state in IN_STOCK},
    EventKind.HAND_OVER_UNDONE: {ParcelState.HANDED_OVER: IN_STOCK},
    EventKind.SECOND_PICKUP_TRIED: {state: frozenset({state}) for state in GONE - {ParcelState.UNDONE}},
    EventKind.UNDONE: {
        ParcelState.ON_SHELF: frozenset({ParcelState.UNDONE}),
    },
    EventKind.EXPECTED_NOTED: {None: frozenset({ParcelState.EXPECTED})},
    EventKind.EXPECTED_DROPPED: {ParcelState.EXPECTED: frozenset({ParcelState.UNDONE})},
    EventKind.PASSED_ON: {state: frozenset({ParcelState.PASSED_ON}) for state in IN_STOCK},
    EventKind.PASSING_ON_UNDONE: {ParcelState.PASSED_ON: IN_STOCK},
    EventKind.DOOR_DELIVERED: {state: frozenset({ParcelState.DOOR_DELIVERED}) for state in IN_STOCK},
    EventKind.DOOR_DELIVERY_UNDONE: {ParcelState.DOOR_DELIVERED: IN_STOCK},
    EventKind.RETURNED: {ParcelState.TO_RETURN: frozenset({ParcelState.RETURNED})},
    EventKind.RETURN_UNDONE: {ParcelState.RETURNED: frozenset({ParcelState.TO_RETURN})},
    EventKind.LOST: {
        **{state: frozenset({ParcelState.LOST}) for state in IN_STOCK},
        # Given to the wrong person and not got back.
        ParcelState.HANDED_OVER: frozenset({ParcelState.LOST}),
    },
    EventKind.FOUND_AGAIN: {ParcelState.LOST: frozenset({ParcelState.ON_SHELF, ParcelState.PROBLEM})},
    EventKind.WRONG_PERSON_NOTED: {ParcelState.HANDED_OVER: frozenset({ParcelState.HANDED_OVER})},
    EventKind.RECOVERED: {ParcelState.HANDED_OVER: frozenset({ParcelState.ON_SHELF, ParcelState.PROBLEM})},
    # Also of a parcel that was put back on its shelf by mistake.
    EventKind.SETTING_ASIDE_UNDONE: {state: IN_STOCK - {state} for state in IN_STOCK},
    EventKind.LOSS_UNDONE: {ParcelState.LOST: IN_STOCK | {ParcelState.HANDED_OVER}},
    EventKind.FINDING_UNDONE: {
        state: frozenset({ParcelState.LOST}) for state in (ParcelState.ON_SHELF, ParcelState.PROBLEM)
    },
    EventKind.WRONG_PERSON_UNDONE: {ParcelState.HANDED_OVER: frozenset({ParcelState.HANDED_OVER})},
    EventKind.RECOVERY_UNDONE: {
        state: frozenset({ParcelState.HANDED_OVER}) for state in (ParcelState.ON_SHELF, ParcelState.PROBLEM)
    },
}

#: After these a check-in can still be taken back: nothing but its own data was changed, or a hand-over came and went.
UNDOABLE_AFTER = frozenset(
    {
        EventKind.EXPECTED_NOTED,
        EventKind.CHECKED_IN,
        EventKind.PHONE_ADDED,
        EventKind.CORRECTED,
        EventKind.RELOCATED,
        EventKind.COD_NOTED,
        EventKind.HANDED_OVER,
        EventKind.HAND_OVER_UNDONE,
    }
)


class PhoneKind(StrEnum):
    """What is known of the recipient's phone."""

    NONE = "none"
    REAL = "real"
    VIRTUAL = "virtual"
    TAIL_ONLY = "tail_only"


class HandOverMethod(StrEnum):
    """How the operator checked that the right person collects."""

    CODE = "code"
    TAIL = "tail"
    NAME = "name"
    PHONE = "phone"
    WAYBILL = "waybill"
    KNOWN_BY_FACE = "known_by_face"
    PROXY_PICKUP = "proxy_pickup"


METHOD_WORDS: Mapping[HandOverMethod, str] = {
    HandOverMethod.CODE: N_("凭取件码"),
    HandOverMethod.TAIL: N_("报手机尾号"),
    HandOverMethod.NAME: N_("报姓名"),
    HandOverMethod.PHONE: N_("报手机号"),
    HandOverMethod.WAYBILL: N_("扫运单"),
    HandOverMethod.KNOWN_BY_FACE: N_("熟人"),
    HandOverMethod.PROXY_PICKUP: N_("代取"),
}


class Relation(StrEnum):
    """Who the one that collects for another is to them."""

    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    FRIEND = "friend"
    COLLEAGUE = "colleague"
    VILLAGE_COURIER = "village_courier"
    OTHER = "other"


RELATION_WORDS: Mapping[Relation, str] = {
    Relation.FAMILY: N_("家人"),
    Relation.NEIGHBOUR: N_("邻居"),
    Relation.FRIEND: N_("朋友"),
    Relation.COLLEAGUE: N_("同事"),
    Relation.VILLAGE_COURIER: N_("村里的送货员"),
    Relation.OTHER: N_("其他"),
}

STATE_WORDS: Mapping[ParcelState, str] = {
    ParcelState.EXPECTED: N_("待到件"),
    ParcelState.ON_SHELF: N_("在库"),
    ParcelState.PROBLEM: N_("问题件"),
    ParcelState.TO_RETURN: N_("待退"),
    ParcelState.HANDED_OVER: N_("已出库"),
    ParcelState.DOOR_DELIVERED: N_("已送货上门"),
    ParcelState.PASSED_ON: N_("已转交"),
    ParcelState.RETURNED: N_("已退回"),
    ParcelState.LOST: N_("已丢失"),
    ParcelState.UNDONE: N_("已撤销"),
}


class ProblemReason(StrEnum):
    """Why a parcel is set aside (疑难件)."""

    DAMAGED = "damaged"
    SHORT = "short"
    MISSORT = "missort"
    REFUSED = "refused"
    NO_CONTACT = "no_contact"
    ADDRESS_WRONG = "address_wrong"
    INTERCEPT = "intercept"
    WRONG_PERSON = "wrong_person"
    OVERDUE = "overdue"
    OTHER = "other"


PROBLEM_WORDS: Mapping[ProblemReason, str] = {
    ProblemReason.DAMAGED: N_("破损"),
    ProblemReason.SHORT: N_("短少"),
    ProblemReason.MISSORT: N_("错分"),
    ProblemReason.REFUSED: N_("拒收"),
    ProblemReason.NO_CONTACT: N_("联系不上"),
    ProblemReason.ADDRESS_WRONG: N_("地址不对"),
    ProblemReason.INTERCEPT: N_("拦截"),
    ProblemReason.WRONG_PERSON: N_("错给了别人"),
    ProblemReason.OVERDUE: N_("滞留"),
    ProblemReason.OTHER: N_("其他"),
}


class CodReason(StrEnum):
    """Why what is to be collected was changed after it was noted."""

    TYPING_ERROR = "typing_error"
    SENDER_CHANGED = "sender_changed"
    CARRIER_WAIVED = "carrier_waived"
    OTHER = "other"


COD_REASON_WORDS: Mapping[str, str] = {
    CodReason.TYPING_ERROR: N_("填错了"),
    CodReason.SENDER_CHANGED: N_("商家改了金额"),
    CodReason.CARRIER_WAIVED: N_("快递公司通知不用收"),
    CodReason.OTHER: N_("其他原因"),
}

#: The kind under which a parcel's personal values lie in the vault and its papers and notices name it.
CASE = "parcel"
PROXY_CASE = "standing_proxy"
BATCH_CASE = "intake_batch"
#: A place by its position in the station: what the paper of its label is filed under.
SHELF_CASE = "shelf"
RETENTION = "parcel"

_P = {"parcel_id": audit.ID}
audit.register(
    "batch.opened",
    N_("开始入库批次 {batch_id}：{carrier}，应到 {declared} 件"),
    batch_id=audit.ID,
    carrier=audit.CODE,
    declared=audit.NUMBER,
)
audit.register(
    "batch.closed",
    N_("结束入库批次 {batch_id}：入库 {counted} 件，应到 {declared} 件"),
    batch_id=audit.ID,
    counted=audit.NUMBER,
    declared=audit.NUMBER,
)
audit.register(
    "parcel.checked_in",
    N_("快件 {parcel_id} 入库：批次 {batch_id}，{carrier}，取件码 {pickup_code}"),
    **_P,
    batch_id=audit.ID,
    carrier=audit.CODE,
    pickup_code=audit.CODE,
)
audit.register("parcel.phone_added", N_("快件 {parcel_id} 补登了收件人电话"), **_P)
audit.register("parcel.corrected", N_("更正了快件 {parcel_id} 的 {fields}"), **_P, fields=audit.ENUM)
audit.register(
    "parcel.relocated", N_("快件 {parcel_id} 移到 {shelf}-{layer}"), **_P, shelf=audit.CODE, layer=audit.NUMBER
)
audit.register("parcel.marked_problem", N_("快件 {parcel_id} 列为问题件：{reason}"), **_P, reason=audit.ENUM)
audit.register("parcel.marked_to_return", N_("快件 {parcel_id} 列为待退：{reason}"), **_P, reason=audit.ENUM)
audit.register("parcel.put_back", N_("快件 {parcel_id} 恢复在库"), **_P)
audit.register(
    "parcel.handed_over",
    N_("快件 {parcel_id} 出库，方式 {method}，与收件人关系 {relation}"),
    **_P,
    method=audit.ENUM,
    relation=audit.ENUM,
)
audit.register("parcel.hand_over_undone", N_("撤销了快件 {parcel_id} 的出库"), **_P)
audit.register(
    "parcel.second_pickup_tried", N_("快件 {parcel_id} 已出库后又有人来取（{method}）"), **_P, method=audit.ENUM
)
audit.register(
    "parcel.cod_noted",
    N_("快件 {parcel_id} 记下代收货款 {cod_fen} 分、到付运费 {freight_collect_fen} 分（{reason}）"),
    **_P,
    cod_fen=audit.NUMBER,
    freight_collect_fen=audit.NUMBER,
    reason=audit.ENUM,
)
audit.register("parcel.undone", N_("撤销了快件 {parcel_id} 的入库"), **_P)
audit.register("parcel.expected_noted", N_("登记了待到件 {parcel_id}：{carrier}"), **_P, carrier=audit.CODE)
audit.register("parcel.expected_dropped", N_("取消了待到件 {parcel_id}"), **_P)
audit.register("parcel.passed_on", N_("快件 {parcel_id} 转交，清单 {manifest_id}"), **_P, manifest_id=audit.ID)
audit.register("parcel.passing_on_undone", N_("撤销了快件 {parcel_id} 的转交"), **_P)
audit.register("parcel.door_delivered", N_("快件 {parcel_id} 送货上门，清单 {manifest_id}"), **_P, manifest_id=audit.ID)
audit.register("parcel.door_delivery_undone", N_("撤销了快件 {parcel_id} 的送货上门"), **_P)
audit.register("parcel.returned", N_("快件 {parcel_id} 退回快递公司，清单 {manifest_id}"), **_P, manifest_id=audit.ID)
audit.register("parcel.return_undone", N_("撤销了快件 {parcel_id} 的退回"), **_P)
audit.register("parcel.lost", N_("快件 {parcel_id} 登记为丢失：{reason}"), **_P, reason=audit.ENUM)
audit.register("parcel.found_again", N_("快件 {parcel_id} 找到了"), **_P)
audit.register("parcel.wrong_person_noted", N_("快件 {parcel_id} 错给了别人"), **_P)
audit.register("parcel.recovered", N_("错给别人的快件 {parcel_id} 追回来了"), **_P)
audit.register("parcel.setting_aside_undone", N_("撤销了快件 {parcel_id} 的登记，状态恢复原样"), **_P)
audit.register("parcel.loss_undone", N_("撤销了快件 {parcel_id} 的丢失登记"), **_P)
audit.register("parcel.finding_undone", N_("撤销了快件 {parcel_id} 的「找到了」"), **_P)
audit.register("parcel.wrong_person_undone", N_("撤销了快件 {parcel_id} 的错给登记"), **_P)
audit.register("parcel.recovery_undone", N_("撤销了快件 {parcel_id} 的「已追回」"), **_P)
audit.register("parcel.unmasked", N_("查看了快件 {parcel_id} 的完整电话"), **_P)
audit.register("parcel.unmask_denied", N_("无权限的人想看快件 {parcel_id} 的完整电话"), **_P)
audit.register("shelf.added", N_("添加了货架 {shelf}-{layer}"), shelf=audit.CODE, layer=audit.NUMBER)
audit.register(
    "proxy.remembered", N_("记住了长期代取人 {proxy_id}（关系 {relation}）"), proxy_id=audit.ID, relation=audit.ENUM
)
audit.register("proxy.forgotten", N_("取消了长期代取人 {proxy_id}"), proxy_id=audit.ID)
