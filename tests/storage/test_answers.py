"""One key, one effect: the first answer is given again, another body is refused, old ones are forgotten."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock, settings
from kiosk.errors import Refused
from kiosk.storage import open_store
from kiosk.storage.answers import Answer, forget_old, recall, remember


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


def test_answer_is_given_again_for_the_same_key_owner_and_path(store):
    with store.transaction() as tx:
        remember(tx, "key", "token:1", "/parcels", b"{}", 201, {"id": 7})
    with store.reading() as db:
        assert recall(db, "key", "token:1", "/parcels", b"{}") == Answer(201, {"id": 7})
        assert recall(db, "key", "token:2", "/parcels", b"{}") is None
        assert recall(db, "key", "token:1", "/batches", b"{}") is None
        with pytest.raises(Refused) as caught:
            recall(db, "key", "token:1", "/parcels", b'{"x":1}')
    assert caught.value.code == "request.key_reused"


def test_body_is_kept_as_a_keyed_hash_only(store):
    with store.transaction() as tx:
        remember(tx, "key", "token:1", "/parcels", b'{"phone":"13800001111"}', 201, {"id": 7})
    with store.reading() as db:
        row = dict(db.one("SELECT * FROM answers"))
    assert "13800001111" not in str(row)


@pytest.mark.parametrize("key", ["", "x" * 129, "钥匙", "a\nb"])
def test_key_that_is_no_key_is_refused(store, key):
    with store.reading() as db, pytest.raises(Refused) as caught:
        recall(db, key, "token:1", "/parcels", b"{}")
    assert caught.value.code == "request.key_unreadable"


def test_answers_are_forgotten_after_seven_days(store):
    with store.transaction() as tx:
        tx.now = clock.stamp(clock.now() - timedelta(days=8))
        remember(tx, "old", "token:1", "/parcels", b"{}", 201, {})
    with store.transaction() as tx:
        remember(tx, "new", "token:1", "/parcels", b"{}", 201, {})
        assert forget_old(tx) == 1
    with store.reading() as db:
        assert recall(db, "old", "token:1", "/parcels", b"{}") is None
        assert recall(db, "new", "token:1", "/parcels", b"{}") is not None
