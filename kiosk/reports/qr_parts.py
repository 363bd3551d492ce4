"""A stored envelope as QR codes that a phone carries when the station's line is down: at most four texts of at most 640
characters. They hold the envelope itself and nothing else; the centre puts the very bytes together again.

    raw deflate(header JSON "\\n" payload) + 64 bytes of signature → base64url → cut into n parts, each as
    CNSB1.<first 8 of the payload's hash>.<i>-<n>.<part>
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable

from kiosk.errors import Refused
from kiosk.reports.envelope import LARGEST_BYTES, digest
from kiosk.words import N_

MARK = "CNSB1."
MOST_PARTS = 4
LONGEST_TEXT = 640
#: ``CNSB1.`` + 8 of the hash + ``.`` + ``1-4`` + ``.``
_HEAD = len(MARK) + 8 + 1 + 3 + 1
_SIGNATURE_BYTES = 64
_PART = re.compile(r"([0-9a-f]{8})\.([1-4])-([1-4])\.([A-Za-z0-9_-]{1,640})")


def parts_of(envelope: str) -> tuple[str, ...]:
    """The texts of an envelope's QR codes, the first one first.

    Raises ``Refused`` (``qr.too_long``) when four do not hold it, ValueError when this is no envelope.
    """
    try:
        header, payload, signature = (_decoded(part) for part in envelope.split("."))
    except (ValueError, binascii.Error) as error:
        raise ValueError("not a compact JWS") from error
    if len(signature) != _SIGNATURE_BYTES or b"\n" in header:
        raise ValueError("not an envelope that parts can give back")
    packed = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    raw = packed.compress(header + b"\n" + payload) + packed.flush() + signature
    text = _encoded(raw)
    room = LONGEST_TEXT - _HEAD
    count = -(-len(text) // room)
    if count > MOST_PARTS:
        raise Refused(
            "qr.too_long",
            N_("这份报告太长，{most} 个二维码装不下；请改用优盘、邮件或网络上报，内容已保留"),
            most=MOST_PARTS,
        )
    each = -(-len(text) // count)  # parts of one size: the codes look alike and are read alike
    name = digest(payload.decode("utf-8"))[:8]
    found = tuple(f"{MARK}{name}.{i + 1}-{count}.{text[i * each : (i + 1) * each]}" for i in range(count))
    if join(found) != envelope:
        raise ValueError("not an envelope that parts can give back")
    return found


def join(texts: Iterable[str]) -> str:
    """The envelope that these texts carry, in whatever order and however often they come; each text may hold several, with
    line breaks and words around them.

    Says nothing of the signature: whoever takes the envelope verifies it. Raises ``Refused`` with ``qr.none`` (nothing
    readable among them), ``qr.foreign`` (parts of different reports), ``qr.missing`` (facts: ``missing``) or
    ``qr.damaged``.
    """
    held = list(texts)
    try:
        return _join(part for text in held for part in _read(text, is_wrapped=False))
    except Refused as refused:
        if refused.code != "qr.damaged":
            raise
    return _join(part for text in held for part in _read(text, is_wrapped=True))


def _join(parts: Iterable[tuple[str, int, int, str]]) -> str:
    pieces: dict[int, str] = {}
    names: set[tuple[str, int]] = set()
    for name, number, count, piece in parts:
        names.add((name, count))
        if len(names) > 1 or number > count:
            raise Refused("qr.foreign", N_("这些二维码不是同一份报告的，没有收下；请只放同一份报告的几个"))
        if pieces.setdefault(number, piece) != piece:
            raise _damaged()
    if not names:
        raise Refused("qr.none", N_("没有找到上报二维码的内容（以 CNSB1 开头），没有收下；请重新扫描或粘贴"))
    ((name, count),) = names
    missing = [str(number) for number in range(1, count + 1) if number not in pieces]
    if missing:
        raise Refused(
            "qr.missing", N_("共 {count} 个二维码，还缺第 {missing} 个，没有收下；请补上后一起提交"),
            count=count, missing="、".join(missing),
        )  # fmt: skip
    header, payload, signature = _unpack("".join(pieces[number] for number in range(1, count + 1)))
    try:
        is_whole = digest(payload.decode("utf-8"))[:8] == name
    except UnicodeDecodeError:
        is_whole = False
    if not is_whole:
        raise _damaged()
    return ".".join(_encoded(part) for part in (header, payload, signature))


def _read(text: str, *, is_wrapped: bool) -> Iterable[tuple[str, int, int, str]]:
    """The parts in one text; ``is_wrapped``: a mail has broken its lines, so a part goes on after white space. A mark that
    no part follows is damage and not nothing."""
    for after in text.split(MARK)[1:]:
        found = _PART.match("".join(after.split()) if is_wrapped else after)
        if found is None:
            raise _damaged()
        yield found[1], int(found[2]), int(found[3]), found[4]


def _unpack(text: str) -> tuple[bytes, bytes, bytes]:
    """Header, payload and signature. What unpacks to more than any report is refused before it fills the memory."""
    try:
        raw = _decoded(text)
        packed, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
        opening = zlib.decompressobj(-15)
        content = opening.decompress(packed, LARGEST_BYTES)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise _damaged() from error
    header, line, payload = content.partition(b"\n")
    if not opening.eof or opening.unused_data or not line or len(signature) != _SIGNATURE_BYTES:
        raise _damaged()
    return header, payload, signature


def _damaged() -> Refused:
    return Refused("qr.damaged", N_("二维码的内容不完整或被改动过，没有收下；请重新扫描"))


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
