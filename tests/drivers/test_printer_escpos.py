"""The print worker: no job is lost, none is printed twice by itself, and each ends in a state with its reason."""

import io
import time

import pytest
from PIL import Image

from drivers.links import SerialLink
from drivers.ports import Line
from drivers.printer_escpos import EscposPrinter, Manners, clearing
from drivers.printer_status import StatusReader
from drivers.simulated.commands import CommandReader
from drivers.simulated.paper import Paper
from drivers.simulated.printer import SimulatedPrinter
from kiosk.devices import Fault
from kiosk.printing import jobs
from kiosk.printing.encode import encode
from kiosk.printing.profile import PROFILES
from tests.drivers.bench import (
    GB,
    NAME,
    QUICK,
    WELL,
    ended,
    job_state,
    lamp,
    lamps,
    note,
    options,
    printed_lines,
    queue_note,
    told,
    wait_for,
)

# With printers that the test plays -----------------------------------------------------------------------------------


def test_job_on_a_well_printer_is_confirmed(store, runtime, worker, printer):
    played = printer()
    worker(lambda: played.address)
    job_id = queue_note(store, NAME, "枫林村服务站", "￥0.00")
    assert ended(store, job_id) == ("confirmed", "")
    assert printed_lines(played) == ["枫林村服务站", "￥0.00"]
    assert bytes(played.got) == encode(note({"lines": ["枫林村服务站", "￥0.00"]}, {}), GB)
    assert lamps(runtime) == WELL
    assert runtime.jobs_under_way() == []


def test_jobs_come_out_in_their_order_and_once(store, worker, printer):
    played = printer()
    ids = [queue_note(store, NAME, f"第{number}张") for number in range(5)]
    worker(lambda: played.address)
    assert [ended(store, job_id) for job_id in ids] == [("confirmed", "")] * 5
    assert printed_lines(played) == [f"第{number}张" for number in range(5)]


@pytest.mark.lesson(23)
def test_job_on_a_printer_without_status_is_sent(store, runtime, worker, printer):
    played = printer(lambda question: b"")
    worker(lambda: played.address, status="auto")
    assert ended(store, queue_note(store, NAME, "一")) == ("sent", "")
    assert lamps(runtime) == (("unknown", "no_status"), ("unknown", "no_status"))
    asked = len(played.asked)
    assert ended(store, queue_note(store, NAME, "二")) == ("sent", "")
    assert len(played.asked) == asked


def test_job_on_a_printer_that_fell_silent_is_sent_and_in_doubt(store, runtime, worker, printer):
    played = printer()
    worker(lambda: played.address)
    wait_for(lambda: lamps(runtime) == WELL)
    played.answer = lambda question: b""
    assert ended(store, queue_note(store, NAME, "一")) == ("unknown", "no_reply")
    assert printed_lines(played) == ["一"], "unknown never blocks printing"
    assert lamps(runtime) == (("unknown", "no_reply"), ("unknown", "no_reply"))


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({4: b"\x72"}, "paper_end"),
        ({2: b"\x16", 1: b"\x1a"}, "cover_open"),
        ({1: b"\x1a"}, "offline"),
        ({2: b"\x52"}, "error"),
    ],
)
def test_job_waits_while_the_printer_says_what_is_wrong(store, runtime, worker, printer, answers, reason):
    played = printer(lambda question: answers.get(question, b"\x12"))
    worker(lambda: played.address)
    job_id = queue_note(store, NAME, "一")
    wait_for(lambda: lamp(runtime, NAME, "printer") == ("problem", reason))
    asked = len(played.asked)
    wait_for(lambda: len(played.asked) > asked + 8)
    assert (job_state(store, job_id), played.got) == (("waiting", ""), b"")
    answers.clear()
    assert ended(store, job_id) == ("confirmed", "")
    assert printed_lines(played) == ["一"]
    wait_for(lambda: lamps(runtime) == WELL)


def test_roll_nearly_at_its_end_still_prints(store, runtime, worker, printer):
    played = printer(lambda question: b"\x1e" if question == 4 else b"\x12")
    worker(lambda: played.address)
    assert ended(store, queue_note(store, NAME, "一")) == ("confirmed", "")
    wait_for(lambda: lamps(runtime) == (("ok", ""), ("problem", "paper_near_end")))


def test_paper_that_ended_during_a_job_leaves_it_in_doubt(store, runtime, worker, printer):
    played = printer()
    played.answer = lambda question: b"\x72" if question == 4 and played.got else b"\x12"
    worker(lambda: played.address)
    first, second = queue_note(store, NAME, "一"), queue_note(store, NAME, "二")
    assert ended(store, first) == ("unknown", "paper_end")
    wait_for(lambda: lamp(runtime, NAME, "paper") == ("problem", "paper_end"))
    assert (job_state(store, second), printed_lines(played)) == (("waiting", ""), ["一"])


@pytest.mark.lesson(21)
def test_connection_that_breaks_in_a_job_leaves_it_in_doubt_and_it_is_not_sent_again(store, worker, printer):
    played = printer()
    played.cut_after = 1000
    worker(lambda: played.address)
    assert ended(store, queue_note(store, NAME, *["行" * 20] * 2000)) == ("unknown", "unplugged")
    after = len(played.got)
    assert ended(store, queue_note(store, NAME, "二")) == ("confirmed", "")
    assert printed_lines(played)[-1] == "二"
    again = bytes(played.got[after:])
    assert again.lstrip(b"\0\n") == encode(note({"lines": ["二"]}, {}), GB), "only the second job came"


def test_printer_that_takes_no_more_is_stuck_and_the_worker_goes_on(store, runtime, worker, printer):
    played = printer()
    worker(lambda: played.address)
    wait_for(lambda: lamps(runtime) == WELL)
    job_id = queue_note(store, NAME, *["行" * 20] * 4000)
    wait_for(lambda: len(played.got) > 1000)
    played.is_deaf = True
    wait_for(lambda: job_state(store, job_id)[0] != "waiting", 60)
    assert job_state(store, job_id)[0] == "unknown"
    assert job_state(store, job_id)[1] in ("stuck", "no_reply", "unplugged")
    played.is_deaf = False
    wait_for(lambda: lamps(runtime) == WELL)


def test_absent_printer_keeps_its_jobs_until_it_is_back(store, runtime, worker, printer):
    played = printer()
    played.unplug()
    worker(lambda: played.address)
    job_id = queue_note(store, NAME, "一")
    wait_for(lambda: lamps(runtime) == (("absent", "unplugged"), ("absent", "unplugged")))
    assert job_state(store, job_id) == ("waiting", "")
    assert runtime.jobs_under_way() == []
    played.plug()
    assert ended(store, job_id) == ("confirmed", "")
    wait_for(lambda: lamps(runtime) == WELL)


def test_retry_from_the_page_does_not_wait_for_the_pause(store, runtime, worker, printer):
    played = printer()
    played.unplug()
    worker(lambda: played.address, manners=Manners(retry_seconds=(600.0,), settle_seconds=0, after_seconds=0))
    wait_for(lambda: lamps(runtime) == (("absent", "unplugged"), ("absent", "unplugged")))
    played.plug()
    assert told(runtime, Fault.RETRY) == "done"
    wait_for(lambda: lamps(runtime) == WELL)


def test_cancelled_job_is_not_printed(store, worker, printer):
    played = printer()
    first, second = queue_note(store, NAME, "一"), queue_note(store, NAME, "二")
    with store.transaction() as tx:
        jobs.cancel(tx, first, under_way=())
    worker(lambda: played.address)
    assert ended(store, second) == ("confirmed", "")
    assert printed_lines(played) == ["二"]


def test_job_that_cannot_be_printed_fails_with_its_reason_and_holds_nobody_up(store, worker, printer):
    played = printer()
    bad = queue_note(store, NAME, "一")
    good = queue_note(store, NAME, "二")
    with store.transaction() as tx:
        tx.execute("DROP TRIGGER IF EXISTS slips_never_change")
        tx.execute(
            "UPDATE slips SET facts = '{\"lines\": [1]}' WHERE id = (SELECT slip_id FROM print_jobs WHERE id = ?)", bad
        )
    worker(lambda: played.address)
    assert ended(store, bad) == ("failed", "not_printable")
    assert ended(store, good) == ("confirmed", "")
    assert printed_lines(played) == ["二"]


def test_raster_without_its_font_fails_with_what_to_install(store, worker, printer, tmp_path):
    from dataclasses import replace

    played = printer()
    worker(lambda: played.address, profile=replace(PROFILES["80mm-raster"], font=str(tmp_path / "none.ttc")))
    assert ended(store, queue_note(store, NAME, "一")) == ("failed", "no_font")
    assert played.got == b""


def test_job_left_under_way_by_a_failed_thread_is_in_doubt(store, runtime, worker, printer):
    played = printer()
    left, other = queue_note(store, NAME, "一"), queue_note(store, "别的", "二")
    runtime.job_begun(left, NAME)
    runtime.job_begun(other, "别的")
    worker(lambda: played.address)
    assert ended(store, left) == ("unknown", "interrupted")
    assert [progress.job_id for progress in runtime.jobs_under_way()] == [other]
    assert played.got == b""


def test_network_jobs_keep_their_distance(store, worker, printer):
    played, begun = printer(), time.monotonic()
    ids = [queue_note(store, NAME, "一"), queue_note(store, NAME, "二"), queue_note(store, NAME, "三")]
    worker(lambda: played.address, manners=Manners(between_jobs_seconds=0.4, settle_seconds=0, after_seconds=0))
    for job_id in ids:
        assert ended(store, job_id) == ("confirmed", "")
    assert time.monotonic() - begun > 0.8  # a lower bound, not a time limit


def test_serial_printer_prints_over_its_line(store, runtime, running):
    printer = SimulatedPrinter(runtime, NAME, options(NAME, road="pty"), GB)
    running(printer)
    wait_for(printer.address)
    link = SerialLink(runtime.folder, printer.address, Line(115200))
    running(EscposPrinter(store, runtime, NAME, link, GB, StatusReader("yes"), QUICK))
    assert ended(store, queue_note(store, NAME, "串口")) == ("confirmed", "")
    wait_for(lambda: [slip.facts["text"] for slip in runtime.sim_slips()] == [["串口"]])
    told(runtime, Fault.UNPLUG)
    wait_for(lambda: lamp(runtime, NAME, "printer") == ("absent", "unplugged"))
    told(runtime, Fault.RESTORE)
    wait_for(lambda: lamps(runtime) == WELL)


def test_half_a_picture_is_filled_up_before_the_next_job():
    """A printer that waits for the rest of a picture would swallow the next job as dots."""
    profile = PROFILES["80mm-raster"]
    broken = encode(note({"lines": ["一"] * 30}, {}), profile)
    following = encode(note({"lines": ["二"]}, {}), profile)
    place = broken.index(b"\x1dv0") + 20
    slips = []
    paper, reader = Paper(profile, lambda png, facts: slips.append(Image.open(io.BytesIO(png)))), CommandReader()
    for token in reader.feed(broken[:place] + clearing(broken, profile) + following):
        paper.put(token)
    whole = []
    alone = Paper(profile, lambda png, facts: whole.append(Image.open(io.BytesIO(png))))
    for token in CommandReader().feed(following):
        alone.put(token)
    last, expected = slips[-1].convert("L"), whole[0].convert("L")
    height = expected.height - 40
    assert last.crop((0, last.height - height, 576, last.height)).tobytes() == (
        expected.crop((0, 40, 576, expected.height)).tobytes()
    )
