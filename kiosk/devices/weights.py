"""What lies on the scales, in runtime.db: only the newest reading of each, with its age.

A weight that is old, or whose scale is gone, is no weight: it is taken out or not given any more, never guessed on.
"""

from __future__ import annotations

from kiosk import clock
from kiosk.devices import model
from kiosk.devices.file import RuntimeFile, tick
from kiosk.devices.model import Weight


class Weights:
    """The part of ``Runtime`` that knows of scales."""

    file: RuntimeFile

    def put_weight(self, device: str, desk: str, grams: int, *, is_stable: bool) -> None:
        """Says what lies on a scale; each reading replaces the last."""
        values = (device, desk, grams, int(is_stable), clock.stamp(), tick())
        self.file.write(
            lambda db: db.execute("INSERT OR REPLACE INTO weights VALUES (?, ?, ?, ?, ?, ?)", values).close()
        )

    def clear_weight(self, device: str) -> None:
        """Nobody knows any more what lies on this scale: it is gone, silent, or out of its range."""
        self.file.write(lambda db: db.execute("DELETE FROM weights WHERE device = ?", (device,)).close())

    def weight(self, desk: str) -> Weight | None:
        """What lies on the desk's scale, or on one that serves every desk; None when no scale has spoken just now.

        A silent scale of the desk's own is not stood in for by another: its goods would lie elsewhere.
        """
        found = self._read("WHERE desk IN (?, '') ORDER BY desk DESC, tick DESC LIMIT 1", desk)
        return found[0] if found else None

    def weights(self) -> list[Weight]:
        """Every scale that has spoken just now, by name."""
        return self._read("ORDER BY device")

    def _read(self, which: str, *params: str) -> list[Weight]:
        """Those among these rows that are young enough."""
        rows = self.file.read(
            lambda db: db.execute(
                f"SELECT device, desk, grams, is_stable, at, ? - tick AS age_seconds FROM weights {which}",
                (tick(), *params),
            ).fetchall()
        )
        found = [Weight(**{**dict(row), "is_stable": bool(row["is_stable"])}) for row in rows]
        return [one for one in found if 0 <= one.age_seconds <= model.WEIGHT_LIFE_SECONDS]
