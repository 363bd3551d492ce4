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
        """What lies on the desk's scale, or on one that serves every desk; None when no scale has spoken just now."""
        return self._newest("desk IN (?, '') ORDER BY desk DESC, tick DESC LIMIT 1", desk)

    def weight_of(self, device: str) -> Weight | None:
        """What lies on this scale; None when it has not spoken just now."""
        return self._newest("device = ?", device)

    def _newest(self, which: str, name: str) -> Weight | None:
        now = tick()
        rows = self.file.read(
            lambda db: db.execute(
                f"SELECT device, desk, grams, is_stable, at, ? - tick AS age_seconds FROM weights WHERE {which}",
                (now, name),
            ).fetchall()
        )
        if not rows or not 0 <= rows[0]["age_seconds"] <= model.WEIGHT_LIFE_SECONDS:
            return None
        return Weight(**{**dict(rows[0]), "is_stable": bool(rows[0]["is_stable"])})
