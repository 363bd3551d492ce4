"""Files that came by stick or by mail: every ``.jws`` of a folder, and of the mails in it, is taken, and an answer of the same
name is written beside it, which goes back by the same way. Taken twice, a file gets the same answer."""

from __future__ import annotations

import email
import email.errors
import email.policy
import json
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError
from kiosk.reports import signing
from kiosk.reports.envelope import LARGEST_BYTES
from kiosk.words import N_, say
from sync.centre.intake import take
from sync.centre.office import Centre
from sync.centre.problems import Turned
from sync.roads.files import read_bounded

log = logging.getLogger("centre")

LARGEST_MAIL_BYTES = 8 * 1024 * 1024
ANSWER = ".ack.json"
#: Of one mail; a station sends one file in each.
MOST_ATTACHMENTS = 100
MOST_BOUNDARIES = 10_000
LARGEST_HEADER = 16 * 1024
_LONGEST_NAME = 80
#: How the standard library's parser fails on what is no mail.
_NO_MAIL = (ValueError, LookupError, AttributeError, TypeError, RecursionError, email.errors.MessageError)
#: ``<station>-<sequence>-<hash>``: what a station calls a message, and where it looks for the answer.
_OF_A_MESSAGE = re.compile(r"-\d{6,}-[0-9a-f]{8}$")


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
    """Takes every file that has no number yet, by name; one that cannot be answered holds up no other. Raises ``KioskError``
    when the folder can't be read."""
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix in (".jws", ".eml") and _is_plain(path))
    except OSError as error:
        raise KioskError(N_("文件夹 {folder} 打不开；什么都没有收"), folder=str(folder)) from error
    for path in names:
        road = "mail" if path.suffix == ".eml" else "folder"
        try:
            held = _envelopes(path)
        except Turned as turned:
            yield Taken(path.name, {"code": turned.code, "detail": turned.words}, False)
            continue
        for name, content in held:
            stem = name.removesuffix(".jws")
            mark = _hash_of(content)
            if mark is not None and _acknowledged_hash(folder / f"{stem}{ANSWER}") == mark:
                continue
            taken, own = _take(centre, name, content, road)
            if _OF_A_MESSAGE.search(stem) and own not in (None, stem):
                stem = own or stem  # it bears another message's name: whose answer it would then be
            answer_path = folder / f"{stem}{ANSWER}"
            if taken.is_acknowledged or _acknowledged_hash(answer_path) is None:
                said = taken.answer if mark is None else {"hash": mark, **taken.answer}
                try:
                    write_whole(answer_path, json.dumps(said, ensure_ascii=False, sort_keys=True) + "\n")
                except OSError as error:
                    why = N_("回执文件 {file} 写不上；收下的已有回执号，腾出地方或换个文件夹后再收一次")
                    log.warning("%s: %s", say(why, file=shown(answer_path.name)), error)
            yield taken


def shown(name: str) -> str:
    """A name that somebody else gave to a file, fit for a terminal."""
    return "".join(mark if mark.isprintable() else "?" for mark in name)


def write_whole(path: Path, text: str) -> None:
    """The file is there whole or not at all, also when the stick is pulled out."""
    made = path.with_name(f".{os.getpid()}.part")
    try:
        made.unlink(missing_ok=True)
        with made.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _is_plain(path: Path) -> bool:
    """A link would lead out of a folder that is another's."""
    return path.is_file() and not path.is_symlink()


def _take(centre: Centre, name: str, content: bytes, road: str) -> tuple[Taken, str | None]:
    """What became of it, and the name that its message has by right."""
    try:
        if len(content) > LARGEST_BYTES:
            raise Turned(413, "envelope.too_large", N_("报文过大，没有收下"))
        receipt = take(centre, content.decode("ascii", "replace").strip(), road)
    except Turned as turned:
        return Taken(name, {"code": turned.code, "detail": turned.words}, False), None
    answer = {name: getattr(receipt, name) for name in ("acknowledgement_no", "hash", "received_at")}
    own = f"{receipt.station}-{receipt.sequence:06d}-{receipt.hash[:8]}"
    return Taken(name, answer, receipt.is_new), own


def _envelopes(path: Path) -> list[tuple[str, bytes]]:
    """The signed files that a file is or brings, with the names that their answers get. Raises ``Turned``."""
    most = LARGEST_MAIL_BYTES if path.suffix == ".eml" else LARGEST_BYTES
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError:
        return []  # pulled out: it comes again
    if path.suffix == ".jws":
        return [(path.name, content)]
    try:
        if len(content) > most or content.count(b"\n--") > MOST_BOUNDARIES:
            raise ValueError("too large")
        return _attachments(content)
    except _NO_MAIL as error:
        log.warning("mail %s cannot be read: %r", shown(path.name), error)
        raise Turned(
            422,
            "mail.unreadable",
            N_("这封邮件过大或读不懂，没有收下；请另存附件后把 .jws 文件放进文件夹，或请站点重发"),
        ) from error


class _Bounded(email.policy.Compat32):
    """Headers are short; reading the parameters of one takes the square of its length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """As the policy it comes from. Raises ValueError for a header that is none."""
        if sum(map(len, sourcelines)) > LARGEST_HEADER:
            raise ValueError("a header is too long")
        return super().header_source_parse(sourcelines)  # type: ignore[return-value]


def _attachments(content: bytes) -> list[tuple[str, bytes]]:
    """The signed files of a mail. Fails in one of the ways ``_NO_MAIL`` on what is no mail."""
    found = []
    for part in email.message_from_bytes(content, policy=_Bounded()).walk():
        name = Path((part.get_filename() or "").replace("\\", "/")).name
        if not name.endswith(".jws") or name.startswith(".") or not name.isprintable():
            continue
        held = part.get_payload(decode=True)
        if isinstance(held, bytes) and len(name) <= _LONGEST_NAME:
            found.append((name, held))
    if len(found) > MOST_ATTACHMENTS:
        raise ValueError("too many attachments")
    return found


def _hash_of(content: bytes) -> str | None:
    """The hash of the payload that a file claims to hold; nothing is verified."""
    try:
        return signing.digest(signing.decoded(content.decode("ascii").strip().split(".")[1]).decode("utf-8"))
    except (ValueError, IndexError):
        return None


def _acknowledged_hash(path: Path) -> str | None:
    """Of which message an answer file says that it has a number; None for a refusal or no answer."""
    try:
        raw = read_bounded(path)
        said = None if raw is None else json.loads(raw)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or "acknowledgement_no" not in said:
        return None
    return said["hash"] if isinstance(said.get("hash"), str) else None
