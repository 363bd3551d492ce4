"""Entry points of log-in, unlock and recovery. They open their own transactions, because a wrong PIN must be counted
although the log-in is refused, and because hashing takes longer than a transaction may."""

from __future__ import annotations

from datetime import timedelta

from kiosk import audit, clock
from kiosk.errors import Refused
from kiosk.people import desks, sessions, staff
from kiosk.storage import Actor, Store
from kiosk.words import N_


def log_in(store: Store, staff_id: int, pin: str, desk_id: int | None) -> str:
    """Checks the PIN and begins a session at the desk (inspectors get none); returns the session key.

    Raises ``Refused`` with ``staff.unknown``, ``staff.wrong_pin`` (with the tries that are left) or
    ``staff.locked_out``.
    """
    actor = _check(store, staff_id, pin)
    with store.transaction(actor) as tx:
        person = staff.person(tx, staff_id)
        _forgive(tx, staff_id)
        seat = None if person.role == "inspector" else desks.desk(tx, desk_id).id if desk_id is not None else None
        return sessions.begin(tx, staff_id, seat)


def unlock(store: Store, key: str, pin: str) -> None:
    """Opens the locked session of this key with its own person's PIN; refusals as in ``log_in``."""
    with store.reading() as db:
        session = sessions.find(db, key)
    if session is None:
        raise Refused("staff.session_over", N_("登录已结束（可能在别处登录），请重新登录；已保存的内容都在"))
    actor = _check(store, session.staff.id, pin)
    with store.transaction(actor) as tx:
        _forgive(tx, session.staff.id)
        sessions.unlock(tx, session.id)


def confirm(store: Store, staff_id: int, pin: str) -> Actor:
    """Who takes part in an act at somebody else's desk, by their own PIN (the drawer is handed over); refusals as in
    ``log_in``. Begins no session."""
    actor = _check(store, staff_id, pin)
    with store.transaction(actor) as tx:
        _forgive(tx, staff_id)
    return actor


def recover(store: Store, code: str, staff_id: int, new_pin: str) -> str:
    """Gives a manager a new PIN against the recovery code; returns the next recovery code (the used one is void).

    Raises ``Refused`` with ``staff.wrong_recovery``, ``staff.locked_out``, ``staff.unknown`` or ``staff.pin_weak``.
    """
    pin, next_code = staff.hashed_pin(new_pin), staff.hashed_code()
    with store.transaction() as tx:
        row = tx.one("SELECT * FROM recovery WHERE id = 1")
        if row is None:
            raise Refused("staff.wrong_recovery", N_("恢复码不对，请核对首次启动时打印的那一张"))
        staff.refuse_locked_out(tx, row["locked_until_at"])
        count = row["wrong_tries"] + 1
        until = None
        if count >= tx.settings.counter.wrong_pins:
            until = clock.stamp(clock.read(tx.now) + timedelta(seconds=tx.settings.counter.lockout_seconds))
        tx.execute("UPDATE recovery SET wrong_tries = ?, locked_until_at = ?", 0 if until else count, until)
        audit.record(tx, "staff.wrong_recovery", count=count) if until else None
    plain = "".join(c for c in code if c.isdigit())
    if not staff.is_right(row["code_hash"], "-".join((plain[:4], plain[4:8], plain[8:]))):
        raise Refused("staff.wrong_recovery", N_("恢复码不对，请核对首次启动时打印的那一张"))
    with store.transaction() as tx:
        person = staff.person(tx, staff_id)
        if person.role != "manager":
            raise Refused("staff.not_manager", N_("恢复码只能重设站长的 PIN；其他人请站长在人员页重设"))
        staff.reset_pin(tx, staff_id, pin)
        audit.record(tx, "staff.recovered", staff_id=staff_id)
        return staff.new_recovery_code(tx, next_code)


def _check(store: Store, staff_id: int, pin: str) -> Actor:
    with store.transaction() as tx:
        person = staff.person(tx, staff_id)
        secret_hash = staff.begin_try(tx, staff_id)
    if not staff.is_right(secret_hash, pin):
        with store.reading() as db:
            row = db.one("SELECT wrong_pins, locked_until_at FROM staff WHERE id = ?", staff_id)
            if row is not None and row["locked_until_at"]:
                raise staff.locked_out(db, row["locked_until_at"])
            left = store.settings.counter.wrong_pins - (row["wrong_pins"] if row is not None else 0)
        raise Refused("staff.wrong_pin", N_("PIN 不对，还可以试 {left} 次"), left=left)
    return Actor("staff", person.id, person.role, person.name)


def _forgive(tx, staff_id: int) -> None:  # type: ignore[no-untyped-def]
    tx.change("staff", staff_id, wrong_pins=0, locked_until_at=None)
