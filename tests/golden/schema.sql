CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);

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

CREATE TABLE bills (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'received', 'submitted', 'unconfirmed', 'confirmed', 'failed',
        'refunded', 'cancelled')),
    biller TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('water', 'power', 'gas', 'broadband', 'mobile', 'tv')),
    account_hash TEXT,
    bill_period TEXT NOT NULL DEFAULT '',
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    is_paid_again INTEGER NOT NULL DEFAULT 0 CHECK (is_paid_again IN (0, 1)),
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    received_on TEXT,
    received_at TEXT,
    refunded_on TEXT,
    CHECK ((received_on IS NULL) = (received_at IS NULL))
) STRICT;

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

CREATE TABLE cash_counts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_on TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    begun_by_kind TEXT NOT NULL,
    begun_by_id INTEGER NOT NULL,
    last_entry_no INTEGER NOT NULL,
    counted_at TEXT,
    pieces TEXT,
    counted_fen INTEGER CHECK (counted_fen >= 0),
    expected_fen INTEGER,
    CHECK ((counted_at IS NULL) = (counted_fen IS NULL) AND (counted_at IS NULL) = (expected_fen IS NULL)
        AND (counted_at IS NULL) = (pieces IS NULL))
) STRICT;

CREATE TABLE chores (
    name TEXT PRIMARY KEY,
    last_run_at TEXT NOT NULL,
    last_outcome TEXT NOT NULL,
    last_done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE consignment_sales (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'sold', 'paid_out', 'cancelled')),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit TEXT NOT NULL,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    commission_fen INTEGER NOT NULL CHECK (commission_fen BETWEEN 0 AND amount_fen),
    phone_hash TEXT,
    phone_tail TEXT,
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    sold_on TEXT,
    sold_at TEXT,
    cancelled_on TEXT,
    CHECK ((sold_on IS NULL) = (sold_at IS NULL)),
    CHECK (cancelled_on IS NULL OR state = 'cancelled')
) STRICT;

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

CREATE TABLE desks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    mode TEXT NOT NULL DEFAULT 'home' CHECK (mode IN ('home', 'intake', 'hand_over')),
    open_batch_id INTEGER,
    open_parcel_id INTEGER,
    open_ticket_id INTEGER,
    last_act TEXT NOT NULL DEFAULT '{}'
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

CREATE TABLE learned_prefixes (
    number_length INTEGER NOT NULL,
    prefix TEXT NOT NULL,
    carrier TEXT NOT NULL,
    confirmed INTEGER NOT NULL CHECK (confirmed >= 0),
    PRIMARY KEY (number_length, prefix, carrier)
) STRICT, WITHOUT ROWID;

CREATE TABLE names_in_stock (
    name_key TEXT NOT NULL,
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    PRIMARY KEY (name_key, parcel_id)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE numbers (
    series TEXT NOT NULL,
    scope TEXT NOT NULL,
    last INTEGER NOT NULL CHECK (last > 0),
    PRIMARY KEY (series, scope)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE pickup_code_ranges (
    code_series TEXT PRIMARY KEY,
    last_number INTEGER NOT NULL CHECK (last_number > 0),
    ring_number INTEGER NOT NULL DEFAULT 0 CHECK (ring_number BETWEEN 0 AND last_number)
) STRICT, WITHOUT ROWID;

CREATE TABLE postings (
    entry_id INTEGER NOT NULL REFERENCES entries (id),
    line_no INTEGER NOT NULL,
    account TEXT NOT NULL,
    amount_fen INTEGER NOT NULL CHECK (amount_fen <> 0),
    service TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (entry_id, line_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE print_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slip_id INTEGER NOT NULL REFERENCES slips (id),
    printer TEXT NOT NULL CHECK (printer <> ''),
    copy_no INTEGER NOT NULL CHECK (copy_no >= 0),
    copies INTEGER NOT NULL DEFAULT 1 CHECK (copies BETWEEN 1 AND 5),
    turn INTEGER NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'confirmed', 'failed', 'unknown', 'cancelled')),
    reason TEXT NOT NULL DEFAULT '' CHECK (state IN ('waiting', 'sent', 'confirmed') OR reason <> ''),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    not_before_at TEXT,
    created_at TEXT NOT NULL,
    finished_at TEXT CHECK ((finished_at IS NULL) = (state = 'waiting'))
) STRICT;

CREATE TABLE print_starts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    progress_kept INTEGER NOT NULL CHECK (progress_kept IN (0, 1)),
    doubtful INTEGER NOT NULL CHECK (doubtful >= 0)
) STRICT;

CREATE TABLE purchases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('requested', 'quoted', 'ordered', 'shipped', 'arrived', 'handed_over', 'closed',
        'cancelled', 'returning', 'refunded', 'exchanged')),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    platform TEXT NOT NULL DEFAULT '',
    online_shop TEXT NOT NULL DEFAULT '',
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    advance_fen INTEGER NOT NULL CHECK (advance_fen BETWEEN 0 AND amount_fen),
    paid_by TEXT NOT NULL CHECK (paid_by IN ('customer', 'station')),
    phone_hash TEXT,
    phone_tail TEXT,
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    received_on TEXT,
    received_at TEXT,
    cancelled_on TEXT,
    CHECK ((received_on IS NULL) = (received_at IS NULL)),
    CHECK (cancelled_on IS NULL OR state = 'cancelled')
) STRICT;

CREATE TABLE recovery (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    code_hash TEXT NOT NULL,
    made_at TEXT NOT NULL,
    used_at TEXT,
    wrong_tries INTEGER NOT NULL DEFAULT 0,
    locked_until_at TEXT
) STRICT;

CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    report_no TEXT NOT NULL UNIQUE,
    form TEXT NOT NULL,
    business_on TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 0),
    supplements_id INTEGER REFERENCES reports (id),
    content TEXT NOT NULL,
    hash TEXT NOT NULL,
    frozen_at TEXT NOT NULL,
    frozen_by_kind TEXT NOT NULL,
    frozen_by_id INTEGER NOT NULL,
    UNIQUE (form, business_on, revision),
    CHECK ((revision = 0) = (supplements_id IS NULL))
) STRICT;

CREATE TABLE seals (
    place TEXT NOT NULL,
    key TEXT NOT NULL,
    seal INTEGER NOT NULL,
    PRIMARY KEY (place, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE shelves (
    shelf TEXT NOT NULL,
    layer INTEGER NOT NULL CHECK (layer BETWEEN 0 AND 99),
    position INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (shelf, layer)
) STRICT, WITHOUT ROWID;

CREATE TABLE slips (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    template TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    facts TEXT NOT NULL CHECK (json_type(facts) = 'object'),
    blanks TEXT NOT NULL CHECK (json_type(blanks) = 'object'),
    subject_kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    document_no TEXT,
    issued_at TEXT NOT NULL,
    hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;

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

CREATE TABLE ticket_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    line_no INTEGER NOT NULL CHECK (line_no > 0),
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'removed', 'reversed')),
    service TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT '',
    act TEXT NOT NULL,
    case_kind TEXT NOT NULL,
    case_id INTEGER NOT NULL,
    label TEXT NOT NULL,
    facts TEXT NOT NULL,
    blanks TEXT NOT NULL,
    txn_amount_fen INTEGER NOT NULL CHECK (txn_amount_fen >= 0),
    principal_fen INTEGER NOT NULL CHECK (principal_fen >= 0),
    principal_account TEXT NOT NULL DEFAULT '',
    fee_fen INTEGER NOT NULL CHECK (fee_fen >= 0),
    commission_fen INTEGER NOT NULL CHECK (commission_fen >= 0 AND commission_fen <= principal_fen),
    fee_code TEXT,
    fee_version_id INTEGER REFERENCES fee_versions (id),
    quote TEXT NOT NULL,
    added_at TEXT NOT NULL,
    UNIQUE (ticket_id, line_no),
    CHECK ((principal_fen = 0) OR (principal_account <> '')),
    CHECK ((fee_code IS NULL) = (fee_version_id IS NULL)),
    CHECK (fee_fen = 0 AND commission_fen = 0 OR fee_version_id IS NOT NULL)
) STRICT;

CREATE TABLE tickets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'settled', 'voided')),
    desk_id INTEGER REFERENCES desks (id),
    token_id INTEGER REFERENCES tokens (id),
    opened_on TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by_kind TEXT NOT NULL,
    opened_by_id INTEGER NOT NULL,
    fee_version_id INTEGER REFERENCES fee_versions (id),
    quoted_on TEXT,
    settled_on TEXT,
    settled_at TEXT,
    settled_by_kind TEXT,
    settled_by_id INTEGER,
    total_fen INTEGER CHECK (total_fen >= 0),
    given_fen INTEGER,
    change_fen INTEGER CHECK (change_fen >= 0),
    receipt_no TEXT UNIQUE,
    entry_id INTEGER UNIQUE REFERENCES entries (id),
    slip_id INTEGER,
    voided_on TEXT,
    voided_at TEXT,
    voided_by_kind TEXT,
    voided_by_id INTEGER,
    void_reason TEXT,
    refund_no TEXT UNIQUE,
    refund_entry_id INTEGER UNIQUE REFERENCES entries (id),
    refund_slip_id INTEGER,
    CHECK ((fee_version_id IS NULL) = (quoted_on IS NULL)),
    CHECK ((state = 'settled') <= (settled_at IS NOT NULL)),
    CHECK ((state = 'open') <= (settled_at IS NULL)),
    CHECK ((settled_at IS NULL) = (receipt_no IS NULL) AND (settled_at IS NULL) = (total_fen IS NULL)
        AND (settled_at IS NULL) = (settled_on IS NULL)),
    CHECK (settled_at IS NULL OR given_fen - change_fen = total_fen),
    CHECK ((state = 'voided') = (voided_at IS NOT NULL)),
    CHECK ((refund_no IS NOT NULL) = (state = 'voided' AND settled_at IS NOT NULL))
) STRICT;

CREATE TABLE tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('operator', 'manager', 'inspector', 'courier', 'screen')),
    token_hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;

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

CREATE INDEX answers_by_age ON answers (at);

CREATE INDEX audit_by_action ON audit (action, seq);

CREATE INDEX bills_by_account ON bills (account_hash, bill_period) WHERE account_hash IS NOT NULL;

CREATE INDEX bills_by_state ON bills (state);

CREATE UNIQUE INDEX bills_one_under_way ON bills (biller, account_hash, bill_period)
    WHERE state IN ('submitted', 'unconfirmed') AND bill_period <> '';

CREATE INDEX cash_counts_by_day ON cash_counts (business_on);

CREATE INDEX consignment_sales_by_phone ON consignment_sales (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE INDEX consignment_sales_by_state ON consignment_sales (state);

CREATE INDEX desk_scans_by_age ON desk_scans (taken_at);

CREATE INDEX desk_scans_by_desk ON desk_scans (desk_id, at);

CREATE INDEX entries_by_day ON entries (business_on);

CREATE INDEX entries_by_subject ON entries (subject_kind, subject_id);

CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");

CREATE INDEX intake_batches_by_day ON intake_batches (opened_on);

CREATE INDEX intake_batches_open ON intake_batches (state) WHERE state = 'open';

CREATE INDEX notices_by_day ON notices (business_on);

CREATE INDEX notices_by_job ON notices (job_id) WHERE job_id IS NOT NULL;

CREATE INDEX notices_by_subject ON notices (subject_kind, subject_id);

CREATE INDEX notices_held ON notices (subject_kind, id) WHERE state = 'held';

CREATE UNIQUE INDEX one_holder_of_a_code ON parcels (pickup_code) WHERE holds_code = 1;

CREATE UNIQUE INDEX one_open_day ON business_days (state) WHERE state = 'open';

CREATE UNIQUE INDEX one_waybill_in_stock ON parcels (waybill_no, piece_index)
    WHERE state IN ('on_shelf', 'problem', 'to_return');

CREATE INDEX outbox_open ON outbox (state, next_try_at) WHERE state IN ('waiting', 'in_flight');

CREATE INDEX parcel_events_by_day ON parcel_events (business_on, kind);

CREATE INDEX parcels_by_batch ON parcels (batch_id) WHERE batch_id IS NOT NULL;

CREATE INDEX parcels_by_tail ON parcels (phone_tail) WHERE phone_tail IS NOT NULL;

CREATE INDEX parcels_by_waybill ON parcels (waybill_no, piece_index);

CREATE INDEX parcels_set_aside ON parcels (state) WHERE state NOT IN ('on_shelf', 'handed_over');

CREATE INDEX places_in_stock ON parcels (shelf, layer) WHERE state IN ('on_shelf', 'problem', 'to_return');

CREATE INDEX postings_by_account ON postings (account, entry_id);

CREATE UNIQUE INDEX print_jobs_by_copy ON print_jobs (slip_id, copy_no) WHERE state NOT IN ('failed', 'cancelled');

CREATE INDEX print_jobs_by_slip ON print_jobs (slip_id);

CREATE INDEX print_jobs_doubtful ON print_jobs (id) WHERE state IN ('failed', 'unknown');

CREATE INDEX print_jobs_open ON print_jobs (printer, turn) WHERE state = 'waiting';

CREATE INDEX purchases_by_phone ON purchases (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE INDEX purchases_by_state ON purchases (state);

CREATE UNIQUE INDEX slips_by_document ON slips (template, document_no) WHERE document_no IS NOT NULL;

CREATE INDEX slips_by_subject ON slips (subject_kind, subject_id);

CREATE UNIQUE INDEX staff_names ON staff (name) WHERE is_active = 1;

CREATE INDEX staff_sessions_open ON staff_sessions (desk_id) WHERE ended_at IS NULL;

CREATE INDEX standing_proxies_by_phone ON standing_proxies (phone_hash) WHERE ended_at IS NULL AND phone_hash IS NOT NULL;

CREATE INDEX standing_proxies_by_tail ON standing_proxies (phone_tail) WHERE ended_at IS NULL AND phone_tail IS NOT NULL;

CREATE INDEX tails_in_stock ON parcels (phone_tail)
    WHERE state IN ('on_shelf', 'problem', 'to_return') AND phone_tail IS NOT NULL;

CREATE INDEX ticket_lines_by_case ON ticket_lines (case_kind, case_id);

CREATE UNIQUE INDEX ticket_lines_one_pending ON ticket_lines (case_kind, case_id, act) WHERE state = 'pending';

CREATE INDEX tickets_by_settled_on ON tickets (settled_on) WHERE settled_on IS NOT NULL;

CREATE INDEX tickets_by_voided_on ON tickets (voided_on) WHERE voided_on IS NOT NULL;

CREATE INDEX tickets_open ON tickets (id) WHERE state = 'open';
