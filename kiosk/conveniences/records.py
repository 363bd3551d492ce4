"""What is recorded of convenience services in the audit chain: ids, codes, amounts, nothing that was typed."""

from __future__ import annotations

from kiosk import audit
from kiosk.words import N_

audit.register(
    "convenience.recorded",
    N_("登记便民服务 {convenience_id}：{service}，金额 {principal_fen} 分"),
    convenience_id=audit.ID,
    service=audit.ENUM,
    money=audit.ENUM,
    principal_fen=audit.NUMBER,
    has_consent=audit.NUMBER,
)
audit.register(
    "convenience.received",
    N_("便民服务 {convenience_id} 已收款"),
    convenience_id=audit.ID,
    business_on=audit.TIME,
)
audit.register("convenience.cancelled", N_("取消便民服务 {convenience_id}"), convenience_id=audit.ID)
audit.register(
    "convenience.done",
    N_("便民服务 {convenience_id} 已办成，记账 {entry_id}"),
    convenience_id=audit.ID,
    entry_id=audit.ID,
    paid_from=audit.ENUM,
)
audit.register(
    "convenience.failed",
    N_("便民服务 {convenience_id} 没办成（{reason}）"),
    convenience_id=audit.ID,
    reason=audit.ENUM,
)
audit.register(
    "convenience.refunded",
    N_("便民服务 {convenience_id} 退款"),
    convenience_id=audit.ID,
    business_on=audit.TIME,
)
audit.register("convenience.unmasked", N_("查看便民服务 {convenience_id} 的完整内容"), convenience_id=audit.ID)
audit.register(
    "convenience.unmask_denied", N_("没有权限，未能查看便民服务 {convenience_id} 的完整内容"), convenience_id=audit.ID
)
