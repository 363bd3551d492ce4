"""A county's own convenience services as data, the mistakes in it, and the proofs of the room: each is broken once."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.conveniences import actions, check, services, store, view
from kiosk.counter.add_line import add_line
from kiosk.errors import ConfigurationError
from tests.services.convenience_bench import clinic, paid, train, wrong
from tests.services.counter_bench import Bench
from tests.storage.test_guards_and_seals import bare


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert wrong(opened) == []
    opened.store.close()


# The county's own data -----------------------------------------------------------------------------------------------

OWN = """
[[services]]
code = "social_insurance"
name = "社保代办"
kind = "other"
money = "held"
price = "amount"

[[services.fields]]
code = "year"
label = "年度"
type = "choice"
choices = ["2026", "2027"]
[[services.fields]]
code = "person"
label = "参保人姓名"
type = "person"
[[services.fields]]
code = "amount"
label = "金额"
type = "money"
most = "1000"
[[services.fields]]
code = "receipt_no"
label = "回单号"
type = "text"
asked = "done"
"""


@pytest.mark.obligation("NORM-20", place="/conveniences", reads="a service that the county has added by its own data")
def test_county_adds_a_service_without_code(bench):
    (bench.store.state / services.FILE).write_text(OWN, "utf-8")
    facts = {"convenience": "social_insurance", "values": {"year": "2026", "person": "张三", "amount": "400"}}
    number = paid(bench, facts)
    bench.act(actions.finish, number, values={"receipt_no": "H1"}, paid_from="alipay")
    assert bench.balances() == {"drawer": 400_00, "alipay": -400_00}
    with bench.store.reading() as db:
        assert "train" in services.services(db), "added to what is there"
        assert view.view_of(db, store.convenience(db, number))["service_name"] == "社保代办"
    (bench.store.state / services.FILE).unlink()
    with bench.store.reading() as db:
        told = view.detail_of(db, store.convenience(db, number))
    assert [value["label"] for value in told["fields"]] == ["年度", "参保人姓名", "金额", "回单号"]


def test_station_switches_a_shipped_service_off(bench):
    own = OWN.replace("social_insurance", "train").replace('kind = "other"', 'kind = "other"\nis_offered = false')
    (bench.store.state / services.FILE).write_text(own, "utf-8")
    assert bench.code(add_line, bench.ticket(), "convenience", **train()) == "convenience.service_unknown"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('kind = "other"', 'kind = "magic"', "services[1].kind"),
        ('code = "social_insurance"', 'code = "Social"', "services[1].code"),
        ('name = "社保代办"', 'name = ""', "services[1].name"),
        ('price = "amount"', 'price = "year"', "services[1].price"),
        ('price = "amount"', "", "services[1].price"),
        ('price = "amount"', 'price = "amount"\ncount = "amount"', "services[1].count"),
        ('price = "amount"', 'price = "amount"\nends_at_once = true', "services[1].ends_at_once"),
        ('price = "amount"', 'price = "amount"\nkept_days = 7', "services[1].kept_days"),
        ('price = "amount"', 'price = "amount"\nkept = "ever"', "services[1].kept"),
        ('price = "amount"', 'price = "amount"\nonce = ["nothing"]', "services[1].once"),
        ('price = "amount"', 'price = "amount"\ncolour = "red"', "services[1].colour"),
        ('type = "person"', 'type = "id_number"', "services[1].fields[2].type"),
        ('type = "person"', 'type = "person"\nchoices = ["a"]', "services[1].fields[2].choices"),
        ('type = "person"', 'type = "person"\nleast = 3', "services[1].fields[2].least"),
        ('most = "1000"', "most = 1000", "services[1].fields[3].most"),
        ('most = "1000"', 'most = "viel"', "services[1].fields[3].most"),
        ('code = "person"', 'code = "year"', "services[1].fields"),
        ('label = "年度"', "", "services[1].fields[1].label"),
        ("[[services]]", "[[service]]", "service"),
    ],
)
def test_mistake_in_the_data_is_named_with_file_and_key(bench, old, new, key):
    assert old in OWN
    (bench.store.state / services.FILE).write_text(OWN.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigurationError) as caught, bench.store.reading() as db:
        services.services(db)
    assert caught.value.facts["key"] == key
    assert caught.value.facts["file"].endswith(services.FILE)


def test_wrong_contract_number_in_the_settings_is_named(tmp_path):
    (tmp_path / "station.toml").write_text('[conveniences]\nbank_contract = "a;b"\n', "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        settings.load(tmp_path)
    assert caught.value.facts["key"] == "conveniences.bank_contract"


# Proofs --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def broken_from(tmp_path_factory):
    """A station with a train ticket to buy, one bought and a clinic visit."""
    made = Bench(tmp_path_factory.mktemp("conveniences") / "station", printer=False)
    paid(made, train())
    made.act(actions.finish, paid(made, train()), values={"order_no": "E1"}, paid_from="wechat")
    paid(made, clinic(), 0)
    assert wrong(made) == []
    made.store.close()
    return made.store.state


BROKEN = [
    ("UPDATE account_balances SET party = 'convenience:9' WHERE party = 'convenience:1'", "convenience.held_differs"),
    ("UPDATE conveniences SET state = 'cancelled' WHERE id = 1", "convenience.held_differs"),
    ("UPDATE conveniences SET paid_from = 'owner' WHERE id = 2", "convenience.entry_differs"),
    ("UPDATE conveniences SET state = 'failed' WHERE id = 2", "convenience.entry_differs"),
    ("UPDATE conveniences SET state = 'failed' WHERE id = 3", "convenience.not_as_its_steps"),
    ("DELETE FROM convenience_steps WHERE step = 1", "convenience.not_as_its_steps"),
    ("UPDATE conveniences SET principal_fen = 5 WHERE id = 1", "convenience.differs_from_line"),
    ("UPDATE conveniences SET service = 'flight' WHERE id = 1", "convenience.not_as_audited"),
    ("UPDATE conveniences SET has_consent = 0 WHERE id = 3", "convenience.not_as_audited"),
    ("UPDATE conveniences SET erased_at = recorded_at WHERE id = 3", "convenience.not_erased"),
]


@pytest.mark.parametrize(("statement", "code"), BROKEN, ids=[f"{code}-{n}" for n, (_, code) in enumerate(BROKEN)])
def test_check_names_what_is_wrong_with_a_case(broken_from, tmp_path, statement, code):
    shutil.copytree(broken_from, tmp_path / "station")
    made = Bench.reopened(tmp_path / "station")
    with bare(made.store.path) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        assert db.execute(statement).rowcount != 0
    with made.store.reading() as db:
        assert code in {problem.code for problem in check.problems(db)}
    made.store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE conveniences SET state = 'recorded' WHERE id = 1",
        "UPDATE conveniences SET state = 'refunded', refunded_on = '' WHERE id = 2",
        "UPDATE conveniences SET principal_fen = 1 WHERE id = 1",
        "UPDATE conveniences SET paid_from = 'owner' WHERE id = 2",
        "DELETE FROM conveniences",
        "UPDATE convenience_steps SET at = ''",
        "DELETE FROM convenience_steps",
    ],
)
def test_database_itself_refuses_to_rewrite_a_case(broken_from, tmp_path, statement):
    shutil.copytree(broken_from, tmp_path / "station")
    made = Bench.reopened(tmp_path / "station")
    with pytest.raises(sqlite3.IntegrityError), made.store.transaction() as tx:
        tx.execute(statement)
    made.store.close()
