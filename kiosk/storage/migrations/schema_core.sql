-- Documents, audit, personal values, answers: what every room stands on.

CREATE TABLE numbers (
    series TEXT NOT NULL,
    scope TEXT NOT NULL,
    last INTEGER NOT NULL CHECK (last > 0),
    PRIMARY KEY (series, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('staff', 'token', 'system')),
    actor_id INTEGER NOT NULL,
    desk_id INTEGER,
    action TEXT NOT NULL,
    facts TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_action ON audit (action, seq);

CREATE TABLE vault (
    case_kind TEXT NOT NULL,
    case_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    salt TEXT NOT NULL,
    retention_class TEXT NOT NULL,
    put_at TEXT NOT NULL,
    PRIMARY KEY (case_kind, case_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE answers (
    key TEXT NOT NULL,
    owner TEXT NOT NULL,
    path TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (key, owner, path)
) STRICT;
CREATE INDEX answers_by_age ON answers (at);

CREATE TABLE chores (
    name TEXT PRIMARY KEY,
    last_run_at TEXT NOT NULL,
    last_outcome TEXT NOT NULL,
    last_done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- People who work here, the desks they work at, programs that come with a token.

CREATE TABLE staff (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('operator', 'manager', 'inspector')),
    pin_hash TEXT NOT NULL,
    badge TEXT NOT NULL UNIQUE,
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    wrong_pins INTEGER NOT NULL DEFAULT 0,
    locked_until_at TEXT,
    locale TEXT NOT NULL DEFAULT 'zh_CN',
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX staff_names ON staff (name) WHERE is_active = 1;

CREATE TABLE recovery (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    code_hash TEXT NOT NULL,
    made_at TEXT NOT NULL,
    used_at TEXT,
    wrong_tries INTEGER NOT NULL DEFAULT 0,
    locked_until_at TEXT
) STRICT;

CREATE TABLE staff_sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key_hash TEXT NOT NULL UNIQUE,
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    desk_id INTEGER REFERENCES desks (id),
    begun_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    locked_at TEXT,
    ended_at TEXT
) STRICT;
CREATE INDEX staff_sessions_open ON staff_sessions (desk_id) WHERE ended_at IS NULL;

CREATE TABLE tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('operator', 'manager', 'inspector', 'courier', 'screen')),
    token_hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;

CREATE TABLE desks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    mode TEXT NOT NULL DEFAULT 'home' CHECK (mode IN ('home', 'intake', 'hand_over')),
    open_batch_id INTEGER,
    open_parcel_id INTEGER,
    open_ticket_id INTEGER,
    last_act TEXT NOT NULL DEFAULT '{}'
) STRICT;

-- Fees, money, the business day.

CREATE TABLE fee_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number INTEGER NOT NULL UNIQUE,
    effective_on TEXT NOT NULL,
    basis TEXT NOT NULL,
    approver TEXT NOT NULL,
    published_at TEXT NOT NULL,
    published_by INTEGER NOT NULL,
    items TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_no INTEGER NOT NULL UNIQUE,
    business_on TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    reverses_id INTEGER UNIQUE REFERENCES entries (id),
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    posted INTEGER NOT NULL DEFAULT 0 CHECK (posted IN (0, 1))
) STRICT;
CREATE INDEX entries_by_day ON entries (business_on);
CREATE INDEX entries_by_subject ON entries (subject_kind, subject_id);

CREATE TABLE postings (
    entry_id INTEGER NOT NULL REFERENCES entries (id),
    line_no INTEGER NOT NULL,
    account TEXT NOT NULL,
    amount_fen INTEGER NOT NULL CHECK (amount_fen <> 0),
    service TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (entry_id, line_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX postings_by_account ON postings (account, entry_id);

CREATE TABLE business_days (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_on TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    opened_at TEXT NOT NULL,
    opened_by INTEGER NOT NULL,
    is_after_hours INTEGER NOT NULL DEFAULT 0 CHECK (is_after_hours IN (0, 1)),
    float_fen INTEGER NOT NULL DEFAULT 0 CHECK (float_fen >= 0),
    closed_at TEXT,
    closed_by INTEGER,
    is_closed_late INTEGER NOT NULL DEFAULT 0 CHECK (is_closed_late IN (0, 1)),
    counted_fen INTEGER,
    counted_pieces TEXT,
    expected_fen INTEGER,
    difference_reason TEXT,
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'closed') = (counted_fen IS NOT NULL AND expected_fen IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_open_day ON business_days (state) WHERE state = 'open';

-- What goes to the county.

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    payload TEXT NOT NULL,
    envelope TEXT NOT NULL,
    hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'in_flight', 'acknowledged', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT NOT NULL,
    lease_owner TEXT,
    lease_until_at TEXT,
    acknowledgement_no TEXT,
    acknowledged_at TEXT,
    reason TEXT,
    CHECK ((state = 'acknowledged') = (acknowledgement_no IS NOT NULL))
) STRICT;
CREATE INDEX outbox_open ON outbox (state, next_try_at) WHERE state IN ('waiting', 'in_flight');

-- What every other row looked like when it was written (kiosk/storage/seals.py).

CREATE TABLE seals (
    place TEXT NOT NULL,
    key TEXT NOT NULL,
    seal INTEGER NOT NULL,
    PRIMARY KEY (place, key)
) STRICT, WITHOUT ROWID;
