-- The business day: who answers for the drawer, wallets compared at the close, closings, the clock accepted, corrections.

ALTER TABLE business_days ADD COLUMN opened_by_kind TEXT NOT NULL DEFAULT 'staff';
ALTER TABLE business_days ADD COLUMN closed_by_kind TEXT NOT NULL DEFAULT 'staff';
ALTER TABLE business_days ADD COLUMN float_pieces TEXT;
ALTER TABLE business_days ADD COLUMN float_by_kind TEXT;
ALTER TABLE business_days ADD COLUMN float_by INTEGER;

CREATE TABLE drawer_hand_overs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_on TEXT NOT NULL,
    count_id INTEGER NOT NULL UNIQUE REFERENCES cash_counts (id),
    from_staff_id INTEGER REFERENCES staff (id),
    to_staff_id INTEGER NOT NULL REFERENCES staff (id),
    counted_fen INTEGER NOT NULL CHECK (counted_fen >= 0),
    expected_fen INTEGER NOT NULL,
    difference_reason TEXT,
    entry_id INTEGER UNIQUE REFERENCES entries (id),
    handed_at TEXT NOT NULL,
    handed_by_kind TEXT NOT NULL,
    handed_by_id INTEGER NOT NULL,
    CHECK (from_staff_id IS NOT to_staff_id),
    CHECK ((counted_fen = expected_fen) = (entry_id IS NULL)),
    CHECK ((counted_fen = expected_fen) = (difference_reason IS NULL))
) STRICT;
CREATE INDEX drawer_hand_overs_by_day ON drawer_hand_overs (business_on);

CREATE TABLE wallet_counts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_on TEXT NOT NULL,
    wallet TEXT NOT NULL CHECK (wallet IN ('wechat', 'alipay', 'unionpay', 'bank_card')),
    moved_fen INTEGER NOT NULL,
    balance_fen INTEGER NOT NULL,
    seen_fen INTEGER,
    difference_reason TEXT,
    seen_at TEXT NOT NULL,
    UNIQUE (business_on, wallet),
    CHECK ((seen_fen IS moved_fen) = (difference_reason IS NULL))
) STRICT;

-- Days or hours on which the station is not open, entered before or after; times are the station's wall clock.
CREATE TABLE closings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    from_time TEXT,
    to_time TEXT,
    reason TEXT NOT NULL CHECK (reason IN ('holiday', 'power_cut', 'network', 'stocktake', 'weather', 'training', 'leave', 'other')),
    entered_at TEXT NOT NULL,
    entered_by_kind TEXT NOT NULL,
    entered_by_id INTEGER NOT NULL,
    withdrawn_at TEXT,
    withdrawn_by_kind TEXT,
    withdrawn_by_id INTEGER,
    CHECK (from_on <= to_on),
    CHECK ((from_time IS NULL) = (to_time IS NULL)),
    CHECK (from_time IS NULL OR (from_on = to_on AND from_time < to_time)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_by_kind IS NULL))
) STRICT;
CREATE INDEX closings_by_day ON closings (from_on, to_on);

-- A manager's word that the clock is right now although the last day was opened or closed later than that.
CREATE TABLE clock_acceptances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    after_day_id INTEGER NOT NULL REFERENCES business_days (id),
    last_at TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    accepted_by_kind TEXT NOT NULL,
    accepted_by_id INTEGER NOT NULL
) STRICT;
CREATE INDEX clock_acceptances_by_day ON clock_acceptances (after_day_id);

-- What a supplement changes in the report of a closed day: signed deltas, one row a service row, parcels as a JSON object.
CREATE TABLE day_corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_on TEXT NOT NULL REFERENCES business_days (business_on),
    revision INTEGER NOT NULL CHECK (revision > 0),
    service TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '',
    txn_count INTEGER NOT NULL DEFAULT 0,
    txn_amount_fen INTEGER NOT NULL DEFAULT 0,
    commission_fen INTEGER NOT NULL DEFAULT 0,
    service_fee_fen INTEGER NOT NULL DEFAULT 0,
    parcels TEXT NOT NULL DEFAULT '{}' CHECK (json_type(parcels) = 'object'),
    reason TEXT NOT NULL,
    voucher TEXT NOT NULL,
    corrected_at TEXT NOT NULL,
    corrected_by_kind TEXT NOT NULL,
    corrected_by_id INTEGER NOT NULL,
    UNIQUE (business_on, revision, service, kind),
    CHECK (txn_count <> 0 OR txn_amount_fen <> 0 OR commission_fen <> 0 OR service_fee_fen <> 0 OR parcels <> '{}'),
    CHECK ((service = '') = (parcels <> '{}'))
) STRICT;
