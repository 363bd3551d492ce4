"""The roads of bytes to a real printer: network, serial, device file (USB: ``drivers.usb_link``). python-escpos carries
them, and nothing else of it is used: only ``_raw`` and the open device.

Every write has a time limit, so that a stuck printer never hangs its worker; every error leaves here as a
``DriverError``. escpos is imported when the first link opens: it parses YAML and would configure logging for us.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from drivers.options import Options
from drivers.ports import UNPLUGGED, Line, open_port
from kiosk.errors import DeviceAbsent, DeviceBusy, DriverError
from kiosk.words import N_

CHUNK_BYTES = 4096
SEND_BUFFER_BYTES = 16_384
OPEN_SECONDS = 5.0
WRITE_SECONDS = 5.0
#: How long a closing link waits for its last bytes to be taken.
FLUSH_SECONDS = 2.0


class Link(ABC):
    """One road, closed until ``open``. Belongs to its printer's thread."""

    #: Print servers often take one connection at a time; a link that is not kept is closed between jobs.
    is_kept_open = True

    def __init__(self, folder: Path, write_seconds: float = WRITE_SECONDS) -> None:
        self.folder = folder
        self.write_seconds = write_seconds
        self._printer: Any = None

    @property
    def is_open(self) -> bool:
        """True between ``open`` and ``close``."""
        return self._printer is not None

    def open(self) -> None:
        """Opens the road if it is closed. Raises ``DeviceAbsent`` or ``DeviceBusy``."""
        if self._printer is None:
            with self._border():
                printer = self._make()
                printer.open()
                self._printer = printer

    def close(self) -> None:
        """Lets the road go, after its last bytes were taken or a short while."""
        printer, self._printer = self._printer, None
        if printer is not None:
            with contextlib.suppress(*carried_errors()):
                self._flush(printer)
            with contextlib.suppress(*carried_errors()):
                printer.close()

    def reopen(self) -> None:
        """A new stream: whatever the old one still brings is nobody's answer."""
        self.close()
        self.open()

    def write(self, data: bytes) -> None:
        """Sends bytes piece by piece. Raises ``DeviceBusy`` (reason ``stuck``) when none is taken in time, and
        ``DeviceAbsent`` when the printer goes away."""
        for start in range(0, len(data), CHUNK_BYTES):
            with self._border():
                self._printer._raw(data[start : start + CHUNK_BYTES])

    def read(self, seconds: float) -> bytes:
        """What comes within the time, as soon as something comes; ``b''`` for nothing."""
        with self._border():
            return self._read(seconds)

    def drain(self) -> None:
        """Throws away what has come unasked."""
        while self.read(0.0):
            pass

    # What differs -----------------------------------------------------------------------------------------------------

    @abstractmethod
    def _make(self) -> Any:
        """An escpos printer, not yet open."""

    def _read(self, seconds: float) -> bytes:
        readable, _, _ = select.select([self._printer.device], [], [], max(0.0, seconds))
        return self._receive() if readable else b""

    @abstractmethod
    def _receive(self) -> bytes:
        """What is there to be read, at least one byte of it."""

    @abstractmethod
    def _flush(self, printer: Any) -> None:
        """Waits until the last bytes are out, for a short while."""

    @property
    @abstractmethod
    def place(self) -> str:
        """What a message calls the road."""

    @contextlib.contextmanager
    def _border(self) -> Iterator[None]:
        """Translates what sockets, pyserial, pyusb and escpos raise."""
        try:
            yield
        except carried_errors() as error:
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> DriverError:
        number = getattr(error, "errno", None)
        if isinstance(error, TimeoutError) or "timeout" in type(error).__name__.lower() or number == errno.ETIMEDOUT:
            if self.is_open:
                return DeviceBusy(N_("{path} 不再接收数据"), path=self.place, reason="stuck")
            return DeviceAbsent(N_("{path} 没有接上"), path=self.place)
        if number == errno.EBUSY:
            return DeviceBusy(N_("{path} 被别的程序占用"), path=self.place)
        if number in (errno.EACCES, errno.EPERM):
            return DeviceAbsent(N_("没有使用 {path} 的权限"), path=self.place, reason="no_permission")
        return DeviceAbsent(N_("{path} 没有接上"), path=self.place)

    def _escpos(self) -> Any:
        return escpos_printers(self.folder)


class NetworkLink(Link):
    """TCP port 9100 as a rule. ``find`` gives host and port each time it is opened."""

    is_kept_open = False

    def __init__(self, folder: Path, find: Callable[[], str], **more: Any) -> None:
        super().__init__(folder, **more)
        self.find = find

    def _make(self) -> Any:
        host, _, port = self.find().rpartition(":")
        if not host:
            raise DeviceAbsent(N_("{path} 没有接上"), path=self.place)
        printer = self._escpos().Network(host, int(port))

        def opened() -> None:
            # Not escpos' own open: it leaks the socket of a connection that fails.
            printer.device = socket.create_connection((host, int(port)), OPEN_SECONDS)
            printer.device.settimeout(self.write_seconds)
            # Few bytes in our own kernel, so that "sent" is not megabytes away from the printer.
            printer.device.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)

        printer.open = opened
        return printer

    def _receive(self) -> bytes:
        data = self._printer.device.recv(64)
        if not data:
            raise DeviceAbsent(N_("{path} 没有接上"), path=self.place)
        return data

    def _flush(self, printer: Any) -> None:
        # Closing with unread input would reset the connection and take unprinted bytes with it: say that we are done,
        # and wait a moment for the other end.
        printer.device.shutdown(socket.SHUT_WR)
        until = time.monotonic() + FLUSH_SECONDS / 4
        while (left := until - time.monotonic()) > 0:
            readable, _, _ = select.select([printer.device], [], [], left)
            if readable and not printer.device.recv(64):
                return

    @property
    def place(self) -> str:
        return self.find() or "tcp"


class SerialLink(Link):
    """RS-232 or a USB virtual port, opened by our own ``open_port``: escpos asks for no lock and no write limit."""

    def __init__(self, folder: Path, find: Callable[[], str], line: Line, **more: Any) -> None:
        super().__init__(folder, **more)
        self.find = find
        self.line = line

    def _make(self) -> Any:
        path = self.find()
        if not path:
            raise DeviceAbsent(N_("{path} 没有接上"), path=self.place)
        printer = self._escpos().Serial(path)

        def opened() -> None:
            printer.device = open_port(path, self.line, write_timeout_seconds=self.write_seconds)

        def closed() -> None:
            # Not escpos' own close: it flushes without a limit, and the kernel would wait for a printer that is stuck.
            port, printer._device = printer._device, False
            if port:
                try:
                    port.reset_output_buffer()
                except UNPLUGGED:
                    pass  # gone already; closing it is what matters
                finally:
                    port.close()

        printer.open, printer.close = opened, closed
        return printer

    def _receive(self) -> bytes:
        port = self._printer.device
        return port.read(max(1, min(64, port.in_waiting)))

    def _flush(self, printer: Any) -> None:
        until = time.monotonic() + FLUSH_SECONDS
        while printer.device.out_waiting and time.monotonic() < until:
            time.sleep(0.02)

    @property
    def place(self) -> str:
        return self.find() or "serial"


class FileLink(Link):
    """``/dev/usb/lp0`` and the like (kernel usblp), read and write, never blocking; a plain file for a try."""

    def __init__(self, folder: Path, path: str, **more: Any) -> None:
        super().__init__(folder, **more)
        self.path = path

    def _make(self) -> Any:
        printer = self._escpos().File(self.path, auto_flush=False)

        def opened() -> None:
            printer.device = PatientFile(self.path, self.write_seconds)

        printer.open = opened
        return printer

    def _read(self, seconds: float) -> bytes:
        if not self._printer.device.may_answer:
            time.sleep(max(0.0, seconds))
            return b""
        return super()._read(seconds)

    def _receive(self) -> bytes:
        return self._printer.device.read()

    def _flush(self, printer: Any) -> None:
        pass  # the kernel has taken every byte, or write() has said that it hasn't

    @property
    def place(self) -> str:
        return self.path


class PatientFile:
    """A device file that waits for room a limited time. ``write`` takes all or raises TimeoutError."""

    def __init__(self, path: str, write_seconds: float) -> None:
        self.write_seconds = write_seconds
        flags = os.O_NONBLOCK | os.O_CLOEXEC | os.O_APPEND
        self.may_answer = not Path(path).is_file()
        try:
            self._descriptor = os.open(path, os.O_RDWR | flags)
        except PermissionError:
            self._descriptor = os.open(path, os.O_WRONLY | flags)
            self.may_answer = False

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: bytes) -> None:
        until = time.monotonic() + self.write_seconds
        while data:
            left = until - time.monotonic()
            _, writable, _ = select.select([], [self._descriptor], [], max(0.0, left))
            if not writable:
                raise TimeoutError("no room for more bytes")
            with contextlib.suppress(BlockingIOError):
                taken = os.write(self._descriptor, data)
                data = data[taken:]
                until = time.monotonic() + self.write_seconds

    def read(self) -> bytes:
        """What has come."""
        try:
            return os.read(self._descriptor, 64)
        except BlockingIOError:
            return b""

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        os.close(self._descriptor)


def network_link(folder: Path, options: Options, write_seconds: float) -> NetworkLink:
    """Options ``host`` and ``port`` (9100)."""
    host, port = options.needed_text("host"), options.whole("port", 9100, 1, 65535)
    return NetworkLink(folder, lambda: f"{host}:{port}", write_seconds=write_seconds)


def serial_link(folder: Path, options: Options, write_seconds: float) -> SerialLink:
    """Option ``port`` and those of ``drivers.ports.Line``."""
    path, line = options.needed_text("port"), Line.from_options(options)
    return SerialLink(folder, lambda: path, line, write_seconds=write_seconds)


def file_link(folder: Path, options: Options, write_seconds: float) -> FileLink:
    """Option ``path``."""
    return FileLink(folder, options.needed_text("path"), write_seconds=write_seconds)


def carried_errors() -> tuple[type[Exception], ...]:
    """What the carriers raise: pyserial's, pyusb's and sockets' errors are OSErrors, escpos' own have no such base, a
    port that is gone gives TypeError, a closed escpos device AssertionError or AttributeError."""
    module = sys.modules.get("escpos.exceptions")
    return (*UNPLUGGED, AssertionError, AttributeError, *((module.Error,) if module else ()))


def escpos_printers(folder: Path) -> Any:
    """The module ``escpos.printer``, imported so that it leaves nothing behind.

    3.1 makes a temporary folder at each import whether it needs one or not, and calls ``logging.basicConfig()``: the
    first is sent into a folder that goes at once, the second does nothing because logging is set up before. Can go when
    escpos.capabilities no longer calls mkdtemp at import.
    """
    if "escpos.printer" not in sys.modules:
        cache = folder / "escpos"
        cache.mkdir(mode=0o700, exist_ok=True)
        os.environ["ESCPOS_CAPABILITIES_PICKLE_DIR"] = str(cache)
        kept = tempfile.tempdir
        with tempfile.TemporaryDirectory() as scratch:
            tempfile.tempdir = scratch
            try:
                import escpos.printer
            finally:
                tempfile.tempdir = kept
    import escpos.printer

    return escpos.printer
