"""What a message of each topic may say, read strictly: names that nobody knows, wrong types and texts without bounds make the
whole message unreadable. The county is told so, and a later version may know more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.errors import Refused
from kiosk.fees import document as fee_document
from kiosk.fees.model import FeeList
from kiosk.reports import signing
from kiosk.words import N_

FEES, ANNOUNCEMENT, CAMPAIGN, TRAINING = "fees.proposed", "announcement", "campaign", "training"
EXPECTED, DAYS, RANKING, KEY = "parcels.expected", "day.requested", "ranking", "key.rotated"
TOPIC_WORDS: Mapping[str, str] = {
    ANNOUNCEMENT: N_("通知"),
    FEES: N_("价目建议"),
    CAMPAIGN: N_("活动安排"),
    TRAINING: N_("培训安排"),
    EXPECTED: N_("在途快件"),
    DAYS: N_("催报日报"),
    RANKING: N_("排名"),
    KEY: N_("县中心换密钥"),
}
# A message that may name people is taken from memory in the transaction that applies it, and no part of its envelope is kept.
# The phones stand with their parcels, in the vault, each with its own term. Kept beside them the envelope would be a second
# place that no erasure of a parcel reaches; and without its payload still an answer to every guess: a signature, like an
# unsalted hash, tells whoever holds the public key whether a phone that he tries was in it. What can be proved afterwards is
# what the station did, not what it was told; the centre holds what it signed, and sends it again when it is asked to.
#: Topics of which the envelope is kept: they name no villager. All others, and those that nobody knows yet, may.
KEPT = frozenset(TOPIC_WORDS) - {EXPECTED}
ANNOUNCEMENT_WORDS: Mapping[str, str] = {"notice": N_("通知"), "policy": N_("政策")}
MOST_PARCELS, MOST_DAYS = 200, 62
LONGEST_TITLE, LONGEST_BODY, LONGEST_NOTE = 80, 4000, 300


@dataclass(frozen=True, slots=True)
class FeesProposed:
    """A fee list that the county would like to see published. ``items`` as the message has them, ready for a draft;
    ``fee_list`` the same as they read."""

    items: tuple[Mapping[str, Any], ...]
    fee_list: FeeList
    effective_from: str
    note: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something to be read; ``valid_until`` '' for without an end."""

    title: str
    body: str
    kind: str
    valid_until: str


@dataclass(frozen=True, slots=True)
class Gathering:
    """A campaign or a training that the county arranges; '' for dates that are not said."""

    title: str
    kind: str
    starts_on: str
    place: str
    note: str
    data_due_on: str


@dataclass(frozen=True, slots=True, repr=False)
class ExpectedParcel:
    """One parcel on its way, as the county wrote it. Never logged."""

    waybill: str
    phone: str
    name: str
    carrier: str
    sent_from: str


@dataclass(frozen=True, slots=True)
class ParcelsExpected:
    """Parcels on their way from the county's warehouse."""

    items: tuple[ExpectedParcel, ...]


@dataclass(frozen=True, slots=True)
class DaysRequested:
    """Business dates whose report the county misses."""

    business_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The station's place by a month's turnover. ``last_place_months``: so many months in a row it was the last one."""

    month: str
    place: int
    of: int
    turnover_fen: int
    last_place_months: int


@dataclass(frozen=True, slots=True)
class KeyRotated:
    """The centre signs with this key from the next message on."""

    public_key: str


Content = FeesProposed | Announcement | Gathering | ParcelsExpected | DaysRequested | Ranking | KeyRotated


def read(topic: str, content: Mapping[str, Any]) -> Content:
    """What the content of a topic says.

    Raises ``Refused``: ``message.topic_unknown``, ``message.content_unreadable`` naming the place.
    """
    reader = _READERS.get(topic)
    if reader is None:
        raise Refused(
            "message.topic_unknown", N_("本版本不认识「{topic}」这种消息；已告诉县中心，没有改动任何内容"), topic=topic[:60]
        )  # fmt: skip
    return reader(_Fields(content))


class _Fields:
    """The fields of an object, each asked for by name; what nobody asked for is unreadable."""

    def __init__(self, content: Any, place: str = "") -> None:
        self._place = place
        if not isinstance(content, Mapping):
            raise wrong(place or "content")
        self._content = content
        self._asked: set[str] = set()

    def take(self, name: str) -> Any:
        self._asked.add(name)
        return self._content.get(name)

    def text(self, name: str, most: int, *, may_lack: bool = False, lines: bool = False) -> str:
        value = self.take(name)
        if may_lack and value is None:
            return ""
        plain = value.replace("\n", "") if lines and isinstance(value, str) else value
        if not isinstance(value, str) or len(value) > most or not plain.isprintable():
            raise wrong(self._place + name)
        if not may_lack and not value.strip():
            raise wrong(self._place + name)
        return value.strip()

    def day(self, name: str, *, may_lack: bool = False) -> str:
        value = self.take(name)
        if may_lack and value in (None, ""):
            return ""
        return _day(value, self._place + name)

    def whole(self, name: str, least: int, most: int) -> int:
        value = self.take(name)
        if type(value) is not int or not least <= value <= most:
            raise wrong(self._place + name)
        return value

    def list(self, name: str, most: int, least: int = 1) -> list[Any]:
        value = self.take(name)
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise wrong(self._place + name)
        return value

    def end(self) -> None:
        for name in sorted(set(self._content) - self._asked):
            raise wrong(self._place + name[:40])


def wrong(place: str) -> Refused:
    """``message.content_unreadable`` at this place."""
    return Refused(
        "message.content_unreadable", N_("消息里的 {place} 看不懂；已告诉县中心，没有改动任何内容"), place=place
    )  # fmt: skip


def _day(value: Any, place: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise wrong(place)
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise wrong(place) from error


def _fees(fields: _Fields) -> FeesProposed:
    items = fields.list("items", fee_document.MOST_ITEMS)
    effective_from = fields.day("effective_from")
    note = fields.text("note", LONGEST_NOTE, may_lack=True)
    fields.end()
    # What stands on a list besides its items is the manager's to write; any text will do to read the items.
    found, mistakes = fee_document.read({"effective_on": effective_from, "basis": "-", "approver": "-", "items": items})
    if found is None:
        raise wrong(mistakes[0].place[:60])
    return FeesProposed(tuple(items), found, effective_from, note)


def _announcement(fields: _Fields) -> Announcement:
    title = fields.text("title", LONGEST_TITLE)
    body = fields.text("body", LONGEST_BODY, lines=True)
    kind = fields.text("kind", 20)
    valid_until = fields.day("valid_until", may_lack=True)
    fields.end()
    if kind not in ANNOUNCEMENT_WORDS:
        raise wrong("kind")
    return Announcement(title, body, kind, valid_until)


def _gathering(fields: _Fields) -> Gathering:
    found = Gathering(
        fields.text("title", LONGEST_TITLE), fields.text("kind", 40, may_lack=True), fields.day("starts_on"),
        fields.text("place", LONGEST_TITLE, may_lack=True), fields.text("note", LONGEST_NOTE, may_lack=True, lines=True),
        fields.day("data_due_on", may_lack=True),
    )  # fmt: skip
    fields.end()
    return found


def _expected(fields: _Fields) -> ParcelsExpected:
    """None at all is what the centre keeps of a list whose people it has forgotten meanwhile."""
    found = []
    for number, raw in enumerate(fields.list("items", MOST_PARCELS, least=0), 1):
        one = _Fields(raw, f"items[{number}].")
        found.append(
            ExpectedParcel(
                one.text("waybill", 60), one.text("phone", 40, may_lack=True), one.text("name", 40, may_lack=True),
                one.text("carrier", 40, may_lack=True), one.text("from", LONGEST_TITLE, may_lack=True),
            )
        )  # fmt: skip
        one.end()
    fields.end()
    return ParcelsExpected(tuple(found))


def _days(fields: _Fields) -> DaysRequested:
    days = fields.list("business_on", MOST_DAYS)
    fields.end()
    return DaysRequested(tuple(dict.fromkeys(_day(value, "business_on") for value in days)))


def _ranking(fields: _Fields) -> Ranking:
    month = fields.text("month", 7)
    of = fields.whole("of", 1, 100_000)
    found = Ranking(
        month, fields.whole("place", 1, of), of, fields.whole("turnover_fen", -(10**12), 10**12),
        fields.whole("last_place_months", 0, 1200),
    )  # fmt: skip
    fields.end()
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month, re.ASCII):
        raise wrong("month")
    return found


def _key(fields: _Fields) -> KeyRotated:
    given = fields.take("key")
    given = given.get("jwk") if isinstance(given, Mapping) and "jwk" in given else given
    thumbprint = fields.text("thumbprint", 60)
    fields.end()
    try:
        public_key = signing.jwk_text(given)
    except Refused as error:
        raise wrong("key") from error
    if signing.thumbprint(public_key) != thumbprint:
        raise wrong("thumbprint")
    return KeyRotated(public_key)


_READERS: Mapping[str, Callable[[_Fields], Content]] = {
    FEES: _fees, ANNOUNCEMENT: _announcement, CAMPAIGN: _gathering, TRAINING: _gathering, EXPECTED: _expected, DAYS: _days,
    RANKING: _ranking, KEY: _key,
}  # fmt: skip
