"""What is set, section by section, as the rooms read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Station:
    code: str
    name: str
    address: str
    hours: str
    phone: str
    complaint_phone: str
    zone: str
    locale: str


@dataclass(frozen=True, slots=True)
class Parcels:
    slip_at_intake: str  # 'at_once' | 'batch_end' | 'never'
    first_shelf: str
    first_layer: int
    slots_per_layer: int
    code_cooldown_days: int
    overdue_days: int
    free_storage_days: int


@dataclass(frozen=True, slots=True)
class Reminders:
    """When whoever has not come is told again, and from when on nobody is disturbed."""

    morning: str  # 'HH:MM': the first reminder comes the next morning
    first_after_hours: int  # … and never sooner than so; no two reminders are closer together
    second_after_hours: int
    return_days: int  # from so many days on a parcel is a candidate for the way back
    quiet_from: str
    quiet_to: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Stickers with the pickup code, beside the intake slip or in place of its upper half."""

    at_intake: bool
    size: str  # width and height in millimetres, '40x30' or '60x40'
    printer: str  # name of a device; '' for the desk's


@dataclass(frozen=True, slots=True)
class Counter:
    idle_lock_seconds: int
    same_code_seconds: float
    scan_life_seconds: float
    wrong_pins: int
    lockout_seconds: int
    desks: tuple[str, ...]
    host_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Photos:
    """Where phones in the local network find the page by which they send a parcel's photo, and nothing else."""

    listen: str  # '' off, 'lan' this machine's address towards its router, or one of its addresses
    port: int


@dataclass(frozen=True, slots=True)
class Till:
    rounding: str  # 'none' | 'jiao'
    operators_reduce_fees: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """What the county asks of opening hours; the page of the month is held against it."""

    open_from: str
    open_to: str
    least_hours: int
    least_days_per_week: int


@dataclass(frozen=True, slots=True)
class Goods:
    scale_codes: tuple[str, ...]
    expiry_warning_days: int


@dataclass(frozen=True, slots=True)
class Conveniences:
    bank_contract: str  # number of the contract with a bank; '' keeps the small cash withdrawal switched off


@dataclass(frozen=True, slots=True)
class County:
    address: str  # https://… of the centre, '' while none is known
    trusted_certificate: str  # path of a PEM file, '' for the system's
    daily_report_by: str
    pause_seconds: float
    longest_pause_seconds: float
    timeout_seconds: float
    messages_every_seconds: float = 120  # how often the county is asked for messages
    road: str = "https"  # 'https' | 'folder' | 'mail' | 'phone'
    folder: str = ""
    folder_is_stick: bool = False  # written only while another disk is mounted there
    mail_host: str = ""
    mail_port: int = 465
    mail_security: str = "tls"  # 'tls' | 'starttls'
    mail_user: str = ""
    mail_password_file: str = ""
    mail_from: str = ""
    mail_to: str = ""

    @property
    def is_reachable(self) -> bool:
        """True when a process can send by the chosen road: it has an address. By phone a person sends."""
        return {"https": bool(self.address), "folder": True, "mail": True}.get(self.road, False)


@dataclass(frozen=True, slots=True)
class Reports:
    """What counts as one 笔 and by when the county wants what."""

    counting_rule: str  # a key of kiosk.reports.counting.RULES
    week_due_days: int  # days after Sunday
    month_due_day: int  # of the next month
    half_year_due_day: int  # of the month after


@dataclass(frozen=True, slots=True)
class Printing:
    default_printer: str


@dataclass(frozen=True, slots=True)
class Device:
    """One scanner or printer. ``options`` are checked by its driver, which names them in its own docstring."""

    name: str
    kind: str  # 'scanner' | 'printer'
    driver: str
    desk: str
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Settings:
    station: Station
    parcels: Parcels
    labels: Labels
    reminders: Reminders
    counter: Counter
    photos: Photos
    till: Till
    conveniences: Conveniences
    hours: Hours
    goods: Goods
    county: County
    reports: Reports
    printing: Printing
    devices: tuple[Device, ...]
    sources: tuple[str, ...]

    def device(self, name: str) -> Device | None:
        """The configured device of that name."""
        return next((device for device in self.devices if device.name == name), None)

    def printer_for(self, desk: str) -> str:
        """The name of the printer whose desk this is, else the default printer, else the first, else ``''``."""
        printers = [device for device in self.devices if device.kind == "printer"]
        for device in printers:
            if device.desk == desk:
                return device.name
        if self.printing.default_printer:
            return self.printing.default_printer
        return printers[0].name if printers else ""
