"""Each fault of a printer as the operator sees it: the lamp, the words and what to do, and that all is well again afterwards.

Real drivers run simulated devices; the pages are those of the counter (issue: faults as the operator sees them).
"""

import pytest

from kiosk.devices import Fault
from kiosk.printing import jobs
from tests.drivers.bench import QUICK, ended, job_state, lamps, queue_note, wait_for
from tests.drivers.faults import PRINTER, fail, slips
from tests.web.forms import send

STOPS = [
    (Fault.PAPER_OUT, {}, ("打印纸用完了", "换上新纸"), ("打印机 ▲ 有问题", "打印纸 ▲ 缺纸")),
    (Fault.PAPER_OUT, {"single_bit": True}, ("打印纸用完了", "换上新纸"), ("打印机 ▲ 有问题", "打印纸 ▲ 缺纸")),
    (Fault.COVER_OPEN, {}, ("打印机盖子没有合上", "合上盖子"), ("打印机 ▲ 有问题",)),
    (Fault.UNPLUG, {}, ("设备没有接上", "检查插头和电源"), ("打印机 ○ 未接", "打印纸 ○ 未接")),
]


@pytest.mark.parametrize(("fault", "arguments", "words", "strip"), STOPS)
@pytest.mark.lesson(22)
def test_printer_that_stops_says_why_keeps_the_slip_and_prints_it_once(
    store, runtime, printing, fault, arguments, words, strip
):
    fail(runtime, fault, **arguments)
    printing.reads(PRINTER, *words)
    printing.shows(*strip)
    assert printing.device(PRINTER).count(words[0]) == 1, "said once, though two lamps say it"
    job_id = queue_note(store, PRINTER, "一")
    assert "等打印" in printing.page("/prints") and "不打了" in printing.page("/prints")
    fail(runtime, Fault.RESTORE)
    assert ended(store, job_id) == ("confirmed", "")
    printing.shows("打印机 ● 正常", "打印纸 ● 有纸")
    wait_for(lambda: slips(runtime) == ["一"])
    assert "没有要处理的单子" in printing.page("/prints")


def test_roll_nearly_at_its_end_is_said_and_printing_goes_on(store, runtime, printing):
    fail(runtime, Fault.PAPER_OUT, near_end=True)
    printing.reads(PRINTER, "打印纸快用完了", "准备一卷新纸", "打印机 正常")
    printing.shows("打印机 ● 正常", "打印纸 ▲ 快用完")
    assert ended(store, queue_note(store, PRINTER, "一")) == ("confirmed", "")


def test_paper_that_ends_in_the_middle_of_a_slip_is_asked_about_and_the_rest_comes_once(store, runtime, printing):
    fail(runtime, Fault.PAPER_OUT, after_lines=3)
    broken = queue_note(store, PRINTER, *"一二三四五六七八")
    waits = queue_note(store, PRINTER, "下一张")
    assert ended(store, broken) == ("unknown", "paper_end")
    printing.reads(PRINTER, "打印纸用完了", "换上新纸")
    printing.shows("未打印 1", "打印纸 ▲ 缺纸")
    shown = printing.page("/prints")
    assert "不知道出没出纸" in shown and "打印纸用完了" in shown and "出纸了吗？" in shown
    assert job_state(store, waits) == ("waiting", "")
    fail(runtime, Fault.RESTORE)
    assert ended(store, waits) == ("confirmed", "")
    assert "已经出纸" in printing.press(f"/prints/{broken}/answer", came_out="yes")
    wait_for(lambda: slips(runtime) == ["一", "下一张"])
    assert "没有要处理的单子" in printing.page("/prints")


ASKED = [
    (Fault.NO_REPLY, {}, "打印机没有回答"),
    (Fault.LATE_REPLY, {"seconds": 1.0}, "打印机没有回答"),
    (Fault.GARBAGE, {"what": "noise"}, "打印机的回答读不懂"),
    (Fault.GARBAGE, {"what": "asb"}, "打印机的回答读不懂"),
]


@pytest.mark.parametrize(("fault", "arguments", "words"), ASKED)
@pytest.mark.lesson(23)
def test_printer_of_unknown_state_prints_is_never_green_and_the_slip_is_asked_about(
    store, runtime, printing, fault, arguments, words
):
    fail(runtime, fault, **arguments)
    printing.reads(PRINTER, words, "看一眼打印机", "打印机 不明")
    printing.shows("打印机 ？ 不明", "打印纸 ？ 不明")
    job_id = queue_note(store, PRINTER, "一")
    assert ended(store, job_id)[0] == "unknown"
    wait_for(lambda: slips(runtime) == ["一"])
    shown = printing.page("/prints")
    assert "不知道出没出纸" in shown and words in shown and "出纸了吗？" in shown
    assert "未打印 1" in printing.strip()
    assert "已经出纸" in printing.press(f"/prints/{job_id}/answer", came_out="yes")
    assert job_state(store, job_id) == ("confirmed", "came_out")
    assert "未打印" not in printing.strip()
    fail(runtime, Fault.RESTORE)
    printing.shows("打印机 ● 正常", "打印纸 ● 有纸")
    assert slips(runtime) == ["一"], "nothing comes twice"


@pytest.mark.lesson(21)
def test_answer_that_nothing_came_prints_the_same_slip_without_a_mark(store, runtime, printing):
    fail(runtime, Fault.HALF_FRAME, after_bytes=15)
    job_id = queue_note(store, PRINTER, "一", "二", "三", "四", "五")
    assert ended(store, job_id)[0] == "unknown"
    assert "出纸了吗？" in printing.page("/prints")
    printing.shows("未打印 1 ● 正常")
    assert "重新排队打印" in printing.press(f"/prints/{job_id}/answer", came_out="no")
    assert ended(store, job_id) == ("confirmed", "")
    wait_for(lambda: "五" in [slip.facts["text"][-1] for slip in runtime.sim_slips()])
    assert not [slip for slip in runtime.sim_slips() if "补打" in "".join(slip.facts["text"])]


def test_printer_that_gives_no_status_is_not_said_to_have_printed(store, runtime, seen, worker, printer):
    played = printer(lambda question: b"")
    worker(lambda: played.address, status="auto", name=PRINTER)
    seen.reads(PRINTER, "这种打印机不报告状态", "看一眼打印机有没有纸")
    seen.shows("打印机 ？ 不明")
    assert ended(store, queue_note(store, PRINTER, "一")) == ("sent", "")
    shown = seen.page("/prints")
    assert "这种打印机不说打没打出来" in shown and "已送出" in shown and "没打出来，补打" in shown
    assert "该打的都打出来了" not in shown


def test_printer_that_takes_bytes_and_prints_nothing_is_made_good_by_a_marked_paper(store, runtime, printing):
    """A roll that lies the wrong way round: the printer is content and the paper white. Only a person can see it."""
    fail(runtime, Fault.SWALLOW)
    job_id = queue_note(store, PRINTER, "一")
    assert ended(store, job_id) == ("confirmed", "")
    assert slips(runtime) == [] and lamps(runtime, PRINTER) == (("ok", ""), ("ok", ""))
    shown = printing.page("/prints")
    assert "热敏纸装反了" in shown and "没打出来，补打" in shown
    fail(runtime, Fault.RESTORE)
    with store.reading() as db:
        slip_id = jobs.find(db, job_id).slip_id
    assert "补打" in printing.press(f"/prints/slips/{slip_id}/reprint")
    wait_for(lambda: any("补打" in "".join(slip.facts["text"]) for slip in runtime.sim_slips()))


def test_printer_that_takes_no_more_is_said_to_be_stuck(store, runtime, seen, worker, printer):
    played = printer()
    worker(lambda: played.address, name=PRINTER)
    seen.shows("打印机 ● 正常")
    job_id = queue_note(store, PRINTER, *["行" * 20] * 4000)
    wait_for(lambda: len(played.got) > 1000)
    played.is_deaf = True
    wait_for(lambda: job_state(store, job_id)[0] == "unknown", 60)
    assert "出纸了吗？" in seen.page("/prints") and "未打印 1 ● 正常" not in seen.strip()
    played.is_deaf = False
    seen.shows("未打印 1 ● 正常")


@pytest.mark.lesson(22)
def test_fifty_slips_that_waited_are_asked_about_and_the_new_one_comes_at_once(store, runtime, printing):
    fail(runtime, Fault.PAPER_OUT)
    printing.shows("打印纸 ▲ 缺纸")
    waiting = [queue_note(store, PRINTER, f"第{number}张") for number in range(50)]
    assert printing.page("/prints").count("等打印") >= 50
    fail(runtime, Fault.RESTORE)
    printing.shows("未打印 50 ● 正常")
    fresh = queue_note(store, PRINTER, "眼前的")
    assert ended(store, fresh) == ("confirmed", "")
    wait_for(lambda: slips(runtime) == ["眼前的"])
    shown = printing.page("/prints")
    assert "有 50 张没有打，哪些还要？" in shown and "积下的单子多，没有自动打" in shown
    assert "50 张单子没打成" in printing.page("/")
    refused = send(printing.client, "/prints", "/prints/choose", choice="print")
    assert refused.status_code == 422 and "请先在要的单子前面打勾" in refused.text
    assert "2 张重新排队打印" in printing.press("/prints/choose", choice="print", job=[waiting[3], waiting[7]])
    assert [ended(store, job_id) for job_id in (waiting[3], waiting[7])] == [("confirmed", "")] * 2
    wait_for(lambda: slips(runtime) == ["眼前的", "第3张", "第7张"])
    rest = [job_id for job_id in waiting if job_id not in (waiting[3], waiting[7])]
    assert "48 张不打了" in printing.press("/prints/choose", choice="drop", job=rest)
    assert "未打印" not in printing.strip()
    assert slips(runtime) == ["眼前的", "第3张", "第7张"]


def test_few_slips_that_waited_come_by_themselves(store, runtime, printing):
    fail(runtime, Fault.UNPLUG)
    printing.shows("打印机 ○ 未接")
    waiting = [queue_note(store, PRINTER, f"第{number}张") for number in range(QUICK.few_jobs)]
    fail(runtime, Fault.RESTORE)
    assert [ended(store, job_id) for job_id in waiting] == [("confirmed", "")] * QUICK.few_jobs
    wait_for(lambda: slips(runtime) == [f"第{number}张" for number in range(QUICK.few_jobs)])


def test_all_that_waited_can_be_asked_for_in_one_press(store, runtime, printing):
    fail(runtime, Fault.COVER_OPEN)
    printing.shows("打印机 ▲ 有问题")
    waiting = [queue_note(store, PRINTER, f"第{number}张") for number in range(8)]
    fail(runtime, Fault.RESTORE)
    printing.shows("未打印 8")
    assert "8 张重新排队打印" in printing.press("/prints/choose", choice="all", **{"all": waiting})
    assert [ended(store, job_id) for job_id in waiting] == [("confirmed", "")] * 8
    wait_for(lambda: slips(runtime) == [f"第{number}张" for number in range(8)])


def test_long_queue_on_a_printer_that_never_stopped_is_no_question(store, runtime, printing):
    waiting = [queue_note(store, PRINTER, f"第{number}张") for number in range(12)]
    assert [ended(store, job_id) for job_id in waiting] == [("confirmed", "")] * 12


def test_printer_unplugged_and_plugged_in_under_load_loses_and_doubles_nothing(store, runtime, printing):
    made = []
    for turn in range(3):
        made += [queue_note(store, PRINTER, f"第{turn}{number}张") for number in range(4)]
        fail(runtime, Fault.UNPLUG)
        printing.shows("○ 未接 打印纸 ○ 未接")
        fail(runtime, Fault.RESTORE)
        states = [ended(store, job_id)[0] for job_id in made]
    assert set(states) <= {"confirmed", "unknown"}, "never lost, never left without a word"
    states = {job_id: job_state(store, job_id)[0] for job_id in made}
    assert len(slips(runtime)) == len(set(slips(runtime))), "never twice by itself"
    doubtful = [job_id for job_id, state in states.items() if state == "unknown"]
    assert printing.page("/prints").count("出纸了吗？") == len(doubtful)
    with store.reading() as db:
        assert {job.id for job in jobs.tray(db)} == set(doubtful)
