"""Each fault of the simulated printer, and the lamp that people see."""

import io

import pytest
from PIL import Image

from kiosk.devices import REASONS, Fault
from kiosk.printing import jobs
from kiosk.printing.profile import PROFILES
from tests.drivers.bench import (
    GB,
    NAME,
    WELL,
    ended,
    job_state,
    lamp,
    lamps,
    queue_note,
    told,
    wait_for,
)


def test_simulated_printer_shows_the_slip(store, runtime, simulated):
    simulated()
    assert runtime.announcement(NAME).road == "tcp"
    assert ended(store, queue_note(store, NAME, "枫林村服务站", "凭取件码 3-2-1005 取件")) == ("confirmed", "")
    (slip,) = wait_for(runtime.sim_slips)
    assert slip.facts["text"] == ["枫林村服务站", "凭取件码 3-2-1005 取件"]
    assert slip.facts["cut"] == "partial"
    picture = Image.open(io.BytesIO(runtime.sim_slip_png(slip.id)))
    assert picture.width == GB.width_dots


def test_simulated_printer_without_cutter_shows_the_slip_after_a_while(store, runtime, simulated):
    simulated(profile=PROFILES["58mm-gb"])
    assert ended(store, queue_note(store, NAME, "一")) == ("confirmed", "")
    wait_for(lambda: [slip.facts["text"] for slip in runtime.sim_slips()] == [["一"]])


def test_fault_paper_out(store, runtime, simulated):
    simulated()
    told(runtime, Fault.PAPER_OUT)
    wait_for(lambda: lamps(runtime) == (("problem", "paper_end"), ("problem", "paper_end")))
    job_id = queue_note(store, NAME, "一")
    told(runtime, Fault.RESTORE)
    assert ended(store, job_id) == ("confirmed", "")
    wait_for(lambda: lamps(runtime) == WELL)
    assert [slip.facts["text"] for slip in runtime.sim_slips()] == [["一"]]


def test_fault_paper_out_with_a_single_bit(runtime, simulated):
    simulated()
    told(runtime, Fault.PAPER_OUT, single_bit=True)
    wait_for(lambda: lamps(runtime) == (("problem", "paper_end"), ("problem", "paper_end")))


def test_fault_paper_nearly_out(store, runtime, simulated):
    simulated()
    told(runtime, Fault.PAPER_OUT, near_end=True)
    wait_for(lambda: lamps(runtime) == (("ok", ""), ("problem", "paper_near_end")))
    assert ended(store, queue_note(store, NAME, "一")) == ("confirmed", "")


@pytest.mark.lesson(22)
def test_fault_paper_out_within_a_job_prints_the_rest_once_after_reloading(store, runtime, simulated):
    """As on a real printer the rest comes by itself: sending the job again would make two."""
    simulated()
    told(runtime, Fault.PAPER_OUT, after_lines=2)
    job_id = queue_note(store, NAME, "一", "二", "三", "四")
    assert ended(store, job_id) == ("unknown", "paper_end")
    told(runtime, Fault.RESTORE)
    wait_for(lambda: [slip.facts["text"] for slip in runtime.sim_slips()] == [["一", "二", "三", "四"]])
    wait_for(lambda: lamps(runtime) == WELL)
    with store.transaction() as tx:
        jobs.answer_unknown(tx, job_id, came_out=True)
    assert job_state(store, job_id)[0] == "confirmed"
    assert len(runtime.sim_slips()) == 1


def test_fault_cover_open(store, runtime, simulated):
    simulated()
    told(runtime, Fault.COVER_OPEN)
    wait_for(lambda: lamp(runtime, NAME, "printer") == ("problem", "cover_open"))
    job_id = queue_note(store, NAME, "一")
    told(runtime, Fault.RESTORE)
    assert ended(store, job_id) == ("confirmed", "")


def test_fault_no_reply(store, runtime, simulated):
    simulated()
    told(runtime, Fault.NO_REPLY)
    wait_for(lambda: lamps(runtime) == (("unknown", "no_reply"), ("unknown", "no_reply")))
    assert ended(store, queue_note(store, NAME, "一")) == ("unknown", "no_reply")
    wait_for(lambda: [slip.facts["text"] for slip in runtime.sim_slips()] == [["一"]])
    told(runtime, Fault.RESTORE)
    wait_for(lambda: lamps(runtime) == WELL)


def test_fault_late_reply_never_passes_for_well(store, runtime, simulated):
    simulated()
    told(runtime, Fault.LATE_REPLY, seconds=1.0)
    wait_for(lambda: lamps(runtime) == (("unknown", "no_reply"), ("unknown", "no_reply")))
    told(runtime, Fault.PAPER_OUT)
    assert ended(store, queue_note(store, NAME, "一")) == ("unknown", "no_reply")
    told(runtime, Fault.RESTORE)
    wait_for(lambda: lamps(runtime) == WELL)


@pytest.mark.parametrize("what", ["noise", "asb"])
def test_fault_garbage(store, runtime, simulated, what):
    simulated()
    told(runtime, Fault.GARBAGE, what=what)
    wait_for(lambda: lamps(runtime) == (("unknown", "garbled_reply"), ("unknown", "garbled_reply")))
    assert ended(store, queue_note(store, NAME, "一")) == ("unknown", "garbled_reply")
    told(runtime, Fault.RESTORE)
    wait_for(lambda: lamps(runtime) == WELL)


def test_fault_unplug(store, runtime, simulated):
    printer = simulated()
    address = printer.address()
    told(runtime, Fault.UNPLUG)
    wait_for(lambda: lamps(runtime) == (("absent", "unplugged"), ("absent", "unplugged")))
    assert runtime.announcement(NAME).address == ""
    job_id = queue_note(store, NAME, "一")
    told(runtime, Fault.RESTORE)
    assert ended(store, job_id) == ("confirmed", "")
    assert printer.address() == address == runtime.announcement(NAME).address


def test_fault_half_frame_breaks_a_job_off(store, runtime, simulated):
    simulated()
    told(runtime, Fault.HALF_FRAME, after_bytes=15)
    job_id = queue_note(store, NAME, "一", "二", "三", "四", "五")
    state, reason = ended(store, job_id)
    assert state == "unknown" and reason in REASONS
    assert ended(store, queue_note(store, NAME, "好")) == ("confirmed", "")
    wait_for(lambda: ["好"] in [slip.facts["text"][-1:] for slip in runtime.sim_slips()])


def test_fault_for_a_scanner_is_declined(runtime, simulated):
    simulated()
    assert told(runtime, Fault.DOUBLE_SCAN) == "not_for_this_device"
