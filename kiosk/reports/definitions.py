"""What each number of a report means: one definition a number, printed with it. A report names the edition by which it was
counted; the words of an edition are never changed, a new meaning is a new edition, so that a report of years ago still says
what its figures are and the report itself stays small enough for a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.reports.counting import COUNTING_WORDS
from kiosk.reports.model import COUNT_COLUMNS, PARCEL_COLUMNS, Content
from kiosk.words import N_, say

#: By which new reports are counted. Reports without one are of format 1, which counted as edition 1 does.
EDITION = 1


@dataclass(frozen=True, slots=True)
class Definition:
    """One number: ``code`` is its place in the report, ``words`` what is counted, ``source`` which of our records it
    comes from (the function or table that a reader of the code opens)."""

    code: str
    name: str
    words: str
    source: str

    def told(self, locale: str | None = None) -> dict[str, str]:
        """In words, for pages, papers and programs."""
        return {
            "code": self.code,
            "name": say(self.name, locale),
            "words": say(self.words, locale),
            "source": self.source,
        }


_SERVICES = (
    Definition("txn_count", N_("笔数"), N_("按本报表写明的计数口径"), "kiosk/reports/counting.py"),
    Definition(
        "txn_amount_fen", N_("金额"),
        N_("代购为商品价款，代销为卖价，缴费为账单金额；日后退款在退款当日减去"), "ticket_lines.txn_amount_fen",
    ),
    Definition(
        "commission_fen", N_("佣金"), N_("代销等从货款中留下的部分，含平台上卖出、没有开单的"),
        "ticket_lines.commission_fen, ledger commission",
    ),
    Definition(
        "service_fee_fen", N_("服务费"), N_("按公示价目另收的费用，减免后实收"), "ticket_lines.fee_fen, ledger fee_income"
    ),
)  # fmt: skip
_PARCEL_WORDS: Mapping[str, str] = {
    "received": N_("当日入库的快件；当日撤销的和期初库存不计"),
    "handed_over": N_("当日被取走或送上门的快件；当日撤销的不计"),
    "in_stock": N_("日终还在站内的快件（在架、问题件、待退）；一段时间的报表为最后一个已日结日的数"),
    "overdue": N_("日终在库满滞留天数的快件；一段时间的报表为最后一个已日结日的数"),
    "returned": N_("当日退给快递公司的快件"),
    "problem": N_("日终还没有处理完的问题件；一段时间的报表为最后一个已日结日的数"),
    "outbound": N_("当日收寄的快件，日后退寄在退寄当日减去"),
}
_COUNT_WORDS: Mapping[str, str] = {
    "persons_served": N_("办了事的单每张计 1 人次，没有开单只取件的每来一次计 1 人次；只退款的、当日作废的不计"),
    # What is written down late counts on the day on which it is, what is withdrawn comes off the day on which it was.
    "complaints_new": N_("投诉和纠纷登记簿里新登记的件数"),
    "complaints_closed": N_("投诉和纠纷登记簿里办结的件数，重办的在重办当日减去"),
    "posts_published": N_("信息发布登记簿里发布的条数，与以前重复的不计"),
    "training_held": N_("村民培训登记簿里办成的场次"),
    "training_heads": N_("这些培训到场的人次"),
    "publicity_held": N_("宣传活动登记簿里开展的场次"),
    "publicity_heads": N_("这些宣传活动到场的人次"),
    "marketing_joined": N_("营销活动登记簿里参加的次数"),
    "home_visits": N_("入户走访登记簿里走访的户数"),
    "home_visit_heads": N_("这些走访见到的人次"),
}
_TRADE = (
    Definition(
        "trade.bought", N_("网购"),
        N_("当日替村民在平台下单的商品：下单当日计入，取消、退货当日减去，改价当日计差额；品名按类别"),
        "kiosk/reports/trade.py",
    ),
    Definition(
        "trade.sold", N_("网销"), N_("当日在平台卖出的代销、收购商品：卖出当日计入，退货当日减去"), "kiosk/reports/trade.py"
    ),
)  # fmt: skip
_REGISTERS = Definition(
    "counts", N_("登记簿的数"), N_("到日结时登记簿比上一个营业日增加的数；补登的计入补登当日，撤回的在撤回当日减去"),
    "kiosk/registers/counting.py",
)  # fmt: skip
_HOURS = Definition(
    "minutes", N_("营业时长"), N_("由开始营业、日结和当天的业务自动得出，登记的停业已扣除"), "kiosk/reports/hours.py"
)

#: Edition → code → definition.
DEFINITIONS: Mapping[int, Mapping[str, Definition]] = {
    1: {
        one.code: one
        for one in (
            *_SERVICES,
            *(Definition(f"parcels.{column}", name, _PARCEL_WORDS[column], "kiosk/reports/figures.py")
              for column, name in PARCEL_COLUMNS.items()),
            *(Definition(f"counts.{column}", name, _COUNT_WORDS[column], "kiosk/reports/counts.py")
              for column, name in COUNT_COLUMNS.items()),
            _REGISTERS,
            *_TRADE,
            _HOURS,
        )
    },
}  # fmt: skip


def edition_of(content: Content) -> int:
    """By which edition a report was counted."""
    return int(content.get("definitions", 1))


def of(content: Content) -> list[Definition]:
    """The definitions of the numbers that a report holds, in its order."""
    known = DEFINITIONS[edition_of(content)]
    return [one for one in known.values() if _holds(content, one.code)]


def definition(content: Content, code: str) -> Definition:
    """That of one number. KeyError for one that is none."""
    return DEFINITIONS[edition_of(content)][code]


def counting(content: Content, locale: str | None = None) -> list[str]:
    """The sentences that say what a 笔 is in this report: one, or one for each rule by which its days were counted."""
    rules = content["counting_rules"] if "counting_rules" in content else [content["counting_rule"]]
    return [say(COUNTING_WORDS[rule], locale) for rule in rules]


def told(content: Content, locale: str | None = None) -> list[dict[str, Any]]:
    """The definitions in words."""
    return [one.told(locale) for one in of(content)]


def _holds(content: Content, code: str) -> bool:
    group, _, _ = code.rpartition(".")
    if code == _HOURS.code:
        return "hours" in content or "minutes_open" in content
    return (group or code) in content or not group and code != _REGISTERS.code
