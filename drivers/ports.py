"""Opens serial ports. Everything of ours that opens one comes through here: the lock only keeps out those who ask for
it (hardware.md §3), and a parameter that nobody sets is whatever the last program left."""

from __future__ import annotations

import errno
import termios
from dataclasses import dataclass

import serial

from drivers.options import Options
from kiosk.errors import DeviceAbsent, DeviceBusy, DriverError
from kiosk.words import N_

#: What pyserial raises when a port goes away under it: at read, at in_waiting, when its descriptor is already None, and
#: when buffers are flushed (termios.error is no OSError).
UNPLUGGED = (serial.SerialException, OSError, TypeError, termios.error)


@dataclass(frozen=True, slots=True)
class Line:
    """The parameters of a serial line; USB virtual ports ignore most of them, real ones do not."""

    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1
    xonxoff: bool = False
    rtscts: bool = False

    @classmethod
    def from_options(cls, options: Options, usual: Line | None = None) -> Line:
        """Options: ``baudrate``, ``bytesize``, ``parity``, ``stopbits``, ``flow`` none | xonxoff | rtscts; ``usual`` is what
        counts without them."""
        usual = usual or cls()
        flow = options.text("flow", "none", choices=("none", "xonxoff", "rtscts"))
        return cls(
            baudrate=options.whole("baudrate", usual.baudrate, 300, 4_000_000),
            bytesize=options.whole("bytesize", usual.bytesize, 7, 8),
            parity=options.text("parity", usual.parity, choices=("N", "E", "O")),
            stopbits=options.number("stopbits", usual.stopbits, 1, 2),
            xonxoff=flow == "xonxoff",
            rtscts=flow == "rtscts",
        )


def open_port(
    path: str, line: Line, *, timeout_seconds: float = 0.2, write_timeout_seconds: float = 2.0
) -> serial.Serial:
    """Opens a port for ourselves alone, with every parameter set and its first dirty bytes thrown away.

    Raises ``DeviceAbsent`` (not there, or no permission) or ``DeviceBusy`` (held by another program).
    """
    port = serial.Serial()
    port.port = path
    port.baudrate, port.bytesize, port.parity, port.stopbits = line.baudrate, line.bytesize, line.parity, line.stopbits
    port.xonxoff, port.rtscts, port.dsrdtr = line.xonxoff, line.rtscts, False
    port.timeout, port.write_timeout, port.inter_byte_timeout = timeout_seconds, write_timeout_seconds, None
    port.exclusive = True
    try:
        port.open()
        port.reset_input_buffer()
    except (*UNPLUGGED, ValueError) as error:
        port.close()
        raise translated(error, path) from error
    return port


def translated(error: BaseException, path: str) -> DriverError:
    """The driver error for what opening or using ``path`` raised."""
    number = error.args[0] if isinstance(error, termios.error) and error.args else getattr(error, "errno", None)
    if number in (errno.EAGAIN, errno.EBUSY, errno.EWOULDBLOCK):
        return DeviceBusy(N_("{path} 被别的程序占用"), path=path)
    if number in (errno.EACCES, errno.EPERM):
        return DeviceAbsent(N_("没有使用 {path} 的权限"), path=path, reason="no_permission")
    return DeviceAbsent(N_("{path} 没有接上"), path=path)
