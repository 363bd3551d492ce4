-- The centre's database. What a station has sent is evidence: nothing here is ever changed or deleted, except the count
-- of an anomaly that comes again.

CREATE TABLE station_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    station TEXT NOT NULL,
    public_key TEXT NOT NULL,
    thumbprint TEXT NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('enrolled', 'first_seen')),
    since_at TEXT NOT NULL
) STRICT;
CREATE INDEX station_keys_by_station ON station_keys (station, id);

CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    acknowledgement_no TEXT NOT NULL UNIQUE,
    received_at TEXT NOT NULL,
    station TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    topic TEXT NOT NULL,
    hash TEXT NOT NULL,
    key_id INTEGER NOT NULL REFERENCES station_keys (id),
    envelope TEXT NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (station, sequence)
) STRICT;

CREATE TABLE numbers (
    scope TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE anomalies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    station TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    times INTEGER NOT NULL,
    UNIQUE (kind, station, sequence, hash)
) STRICT;

CREATE TRIGGER reports_never_changed BEFORE UPDATE ON reports
BEGIN SELECT RAISE(ABORT, 'a received report is never changed'); END;

CREATE TRIGGER reports_never_deleted BEFORE DELETE ON reports
BEGIN SELECT RAISE(ABORT, 'a received report is never deleted'); END;

CREATE TRIGGER station_keys_never_changed BEFORE UPDATE ON station_keys
BEGIN SELECT RAISE(ABORT, 'a key is replaced by a new row'); END;

CREATE TRIGGER station_keys_never_deleted BEFORE DELETE ON station_keys
BEGIN SELECT RAISE(ABORT, 'keys are never deleted'); END;
