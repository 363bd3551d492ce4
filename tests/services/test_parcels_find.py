"""Finding people by whatever the operator has, and whose parcels belong together."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.counter.look_up import FoundBy, look_up
from kiosk.parcels import names, persons, store, view
from tests.services.parcel_bench import JD_1, JD_2, YTO, ZTO, ZTO_2, Station


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    opened = Station(Path(tmp_path_factory.mktemp("find")))
    opened.ids = {
        "zhang": opened.arrive(ZTO, phone="13800001234", name_hint="张三").parcel_id,
        "zhang_tail": opened.arrive(ZTO_2, phone="1234", name_hint="张").parcel_id,
        "shared_li": opened.arrive(YTO, phone="5678", name_hint="李").parcel_id,
        "shared_wang": opened.arrive("JT5261988016578", phone="5678", name_hint="王").parcel_id,
        "shared_nobody": opened.arrive("JT0006968326954", phone="5678").parcel_id,
        "shan": opened.arrive("DPK202252612836", phone="9999", name_hint="单小明").parcel_id,
        "jd_1": opened.arrive(JD_1, phone="4444").parcel_id,
        "jd_2": opened.arrive(JD_2).parcel_id,
        "old": opened.arrive("773277027280336", pickup_code="B77").parcel_id,
        "virtual": opened.arrive("463431409940372", phone="18412345678转0001", phone_tail="8888").parcel_id,
    }
    gone = opened.arrive("SF1023574470215", phone="1234", name_hint="张").parcel_id
    opened.collect(gone)
    opened.ids["gone"] = gone
    yield opened
    assert opened.problems() == []
    opened.store.close()


def found(station, what):
    return station.read(look_up, what)


def people(station, what):
    """The groups found, each as the names of its parcels."""
    by_id = {parcel_id: name for name, parcel_id in station.ids.items()}
    return [[by_id[parcel_id] for parcel_id in person.parcel_ids] for person in found(station, what).people]


@pytest.mark.parametrize("tail", ["1234", "****1234", "尾号1234", "１２３４"])
def test_tail_finds_everything_of_the_person(station, tail):
    assert people(station, tail) == [["zhang", "zhang_tail"]]
    assert found(station, tail).by is FoundBy.TAIL


def test_tail_that_two_families_share_is_asked(station):
    answer = found(station, "5678")
    assert people(station, "5678") == [["shared_li"], ["shared_wang"], ["shared_nobody"]]
    assert answer.is_asked
    assert [person.is_unclear for person in answer.people] == [False, False, True]


def test_full_phone_finds_its_person(station):
    assert people(station, "138 0000 1234") == [["zhang", "zhang_tail"]]
    assert people(station, "13900001234") == []
    assert people(station, "13900005678") == [["shared_li"], ["shared_wang"], ["shared_nobody"]]


def test_pickup_code_and_waybill_open_the_whole_person(station):
    code = station.row(station.ids["zhang_tail"])["pickup_code"]
    for what in (code, f"~PK:{code}", ZTO_2):
        answer = found(station, what)
        assert people(station, what) == [["zhang", "zhang_tail"]]
        assert answer.parcel.id == station.ids["zhang_tail"]


def test_last_part_of_a_code_finds_it_when_it_is_nobodys_tail(station):
    number = station.row(station.ids["shan"])["pickup_code"].rpartition("-")[2]
    assert people(station, number) == [["shan"]]
    assert found(station, number).by is FoundBy.CODE


def test_old_code_of_another_form_is_found_as_it_stands_on_the_label(station):
    assert people(station, "b77") == [["old"]]


@pytest.mark.parametrize("typed", ["张三", "张", "zs", "z", "张三丰"])
def test_name_hint_initials_and_longer_names_find_the_person(station, typed):
    assert people(station, typed) == [["zhang", "zhang_tail"]]


@pytest.mark.parametrize("typed", ["单", "sxm", "dxm", "SXM", "单小"])
def test_surname_with_two_readings_is_found_by_either(station, typed):
    assert people(station, typed) == [["shan"]]


def test_pieces_of_a_shipment_belong_together_and_its_number_alone_finds_them(station):
    assert people(station, JD_2) == [["jd_1", "jd_2"]]
    assert people(station, "JDAWX021335191911") == [["jd_1", "jd_2"]]


def test_virtual_number_is_found_by_the_tail_of_the_real_phone(station):
    assert people(station, "8888") == [["virtual"]]
    assert people(station, "18412345678转0001") == []


def test_parcel_that_has_left_is_named_and_the_rest_shown(station):
    answer = found(station, "SF1023574470215")
    assert answer.has_left and answer.parcel.id == station.ids["gone"]
    assert people(station, "SF1023574470215") == [["zhang", "zhang_tail"]]


@pytest.mark.parametrize(
    "nothing",
    ["0000", "9-9-9999", "SF9999999999999", "赵", "qq", "13911112222", "", "   ", "https://example.com", "x" * 300],
)
def test_nothing_found_is_an_answer(station, nothing):
    answer = found(station, nothing)
    assert (answer.people, answer.parcel, answer.is_asked) == ((), None, False)


@pytest.mark.parametrize("secret", ["135112298638468293", "11010519491231002X"])
def test_secret_finds_nobody(station, secret):
    assert found(station, secret).by is FoundBy.NOTHING


def test_everything_is_masked(station):
    person = station.read(view.person, station.ids["zhang"])
    assert (person.masked_name, person.masked_phone) == ("张**", "138****1234")
    assert "13800001234" not in repr(person) and "张三" not in repr(person)


def test_lists_page_from_the_newest_and_filter_by_state(station):
    rows, more = station.read(store.page, state="in_stock", limit=4)
    rest, end = station.read(store.page, state="in_stock", limit=50, before_id=more)
    assert [row["id"] for row in rows + rest] == sorted((row["id"] for row in rows + rest), reverse=True)
    assert len(rows) == 4 and len(rest) == 6 and end is None
    assert [row["id"] for row in station.read(store.page, state="handed_over")[0]] == [station.ids["gone"]]
    assert len(station.read(store.page, phone_tail="1234")[0]) == 3
    assert len(station.read(store.page, phone_tail="1234", state="on_shelf")[0]) == 2
    assert station.read(store.count_in_stock) == 10


# Whose parcels belong together ---------------------------------------------------------------------------------------

_PHONES = st.sampled_from([None, "h1", "h2"])
_NAMES = st.sampled_from([None, "张", "张三", "李"])


def _parcels(known):
    return [
        {"id": number, "phone_hash": hashed, "phone_tail": "1234" if hashed or tail else None, "name_hint": name,
         "waybill_no": f"W{number}"}
        for number, (hashed, tail, name) in enumerate(known, 1)
    ]  # fmt: skip


@given(st.lists(st.tuples(_PHONES, st.booleans(), _NAMES), max_size=9))
def test_grouping_never_merges_two_families_and_loses_no_parcel(known):
    parcels = _parcels(known)
    groups = persons.group(parcels)
    assert sorted(parcel["id"] for members in groups for parcel in members) == [parcel["id"] for parcel in parcels]
    for members in groups:
        assert len({parcel["phone_hash"] for parcel in members} - {None}) <= 1
        if not any(parcel["phone_hash"] for parcel in members):
            hints = sorted({parcel["name_hint"] for parcel in members} - {None}, key=len)
            assert all(names.may_be_same(hint, hints[-1]) for hint in hints)


@given(st.lists(st.tuples(_PHONES, st.booleans(), _NAMES), max_size=7), st.randoms())
def test_grouping_does_not_depend_on_the_order_of_reading(known, chance):
    parcels = _parcels(known)
    shuffled = list(parcels)
    chance.shuffle(shuffled)
    assert persons.group(shuffled) == persons.group(parcels)


def test_one_phone_is_one_person_whatever_the_names_say():
    parcels = _parcels([("h1", True, "张三"), ("h1", True, "李四"), (None, True, None)])
    assert [[parcel["id"] for parcel in members] for members in persons.group(parcels)] == [[1, 2], [3]]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("张**", "张"), ("张先生", "张"), ("张*", "张"), ("李xx", "李"), (" 王 芳 ", "王 芳"), ("Max", "max"), ("", ""), (None, ""),
     ("䶮", "䶮"), ("先生", "先生")],
)  # fmt: skip
def test_name_hint_loses_its_mask_and_title(typed, kept):
    assert names.clean_hint(typed) == kept


@given(st.text(max_size=60))
def test_name_hint_is_its_own_fixed_point(typed):
    try:
        hint = names.clean_hint(typed)
    except Exception as refused:  # noqa: BLE001 - an ID number drawn by chance
        assert "text.holds_id_number" in repr(refused) or "身份证" in str(refused)
        return
    assert names.clean_hint(hint) == hint
    assert len(hint) <= names.LONGEST
    assert all(key for key in names.keys(hint))


def test_bare_tail_with_a_name_that_two_phones_bear_is_nobodys():
    parcels = _parcels([("h1", True, "张"), ("h2", True, "张"), (None, True, "张"), (None, True, "李")])
    assert [[parcel["id"] for parcel in members] for members in persons.group(parcels)] == [[1], [2], [3], [4]]
