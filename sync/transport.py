"""One POST to the centre and what its answer means: an acknowledgement number, or one of the three ``SyncError`` kinds.

Nothing that the centre says is believed before its shape is checked; its size, its time and its encoding are bounded.
Each error carries ``reason``, the key in ``kiosk.devices.REASONS`` by which a lamp explains it, and ``status`` (0 when
no answer came at all).
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import threading
import time
from datetime import datetime
from typing import Any

import httpx

from kiosk import clock
from kiosk.errors import SyncError, SyncMisconfigured, SyncPermanent, SyncTransient
from kiosk.outbox import ACKNOWLEDGEMENT
from kiosk.settings import County
from kiosk.words import N_

ENDPOINT = "/api/v1/reports"
MEDIA_TYPE = "application/jose"
PROBLEM_TYPE = "application/problem+json"
LARGEST_ANSWER_BYTES = 64 * 1024
LONGEST_REASON = 200
_CODE = re.compile(r"[a-z_]+(\.[a-z_]+)*", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_FOR_GOOD = frozenset({400, 409, 413, 415, 422})
_FOR_NOW = frozenset({408, 425, 429})


class Transport:
    """The road to one centre. Used by one thread; ``hang_up`` alone may be called from another."""

    def __init__(self, county: County) -> None:
        """Raises ``SyncMisconfigured`` when the address or the trusted certificate cannot be used."""
        self.timeout_seconds = county.timeout_seconds
        #: How far the centre's clock is ahead of this one, by its last answer; None while none said.
        self.clock_seconds: float | None = None
        self._line = _Line()
        try:
            self._base = httpx.URL(county.address.rstrip("/"))
        except httpx.InvalidURL as error:
            raise _wrong_address(0) from error
        road = httpx.HTTPTransport(
            verify=_trust(self._base, county.trusted_certificate),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=5),
        )
        # Proxies and certificates come from station.toml alone, never from an environment variable.
        self._client = httpx.Client(
            transport=road,
            timeout=county.timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "station-kiosk", "Accept-Encoding": "identity"},
        )

    def deliver(self, envelope: str, digest: str) -> str:
        """Sends one signed message and returns the number under which the centre has it.

        ``digest`` is the message's hash; the answer must name the same. Takes no longer than the timeout in all,
        however slowly the other side speaks. Raises ``SyncTransient``, ``SyncPermanent`` or ``SyncMisconfigured``.
        """
        status, headers, body = self._exchange(ENDPOINT, envelope, LARGEST_ANSWER_BYTES)
        number = _judge(status, headers, body, digest)
        self._note_clock(_json_object(body))
        return number

    def ask(self, endpoint: str, envelope: str, largest_bytes: int = LARGEST_ANSWER_BYTES) -> dict[str, Any]:
        """Sends a signed question to another address of the centre and returns the JSON object of its answer, unjudged but
        for its size and time. Raises as ``deliver``."""
        status, headers, body = self._exchange(endpoint, envelope, largest_bytes)
        if not 200 <= status < 300:
            raise _turned_away(status, headers, body)
        answer = _json_object(body)
        if answer is None:
            raise _unreadable(status)
        self._note_clock(answer)
        return answer

    def _note_clock(self, answer: dict[str, Any] | None) -> None:
        """Remembers how far the centre's clock is ahead. A difference changes nothing but what is shown: order is by
        sequence, and whoever is wrong may be either."""
        said = answer.get("now") if answer else None
        if isinstance(said, str) and _INSTANT.fullmatch(said):
            with contextlib.suppress(ValueError, OverflowError):
                self.clock_seconds = (datetime.fromisoformat(said) - clock.now()).total_seconds()

    def hang_up(self) -> None:
        """Ends the POST that is under way, if there is one; it then fails as if the line had broken."""
        self._line.cut()

    def close(self) -> None:
        """Lets the connection go."""
        self._client.close()

    def _exchange(self, endpoint: str, envelope: str, largest_bytes: int) -> tuple[int, httpx.Headers, bytes]:
        self._line.begin(self.timeout_seconds)
        try:
            return self._post(endpoint, envelope.encode("ascii"), largest_bytes)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise _wrong_address(0) from error
        except (httpx.TransportError, OSError) as error:
            raise _no_answer(error) from error
        finally:
            self._line.end()

    def _post(self, endpoint: str, content: bytes, largest_bytes: int) -> tuple[int, httpx.Headers, bytes]:
        url = httpx.URL(str(self._base) + endpoint)
        headers = {"Content-Type": MEDIA_TYPE, "Accept": f"application/json, {PROBLEM_TYPE}"}
        road = {"trace": self._line.watch}
        with self._client.stream("POST", url, content=content, headers=headers, extensions=road) as response:
            body = bytearray()
            for piece in response.iter_raw(8192):
                body += piece
                if len(body) > largest_bytes:
                    raise _unreadable(response.status_code)
            return response.status_code, response.headers, bytes(body)


class _Line:
    """The socket of the POST under way. httpx bounds each read, not the whole: an answer that trickles a byte at a time
    would hold the uploader for ever, so the socket is shut down when the time is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self._until = 0.0
        self._is_cut = False

    def begin(self, seconds: float) -> None:
        with self._lock:
            self._until = time.monotonic() + seconds
            self._is_cut = False
            self._timer = threading.Timer(seconds, self.cut)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            if self._timer is not None and self._socket is not None:
                try:
                    # SSLSocket.shutdown would drop the TLS object under a read that another thread is in.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
                except OSError:
                    return  # it is closed already

    def watch(self, event: str, facts: dict[str, Any]) -> None:
        """httpx's trace extension: learns the socket, and lets no request begin whose time is over."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._socket = facts["return_value"].get_extra_info("socket")
        elif event == "http11.send_request_headers.started":
            if self._is_cut or time.monotonic() >= self._until:
                raise httpx.ConnectTimeout("the time for this message is over")


def _trust(url: httpx.URL, certificate: str) -> ssl.SSLContext:
    if url.scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used; trusts nobody, loads nothing
    try:
        return ssl.create_default_context(cafile=certificate or None)
    except (OSError, ValueError) as error:
        raise SyncMisconfigured(
            N_("受信任的证书文件打不开，未上报；请检查 county.trusted_certificate"),
            reason="county_certificate",
            status=0,
        ) from error


def _judge(status: int, headers: httpx.Headers, body: bytes, digest: str) -> str:
    if 200 <= status < 300:
        return _number(status, _json_object(body), digest)
    raise _turned_away(status, headers, body)


def _turned_away(status: int, headers: httpx.Headers, body: bytes) -> SyncError:
    if status in _FOR_NOW or status >= 500:
        return SyncTransient(
            N_("县中心暂时不能接收，稍后自动重试"),
            reason="county_busy",
            status=status,
            asked_seconds=_asked(headers.get("Retry-After", "")),
        )
    if status in _FOR_GOOD:
        problem = _json_object(body) if _media_type(headers) == PROBLEM_TYPE else None
        if problem is None:
            return _unreadable(status)
        return SyncPermanent(
            N_("县中心退回了这条消息"), reason="county_refused", status=status, said=_said(problem), **_named(problem)
        )
    if status in (401, 403):
        return SyncMisconfigured(
            N_("县中心不认本站的密钥，内容已保留；请联系县中心登记本站公钥"), reason="county_key_refused", status=status,
            **_named(_json_object(body) or {}),
        )  # fmt: skip
    return _wrong_address(status)


def _number(status: int, answer: dict[str, Any] | None, digest: str) -> str:
    number = answer.get("acknowledgement_no") if answer else None
    if answer is None or not isinstance(number, str) or not ACKNOWLEDGEMENT.fullmatch(number):
        raise _unreadable(status)
    if answer.get("hash") != digest:
        raise _unreadable(status)  # a number that was meant for another message
    return number


def _said(problem: dict[str, Any]) -> str:
    """The centre's reason as one clean line: no control characters, no markup that matters, a bounded length."""
    parts = [problem.get("detail") or problem.get("title"), problem.get("code")]
    texts = [
        " ".join("".join(c if c.isprintable() else " " for c in part).split())
        for part in parts
        if isinstance(part, str)
    ]
    text = "".join(f" ({part})" if number else part for number, part in enumerate(texts) if part)
    return text[:LONGEST_REASON].strip()


def _named(problem: dict[str, Any]) -> dict[str, Any]:
    """What a problem names in a form that a program can act on, where it has that form."""
    code, highest = problem.get("code"), problem.get("highest_sequence")
    named: dict[str, Any] = {}
    if isinstance(code, str) and _CODE.fullmatch(code):
        named["code"] = code
    if type(highest) is int and 0 < highest < 2**53:
        named["highest_sequence"] = highest
    return named


def _asked(text: str) -> float:
    """Retry-After in seconds; 0.0 for none, a date or nonsense."""
    text = text.strip()
    return float(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0.0


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _media_type(headers: httpx.Headers) -> str:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _no_answer(error: Exception) -> SyncError:
    if isinstance(error, httpx.RemoteProtocolError) and error.__cause__ and error.__cause__.__context__:
        return _unreadable(0)  # bytes that are no HTTP; without a further cause the line was closed before an answer
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SyncMisconfigured(
                N_("县中心的证书不可信，未上报；请检查本机时间和 county.trusted_certificate"),
                reason="county_certificate",
                status=0,
                verify_code=cause.verify_code,
            )
        if isinstance(cause, ssl.SSLError) and cause.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST"):
            return _wrong_address(0)  # no TLS at that port
        cause = cause.__cause__ or cause.__context__
    return SyncTransient(N_("连不上县中心，稍后自动重试"), reason="county_unreachable", status=0)


def _unreadable(status: int) -> SyncTransient:
    return SyncTransient(
        N_("县中心的答复无法识别，没有当作回执；稍后自动重试"), reason="county_unreadable", status=status
    )


def _wrong_address(status: int) -> SyncMisconfigured:
    return SyncMisconfigured(
        N_("上报地址不对，未上报；请检查 county.address"), reason="county_wrong_address", status=status
    )
