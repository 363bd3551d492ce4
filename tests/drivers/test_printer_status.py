"""A printer's status is ok, problem or unknown; a missing, late, partial or garbled answer is never ok."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.links import NetworkLink
from drivers.printer_status import QUESTIONS, Status, StatusReader, interpret, is_answer
from kiosk.devices import REASONS

OK = Status("ok", (), "ok")


@pytest.fixture
def ask(runtime):
    """Asks a played printer, each through one link of its own."""
    links = {}

    def ask(printer, policy="yes", reader=None):
        link = links.setdefault(printer, NetworkLink(runtime.folder, lambda: printer.address))
        link.open()
        return (reader or StatusReader(policy, patience_seconds=0.2)).ask(link)

    yield ask
    for link in links.values():
        link.close()


def well_but(**changed):
    return lambda question: changed.get(f"q{question}", b"\x12")


def test_well_printer_is_ok(ask, printer):
    played = printer()
    assert ask(played) == OK
    assert played.asked == list(QUESTIONS)
    assert played.got == b"", "nothing but questions was sent"


@pytest.mark.parametrize(
    ("changed", "causes", "paper"),
    [
        ({"q4": b"\x72", "q2": b"\x32", "q1": b"\x1a"}, ("paper_end", "offline"), "problem"),
        ({"q4": b"\x32"}, ("paper_end",), "problem"),  # only one of the two paper-end bits
        ({"q4": b"\x52"}, ("paper_end",), "problem"),
        ({"q2": b"\x32"}, ("paper_end",), "problem"),
        ({"q4": b"\x1e"}, ("paper_near_end",), "problem"),
        ({"q4": b"\x16"}, ("paper_near_end",), "problem"),
        ({"q4": b"\x1a"}, ("paper_near_end",), "problem"),
        ({"q2": b"\x16", "q1": b"\x1a"}, ("cover_open", "offline"), "ok"),
        ({"q1": b"\x1a"}, ("offline",), "ok"),
        ({"q2": b"\x52"}, ("error",), "ok"),
        ({"q3": b"\x1a"}, ("error",), "ok"),
        ({"q3": b"\x52"}, ("error",), "ok"),
    ],
)
def test_trouble_has_a_cause(ask, printer, changed, causes, paper):
    status = ask(printer(well_but(**changed)))
    assert status == Status("problem", causes, paper)
    assert status.stops_printing == (causes != ("paper_near_end",))


def test_open_drawer_is_no_trouble(ask, printer):
    assert ask(printer(well_but(q1=b"\x16"))) == OK


@pytest.mark.lesson(23)
def test_printer_that_never_answers_is_unknown(ask, printer):
    played = printer(lambda question: b"")
    assert ask(played) == Status("unknown", ("no_reply",))
    assert played.asked == [4], "the same stream is not asked again"


@pytest.mark.lesson(23)
def test_garbage_is_unknown(ask, printer):
    assert ask(printer(lambda question: b"\x00\xff\x00")) == Status("unknown", ("garbled_reply",))


def test_automatic_status_block_is_no_answer(ask, printer):
    assert ask(printer(lambda question: b"\x14\x00\x00\x0f")) == Status("unknown", ("garbled_reply",))


def test_answer_after_an_automatic_status_block_counts(ask, printer):
    assert ask(printer(lambda question: b"\x14\x00\x00\x0f\x12")) == OK


def test_late_answer_is_not_taken_for_the_next_one(ask, printer):
    """The answer to the first question comes after our time: whoever read it later would see yesterday's paper."""
    late = iter([(0.5, b"\x12")])
    played = printer(lambda question: next(late, b"\x72" if question == 4 else b"\x12"))
    reader = StatusReader("yes", patience_seconds=0.2)
    assert ask(played, reader=reader) == Status("unknown", ("no_reply",))
    assert ask(played, reader=reader).causes == ("paper_end",)


def test_unasked_byte_in_the_stream_is_drained(ask, printer):
    """A printer that says paper end of its own accord before it is asked anything."""
    answers = {4: b"\x12", 2: b"\x12\x32", 1: b"\x12", 3: b"\x12"}
    assert ask(printer(answers.get)) == OK


def test_trouble_that_is_sure_counts_though_the_next_answer_is_missing(ask, printer):
    assert ask(printer({4: b"\x72"}.get)) == Status("problem", ("paper_end",), "problem")


def test_printer_without_status_is_found_out_once(ask, printer):
    played = printer(lambda question: b"")
    reader = StatusReader("auto", patience_seconds=0.1)
    assert reader.gives_status, "not yet known"
    assert ask(played, reader=reader) == Status("unknown", ("no_status",))
    assert sorted(played.asked) == [1, 2, 3, 4]
    assert not reader.gives_status
    asked = len(played.asked)
    assert ask(played, reader=reader) == Status("unknown", ("no_status",))
    assert len(played.asked) == asked, "it is not asked again"
    reader.forget()
    assert reader.gives_status, "another printer may be on the cable"


def test_printer_that_answers_some_questions_is_asked_only_those(ask, printer):
    played = printer({1: b"\x12", 4: b"\x12"}.get)
    reader = StatusReader("auto", patience_seconds=0.1)
    assert ask(played, reader=reader) == OK
    played.asked.clear()
    assert ask(played, reader=reader) == OK
    assert played.asked == [4, 1]
    reader.forget()
    assert ask(played, reader=reader) == OK, "a printer that is known to answer stays known"


def test_printer_set_to_give_no_status_is_never_asked(ask, printer):
    played = printer()
    assert ask(played, "no") == Status("unknown", ("no_status",))
    assert played.asked == []


@given(st.integers(0, 255))
def test_valid_answers_have_the_fixed_bits(byte):
    assert is_answer(byte) == (f"{byte:08b}"[0] == "0" and f"{byte:08b}"[3] == "1" and f"{byte:08b}"[-2:] == "10")


@given(st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from([b for b in range(256) if is_answer(b)])))
def test_every_cause_has_words(answers):
    status = interpret(answers)
    assert (status.verdict == "ok") == (bool(answers) and not status.causes)
    assert (status.verdict == "unknown") == (not answers)
    assert set(status.causes) <= set(REASONS)
