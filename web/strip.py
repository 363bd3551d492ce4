"""The status strip: what it says is read when it is rendered and never guessed; unknown is never green."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import g, url_for

from kiosk import clock, outbox, shifts
from kiosk.chores import last_backup_at
from kiosk.devices import LampState
from kiosk.inbox import store as inbox
from kiosk.people import desks
from kiosk.people.model import MODE_WORDS
from kiosk.printing import jobs
from kiosk.storage import Reader
from kiosk.words import N_
from web.routes import PAGES
from web.station import Station, station

#: The shapes differ as the colours do: a full dot, a triangle, a question mark, an empty ring.
SHAPES = {LampState.OK: "●", LampState.PROBLEM: "▲", LampState.UNKNOWN: "？", LampState.ABSENT: "○"}
_KINDS = (("scanner", N_("扫码枪")), ("printer", N_("打印机")), ("paper", N_("打印纸")), ("scale", N_("电子秤")))
_WORDS = {
    ("scanner", LampState.OK): N_("正常"),
    ("printer", LampState.OK): N_("正常"),
    ("paper", LampState.OK): N_("有纸"),
    ("scanner", LampState.PROBLEM): N_("有问题"),
    ("printer", LampState.PROBLEM): N_("有问题"),
    ("paper", LampState.PROBLEM): N_("缺纸"),
    ("scale", LampState.OK): N_("正常"),
    ("scale", LampState.PROBLEM): N_("有问题"),
}
_SAME_FOR_ALL = {LampState.UNKNOWN: N_("不明"), LampState.ABSENT: N_("未接")}
_STILL_PRINTS = {"paper_near_end"}
#: A slip that waits no longer is only being printed.
WAITS_LONG = timedelta(seconds=10)
_WORST_FIRST = (LampState.PROBLEM, LampState.ABSENT, LampState.UNKNOWN, LampState.OK)


@dataclass(frozen=True, slots=True)
class StripLamp:
    """One lamp of the strip: marked label and word, state, and the page that says what to do."""

    kind: str
    label: str
    state: LampState
    word: str
    href: str
    not_printed: int = 0

    @property
    def shape(self) -> str:
        """The state as a shape."""
        return SHAPES[self.state]


@dataclass(frozen=True, slots=True)
class Strip:
    """Everything on the strip. ``unreported`` counts what waits for the county, ``refused`` what it refused."""

    desk_name: str
    mode: str  # marked: what a scan at this desk means; '' without a desk
    opened_at: str | None
    business_on: str | None
    is_old_day: bool
    unreported: int
    refused: int
    last_sent_at: str | None
    has_county: bool
    lamps: tuple[StripLamp, ...]
    backup_at: str | None
    now_at: str
    letters: int = 0  # of the county that this person has not read
    letters_wrong: int = 0  # turned away, or not done and this person does not know it yet
    clock_speed: float = 1  # other than 1 only in a demonstration whose clock is driven


def strip() -> Strip:
    """The strip for the desk of the current session."""
    found = g.get("session")
    with station().store.reading() as db:
        return read(
            station(), db, found.desk_id if found is not None else None, found.staff.id if found is not None else None
        )


def read(place: Station, db: Reader, desk_id: int | None, staff_id: int | None = None) -> Strip:
    """The strip as it stands now, for this person at this desk."""
    day, sent = shifts.open_day(db), outbox.summary(db)
    desk = desks.desk(db, desk_id) if desk_id is not None else None
    desk_name = desk.name if desk is not None else ""
    today = clock.local_date(place.settings.station.zone).isoformat()
    return Strip(
        desk_name=desk_name,
        mode=MODE_WORDS[desk.mode] if desk is not None else "",
        opened_at=day.opened_at if day else None,
        business_on=day.business_on if day else None,
        is_old_day=day is not None and day.business_on < today,
        unreported=sent.waiting,
        refused=sent.refused,
        last_sent_at=sent.last_acknowledged_at,
        has_county=place.settings.county.road != "https" or bool(place.settings.county.address),
        lamps=_lamps(place, desk_name, jobs.not_printed(db, clock.stamp(clock.now() - WAITS_LONG))),
        backup_at=last_backup_at(db),
        now_at=clock.stamp(),
        letters=inbox.count_unread(db, staff_id, clock.stamp()) if staff_id is not None else 0,
        letters_wrong=inbox.count_turned_away(db)
        + (inbox.count_parked_unread(db, staff_id) if staff_id is not None else 0),
        clock_speed=1 if (drive := clock.driven()) is None else drive.speed,
    )


def _lamps(place: Station, desk_name: str, not_printed: int) -> tuple[StripLamp, ...]:
    """One lamp a kind: the worst of this desk's devices. A kind that nobody configured is absent, not hidden; only a scale,
    which few counters have, shows itself where there is one.

    Beside the printer stands how many slips have not come, and its cell leads to them.
    """
    names = {device.name for device in place.settings.devices if device.desk in ("", desk_name) or not desk_name}
    lit = [lamp for lamp in place.runtime.lamps() if lamp.device in names]
    found = []
    for kind, label in _KINDS:
        states = {lamp.state for lamp in lit if lamp.kind == kind}
        configured = {d.kind for d in place.settings.devices if d.name in names}
        if kind == "scale" and kind not in configured:
            continue
        if not states and kind.replace("paper", "printer") in configured:
            states = {LampState.UNKNOWN}
        state = next((state for state in _WORST_FIRST if state in states), LampState.ABSENT)
        word = _WORDS.get((kind, state)) or _SAME_FOR_ALL[state]
        if (
            kind == "paper"
            and {lamp.reason for lamp in lit if lamp.kind == kind and lamp.state == state} == _STILL_PRINTS
        ):
            word = N_("快用完")
        missing = not_printed if kind == "printer" else 0
        href = page_url("prints.tray") if missing else _href(kind)
        found.append(StripLamp(kind, label, state, word, href, missing))
    return tuple(found)


def page_url(endpoint: str) -> str:
    """The address of a page without parameters; the menu while the station has no such page."""
    return url_for(endpoint if endpoint in PAGES else "home.more")


def _href(kind: str) -> str:
    return url_for("devices.all_devices", _anchor=kind)
