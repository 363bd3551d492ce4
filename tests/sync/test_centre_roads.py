"""Reports by stick, by mail and by phone end in the same database under the same rules."""

from __future__ import annotations

import io
import json
import os
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import qrcode
from click.testing import CliRunner

from kiosk.reports import qr_parts
from sync.centre.cli import main
from sync.centre.folder import take_folder
from tests.sync.county import Centre, Signer


def long_report(signer: Signer, sequence: int = 1) -> str:
    """A report that takes more than one QR code."""
    services = [{"service_type": "bill", "kind": f"kind{n}{n * 7919}", "txn_count": n * 31} for n in range(40)]
    return signer.report(sequence, services=services).envelope


def test_folder_is_taken_and_each_file_answered_once(centre: Centre, signer: Signer, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    reports = [signer.report(number) for number in (1, 2)]
    for number, report in enumerate(reports, 1):
        (stick / f"demo-001-{number:06d}-{report.hash[:8]}.jws").write_text(report.envelope + "\n")
    (stick / "demo-001-000001-deadbeef.jws").write_text(signer.report(1, note="x").envelope)
    (stick / "nonsense.jws").write_bytes(b"\xff" * 99)
    (stick / "large.jws").write_bytes(b"a" * 600_000)
    (stick / "report.xlsx").write_bytes(b"for people")
    taken = {one.name: one for one in take_folder(centre.office, stick)}
    assert len(taken) == 5 and sum(one.is_new for one in taken.values()) == 2
    answer = json.loads((stick / f"demo-001-000002-{reports[1].hash[:8]}.ack.json").read_text())
    assert answer["hash"] == reports[1].hash and set(answer) == {"acknowledgement_no", "hash", "received_at"}
    codes = [json.loads((stick / f"{name}.ack.json").read_text())["code"]
             for name in ("demo-001-000001-deadbeef", "nonsense", "large")]  # fmt: skip
    assert codes == ["report.day_rewritten", "envelope.unreadable", "envelope.too_large"]
    assert not list(stick.glob(".*"))
    assert [one.name for one in take_folder(centre.office, stick) if one.is_acknowledged] == []
    assert {report.road for report in centre.reports()} == {"folder"}


def test_file_refused_for_its_key_is_taken_after_the_enrolment(tmp_path: Path, signer: Signer) -> None:
    centre = Centre(tmp_path / "centre", trusts_first=False)
    (tmp_path / "a.jws").write_text(signer.report().envelope)
    (first,) = take_folder(centre.office, tmp_path)
    centre.close()
    trusting = Centre(tmp_path / "centre")
    (second,) = take_folder(trusting.office, tmp_path)
    trusting.close()
    assert (first.answer["code"], second.is_acknowledged) == ("station.unknown", True)


def test_mail_brings_its_signed_files(small_centre: Centre, signer: Signer, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = "日报"
    mail.set_content("见附件")
    mail.add_attachment(b"PK", maintype="application", subtype="octet-stream", filename="日报.xlsx")
    for name, number in (("demo-001-000001-aa.jws", 1), ("../../evil.jws", 2)):
        envelope = signer.report(number).envelope.encode()
        mail.add_attachment(envelope, maintype="application", subtype="jose", filename=name)
    inbox = tmp_path / "a" / "b"
    inbox.mkdir(parents=True)
    (inbox / "1.eml").write_bytes(mail.as_bytes())
    (inbox / "2.eml").write_bytes(b"no mail \xff\x00")
    assert [one.is_acknowledged for one in take_folder(small_centre.office, inbox)] == [True, True]
    assert sorted(path.name for path in inbox.glob("*.json")) == ["demo-001-000001-aa.ack.json", "evil.ack.json"]
    assert not list(tmp_path.glob("*.json")) and {one.road for one in small_centre.reports()} == {"mail"}


def mail_with(*files: tuple[str, str]) -> bytes:
    """A mail that brings these files."""
    mail = EmailMessage()
    mail["Subject"] = "日报"
    mail.set_content("见附件")
    for name, envelope in files:
        mail.add_attachment(envelope.encode(), maintype="application", subtype="jose", filename=name)
    return mail.as_bytes()


def test_answer_under_the_name_of_another_message_keeps_that_one_from_nothing(
    small_centre: Centre, signer: Signer, tmp_path: Path
) -> None:
    """Another station's file that bears this one's name, and rubbish under it, after and before the real one."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    other = Signer.make(tmp_path / "other", "demo-002").report()
    mine = signer.report()
    name = f"demo-001-000001-{mine.hash[:8]}"
    (inbox / "1.eml").write_bytes(mail_with((f"{name}.jws", other.envelope)))
    assert [one.is_new for one in take_folder(small_centre.office, inbox)] == [True]
    assert not (inbox / f"{name}.ack.json").exists() and (inbox / f"demo-002-000001-{other.hash[:8]}.ack.json").exists()
    (inbox / f"{name}.jws").write_text(mine.envelope)
    assert [one.is_new for one in take_folder(small_centre.office, inbox)] == [False, True]
    (inbox / "2.eml").write_bytes(mail_with((f"{name}.jws", "rubbish")))
    list(take_folder(small_centre.office, inbox))
    assert json.loads((inbox / f"{name}.ack.json").read_text())["hash"] == mine.hash
    assert small_centre.counts() == (2, 2)


def test_hostile_file_in_a_folder_holds_up_no_other(small_centre: Centre, signer: Signer, tmp_path: Path) -> None:
    stick, precious = tmp_path / "stick", tmp_path / "precious"
    stick.mkdir()
    precious.write_text("not to be touched")
    (stick / ("a" * 250 + ".jws")).write_text(signer.report(1).envelope)  # its answer's name would be too long
    (stick / "b.jws").write_text(signer.report(2).envelope)
    (stick / "b.ack.json").mkdir()
    (stick / "c\x1b]0;x\x07.jws").write_text(signer.report(3).envelope)
    (stick / "d.jws").symlink_to(precious)
    (stick / "e.jws").write_text(signer.report(4).envelope)
    (stick / "e.ack.json").symlink_to(precious)
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000))
    (stick / "f.eml").write_bytes(nested)
    (stick / "g.eml").write_bytes(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n\n" * 200_000)
    (stick / "h.eml").write_bytes(b"Content-Type: a/b" + b";" * 1_000_000 + b"\n\n")
    (stick / "i.eml").write_bytes(b"From: a\n\n" + b"x" * (8 * 1024 * 1024))
    os.mkfifo(stick / "j.jws")
    (stick / "k.jws").write_text(signer.report(6).envelope)
    (stick / "k.ack.json").write_text("{}")
    os.truncate(stick / "k.ack.json", 1 << 40)  # what says it is a terabyte is not read into memory
    (stick / "z.jws").write_text(signer.report(5).envelope)
    taken = {one.name: one for one in take_folder(small_centre.office, stick)}
    assert small_centre.counts() == (6, 1) and len(taken) == 10
    assert {taken[f"{name}.eml"].answer["code"] for name in "fghi"} == {"mail.unreadable"}
    assert precious.read_text() == "not to be touched" and not (stick / "e.ack.json").is_symlink()
    assert (stick / "z.ack.json").exists()
    assert CliRunner().invoke(main, ["take", str(stick), "--state", str(tmp_path / "other")]).output.count("\x1b") == 0


def picture(texts: list[str]) -> bytes:
    """A phone's picture of the codes side by side."""
    from PIL import Image

    codes = [qrcode.make(text, box_size=4, border=4).convert("L") for text in texts]
    sheet = Image.new("L", (sum(code.width for code in codes), max(code.height for code in codes)), 255)
    left = 0
    for code in codes:
        sheet.paste(code, (left, 0))
        left += code.width
    held = io.BytesIO()
    sheet.rotate(3, expand=True, fillcolor=255).save(held, "JPEG", quality=80)
    return held.getvalue()


def phone(centre: Centre, texts: str = "", *pictures: bytes) -> Any:
    """The page's form."""
    files = [(io.BytesIO(content), f"{number}.jpg") for number, content in enumerate(pictures)]
    return centre.submit("/phone", "phone", texts=texts, pictures=files)


def test_pasted_codes_are_taken_when_all_are_there(centre: Centre, signer: Signer) -> None:
    parts = qr_parts.parts_of(long_report(signer))
    assert len(parts) > 1
    answer = phone(centre, f"王站长：\n{parts[1]}\n")
    assert answer.status_code == 422 and "还缺第 1" in answer.text and parts[1] in answer.text
    answer = phone(centre, f"{parts[1]}\n{parts[0]} {' '.join(parts[2:])}")
    (report,) = centre.reports()
    assert answer.status_code == 200 and report.acknowledgement_no in answer.text and report.road == "phone"
    assert report.envelope == long_report(signer)
    assert "以前收过" in phone(centre, " ".join(parts)).text
    other = qr_parts.parts_of(long_report(signer, 2))
    assert phone(centre, f"{parts[0]} {other[1]}").status_code == 422


def test_pictures_of_codes_are_read(small_centre: Centre, signer: Signer) -> None:
    parts = list(qr_parts.parts_of(long_report(signer)))
    answer = phone(small_centre, "", picture(parts[:1]), picture(parts[1:]))
    assert answer.status_code == 200, answer.text
    assert small_centre.counts() == (1, 1)


@pytest.mark.parametrize(
    ("content", "words"), [(b"no picture", "这不是能打开的图片"), (picture(["hello"]), "没有找到上报二维码")]
)
def test_picture_without_a_code_is_said(small_centre: Centre, content: bytes, words: str) -> None:
    answer = phone(small_centre, "", content)
    assert answer.status_code == 422 and words in answer.text


@pytest.mark.parametrize("side", [9000, 5000])
def test_picture_that_claims_to_be_huge_is_not_opened(small_centre: Centre, side: int) -> None:
    import struct
    import zlib

    def chunk(kind: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9_000_000))
        + chunk(b"IEND", b"")
    )
    answer = phone(small_centre, "", bomb)
    assert answer.status_code == 422 and "图片太大" in answer.text
