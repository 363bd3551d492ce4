-- Parcels: batches of intake, the parcels themselves (mutable row + events that never change), pickup codes, places.

CREATE TABLE intake_batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    carrier TEXT NOT NULL DEFAULT '',                 -- '' : several carriers, the number speaks
    is_opening_stock INTEGER NOT NULL DEFAULT 0 CHECK (is_opening_stock IN (0, 1)),
    declared INTEGER CHECK (declared >= 0),
    checked_in INTEGER NOT NULL DEFAULT 0 CHECK (checked_in >= 0),
    undone INTEGER NOT NULL DEFAULT 0 CHECK (undone BETWEEN 0 AND checked_in),
    print_mode TEXT NOT NULL CHECK (print_mode IN ('at_once', 'batch_end', 'never')),
    waits_for_phone INTEGER NOT NULL DEFAULT 0 CHECK (waits_for_phone IN (0, 1)),
    shelf TEXT NOT NULL,
    layer INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    opened_at TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    opened_by_kind TEXT NOT NULL,
    opened_by INTEGER NOT NULL,
    desk_id INTEGER REFERENCES desks (id),
    closed_at TEXT,
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
) STRICT;
CREATE INDEX intake_batches_open ON intake_batches (state) WHERE state = 'open';
CREATE INDEX intake_batches_by_day ON intake_batches (opened_on);

CREATE TABLE shelves (
    shelf TEXT NOT NULL,
    layer INTEGER NOT NULL CHECK (layer BETWEEN 0 AND 99),
    position INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (shelf, layer)
) STRICT, WITHOUT ROWID;

CREATE TABLE parcels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    waybill_no TEXT,                                  -- NULL once the person was erased
    piece_index INTEGER NOT NULL DEFAULT 0 CHECK (piece_index >= 0),
    piece_total INTEGER NOT NULL DEFAULT 0 CHECK (piece_total >= 0),
    carrier TEXT NOT NULL,
    is_carrier_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (is_carrier_confirmed IN (0, 1)),
    batch_id INTEGER REFERENCES intake_batches (id),
    is_opening_stock INTEGER NOT NULL DEFAULT 0 CHECK (is_opening_stock IN (0, 1)),
    previous_id INTEGER REFERENCES parcels (id),      -- the same waybill, here before
    state TEXT NOT NULL CHECK (state IN ('expected', 'on_shelf', 'problem', 'to_return', 'handed_over',
        'door_delivered', 'passed_on', 'returned', 'lost', 'undone')),
    steps INTEGER NOT NULL CHECK (steps > 0),         -- events written so far
    shelf TEXT,
    layer INTEGER,
    pickup_code TEXT,
    code_series TEXT NOT NULL DEFAULT '',             -- shelf-layer-day digit; '' for a code from elsewhere
    holds_code INTEGER NOT NULL DEFAULT 0 CHECK (holds_code IN (0, 1)),
    phone_kind TEXT NOT NULL DEFAULT 'none' CHECK (phone_kind IN ('none', 'real', 'virtual', 'tail_only')),
    phone_tail TEXT,
    phone_hash TEXT,
    name_hint TEXT,
    checked_in_at TEXT,
    checked_in_on TEXT,
    out_at TEXT,
    out_on TEXT,
    erased_at TEXT,
    CHECK (waybill_no IS NOT NULL OR erased_at IS NOT NULL),
    CHECK ((shelf IS NULL) = (layer IS NULL)),
    CHECK (state NOT IN ('on_shelf', 'problem', 'to_return')
        OR (shelf IS NOT NULL AND pickup_code IS NOT NULL AND holds_code = 1 AND out_at IS NULL AND erased_at IS NULL)),
    CHECK (state IN ('expected', 'on_shelf', 'problem', 'to_return') OR (out_at IS NOT NULL AND out_on IS NOT NULL))
) STRICT;
CREATE INDEX parcels_by_waybill ON parcels (waybill_no, piece_index);
CREATE UNIQUE INDEX one_waybill_in_stock ON parcels (waybill_no, piece_index)
    WHERE state IN ('on_shelf', 'problem', 'to_return');
CREATE UNIQUE INDEX one_holder_of_a_code ON parcels (pickup_code) WHERE holds_code = 1;
CREATE INDEX tails_in_stock ON parcels (phone_tail)
    WHERE state IN ('on_shelf', 'problem', 'to_return') AND phone_tail IS NOT NULL;
CREATE INDEX places_in_stock ON parcels (shelf, layer) WHERE state IN ('on_shelf', 'problem', 'to_return');
-- A hand-over moves a parcel between the two great states: no index but those of the stock has to know.
CREATE INDEX parcels_set_aside ON parcels (state) WHERE state NOT IN ('on_shelf', 'handed_over');
CREATE INDEX parcels_by_batch ON parcels (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX parcels_by_tail ON parcels (phone_tail) WHERE phone_tail IS NOT NULL;

-- Names of what is in stock, as they are typed: the hint and its pinyin initials in each reading of the surname. A table of
-- its own, because most parcels bear no name and every partial index on parcels costs each hand-over its share.
CREATE TABLE names_in_stock (
    name_key TEXT NOT NULL,
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    PRIMARY KEY (name_key, parcel_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE parcel_events (
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    step INTEGER NOT NULL CHECK (step > 0),
    kind TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    at TEXT NOT NULL,
    business_on TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    desk_id INTEGER,
    method TEXT NOT NULL DEFAULT '',                  -- how the operator checked who collects
    relation TEXT NOT NULL DEFAULT '',                -- of the one who collects for another
    detail TEXT NOT NULL DEFAULT '{}',                -- ids, enums, numbers; never a person
    audit_seq INTEGER NOT NULL,
    PRIMARY KEY (parcel_id, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX parcel_events_by_day ON parcel_events (business_on, kind);

CREATE TABLE pickup_code_ranges (
    code_series TEXT PRIMARY KEY,
    last_number INTEGER NOT NULL CHECK (last_number > 0),
    ring_number INTEGER NOT NULL DEFAULT 0 CHECK (ring_number BETWEEN 0 AND last_number)
) STRICT, WITHOUT ROWID;

CREATE TABLE learned_prefixes (
    number_length INTEGER NOT NULL,
    prefix TEXT NOT NULL,
    carrier TEXT NOT NULL,
    confirmed INTEGER NOT NULL CHECK (confirmed >= 0),
    PRIMARY KEY (number_length, prefix, carrier)
) STRICT, WITHOUT ROWID;

-- Who may collect for whom, remembered: name and tail of the proxy in the vault, of the recipient only what is searched.

CREATE TABLE standing_proxies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    phone_hash TEXT,
    phone_tail TEXT,
    name_hint TEXT,
    relation TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX standing_proxies_by_phone ON standing_proxies (phone_hash) WHERE ended_at IS NULL AND phone_hash IS NOT NULL;
CREATE INDEX standing_proxies_by_tail ON standing_proxies (phone_tail) WHERE ended_at IS NULL AND phone_tail IS NOT NULL;

-- Notices: what was told to whom by which channel, and what came of it.

CREATE TABLE notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    kind TEXT NOT NULL,                               -- 'arrival' …
    channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'queued', 'sent', 'failed', 'cancelled')),
    result TEXT NOT NULL DEFAULT '',
    facts TEXT NOT NULL DEFAULT '{}',
    slip_id INTEGER,
    job_id INTEGER,
    resends_id INTEGER REFERENCES notices (id),
    created_at TEXT NOT NULL,
    business_on TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    CHECK (channel <> 'paper' OR state NOT IN ('queued', 'sent') OR job_id IS NOT NULL)
) STRICT;
CREATE INDEX notices_by_subject ON notices (subject_kind, subject_id);
CREATE INDEX notices_held ON notices (subject_kind, id) WHERE state = 'held';
CREATE INDEX notices_by_day ON notices (business_on);
CREATE INDEX notices_by_job ON notices (job_id) WHERE job_id IS NOT NULL;

-- Scans taken for a desk: once each, with the answer that was shown. No personal value, kept for days only.

CREATE TABLE desk_scans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scan_id TEXT NOT NULL UNIQUE,
    desk_id INTEGER NOT NULL REFERENCES desks (id),
    at TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    code_hash TEXT,                                   -- keyed; NULL for what must not be kept in any form
    outcome TEXT NOT NULL,
    tone TEXT NOT NULL CHECK (tone IN ('done', 'attention', 'refused', 'already', 'trouble')),
    message TEXT NOT NULL,
    facts TEXT NOT NULL,
    parcel_id INTEGER REFERENCES parcels (id),
    changed TEXT NOT NULL DEFAULT '',
    was_taken INTEGER NOT NULL CHECK (was_taken IN (0, 1))
) STRICT;
CREATE INDEX desk_scans_by_desk ON desk_scans (desk_id, at);
CREATE INDEX desk_scans_by_age ON desk_scans (taken_at);
