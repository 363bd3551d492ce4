"""From settings to drivers: which driver names exist for which kind of device, and how each is put together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from drivers.options import Options
from kiosk.devices import Runtime
from kiosk.errors import ConfigurationError
from kiosk.settings import Device, Settings
from kiosk.storage import Store
from kiosk.words import N_


class Driver(Protocol):
    """One thread's worth of work: ``run`` goes on until ``stop`` is set, whatever the device does."""

    name: str

    def run(self, stop: threading.Event) -> None: ...


Build = Callable[[Store, Runtime, Device, Options], list[Driver]]


def drivers_of(settings: Settings, store: Store, runtime: Runtime) -> list[Driver]:
    """Every driver that settings ask for, none started. Raises ``ConfigurationError`` naming file and key."""
    found: list[Driver] = []
    source = settings.sources[-1] if settings.sources else "station.toml"
    for device in settings.devices:
        build = _BUILDERS.get((device.kind, device.driver))
        if build is None:
            raise ConfigurationError(
                N_("{file} 的配置项 {key} 的值不对：{value}"),
                file=source, key=f"devices.{device.name}.driver", value=device.driver,
            )  # fmt: skip
        options = Options(device, source)
        found += build(store, runtime, device, options)
        options.done()
    return found


# Each imports its driver when it is needed: a station without a USB printer never loads pyusb.


def _evdev(store: Store, runtime: Runtime, device: Device, options: Options) -> list[Driver]:
    from drivers.scanner_evdev import EvdevScanner

    return [EvdevScanner(runtime, device.name, device.desk, options)]


def _serial(store: Store, runtime: Runtime, device: Device, options: Options) -> list[Driver]:
    from drivers.scanner_serial import SerialScanner

    return [SerialScanner(runtime, device.name, device.desk, options)]


def _simulated_scanner(store: Store, runtime: Runtime, device: Device, options: Options) -> list[Driver]:
    from drivers.scanner_serial import SerialScanner
    from drivers.simulated.scanner import SimulatedScanner

    simulated = SimulatedScanner(runtime, device.name, options)
    return [simulated, SerialScanner(runtime, device.name, device.desk, options, find=simulated.address)]


def _printer(road: str) -> Build:
    def build(store: Store, runtime: Runtime, device: Device, options: Options) -> list[Driver]:
        from drivers import links, usb_link
        from drivers.printer_escpos import EscposPrinter, manners_and_status, profile_of

        make = {
            "network": links.network_link,
            "serial": links.serial_link,
            "file": links.file_link,
            "usb": usb_link.usb_link,
        }[road]
        link = make(runtime.folder, options, options.number("write_seconds", links.WRITE_SECONDS, 0.1, 120))
        manners, status = manners_and_status(options, is_network=road == "network")
        return [EscposPrinter(store, runtime, device.name, link, profile_of(options), status, manners)]

    return build


def _simulated_printer(store: Store, runtime: Runtime, device: Device, options: Options) -> list[Driver]:
    from drivers.links import WRITE_SECONDS, Link, NetworkLink, SerialLink
    from drivers.ports import Line
    from drivers.printer_escpos import EscposPrinter, manners_and_status, profile_of
    from drivers.simulated.printer import SimulatedPrinter

    profile = profile_of(options)
    simulated = SimulatedPrinter(runtime, device.name, options, profile)
    seconds = options.number("write_seconds", WRITE_SECONDS, 0.1, 120)
    link: Link
    if simulated.road.name == "tcp":
        link = NetworkLink(runtime.folder, simulated.address, write_seconds=seconds)
    else:
        link = SerialLink(runtime.folder, simulated.address, Line(baudrate=115200), write_seconds=seconds)
    manners, status = manners_and_status(options, is_simulated=True)
    return [simulated, EscposPrinter(store, runtime, device.name, link, profile, status, manners)]


def _serial_scale(store: Store, runtime: Runtime, device: Device, options: Options) -> list[Driver]:
    from drivers.scale import SerialScale

    return [SerialScale(runtime, device.name, device.desk, options)]


def _simulated_scale(store: Store, runtime: Runtime, device: Device, options: Options) -> list[Driver]:
    from drivers.scale import ScaleManner, SerialScale
    from drivers.simulated.scale import SimulatedScale

    manner = ScaleManner.from_options(options, usual="text")
    simulated = SimulatedScale(runtime, device.name, options, manner.protocol, manner.request)
    return [simulated, SerialScale(runtime, device.name, device.desk, options, manner, find=simulated.address)]


_BUILDERS: dict[tuple[str, str], Build] = {
    ("scanner", "evdev"): _evdev,
    ("scanner", "serial"): _serial,
    ("scanner", "simulated"): _simulated_scanner,
    ("printer", "usb"): _printer("usb"),
    ("printer", "network"): _printer("network"),
    ("printer", "serial"): _printer("serial"),
    ("printer", "file"): _printer("file"),
    ("printer", "simulated"): _simulated_printer,
    ("scale", "serial"): _serial_scale,
    ("scale", "simulated"): _simulated_scale,
}
