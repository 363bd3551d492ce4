"""What is recorded of bills in the audit chain: ids, states, amounts, no account and no name."""

from __future__ import annotations

from kiosk import audit
from kiosk.words import N_

audit.register(
    "bill.recorded",
    N_("登记缴费 {bill_id}：{kind}，金额 {amount_fen} 分"),
    bill_id=audit.ID,
    kind=audit.ENUM,
    amount_fen=audit.NUMBER,
    is_paid_again=audit.NUMBER,
)
audit.register(
    "bill.received",
    N_("缴费 {bill_id} 已收款 {amount_fen} 分"),
    bill_id=audit.ID,
    amount_fen=audit.NUMBER,
    business_on=audit.TIME,
)
audit.register("bill.cancelled", N_("取消缴费 {bill_id}"), bill_id=audit.ID)
audit.register("bill.holder_confirmed", N_("缴费 {bill_id} 已和村民核对户名"), bill_id=audit.ID)
audit.register(
    "bill.submitted",
    N_("缴费 {bill_id} 已提交：渠道 {channel}，从 {paid_from} 付 {amount_fen} 分"),
    bill_id=audit.ID,
    channel=audit.ENUM,
    paid_from=audit.ENUM,
    amount_fen=audit.NUMBER,
)
audit.register("bill.unconfirmed", N_("缴费 {bill_id} 结果未确认"), bill_id=audit.ID)
audit.register("bill.looked_up", N_("缴费 {bill_id} 查询过（{how}），仍未确认"), bill_id=audit.ID, how=audit.ENUM)
audit.register(
    "bill.confirmed",
    N_("缴费 {bill_id} 已缴成：{amount_fen} 分，记账 {entry_id}"),
    bill_id=audit.ID,
    amount_fen=audit.NUMBER,
    entry_id=audit.ID,
    paid_from=audit.ENUM,
    how=audit.ENUM,
)
audit.register(
    "bill.failed",
    N_("缴费 {bill_id} 没缴成（{reason}），查询方式 {how}"),
    bill_id=audit.ID,
    reason=audit.ENUM,
    how=audit.ENUM,
)
audit.register(
    "bill.refunded",
    N_("缴费 {bill_id} 退款 {amount_fen} 分"),
    bill_id=audit.ID,
    amount_fen=audit.NUMBER,
    business_on=audit.TIME,
)
audit.register("bill.unmasked", N_("查看缴费 {bill_id} 的完整户号"), bill_id=audit.ID)
audit.register("bill.unmask_denied", N_("没有权限，未能查看缴费 {bill_id} 的完整户号"), bill_id=audit.ID)
