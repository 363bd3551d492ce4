"""The registers that ship: each loads, speaks English too, can be walked to its last state, prints what was written, and its
clocks and counters do what their names say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk import registers
from kiosk.codes import carriers
from kiosk.counter import register_entries
from kiosk.printing.sheet import Facts, Paragraph, Sheet, Table
from kiosk.registers import actions, slips
from kiosk.registers.clocks import after
from kiosk.registers.model import OPENED, PICTURES, Register
from kiosk.registers.typed import Typed
from tests.services.counter_bench import Bench
from tests.services.register_bench import problems
from tests.services.register_walk import AT, ON, fill, shipped, walk, way_to

#: The registers that the documents ask for, by the letters of their numbers.
ASKED = {
    "complaints": "TS", "inspections": "XJ", "phone_followups": "HF", "sanctions": "ZG", "assessments": "KH", "assets": "ZC",
    "repairs": "BX", "asset_returns": "TH", "trainings": "PX", "villager_trainings": "CP", "campaigns": "HD",
    "activities": "XC", "home_visits": "RH", "posts": "XX", "online_shops": "WD", "demand_survey": "MD", "attendance": "KQ",
    "leaves": "QJ", "breaches": "XL", "carrier_terms": "PF", "carrier_fines": "FK", "carrier_statements": "DZ",
}  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory):
    opened = Bench(tmp_path_factory.mktemp("registers") / "station", printer=False)
    yield opened
    assert problems(opened) == []
    opened.store.close()


def test_every_register_that_is_asked_for_ships(bench):
    assert {code: one.letter for code, one in shipped(bench).items()} == ASKED


def is_english(text: str) -> bool:
    return bool(text) and not any("\u3400" <= letter <= "\u9fff" for letter in text)


@pytest.mark.parametrize("code", ASKED)
def test_register_speaks_english_too(bench, code):
    one = shipped(bench)[code]
    fields = [*one.fields, *(field for rows in one.rows for field in rows.fields)]
    said = [one.title("en"), one.about("en"), one.paper_title("en"), *one.public_process("en"), *one.paper.places("en")]
    said += [part.title("en") for part in (*one.states, *one.steps, *one.rows, *one.clocks, *one.counters)]
    said += [step.hint("en") for step in one.steps if step.words]
    said += [field.name("en") for field in fields]
    said += [field.told(choice, "en") for field in fields for choice in field.choices]
    said += [rows.fixed_head("en") for rows in one.rows if rows.fixed]
    said += [rows.fixed_name(place, "en") for rows in one.rows for place in range(len(rows.fixed))]
    said += [field["hint_en"] for field in one.raw["fields"] if field.get("hint")]
    assert [text for text in said if not is_english(text)] == []


@pytest.mark.obligation(
    "TC-27", "CUO-08", place="/registers/complaints", reads="each dispute with what was done and how it ended"
)
@pytest.mark.obligation(
    "LY-20",
    "CUO-17",
    "TC-16",
    "TC-43",
    place="/registers/inspections",
    reads="each visit: date, inspector, items, photo, signature",
)
@pytest.mark.obligation(
    "JX-05",
    "JX-20",
    "TC-45",
    "TC-46",
    "TC-48",
    "CUO-03",
    "CUO-04",
    place="/registers/inspections",
    reads="sixteen items looked at, each passed or failed",
)
@pytest.mark.obligation(
    "JX-04",
    "TC-11",
    "TC-17",
    "TC-23",
    place="/registers/assets",
    reads="each thing issued, where it stands, when it was checked",
)
@pytest.mark.obligation(
    "JX-19", "TC-44", place="/registers/repairs", reads="damage, when reported, to whom, when mended"
)
@pytest.mark.obligation(
    "CUO-24", "JX-33", place="/registers/asset_returns", reads="the list of things and accounts taken back, signed"
)
@pytest.mark.obligation(
    "LY-15",
    "JX-06",
    "JX-22",
    "TC-36",
    place="/registers/trainings",
    reads="attendance, leave with its reason, absence, test",
)
@pytest.mark.obligation(
    "LY-04",
    "TC-30",
    "TC-39",
    "NORM-05",
    "NORM-19",
    place="/registers/villager_trainings",
    reads="told, enrolled, applied for, held, who came, how content",
)
@pytest.mark.obligation(
    "JX-23", "TC-09", place="/registers/campaigns", reads="campaigns joined and missed, data reported or not"
)
@pytest.mark.obligation(
    "LY-05",
    "JX-21",
    "TC-25",
    "CUO-06",
    place="/registers/activities",
    reads="what was made known, how, to how many, with photos",
)
@pytest.mark.obligation(
    "NORM-16", place="/registers/home_visits", reads="each household called on and what was promised"
)
@pytest.mark.obligation(
    "TC-20", "NORM-13", place="/registers/demand_survey", reads="needs and production of each household"
)
@pytest.mark.obligation(
    "CUO-22", place="/registers/phone_followups", reads="each quarter's call, the half-year count, what to put right"
)
@pytest.mark.obligation(
    "NORM-15", place="/registers/attendance", reads="who was there each day; leave under /registers/leaves"
)
@pytest.mark.obligation(
    "LY-03", "JX-30", place="/registers/sanctions", reads="warnings, deductions from the deposit, reports and criticism"
)
@pytest.mark.obligation(
    "TC-42", place="/registers/online_shops", reads="shops opened and what they sell each time they are looked after"
)
@pytest.mark.obligation(
    "TC-35", "CUO-20", place="/registers/breaches", reads="each breach: stopped, reported, people told"
)
@pytest.mark.parametrize("code", ASKED)
def test_every_step_can_be_taken_and_everything_written_comes_out_on_paper(bench, code):
    register = shipped(bench)[code]
    ways = [[]] if not register.steps else [[*way_to(register, step.begins), step] for step in register.steps]
    assert {step.to for way in ways for step in way} | {register.states[0].code} == {
        one.code for one in register.states
    }
    for way in ways:
        entry = walk(bench, register, way)
        assert entry.state == (way[-1].to if way else register.states[0].code)
        with bench.store.reading() as db:
            words = text_of(slips.sheet_of(db, entry, in_full=True))
        acts = (OPENED, *(step.code for step in way))
        for field in register.fields:
            if field.type not in PICTURES and set(field.asked) & set(acts):
                assert field.name() in words, (code, field.code)
                kept = fill(register, next(act for act in field.asked if act in acts), {}).values[field.code]
                if field.type in ("text", "note", "choice", "person", "date", "time"):
                    assert kept in words, (code, field.code)
        for rows in register.rows:
            if set(rows.asked) & set(acts):
                assert all(field.name() in words for field in rows.fields), (code, rows.code)
                assert all(name in words for name in rows.fixed)


def text_of(sheet: Sheet) -> str:
    """All the words on a sheet."""
    words = [sheet.title, sheet.number]
    for part in sheet.parts:
        match part:
            case Paragraph():
                words.append(part.text)
            case Facts():
                words += [text for pair in part.pairs for text in pair]
            case Table():
                words += [column.head for column in part.columns] + [cell for row in part.rows for cell in row]
    return "\n".join(words)


@pytest.mark.obligation(
    "TC-33", place="/registers/complaints", reads="the day by which each complaint is closed, seven days on"
)
@pytest.mark.obligation(
    "LY-26", place="/registers/sanctions", reads="what must be put right by when, with a warning before"
)
@pytest.mark.obligation(
    "JX-09", place="/registers/assets", reads="scales with the day by which they are verified again"
)
@pytest.mark.parametrize("code", ASKED)
def test_every_clock_runs_warns_and_is_late(bench, code):
    register = shipped(bench)[code]
    for clock in register.clocks:
        for state in clock.runs_in:
            entry = walk(bench, register, way_to(register, (state,)))
            due_on = after(date.fromisoformat(ON), clock.days, working_days=clock.working_days)
            told = {
                day: running(bench, entry.id, clock.code, due_on + timedelta(days=day))
                for day in (-clock.warn_days - 1, 0, 1)
            }
            assert all(told.values()), (code, clock.code, state)
            before, on_time, late = told.values()
            assert (before.warns, on_time.warns, on_time.is_late, late.is_late) == (False, True, False, True)
            assert on_time.due_on == due_on.isoformat() and on_time.title
    for state in register.states:
        if not any(state.code in clock.runs_in for clock in register.clocks):
            entry = walk(bench, register, way_to(register, (state.code,)))
            with bench.store.reading() as db:
                assert [one for one in registers.due(db, date(2028, 1, 1)) if one.entry_id == entry.id] == []
    assert all(
        state.kind != "open" or any(state.code in clock.runs_in for clock in register.clocks)
        for state in register.states
    )


def running(bench: Bench, entry_id: int, clock: str, today: date):
    with bench.store.reading() as db:
        return next((one for one in registers.due(db, today) if (one.entry_id, one.clock) == (entry_id, clock)), None)


@pytest.mark.parametrize("code", ASKED)
def test_every_counter_counts_what_it_names(bench, code):
    register = shipped(bench)[code]
    assert register.counters
    for counter in register.counters:
        kind, _, name = counter.counts.partition(":")
        way = []
        if kind == "step":
            step = register.step(name)
            way = [*way_to(register, step.begins), step]
        elif kind == "state":
            way = way_to(register, (name,))
        wanted = {key: value for key, value in counter.where.items() if key != "alike"}
        if "alike" in counter.where:
            wanted["body"] = wanted["title"] = (
                "同一条" if counter.where["alike"] else f"第 {name} 条完全不同的信息甲乙丙"
            )
            if counter.where["alike"]:
                walk(bench, register, way, wanted)
        before = counted(bench, register, counter.key)
        walk(bench, register, way, wanted)
        added = counted(bench, register, counter.key) - before
        assert added == worth(register, counter), counter.key


def worth(register: Register, counter) -> int:
    """What one entry, filled by ``register_walk``, adds to a counter."""
    if not counter.sum or counter.sum.startswith("rows:"):
        return 1
    return {"money": 12_50, "count": 3, "number": 4}[register.field(counter.sum).type]


def counted(bench: Bench, register: Register, key: str) -> int:
    with bench.store.reading() as db:
        return registers.counts(db, ON, ON, [register.code])[key]


def test_carriers_in_the_registers_are_those_of_the_station(bench):
    names = tuple(one.name_zh for one in carriers.known())
    english = tuple(one.name_en for one in carriers.known())
    for code in ("carrier_terms", "carrier_fines", "carrier_statements"):
        field = shipped(bench)[code].field("carrier")
        assert (field.choices, field.choices_en) == (names, english)


POST = {"published_on": ON, "column": "农产品供应", "platform": "智慧乡村", "checked": "1"}


@pytest.mark.obligation(
    "CUO-19", place="/registers/posts", reads="fifteen different posts a month, duplicates marked and not counted"
)
@pytest.mark.obligation(
    "TC-34", "CUO-16", place="/registers/posts", reads="checked as lawful, true and well worded before it is entered"
)
def test_fifteen_posts_of_which_one_says_the_same_again_are_fourteen(tmp_path):
    bench = Bench(tmp_path / "station", printer=False)
    topics = [
        "红薯粉条",
        "土蜂蜜",
        "菜籽油",
        "黑山羊",
        "高山茶",
        "竹编篮",
        "干笋",
        "米酒",
        "核桃",
        "板栗",
        "腊肉",
        "豆腐乳",
        "葛根粉",
        "山茶油",
    ]
    for topic in topics:
        post(bench, f"{topic}上市", f"{topic}新货到站，{topic * 3}，欢迎到服务站选购")
    again = post(bench, "红薯粉条 上市！", "红薯粉条新货到站， 红薯粉条红薯粉条红薯粉条，欢迎到服务站选购。")
    assert again.alike_id == 1
    with bench.store.reading() as db:
        numbers = registers.counts(db, "2026-11-01", "2026-11-30", ["posts"])
    assert (numbers["posts.published"], numbers["posts.duplicates"]) == (14, 1)
    assert (
        bench.code(registers.open_entry, "posts", POST | {"title": "甲", "body": "乙", "checked": ""})
        == "register.field_missing"
    )
    bench.store.close()


def post(bench: Bench, title: str, body: str):
    return bench.act(registers.open_entry, "posts", Typed(POST | {"title": title, "body": body}), at=AT)


def test_enrolment_goes_on_one_by_one_and_loses_nobody(tmp_path):
    bench = Bench(tmp_path / "station", printer=False)
    register = shipped(bench)["villager_trainings"]
    entry = bench.act(registers.open_entry, register.code, fill(register, OPENED, {}), at=AT)
    names = ("赵小梅", "钱大伯", "孙二婶")
    for name in names:
        typed = Typed({"enrolled_name": name, "enrolled_group": "农户"})
        entry = bench.act(actions.take_step, entry.id, "enrol", typed, at=AT)
    with bench.store.reading() as db:
        words = text_of(slips.sheet_of(db, entry, in_full=True))
        masked = text_of(slips.sheet_of(db, entry))
        numbers = registers.counts(db, ON, ON, [register.code])
    assert all(name in words and name not in masked for name in names)
    assert (numbers["villager_trainings.enrolled_first"], numbers["villager_trainings.enrolled"]) == (1, 3)
    bench.store.close()


def test_story_on_paper_puts_no_full_stop_before_the_next_field(tmp_path):
    bench = Bench(tmp_path / "station", printer=False)
    register = shipped(bench)["inspections"]
    entry = bench.act(registers.open_entry, register.code, fill(register, OPENED, {}), at=AT)
    found = Typed({"problem": "货架挡住了门头。", "rectify_by": "2026-11-25"})
    entry = bench.act(actions.take_step, entry.id, "find", found, at=AT)
    with bench.store.reading() as db:
        words = text_of(slips.sheet_of(db, entry, in_full=True))
    assert "货架挡住了门头；限期整改到：2026-11-25" in words
    bench.store.close()


def test_slip_of_a_leave_says_whose_it_is(tmp_path):
    bench = Bench(tmp_path / "station")
    register = shipped(bench)["leaves"]
    asked = fill(register, OPENED, {"who": "吴大山"})
    entry = bench.act(registers.open_entry, register.code, asked, at=AT)
    text = bench.text(bench.act(register_entries.print_slip, entry.id, at=AT))
    assert "谁请假" in text and "吴**" in text and "吴大山" not in text
    bench.store.close()
