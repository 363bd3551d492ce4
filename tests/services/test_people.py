"""PINs, lock-out, recovery, roles, desks and tokens."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock, settings
from kiosk.errors import Refused
from kiosk.people import desks, door, rights, sessions, staff, tokens
from kiosk.people.rights import Right
from kiosk.storage import Actor, Store, open_store


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    with opened.transaction() as tx:
        desks.make_desks(tx)
        staff.create_first_manager(tx, "王站长", "2580")
    yield opened
    opened.close()


def refusal(act, *args) -> str:
    with pytest.raises(Refused) as caught:
        act(*args)
    return caught.value.code


def in_tx(store: Store, act, *args):
    with store.transaction(Actor("staff", 1, "manager")) as tx:
        return act(tx, *args)


def test_right_pin_opens_and_only_a_hash_is_kept(store: Store):
    key = door.log_in(store, 1, "2580", 1)
    with store.reading() as db:
        session = sessions.find(db, key)
        assert session is not None
        assert session.actor == Actor("staff", 1, "manager", "王站长", 1)
        assert sessions.at_desk(db, 1).id == session.id
        stored = "".join(str(tuple(row)) for row in db.all("SELECT * FROM staff_sessions"))
        assert key not in stored
        assert "2580" not in str(tuple(db.one("SELECT pin_hash FROM staff")))


def test_wrong_pins_lock_out_even_the_right_one(store: Store):
    for left in (4, 3, 2, 1):
        with pytest.raises(Refused) as caught:
            door.log_in(store, 1, "9512", 1)
        assert (caught.value.code, caught.value.facts["left"]) == ("staff.wrong_pin", left)
    assert refusal(door.log_in, store, 1, "9512", 1) == "staff.locked_out"
    assert refusal(door.log_in, store, 1, "2580", 1) == "staff.locked_out"
    with store.transaction() as tx:  # five minutes later
        tx.execute("UPDATE staff SET locked_until_at = ?", clock.stamp(clock.now() - timedelta(seconds=1)))
    assert door.log_in(store, 1, "2580", 1)


def test_right_pin_forgives_the_wrong_ones(store: Store):
    for _ in range(3):
        refusal(door.log_in, store, 1, "9512", 1)
    door.log_in(store, 1, "2580", 1)
    with pytest.raises(Refused) as caught:
        door.log_in(store, 1, "9512", 1)
    assert caught.value.facts["left"] == 4


def test_guesses_in_parallel_are_counted(store: Store):
    codes: list[str] = []
    threads = [
        threading.Thread(target=lambda pin=f"75{n:02d}": codes.append(refusal(door.log_in, store, 1, pin, 1)))
        for n in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 10
    assert codes.count("staff.wrong_pin") <= 4


@pytest.mark.parametrize("pin", ["1234", "9876", "1111", "123", "123456789", "12a4", "", "٣٤٥٦"])
def test_weak_pin_is_refused(store: Store, pin: str):
    assert refusal(in_tx, store, staff.reset_pin, 1, pin or "x") == "staff.pin_weak"


def test_second_first_manager_is_refused(store: Store):
    assert refusal(in_tx, store, staff.create_first_manager, "李站长", "2468") == "staff.not_empty"


def test_names_and_roles_are_checked(store: Store):
    assert refusal(in_tx, store, staff.add_staff, "王站长", "operator") == "staff.name_taken"
    assert refusal(in_tx, store, staff.add_staff, "\x1b@王", "operator") == "staff.name_unusable"
    assert refusal(in_tx, store, staff.add_staff, "李", "king") == "staff.role_unknown"


def test_last_manager_stays(store: Store):
    assert refusal(in_tx, store, staff.let_go, 1) == "staff.last_manager"
    assert refusal(in_tx, store, staff.change_role, 1, "operator") == "staff.last_manager"
    in_tx(store, staff.add_staff, "李站长", "manager")
    in_tx(store, staff.let_go, 1)
    assert refusal(door.log_in, store, 1, "2580", 1) == "staff.unknown"


def test_reset_pin_ends_sessions_and_lifts_the_lock_out(store: Store):
    key = door.log_in(store, 1, "2580", 1)
    for _ in range(5):
        refusal(door.log_in, store, 1, "9512", 1)
    pin = in_tx(store, staff.reset_pin, 1)
    with store.reading() as db:
        assert sessions.find(db, key) is None
    assert door.log_in(store, 1, pin, 1)


def test_recovery_code_gives_a_new_pin_once(store: Store):
    with store.transaction() as tx:
        code = staff.new_recovery_code(tx)
    assert refusal(door.recover, store, "0000-0000-0001", 1, "7391") == "staff.wrong_recovery"
    again = door.recover(store, f" {code.replace('-', ' ')} ", 1, "7391")
    assert door.log_in(store, 1, "7391", 1)
    assert again != code
    assert refusal(door.recover, store, code, 1, "7392") == "staff.wrong_recovery"


def test_recovery_code_is_locked_out_too(store: Store):
    codes = [refusal(door.recover, store, "1111-2222-3333", 1, "7391") for _ in range(6)]
    assert codes[-1] == "staff.locked_out"


@pytest.mark.parametrize("table", ["staff", "recovery"])
def test_a_lock_out_from_before_the_clock_was_set_back_is_over(store: Store, table: str):
    longest = clock.now() + timedelta(seconds=store.settings.counter.lockout_seconds)
    for ahead, code in ((timedelta(seconds=-1), "locked_out"), (timedelta(days=400), "wrong")):
        with store.transaction() as tx:
            tx.execute(f"UPDATE {table} SET locked_until_at = ?", clock.stamp(longest + ahead))
        if table == "staff":
            assert code in refusal(door.log_in, store, 1, "9512", 1)
        else:
            assert code in refusal(door.recover, store, "000000000000", 1, "9512")


def test_recovery_is_for_managers(store: Store):
    operator, _pin = in_tx(store, staff.add_staff, "小李", "operator")
    with store.transaction() as tx:
        code = staff.new_recovery_code(tx)
    assert refusal(door.recover, store, code, operator, "7391") == "staff.not_manager"


def test_one_operator_a_desk(store: Store):
    operator, pin = in_tx(store, staff.add_staff, "小李", "operator")
    first = door.log_in(store, 1, "2580", 1)
    second = door.log_in(store, operator, pin, 1)
    with store.reading() as db:
        assert sessions.find(db, first) is None
        assert sessions.at_desk(db, 1).staff.name == "小李"
        assert sessions.find(db, second) is not None


def test_locked_desk_has_nobody_and_opens_with_its_own_pin(store: Store):
    key = door.log_in(store, 1, "2580", 1)
    with store.reading() as db:
        session = sessions.find(db, key)
    in_tx(store, sessions.lock, session.id)
    with store.reading() as db:
        assert sessions.at_desk(db, 1) is None
        assert sessions.find(db, key).is_locked
    assert refusal(door.unlock, store, key, "9512") == "staff.wrong_pin"
    door.unlock(store, key, "2580")
    with store.reading() as db:
        assert sessions.at_desk(db, 1) is not None


def test_inspector_takes_no_desk(store: Store):
    inspector, pin = in_tx(store, staff.add_staff, "巡查员", "inspector")
    door.log_in(store, 1, "2580", 1)
    key = door.log_in(store, inspector, pin, 1)
    with store.reading() as db:
        assert sessions.find(db, key).desk_id is None
        assert sessions.at_desk(db, 1).staff.id == 1


@pytest.mark.obligation(
    "JX-03",
    place="/staff",
    reads="an inspector of county or town sees everything that is no secret, and changes nothing",
)
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("operator", {"read", "serve", "batch", "unmask", "close_day"}),
        ("manager", {right.value for right in Right}),
        ("inspector", {"read"}),
        ("courier", {"batch"}),
        ("screen", {"show"}),
        ("nobody", set()),
    ],
)
@pytest.mark.obligation("TC-35", "CUO-20", place="/staff", reads="who may see and do what")
def test_role_matrix(role: str, allowed: set[str]):
    actor = Actor("staff", 1, role)
    assert {right.value for right in Right if rights.may(actor, right)} == allowed
    for right in Right:
        if right.value not in allowed:
            assert refusal(rights.require, actor, right) == "staff.not_allowed"


def test_token_is_kept_as_hash_and_ends_when_revoked(store: Store):
    token = in_tx(store, tokens.create_token, "快递员手持", "courier")
    with store.reading() as db:
        actor = tokens.actor_of(db, token)
        assert (actor.kind, actor.role, actor.name) == ("token", "courier", "快递员手持")
        assert token not in str([tuple(row) for row in db.all("SELECT * FROM tokens")])
        assert tokens.actor_of(db, token + "x") is None
    in_tx(store, tokens.revoke_token, 1)
    with store.reading() as db:
        assert [(one.role, one.name, bool(one.revoked_at)) for one in tokens.token_list(db)] == [
            ("courier", "快递员手持", True)
        ]
        assert tokens.actor_of(db, token) is None
    assert refusal(in_tx, store, tokens.create_token, "x", "king") == "token.role_unknown"
    assert refusal(in_tx, store, tokens.create_token, "\x1b", "courier") == "token.name_unusable"


def test_desks_are_made_once_and_keep_what_is_open(store: Store):
    in_tx(store, desks.make_desks)
    in_tx(store, lambda tx: desks.set_desk(tx, 1, mode="intake", last_act={"parcel_id": 7}))
    with store.reading() as db:
        assert len(desks.desks(db)) == 1
        assert desks.desk(db, 1).last_act == {"parcel_id": 7}
        assert desks.desk_named(db, "柜台").mode == "intake"
        assert refusal(desks.desk, db, 9) == "desk.unknown"
        assert refusal(desks.desk_named, db, "后院") == "desk.unknown_name"
