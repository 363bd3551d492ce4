"""The county's messages in words: what one is about, why it is parked, what it brought about."""

from __future__ import annotations

from kiosk import clock, money
from kiosk.counter import apply_message
from kiosk.inbox import topics
from kiosk.inbox.store import Message
from kiosk.inbox.words import title as title_of
from kiosk.storage import Reader
from kiosk.words import N_, say

#: Why a message is parked; what is not here is said by its code.
REASON_WORDS = {
    "message.topic_unknown": N_("本版本不认识这种消息，原文没有留存"),
    "message.content_unreadable": N_("内容写得不对"),
    "message.failed": N_("本站程序出错，已记入日志"),
    "expected.line_wrong": N_("清单里没有一行能登记"),
    "day.clock_wrong": N_("本机时钟不可信"),
    "day.dated_ahead": N_("上一个营业日的日期在将来"),
}

#: Why a line of a list was not taken, by the room of its code.
LINE_WORDS = {
    "waybill": N_("运单号读不出"),
    "phone": N_("手机号读不出"),
    "carrier": N_("快递公司代码不认识"),
    "name": N_("姓名读不出"),
}


def line_words(code: str) -> str:
    """Why a line of a list was not taken."""
    words = LINE_WORDS.get(code.partition(".")[0])
    return say(words) if words is not None else code


def title(found: Message) -> str:
    """One line that says what a message is about."""
    if said := title_of(found.content):
        return said
    match found.content:
        case topics.Gathering(title=text):
            return text
        case topics.DaysRequested() as asked:
            return say(N_("县里缺 {n} 天的日报"), n=len(asked.business_on))
        case topics.KeyRotated():
            return say(N_("以后的消息由新的密钥签名"))
    if found.topic == topics.EXPECTED and found.state == "applied":
        return say(N_("{n} 件要送来"), n=found.outcome["noted"] + found.outcome["known"])
    if found.topic in topics.TOPIC_WORDS:
        return say(topics.TOPIC_WORDS[found.topic])
    return say(N_("不认识的消息（{topic}）"), topic=found.topic)


def reason_words(found: Message) -> str:
    """Why a message is parked, with the place where it stands; '' for one that is not."""
    if found.state != "parked":
        return ""
    words = say(REASON_WORDS[found.reason]) if found.reason in REASON_WORDS else found.reason
    place = found.outcome.get("place", "")
    return f"{words} ({place})" if place else words


def standing_words(db: Reader, found: Message) -> tuple[str, str]:
    """What became of a message, and how that looks: ok, warn, problem or ''."""
    if found.state == "parked":
        return reason_words(found), "problem"
    match found.content:
        case topics.Announcement() as said:
            today = clock.local_date(db.settings.station.zone).isoformat()
            if said.valid_until and said.valid_until < today:
                return say(N_("已到期")), ""
            return (say(N_("顾客屏上显示着")), "ok") if found.on_display_at else ("", "")
        case topics.FeesProposed():
            return (say(N_("已建草稿")), "ok") if found.draft_id else (say(N_("等站长看")), "warn")
        case topics.DaysRequested() as asked:
            standing = [apply_message.standing_of(db, day)[0] for day in asked.business_on]
            left = sum(one in ("still_open", "queued") for one in standing)
            return (say(N_("还有 {n} 天没有报到"), n=left), "warn") if left else ("", "")
        case topics.Ranking() as told:
            if told.last_place_months:
                return say(N_("连续 {n} 个月最后一名"), n=told.last_place_months), "problem"
            return say(N_("营业额 {amount}"), amount=money.yuan(told.turnover_fen)), ""
    if found.topic == topics.EXPECTED and found.outcome.get("wrong"):
        return say(N_("{n} 行没有登记"), n=found.outcome["wrong"]), "warn"
    return "", ""
