"""Enrolment at the county: a one-time code that a person was given, on its way there under the station's own key, and what
became of it. One is under way at a time; a newer code takes its place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kiosk import audit
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.words import N_

_CODE = re.compile(r"[0-9A-Z]{8}", re.ASCII)

STATE_WORDS = {
    "asked": N_("正在送去县中心"), "enrolled": N_("登记好了"), "refused": N_("没有登记上"), "replaced": N_("换了新的登记码"),
}  # fmt: skip

audit.register("enrolment.asked", N_("用县中心给的登记码申请登记（{enrolment_id}）"), enrolment_id=audit.ID)
audit.register(
    "enrolment.ended", N_("登记申请 {enrolment_id} 的结果：{state}"), enrolment_id=audit.ID, state=audit.ENUM
)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One code and what became of it. ``state``: asked, enrolled, refused, or replaced by a newer code."""

    id: int
    code: str
    thumbprint: str
    asked_at: str
    state: str
    reason: str | None
    county_thumbprint: str | None
    ended_at: str | None


_COLUMNS = "id, code, thumbprint, asked_at, state, reason, county_thumbprint, ended_at"


def read_code(text: str) -> str:
    """The code in what a person typed: full-width and small letters, spaces and hyphens are forgiven. Raises
    ``Refused('enrolment.code_unreadable')``."""
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not _CODE.fullmatch(code):
        raise Refused(
            "enrolment.code_unreadable", N_("登记码是 8 位字母和数字；没有登记，请对照县中心给的登记码重填")
        )  # fmt: skip
    return code


def ask(tx: Tx, text: str, thumbprint: str) -> int:
    """Sends this code to the county for the key of this thumbprint; returns the enrolment's id."""
    code = read_code(text)
    before = asked(tx)
    if before is not None:
        end(tx, before.id, "replaced")
    enrolment_id = tx.insert(
        "enrolments", code=code, thumbprint=thumbprint, asked_at=tx.now, asked_by_kind=tx.actor.kind,
        asked_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "enrolment.asked", enrolment_id=enrolment_id)
    return enrolment_id


def end(tx: Tx, enrolment_id: int, state: str, reason: str = "", county_thumbprint: str | None = None) -> None:
    """How it ended; does nothing for one that has ended already."""
    found = tx.one("SELECT state FROM enrolments WHERE id = ?", enrolment_id)
    if found is None or found["state"] != "asked":
        return
    tx.change(
        "enrolments", enrolment_id, state=state, reason=reason[:300] or None, county_thumbprint=county_thumbprint,
        ended_at=tx.now,
    )  # fmt: skip
    audit.record(tx, "enrolment.ended", enrolment_id=enrolment_id, state=state)


def asked(db: Reader) -> Enrolment | None:
    """The one that is under way."""
    return _read(db, "WHERE state = 'asked'")


def latest(db: Reader) -> Enrolment | None:
    """The newest one."""
    return _read(db, "ORDER BY id DESC LIMIT 1")


def enrolments(db: Reader, limit: int) -> list[Enrolment]:
    """The newest ones."""
    rows = db.all(f"SELECT {_COLUMNS} FROM enrolments ORDER BY id DESC LIMIT ?", limit)
    return [Enrolment(*tuple(row)) for row in rows]


def find(db: Reader, enrolment_id: int) -> Enrolment | None:
    """The one of this id."""
    return _read(db, "WHERE id = ?", enrolment_id)


def _read(db: Reader, which: str, *params: object) -> Enrolment | None:
    row = db.one(f"SELECT {_COLUMNS} FROM enrolments {which}", *params)
    return None if row is None else Enrolment(*tuple(row))
