"""What every simulated device has in common: an address that is there while it is plugged in, for the driver above to find."""

from __future__ import annotations

import threading

from kiosk.devices import Runtime

BEGIN_SECONDS = 2.0


class Plugged:
    """``_address`` is '' while unplugged; ``_is_begun`` is set once it was plugged in for the first time."""

    def __init__(self, runtime: Runtime, device: str) -> None:
        self.name = device
        self.runtime = runtime
        self._address = ""
        self._is_begun = threading.Event()

    def address(self) -> str:
        """Where the driver finds it and looks each time, '' while unplugged."""
        self._is_begun.wait(BEGIN_SECONDS)  # the driver above starts at the same moment
        return self._address
