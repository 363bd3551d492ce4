"""How a printer is, in three values, asked of the printer itself and decided by us.

python-escpos' own answers are wrong for a missing, late, partial or garbled reply (hardware.md §1.10). Here: input
drained, one question, one valid byte or the time is over, and then the stream is thrown away, because an answer that
comes late would be taken for the next one. Never asked inside a job.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

PATIENCE_SECONDS = 0.7
#: The order in which a printer is got to know: paper first, it is what ends most often.
QUESTIONS = (4, 2, 1, 3)
NEAR_END = "paper_near_end"
#: The first of these that is true is the one that a person is told.
CAUSES = ("cover_open", "paper_end", "error", "offline", NEAR_END)


class Line(Protocol):
    """The connection that a question needs."""

    def write(self, data: bytes) -> None: ...
    def read(self, seconds: float) -> bytes: ...
    def drain(self) -> None: ...
    def reopen(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Status:
    """``ok``, ``problem`` or ``unknown``, with what is the matter, the most useful cause first.

    ``paper`` is the same three values for the paper alone.
    """

    verdict: str
    causes: tuple[str, ...] = ()
    paper: str = "unknown"

    @property
    def stops_printing(self) -> bool:
        """True when a job must wait. A roll that is nearly at its end still prints; an unknown state never stops."""
        return self.verdict == "problem" and self.causes != (NEAR_END,)


def is_answer(byte: int) -> bool:
    """Whether a byte can be an answer to DLE EOT: ``0xx1xx10``. Bytes of an automatic status block never are."""
    return byte & 0x93 == 0x12


def interpret(answers: Mapping[int, int]) -> Status:
    """What valid answers mean, by question number. Either paper bit counts: some firmware sets only one."""
    found = set()
    if answers.get(1, 0) & 0x08:
        found.add("offline")
    if answers.get(2, 0) & 0x04:
        found.add("cover_open")
    if answers.get(2, 0) & 0x20 or answers.get(4, 0) & 0x60:
        found.add("paper_end")
    if answers.get(2, 0) & 0x40 or answers.get(3, 0) & 0x68:
        found.add("error")
    if answers.get(4, 0) & 0x0C and "paper_end" not in found:
        found.add(NEAR_END)
    causes = tuple(cause for cause in CAUSES if cause in found)
    paper = "problem" if {"paper_end", NEAR_END} & found else "ok" if 4 in answers else "unknown"
    return Status("problem" if causes else "ok" if answers else "unknown", causes, paper)


class StatusReader:
    """Asks one printer. ``policy``: ``yes`` it answers, ``no`` it never does, ``auto`` find out when first met."""

    def __init__(self, policy: str = "auto", patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.policy = policy
        self.patience_seconds = patience_seconds
        self._known: tuple[int, ...] | None = {"yes": QUESTIONS, "no": ()}.get(policy)

    @property
    def gives_status(self) -> bool:
        """False for a printer that was found, or set, to give no status."""
        return self._known is None or bool(self._known)

    def forget(self) -> None:
        """Another printer may be on the cable: one that seemed to give no status is got to know anew."""
        if self.policy == "auto" and not self._known:
            self._known = None

    def ask(self, line: Line) -> Status:
        """The printer's status. A question without an answer makes the whole ``unknown``, unless a problem is sure."""
        if self._known is None:
            return self._get_to_know(line)
        if not self._known:
            return Status("unknown", ("no_status",))
        answers: dict[int, int] = {}
        for question in self._known:
            byte, came = self._one(line, question)
            if byte is None:
                status = interpret(answers)
                return (
                    status if status.stops_printing else Status("unknown", ("garbled_reply" if came else "no_reply",))
                )
            answers[question] = byte
        return interpret(answers)

    def _get_to_know(self, line: Line) -> Status:
        answers: dict[int, int] = {}
        for question in QUESTIONS:
            byte, _ = self._one(line, question)
            if byte is not None:
                answers[question] = byte
        self._known = tuple(question for question in QUESTIONS if question in answers)
        return interpret(answers) if answers else Status("unknown", ("no_status",))

    def _one(self, line: Line, question: int) -> tuple[int | None, bool]:
        """The answer to one question, or None and whether anything at all came."""
        line.drain()
        line.write(bytes([0x10, 0x04, question]))
        until = time.monotonic() + self.patience_seconds
        came = False
        while (left := until - time.monotonic()) > 0:
            for byte in line.read(left):
                if is_answer(byte):
                    return byte, True
                came = True
        line.reopen()
        return None, came
