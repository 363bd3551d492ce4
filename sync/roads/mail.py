"""A mail to the county: text for people, the workbook and the signed file. TLS always, the certificate and the name verified;
the server has the mail when it said so after the last byte, and one mail sent twice has one Message-ID and one file name.
The county answers by a number that a person types, or by its answer file."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from kiosk import clock
from kiosk.errors import SyncError, SyncMisconfigured, SyncPermanent, SyncTransient
from kiosk.outbox import Message
from kiosk.reports import for_people
from kiosk.storage import Store
from kiosk.words import N_
from sync.roads import Acknowledged, HandedOver, Turned
from sync.roads.files import FOR_PEOPLE, SIGNED, name_of

#: A mail that was taken is not sent again by itself: whoever misses its answer asks on the telephone, or presses 重新上报.
DAYS_ON_ROAD = 30
LONGEST_REASON = 200
XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Mail:
    """One mail server. A session a message: a station sends one or two a day."""

    name = "mail"
    answers_every_seconds = 0.0

    def __init__(self, store: Store) -> None:
        """Raises ``SyncMisconfigured`` when certificate or password file cannot be read."""
        self._settings = store.settings
        self._county = store.settings.county
        self._state = store.state
        self.timeout_seconds = self._county.timeout_seconds * 2  # the log-in, then the mail
        self.clock_seconds: float | None = None
        self._password = _password(self._county.mail_password_file)
        try:
            self._trust = ssl.create_default_context(cafile=self._county.trusted_certificate or None)
        except (OSError, ValueError) as error:
            raise SyncMisconfigured(
                N_("受信任的证书文件打不开，未上报；请检查 county.trusted_certificate"),
                reason="county_certificate", status=0,
            ) from error  # fmt: skip
        self._lock = threading.Lock()
        self._session: smtplib.SMTP | None = None
        self._is_cut = False

    def deliver(self, message: Message, payload: str) -> HandedOver:
        """Hands the mail to the server. A refused recipient or log-in is ``SyncMisconfigured``, a mail that the server does
        not want ``SyncPermanent``, all that may pass ``SyncTransient``."""
        name = name_of(self._settings.station.code, message)
        mail = self._mail(name, message, payload)
        timer = threading.Timer(self.timeout_seconds, self.hang_up)
        timer.daemon = True
        self._is_cut = False
        timer.start()
        try:
            with contextlib.closing(self._open()) as session:
                if self._county.mail_user:
                    session.login(self._county.mail_user, self._password)
                session.send_message(mail, self._county.mail_from, [self._county.mail_to])
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    session.quit()  # the mail was taken; a server that hangs up early takes nothing back
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise _told(error) from error
        finally:
            timer.cancel()
            with self._lock:
                self._session = None
        return HandedOver(name, DAYS_ON_ROAD)

    def answer(self, message: Message) -> Acknowledged | Turned | None:
        """Never asked: this road brings nothing home."""
        return None

    def hang_up(self) -> None:
        """As ``Road``: the socket is shut down, whatever waits on it."""
        with self._lock:
            self._is_cut = True
            line = getattr(self._session, "sock", None)
            if line is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(line, socket.SHUT_RDWR)

    def close(self) -> None:
        """Nothing is held open between two mails."""

    def _open(self) -> smtplib.SMTP:
        county, seconds = self._county, self._county.timeout_seconds
        if county.mail_security == "tls":
            session: smtplib.SMTP = _Tls(
                self._begin, county.mail_host, county.mail_port, timeout=seconds, context=self._trust
            )
        else:
            session = _Plain(self._begin, county.mail_host, county.mail_port, timeout=seconds)
            with contextlib.ExitStack() as not_begun:
                not_begun.callback(session.close)
                session.starttls(context=self._trust)
                not_begun.pop_all()
        with self._lock:
            if self._is_cut:
                session.close()
                raise TimeoutError("the time for this mail is over")
        return session

    def _begin(self, session: smtplib.SMTP) -> None:
        with self._lock:
            self._session = session

    def _mail(self, name: str, message: Message, payload: str) -> EmailMessage:
        station = self._settings.station
        mail = EmailMessage()
        text = for_people.text_of(payload, station.locale)
        mail["Subject"] = text.splitlines()[0]
        mail["From"], mail["To"] = self._county.mail_from, self._county.mail_to
        mail["Date"] = format_datetime(clock.local(message.created_at, station.zone))
        mail["Message-ID"] = f"<{name}@{self._county.mail_from.rpartition('@')[2]}>"
        mail.set_content(text + "\n")
        mail.add_attachment(
            message.envelope.encode("ascii"), maintype="application", subtype="jose", filename=name + SIGNED
        )  # fmt: skip
        workbook = for_people.workbook_of(payload, message.hash, self._state, station.locale)
        if workbook is not None:
            mail.add_attachment(workbook, maintype="application", subtype=XLSX, filename=name + FOR_PEOPLE)
        return mail


class _Begun:
    """Says who it is before it connects: a server that trickles its greeting must be cut off as well."""

    def __init__(self, begin: Callable[[Any], None], *place: Any, **options: Any) -> None:
        begin(self)
        super().__init__(*place, **options)


class _Plain(_Begun, smtplib.SMTP):
    """Plain until STARTTLS."""


class _Tls(_Begun, smtplib.SMTP_SSL):
    """TLS from the first byte."""


def _password(path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SyncMisconfigured(
            N_("邮箱密码文件打不开，没有发邮件；请检查 county.mail_password_file"), reason="county_mail_login", status=0
        ) from error


def _told(error: Exception) -> SyncError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return SyncMisconfigured(
            N_("邮件服务器的证书不可信，没有发邮件；请检查本机时间和 county.trusted_certificate"),
            reason="county_certificate", status=0, verify_code=error.verify_code,
        )  # fmt: skip
    if isinstance(error, smtplib.SMTPNotSupportedError) or (
        isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER"
    ):
        return _misconfigured(
            N_("邮件服务器不按设置加密，没有发邮件；请检查 county.mail_security 和端口"), "county_mail_security"
        )
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _misconfigured(N_("邮箱用户名或密码不对，没有发邮件；请检查设置"), "county_mail_login", error.smtp_code)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((answer[0] for answer in error.recipients.values()), default=0)
        if code >= 500:
            return _misconfigured(
                N_("邮件服务器不收县中心的邮箱地址，没有发邮件；请核对 county.mail_to"), "county_mail_recipient", code
            )
        return _busy(code)
    if isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
        if isinstance(error, smtplib.SMTPSenderRefused) and code >= 500:
            return _misconfigured(
                N_("邮件服务器不收本站的邮箱地址，没有发邮件；请核对 county.mail_from"), "county_mail_recipient", code
            )
        if isinstance(error, smtplib.SMTPDataError) and code >= 500:
            return SyncPermanent(
                N_("邮件服务器退回了这条消息"), reason="county_refused", status=code, said=_said(error.smtp_error, code)
            )
        return _busy(code)
    return SyncTransient(N_("连不上邮件服务器，稍后自动重试"), reason="county_unreachable", status=0)


def _misconfigured(message: str, reason: str, status: int = 0) -> SyncMisconfigured:
    return SyncMisconfigured(message, reason=reason, status=status)


def _busy(status: int) -> SyncTransient:
    return SyncTransient(N_("邮件服务器暂时不能接收，稍后自动重试"), reason="county_busy", status=status)


def _said(raw: Any, code: int) -> str:
    """The server's reason as one clean line of a bounded length."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{line} ({code})"[:LONGEST_REASON]
