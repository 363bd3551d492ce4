-- What the county says: its keys, its messages with the envelope in which they came, and what was turned away.

CREATE TABLE county_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public_key TEXT NOT NULL,
    thumbprint TEXT NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('enrolment', 'typed', 'rotated')),
    from_sequence INTEGER NOT NULL CHECK (from_sequence > 0),   -- verifies from this message on, until a later key does
    pinned_at TEXT NOT NULL,
    pinned_by_kind TEXT NOT NULL,
    pinned_by_id INTEGER NOT NULL
) STRICT;

-- Only messages without a gap before them stand here. What may name people is not kept: neither payload nor signature,
-- by which a guess of the payload could be tried, nor its hash (kiosk/inbox/topics.py).
CREATE TABLE county_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER NOT NULL UNIQUE CHECK (sequence > 0),
    topic TEXT NOT NULL,
    made_at TEXT NOT NULL,
    key_id INTEGER NOT NULL REFERENCES county_keys (id),
    header TEXT,                      -- the three parts of the envelope; the payload as text
    payload TEXT,
    signature TEXT,
    hash TEXT,
    received_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'applied', 'parked')),
    settled_at TEXT,
    reason TEXT,                      -- why it is parked: a stable code
    outcome TEXT NOT NULL DEFAULT '{}',
    on_display_at TEXT,               -- shown to villagers since; NULL: not
    draft_id INTEGER REFERENCES fee_drafts (id),
    CHECK ((header IS NULL) = (payload IS NULL) AND (header IS NULL) = (signature IS NULL) AND (header IS NULL) = (hash IS NULL)),
    CHECK ((state = 'received') = (settled_at IS NULL)),
    CHECK ((state = 'parked') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX county_messages_topic ON county_messages (topic, sequence);
CREATE INDEX county_messages_by_arrival ON county_messages (received_at);
CREATE INDEX county_messages_parked ON county_messages (sequence) WHERE state = 'parked';
CREATE INDEX county_messages_on_display ON county_messages (id) WHERE on_display_at IS NOT NULL;

CREATE TABLE county_reads (
    message_id INTEGER NOT NULL REFERENCES county_messages (id),
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    read_at TEXT NOT NULL,
    PRIMARY KEY (message_id, staff_id)
) STRICT, WITHOUT ROWID;

-- What was not taken, and why. No word of it and no hash of it is kept: nobody has signed for it.
CREATE TABLE county_turned_away (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reason TEXT NOT NULL CHECK (reason IN ('unreadable', 'signature', 'foreign', 'rewritten', 'gap')),
    sequence INTEGER NOT NULL CHECK (sequence >= 0),   -- as claimed; 0 where it could not be read
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1 CHECK (times > 0),
    ended TEXT CHECK (ended IN ('seen', 'taken')),     -- a person has seen it, or what was missing came
    ended_at TEXT,
    ended_by_kind TEXT,
    ended_by_id INTEGER,
    CHECK ((ended IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX county_turned_away_open ON county_turned_away (reason, sequence) WHERE ended IS NULL;
