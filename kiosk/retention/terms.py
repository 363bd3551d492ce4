"""The terms (期限): how many days each kind of value is kept after its case is over. What ships is domain.md §3.4; a manager
sets another on a page, within what the law leaves, as a new row that says who and when. Nothing is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk import audit
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say

NUMBER, PERSON, PHOTO, MONEY, CLINIC, CONSENT, REGISTER, ACTIVITY, WORKING = (
    "parcel_number", "parcel_person", "photo", "money", "clinic", "consent", "register", "activity", "working",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One term: what ships, the bounds of what may be set, and in marked words what it is for and why it is bounded."""

    name: str
    days: int
    least: int
    most: int
    title: str
    reason: str

    @property
    def is_fixed(self) -> bool:
        """True for what nobody needs to set."""
        return self.least == self.most


#: Every term by name, in the order in which the page shows them.
TERMS: Mapping[str, Term] = {
    term.name: term
    for term in (
        Term(NUMBER, 90, 7, 730, N_("快件：完整手机号"), N_("离站后算起；到期只留尾号四位。县里没有规定时按 90 天")),
        Term(PERSON, 365, 30, 1095, N_("快件：尾号、姓名、运单号"), N_("离站后算起；邮件查询期为一年（邮政法第四十九条）")),
        Term(PHOTO, 90, 7, 1095, N_("照片和签名"), N_("业务办结后算起；问题件照片、凭证照片、手写签名")),
        Term(MONEY, 1096, 1096, 3653, N_("收付款业务的姓名、电话、户号"), N_("业务办结后算起；交易记录保存不少于三年（电子商务法第三十一条、第五十三条）")),
        Term(CLINIC, 7, 1, 30, N_("就诊预约"), N_("就诊日后算起；医疗健康信息是敏感个人信息（个人信息保护法第二十八条）")),
        Term(CONSENT, 1096, 365, 3653, N_("收件人同意的凭据"), N_("撤回或不再使用后算起；用来证明当时得到了同意")),
        Term(REGISTER, 1096, 365, 3653, N_("登记簿：投诉、巡检、整改等写到的人"), N_("办结后算起；处理经过要留存备查（通城 二(三)9）")),
        Term(ACTIVITY, 365, 90, 1096, N_("登记簿：签到、报名、回访写到的人"), N_("活动结束后算起；年度考核看的是人数，不是名单")),
        Term(WORKING, 1, 1, 1, N_("查询回执、恢复码等临时内容"), N_("用完第二天删除，不能改")),
    )
}  # fmt: skip

audit.register(
    "retention.term_set", N_("个人信息保存期限 {term} 由 {days_before} 天改为 {days} 天"), term=audit.ENUM,
    days_before=audit.NUMBER, days=audit.NUMBER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TermNow:
    """A term as it stands: ``set_at`` and who set it are None while what ships counts."""

    term: Term
    days: int
    set_at: str | None
    set_by_kind: str | None
    set_by_id: int | None


def terms(db: Reader) -> list[TermNow]:
    """Every term as it stands now."""
    found = []
    for term in TERMS.values():
        row = db.one(
            "SELECT days, set_at, set_by_kind, set_by_id FROM retention_terms WHERE term = ? ORDER BY id DESC LIMIT 1",
            term.name,
        )
        found.append(TermNow(term, *(tuple(row) if row is not None else (term.days, None, None, None))))
    return found


def days_of(db: Reader, name: str) -> int:
    """How many days this term is now."""
    days = db.value("SELECT days FROM retention_terms WHERE term = ? ORDER BY id DESC LIMIT 1", name)
    return TERMS[name].days if days is None else int(days)


def set_term(tx: Tx, name: str, days: int) -> bool:
    """Sets a term; False when it was so before. The manager's act.

    Raises ``Refused`` with ``staff.not_allowed``, ``retention.term_unknown``, ``retention.term_fixed``,
    ``retention.out_of_bounds`` and ``retention.number_outlives_person`` (the full number goes first).
    """
    require(tx.actor, Right.MANAGE)
    term = TERMS.get(name)
    if term is None:
        raise Refused("retention.term_unknown", N_("没有「{term}」这种保存期限；没有改动"), term=name[:20])
    if term.is_fixed:
        raise Refused("retention.term_fixed", N_("「{title}」的期限不能改；没有改动"), title=say(term.title))
    if not term.least <= days <= term.most:
        raise Refused(
            "retention.out_of_bounds", N_("「{title}」应在 {least} 到 {most} 天之间；没有改动。{reason}"),
            title=say(term.title), least=term.least, most=term.most, reason=say(term.reason),
        )  # fmt: skip
    after = {NUMBER: days_of(tx, NUMBER), PERSON: days_of(tx, PERSON), name: days}
    if after[NUMBER] > after[PERSON]:
        raise Refused(
            "retention.number_outlives_person",
            N_("完整手机号（{number} 天）不能比尾号和姓名（{person} 天）留得更久；没有改动"),
            number=after[NUMBER],
            person=after[PERSON],
        )
    before = days_of(tx, name)
    if before == days:
        return False
    tx.insert(
        "retention_terms", term=name, days=days, set_at=tx.now, set_by_kind=tx.actor.kind, set_by_id=tx.actor.id
    )  # fmt: skip
    audit.record(tx, "retention.term_set", term=name, days_before=before, days=days)
    return True
