"""Mail as the road, to a real SMTP server with TLS: verified, both attachments, and every way in which it is turned away."""

from __future__ import annotations

import email
import email.policy
import random
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from kiosk.devices import LampState
from kiosk.reports import envelope, station_keys
from kiosk.storage import Store
from sync.uplink import CountyLamp, Uplink
from tests.sync.station import message, open_station
from tests.sync.test_road_folder import Carrier
from tests.sync.test_transport import certificate

PASSWORD = "fictitious-password"


class Post:
    """What the mail server was given, and how it answers RCPT and DATA."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.rcpt = self.data = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if not self.rcpt:
            envelope.rcpt_tos.append(address)
        return self.rcpt or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if not self.data:
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.data or "250 OK"


class TlsController(Controller):
    """An SMTP server that speaks TLS from the first byte, or after STARTTLS; it asks for a log-in."""

    def __init__(self, post: Post, context: ssl.SSLContext, security: str) -> None:
        self.context, self.security = context, security
        super().__init__(post, hostname="127.0.0.1", port=0, ssl_context=context if security == "tls" else None)

    def factory(self) -> SMTP:
        def allow(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            is_right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
            return AuthResult(success=is_right, handled=False)

        starttls = self.security == "starttls"
        return SMTP(
            self.handler, authenticator=allow, auth_required=starttls, auth_require_tls=starttls,
            tls_context=self.context if starttls else None, require_starttls=starttls,
        )  # fmt: skip

    def _trigger_server(self) -> None:
        """Port 0 was asked for: which one it became is only known now."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


Opened = Callable[..., tuple[Post, "Writer"]]


class Writer(Carrier):
    """A station whose road is mail."""

    def __init__(self, state: Path, port: int, **county: object) -> None:
        self.lamps: list[CountyLamp] = []
        settings = {
            "mail_host": "127.0.0.1", "mail_port": port, "mail_user": "demo-001", "mail_from": "demo-001@station.example",
            "mail_to": "office@county.example", **county,
        }  # fmt: skip
        self.store: Store = open_station(state, "", road="mail", **settings)
        self.uplink = Uplink(self.store, self.lamps.append, random.Random(7))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    made: list[Any] = []
    (tmp_path / "password").write_text(PASSWORD + "\n")

    def open_both(security: str = "tls", speaks: str = "", **county: object) -> tuple[Post, Writer]:
        public, context = certificate(tmp_path, "127.0.0.1")
        post = Post()
        server = TlsController(post, context, speaks or security)
        server.start()
        usual = {"trusted_certificate": str(public), "mail_password_file": str(tmp_path / "password")}
        writer = Writer(tmp_path / "state", server.port, mail_security=security, **(usual | county))
        made.append((server, writer))
        return post, writer

    yield open_both
    for server, writer in made:
        writer.uplink.close()
        writer.store.close()
        server.stop()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_holds_the_text_the_workbook_and_the_signed_file(opened: Opened, security: str) -> None:
    post, writer = opened(security)
    sent = writer.close_a_day()
    writer.uplink.turn()
    (mail,) = post.mails
    found = message(writer.store, sent)
    stem = f"demo-001-000001-{found.hash[:8]}"
    assert (mail["From"], mail["To"]) == ("demo-001@station.example", "office@county.example")
    assert mail["Message-ID"] == f"<{stem}@station.example>"
    assert mail["Subject"].startswith("【枫林村服务站 demo-001】日报 ")
    attached = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert set(attached) == {f"{stem}.jws", f"{stem}.xlsx"}
    with writer.store.reading() as db:
        key = station_keys.public_jwk(db)
    assert attached[f"{stem}.jws"].decode() == found.envelope
    assert envelope.verify(found.envelope, key).sequence == 1
    body = mail.get_body(("plain",))
    assert body is not None and "合计 0 笔" in body.get_content() and "回执号" in body.get_content()
    assert (found.state, writer.lamps[-1].reason) == ("in_flight", "county_handed_over")
    writer.uplink.turn()
    assert len(post.mails) == 1, "no mail is sent again by itself"


def turned(writer: Writer) -> tuple[str, str, str]:
    """State of the message, what the lamp says, and the reason, after one turn."""
    sent = writer.close_a_day()
    writer.uplink.turn()
    found = message(writer.store, sent)
    return found.state, writer.lamps[-1].reason, found.reason or ""


def test_recipient_that_the_server_does_not_know_is_a_wrong_setting(opened: Opened) -> None:
    post, writer = opened(pause=60, longest=600)
    post.rcpt = "550 no such user"
    assert turned(writer)[:2] == ("waiting", "county_mail_recipient")
    assert writer.uplink.turn() > 500, "nothing is tried until it is put right"


@pytest.mark.parametrize("name", ["rcpt", "data"])
def test_server_that_is_busy_is_tried_again(opened: Opened, name: str) -> None:
    post, writer = opened()
    setattr(post, name, "451 later")
    assert turned(writer)[:2] == ("waiting", "county_busy")
    setattr(post, name, "")
    writer.uplink.try_again()
    writer.uplink.turn()
    assert len(post.mails) == 1


def test_mail_that_the_server_refuses_is_parked_with_its_reason(opened: Opened) -> None:
    post, writer = opened()
    post.data = "554 looks like spam"
    state, _lamp, reason = turned(writer)
    assert (state, reason) == ("refused", "looks like spam (554)")
    assert writer.lamps[-1].state is LampState.OK


def test_wrong_password_and_a_missing_file_are_wrong_settings(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("another")
    _post, writer = opened(mail_password_file=str(tmp_path / "wrong"))
    assert turned(writer)[:2] == ("waiting", "county_mail_login")
    _post, writer = opened(mail_password_file=str(tmp_path / "none"))
    assert turned(writer)[:2] == ("waiting", "county_mail_login")


def test_certificate_that_nobody_vouches_for_gets_neither_password_nor_mail(opened: Opened) -> None:
    post, writer = opened(trusted_certificate="")
    assert turned(writer)[:2] == ("waiting", "county_certificate")
    assert post.mails == []


@pytest.mark.parametrize(("security", "speaks"), [("tls", "starttls"), ("starttls", "tls")])
def test_server_that_does_not_encrypt_as_agreed_gets_nothing(opened: Opened, security: str, speaks: str) -> None:
    post, writer = opened(security, speaks, timeout_seconds=1.0)
    assert turned(writer)[1] in ("county_mail_security", "county_unreachable")
    assert post.mails == []


def test_server_that_trickles_its_greeting_is_cut_off(tmp_path: Path) -> None:
    """Each byte comes in time, and the line never ends: no read takes long, and the mail never leaves."""
    import socket
    import threading

    over = threading.Event()

    def trickle(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line:
            while not over.wait(0.1):
                try:
                    line.sendall(b"2")
                except OSError:
                    break

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=trickle, args=(listening,), daemon=True)
        thread.start()
        writer = Writer(tmp_path / "state", listening.getsockname()[1], mail_security="starttls", timeout_seconds=1)
        sent = writer.close_a_day()
        sender = threading.Thread(target=writer.uplink.turn, daemon=True)
        sender.start()
        sender.join(20)
        is_hanging = sender.is_alive()
        over.set()
        sender.join(20)
        thread.join(20)
    try:
        assert not is_hanging
        assert writer.state_of(sent) == "waiting" and writer.lamps[-1].state is LampState.PROBLEM
    finally:
        writer.uplink.close()
        writer.store.close()
