"""A person asks what is kept, has it corrected, has it erased: recognised by a paper of ours and the full phone, never named
in a log; what the law keeps stays, with its reason."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock, vault
from kiosk.bills import outcome
from kiosk.check import problems
from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.undo import undo_last, undo_parcel
from kiosk.errors import Refused
from kiosk.retention import answering, check, days_of, requests, set_term
from kiosk.retention.requests import remember_refused
from kiosk.retention.schedule import erase_due
from kiosk.retention.terms import MONEY, NUMBER, PERSON, TERMS
from kiosk.storage import Actor
from tests.services.convenience_bench import clinic
from tests.services.counter_bench import BILL, PURCHASE, Bench
from tests.storage.test_guards_and_seals import bare

PHONE, OTHER = "13987650001", "13987650002"
ERASED = "个人信息已按规定删除"


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert [str(one) for one in problems(opened.store)] == []
    opened.store.close()


def parcel(bench: Bench, waybill: str = "YT8962646785389", phone: str = PHONE, *, collected: bool = True) -> str:
    """A parcel of this phone; its pickup code."""
    done = bench.act(check_in, waybill=waybill, phone=phone, name_hint="欧阳丹", desk_id=1)
    if collected:
        bench.act(
            hand_over_one,
            done.parcel_id,
            "proxy_pickup",
            collected_by="诸葛代取",
            relation="friend",
            remember_proxy=True,
        )
    return bench.value("SELECT pickup_code FROM parcels WHERE id = ?", done.parcel_id)


def receipt(bench: Bench, phone: str = PHONE) -> str:
    """A purchase that was paid for; its receipt's number."""
    ticket_id = bench.ticket(("purchase", PURCHASE | {"customer_name": "欧阳丹", "phone": phone}))
    return bench.settle(ticket_id, bench.view(ticket_id)["total_fen"]).receipt_no


def erase(bench: Bench, request_id: int):
    with bench.store.transaction(bench.actor, erasing=True) as tx:
        return answering.erase(tx, request_id)


def shown(bench: Bench, request_id: int) -> dict[str, dict[str, str]]:
    with bench.store.reading() as db:
        return {case.case_kind: {one.name: one.value for one in case.values} for case in answering.kept(db, request_id)}


@pytest.mark.obligation(
    "TC-35", "CUO-20", place="/personal-data", reads="whoever asks with code and phone is shown what is kept of them"
)
def test_code_and_full_phone_show_everything_that_is_kept_of_a_person(bench):
    code = parcel(bench)
    receipt(bench)
    parcel(bench, "73610555582883", OTHER)
    found = bench.act(requests.ask, "pickup_code", code.lower(), "139 8765 0001")
    assert (found.kind, found.cases, found.proved_by) == ("access", 3, "pickup_code")
    told = shown(bench, found.id)
    assert told["parcel"] == {
        "waybill_no": "YT8962646785389", "phone_tail": "0001", "name_hint": "欧阳丹", "phone": PHONE, "collected_by": "诸葛代取",
    }  # fmt: skip
    assert told["standing_proxy"]["name"] == "诸葛代取"
    assert told["purchase"]["customer_name"] == "欧阳丹"
    assert bench.act(requests.ask, "receipt", receipt(bench), PHONE).cases == 4


def test_slip_of_what_is_kept_is_whole_today_and_empty_tomorrow(bench):
    found = bench.act(requests.ask, "pickup_code", parcel(bench), PHONE)
    slip_id, job_id = bench.act(answering.print_kept, found.id, "柜台")
    assert job_id is not None
    text = bench.text(slip_id, 48)
    assert PHONE in text and "诸葛代取" in text and "保存到" in text
    assert bench.value("SELECT facts FROM slips WHERE id = ?", slip_id).find(PHONE) < 0
    erase_due(bench.store, clock.local_date() + timedelta(days=3))
    again = bench.text(slip_id, 48)
    assert PHONE not in again and ERASED in again.replace("\n", "")


def test_answer_is_read_on_the_screen_where_there_is_no_printer(tmp_path):
    bare = Bench(tmp_path / "station", printer=False)
    found = bare.act(requests.ask, "pickup_code", parcel(bare), PHONE)
    slip_id, job_id = bare.act(answering.print_kept, found.id, "柜台")
    assert job_id is None and PHONE in bare.text(slip_id, 48)
    bare.store.close()


@pytest.mark.parametrize(
    ("paper", "number", "phone", "code"),
    [
        ("pickup_code", "9-9-9999", PHONE, "data_request.not_recognised"),
        ("pickup_code", "", PHONE, "data_request.not_recognised"),
        ("pickup_code", None, OTHER, "data_request.not_recognised"),
        ("pickup_code", None, "0001", "data_request.phone_not_full"),
        ("pickup_code", None, "12", "phone.digits"),
        ("passport", None, PHONE, "data_request.paper_unknown"),
        ("receipt", None, PHONE, "data_request.not_recognised"),
    ],
)
def test_who_is_not_recognised_sees_nothing(bench, paper, number, phone, code):
    pickup_code = parcel(bench)
    assert bench.code(requests.ask, paper, pickup_code if number is None else number, phone) == code


def test_tail_alone_is_enough_only_where_only_the_tail_is_known(bench):
    code = parcel(bench, phone="0001", collected=False)
    assert bench.act(requests.ask, "pickup_code", code, PHONE).cases == 1
    assert bench.code(requests.ask, "pickup_code", code, "13987659999") == "data_request.not_recognised"


def test_paper_that_knows_a_tail_only_opens_nothing_of_the_number_that_was_typed(bench):
    parcel(bench)
    code = parcel(bench, "73610555582883", "0001", collected=False)
    assert bench.act(requests.ask, "pickup_code", code, PHONE).cases == 1


def test_numbers_are_not_guessed(bench):
    code = parcel(bench)
    for _ in range(requests.MOST_TRIES):
        bench.act(remember_refused, "pickup_code")
    assert bench.code(requests.ask, "pickup_code", code, PHONE) == "data_request.too_many_tries"
    assert (
        bench.value("SELECT facts FROM audit WHERE action = 'person.request_refused'") == '{"proved_by":"pickup_code"}'
    )


def test_whoever_was_recognised_is_forgotten_after_a_quarter_of_an_hour(bench):
    found = bench.act(requests.ask, "pickup_code", parcel(bench), PHONE)
    later = clock.stamp(clock.now() + timedelta(seconds=requests.OPEN_SECONDS + 5))
    with pytest.raises(Refused) as caught, bench.store.transaction(bench.actor, erasing=True) as tx:
        tx.now = later
        answering.erase(tx, found.id)
    assert caught.value.code == "data_request.over"
    assert bench.code(requests.request, 99) == "data_request.unknown"


@pytest.mark.parametrize("role", ["inspector", "courier", "screen"])
def test_request_needs_the_right_to_see_full_numbers(bench, role):
    code = parcel(bench)
    actor = Actor("staff", 2, role, "", 1)
    assert bench.code(requests.ask, "pickup_code", code, PHONE, actor=actor) == "staff.not_allowed"


@pytest.mark.obligation(
    "TC-35", "CUO-20", place="/personal-data", reads="what was erased when somebody asked, and which law keeps the rest"
)
def test_erasure_takes_what_the_law_lets_go_and_says_why_the_rest_stays(bench):
    code = parcel(bench)
    receipt(bench)
    waiting = parcel(bench, "73610555582883", collected=False)
    found = bench.act(requests.ask, "pickup_code", code, PHONE)
    done, stayed = erase(bench, found.id)
    assert done == 2  # the parcel that left, and the standing proxy
    assert {(case.case_kind, case.until_on is None) for case, _ in stayed} == {("purchase", True), ("parcel", True)}
    slip_id, _ = bench.act(answering.print_erased, found.id, done, stayed)
    text = bench.text(slip_id, 48).replace("\n", "")
    assert "还没有办完" in text and PHONE not in text
    assert bench.value("SELECT COUNT(*) FROM parcels WHERE erased_at IS NOT NULL") == 1
    assert bench.value("SELECT state FROM parcels WHERE pickup_code = ?", waiting) == "on_shelf"
    assert bench.value("SELECT COUNT(*) FROM erasures WHERE rule = 'request.person'") == 2
    row = bench.value("SELECT done || '-' || stayed FROM data_requests WHERE kind = 'erasure'")
    assert row == "2-2"
    assert bench.code(requests.cases_of, found.id) == "data_request.over"


def test_copies_for_the_paper_go_with_what_they_were_copied_from(bench):
    found = bench.act(requests.ask, "pickup_code", parcel(bench), PHONE)
    slip_id, _ = bench.act(answering.print_kept, found.id)
    assert PHONE in bench.text(slip_id, 48), "the control: it was copied"
    erase(bench, found.id)
    assert PHONE not in bench.text(slip_id, 48)
    assert bench.value("SELECT COUNT(*) FROM vault WHERE case_kind = 'data_request'") == 0


def test_hand_over_of_whoever_was_erased_since_is_not_taken_back(bench):
    found = bench.act(requests.ask, "pickup_code", parcel(bench), PHONE)
    erase(bench, found.id)
    parcel_id = bench.value("SELECT id FROM parcels")
    assert bench.code(undo_parcel, parcel_id) == "parcel.person_erased"
    assert bench.code(undo_last, 1) == "parcel.person_erased"


def test_money_record_stays_its_three_years_and_names_the_law(bench):
    ticket_id = bench.ticket(("bill", BILL | {"customer_name": "欧阳丹", "phone": PHONE}))
    number = bench.settle(ticket_id, 100_00).receipt_no
    bench.act(outcome.submit, 1, channel="wechat", paid_from="wechat", account_holder="欧*丹", holder_confirmed=True)
    bench.act(outcome.confirm, 1, serial_no="S20261122001")
    assert "bill" in shown(bench, bench.act(requests.ask, "pickup_code", parcel(bench), PHONE).id), "by phone alone"
    found = bench.act(requests.ask, "receipt", number, PHONE)
    _done, stayed = erase(bench, found.id)
    assert [(case.case_kind, reason) for case, reason in stayed] == [("bill", TERMS[MONEY].reason)]
    assert stayed[0][0].until_on is not None
    assert vault_of(bench, "bill", 1, "phone") == PHONE


def test_clinic_visit_is_erased_when_it_is_asked(bench):
    ticket_id = bench.ticket(("convenience", clinic(phone=PHONE)))
    number = bench.settle(ticket_id, 0).receipt_no
    found = bench.act(requests.ask, "receipt", number, PHONE)
    done, stayed = erase(bench, found.id)
    assert (done, stayed) == (1, [])
    assert bench.value("SELECT COUNT(*) FROM vault WHERE case_kind = 'convenience'") == 0


def test_wrong_phone_and_name_are_put_right_in_every_column(bench):
    code = parcel(bench, collected=False)
    found = bench.act(requests.ask, "pickup_code", code, PHONE)
    bench.act(answering.correct, found.id, "parcel", 1, "phone", OTHER)
    bench.act(answering.correct, found.id, "parcel", 1, "name_hint", "欧阳单")
    row = shown(bench, bench.act(requests.ask, "pickup_code", code, OTHER).id)["parcel"]
    assert (row["phone"], row["phone_tail"], row["name_hint"]) == (OTHER, "0002", "欧阳单")
    number = receipt(bench)
    again = bench.act(requests.ask, "receipt", number, PHONE)
    bench.act(answering.correct, again.id, "purchase", 1, "phone", OTHER)
    bench.act(answering.correct, again.id, "purchase", 1, "customer_name", "欧阳单")
    assert vault_of(bench, "purchase", 1, "phone") == OTHER
    assert bench.value("SELECT phone_tail FROM purchases") == "0002"
    assert bench.value("SELECT COUNT(*) FROM data_requests WHERE kind = 'correction'") == 4


@pytest.mark.parametrize(
    ("case", "field", "value", "code"),
    [
        (("parcel", 1), "waybill_no", "X", "data_request.field_fixed"),
        (("parcel", 1), "collected_by", "X", "data_request.field_fixed"),
        (("parcel", 1), "phone", "  ", "data_request.value_missing"),
        (("parcel", 1), "phone", "12", "phone.digits"),
        (("parcel", 2), "phone", OTHER, "data_request.not_theirs"),
        (("staff", 1), "name", "X", "data_request.not_theirs"),
    ],
)
def test_what_may_not_be_corrected_is_refused(bench, case, field, value, code):
    found = bench.act(requests.ask, "pickup_code", parcel(bench), PHONE)
    assert bench.code(answering.correct, found.id, *case, field, value) == code


# Terms ---------------------------------------------------------------------------------------------------------------


def test_manager_sets_a_term_and_it_stands_with_who_and_when(bench):
    assert bench.act(set_term, NUMBER, 60) is True
    assert bench.act(set_term, NUMBER, 60) is False
    with bench.store.reading() as db:
        assert days_of(db, NUMBER) == 60
    assert bench.value("SELECT set_by_id FROM retention_terms") == bench.manager_id
    assert bench.value("SELECT facts FROM audit WHERE action = 'retention.term_set'").count("60") == 1


@pytest.mark.parametrize(
    ("term", "days", "code"),
    [
        ("money", 1095, "retention.out_of_bounds"),
        ("clinic", 31, "retention.out_of_bounds"),
        ("working", 2, "retention.term_fixed"),
        ("for_ever", 2, "retention.term_unknown"),
        (NUMBER, 366, "retention.number_outlives_person"),
        (PERSON, 60, "retention.number_outlives_person"),
    ],
)
def test_term_outside_the_law_is_refused(bench, term, days, code):
    assert bench.code(set_term, term, days) == code


def test_operator_sets_no_term(bench):
    assert bench.code(set_term, NUMBER, 60, actor=bench.staff("operator")) == "staff.not_allowed"


@pytest.mark.parametrize(("days", "gone"), [(89, []), (92, ["phone"]), (367, ["phone", "tail"])])
def test_number_goes_after_ninety_days_and_the_rest_after_a_year(bench, days, gone):
    parcel(bench)
    erase_due(bench.store, clock.local_date() + timedelta(days=days))
    kept = [] if vault_of(bench, "parcel", 1, "phone") else ["phone"]
    kept += [] if bench.value("SELECT phone_tail FROM parcels") else ["tail"]
    assert kept == gone


def test_term_that_was_set_counts(bench):
    parcel(bench)
    bench.act(set_term, NUMBER, 30)
    erase_due(bench.store, clock.local_date() + timedelta(days=32))
    assert vault_of(bench, "parcel", 1, "phone") is None


def test_what_is_still_open_is_never_erased_by_age(bench):
    parcel(bench, collected=False)
    bench.settle(bench.ticket(("bill", BILL)), 100_00)
    assert erase_due(bench.store, clock.local_date() + timedelta(days=9999)) == 0
    assert vault_of(bench, "bill", 1, "account_no") and vault_of(bench, "parcel", 1, "phone")


def test_many_go_in_short_turns_and_a_cut_one_goes_on(bench):
    for number in range(40):
        bench.act(check_in, waybill=f"73610555{number:06d}", phone=PHONE, desk_id=1)
        bench.act(hand_over_one, number + 1, "code")
    day = clock.local_date() + timedelta(days=400)
    first = erase_due(bench.store, day, run_seconds=0.0)
    assert first == 0
    assert erase_due(bench.store, day) > 40
    assert erase_due(bench.store, day) == 0
    assert bench.value("SELECT COUNT(*) FROM vault WHERE case_kind = 'parcel'") == 0


# Proofs --------------------------------------------------------------------------------------------------------------


BROKEN = [
    (
        "INSERT INTO vault SELECT case_kind, case_id, 'phone', '1', '2', 'parcel', '2020' FROM erasures WHERE case_kind = 'parcel'",
        "retention.came_back",
    ),
    ("INSERT INTO vault VALUES ('stranger', 1, 'phone', '1', '2', 'parcel', '')", "retention.undeclared"),
    ("INSERT INTO vault VALUES ('bill', 1, 'weight', '1', '2', 'money', '')", "retention.undeclared"),
    ("UPDATE vault SET retention_class = 'clinic' WHERE case_kind = 'purchase'", "retention.class_without_rule"),
    ("DELETE FROM erasures WHERE id = 1", "retention.not_listed"),
    ("UPDATE erasures SET audit_seq = 1 WHERE id = 2", "retention.not_recorded"),
    ("UPDATE retention_terms SET days = 5", "retention.term_wrong"),
    ("UPDATE retention_terms SET days = 61", "retention.term_not_recorded"),
    ("UPDATE data_requests SET asked_at = '2020' WHERE id = 1", "data_request.not_recorded"),
]


@pytest.fixture(scope="module")
def broken_from(tmp_path_factory):
    """A station in which somebody was erased and a term was changed."""
    made = Bench(tmp_path_factory.mktemp("requests") / "station", printer=False)
    found = made.act(requests.ask, "pickup_code", parcel(made), PHONE)
    receipt(made)
    made.act(set_term, NUMBER, 60)
    erase(made, found.id)
    with made.store.reading() as db:
        assert list(check.problems(db)) == []
    made.store.close()
    return made.store.state


@pytest.mark.parametrize(("statement", "code"), BROKEN, ids=[f"{code}-{n}" for n, (_, code) in enumerate(BROKEN)])
def test_check_names_what_is_wrong_with_an_erasure(broken_from, tmp_path, statement, code):
    shutil.copytree(broken_from, tmp_path / "station")
    made = Bench.reopened(tmp_path / "station")
    with bare(made.store.path) as connection:
        assert connection.execute(statement).rowcount != 0
    with made.store.reading() as db:
        assert code in {problem.code for problem in check.problems(db)}
    made.store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE erasures SET rule = 'x'",
        "DELETE FROM erasures",
        "UPDATE retention_terms SET days = 9",
        "DELETE FROM retention_terms",
        "UPDATE data_requests SET done = 9",
        "DELETE FROM data_requests",
    ],
)
def test_database_itself_refuses_to_change_the_list(broken_from, tmp_path, statement):
    shutil.copytree(broken_from, tmp_path / "station")
    made = Bench.reopened(tmp_path / "station")
    with pytest.raises(sqlite3.IntegrityError), made.store.transaction() as tx:
        tx.execute(statement)
    made.store.close()


def vault_of(bench: Bench, case_kind: str, case_id: int, field: str) -> str | None:
    with bench.store.reading() as db:
        return vault.get(db, case_kind, case_id, field)
