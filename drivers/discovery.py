"""What hardware this machine has that settings could name, with the names that survive a replug."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.words import N_

INPUT_LINKS = (Path("/dev/input/by-id"), Path("/dev/input/by-path"))
SERIAL_LINKS = (Path("/dev/serial/by-id"), Path("/dev/serial/by-path"))
PRINTER_NODES = Path("/dev/usb")
TWIN = N_("和另一把同型号、没有序列号：按接口（by-path）的名字配置，插回原来的口")
#: Consoles and modems' ports that are no scanner.
_SKIPPED = ("ttyS0", "ttyAMA10")


@dataclass(frozen=True, slots=True)
class Found:
    """One device: its kind (``?`` for a serial port, which may be anything), the driver that would take it, its place,
    and marked words where settings need care."""

    kind: str
    driver: str
    name: str
    place: str
    note: str = ""


def found() -> Iterator[Found]:
    """Keyboards that may be scanners, serial ports, USB printers; empty where the machine shows none."""
    yield from marked_twins(list(_links("scanner", "evdev", INPUT_LINKS, "*-event-kbd")))
    yield from _serial()
    if PRINTER_NODES.is_dir():
        for node in sorted(PRINTER_NODES.glob("lp*")):
            yield Found("printer", "file", node.name, str(node))
    yield from _usb_printers()


def marked_twins(scanners: list[Found]) -> Iterator[Found]:
    """Says which names can't tell two equal scanners apart.

    Without serial numbers both have one by-id name, and it leads to whichever was plugged in last; the other one has
    only the name of its port (hardware.md §2.4).
    """
    named = {found.name for found in scanners if "by-id" in found.place}
    for found in scanners:
        is_twin = bool(named) and found.name not in named and "usb" in Path(found.place).name
        yield replace(found, note=TWIN) if is_twin else found


def _links(kind: str, driver: str, folders: tuple[Path, ...], pattern: str) -> Iterator[Found]:
    for folder in folders:
        if folder.is_dir():
            for link in sorted(folder.glob(pattern)):
                yield Found(kind, driver, link.resolve().name, str(link))


def _serial() -> Iterator[Found]:
    from serial.tools.list_ports import comports

    yield from _links("?", "serial", SERIAL_LINKS, "*")
    for port in comports():
        if port.name not in _SKIPPED and port.vid is not None:
            yield Found("?", "serial", port.description, port.device)


def _usb_printers() -> Iterator[Found]:
    import usb.core

    from drivers.usb_link import bulk_endpoints

    try:
        devices = list(usb.core.find(find_all=True))
    except usb.core.NoBackendError:
        return
    for device in devices:
        if bulk_endpoints(device)[1]:
            yield Found("printer", "usb", f"bus {device.bus}", f"{device.idVendor:04x}:{device.idProduct:04x}")
