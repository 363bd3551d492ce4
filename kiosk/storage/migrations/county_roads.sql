-- The roads to the county: how a message left the station, numbers that a person typed, the station's keys, enrolment.

-- A message that was given to a road without an answer of its own (a stick, a mail, a phone): when, by whom, as what.
CREATE TABLE handovers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES outbox (id),
    road TEXT NOT NULL CHECK (road IN ('folder', 'mail', 'phone')),
    name TEXT NOT NULL,
    handed_at TEXT NOT NULL,
    handed_by_kind TEXT NOT NULL,
    handed_by_id INTEGER NOT NULL
) STRICT;
CREATE INDEX handovers_by_message ON handovers (message_id, id);

-- Acknowledgement numbers that a person typed, and those taken back; a number that the centre's own file or answer brought
-- stands in the outbox alone.
CREATE TABLE typed_acknowledgements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES outbox (id),
    number TEXT,
    withdraws_id INTEGER UNIQUE REFERENCES typed_acknowledgements (id),
    noted_at TEXT NOT NULL,
    noted_by_kind TEXT NOT NULL,
    noted_by_id INTEGER NOT NULL,
    CHECK ((number IS NULL) = (withdraws_id IS NOT NULL))
) STRICT;
CREATE INDEX typed_acknowledgements_by_message ON typed_acknowledgements (message_id, id);

-- Keys that took the place of the station's first one: which secret it is, and the message that told the county.
CREATE TABLE station_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    secret TEXT NOT NULL UNIQUE,
    thumbprint TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    sequence INTEGER NOT NULL UNIQUE REFERENCES outbox (sequence),
    made_at TEXT NOT NULL,
    made_by_kind TEXT NOT NULL,
    made_by_id INTEGER NOT NULL
) STRICT;

-- A one-time code of the county on its way there and what became of it.
CREATE TABLE enrolments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL,
    thumbprint TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    asked_by_kind TEXT NOT NULL,
    asked_by_id INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'enrolled', 'refused', 'replaced')),
    reason TEXT,
    county_thumbprint TEXT,
    ended_at TEXT,
    CHECK ((state = 'asked') = (ended_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX enrolments_asked ON enrolments (state) WHERE state = 'asked';

-- Each time a message was refused, with the centre's code; highest_sequence: what it has from this station already.
CREATE TABLE refusals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES outbox (id),
    code TEXT NOT NULL,
    highest_sequence INTEGER,
    refused_at TEXT NOT NULL
) STRICT;
CREATE INDEX refusals_by_message ON refusals (message_id, id);

-- Numbers that this station does not give, because the centre has them from before it was restored from a back-up.
CREATE TABLE skipped_sequences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    first_sequence INTEGER NOT NULL UNIQUE,
    last_sequence INTEGER NOT NULL UNIQUE CHECK (last_sequence >= first_sequence),
    skipped_at TEXT NOT NULL,
    skipped_by_kind TEXT NOT NULL,
    skipped_by_id INTEGER NOT NULL
) STRICT;

-- The list of what was refused and the order within a subject, whatever the history.
CREATE INDEX outbox_by_subject ON outbox (subject_kind, subject_id, sequence);
CREATE INDEX outbox_refused ON outbox (sequence) WHERE state = 'refused';
