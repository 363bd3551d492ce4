"""``python -m tests.journeys.kill --rounds 100 --seed N`` (``make kill``): four clients at work without a pause, and a
process of the station killed under them, again and again.

Each round: one station, 1–200 acknowledged acts, one process (or all of them, as a power cut takes them) stopped, looked
at and killed; the station comes up again, what was in doubt is sent again under its key, the clients work on a little.
Then everything acknowledged since the first round must be there, once, and ``kiosk check`` must find nothing. At the end
the control: the same against a server that answers before its commit, which must lose something.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys import journal, proof
from tests.journeys.counter_clients import CounterClient, Tally
from tests.journeys.frozen import kill_frozen
from tests.journeys.journal import Journal
from tests.journeys.printer import TcpPrinter
from tests.journeys.station import DESK, PRINTER, Station, wait_gone

CLIENTS = 4
MOST_ACTS = 200
#: Acts after the mending: the station must not only stand there again but work.
ACTS_AFTER = 12
#: Who dies, and how often. ``all``: every process at the same moment.
TARGETS = {"web": 45, "devices": 15, "sync": 10, "run": 12, "all": 18}
AIMED_SHARE = 0.75
#: ``kiosk run`` waits longer after each death; a fresh one has no deaths behind it.
DEATHS_A_LIFE = 2
MENDED_SECONDS = 90.0
#: Before the proof: what a hasty server still owes is paid by then, so that only a kill can make a loss.
QUIET_SECONDS = 0.1


@dataclass
class Outcome:
    """What the rounds have shown."""

    seed: int
    rounds: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    kills_in_a_write: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    by_act: dict[str, int] = field(default_factory=dict)
    found_done: int = 0
    found_undone: int = 0
    jobs: dict[str, int] = field(default_factory=dict)
    papers: int = 0
    losses: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def share_in_a_write(self) -> float:
        """Of all kills, those at which the killed process was inside a write transaction."""
        return self.kills_in_a_write.total() / max(1, self.kills.total())

    def lines(self) -> list[str]:
        """The outcome in words."""
        kills = ", ".join(f"{name} {self.kills_in_a_write[name]}/{self.kills[name]}" for name in TARGETS)
        acts = ", ".join(f"{name} {count}" for name, count in sorted(self.by_act.items()))
        jobs = ", ".join(f"{name} {count}" for name, count in self.jobs.items())
        return [
            f"seed {self.seed}, {self.rounds} rounds, {self.kills.total()} kills, {self.kills_in_a_write.total()} of them"
            f" inside a write ({self.share_in_a_write:.0%}; by process: {kills})",
            f"{self.acknowledged} acts acknowledged ({acts})",
            f"{self.found_done + self.found_undone} replies lost: {self.found_done} acts were committed and answered again,"
            f" {self.found_undone} were not and were done by the second try",
            f"print jobs: {jobs or 'none'}; {self.papers} papers came out",
            f"{len(self.losses)} losses, {len(self.findings)} other findings",
            *self.losses[:20],
            *self.findings[:20],
        ]


class Harness:
    """The station, its printer and the clients of one run."""

    def __init__(self, folder: Path, seed: int, *, is_hasty: bool = False) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.outcome = Outcome(seed)
        self.printer = TcpPrinter()
        devices = [self.printer.device(PRINTER, DESK)]
        modules = {"web": "tests.journeys.hasty"} if is_hasty else None
        self.station = Station(folder, devices=devices, is_apart=is_hasty, modules=modules)
        self.station.prepare()
        self.tally = Tally()
        self.station.start().wait_ready()
        journals = [Journal(folder / f"client-{number}.jsonl") for number in range(CLIENTS)]
        tokens = [self.station.token("operator", f"client {number}") for number in range(CLIENTS)]
        self.clients = [
            CounterClient(number, self.station.port, tokens[number], journals[number], self.tally, str(seed))
            for number in range(CLIENTS)
        ]
        self.database = self.station.state / "kiosk.db"
        self._deaths = 0

    def run(self, rounds: int, *, until_loss: bool = False) -> Outcome:
        """Plays the rounds; stops early at a finding (or, for the control, at the first loss)."""
        try:
            for number in range(rounds):
                self._round()
                self.outcome.rounds = number + 1
                if self.outcome.findings or (until_loss and self.outcome.losses):
                    break
                print(f"round {number + 1}: {self.outcome.kills.total()} kills", file=sys.stderr, flush=True)
            self._sum_up()
        finally:
            self.station.kill_all()
            self.printer.close()
            for client in self.clients:
                client.journal.close()
        return self.outcome

    def _round(self) -> None:
        if self._deaths >= DEATHS_A_LIFE:
            self._deaths = 0
            self.station.stop()
            self.station.start().wait_ready()
        is_over = threading.Event()
        threads = [threading.Thread(target=client.work, args=(is_over,), daemon=True) for client in self.clients]
        for thread in threads:
            thread.start()
        self._wait_acts(self.chance.randint(1, MOST_ACTS))
        self._kill()
        self._mend()
        self._wait_acts(ACTS_AFTER)
        is_over.set()
        for thread in threads:
            thread.join(MENDED_SECONDS)
            if thread.is_alive():
                self.outcome.findings.append(f"a client got no answer within {MENDED_SECONDS:.0f} s")
        self._prove()

    def _wait_acts(self, count: int) -> None:
        """Waits until so many more acts have been acknowledged, and nothing is in doubt from before."""
        target = self.tally.acknowledged + count
        until = time.monotonic() + MENDED_SECONDS
        while self.tally.acknowledged < target or self.tally.in_doubt:
            if time.monotonic() > until:
                self.outcome.findings.append("the clients came to a standstill\n" + self.station.said())
                return
            time.sleep(0.002)

    def _kill(self) -> None:
        target = self.chance.choices(list(TARGETS), list(TARGETS.values()))[0]
        pids = self.station.pids()
        if target not in pids and target != "all":
            target = "web"  # apart, there is no `run`
        doomed = list(pids.values()) if target == "all" else [pids[target]]
        is_aimed = target not in ("run", "sync") and self.chance.random() < AIMED_SHARE
        is_writing = kill_frozen(doomed, self.database, self.chance, is_aimed=is_aimed)
        self.outcome.kills[target] += 1
        self.outcome.kills_in_a_write[target] += is_writing
        self._deaths += 1
        for pid in pids.values() if target in ("run", "all") else doomed:
            wait_gone(pid, 30)

    def _mend(self) -> None:
        """What whoever watches over the station does: starts again what is gone."""
        processes = self.station.processes
        for name, process in list(processes.items()):
            if process.poll() is not None:
                del processes[name]
        if self.station.is_apart:
            for name in set(self.station.modules) - set(processes):
                self.station.start_one(name)
        elif not processes:
            self._deaths = 0
            self.station.start()
        self.station.wait_ready()

    def _prove(self) -> None:
        self._wait_printed()
        time.sleep(QUIET_SECONDS)
        acts = journal.read(self.folder)
        self.outcome.losses = proof.losses(acts, self.database)
        if self.outcome.losses:
            return
        self.outcome.findings += proof.excess(acts, self.database)
        self.outcome.findings += proof.papers(self.database, list(self.printer.papers))
        self.outcome.findings += self.station.check()
        self.outcome.findings += self.tally.findings

    def _wait_printed(self) -> None:
        """Waits until every job has come to its end, so that jobs and papers can be compared."""
        until = time.monotonic() + MENDED_SECONDS
        while any(name.startswith("waiting") for name in proof.jobs_by_state(self.database)):
            if time.monotonic() > until:
                self.outcome.findings.append("the printer came to a standstill\n" + self.station.said())
                return
            time.sleep(0.05)

    def _sum_up(self) -> None:
        acts = journal.read(self.folder)
        self.outcome.acknowledged = len(acts)
        self.outcome.by_act = dict(Counter(act.act for act in acts))
        self.outcome.found_done, self.outcome.found_undone = self.tally.found_done, self.tally.found_undone
        self.outcome.jobs = proof.jobs_by_state(self.database)
        self.outcome.papers = len(self.printer.papers)


def play(rounds: int, seed: int, folder: Path) -> Outcome:
    """The rounds against the station as it is shipped."""
    return Harness(folder, seed).run(rounds)


def control(seed: int, folder: Path, rounds: int = 12) -> Outcome:
    """The same against a server that answers before its commit, until it has lost something."""
    return Harness(folder, seed, is_hasty=True).run(rounds, until_loss=True)


def main(arguments: list[str] | None = None) -> int:
    """Plays the rounds and the control, says what came of them; 1 when anything was lost or the control lost nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.kill", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--folder", type=Path, help="keep the state here")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="kiosk-kill-") as scratch:
        folder = chosen.folder or Path(scratch)
        (folder / "control").mkdir(parents=True, exist_ok=True)
        print(f"seed {chosen.seed}", flush=True)
        outcome = play(chosen.rounds, chosen.seed, folder)
        print("\n".join(outcome.lines()), flush=True)
        lost = control(chosen.seed, folder / "control")
        print("control, a server that answers before its commit:")
        print("\n".join(lost.lines()))
    is_good = not outcome.losses and not outcome.findings and outcome.share_in_a_write >= 1 / 3 and bool(lost.losses)
    print("all is there, once; the control lost, as it must" if is_good else "NOT GOOD")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
