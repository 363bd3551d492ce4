"""Members of the staff and their PINs (argon2id, 19 MiB, two passes, one lane: a Pi bears it at log-in)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from kiosk import audit, clock, ids
from kiosk.errors import Refused
from kiosk.people.model import Staff
from kiosk.people.rights import STAFF_ROLES
from kiosk.storage import Reader, Tx
from kiosk.words import LOCALES, N_

if TYPE_CHECKING:
    from argon2 import PasswordHasher

PIN = re.compile(r"\d{4,8}", re.ASCII)
_NAME = re.compile(r"[\w· .-]{1,20}")


@dataclass(frozen=True, slots=True, repr=False)
class Hashed:
    """A PIN or recovery code with its argon2id hash. Hashing takes longer than a transaction may: entry points make one
    of these first and hand it in; a bare text is hashed on the spot (scripts, tests)."""

    plain: str
    hash: str


def create_first_manager(tx: Tx, name: str, pin: str | Hashed, code: Hashed | None = None) -> tuple[int, str]:
    """Makes the manager of an empty station; returns the staff id and the recovery code, shown once and printed.

    Raises ``Refused('staff.not_empty')`` once anybody is there, ``staff.pin_weak``, ``staff.name_unusable``.
    """
    if tx.value("SELECT 1 FROM staff LIMIT 1"):
        raise Refused("staff.not_empty", N_("本站已有人员，请用站长账号登录后再添加"))
    staff_id = _insert(tx, name, "manager", pin)
    return staff_id, new_recovery_code(tx, code)


def add_staff(tx: Tx, name: str, role: str, pin: str | Hashed | None = None) -> tuple[int, str]:
    """Adds a person; returns id and PIN (a random one when none is given: it is shown once and stored nowhere).

    Raises ``Refused`` with ``staff.name_taken``, ``staff.name_unusable``, ``staff.role_unknown`` or ``staff.pin_weak``.
    """
    if role not in STAFF_ROLES:
        raise Refused(
            "staff.role_unknown", N_("没有「{role}」这种角色，请选 operator、manager 或 inspector"), role=role[:20]
        )
    chosen = _hashed(pin)
    return _insert(tx, name, role, chosen), chosen.plain


def _insert(tx: Tx, name: str, role: str, pin: str | Hashed) -> int:
    tidy = name.strip()
    if not _NAME.fullmatch(tidy):
        raise Refused("staff.name_unusable", N_("姓名应为 1–20 个汉字或字母，请重新填写"))
    if tx.value("SELECT 1 FROM staff WHERE name = ? AND is_active = 1", tidy):
        raise Refused("staff.name_taken", N_("已有一位「{name}」，请加上区别（如 王芳2）"), name=tidy)
    staff_id = tx.insert(
        "staff", name=tidy, role=role, pin_hash=_hashed(pin).hash, badge=ids.digits(10), created_at=tx.now,
        locale=tx.settings.station.locale,
    )  # fmt: skip
    audit.record(tx, "staff.added", staff_id=staff_id, role=role)
    return staff_id


def reset_pin(tx: Tx, staff_id: int, pin: str | Hashed | None = None) -> str:
    """Gives a new PIN (random unless given), lifts a lock-out and ends the person's sessions; returns the PIN."""
    person(tx, staff_id)
    chosen = _hashed(pin)
    tx.change("staff", staff_id, pin_hash=chosen.hash, wrong_pins=0, locked_until_at=None)
    tx.execute("UPDATE staff_sessions SET ended_at = ? WHERE staff_id = ? AND ended_at IS NULL", tx.now, staff_id)
    audit.record(tx, "staff.pin_reset", staff_id=staff_id)
    return chosen.plain


def with_another_pin(db: Reader) -> set[int]:
    """Whose PIN was reset or recovered since they were added."""
    rows = db.all("SELECT DISTINCT json_extract(facts, '$.staff_id') FROM audit WHERE action = 'staff.pin_reset'")
    return {row[0] for row in rows}


def change_role(tx: Tx, staff_id: int, role: str) -> None:
    """Gives a person another role; the last manager keeps theirs (``staff.last_manager``)."""
    if role not in STAFF_ROLES:
        raise Refused(
            "staff.role_unknown", N_("没有「{role}」这种角色，请选 operator、manager 或 inspector"), role=role[:20]
        )
    if role != "manager":
        _keep_a_manager(tx, staff_id)
    tx.change("staff", staff_id, role=role)
    tx.execute("UPDATE staff_sessions SET ended_at = ? WHERE staff_id = ? AND ended_at IS NULL", tx.now, staff_id)
    audit.record(tx, "staff.role_changed", staff_id=staff_id, role=role)


def let_go(tx: Tx, staff_id: int) -> None:
    """Ends a person's access; the row stays since records point to it."""
    _keep_a_manager(tx, staff_id)
    tx.change("staff", staff_id, is_active=0)
    tx.execute("UPDATE staff_sessions SET ended_at = ? WHERE staff_id = ? AND ended_at IS NULL", tx.now, staff_id)
    audit.record(tx, "staff.left", staff_id=staff_id)


def _keep_a_manager(tx: Tx, staff_id: int) -> None:
    person(tx, staff_id)
    others = tx.value("SELECT COUNT(*) FROM staff WHERE role = 'manager' AND is_active = 1 AND id <> ?", staff_id)
    if not others:
        raise Refused("staff.last_manager", N_("这是最后一位站长，先任命另一位站长再操作"))


def choose_locale(tx: Tx, staff_id: int, locale: str) -> None:
    """Keeps the language a person reads; an unknown one is Chinese."""
    tx.change("staff", staff_id, locale=locale if locale in LOCALES else LOCALES[0])


def person(db: Reader, staff_id: int) -> Staff:
    """The active person of this id; raises ``Refused('staff.unknown')``."""
    row = db.one("SELECT * FROM staff WHERE id = ? AND is_active = 1", staff_id)
    if row is None:
        raise Refused("staff.unknown", N_("没有这位人员，可能已被停用"))
    return Staff.of(row)


def staff_list(db: Reader, *, with_left: bool = False) -> list[Staff]:
    """Everybody who works here, managers first."""
    rows = db.all("SELECT * FROM staff WHERE is_active OR ? ORDER BY role = 'manager' DESC, id", with_left)
    return [Staff.of(row) for row in rows]


def name_of(db: Reader, actor_kind: str, actor_id: int) -> str:
    """The name under which an act of this actor is shown; ``''`` for the station itself."""
    if actor_kind == "staff":
        return db.value("SELECT name FROM staff WHERE id = ?", actor_id) or ""
    if actor_kind == "token":
        return db.value("SELECT name FROM tokens WHERE id = ?", actor_id) or ""
    return ""


def begin_try(tx: Tx, staff_id: int) -> str:
    """Counts a PIN try before it is checked (so that guesses in parallel count too); returns the PIN's hash.

    Raises ``Refused('staff.locked_out')`` while the person is locked out after too many wrong PINs.
    """
    person(tx, staff_id)
    row = tx.one("SELECT pin_hash, wrong_pins, locked_until_at FROM staff WHERE id = ?", staff_id)
    assert row is not None  # noqa: S101 - person() above has just found it
    refuse_locked_out(tx, row["locked_until_at"])
    count = row["wrong_pins"] + 1
    until = _lockout_ends_at(tx) if count >= tx.settings.counter.wrong_pins else None
    tx.change("staff", staff_id, wrong_pins=0 if until else count, locked_until_at=until)
    audit.record(tx, "staff.wrong_pin", staff_id=staff_id, count=count) if until else None
    return str(row["pin_hash"])


def refuse_locked_out(tx: Tx, until_at: str | None) -> None:
    """Raises ``Refused('staff.locked_out')`` while a lock-out runs. One that would run longer than any begun now was
    begun before the clock was set back, and is over."""
    if until_at and tx.now < until_at <= _lockout_ends_at(tx):
        raise locked_out(tx, until_at)


def _lockout_ends_at(tx: Tx) -> str:
    return clock.stamp(clock.read(tx.now) + timedelta(seconds=tx.settings.counter.lockout_seconds))


def locked_out(db: Reader, until_at: str) -> Refused:
    """The refusal that names the time until which nobody may try."""
    until = clock.local(until_at, db.settings.station.zone).strftime("%H:%M:%S")
    return Refused(
        "staff.locked_out", N_("PIN 输错太多次，{until} 以后再试；忘记 PIN 请站长重设或使用恢复码"), until=until
    )


def new_recovery_code(tx: Tx, code: Hashed | None = None) -> str:
    """Makes the station's recovery code anew and returns it (``1234-5678-9012``); the old one is void."""
    made = code or hashed_code()
    tx.execute(
        "INSERT INTO recovery (id, code_hash, made_at) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " code_hash = excluded.code_hash, made_at = excluded.made_at, wrong_tries = 0, locked_until_at = NULL",
        made.hash,
        tx.now,
    )
    return made.plain


def check_strength(pin: str) -> None:
    """Raises ``Refused('staff.pin_weak')`` unless the PIN has 4–8 digits that are not all alike or in a row."""
    steps = {int(b) - int(a) for a, b in zip(pin, pin[1:], strict=False)} if PIN.fullmatch(pin) else {0}
    if steps in ({0}, {1}, {-1}):
        raise Refused("staff.pin_weak", N_("PIN 要 4–8 位数字，不能全相同，也不能是 1234 这样的顺序，请换一个"))


def random_pin() -> str:
    """A random PIN of six digits that passes ``check_strength``."""
    while True:
        pin = ids.digits(6)
        try:
            check_strength(pin)
        except Refused:
            continue
        return pin


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # 4 MB that only a process with log-ins needs

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed_pin(pin: str | None = None) -> Hashed:
    """A PIN (a random one when none is given) with its hash; call it before the transaction. Raises
    ``Refused('staff.pin_weak')``."""
    chosen = random_pin() if pin is None else pin
    check_strength(chosen)
    return Hashed(chosen, _hasher().hash(chosen))


def hashed_code() -> Hashed:
    """A new recovery code with its hash; call it before the transaction."""
    code = "-".join(ids.digits(4) for _ in range(3))
    return Hashed(code, _hasher().hash(code))


def _hashed(pin: str | Hashed | None) -> Hashed:
    return pin if isinstance(pin, Hashed) else hashed_pin(pin)


def is_right(secret_hash: str, secret: str) -> bool:
    """True when the secret has this hash. Takes some 20 ms on purpose; never call it inside a transaction."""
    from argon2.exceptions import VerificationError

    try:
        return _hasher().verify(secret_hash, secret)
    except VerificationError:
        return False
