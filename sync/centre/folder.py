"""Files that came by stick or by mail: every ``.jws`` of a folder, and of the mails in it, is taken, and an answer of the same
name is written beside it, which goes back by the same way. Taken twice, a file gets the same answer."""

from __future__ import annotations

import email
import email.policy
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError
from kiosk.reports.envelope import LARGEST_BYTES
from kiosk.words import N_
from sync.centre.intake import take
from sync.centre.office import Centre
from sync.centre.problems import Turned

LARGEST_MAIL_BYTES = 8 * 1024 * 1024
ANSWER = ".ack.json"
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file: its name, the answer's content, and whether the report is new here."""

    name: str
    answer: dict[str, Any]
    is_new: bool

    @property
    def is_acknowledged(self) -> bool:
        """It has a number."""
        return "acknowledgement_no" in self.answer


def take_folder(centre: Centre, folder: Path) -> Iterator[Taken]:
    """Takes every file that has no number yet, by name. Raises ``KioskError`` when the folder can't be read."""
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix in (".jws", ".eml") and path.is_file())
    except OSError as error:
        raise KioskError(N_("文件夹 {folder} 打不开；什么都没有收"), folder=str(folder)) from error
    for path in names:
        road = "mail" if path.suffix == ".eml" else "folder"
        for name, content in _envelopes(path):
            answer_path = folder / f"{name.removesuffix('.jws')}{ANSWER}"
            if _is_acknowledged(answer_path):
                continue
            taken = _take(centre, name, content, road)
            write_whole(answer_path, json.dumps(taken.answer, ensure_ascii=False, sort_keys=True) + "\n")
            yield taken


def write_whole(path: Path, text: str) -> None:
    """The file is there whole or not at all, also when the stick is pulled out."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with made.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _take(centre: Centre, name: str, content: bytes, road: str) -> Taken:
    try:
        if len(content) > LARGEST_BYTES:
            raise Turned(413, "envelope.too_large", N_("报文过大，没有收下"))
        receipt = take(centre, content.decode("ascii", "replace").strip(), road)
    except Turned as turned:
        return Taken(name, {"code": turned.code, "detail": turned.words}, False)
    answer = {name: getattr(receipt, name) for name in ("acknowledgement_no", "hash", "received_at")}
    return Taken(name, answer, receipt.is_new)


def _envelopes(path: Path) -> Iterator[tuple[str, bytes]]:
    """The signed files that a file is or brings, with the names that their answers get."""
    most = LARGEST_MAIL_BYTES if path.suffix == ".eml" else LARGEST_BYTES
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError:
        return  # pulled out: it comes again
    if path.suffix == ".jws":
        yield path.name, content
        return
    mail = email.message_from_bytes(content, policy=email.policy.default)
    for part in mail.walk():
        name = Path((part.get_filename() or "").replace("\\", "/")).name[:_LONGEST_NAME]
        held = part.get_payload(decode=True) if name.endswith(".jws") and not name.startswith(".") else None
        if isinstance(held, bytes) and name.isprintable():
            yield name, held


def _is_acknowledged(path: Path) -> bool:
    try:
        said = json.loads(path.read_bytes()[:10_000])
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and "acknowledgement_no" in said
