"""The three families of errors and what each of them leads to (rolled back, retried, parked); nothing else is raised
on purpose. Messages are msgids with named facts and are put into words where they are shown (``kiosk.words``)."""

from __future__ import annotations

EXIT_USAGE = 2
EXIT_CONFIGURATION = 3
EXIT_DATABASE = 5


class KioskError(Exception):
    """Base of every error that we raise ourselves: a marked message and the facts that fill it."""

    def __init__(self, message: str, /, **facts: object) -> None:
        self.message = message
        self.facts = facts
        super().__init__(message)

    def __str__(self) -> str:
        try:
            return self.message.format(**self.facts)
        except (KeyError, IndexError, ValueError):
            return self.message


class Refused(KioskError):
    """An act that the rules do not allow: the transaction is rolled back whole and the clerk sees why and what next.

    ``code`` is stable and dotted (``parcel.already_in_stock``); programs rely on it, people read ``message``.
    """

    def __init__(self, code: str, message: str, /, **facts: object) -> None:
        self.code = code
        super().__init__(message, **facts)

    def __reduce__(self):  # type: ignore[override]
        return (_rebuild_refused, (self.code, self.message, self.facts))


def _rebuild_refused(code: str, message: str, facts: dict[str, object]) -> Refused:
    return Refused(code, message, **facts)


class ConfigurationError(KioskError):
    """A setting is unknown, missing or wrong; the process ends with exit code 3 and is not restarted."""


class DatabaseError(KioskError):
    """The database cannot be opened, is damaged or of a newer version; exit code 5."""


class DriverError(KioskError):
    """A device does not do what it should: lamp, pause, retry. Never ends the process."""


class DeviceAbsent(DriverError):
    """The device is not there (unplugged, switched off, no such port)."""


class DeviceBusy(DriverError):
    """Somebody else holds the device, or it takes no more bytes for now."""


class PaperOut(DriverError):
    """The printer says that it has no paper."""


class Garbled(DriverError):
    """The device answered with bytes that mean nothing."""


class Silent(DriverError):
    """The device did not answer within its time."""


class SyncError(KioskError):
    """The road to the county centre: base of its three kinds."""


class SyncTransient(SyncError):
    """Try again later, with back-off (no route, time-out, 5xx)."""


class SyncPermanent(SyncError):
    """The centre refused this message for good: park it for a person, go on with the others."""


class SyncMisconfigured(SyncError):
    """Address, key or certificate are wrong: stop and show, nothing is lost."""
