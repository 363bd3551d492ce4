"""USB devices made of the kernel's own gadget drivers on dummy_hcd (configfs): keyboard scanners, a serial scanner, a
receipt printer. Runs as root inside the virtual machine of the lab; the drivers under test see real device nodes."""

import os
import re
import select
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path("/sys/kernel/config/usb_gadget")
#: Boot keyboard, eight-byte reports: USB HID 1.11, appendix E.6.
KEYBOARD = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503"
    "9103950675081500256505071900296581 00c0".replace(" ", "")
)
SHIFTED = {"_": 0x2D, ":": 0x33, "~": 0x35, "?": 0x38, "+": 0x2E}
PLAIN = {"-": 0x2D, "=": 0x2E, "/": 0x38, ".": 0x37, ";": 0x33, "\n": 0x28}


def prepare() -> None:
    """Loads the host controller with four ports and the drivers of the host side."""
    for module in ("libcomposite", "usblp", "cdc_acm", "usbhid"):
        subprocess.run(["modprobe", module], check=True)
    subprocess.run(["modprobe", "dummy_hcd", "num=4"], check=True)
    if not ROOT.exists():
        subprocess.run(["mount", "-t", "configfs", "none", "/sys/kernel/config"], check=True)


class Gadget:
    """One device on one port; ``plug`` and ``unplug`` are the hand at the cable."""

    def __init__(self, name, function, port, vendor, product, serial="", **attributes):
        self.name, self.port = name, port
        self.place = ROOT / name
        self.place.mkdir()
        for key, value in {"idVendor": vendor, "idProduct": product, "bcdUSB": 0x0200, "bcdDevice": 0x0100}.items():
            (self.place / key).write_text(hex(value))
        strings = self.place / "strings/0x409"
        strings.mkdir()
        (strings / "manufacturer").write_text("Lab")
        (strings / "product").write_text("Device")
        if serial:
            (strings / "serialnumber").write_text(serial)
        (self.place / "configs/c.1/strings/0x409").mkdir(parents=True)
        self.function = self.place / "functions" / f"{function}.{name}"
        self.function.mkdir()
        for key, value in attributes.items():
            (self.function / key).write_bytes(value if isinstance(value, bytes) else str(value).encode())
        (self.place / "configs/c.1" / self.function.name).symlink_to(self.function)

    def plug(self):
        controllers = sorted(path.name for path in Path("/sys/class/udc").iterdir())
        (self.place / "UDC").write_text(controllers[self.port])

    def unplug(self):
        (self.place / "UDC").write_text("\n")


class Keyboard(Gadget):
    """A keyboard scanner."""

    def __init__(self, name, port, serial=""):
        super().__init__(
            name, "hid", port, 0x0C2E, 0x0901, serial, protocol=1, subclass=1, report_length=8, report_desc=KEYBOARD
        )  # fmt: skip

    @property
    def node(self):
        wanted = (self.function / "dev").read_text().strip()
        for node in Path("/dev").glob("hidg*"):
            number = node.stat().st_rdev
            if f"{os.major(number)}:{os.minor(number)}" == wanted:
                return node
        raise FileNotFoundError(wanted)

    def scan(self, text, gap=0.0):
        """Types as fast as the host takes the reports, as a scanner does."""
        with self.node.open("wb", buffering=0) as node:
            for character in text + "\n":
                node.write(bytes([*_usage(character), 0, 0, 0, 0, 0]))
                node.write(bytes(8))
                if gap:
                    time.sleep(gap)


class Serial(Gadget):
    """A serial scanner (CDC-ACM)."""

    def __init__(self, name, port):
        super().__init__(name, "acm", port, 0x1EAB, 0x0106, "ACM42")

    def scan(self, text):
        number = (self.function / "port_num").read_text().strip()
        with open(f"/dev/ttyGS{number}", "wb", buffering=0) as line:  # noqa: PTH123
            subprocess.run(["stty", "-F", f"/dev/ttyGS{number}", "raw", "-echo"], check=True)
            line.write(text.encode() + b"\r\n")


class Printer(Gadget):
    """A receipt printer of USB class 7 that answers DLE EOT and keeps what it was sent."""

    def __init__(self, name, port):
        super().__init__(
            name, "printer", port, 0x04B8, 0x0E15, "PRN777", pnp_string=b"MFG:Lab;MDL:POS80;CLS:PRINTER;\n"
        )
        self.got = bytearray()
        self.paper = 0x12
        self._is_played = threading.Event()
        self._thread = None

    def plug(self):
        super().plug()
        self._is_played.set()
        self._thread = threading.Thread(target=self._play, daemon=True)
        self._thread.start()

    def unplug(self):
        """The node is closed first: Debian's 6.1 kernel falls over when usb_f_printer goes while it is open."""
        self._is_played.clear()
        self._thread.join(10)
        super().unplug()

    def _play(self):
        node = -1
        while node < 0 and self._is_played.is_set():
            try:
                node = os.open("/dev/g_printer0", os.O_RDWR | os.O_NONBLOCK)
            except OSError:  # not there yet, or the host hasn't configured it
                time.sleep(0.05)
        while self._is_played.is_set():
            readable, _, _ = select.select([node], [], [], 0.1)
            if not readable:
                continue
            try:
                data = os.read(node, 8192)
            except OSError:
                data = b""
            if not data:
                time.sleep(0.02)
            for question in re.findall(rb"\x10\x04(.)", data, re.DOTALL):
                os.write(node, bytes([self.paper if question == b"\x04" else 0x12]))
            self.got += re.sub(rb"\x10\x04.", b"", data, flags=re.DOTALL)
        os.close(node)


def _usage(character):
    """Modifier, 0 and usage of a character on the US layout."""
    if character in SHIFTED:
        return 2, 0, SHIFTED[character]
    if character in PLAIN:
        return 0, 0, PLAIN[character]
    if character.isdigit():
        return 0, 0, 0x27 if character == "0" else 0x1D + int(character)
    return (2 if character.isupper() else 0), 0, 4 + ord(character.lower()) - ord("a")
