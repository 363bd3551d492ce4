"""What a message is called as a file or attachment, and what the centre's answer file says. A name leads back to its message
by station, sequence and hash, so a stick that carries the files of many stations mixes nothing up."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

from kiosk.errors import Refused
from kiosk.outbox import ACKNOWLEDGEMENT, Message
from kiosk.words import N_
from sync.roads import Acknowledged, Turned

SIGNED, FOR_PEOPLE, ANSWER = ".jws", ".xlsx", ".ack.json"
LARGEST_ANSWER_BYTES = 64 * 1024
LONGEST_REASON = 200


def name_of(station: str, message: Message) -> str:
    """``demo-001-000012-ab12cd34``, without an ending."""
    return f"{station}-{message.sequence:06d}-{message.hash[:8]}"


def read_answer(raw: bytes, message: Message) -> Acknowledged | Turned:
    """What an answer file says of this message.

    Raises ``Refused``: ``answer.unreadable`` for what is no such file, ``answer.foreign`` for another message's.
    """
    try:
        said: Any = json.loads(raw) if len(raw) <= LARGEST_ANSWER_BYTES else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise _unreadable()
    if said.get("hash") not in (None, message.hash):
        raise Refused("answer.foreign", N_("这份回执是另一份报告的；没有登记"))
    number = said.get("acknowledgement_no")
    if isinstance(number, str) and ACKNOWLEDGEMENT.fullmatch(number) and said.get("hash") == message.hash:
        return Acknowledged(number)
    code = _one_line(said.get("code"))
    if code:
        return Turned(_one_line(said.get("detail"), code), code)
    raise _unreadable()


def _unreadable() -> Refused:
    return Refused("answer.unreadable", N_("回执文件读不懂，没有当作回执；请县中心重新出一份"))


def _one_line(*parts: Any) -> str:
    texts = ["".join(c if c.isprintable() else " " for c in part) for part in parts if isinstance(part, str) and part]
    lines = [line for text in texts if (line := " ".join(text.split()))]
    return (lines[0] + "".join(f" ({line})" for line in lines[1:]) if lines else "")[:LONGEST_REASON]


def read_bounded(path: Path, largest_bytes: int = LARGEST_ANSWER_BYTES) -> bytes | None:
    """The bytes of a file, at most one more than are allowed; None when there is none.

    A folder that others write to may hold anything under that name: a link out of it, or a pipe on which the reader would
    wait for ever. Only a plain file counts.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO):
            return None
        raise
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(largest_bytes + 1)
