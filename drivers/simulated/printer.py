"""A receipt printer that isn't there: takes ESC/POS bytes at a TCP port or pty, answers DLE EOT, draws each slip and
puts its picture into runtime.db.

Off-line (no paper, cover open) it holds what it was sent and prints it when it is well again, as real ones do. Options:
``road`` tcp | pty, and the fields of ``kiosk.printing.profile``.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from drivers.options import Options
from drivers.simulated.commands import STATUS, Command, CommandReader, Token
from drivers.simulated.faults import Commands
from drivers.simulated.paper import Paper
from drivers.simulated.plugged import Plugged
from drivers.simulated.roads import PtyRoad, Road, TcpRoad
from kiosk.devices import Fault, Runtime
from kiosk.printing.profile import PrinterProfile

log = logging.getLogger("drivers")

LOOK_SECONDS = 0.02
#: A slip that nobody cuts is torn off when nothing has come for so long.
TEAR_AFTER_SECONDS = 1.5
LATE_SECONDS = 1.2
#: Tokens held while off-line; beyond that nothing more is read from the sender.
BUFFER_TOKENS = 400
DROP_AFTER_BYTES = 20
NOISE = b"\x00\xff\x00"
ASB = b"\x14\x00\x00\x0f"
GARBAGE = {"noise": NOISE, "asb": ASB}


class SimulatedPrinter(Plugged):
    """One printer. Its state belongs to its own thread."""

    def __init__(self, runtime: Runtime, device: str, options: Options, profile: PrinterProfile) -> None:
        super().__init__(runtime, device)
        self.road: Road = TcpRoad() if options.text("road", "tcp", choices=("tcp", "pty")) == "tcp" else PtyRoad()
        self.paper = Paper(profile, self._keep_slip)
        self.faults: dict[Fault, Mapping[str, Any]] = {}
        self._reader = CommandReader()
        self._held: deque[Token] = deque()
        self._late: deque[tuple[float, bytes]] = deque()
        self._heard_at = 0.0
        self._paper_ends_at: int | None = None
        self._drops_after: int | None = None
        self._acts = {
            Fault.PAPER_OUT: self._paper_out,
            Fault.COVER_OPEN: self._set(Fault.COVER_OPEN),
            Fault.NO_REPLY: self._set(Fault.NO_REPLY),
            Fault.LATE_REPLY: self._set(Fault.LATE_REPLY),
            Fault.GARBAGE: self._set(Fault.GARBAGE),
            Fault.SWALLOW: self._set(Fault.SWALLOW),
            Fault.HALF_FRAME: self._half_frame,
            Fault.UNPLUG: self._unplug,
            Fault.RESTORE: self._restore,
        }

    def run(self, stop: threading.Event) -> None:
        """Prints until told to stop."""
        commands = Commands(self.runtime, self.name, self._acts)
        try:
            self._plug()
            self._is_begun.set()
            while not stop.is_set():
                commands.obey()
                self._answer_late()
                data = self.road.receive(LOOK_SECONDS, is_full=len(self._held) > BUFFER_TOKENS)
                if data is None:
                    # Neither a command nor an answer goes on from one connection to the next.
                    self._reader.forget()
                    self._late.clear()
                elif data:
                    self._take(data)
                elif self.paper.has_ink and time.monotonic() - self._heard_at > TEAR_AFTER_SECONDS and self._is_online:
                    self.paper.tear_off()
        finally:
            commands.close()
            self.road.pull()
            self._address = ""
            self._announce()

    # Printing ---------------------------------------------------------------------------------------------------------

    def _take(self, data: bytes) -> None:
        for token in self._reader.feed(data):
            if isinstance(token, Command) and token.name == STATUS:
                self._answer(token.argument[0])
            else:
                self._heard_at = time.monotonic()
                self._held.append(token)
                self._print_held()
                if self._is_cut_off(token):
                    return
        self._print_held()

    def _print_held(self) -> None:
        while self._held and self._is_online:
            token = self._held.popleft()
            if Fault.SWALLOW in self.faults:  # the roll lies the wrong way round: all is well, and the paper is white
                continue
            self.paper.put(token)
            if self._paper_ends_at is not None and self.paper.lines_printed >= self._paper_ends_at:
                self._paper_ends_at = None
                self.faults[Fault.PAPER_OUT] = {}

    def _is_cut_off(self, token: Token) -> bool:
        """The half_frame fault: the connection breaks in the middle of a job."""
        if self._drops_after is None:
            return False
        self._drops_after -= token.length
        if self._drops_after > 0:
            return False
        self._drops_after = None
        self._reader.forget()
        self.road.hang_up()
        return True

    def _keep_slip(self, png: bytes, facts: dict[str, Any]) -> None:
        self.runtime.put_sim_slip(self.name, png, facts)
        log.info("%s: a slip of %d lines", self.name, len(facts["text"]))

    # Status -----------------------------------------------------------------------------------------------------------

    @property
    def _is_online(self) -> bool:
        is_out = Fault.PAPER_OUT in self.faults and not self.faults[Fault.PAPER_OUT].get("near_end")
        return not is_out and Fault.COVER_OPEN not in self.faults

    def _status(self, question: int) -> int:
        """The byte for DLE EOT ``question``: hardware.md §1.10."""
        byte = 0x12
        paper = self.faults.get(Fault.PAPER_OUT)
        if question == 1 and not self._is_online:
            byte |= 0x08
        if question == 2:
            byte |= 0x04 if Fault.COVER_OPEN in self.faults else 0
            byte |= 0x20 if paper is not None and not paper.get("near_end") else 0
        if question == 4 and paper is not None:
            if paper.get("near_end"):
                byte |= 0x0C
            else:
                byte |= 0x20 if paper.get("single_bit") else 0x60
        return byte

    def _answer(self, question: int) -> None:
        if Fault.NO_REPLY in self.faults:
            return
        answer = bytes([self._status(question)])
        if Fault.GARBAGE in self.faults:
            answer = GARBAGE[str(self.faults[Fault.GARBAGE].get("what", "noise"))]
        late = self.faults.get(Fault.LATE_REPLY)
        if late is None:
            self.road.send(answer)
        else:
            self._late.append((time.monotonic() + float(late.get("seconds", LATE_SECONDS)), answer))

    def _answer_late(self) -> None:
        while self._late and self._late[0][0] <= time.monotonic():
            self.road.send(self._late.popleft()[1])

    # Commands ---------------------------------------------------------------------------------------------------------

    def _plug(self) -> None:
        self._address = self.road.plug()
        self._announce()

    def _announce(self) -> None:
        self.runtime.announce(self.name, self._address, kind="printer", road=self.road.name, faults=tuple(self._acts))

    def _set(self, fault: Fault) -> Any:
        def act(arguments: Mapping[str, Any]) -> None:
            float(arguments.get("seconds", 0))
            GARBAGE[str(arguments.get("what", "noise"))]
            self.faults[fault] = arguments

        return act

    def _paper_out(self, arguments: Mapping[str, Any]) -> None:
        """``after_lines``: in the middle of what comes next; ``near_end``; ``single_bit``: only one of the two bits."""
        after = int(arguments.get("after_lines", 0))
        if after:
            self._paper_ends_at = self.paper.lines_printed + after
        else:
            self.faults[Fault.PAPER_OUT] = arguments

    def _half_frame(self, arguments: Mapping[str, Any]) -> None:
        self._drops_after = int(arguments.get("after_bytes", DROP_AFTER_BYTES))

    def _unplug(self, _: Mapping[str, Any]) -> None:
        if self._address:
            self.road.pull()
            self._reader.forget()
            self._held.clear()
            self._address = ""
            self._announce()

    def _restore(self, _: Mapping[str, Any]) -> None:
        self.faults.clear()
        self._late.clear()
        self._paper_ends_at = self._drops_after = None
        if not self._address:
            self._plug()
        self._print_held()
