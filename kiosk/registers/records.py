"""What is recorded of registers in the audit chain: ids, codes, numbers, nothing that was typed."""

from __future__ import annotations

from kiosk import audit
from kiosk.words import N_

_ENTRY = {"register": audit.ENUM, "entry_id": audit.ID, "number": audit.CODE}
_STEP = {**_ENTRY, "step": audit.NUMBER, "state": audit.ENUM}

audit.register("register.opened", N_("登记 {number}"), **_STEP)
audit.register("register.step_taken", N_("{number} 走到第 {step} 步"), act=audit.ENUM, **_STEP)
audit.register("register.corrected", N_("更正 {number}（第 {step} 步）"), **_STEP)
audit.register("register.undone", N_("撤销 {number} 的第 {undoes} 步"), undoes=audit.NUMBER, **_STEP)
audit.register("register.withdrawn", N_("作废 {number}（登记错了）"), **_STEP)
audit.register("register.unmasked", N_("查看登记 {number} 的完整内容"), **_ENTRY)
audit.register("register.unmask_denied", N_("没有权限，未能查看登记 {number} 的完整内容"), **_ENTRY)
