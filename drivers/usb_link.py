"""A USB printer without the kernel's usblp: endpoints are read from its descriptor, not from settings, because they
differ from printer to printer (hardware.md §1.2)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.links import Link
from drivers.options import Options
from kiosk.errors import DeviceAbsent, DeviceBusy
from kiosk.words import N_

PRINTER_CLASS = 7
BULK, IN = 0x02, 0x80
TIMEOUT_MS = 5000
READ_MS = 50
#: A transfer that took nothing is flow control, not a lost job: wait and go on with the rest, never from the start.
BACK_OFF_SECONDS = (3.0, 5.0, 8.0)
_IDENTITY = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})", re.IGNORECASE)


class UsbLink(Link):
    """One printer, told from an equal one by its serial number or by its port on the bus."""

    def __init__(
        self, folder: Path, vendor: int, product: int, *, serial: str = "", bus_port: str = "",
        backend: Any = None, pause: Callable[[float], None] = time.sleep, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(folder, **more)
        self.vendor, self.product, self.serial, self.bus_port = vendor, product, serial, bus_port
        self.backend = backend
        self.pause = pause
        self._in = 0

    @property
    def place(self) -> str:
        return f"USB {self.vendor:04x}:{self.product:04x}"

    def _make(self) -> Any:
        usb_core = _usb_core()
        match = {"custom_match": self._is_ours, "backend": self.backend}
        try:
            found = usb_core.find(idVendor=self.vendor, idProduct=self.product, **match)
        except usb_core.NoBackendError as error:
            raise DeviceAbsent(N_("缺少 libusb-1.0，USB 打印机不能用"), reason="no_libusb") from error
        if found is None:
            raise DeviceAbsent(N_("{path} 没有接上"), path=self.place)
        self._in, out = bulk_endpoints(found)
        if not out:
            raise DeviceAbsent(N_("{path} 没有接上"), path=self.place)
        printer = self._escpos().Usb(
            self.vendor, self.product, usb_args=match, timeout=TIMEOUT_MS, in_ep=self._in, out_ep=out
        )
        printer._raw = lambda data: self._send(printer, out, data)
        return printer

    def _is_ours(self, device: Any) -> bool:
        if self.bus_port and self.bus_port != "-".join(
            [str(device.bus), ".".join(map(str, device.port_numbers or ()))]
        ):
            return False
        return not self.serial or _serial_number(device) == self.serial

    def _send(self, printer: Any, out: int, data: bytes) -> None:
        """escpos' own ``_raw`` drops the count of a short write."""
        pauses = list(BACK_OFF_SECONDS)
        while data:
            taken = printer.device.write(out, data, TIMEOUT_MS)
            data = data[taken:]
            if taken:
                pauses = list(BACK_OFF_SECONDS)
            elif data:
                if not pauses:
                    raise DeviceBusy(N_("{path} 不再接收数据"), path=self.place, reason="stuck")
                self.pause(pauses.pop(0))

    def _read(self, seconds: float) -> bytes:
        """Several reads may be needed until the answer comes; a printer without an IN endpoint never answers."""
        if not self._in:
            self.pause(seconds)
            return b""
        until = time.monotonic() + seconds
        while not (data := self._receive()) and time.monotonic() < until:
            pass
        return data

    def _flush(self, printer: Any) -> None:
        pass  # a transfer has ended when write() returns

    def _receive(self) -> bytes:
        try:
            return bytes(self._printer.device.read(self._in, 64, READ_MS))
        except _usb_core().USBTimeoutError:
            return b""


def usb_link(folder: Path, options: Options, write_seconds: float) -> UsbLink:
    """Options ``usb`` ("0416:5011"), ``serial`` or ``bus_port`` ("1-1.2") for one of two equal printers."""
    shape = _IDENTITY.fullmatch(options.needed_text("usb"))
    if shape is None:
        raise options.wrong("usb")
    return UsbLink(
        folder, int(shape[1], 16), int(shape[2], 16), serial=options.text("serial"),
        bus_port=options.text("bus_port"), write_seconds=write_seconds,
    )  # fmt: skip


def bulk_endpoints(device: Any) -> tuple[int, int]:
    """The addresses of the printer interface's bulk endpoints, (in, out); 0 for one that isn't there."""
    for configuration in device:
        for interface in configuration:
            if interface.bInterfaceClass != PRINTER_CLASS:
                continue
            bulk = [end.bEndpointAddress for end in interface if end.bmAttributes & 0x03 == BULK]
            into = next((address for address in bulk if address & IN), 0)
            out = next((address for address in bulk if not address & IN), 0)
            if out:
                return into, out
    return 0, 0


def _serial_number(device: Any) -> str:
    """The serial number as the device tells it, '' when it has none or doesn't let us read it."""
    try:
        return device.serial_number or ""
    except (ValueError, OSError):
        return ""


def _usb_core() -> Any:
    import usb.core

    return usb.core
