"""``runtime.db``: what the station's processes tell one another about devices, right now.

Scans in flight, lamps, heartbeats, print progress, addresses of simulated devices. It may vanish at any moment without
a loss, holds no payment code or ID number, and knows no hardware: the drivers write it, the web process reads it.
"""

from kiosk.devices.model import (
    Announcement,
    Command,
    Fault,
    Heartbeat,
    Lamp,
    LampState,
    Progress,
    Scan,
    SimSlip,
    Trace,
    Weight,
)
from kiosk.devices.place import runtime_folder
from kiosk.devices.reasons import REASONS, Reason
from kiosk.devices.runtime import Runtime
from kiosk.devices.watch import Notice, Watch

__all__ = [
    "REASONS",
    "Announcement",
    "Command",
    "Fault",
    "Heartbeat",
    "Lamp",
    "LampState",
    "Notice",
    "Progress",
    "Reason",
    "Runtime",
    "Scan",
    "SimSlip",
    "Trace",
    "Watch",
    "Weight",
    "runtime_folder",
]
