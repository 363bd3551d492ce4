"""The words of ``kiosk-centre``: what an office types, what it is told, and with which exit code it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk import clock
from sync.centre.cli import main
from tests.sync.county import ENROL, POLL, Centre, Signer

NOTICE = json.dumps({"title": "停电", "body": "周三", "kind": "notice"})


def type_in(folder: Path, *words: str, given: str = "", database: str = "") -> Result:
    """A command over the centre in this folder."""
    more = ["--database", database] if database else []
    return CliRunner().invoke(main, [*words, "--state", str(folder / "centre"), *more], input=given)


@pytest.fixture
def enrolled(tmp_path: Path, signer: Signer, address: str) -> str:
    """A station that enrolled by a code from the command line; the database's address."""
    code = type_in(tmp_path, "code", "demo-001", database=address).stdout.strip()
    centre = Centre(tmp_path / "centre", address, trusts_first=False)
    assert centre.post(signer.enrolment(code, clock.stamp()), to=ENROL)[0] == 200
    centre.close()
    return address


def test_office_sends_a_message_and_changes_its_key(tmp_path: Path, signer: Signer, enrolled: str) -> None:
    assert "demo-001" in type_in(tmp_path, "stations", database=enrolled).stdout
    sent = type_in(tmp_path, "send", "announcement", "-", "--all", given=NOTICE, database=enrolled)
    assert sent.stdout == "demo-001\t1\tannouncement\n"
    thumbprint = type_in(tmp_path, "new-key", database=enrolled).stdout.strip()
    centre = Centre(tmp_path / "centre", enrolled)
    assert centre.get("/api/v1/key")["thumbprint"] == thumbprint
    assert len(centre.post(signer.poll(made_at=clock.stamp()), to=POLL)[1]["messages"]) == 2
    centre.close()


def test_office_takes_a_stick_and_is_told_what_was_refused(tmp_path: Path, signer: Signer, enrolled: str) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "a.jws").write_text(signer.report().envelope)
    taken = type_in(tmp_path, "take", str(stick), database=enrolled)
    assert taken.exit_code == 0 and "a.jws\tC-" in taken.stdout
    (stick / "b.jws").write_text("nonsense")
    refused = type_in(tmp_path, "take", str(stick), database=enrolled)
    assert refused.exit_code == 1 and "b.jws\t报文不是签名的" in refused.stdout


@pytest.mark.parametrize(
    ("words", "given", "code", "said"),
    [(("send", "announcement", "-"), NOTICE, 2, "--all"),
     (("send", "announcement", "-", "--to", "demo-009"), NOTICE, 2, "没有这个站点"),
     (("send", "announcement", "-", "--to", "demo-009"), "[", 2, "不是 JSON"),
     (("send", "announcement", "-", "--to", "demo-009"), "[]", 2, "不是 JSON"),
     (("send", "gossip", "-", "--to", "demo-009"), "{}", 2, "没有「gossip」这种消息"),
     (("code", "坏 站"), "", 2, "站点代码只能有"), (("take", "no-such-folder"), "", 2, "no-such-folder"),
     (("run", "--report-by", "25:00"), "", 2, "钟点应如"), (("run", "--zone", "Mars"), "", 2, "没有这个时区"),
     (("stations", "--database", "mysql://x"), "", 3, "postgresql://")],
)  # fmt: skip
def test_word_that_is_wrong_is_said(tmp_path: Path, words: tuple[str, ...], given: str, code: int, said: str) -> None:
    ended = type_in(tmp_path, *words, given=given)
    assert ended.exit_code == code and said in ended.output
    assert ended.exception is None or isinstance(ended.exception, SystemExit)
