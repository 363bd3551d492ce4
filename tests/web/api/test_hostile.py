"""schemathesis against the running station: whatever fits the document and whatever doesn't, no answer is a fault of ours
or one that the document doesn't promise, and the books stay right."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.api.program import PREFIX, ApiStation

CHECKS = ",".join(
    (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "unsupported_method",
        "allow_header_conformance",
        "ignored_auth",
    )
)
#: For each operation, beside the fixed cases at the edges of every field. All subjects together take about a minute.
EXAMPLES = "8"


def _furnish(api: ApiStation) -> None:
    """Something of everything, so that small ids hit."""
    manager = api.program("manager")
    manager.post("/days/open", {"float_fen": 10000})
    batch_id = manager.post("/batches", {"carrier": "YTO"}).json()["id"]
    for number in range(3):
        manager.check_in(f"YT89626467{number:05d}", batch_id=batch_id, phone=f"1391234567{number}", name_hint="张三")
    bill = {"service": "bill", "biller": "power-demo", "account_no": "0602123456", "amount_fen": 5000}
    manager.post("/tickets", {"lines": [bill]})


def _run(
    location: str, api: ApiStation, tags: tuple[str, ...], cwd: Path, seed: str
) -> subprocess.CompletedProcess[str]:
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", location, "--url", api.url, "--seed", seed),
        *(part for tag in tags for part in ("--include-tag", tag)),
        *("--checks", CHECKS, "--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing"),
        *("--header", f"Authorization: Bearer {api.tokens['manager']}", "--max-failures", "3", "--no-color"),
        *("--warnings", "off"),
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=170, check=False)


@pytest.mark.parametrize(
    "tags", [("batches", "parcels"), ("hand-overs", "scans"), ("tickets",), ("days", "station")], ids="+".join
)
def test_station_bears_whatever_is_sent(
    tags: tuple[str, ...], api: ApiStation, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    _furnish(api)
    seed = request.config.getoption("hypothesis_seed")
    done = _run(f"{api.url}{PREFIX}/openapi.json", api, tags, tmp_path, seed)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    sent = re.search(r"(\d+) generated", done.stdout)
    assert sent is not None, done.stdout
    assert int(sent[1]) >= 100, "hardly anything was tried"
    assert api.program("operator").get("/status").status_code == 200
    assert api.problems() == []


def test_document_that_promises_something_else_is_found_out(
    api: ApiStation, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The control: a field that no answer has, and the same run fails."""
    document = copy.deepcopy(dict(api.document))
    document["components"]["schemas"]["DeskTold"]["required"].append("colour")
    written = tmp_path / "document.json"
    written.write_text(json.dumps(document), "utf-8")
    done = _run(str(written), api, ("station",), tmp_path, request.config.getoption("hypothesis_seed"))
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr[-2000:]
    assert "colour" in done.stdout
