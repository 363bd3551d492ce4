"""The chain shows every change; facts have types; personal values stand in one place and go for good."""

from pathlib import Path

import pytest

from kiosk import audit, settings, vault
from kiosk.storage import Actor, open_store
from tests.storage.test_guards_and_seals import bare

OPERATOR = Actor("staff", 3, "operator", desk_id=1)


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    with opened.transaction(OPERATOR) as tx:
        for number in range(1, 6):
            audit.record(tx, "fees.published", number=number, effective_on="2026-01-01", hash="ab" * 32)
    yield opened
    opened.close()


def test_untouched_chain_holds(store):
    with store.reading() as db:
        assert list(audit.verify(db)) == []
        assert db.value("SELECT desk_id FROM audit WHERE seq = 1") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET facts = replace(facts, ':2}', ':9}') WHERE seq = 2",
        "UPDATE audit SET actor_id = 9 WHERE seq = 3",
        "UPDATE audit SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 5",
        "UPDATE audit SET desk_id = NULL WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 5",
        "UPDATE audit SET seq = 9 WHERE seq = 5",
    ],
)
def test_every_change_breaks_the_chain(store, statement):
    connection = bare(store.path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with store.reading() as db:
        assert list(audit.verify(db))


@pytest.mark.parametrize(
    "facts",
    [
        {"number": 1, "effective_on": "2026-01-01"},
        {"number": 1, "effective_on": "2026-01-01", "hash": "ab" * 32, "name": "王"},
        {"number": "13800001111", "effective_on": "2026-01-01", "hash": ""},
        {"number": True, "effective_on": "2026-01-01", "hash": ""},
        {"number": 1, "effective_on": "王小明", "hash": ""},
        {"number": 1, "effective_on": "2026-01-01", "hash": "枫林村12号"},
    ],
)
def test_fact_of_another_type_is_a_defect(store, facts):
    with pytest.raises(ValueError), store.transaction(OPERATOR) as tx:
        audit.record(tx, "fees.published", **facts)


def test_action_nobody_declared_is_a_defect(store):
    with pytest.raises(ValueError), store.transaction(OPERATOR) as tx:
        audit.record(tx, "parcel.vanished")
    with pytest.raises(ValueError):
        audit.register("fees.published", "another sentence", number=audit.ID)


def test_erased_value_is_in_no_file_and_the_chain_holds(store):
    marked = "马大山13912345678"
    with store.transaction(OPERATOR) as tx:
        vault.put(tx, "parcel", 5, "name", marked, "parcel")
        vault.put(tx, "parcel", 5, "phone", "13912345678", "parcel")
        vault.put(tx, "parcel", 6, "name", "别人", "parcel")
    needle = marked.encode()

    def anywhere() -> bool:
        return any(needle in path.read_bytes() for path in store.state.glob("kiosk.db*"))

    assert anywhere(), "the control: before erasing it is there"
    with store.reading() as db:
        proof = vault.proof(db, "parcel", 5, "name")
    assert proof is not None
    assert marked not in proof
    with store.transaction(OPERATOR, erasing=True) as tx:
        assert vault.erase(tx, "parcel", 5, "retention") == 2
        assert vault.erase(tx, "parcel", 5, "retention") == 0
    assert not anywhere()
    with store.reading() as db:
        assert vault.get(db, "parcel", 5, "name") is None
        assert vault.get(db, "parcel", 6, "name") == "别人"
        assert list(audit.verify(db)) == []
        assert db.value("SELECT COUNT(*) FROM audit WHERE action = 'person.erased'") == 1


def test_phone_hash_needs_the_stations_key(store, tmp_path: Path):
    other = open_store(tmp_path / "other", settings.load())
    try:
        assert vault.phone_hash(store, "13912345678") != vault.phone_hash(other, "13912345678")
        assert vault.phone_hash(store, "13912345678") == vault.phone_hash(store, "13912345678")
    finally:
        other.close()
