-- runtime.db. Nothing here is ever needed after a restart; "tick" is seconds of CLOCK_BOOTTIME, the same for every process.

CREATE TABLE birth (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    boot_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    born_at TEXT NOT NULL
) STRICT;

CREATE TABLE scans (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    scan_id TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    desk TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    length INTEGER NOT NULL,
    facts TEXT NOT NULL,
    at TEXT NOT NULL,
    tick REAL NOT NULL,
    is_taken INTEGER NOT NULL DEFAULT 0 CHECK (is_taken IN (0, 1))
) STRICT;
CREATE INDEX scans_waiting ON scans (seq) WHERE is_taken = 0;

CREATE TABLE lamps (
    device TEXT NOT NULL,
    kind TEXT NOT NULL,
    process TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ok', 'problem', 'unknown', 'absent')),
    reason TEXT NOT NULL,
    facts TEXT NOT NULL,
    since_at TEXT NOT NULL,
    PRIMARY KEY (device, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE heartbeats (
    process TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    at TEXT NOT NULL,
    tick REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE progress (
    job_id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('begun', 'sent')),
    at TEXT NOT NULL
) STRICT;

CREATE TABLE announcements (
    device TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    road TEXT NOT NULL,
    address TEXT NOT NULL,
    inlet TEXT NOT NULL,
    faults TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE commands (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device TEXT NOT NULL,
    command TEXT NOT NULL,
    arguments TEXT NOT NULL,
    at TEXT NOT NULL,
    tick REAL NOT NULL,
    outcome TEXT
) STRICT;

CREATE TABLE sim_slips (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device TEXT NOT NULL,
    png BLOB NOT NULL,
    facts TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE traces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device TEXT NOT NULL,
    what TEXT NOT NULL,
    text TEXT NOT NULL,
    length INTEGER NOT NULL,
    ending TEXT NOT NULL,                             -- what the scanner sent after it: 'enter', 'tab', 'cr', 'lf', 'etx'; 'idle': nothing
    at TEXT NOT NULL
) STRICT;
CREATE INDEX traces_by_device ON traces (device, id);

CREATE TABLE weights (
    device TEXT PRIMARY KEY,
    desk TEXT NOT NULL,
    grams INTEGER NOT NULL,
    is_stable INTEGER NOT NULL CHECK (is_stable IN (0, 1)),
    at TEXT NOT NULL,
    tick REAL NOT NULL
) STRICT, WITHOUT ROWID;
