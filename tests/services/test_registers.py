"""Registers: an entry from its opening to its end, its clock, what is refused, what is undone and corrected, what is counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk import registers, vault
from kiosk.counter import register_entries
from kiosk.errors import ConfigurationError
from kiosk.registers import actions, erasure, store, view
from kiosk.registers.alike import likeness
from kiosk.registers.clocks import after
from kiosk.registers.typed import Typed
from kiosk.storage import Actor
from tests.services.counter_bench import Bench
from tests.services.register_bench import CLOSING, COMPLAINT, OWN, photo, problems

AT = "2026-11-20T02:00:00.000000Z"
OPERATOR = Actor("staff", 2, "operator", "李四", 1)
BOOKS = ("complaints", "campaigns")
CAMPAIGN = {"title": "年货节", "kind": "展销会", "organiser": "本站", "starts_on": "2026-12-05"}
INSPECTOR = Actor("staff", 3, "inspector", "检查员", 1)


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert problems(opened) == []
    opened.store.close()


def complain(bench: Bench, at: str = AT, actor: Actor | None = None, **more) -> int:
    return bench.act(registers.open_entry, "complaints", COMPLAINT | more, at=at, actor=actor).id


def read(bench: Bench, entry_id: int):
    with bench.store.reading() as db:
        found = store.entry(db, entry_id)
        return found, store.kept_of(db, entry_id)


def due_on(bench: Bench, day: str) -> list:
    with bench.store.reading() as db:
        return registers.due(db, date.fromisoformat(day))


def counted(bench: Bench, first_on: str = "2026-11-01", last_on: str = "2026-11-30") -> dict[str, int]:
    with bench.store.reading() as db:
        return registers.counts(db, first_on, last_on)


@pytest.mark.obligation("TC-33", place="/registers/complaints", reads="每件投诉的经过、限期和结果")
def test_complaint_runs_its_seven_days_and_is_closed(bench):
    number = complain(bench)
    found, kept = read(bench, number)
    assert (found.number, found.state, found.date_on) == ("TS2026-0001", "open", "2026-11-20")
    assert "赵小梅" not in str(found.content) and kept["complainant#1"] == "赵小梅"
    (one,) = due_on(bench, "2026-11-24")
    assert (one.due_on, one.days_left, one.warns, one.is_late) == ("2026-11-27", 3, False, False)
    assert due_on(bench, "2026-11-25")[0].warns and due_on(bench, "2026-11-28")[0].is_late
    bench.act(actions.take_step, number, "handle", Typed({"done": "问了快递员"}), at=AT)
    bench.act(actions.take_step, number, "close", Typed(CLOSING), at=AT)
    found, kept = read(bench, number)
    assert (found.state, found.ended_on) == ("closed", "2026-11-20")
    assert found.values["compensation"] == "3000" and kept["done#2"] == "问了快递员"
    assert due_on(bench, "2026-12-30") == []
    numbers = counted(bench)
    assert [numbers[f"complaints.{code}"] for code in ("new", "closed", "open", "station_fault")] == [1, 1, 0, 0]


def test_what_only_the_manager_writes_only_he_puts_right(bench):
    """An operator made an agreed fee out of nothing, and a leave that was refused into a granted one."""
    terms = {"carrier": "圆通速递", "from_on": "2026-11-01", "fee": "0.80", "agreed_by": "口头约定"}
    number = bench.act(registers.open_entry, "carrier_terms", terms, at=AT).id
    change = Typed({"fee": "5.00"})
    assert bench.code(actions.correct, number, change, at=AT, actor=OPERATOR) == "staff.not_allowed"
    assert read(bench, number)[0].values["fee"] == "80"
    bench.act(actions.correct, number, change, at=AT)
    assert read(bench, number)[0].values["fee"] == "500"
    complaint = complain(bench, actor=OPERATOR)
    bench.act(actions.correct, complaint, Typed({"wants": "退货"}), at=AT, actor=OPERATOR)


def test_numbers_run_by_register_and_year(bench):
    assert [read(bench, complain(bench))[0].number for _ in range(2)] == ["TS2026-0001", "TS2026-0002"]
    assert bench.code(registers.open_entry, "complaints", COMPLAINT | {"kind": "没有这种"}) == "register.field_wrong"
    assert read(bench, complain(bench))[0].number == "TS2026-0003"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"told": ""}, "register.field_missing"),
        ({"kind": "别的"}, "register.field_wrong"),
        ({"happened_on": "2026-13-40"}, "register.field_wrong"),
        ({"happened_on": "2026-12-25"}, "register.date_ahead"),
        ({"nonsense": "1"}, "register.field_unknown"),
        ({"result": "已退款"}, "register.field_unknown"),
        ({"told": "他的身份证 11010519491231002X"}, "text.holds_id_number"),
        ({"told": "卡号 4111111111111111"}, "text.holds_card_number"),
        ({"told": "付款码 134567890123456789"}, "text.is_payment_code"),
        ({"told": "字" * 201}, "register.field_wrong"),
        ({"phone": "12"}, "phone.unreadable"),
        ({"proof": "x"}, "register.field_wrong"),
    ],
)
def test_what_is_typed_wrong_is_refused_whole(bench, typed, code):
    found = bench.code(registers.open_entry, "complaints", COMPLAINT | typed, at=AT)
    assert found == code or (code == "phone.unreadable" and found.startswith("phone."))


def test_phone_number_in_words_that_stay_is_refused(bench):
    (bench.store.state / "registers").mkdir()
    own = OWN.replace(
        'code = "well"\nlabel = "哪口井"\ntype = "choice"\nchoices = ["东井", "西井"]',
        'code = "well"\nlabel = "哪口井"\ntype = "text"\npersonal = false',
    )
    (bench.store.state / "registers" / "well_water.toml").write_text(own, "utf-8")
    typed = {"on": "2026-11-20", "well": "问 138 1234 5678", "depth": "0", "seen_by": "王"}
    assert bench.code(registers.open_entry, "well_water", typed, at=AT) == "register.holds_phone"


def test_steps_that_do_not_lead_on_are_refused(bench):
    number = complain(bench)
    bench.act(actions.take_step, number, "close", Typed(CLOSING), at=AT)
    assert bench.code(actions.take_step, number, "close", Typed(CLOSING)) == "register.too_far"
    assert bench.code(actions.take_step, number, "nonsense", Typed()) == "register.no_step"
    assert bench.code(actions.take_step, 99, "close", Typed()) == "register.no_entry"
    assert (
        bench.code(actions.take_step, number, "reopen", Typed({"why_again": "不满意"}), 1)
        == "register.changed_meanwhile"
    )
    assert bench.code(registers.open_entry, "nonsense", {}) == "register.unknown"
    assert bench.code(registers.open_entry, "complaints", COMPLAINT, ("bill", 1)) == "register.link_unknown"
    assert bench.code(registers.open_entry, "complaints", COMPLAINT, actor=INSPECTOR) == "staff.not_allowed"


def test_correction_is_a_new_step_and_what_stood_stays(bench):
    number = complain(bench)
    assert bench.code(actions.correct, number, Typed({"told": COMPLAINT["told"]}), at=AT) == "register.nothing_changed"
    assert bench.code(actions.correct, number, Typed({"result": "已退款"}), at=AT) == "register.field_unknown"
    bench.act(actions.correct, number, Typed({"complainant": "赵晓梅", "kind": "快递丢失", "wants": ""}), at=AT)
    found, kept = read(bench, number)
    assert store.value_of(found, kept, "complainant") == "赵晓梅" and kept["complainant#1"] == "赵小梅"
    assert found.values["kind"] == "快递丢失" and "wants" not in found.content and kept["wants#1"] == "赔两个碗"
    with bench.store.reading() as db:
        assert db.value("SELECT name_hint FROM register_entries WHERE id = ?", number) == "赵晓梅"


def test_last_step_is_undone_by_whoever_took_it_or_the_manager(bench):
    number = complain(bench, actor=OPERATOR)
    bench.act(actions.take_step, number, "handle", Typed({"done": "问了"}), at=AT)
    assert bench.code(actions.undo, number, at=AT, actor=OPERATOR) == "register.not_yours_to_undo"
    bench.act(actions.undo, number, at=AT)
    found, _kept = read(bench, number)
    assert (found.state, found.steps, "done" in found.content) == ("open", 3, False)
    assert bench.code(actions.undo, number, at=AT) == "register.nothing_to_undo"
    bench.act(actions.take_step, number, "handle", Typed({"done": "又问了"}), at=AT, actor=OPERATOR)
    bench.act(actions.undo, number, at=AT, actor=OPERATOR)
    assert read(bench, number)[0].state == "open"


def test_withdrawn_entry_keeps_its_number_and_counts_no_more(bench):
    number = complain(bench, actor=OPERATOR)
    other = Actor("staff", 4, "operator", "赵五", 1)
    assert bench.code(actions.withdraw, number, at=AT, actor=other) == "register.not_yours_to_undo"
    bench.act(actions.withdraw, number, at=AT, actor=OPERATOR)
    assert bench.code(actions.withdraw, number, at=AT) == "register.too_far"
    assert bench.code(actions.correct, number, Typed({"told": "别的"}), at=AT) == "register.too_far"
    assert counted(bench)["complaints.new"] == 0 and due_on(bench, "2026-11-25") == []
    bench.act(actions.undo, number, at=AT)
    assert counted(bench)["complaints.new"] == 1 and read(bench, number)[0].state == "open"


def test_counts_are_as_the_books_stood_at_the_end_of_the_period(bench):
    number = complain(bench)
    bench.close(at=AT)
    before = counted(bench, last_on="2026-11-20")
    late = "2026-11-21T02:00:00.000000Z"
    bench.act(actions.take_step, number, "close", Typed(CLOSING), at=late)
    other = complain(bench, at=late)
    bench.act(actions.withdraw, number, at=late)
    assert counted(bench, last_on="2026-11-20") == before
    assert before["complaints.new"] == before["complaints.open"] == 1
    numbers = counted(bench)
    assert (numbers["complaints.new"], numbers["complaints.closed"], numbers["complaints.open"]) == (1, 0, 1)
    assert read(bench, other)[0].number == "TS2026-0002"


def test_inspection_is_signed_and_photographed_on_the_spot(bench):
    items = [{"result": "合格"}] * 15 + [{"result": "不合格", "remark": "没有交易"}]
    typed = Typed(
        {"on": "2026-11-20", "by_whom": "县公共服务中心", "inspector": "钱科长", "overall": "好"}, {"items": items},
        {"pictures": [photo(), photo("blue")], "inspector_signed": [photo("black")]},
    )  # fmt: skip
    number = bench.act(registers.open_entry, "inspections", typed, at=AT).id
    found, _kept = read(bench, number)
    assert [len(found.pictures[code]) for code in ("pictures", "inspector_signed")] == [2, 1]
    assert found.rows["items"][15] == {"result": "不合格", "remark": "没有交易"}
    numbers = counted(bench)
    assert (numbers["inspections.received"], numbers["inspections.county"], numbers["inspections.area_partner"]) == (
        1,
        1,
        0,
    )
    short = Typed(typed.values, {"items": items[:3]}, {})
    assert bench.code(registers.open_entry, "inspections", short, at=AT) == "register.field_missing"
    many = Typed(typed.values, {"items": items}, {"inspector_signed": [photo(), photo()]})
    assert bench.code(registers.open_entry, "inspections", many, at=AT) == "register.too_many_pictures"
    long = Typed(typed.values, {"items": [*items, {"result": "合格"}]}, {})
    assert bench.code(registers.open_entry, "inspections", long, at=AT) == "register.too_many_rows"
    odd = Typed(typed.values, {"items": [{"nonsense": "1"}]}, {})
    assert bench.code(registers.open_entry, "inspections", odd, at=AT) == "register.field_unknown"
    none = Typed(typed.values, {"items": []}, {})
    assert bench.code(registers.open_entry, "inspections", none, at=AT) in (
        "register.field_missing",
        "register.rows_missing",
    )


def test_county_adds_a_register_by_a_file_alone(bench):
    folder = bench.store.state / "registers"
    folder.mkdir()
    (folder / "well_water.toml").write_text(OWN, "utf-8")
    typed = {"on": "2026-11-18", "well": "东井", "depth": "35", "seen_by": "孙七"}
    number = bench.act(registers.open_entry, "well_water", typed, at=AT).id
    assert read(bench, number)[0].number == "SJ2026-0001"
    assert counted(bench)["well_water.deep"] == 35
    assert [(one.title, one.due_on, one.warns) for one in due_on(bench, "2026-11-20")] == [
        ("三天内来水", "2026-11-21", True)
    ]
    # The county changes its file: the entry reads and goes on as it was written.
    (folder / "well_water.toml").write_text(OWN.replace('"dry"', '"empty"'), "utf-8")
    bench.act(actions.take_step, number, "flow", Typed({"words": "挖深了"}), at=AT)
    assert read(bench, number)[0].state == "fine"
    # And takes it away: what was written stays readable and right.
    (folder / "well_water.toml").unlink()
    with bench.store.reading() as db:
        assert store.form_of(db, store.entry(db, number)).title() == "水井巡查"
    assert bench.code(registers.open_entry, "well_water", typed) == "register.unknown"
    # Another one in its place needs letters of its own: SJ2026-0001 is an entry that stands.
    (folder / "wells.toml").write_text(OWN.replace('"well_water"', '"wells"'), "utf-8")
    assert bench.code(registers.open_entry, "wells", typed, at=AT) == "register.letter_taken"
    (folder / "wells.toml").write_text(OWN.replace('"well_water"', '"wells"').replace('"SJ"', '"SK"'), "utf-8")
    assert bench.act(registers.open_entry, "wells", typed, at=AT).number == "SK2026-0001"


@pytest.mark.parametrize(
    ("before", "wrong", "key"),
    [
        ('to = "fine"', 'to = "gone"', "steps[1].to"),
        ('from = ["dry"]', 'from = ["gone"]', "steps[1].from"),
        ('letter = "SJ"', 'letter = "sj"', "letter"),
        ('letter = "SJ"', 'letter = "TS"', "letter"),
        ('code = "well_water"', 'code = "other"', "code"),
        ('date = "on"', 'date = "depth"', "date"),
        ('type = "number"', 'type = "float"', "fields[3].type"),
        ('asked = "flow"', 'asked = "flood"', "fields[5].asked"),
        ('sum = "depth"', 'sum = "seen_by"', "counters[1].sum"),
        ('well = "东井"', 'seen_by = "孙七"', "counters[1].where"),
        ("days = 3", "days = -3", "clocks[1].days"),
        ('in = ["dry"]', 'in = ["wet"]', "clocks[1].in"),
        ('kind = "open"', 'kind = "ajar"', "states[1].kind"),
        ('code = "flow"\nname = "来水了"', 'code = "undone"\nname = "来水了"', "steps"),
        ('choices = ["东井", "西井"]', 'hint = "x"', "fields[2].choices"),
        ('name_en = "Wells"', 'colour = "red"', "colour"),
        ('name = "水井巡查"', 'name = "水井\\u202e巡查"', "name"),
        ("code = ", "code = = ", ""),
    ],
)
def test_mistake_in_a_countys_file_is_named(bench, before, wrong, key):
    folder = bench.store.state / "registers"
    folder.mkdir()
    assert before in OWN
    (folder / "well_water.toml").write_text(OWN.replace(before, wrong, 1), "utf-8")
    with bench.store.reading() as db, pytest.raises(ConfigurationError) as error:
        registers.registers(db)
    assert "well_water.toml" in str(error.value.facts["file"]) or key == "letter"
    assert error.value.facts["key"] == key


def test_entry_is_erased_after_its_term_and_counts_the_same(bench):
    number = complain(bench)
    with bench.store.transaction(erasing=True) as tx:
        with pytest.raises(Exception, match="still_open|没有办完"):
            erasure.forget(tx, number, "request")
    bench.act(actions.take_step, number, "close", Typed(CLOSING, {}, {"signed": [photo()]}), at=AT)
    before = counted(bench)
    with bench.store.transaction(erasing=True) as tx:
        assert erasure.forget(tx, number, "term.register") > 0
        assert erasure.forget(tx, number, "term.register") == 0
    found, kept = read(bench, number)
    assert kept == {} and found.erased_at is not None and counted(bench) == before
    with bench.store.reading() as db:
        assert vault.get(db, "register", number, "told#1") is None
    assert bench.code(actions.correct, number, Typed({"kind": "快递丢失"}), at=AT) == "register.erased"
    # Nor does it go on: what would be written now of a person no term would ever reach.
    again = Typed({"why_again": "赵小梅又来了，住在东头"})
    assert bench.code(actions.take_step, number, "reopen", again, at=AT) == "register.erased"
    assert bench.code(actions.undo, number, at=AT) == "register.erased"
    with bench.store.reading() as db:
        shown = view.detail(db, found)
    assert (shown["next"], shown["may_undo"]) == ([], False)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("玉米种子到货，每袋 45 元", "玉米种子到货 每袋45元。", 100, 100),
        ("玉米种子到货，每袋 45 元", "玉米种子到货，每袋 48 元", 90, 99),
        ("玉米种子到货", "明天停电通知", 0, 40),
        ("", "玉米", 0, 0),
    ],
)
def test_likeness_looks_at_letters_alone(one, other, least, most):
    assert least <= likeness(one, other) <= most and likeness(one, other) == likeness(other, one)


@pytest.mark.parametrize(
    ("first", "days", "then"),
    [("2026-11-20", 1, "2026-11-23"), ("2026-11-20", 5, "2026-11-27"), ("2026-11-21", 0, "2026-11-21")],
)
def test_working_days_leave_out_saturday_and_sunday(first, days, then):
    assert after(date.fromisoformat(first), days, working_days=True).isoformat() == then


def test_slip_says_number_and_deadline_and_forgets_its_person(bench):
    said = COMPLAINT | {
        "complainant": "欧阳䶮𠮷赵小梅钱孙李周",
        "wants": "赔两个碗，另外请快递员当面道歉，以后先打电话",
    }
    number = bench.act(registers.open_entry, "complaints", said, at=AT).id
    slip_id = bench.act(register_entries.print_slip, number, at=AT)
    text = bench.text(slip_id)
    assert "TS2026-0001" in text and "2026-11-27" in text and "赔两个碗" in text and "13812345678" not in text
    bench.act(actions.take_step, number, "close", Typed(CLOSING), at=AT)
    with bench.store.transaction(erasing=True) as tx:
        erasure.forget(tx, number, "request.person")
    text = bench.text(slip_id).replace("\n", "")
    assert "赔两个碗" not in text and "TS2026-0001" in text and vault.ERASED in text.replace(" ", "")
    assert bench.code(register_entries.print_slip, number) == "register.erased"
    plain = bench.act(registers.open_entry, "inspections", _inspected(), at=AT).id
    assert bench.code(register_entries.print_slip, plain) == "register.no_slip"


def _inspected() -> Typed:
    typed = {"on": "2026-11-20", "by_whom": "村委会", "inspector": "钱科长", "overall": "好"}
    return Typed(typed, {"items": [{"result": "合格"}] * 16})


def test_counts_look_only_at_what_the_period_touched(bench):
    """What was entered and ended before is found by no question, however many years of it there are."""
    ended, left, moved = (complain(bench) for _ in range(3))
    for number in (ended, moved):
        bench.act(actions.take_step, number, "close", Typed(CLOSING), at=AT)
    planned = bench.act(registers.open_entry, "campaigns", CAMPAIGN, at=AT).id
    bench.close(at="2026-11-20T10:00:00.000000Z")
    for act, said in (("reopen", {"why_again": "还要再谈"}), ("close", CLOSING)):
        bench.act(actions.take_step, moved, act, Typed(said), at="2026-12-20T02:00:00.000000Z")
    with bench.store.reading() as db:
        found = {code: [one.id for one, _ in store.touched(db, code, "2026-12-01", "2026-12-31")] for code in BOOKS}
        before = [one.id for one, _ in store.touched(db, "complaints", "2026-11-01", "2026-11-30")]
        seen: list[str] = []
        db.connection.set_trace_callback(seen.append)
        list(store.touched(db, "complaints", "2026-12-01", "2026-12-31"))
        db.connection.set_trace_callback(None)
        plan = [row["detail"] for row in db.all(f"EXPLAIN QUERY PLAN {seen[0]}")]
    assert found == {"complaints": [left, moved], "campaigns": [planned]} and before == [ended, left, moved]
    assert [one for one in plan if one.startswith("SCAN") and one != "SCAN found"] == []
    assert [one for one in plan if one.startswith("SEARCH e ")] == ["SEARCH e USING INTEGER PRIMARY KEY (rowid=?)"]


def test_complaint_that_is_reopened_and_closed_again_is_closed_once(bench):
    """Counted at each closing it would cost its point twice, and more would have been closed than came in."""
    number = complain(bench)
    shut = Typed(CLOSING | {"fault": "本站"})
    bench.act(actions.take_step, number, "close", shut, at=AT)
    codes = ("new", "closed", "station_fault", "open", "handling")
    assert [counted(bench)[f"complaints.{code}"] for code in codes] == [1, 1, 1, 0, 0]
    bench.act(actions.take_step, number, "reopen", Typed({"why_again": "还没赔"}), at=AT)
    assert [counted(bench)[f"complaints.{code}"] for code in codes] == [1, 0, 0, 0, 1]
    bench.close(at="2026-11-20T10:00:00.000000Z")
    bench.act(actions.take_step, number, "close", shut, at="2026-12-02T02:00:00.000000Z")
    assert [counted(bench)[f"complaints.{code}"] for code in codes] == [1, 0, 0, 0, 1], "November as it ended"
    year = counted(bench, "2026-01-01", "2026-12-31")
    assert [year[f"complaints.{code}"] for code in codes] == [1, 1, 1, 0, 0]
