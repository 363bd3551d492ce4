"""The centre's tables, written once for SQLite and PostgreSQL. What a station sent is evidence: the database itself refuses
to change or delete a report or a key. ``report_figures`` is what lists need of each report, read from it when it came."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()
#: SQLite's strict tables know INTEGER alone, and number rows only in such a column.
Whole = BigInteger().with_variant(Integer, "sqlite")
_LOOSE = {"sqlite_strict": True, "sqlite_autoincrement": True}
_KEYED = {"sqlite_strict": True, "sqlite_with_rowid": False}

stations = Table(
    "stations",
    metadata,
    Column("station", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("added_at", Text, nullable=False),
    #: The first date from which a daily report is expected: the earliest that any report told of.
    Column("since_on", Text),
    #: Until one came: the date on which it was enrolled.
    Column("enrolled_on", Text),
    Column("highest_sequence", Whole, nullable=False),
    Column("received", Whole, nullable=False),
    #: When the newest message by sequence was made, on the station's clock, and when anything came last, on ours.
    Column("made_at", Text),
    Column("seen_at", Text),
    #: How far the station's clock was ahead of ours when it last said what time it was.
    Column("clock_ahead_seconds", Integer),
    Column("clock_at", Text),
    Column("polled_made_at", Text),
    **_KEYED,
)

station_keys = Table(
    "station_keys",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("station", Text, ForeignKey("stations.station"), nullable=False),
    Column("public_key", Text, nullable=False),
    Column("thumbprint", Text, nullable=False),
    Column("how", Text, nullable=False),
    Column("since_at", Text, nullable=False),
    #: The key counts for messages from this number on, until a newer key says the same of itself.
    Column("first_sequence", Whole, nullable=False),
    CheckConstraint("how IN ('enrolled', 'first_seen', 'code', 'rotated')", name="station_keys_how"),
    Index("station_keys_of_station", "station", "id"),
    **_LOOSE,
)

reports = Table(
    "reports",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("acknowledgement_no", Text, nullable=False, unique=True),
    Column("received_at", Text, nullable=False),
    Column("road", Text, nullable=False),
    Column("station", Text, ForeignKey("stations.station"), nullable=False),
    Column("sequence", Whole, nullable=False),
    Column("topic", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("key_id", Whole, ForeignKey("station_keys.id"), nullable=False),
    Column("envelope", Text, nullable=False),
    Column("payload", Text, nullable=False),
    UniqueConstraint("station", "sequence", name="reports_sequence"),
    Index("reports_of_station", "station", "id"),
    **_LOOSE,
)

report_figures = Table(
    "report_figures",
    metadata,
    Column("report_id", Whole, ForeignKey("reports.id"), primary_key=True, autoincrement=False),
    Column("station", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("first_on", Text, nullable=False),
    Column("business_on", Text, nullable=False),
    Column("report_no", Text),
    Column("revision", Whole, nullable=False),
    Column("supplements", Text),
    Column("is_late", Integer),
    Column("closed_at", Text),
    Column("txn_count", Whole),
    Column("txn_amount_fen", Whole),
    Column("commission_fen", Whole),
    Column("service_fee_fen", Whole),
    #: Of the reports of one period one counts: the highest revision that follows from the ones before.
    Column("counts", Integer, nullable=False),
    #: Another one of its period that cannot be right beside the one that counts.
    Column("disputed", Whole, nullable=False),
    #: A person has said that this one counts.
    Column("chosen_at", Text),
    Index("report_figures_of_station", "station", "form", "business_on"),
    Index(
        "report_figures_disputed",
        "report_id",
        sqlite_where=text("disputed = 1"),
        postgresql_where=text("disputed = 1"),
    ),
    Index(
        "report_figures_counted",
        "form",
        "business_on",
        "station",
        "first_on",
        unique=True,
        sqlite_where=text("counts = 1"),
        postgresql_where=text("counts = 1"),
    ),
    sqlite_strict=True,
)

#: A report that says no date has '' for it, and is in no list of days.
#: Whole days on which a station said that it was closed.
days_off = Table(
    "days_off",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("business_on", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("report_id", Whole, ForeignKey("reports.id"), nullable=False),
    Index("days_off_on", "business_on", "station"),
    **_KEYED,
)

numbers = Table(
    "numbers",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("last", Whole, nullable=False),
    **_KEYED,
)

anomalies = Table(
    "anomalies",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("sequence", Whole, nullable=False),
    Column("hash", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("first_at", Text, nullable=False),
    Column("last_at", Text, nullable=False),
    Column("times", Whole, nullable=False),
    #: A person has looked into it; comes it again, it is open again.
    Column("settled_at", Text),
    UniqueConstraint("kind", "station", "sequence", "hash", name="anomalies_once"),
    Index("anomalies_open", "settled_at", "last_at"),
    **_LOOSE,
)

enrolment_codes = Table(
    "enrolment_codes",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("station", Text, ForeignKey("stations.station"), nullable=False),
    #: Keyed by a secret of the centre: whoever reads the database learns no code.
    Column("code_hash", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("ended_at", Text),
    Column("thumbprint", Text),
    Index("enrolment_codes_of_station", "station", "id"),
    **_LOOSE,
)

centre_keys = Table(
    "centre_keys",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("public_key", Text, nullable=False),
    Column("thumbprint", Text, nullable=False, unique=True),
    Column("since_at", Text, nullable=False),
    **_LOOSE,
)

#: What waits for a station or was fetched by it; ``sequence`` has no gap within a station.
messages = Table(
    "messages",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("station", Text, ForeignKey("stations.station"), nullable=False),
    Column("sequence", Whole, nullable=False),
    Column("topic", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("fetched_at", Text),
    Column("applied_at", Text),
    Column("parked_at", Text),
    Column("parked_code", Text),
    UniqueConstraint("station", "sequence", name="messages_sequence"),
    **_LOOSE,
)

#: Tables of evidence, and what the database says to whoever tries to change them.
SEALED = {"reports": "a received report is never changed", "station_keys": "a key is replaced by a new row"}
