"""Commands to a simulated device: read from runtime.db when something was written there, answered once each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.devices import Fault, Runtime, Watch

log = logging.getLogger("drivers")

Act = Callable[[Mapping[str, Any]], None]


class Commands:
    """The commands for one simulated device. Belongs to the device's thread."""

    def __init__(self, runtime: Runtime, device: str, acts: Mapping[Fault, Act]) -> None:
        self.runtime = runtime
        self.device = device
        self.acts = acts
        self._watch = Watch(runtime.path)
        self._look_anyway = True

    def obey(self) -> None:
        """Carries out what has been commanded since the last look."""
        if self._watch.look().value == "nothing" and not self._look_anyway:
            return
        self._look_anyway = False
        for command in self.runtime.take_commands(self.device):
            if command.command is Fault.RETRY:  # for the driver above, as with a real device
                continue
            act = self.acts.get(command.command)
            outcome = "done" if act else "not_for_this_device"
            if act:
                try:
                    act(command.arguments)
                except (ValueError, TypeError, KeyError):
                    outcome = "wrong_arguments"
            self.runtime.answer_command(command.id, outcome)
            log.info("%s: %s: %s", self.device, command.command.value, outcome)

    def close(self) -> None:
        """Lets runtime.db go."""
        self._watch.close()
