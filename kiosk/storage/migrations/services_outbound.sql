-- Outbound parcels (寄件): what villagers send by a licensed carrier, the manifests by which couriers take them, and
-- what was refused. The desk knows the manifest that scans go to.

CREATE TABLE desks_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    mode TEXT NOT NULL DEFAULT 'home' CHECK (mode IN ('home', 'intake', 'hand_over', 'outbound')),
    open_batch_id INTEGER,
    open_parcel_id INTEGER,
    open_ticket_id INTEGER,
    last_act TEXT NOT NULL DEFAULT '{}',
    open_manifest_id INTEGER
) STRICT;
INSERT INTO desks_new (id, name, mode, open_batch_id, open_parcel_id, open_ticket_id, last_act)
    SELECT id, name, mode, open_batch_id, open_parcel_id, open_ticket_id, last_act FROM desks;
DROP TABLE desks;
ALTER TABLE desks_new RENAME TO desks;

CREATE TABLE outbound_manifests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    manifest_no TEXT UNIQUE,                          -- given with the parcels, so that the numbers have no gap
    state TEXT NOT NULL CHECK (state IN ('open', 'given', 'taken_back', 'dropped')),
    carrier TEXT NOT NULL,
    pieces INTEGER NOT NULL DEFAULT 0 CHECK (pieces >= 0),
    chosen_id INTEGER,                                -- the parcel whose waybill is scanned next
    opened_on TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by_kind TEXT NOT NULL,
    opened_by_id INTEGER NOT NULL,
    given_on TEXT,
    given_at TEXT,
    given_by_kind TEXT,
    given_by_id INTEGER,
    slip_id INTEGER,
    ended_at TEXT,                                    -- dropped, or taken back after it was given
    CHECK ((manifest_no IS NULL) = (given_at IS NULL) AND (given_at IS NULL) = (given_on IS NULL)),
    CHECK ((state IN ('given', 'taken_back')) = (given_at IS NOT NULL)),
    CHECK ((state IN ('taken_back', 'dropped')) = (ended_at IS NOT NULL)),
    CHECK (state <> 'given' OR pieces > 0)
) STRICT;
CREATE UNIQUE INDEX one_open_manifest_a_carrier ON outbound_manifests (carrier) WHERE state = 'open';
CREATE INDEX outbound_manifests_by_day ON outbound_manifests (given_on) WHERE given_on IS NOT NULL;

CREATE TABLE outbound_parcels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    outbound_no TEXT UNIQUE,                          -- on our sticker; given when it is accepted
    state TEXT NOT NULL CHECK (state IN ('recorded', 'accepted', 'given', 'cancelled', 'returned')),
    carrier TEXT NOT NULL,
    waybill_no TEXT,                                  -- the carrier's; NULL until it is told, and once erased
    item_kind TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    weight_grams INTEGER NOT NULL CHECK (weight_grams > 0),
    weight_source TEXT NOT NULL CHECK (weight_source IN ('typed', 'scale')),
    insured_value_fen INTEGER NOT NULL DEFAULT 0 CHECK (insured_value_fen >= 0),
    paid_by TEXT NOT NULL CHECK (paid_by IN ('sender', 'recipient')),
    freight_fen INTEGER NOT NULL CHECK (freight_fen >= 0),
    premium_fen INTEGER NOT NULL DEFAULT 0 CHECK (premium_fen >= 0),
    freight_source TEXT NOT NULL CHECK (freight_source IN ('typed', 'table')),
    freight_zone TEXT NOT NULL DEFAULT '',
    id_document TEXT NOT NULL,                        -- which kind was shown; never its number
    checked_at TEXT NOT NULL,                         -- real name checked and contents inspected: when and by whom
    checked_by_kind TEXT NOT NULL,
    checked_by_id INTEGER NOT NULL,
    phone_hash TEXT,                                  -- of the sender
    phone_tail TEXT,
    manifest_id INTEGER REFERENCES outbound_manifests (id),
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    accepted_on TEXT,
    accepted_at TEXT,
    given_at TEXT,
    ended_at TEXT,                                    -- cancelled, or returned to the sender
    label_slip_id INTEGER,
    erased_at TEXT,
    CHECK ((accepted_at IS NULL) = (outbound_no IS NULL) AND (accepted_at IS NULL) = (accepted_on IS NULL)),
    CHECK ((state IN ('accepted', 'given', 'returned')) = (accepted_at IS NOT NULL)),
    CHECK ((state = 'given') = (given_at IS NOT NULL)),
    CHECK ((state IN ('cancelled', 'returned')) = (ended_at IS NOT NULL)),
    CHECK (state IN ('accepted', 'given') OR manifest_id IS NULL),
    CHECK (state <> 'given' OR (manifest_id IS NOT NULL AND (waybill_no IS NOT NULL OR erased_at IS NOT NULL)))
) STRICT;
-- A number that was freed (the parcel went back to its sender) may come again.
CREATE UNIQUE INDEX outbound_one_waybill ON outbound_parcels (waybill_no)
    WHERE waybill_no IS NOT NULL AND state NOT IN ('cancelled', 'returned');
CREATE INDEX outbound_waiting ON outbound_parcels (carrier, id) WHERE state = 'accepted';
CREATE INDEX outbound_by_manifest ON outbound_parcels (manifest_id) WHERE manifest_id IS NOT NULL;
CREATE INDEX outbound_by_phone ON outbound_parcels (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX outbound_by_tail ON outbound_parcels (phone_tail) WHERE phone_tail IS NOT NULL;
CREATE INDEX outbound_by_day ON outbound_parcels (accepted_on) WHERE accepted_on IS NOT NULL;

CREATE TABLE outbound_refusals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reason TEXT NOT NULL CHECK (reason IN ('prohibited', 'inspection_refused', 'identity_false', 'other')),
    category TEXT NOT NULL DEFAULT '',                -- of prohibited.toml
    word TEXT NOT NULL DEFAULT '',                    -- of prohibited.toml: what was recognised
    action TEXT NOT NULL CHECK (action IN ('returned', 'post_office_told', 'police_told', 'kept_aside')),
    carrier TEXT NOT NULL DEFAULT '',
    refused_on TEXT NOT NULL,
    refused_at TEXT NOT NULL,
    refused_by_kind TEXT NOT NULL,
    refused_by_id INTEGER NOT NULL
) STRICT;
CREATE INDEX outbound_refusals_by_day ON outbound_refusals (refused_on);
