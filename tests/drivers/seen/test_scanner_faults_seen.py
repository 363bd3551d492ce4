"""Each fault of a scanner as the operator sees it, and that the next scan is good again."""

import threading
import time

import pytest

from kiosk.devices import Fault
from tests.drivers.bench import lamp, wait_for
from tests.drivers.faults import SCANNER, fail

CODE = "YT8962646785389"


def scanned(runtime):
    return [scan.text for scan in runtime.take_scans(500)]


@pytest.mark.parametrize(
    ("fault", "words", "frame"),
    [
        (Fault.HALF_FRAME, ("扫码枪只传来半个条码", "加回车"), "没收完整"),
        (Fault.GARBAGE, ("扫码枪传来的内容读不懂", "波特率"), "乱码"),
    ],
)
def test_scan_that_cannot_be_used_is_said_and_the_next_one_is_good(runtime, scanning, fault, words, frame):
    fail(runtime, fault, SCANNER)
    runtime.type_code(SCANNER, CODE)
    scanning.reads(SCANNER, "扫码枪 有问题", *words, frame)
    scanning.shows("扫码枪 ▲ 有问题")
    assert scanned(runtime) == []
    runtime.type_code(SCANNER, "JT0000000000001")
    scanning.shows("扫码枪 ● 正常")
    assert scanned(runtime) == ["JT0000000000001"]


def test_scanner_unplugged_says_so_and_comes_back_by_itself(runtime, scanning):
    fail(runtime, Fault.UNPLUG, SCANNER)
    scanning.reads(SCANNER, "扫码枪 未接", "设备没有接上", "插好后会自动恢复，不用重启")
    scanning.shows("扫码枪 ○ 未接")
    fail(runtime, Fault.RESTORE, SCANNER)
    scanning.shows("扫码枪 ● 正常")
    runtime.type_code(SCANNER, CODE)
    wait_for(lambda: CODE in scanned(runtime))


def test_trigger_that_bounces_is_one_scan_and_named(runtime, scanning):
    fail(runtime, Fault.DOUBLE_SCAN, SCANNER)
    runtime.type_code(SCANNER, CODE)
    scanning.reads(SCANNER, "连扫，略过")
    assert scanned(runtime) == [CODE]
    scanning.shows("扫码枪 ● 正常")


def test_scanner_that_reads_nothing_is_no_fault_of_ours_and_scans_again(runtime, scanning):
    fail(runtime, Fault.NO_REPLY, SCANNER)
    runtime.type_code(SCANNER, CODE)
    scanning.shows("扫码枪 ● 正常")
    fail(runtime, Fault.RESTORE, SCANNER)
    fail(runtime, Fault.LATE_REPLY, SCANNER, seconds=0.2)
    runtime.type_code(SCANNER, "JT0000000000001")
    wait_for(lambda: scanned(runtime) == ["JT0000000000001"])


@pytest.mark.lesson(18)
def test_scanner_unplugged_and_plugged_in_under_load_gives_whole_codes_once(runtime, scanning):
    codes = [f"YT{number:013}" for number in range(120)]
    done = threading.Event()

    def scan():
        for code in codes:
            runtime.type_code(SCANNER, code)
            time.sleep(0.005)
        done.set()

    thread = threading.Thread(target=scan)
    thread.start()
    while not done.is_set():
        fail(runtime, Fault.UNPLUG, SCANNER)
        wait_for(lambda: lamp(runtime, SCANNER) == ("absent", "unplugged"))
        fail(runtime, Fault.RESTORE, SCANNER)
        wait_for(lambda: lamp(runtime, SCANNER)[0] in ("ok", "problem"))
    thread.join()
    runtime.type_code(SCANNER, CODE)
    wait_for(lambda: CODE in scanned(runtime))
    got = scanned(runtime)
    assert len(got) == len(set(got)) and set(got) <= {*codes, CODE}, "whole codes, each once"
    assert [code for code in codes if code in got] == [code for code in got if code != CODE], "in their order"
    scanning.shows("扫码枪 ● 正常")
