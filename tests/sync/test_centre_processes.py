"""Two centres of one county are two processes over one PostgreSQL: whatever comes in at once, numbers have no gap and no
report two."""

from __future__ import annotations

import threading
import urllib.request
from pathlib import Path

from tests.sync.county import POST, Centre, Signer, centre_process
from tests.sync.postgres import Server


def test_two_processes_take_at_once_without_a_gap_or_a_double_in_the_numbers(
    tmp_path: Path, postgresql: Server
) -> None:
    address = postgresql.new_database()
    folder = tmp_path / "centre"
    signers = [Signer.make(tmp_path / f"s{number}", f"demo-{number}") for number in range(4)]
    envelopes = [signer.report(sequence).envelope for sequence in range(1, 9) for signer in signers]
    numbers: list[str] = []
    told = ["--trust-first", "--database", address]
    with centre_process(folder, *told) as (first, _), centre_process(folder, *told) as (second, _):

        def send(to: str, start: int) -> None:
            for envelope in envelopes[start:] + envelopes[:start]:
                headers = {"Content-Type": "application/jose"}
                asked = urllib.request.Request(to + POST, data=envelope.encode(), headers=headers)
                with urllib.request.urlopen(asked, timeout=60) as answer:
                    numbers.append(answer.read().decode().split('"')[3])

        threads = [threading.Thread(target=send, args=(to, start)) for start, to in ((0, first), (16, second))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(numbers) == 2 * 32
    assert sorted({int(number[-6:]) for number in numbers}) == list(range(1, 33))
    centre = Centre(folder, address)
    assert centre.counts() == (32, 4) and centre.kinds() == []
    assert centre.get("/api/v1/anomalies")["gaps"] == []
    centre.close()
    postgresql.drop(address)
