"""One centre: its database, its own secrets and the county's rules. Everything of the centre is handed this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

from kiosk import clock
from kiosk.storage.secrets import Secrets
from sync.centre.database import Database

#: By when a day's report is expected. Stations close before; theirs is the hour that makes a report late.
REPORT_BY = "20:00"


@dataclass(frozen=True, slots=True)
class Centre:
    """``trusts_first``: the first key of a station that nobody enrolled is believed (a demonstration). ``report_by``: the
    hour, on the county's clock, from which a day without a report is missing."""

    database: Database
    secrets: Secrets
    trusts_first: bool
    zone: str
    locale: str
    report_by: str

    @classmethod
    def open(
        cls, folder: Path, address: str = "", *, trusts_first: bool = False, zone: str = "Asia/Shanghai",
        locale: str = "zh_CN", report_by: str = REPORT_BY, busy_seconds: float = 10,
    ) -> Centre:  # fmt: skip
        """Opens it, and makes on first use what is not there. Raises ``DatabaseError`` and ``ConfigurationError``."""
        database = Database(folder, address, busy_seconds)
        return cls(database, Secrets.open(folder), trusts_first, zone, locale, report_by)

    def close(self) -> None:
        """Lets the database go."""
        self.database.close()

    @property
    def today(self) -> date:
        """The county's date."""
        return clock.local_date(self.zone)

    @property
    def last_due_on(self) -> str:
        """The latest date whose report is due by now."""
        here = clock.local(clock.now(), self.zone)
        is_due = here.time() >= time.fromisoformat(self.report_by)
        return (here.date() if is_due else here.date() - timedelta(days=1)).isoformat()

    def local(self, at: str | None) -> str:
        """A stored instant to the minute, on the county's clock; — for none."""
        return clock.to_minute(at, self.zone) if at else "—"
