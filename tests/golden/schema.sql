CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);

CREATE TABLE account_balances (
    account TEXT NOT NULL,
    party TEXT NOT NULL,
    fen INTEGER NOT NULL,
    PRIMARY KEY (account, party)
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

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_kind TEXT NOT NULL,
    case_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    proof TEXT NOT NULL CHECK (length(proof) = 64),
    bytes INTEGER NOT NULL CHECK (bytes BETWEEN 1 AND 200000),
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    added_at TEXT NOT NULL,
    added_by_kind TEXT NOT NULL,
    added_by_id INTEGER NOT NULL,
    UNIQUE (case_kind, case_id, field)
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

CREATE TABLE bill_steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    bill_id INTEGER NOT NULL REFERENCES bills (id),
    step INTEGER NOT NULL CHECK (step > 0),
    state TEXT NOT NULL,
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    by_kind TEXT NOT NULL,
    by_id INTEGER NOT NULL,
    UNIQUE (bill_id, step)
) STRICT;

CREATE TABLE "bills" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'received', 'submitted', 'unconfirmed', 'confirmed', 'failed',
        'refunded', 'cancelled')),
    biller TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('water', 'power', 'gas', 'broadband', 'mobile', 'tv')),
    account_hash TEXT,
    bill_period TEXT NOT NULL DEFAULT '',
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    late_fee_fen INTEGER NOT NULL DEFAULT 0 CHECK (late_fee_fen >= 0 AND late_fee_fen < amount_fen),
    months INTEGER NOT NULL DEFAULT 0 CHECK (months BETWEEN 0 AND 36),
    is_card_meter INTEGER NOT NULL DEFAULT 0 CHECK (is_card_meter IN (0, 1)),
    is_paid_again INTEGER NOT NULL DEFAULT 0 CHECK (is_paid_again IN (0, 1)),
    is_read_back INTEGER NOT NULL DEFAULT 0 CHECK (is_read_back IN (0, 1)),
    is_holder_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (is_holder_confirmed IN (0, 1)),
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    received_on TEXT,
    received_at TEXT,
    channel TEXT NOT NULL DEFAULT '',
    paid_from TEXT NOT NULL DEFAULT '',
    submitted_on TEXT,
    submitted_at TEXT,
    looked_up_at TEXT,
    looked_up_by TEXT NOT NULL DEFAULT '',
    outcome_on TEXT,
    outcome_at TEXT,
    fail_reason TEXT NOT NULL DEFAULT '',
    serial_no TEXT NOT NULL DEFAULT '',
    voucher_no TEXT NOT NULL DEFAULT '',
    balance_before_fen INTEGER,
    balance_after_fen INTEGER,
    is_card_written INTEGER CHECK (is_card_written IN (0, 1)),
    entry_id INTEGER UNIQUE REFERENCES entries (id),
    refunded_on TEXT,
    CHECK ((received_on IS NULL) = (received_at IS NULL)),
    CHECK ((submitted_on IS NULL) = (submitted_at IS NULL) AND (submitted_on IS NULL) = (channel = '')
        AND (submitted_on IS NULL) = (paid_from = '')),
    CHECK ((outcome_on IS NULL) = (outcome_at IS NULL)),
    CHECK ((state IN ('recorded', 'cancelled')) = (received_on IS NULL)),
    CHECK ((state IN ('recorded', 'cancelled', 'received')) <= (submitted_on IS NULL)),
    CHECK ((state IN ('submitted', 'unconfirmed', 'confirmed', 'failed')) <= (submitted_on IS NOT NULL)),
    CHECK ((state = 'confirmed') = (entry_id IS NOT NULL)),
    CHECK ((state IN ('confirmed', 'failed')) <= (outcome_on IS NOT NULL)),
    CHECK ((state = 'failed') <= (fail_reason <> '')),
    CHECK ((state = 'refunded') = (refunded_on IS NOT NULL))
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
    difference_reason TEXT, opened_by_kind TEXT NOT NULL DEFAULT 'staff', closed_by_kind TEXT NOT NULL DEFAULT 'staff', float_pieces TEXT, float_by_kind TEXT, float_by INTEGER,
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'closed') = (counted_fen IS NOT NULL AND expected_fen IS NOT NULL))
) STRICT;

CREATE TABLE buy_ups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'bought', 'cancelled')),
    product_id INTEGER NOT NULL REFERENCES products (id),
    lot_id INTEGER REFERENCES lots (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    lot_no TEXT NOT NULL DEFAULT '',
    produced_on TEXT,
    expires_on TEXT,
    document_no TEXT UNIQUE,
    slip_id INTEGER,
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    bought_on TEXT,
    cancelled_on TEXT,
    CHECK ((bought_on IS NULL) = (lot_id IS NULL)),
    CHECK ((state = 'bought') <= (bought_on IS NOT NULL)),
    CHECK ((state = 'cancelled') = (cancelled_on IS NOT NULL))
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

CREATE TABLE cash_moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    move_no TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('pay_in', 'pay_out')),
    reason TEXT NOT NULL,
    account TEXT NOT NULL,
    party TEXT NOT NULL DEFAULT '',
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    business_on TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    moved_by_kind TEXT NOT NULL,
    moved_by_id INTEGER NOT NULL,
    entry_id INTEGER NOT NULL UNIQUE REFERENCES entries (id),
    slip_id INTEGER,
    reversed_at TEXT,
    reverse_entry_id INTEGER UNIQUE REFERENCES entries (id),
    CHECK ((reversed_at IS NULL) = (reverse_entry_id IS NULL))
) STRICT;

CREATE TABLE chores (
    name TEXT PRIMARY KEY,
    last_run_at TEXT NOT NULL,
    last_outcome TEXT NOT NULL,
    last_done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE clock_acceptances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    after_day_id INTEGER NOT NULL REFERENCES business_days (id),
    last_at TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    accepted_by_kind TEXT NOT NULL,
    accepted_by_id INTEGER NOT NULL
) STRICT;

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

CREATE TABLE compensations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'paid', 'taken_back', 'cancelled')),
    reason TEXT NOT NULL,
    about_kind TEXT NOT NULL DEFAULT '',
    about_id INTEGER,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    paid_on TEXT,
    compensation_no TEXT UNIQUE,
    slip_id INTEGER,
    CHECK ((about_kind = '') = (about_id IS NULL)),
    CHECK ((paid_on IS NULL) = (compensation_no IS NULL)),
    CHECK ((state IN ('paid', 'taken_back')) = (paid_on IS NOT NULL))
) STRICT;

CREATE TABLE consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT NOT NULL CHECK (scope IN ('standing', 'this_parcel')),
    how TEXT NOT NULL CHECK (how IN ('oral', 'phone', 'sms_reply', 'paper', 'pickup_code')),
    parcel_id INTEGER REFERENCES parcels (id),        -- of this_parcel: it names nobody by itself
    phone_hash TEXT,
    phone_tail TEXT,
    name_hint TEXT,                                   -- beside a bare tail: a tail alone is nobody's
    given_at TEXT NOT NULL,
    given_on TEXT NOT NULL,
    given_by_kind TEXT NOT NULL,
    given_by_id INTEGER NOT NULL,
    withdrawn_how TEXT CHECK (withdrawn_how IN ('oral', 'phone', 'sms_reply', 'paper', 'mistake')),
    withdrawn_at TEXT,
    withdrawn_on TEXT,
    withdrawn_by_kind TEXT,
    withdrawn_by_id INTEGER,
    erased_at TEXT,
    CHECK ((scope = 'this_parcel') = (parcel_id IS NOT NULL)),
    CHECK (scope = 'standing' OR COALESCE(phone_hash, phone_tail, name_hint) IS NULL),
    CHECK (scope = 'this_parcel' OR erased_at IS NOT NULL OR phone_hash IS NOT NULL
        OR (phone_tail IS NOT NULL AND name_hint IS NOT NULL)),
    CHECK (erased_at IS NULL OR COALESCE(phone_hash, phone_tail, name_hint) IS NULL),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_how IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_on IS NULL)
        AND (withdrawn_at IS NULL) = (withdrawn_by_kind IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_by_id IS NULL))
) STRICT;

CREATE TABLE "consignment_sales" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'sold', 'paid_out', 'cancelled')),
    ownership TEXT NOT NULL DEFAULT 'consignment' CHECK (ownership IN ('consignment', 'buy_up')),
    channel TEXT NOT NULL DEFAULT 'counter' CHECK (channel IN ('counter', 'online')),
    product_id INTEGER REFERENCES products (id),
    supplier_id INTEGER REFERENCES suppliers (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit TEXT NOT NULL,
    unit_size INTEGER NOT NULL DEFAULT 1 CHECK (unit_size > 0),
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    commission_fen INTEGER NOT NULL CHECK (commission_fen BETWEEN 0 AND amount_fen),
    cost_fen INTEGER NOT NULL DEFAULT 0 CHECK (cost_fen >= 0),
    phone_hash TEXT,
    phone_tail TEXT,
    platform TEXT NOT NULL DEFAULT '',
    online_shop TEXT NOT NULL DEFAULT '',
    platform_order_no TEXT NOT NULL DEFAULT '',
    paid_into TEXT NOT NULL DEFAULT '',
    waybill_no TEXT,
    shipped_on TEXT,
    assigned_entry_id INTEGER REFERENCES entries (id),
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    sold_on TEXT,
    sold_at TEXT,
    cancelled_on TEXT,
    CHECK ((sold_on IS NULL) = (sold_at IS NULL)),
    CHECK (cancelled_on IS NULL OR state = 'cancelled'),
    CHECK (ownership = 'consignment' OR product_id IS NOT NULL AND commission_fen = 0 AND state <> 'paid_out'),
    CHECK (ownership = 'buy_up' OR cost_fen = 0),
    CHECK ((channel = 'online') = (platform <> '') AND (channel = 'online') = (platform_order_no <> '')
        AND (channel = 'online') = (paid_into <> ''))
) STRICT;

CREATE TABLE consignor_dues (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    supplier_id INTEGER REFERENCES suppliers (id),
    kind TEXT NOT NULL CHECK (kind IN ('sale', 'sale_undone', 'compensation')),
    amount_fen INTEGER NOT NULL,
    sale_id INTEGER REFERENCES consignment_sales (id),
    move_id INTEGER REFERENCES stock_moves (id),
    settlement_id INTEGER REFERENCES settlements (id),
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK ((sale_id IS NULL) <> (move_id IS NULL)),
    CHECK ((kind = 'sale_undone') <= (amount_fen <= 0)),
    CHECK ((kind <> 'sale_undone') <= (amount_fen >= 0))
) STRICT;

CREATE TABLE convenience_steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    convenience_id INTEGER NOT NULL REFERENCES conveniences (id),
    step INTEGER NOT NULL CHECK (step > 0),
    state TEXT NOT NULL,
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    by_kind TEXT NOT NULL,
    by_id INTEGER NOT NULL,
    UNIQUE (convenience_id, step)
) STRICT;

CREATE TABLE conveniences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'received', 'done', 'failed', 'refunded', 'cancelled')),
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    form TEXT NOT NULL,
    money TEXT NOT NULL CHECK (money IN ('none', 'held', 'paid_out')),
    principal_fen INTEGER NOT NULL CHECK (principal_fen >= 0),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    due_on TEXT,
    ends_at_once INTEGER NOT NULL CHECK (ends_at_once IN (0, 1)),
    has_consent INTEGER NOT NULL CHECK (has_consent IN (0, 1)),
    kept_days INTEGER CHECK (kept_days >= 0),
    once_hash TEXT,
    day_hash TEXT,
    phone_hash TEXT,
    phone_tail TEXT,
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    received_on TEXT,
    received_at TEXT,
    paid_from TEXT NOT NULL DEFAULT '',
    outcome_on TEXT,
    outcome_at TEXT,
    fail_reason TEXT NOT NULL DEFAULT '',
    entry_id INTEGER UNIQUE REFERENCES entries (id),
    refunded_on TEXT,
    erased_at TEXT,
    CHECK ((money = 'none') = (principal_fen = 0)),
    CHECK (money <> 'held' OR ends_at_once = 0),
    CHECK ((received_on IS NULL) = (received_at IS NULL)),
    CHECK ((outcome_on IS NULL) = (outcome_at IS NULL)),
    CHECK ((state = 'recorded') <= (received_on IS NULL)),
    CHECK ((state IN ('received', 'done', 'failed', 'refunded')) <= (received_on IS NOT NULL)),
    CHECK ((state IN ('done', 'failed')) <= (outcome_on IS NOT NULL)),
    CHECK ((state = 'done' AND money = 'held') = (entry_id IS NOT NULL)),
    CHECK ((entry_id IS NULL) = (paid_from = '')),
    CHECK ((state = 'failed') <= (fail_reason <> '')),
    CHECK ((state = 'refunded') = (refunded_on IS NOT NULL))
) STRICT;

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

CREATE TABLE county_reads (
    message_id INTEGER NOT NULL REFERENCES county_messages (id),
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    read_at TEXT NOT NULL,
    PRIMARY KEY (message_id, staff_id)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE data_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('access', 'correction', 'erasure')),
    proved_by TEXT NOT NULL,                          -- by which paper the person proved to be the one, beside the phone
    cases INTEGER NOT NULL CHECK (cases > 0),
    done INTEGER NOT NULL CHECK (done >= 0),          -- values corrected, or cases erased
    stayed INTEGER NOT NULL CHECK (stayed >= 0),      -- cases that the law or an open matter keeps
    slip_id INTEGER,
    asked_on TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    asked_by_kind TEXT NOT NULL,
    asked_by_id INTEGER NOT NULL
) STRICT;

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

CREATE TABLE day_trade (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_on TEXT NOT NULL REFERENCES business_days (business_on),
    case_kind TEXT NOT NULL CHECK (case_kind IN ('purchase', 'consignment_sale')),
    case_id INTEGER NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('bought', 'sold')),
    item_kind TEXT NOT NULL CHECK (item_kind IN ('category', 'product', 'other')),
    item TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_size INTEGER NOT NULL CHECK (unit_size > 0),
    platform TEXT NOT NULL,
    online_shop TEXT NOT NULL,
    txn_count INTEGER NOT NULL CHECK (txn_count IN (-1, 0, 1)),
    quantity INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    CHECK (txn_count <> 0 OR quantity <> 0 OR amount_fen <> 0)
) STRICT;

CREATE TABLE debtors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    limit_fen INTEGER NOT NULL CHECK (limit_fen >= 0),
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    phone_hash TEXT,
    phone_tail TEXT,
    allowed_at TEXT NOT NULL,
    allowed_by_kind TEXT NOT NULL,
    allowed_by_id INTEGER NOT NULL
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

CREATE TABLE "desks" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    mode TEXT NOT NULL DEFAULT 'home' CHECK (mode IN ('home', 'intake', 'hand_over', 'outbound', 'shelf_count', 'relocate',
        'manifest')),
    open_batch_id INTEGER,
    open_parcel_id INTEGER,
    open_ticket_id INTEGER,
    last_act TEXT NOT NULL DEFAULT '{}',
    open_manifest_id INTEGER,
    at_place TEXT NOT NULL DEFAULT '',
    open_list_id INTEGER                              -- the list (退件, 转交, 送货) that scans go to
) STRICT;

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

CREATE TABLE erasures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_kind TEXT NOT NULL,
    case_id INTEGER NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('all', 'number', 'pictures')),
    fields TEXT NOT NULL,                             -- names of fields, never what stood in them
    rule TEXT NOT NULL,
    at TEXT NOT NULL,
    audit_seq INTEGER NOT NULL UNIQUE
) STRICT;

CREATE TABLE fee_drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'published', 'discarded')),
    revision INTEGER NOT NULL CHECK (revision > 0),   -- who saves or publishes names the one that was read
    content TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by_kind TEXT NOT NULL,
    changed_by_id INTEGER NOT NULL,
    version_id INTEGER UNIQUE REFERENCES fee_versions (id),
    CHECK ((state = 'published') = (version_id IS NOT NULL))
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
, published_by_kind TEXT NOT NULL DEFAULT 'staff'
    CHECK (published_by_kind IN ('staff', 'token', 'system'))) STRICT;

CREATE TABLE floor_consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    price_fen INTEGER NOT NULL CHECK (price_fen >= 0),
    given_by TEXT NOT NULL CHECK (given_by IN ('in_person', 'phone', 'message')),
    until_on TEXT NOT NULL,
    given_on TEXT NOT NULL,
    given_at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL
) STRICT;

CREATE TABLE handovers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES outbox (id),
    road TEXT NOT NULL CHECK (road IN ('folder', 'mail', 'phone')),
    name TEXT NOT NULL,
    handed_at TEXT NOT NULL,
    handed_by_kind TEXT NOT NULL,
    handed_by_id INTEGER NOT NULL
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
    closed_at TEXT, is_place_locked INTEGER NOT NULL DEFAULT 0 CHECK (is_place_locked IN (0, 1)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
) STRICT;

CREATE TABLE learned_prefixes (
    number_length INTEGER NOT NULL,
    prefix TEXT NOT NULL,
    carrier TEXT NOT NULL,
    confirmed INTEGER NOT NULL CHECK (confirmed >= 0),
    PRIMARY KEY (number_length, prefix, carrier)
) STRICT, WITHOUT ROWID;

CREATE TABLE listings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    platform TEXT NOT NULL CHECK (platform <> ''),
    online_shop TEXT NOT NULL DEFAULT '',
    price_fen INTEGER NOT NULL CHECK (price_fen > 0),
    listed_on TEXT NOT NULL,
    listed_at TEXT NOT NULL,
    unlisted_on TEXT
) STRICT;

CREATE TABLE lots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    lot_no TEXT NOT NULL DEFAULT '',
    produced_on TEXT,
    expires_on TEXT,
    made_on TEXT NOT NULL,
    made_at TEXT NOT NULL,
    CHECK (expires_on IS NULL OR produced_on IS NULL OR expires_on >= produced_on)
) STRICT;

CREATE TABLE manifest_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    manifest_id INTEGER NOT NULL REFERENCES manifests (id),
    subject_kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'left', 'delivered', 'brought_back', 'taken_back', 'freed')),
    holds INTEGER NOT NULL DEFAULT 1 CHECK (holds IN (0, 1)),
    added_at TEXT NOT NULL,
    added_by_kind TEXT NOT NULL,
    added_by_id INTEGER NOT NULL,
    ended_at TEXT,                                    -- when the outcome was told
    UNIQUE (manifest_id, subject_kind, subject_id),
    CHECK ((holds = 1) = (outcome = '')),
    CHECK ((ended_at IS NULL) = (outcome = ''))
) STRICT;

CREATE TABLE manifest_signatures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_kind TEXT NOT NULL CHECK (case_kind IN ('manifest', 'outbound_manifest')),
    case_id INTEGER NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('screen', 'paper')),
    attachment_id INTEGER REFERENCES attachments (id),
    difference INTEGER NOT NULL DEFAULT 0,            -- scanned less declared, accepted by both
    slip_id INTEGER NOT NULL,
    signed_on TEXT NOT NULL,
    signed_at TEXT NOT NULL,
    signed_by_kind TEXT NOT NULL,                     -- before whom
    signed_by_id INTEGER NOT NULL,
    UNIQUE (case_kind, case_id),
    CHECK ((how = 'screen') = (attachment_id IS NOT NULL))
) STRICT;

CREATE TABLE manifests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    manifest_no TEXT UNIQUE,                          -- given as it is closed, so that the numbers have no gap
    kind TEXT NOT NULL CHECK (kind IN ('intake', 'return', 'transfer', 'door')),
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'signed', 'void')),
    carrier TEXT NOT NULL DEFAULT '',                 -- '' : several, or none (transfer, door)
    batch_id INTEGER REFERENCES intake_batches (id),
    declared INTEGER CHECK (declared >= 0),
    pieces INTEGER NOT NULL DEFAULT 0 CHECK (pieces >= 0),
    replaces_id INTEGER REFERENCES manifests (id),    -- the void one that this was made from
    opened_on TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by_kind TEXT NOT NULL,
    opened_by_id INTEGER NOT NULL,
    closed_on TEXT,
    closed_at TEXT,
    closed_by_kind TEXT,
    closed_by_id INTEGER,
    slip_id INTEGER,
    ended_at TEXT,                                    -- void since
    CHECK ((manifest_no IS NULL) = (closed_at IS NULL) AND (closed_at IS NULL) = (closed_on IS NULL)),
    CHECK (state NOT IN ('closed', 'signed') OR (closed_at IS NOT NULL AND pieces + COALESCE(declared, 0) > 0)),
    CHECK (state <> 'open' OR (closed_at IS NULL AND pieces = 0)),
    CHECK ((state = 'void') = (ended_at IS NOT NULL)),
    CHECK ((kind = 'intake') = (batch_id IS NOT NULL))
) STRICT;

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

CREATE TABLE parcel_list_columns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,             -- the last row of a carrier counts
    carrier TEXT NOT NULL,                            -- '' : lists of several
    columns TEXT NOT NULL,                            -- field → head of its column, JSON
    saved_at TEXT NOT NULL,
    saved_by_kind TEXT NOT NULL,
    saved_by_id INTEGER NOT NULL
) STRICT;

CREATE TABLE parcel_list_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    list_id INTEGER NOT NULL REFERENCES parcel_lists (id),
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    UNIQUE (list_id, parcel_id)
) STRICT;

CREATE TABLE parcel_lists (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purpose TEXT NOT NULL CHECK (purpose IN ('expected', 'opening_stock')),
    carrier TEXT NOT NULL DEFAULT '',
    pieces INTEGER NOT NULL CHECK (pieces > 0),
    skipped INTEGER NOT NULL DEFAULT 0 CHECK (skipped >= 0),
    taken_on TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    taken_by_kind TEXT NOT NULL,
    taken_by_id INTEGER NOT NULL,
    dropped_at TEXT                                   -- called back: what had not arrived is awaited no more
) STRICT;

CREATE TABLE parcel_problems (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    kind TEXT NOT NULL CHECK (kind IN ('damaged', 'short', 'missort', 'refused', 'no_contact', 'address_wrong', 'intercept',
        'wrong_person', 'overdue', 'other', 'lost')),
    resolution TEXT NOT NULL DEFAULT '' CHECK (resolution IN ('', 'put_back', 'to_return', 'handed_over', 'returned',
        'recovered', 'found', 'lost', 'compensated', 'settled', 'by_mistake')),
    opened_step INTEGER NOT NULL,                     -- of the event with which it began
    opened_on TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    closed_step INTEGER,                              -- NULL also when it was settled without the parcel moving
    settled_step INTEGER,                             -- how far the parcel's events went then
    closed_on TEXT,
    closed_at TEXT,
    closed_by_kind TEXT,
    closed_by_id INTEGER,
    UNIQUE (parcel_id, opened_step),
    CHECK ((resolution = '') = (closed_at IS NULL)),
    CHECK ((closed_at IS NULL) = (closed_on IS NULL) AND (closed_at IS NULL) = (closed_by_kind IS NULL)),
    CHECK (closed_step IS NULL OR closed_at IS NOT NULL),
    CHECK ((resolution IN ('compensated', 'settled')) = (settled_step IS NOT NULL)),
    CHECK (settled_step IS NULL OR closed_step IS NULL)
) STRICT;

CREATE TABLE parcel_traits (
    parcel_id INTEGER PRIMARY KEY REFERENCES parcels (id),
    size TEXT NOT NULL DEFAULT '' CHECK (size IN ('', 'small', 'large')),
    is_fresh INTEGER NOT NULL DEFAULT 0 CHECK (is_fresh IN (0, 1)),
    is_fragile INTEGER NOT NULL DEFAULT 0 CHECK (is_fragile IN (0, 1)),
    is_valuable INTEGER NOT NULL DEFAULT 0 CHECK (is_valuable IN (0, 1)),
    noted_at TEXT NOT NULL
) STRICT;

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
    erased_at TEXT, cod_fen INTEGER NOT NULL DEFAULT 0 CHECK (cod_fen >= 0), freight_collect_fen INTEGER NOT NULL DEFAULT 0 CHECK (freight_collect_fen >= 0),
    CHECK (waybill_no IS NOT NULL OR erased_at IS NOT NULL),
    CHECK ((shelf IS NULL) = (layer IS NULL)),
    CHECK (state NOT IN ('on_shelf', 'problem', 'to_return')
        OR (shelf IS NOT NULL AND pickup_code IS NOT NULL AND holds_code = 1 AND out_at IS NULL AND erased_at IS NULL)),
    CHECK (state IN ('expected', 'on_shelf', 'problem', 'to_return') OR (out_at IS NOT NULL AND out_on IS NOT NULL))
) STRICT;

CREATE TABLE payments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    payment_no INTEGER NOT NULL CHECK (payment_no > 0),
    method TEXT NOT NULL CHECK (method IN ('cash', 'wechat', 'alipay', 'unionpay', 'bank_card', 'account')),
    amount_fen INTEGER NOT NULL CHECK (amount_fen <> 0),
    reference TEXT NOT NULL DEFAULT '',
    debtor_id INTEGER REFERENCES debtors (id),
    UNIQUE (ticket_id, payment_no),
    CHECK ((method = 'account') = (debtor_id IS NOT NULL))
) STRICT;

CREATE TABLE photo_pairings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    token_hash TEXT NOT NULL UNIQUE,                  -- of what the QR holds; good once
    key_hash TEXT UNIQUE,                             -- of what the phone that used it holds
    begun_at TEXT NOT NULL,
    begun_by_id INTEGER NOT NULL REFERENCES staff (id),
    expires_at TEXT NOT NULL,
    claimed_at TEXT,
    ended_at TEXT,
    CHECK ((key_hash IS NULL) = (claimed_at IS NULL))
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
    service TEXT NOT NULL DEFAULT '', party TEXT NOT NULL DEFAULT '',
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

CREATE TABLE printer_settings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,             -- the last row of a printer counts
    printer TEXT NOT NULL,                            -- name of the device
    options TEXT NOT NULL,                            -- fields of kiosk.printing.profile → value, JSON; '{}': as station.toml says
    set_at TEXT NOT NULL,
    set_by_kind TEXT NOT NULL,
    set_by_id INTEGER NOT NULL
) STRICT;

CREATE TABLE product_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    lot_id INTEGER REFERENCES lots (id),
    step TEXT NOT NULL CHECK (step IN ('planted', 'collected', 'processed', 'graded', 'packed', 'tested', 'transported')),
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL
) STRICT;

CREATE TABLE products (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sku TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('on_sale', 'ended')),
    supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
    request_id INTEGER REFERENCES sale_requests (id),
    ownership TEXT NOT NULL CHECK (ownership IN ('consignment', 'buy_up')),
    category TEXT NOT NULL,
    name TEXT NOT NULL CHECK (name <> ''),
    spec TEXT NOT NULL DEFAULT '',
    grade TEXT NOT NULL DEFAULT '',
    origin TEXT NOT NULL DEFAULT '',
    quality_mark TEXT NOT NULL DEFAULT '',
    quality_mark_no TEXT NOT NULL DEFAULT '',
    is_farm_produce INTEGER NOT NULL CHECK (is_farm_produce IN (0, 1)),
    is_poverty_alleviation INTEGER NOT NULL DEFAULT 0 CHECK (is_poverty_alleviation IN (0, 1)),
    maker TEXT NOT NULL DEFAULT '',
    maker_address TEXT NOT NULL DEFAULT '',
    licence_no TEXT NOT NULL DEFAULT '',
    ean TEXT,
    plu TEXT,
    measure TEXT NOT NULL CHECK (measure IN ('piece', 'weight')),
    unit TEXT NOT NULL CHECK (unit <> ''),
    unit_size INTEGER NOT NULL CHECK (unit_size > 0),
    price_fen INTEGER NOT NULL CHECK (price_fen > 0),
    floor_fen INTEGER NOT NULL CHECK (floor_fen BETWEEN 0 AND price_fen),
    low_stock INTEGER NOT NULL DEFAULT 0 CHECK (low_stock >= 0),
    made_on TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by_kind TEXT NOT NULL,
    made_by_id INTEGER NOT NULL,
    CHECK (measure = 'weight' OR unit_size = 1),
    CHECK (plu IS NULL OR measure = 'weight')
) STRICT;

CREATE TABLE purchase_events (
    purchase_id INTEGER NOT NULL REFERENCES purchases (id),
    step INTEGER NOT NULL CHECK (step > 0),
    kind TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    at TEXT NOT NULL,
    business_on TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    moved_fen INTEGER NOT NULL DEFAULT 0,             -- what this step moved, or the price it set
    due_fen INTEGER NOT NULL,
    received_fen INTEGER NOT NULL,
    spent_fen INTEGER NOT NULL,
    detail TEXT NOT NULL DEFAULT '{}',                -- ids, enums, numbers; never a person
    audit_seq INTEGER NOT NULL,
    PRIMARY KEY (purchase_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE purchase_parcels (
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    purchase_id INTEGER NOT NULL REFERENCES purchases (id),
    waybill_id INTEGER NOT NULL REFERENCES purchase_waybills (id),
    joined_at TEXT NOT NULL,
    left_at TEXT,                                     -- handed over
    PRIMARY KEY (parcel_id, purchase_id)              -- asked with every parcel that is handed over
) STRICT, WITHOUT ROWID;

CREATE TABLE purchase_waybills (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purchase_id INTEGER NOT NULL REFERENCES purchases (id),
    waybill_no TEXT,                                  -- NULL once the customer was erased
    way TEXT NOT NULL CHECK (way IN ('in', 'replacement', 'back')),
    added_on TEXT NOT NULL,
    added_at TEXT NOT NULL,
    UNIQUE (purchase_id, waybill_no)
) STRICT;

CREATE TABLE "purchases" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('requested', 'quoted', 'ordered', 'shipped', 'arrived', 'handed_over', 'closed',
        'cancelled', 'returning', 'refunded', 'exchanged')),
    state_since TEXT NOT NULL,                        -- how long it has been waiting in this state
    steps INTEGER NOT NULL CHECK (steps > 0),         -- events written so far
    origin TEXT NOT NULL CHECK (origin IN ('counter', 'request')),
    category TEXT NOT NULL CHECK (category IN ('living', 'production', 'farm_inputs', 'other')),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    budget_fen INTEGER CHECK (budget_fen > 0),
    registration_no TEXT NOT NULL DEFAULT '',
    needs_registration INTEGER NOT NULL DEFAULT 1 CHECK (needs_registration IN (0, 1)),
    has_producer_name INTEGER NOT NULL DEFAULT 0 CHECK (has_producer_name IN (0, 1)),
    has_producer_address INTEGER NOT NULL DEFAULT 0 CHECK (has_producer_address IN (0, 1)),
    has_certificate INTEGER NOT NULL DEFAULT 0 CHECK (has_certificate IN (0, 1)),
    platform TEXT NOT NULL DEFAULT '',
    online_shop TEXT NOT NULL DEFAULT '',
    platform_order_no TEXT,                           -- NULL once the customer was erased
    amount_fen INTEGER CHECK (amount_fen > 0),        -- the price of the goods; NULL until it was quoted
    advance_fen INTEGER NOT NULL DEFAULT 0 CHECK (advance_fen >= 0),
    paid_by TEXT NOT NULL DEFAULT '' CHECK (paid_by IN ('', 'customer', 'station', 'direct')),
    due_fen INTEGER NOT NULL DEFAULT 0 CHECK (due_fen >= 0),      -- what the customer is to have paid in the end
    received_fen INTEGER NOT NULL DEFAULT 0 CHECK (received_fen >= 0),
    spent_fen INTEGER NOT NULL DEFAULT 0 CHECK (spent_fen >= 0),  -- what the shop got of the station and kept
    paid_from TEXT NOT NULL DEFAULT '',
    ends_as TEXT NOT NULL DEFAULT '' CHECK (ends_as IN ('', 'cancelled', 'refunded', 'exchanged')),
    end_reason TEXT NOT NULL DEFAULT '',
    is_shop_settled INTEGER NOT NULL DEFAULT 0 CHECK (is_shop_settled IN (0, 1)),  -- nothing more comes back from the shop
    no_return_reason TEXT NOT NULL DEFAULT '' CHECK (no_return_reason IN ('', 'custom_made', 'perishable', 'digital', 'newspapers')),
    is_disputed INTEGER NOT NULL DEFAULT 0 CHECK (is_disputed IN (0, 1)),
    phone_hash TEXT,
    phone_tail TEXT,
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    received_on TEXT,
    received_at TEXT,
    ordered_on TEXT,
    expected_on TEXT,
    arrived_on TEXT,
    handed_over_on TEXT,
    return_until_on TEXT,
    ended_on TEXT,
    CHECK ((received_on IS NULL) = (received_at IS NULL)),
    CHECK ((amount_fen IS NULL) = (paid_by = '')),
    CHECK (amount_fen IS NOT NULL OR state IN ('requested', 'cancelled')),
    CHECK (paid_by <> 'direct' OR (due_fen = 0 AND received_fen = 0 AND spent_fen = 0)),
    CHECK (state NOT IN ('closed', 'cancelled', 'refunded', 'exchanged')
        OR (due_fen = received_fen AND received_fen = spent_fen AND ended_on IS NOT NULL))
) STRICT;

CREATE TABLE recovery (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    code_hash TEXT NOT NULL,
    made_at TEXT NOT NULL,
    used_at TEXT,
    wrong_tries INTEGER NOT NULL DEFAULT 0,
    locked_until_at TEXT
) STRICT;

CREATE TABLE refusals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES outbox (id),
    code TEXT NOT NULL,
    highest_sequence INTEGER,
    refused_at TEXT NOT NULL
) STRICT;

CREATE TABLE register_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    register TEXT NOT NULL,
    number TEXT NOT NULL UNIQUE,                      -- TS2026-0001: letters, year of opening, running
    form_id INTEGER NOT NULL REFERENCES register_forms (id),
    state TEXT NOT NULL,
    steps INTEGER NOT NULL CHECK (steps > 0),         -- how many were taken: two pages can't write the same one
    content TEXT NOT NULL CHECK (json_valid(content)), -- what stands now: plain values, and where in the vault the others lie
    date_on TEXT NOT NULL,                            -- the day it is about
    subject_kind TEXT,
    subject_id INTEGER,
    alike_id INTEGER REFERENCES register_entries (id),
    kept TEXT NOT NULL CHECK (kept IN ('register', 'activity')),
    phone_hash TEXT,
    phone_tail TEXT,
    name_hint TEXT,
    opened_on TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by_kind TEXT NOT NULL,
    opened_by_id INTEGER NOT NULL,
    entered_on TEXT NOT NULL,                         -- since when it is in its state
    ended_on TEXT,                                    -- NULL while there is work left, and for a standing thing
    erased_at TEXT,
    CHECK ((subject_kind IS NULL) = (subject_id IS NULL)),
    CHECK (alike_id IS NULL OR alike_id < id)
) STRICT;

CREATE TABLE register_forms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    register TEXT NOT NULL,
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    content TEXT NOT NULL CHECK (json_valid(content)), -- the definition as it stood when it was first written with
    first_used_at TEXT NOT NULL,
    UNIQUE (register, hash)
) STRICT;

CREATE TABLE register_steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL REFERENCES register_entries (id),
    step INTEGER NOT NULL CHECK (step > 0),
    act TEXT NOT NULL,                                -- opened | corrected | undone | withdrawn, or a step of its form
    undoes INTEGER,                                   -- the step that is undone
    state TEXT NOT NULL,                              -- where it stands after this step
    content TEXT NOT NULL CHECK (json_valid(content)), -- what this step wrote
    form_id INTEGER NOT NULL REFERENCES register_forms (id),
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    by_kind TEXT NOT NULL,
    by_id INTEGER NOT NULL,
    UNIQUE (entry_id, step),
    UNIQUE (entry_id, undoes),
    CHECK ((act = 'undone') = (undoes IS NOT NULL)),
    CHECK (undoes IS NULL OR undoes > 1 AND undoes < step),
    CHECK ((act = 'opened') = (step = 1))
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

CREATE TABLE retention_terms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,             -- the last row of a term counts
    term TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days > 0),
    set_at TEXT NOT NULL,
    set_by_kind TEXT NOT NULL,
    set_by_id INTEGER NOT NULL
) STRICT;

CREATE TABLE sale_lots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sale_id INTEGER NOT NULL REFERENCES consignment_sales (id),
    lot_id INTEGER NOT NULL REFERENCES lots (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    cost_fen INTEGER NOT NULL CHECK (cost_fen >= 0),
    UNIQUE (sale_id, lot_id)
) STRICT;

CREATE TABLE sale_request_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id INTEGER NOT NULL REFERENCES sale_requests (id),
    step INTEGER NOT NULL CHECK (step > 0),
    from_state TEXT,
    to_state TEXT NOT NULL,
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    UNIQUE (request_id, step)
) STRICT;

CREATE TABLE sale_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('requested', 'negotiating', 'at_counter', 'listed', 'sold', 'returned', 'refused',
        'withdrawn')),
    supplier_id INTEGER REFERENCES suppliers (id),
    category TEXT NOT NULL,
    refused_because TEXT NOT NULL DEFAULT '',
    phone_hash TEXT,
    phone_tail TEXT,
    requested_on TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    requested_by_kind TEXT NOT NULL,
    requested_by_id INTEGER NOT NULL,
    CHECK ((state IN ('refused', 'withdrawn')) = (refused_because <> ''))
) STRICT;

CREATE TABLE seals (
    place TEXT NOT NULL,
    key TEXT NOT NULL,
    seal INTEGER NOT NULL,
    PRIMARY KEY (place, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE settlements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'paid', 'cancelled')),
    supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    document_no TEXT UNIQUE,
    slip_id INTEGER,
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    paid_on TEXT,
    paid_at TEXT,
    cancelled_on TEXT,
    CHECK ((paid_on IS NULL) = (document_no IS NULL) AND (paid_on IS NULL) = (paid_at IS NULL)),
    CHECK ((state = 'paid') <= (paid_on IS NOT NULL)),
    CHECK ((state = 'cancelled') = (cancelled_on IS NOT NULL))
) STRICT;

CREATE TABLE shelf_count_finds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    count_id INTEGER NOT NULL REFERENCES shelf_counts (id),
    kind TEXT NOT NULL CHECK (kind IN ('found', 'wrong_slot', 'gone', 'unknown', 'missing')),
    parcel_id INTEGER REFERENCES parcels (id),
    waybill_no TEXT,                                  -- of an unknown one; NULL once erased
    piece_index INTEGER NOT NULL DEFAULT 0 CHECK (piece_index >= 0),
    shelf TEXT,                                       -- where it was seen, NULL without a shelf label
    layer INTEGER,
    book_shelf TEXT,                                  -- where it lay by the book then
    book_layer INTEGER,
    at TEXT NOT NULL,
    desk_id INTEGER,
    by_kind TEXT NOT NULL,
    by_id INTEGER NOT NULL,
    answer TEXT NOT NULL DEFAULT '' CHECK (answer IN ('', 'relocated', 'checked_in', 'back_in_stock', 'seen', 'problem', 'lost')),
    answered_at TEXT,
    answered_by_kind TEXT,
    answered_by_id INTEGER,
    CHECK ((shelf IS NULL) = (layer IS NULL)),
    CHECK ((answer = '') = (answered_at IS NULL)),
    CHECK (kind IN ('unknown') OR parcel_id IS NOT NULL),
    CHECK (kind <> 'wrong_slot' OR (shelf IS NOT NULL AND book_shelf IS NOT NULL))
) STRICT;

CREATE TABLE shelf_counts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL DEFAULT 'counting' CHECK (state IN ('counting', 'closed', 'cancelled')),
    scope TEXT NOT NULL DEFAULT '',                   -- one shelf, '' for the whole station
    begun_seq INTEGER NOT NULL,                       -- the audit's last then: order is by sequence, not by a clock
    begun_at TEXT NOT NULL,
    begun_on TEXT NOT NULL,
    begun_by_kind TEXT NOT NULL,
    begun_by_id INTEGER NOT NULL,
    document_no TEXT UNIQUE,
    slip_id INTEGER,
    found INTEGER CHECK (found >= 0),                 -- in its place, or nobody said in which it was
    wrong_slot INTEGER CHECK (wrong_slot >= 0),
    gone INTEGER CHECK (gone >= 0),                   -- lies here and left by the book
    unknown INTEGER CHECK (unknown >= 0),             -- lies here and never came by the book
    missing INTEGER CHECK (missing >= 0),
    moved_meanwhile INTEGER CHECK (moved_meanwhile >= 0),
    ended_at TEXT,
    ended_on TEXT,
    ended_by_kind TEXT,
    ended_by_id INTEGER,
    CHECK ((state = 'counting') = (ended_at IS NULL)),
    CHECK ((state = 'closed') = (document_no IS NOT NULL)),
    CHECK ((state = 'closed') = (missing IS NOT NULL))
) STRICT;

CREATE TABLE shelves (
    shelf TEXT NOT NULL,
    layer INTEGER NOT NULL CHECK (layer BETWEEN 0 AND 99),
    position INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT '', capacity INTEGER CHECK (capacity BETWEEN 1 AND 9999), shelf_class TEXT NOT NULL DEFAULT 'general'
    CHECK (shelf_class IN ('general', 'fresh', 'fragile', 'valuable')), size_class TEXT NOT NULL DEFAULT 'any' CHECK (size_class IN ('any', 'small', 'large')), is_resting INTEGER NOT NULL DEFAULT 0 CHECK (is_resting IN (0, 1)),
    PRIMARY KEY (shelf, layer)
) STRICT, WITHOUT ROWID;

CREATE TABLE skipped_sequences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    first_sequence INTEGER NOT NULL UNIQUE,
    last_sequence INTEGER NOT NULL UNIQUE CHECK (last_sequence >= first_sequence),
    skipped_at TEXT NOT NULL,
    skipped_by_kind TEXT NOT NULL,
    skipped_by_id INTEGER NOT NULL
) STRICT;

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

CREATE TABLE stock_moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    lot_id INTEGER NOT NULL REFERENCES lots (id),
    kind TEXT NOT NULL CHECK (kind IN ('received', 'bought', 'bought_undone', 'sold', 'sold_undone', 'returned', 'lost',
        'counted')),
    quantity INTEGER NOT NULL CHECK (quantity <> 0),
    cost_fen INTEGER NOT NULL,
    case_kind TEXT NOT NULL DEFAULT '',
    case_id INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    document_no TEXT NOT NULL DEFAULT '',
    entry_id INTEGER REFERENCES entries (id),
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    CHECK ((kind IN ('received', 'bought', 'sold_undone')) <= (quantity > 0)),
    CHECK ((kind IN ('bought_undone', 'sold', 'returned', 'lost')) <= (quantity < 0))
) STRICT;

CREATE TABLE stocktake_counts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stocktake_id INTEGER NOT NULL REFERENCES stocktakes (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    counted INTEGER NOT NULL CHECK (counted >= 0),
    book INTEGER NOT NULL CHECK (book >= 0),
    reason TEXT NOT NULL DEFAULT '',
    counted_at TEXT NOT NULL,
    counted_by_kind TEXT NOT NULL,
    counted_by_id INTEGER NOT NULL,
    UNIQUE (stocktake_id, product_id)
) STRICT;

CREATE TABLE stocktakes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('counting', 'finished', 'cancelled')),
    desk_id INTEGER REFERENCES desks (id),
    month TEXT NOT NULL,
    document_no TEXT UNIQUE,
    slip_id INTEGER,
    begun_on TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    begun_by_kind TEXT NOT NULL,
    begun_by_id INTEGER NOT NULL,
    finished_on TEXT,
    finished_at TEXT,
    finished_by_kind TEXT,
    finished_by_id INTEGER,
    CHECK ((state = 'finished') = (finished_at IS NOT NULL) AND (finished_on IS NULL) = (finished_at IS NULL)
        AND (document_no IS NULL) = (finished_at IS NULL)),
    CHECK (state = 'counting' OR desk_id IS NULL)
) STRICT;

CREATE TABLE supplier_docs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
    product_id INTEGER REFERENCES products (id),
    kind TEXT NOT NULL CHECK (kind IN ('business_licence', 'food_licence', 'inspection_report', 'conformity_certificate',
        'quarantine_certificate', 'origin_certificate', 'quality_mark', 'invoice', 'agreement', 'other')),
    document_no TEXT NOT NULL DEFAULT '',
    valid_until_on TEXT,
    seen_on TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    seen_by_kind TEXT NOT NULL,
    seen_by_id INTEGER NOT NULL,
    withdrawn_on TEXT
) STRICT;

CREATE TABLE suppliers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('farmer', 'household_business', 'cooperative', 'company')),
    uscc TEXT,
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    phone_hash TEXT,
    phone_tail TEXT,
    registered_on TEXT NOT NULL,
    registered_at TEXT NOT NULL,
    registered_by_kind TEXT NOT NULL,
    registered_by_id INTEGER NOT NULL
) STRICT;

CREATE TABLE "ticket_lines" (
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
    txn_count INTEGER NOT NULL CHECK (txn_count IN (-1, 0, 1)),
    txn_amount_fen INTEGER NOT NULL,
    principal_fen INTEGER NOT NULL,
    principal_account TEXT NOT NULL DEFAULT '',
    party TEXT NOT NULL DEFAULT '',
    fee_fen INTEGER NOT NULL,
    commission_fen INTEGER NOT NULL,
    waived_fen INTEGER NOT NULL DEFAULT 0 CHECK (waived_fen >= 0),
    waive_reason TEXT NOT NULL DEFAULT '',
    more TEXT NOT NULL DEFAULT '[]',
    fee_code TEXT,
    fee_version_id INTEGER REFERENCES fee_versions (id),
    quote TEXT NOT NULL,
    refunds_line_id INTEGER REFERENCES ticket_lines (id),
    refund_reason TEXT NOT NULL DEFAULT '',
    added_at TEXT NOT NULL,
    UNIQUE (ticket_id, line_no),
    CHECK ((principal_fen = 0) OR (principal_account <> '')),
    CHECK ((fee_code IS NULL) = (fee_version_id IS NULL)),
    CHECK (fee_fen = 0 AND commission_fen = 0 AND waived_fen = 0 OR fee_version_id IS NOT NULL),
    CHECK ((waived_fen > 0) = (waive_reason <> '')),
    CHECK ((refunds_line_id IS NULL) = (refund_reason = '')),
    CHECK (refunds_line_id IS NOT NULL OR txn_count >= 0 AND txn_amount_fen >= 0 AND fee_fen >= 0
        AND commission_fen BETWEEN 0 AND MAX(principal_fen, 0)),
    CHECK (refunds_line_id IS NULL OR txn_count <= 0 AND txn_amount_fen <= 0 AND fee_fen <= 0
        AND commission_fen BETWEEN MIN(principal_fen, 0) AND 0 AND waived_fen = 0)
) STRICT;

CREATE TABLE "tickets" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'settled', 'voided')),
    desk_id INTEGER REFERENCES desks (id),
    token_id INTEGER REFERENCES tokens (id),
    opened_on TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by_kind TEXT NOT NULL,
    opened_by_id INTEGER NOT NULL,
    parked_at TEXT,
    parked_label TEXT NOT NULL DEFAULT '',
    fee_version_id INTEGER REFERENCES fee_versions (id),
    quoted_on TEXT,
    settled_on TEXT,
    settled_at TEXT,
    settled_by_kind TEXT,
    settled_by_id INTEGER,
    total_fen INTEGER,
    cash_fen INTEGER,
    given_fen INTEGER CHECK (given_fen >= 0),
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
    CHECK (parked_at IS NULL OR state = 'open'),
    CHECK ((state = 'settled') <= (settled_at IS NOT NULL)),
    CHECK ((state = 'open') <= (settled_at IS NULL)),
    CHECK ((settled_at IS NULL) = (receipt_no IS NULL) AND (settled_at IS NULL) = (total_fen IS NULL)
        AND (settled_at IS NULL) = (settled_on IS NULL) AND (settled_at IS NULL) = (cash_fen IS NULL)),
    CHECK (settled_at IS NULL OR given_fen - change_fen = cash_fen),
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

CREATE INDEX answers_by_age ON answers (at);

CREATE INDEX audit_by_action ON audit (action, seq);

CREATE INDEX bills_by_account ON bills (account_hash, bill_period) WHERE account_hash IS NOT NULL;

CREATE INDEX bills_by_recorded_on ON bills (recorded_on);

CREATE INDEX bills_by_state ON bills (state);

CREATE UNIQUE INDEX bills_one_serial ON bills (biller, serial_no) WHERE serial_no <> '';

CREATE UNIQUE INDEX bills_one_top_up_under_way ON bills (biller, account_hash, amount_fen)
    WHERE state IN ('submitted', 'unconfirmed') AND bill_period = '';

CREATE UNIQUE INDEX bills_one_under_way ON bills (biller, account_hash, bill_period)
    WHERE state IN ('submitted', 'unconfirmed') AND bill_period <> '';

CREATE INDEX cash_counts_by_day ON cash_counts (business_on);

CREATE INDEX cash_moves_by_day ON cash_moves (business_on);

CREATE INDEX clock_acceptances_by_day ON clock_acceptances (after_day_id);

CREATE INDEX closings_by_day ON closings (from_on, to_on);

CREATE INDEX compensations_by_case ON compensations (about_kind, about_id) WHERE about_id IS NOT NULL;

CREATE INDEX consents_by_parcel ON consents (parcel_id) WHERE parcel_id IS NOT NULL;

CREATE INDEX consents_by_phone ON consents (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE INDEX consents_by_tail ON consents (phone_tail) WHERE phone_tail IS NOT NULL;

CREATE INDEX consignment_sales_by_day ON consignment_sales (sold_on) WHERE sold_on IS NOT NULL;

CREATE INDEX consignment_sales_by_phone ON consignment_sales (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE INDEX consignment_sales_by_product ON consignment_sales (product_id) WHERE product_id IS NOT NULL;

CREATE INDEX consignment_sales_by_state ON consignment_sales (state);

CREATE INDEX consignment_sales_by_supplier ON consignment_sales (supplier_id) WHERE supplier_id IS NOT NULL;

CREATE INDEX consignment_sales_cancelled ON consignment_sales (cancelled_on) WHERE cancelled_on IS NOT NULL;

CREATE UNIQUE INDEX consignment_sales_one_order ON consignment_sales (platform, platform_order_no, product_id)
    WHERE platform_order_no <> '' AND state <> 'cancelled';

CREATE INDEX consignor_dues_by_sale ON consignor_dues (sale_id) WHERE sale_id IS NOT NULL;

CREATE INDEX consignor_dues_by_settlement ON consignor_dues (settlement_id) WHERE settlement_id IS NOT NULL;

CREATE INDEX consignor_dues_open ON consignor_dues (supplier_id) WHERE settlement_id IS NULL;

CREATE INDEX conveniences_by_day ON conveniences (day_hash, recorded_on) WHERE day_hash IS NOT NULL;

CREATE INDEX conveniences_by_phone ON conveniences (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE INDEX conveniences_by_recorded_on ON conveniences (recorded_on);

CREATE INDEX conveniences_by_state ON conveniences (state);

CREATE UNIQUE INDEX conveniences_once ON conveniences (service, once_hash)
    WHERE once_hash IS NOT NULL AND state IN ('recorded', 'received', 'done');

CREATE INDEX conveniences_to_erase ON conveniences (due_on) WHERE kept_days IS NOT NULL AND erased_at IS NULL;

CREATE INDEX county_messages_by_arrival ON county_messages (received_at);

CREATE INDEX county_messages_on_display ON county_messages (id) WHERE on_display_at IS NOT NULL;

CREATE INDEX county_messages_parked ON county_messages (sequence) WHERE state = 'parked';

CREATE INDEX county_messages_topic ON county_messages (topic, sequence);

CREATE UNIQUE INDEX county_turned_away_open ON county_turned_away (reason, sequence) WHERE ended IS NULL;

CREATE INDEX data_requests_by_day ON data_requests (asked_on);

CREATE INDEX day_trade_by_case ON day_trade (case_kind, case_id);

CREATE INDEX day_trade_by_day ON day_trade (business_on);

CREATE INDEX debtors_by_phone ON debtors (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE INDEX desk_scans_by_age ON desk_scans (taken_at);

CREATE INDEX desk_scans_by_desk ON desk_scans (desk_id, at);

CREATE INDEX drawer_hand_overs_by_day ON drawer_hand_overs (business_on);

CREATE UNIQUE INDEX enrolments_asked ON enrolments (state) WHERE state = 'asked';

CREATE INDEX entries_by_day ON entries (business_on);

CREATE INDEX entries_by_subject ON entries (subject_kind, subject_id);

CREATE INDEX erasures_by_case ON erasures (case_kind, case_id);

CREATE INDEX floor_consents_by_product ON floor_consents (product_id);

CREATE INDEX handovers_by_message ON handovers (message_id, id);

CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");

CREATE INDEX intake_batches_by_day ON intake_batches (opened_on);

CREATE INDEX intake_batches_open ON intake_batches (state) WHERE state = 'open';

CREATE UNIQUE INDEX listings_one_place ON listings (product_id, platform, online_shop) WHERE unlisted_on IS NULL;

CREATE INDEX lots_by_product ON lots (product_id);

CREATE UNIQUE INDEX manifest_items_held ON manifest_items (subject_kind, subject_id) WHERE holds = 1;

CREATE INDEX manifest_items_of_subject ON manifest_items (subject_kind, subject_id);

CREATE INDEX manifests_by_day ON manifests (closed_on) WHERE closed_on IS NOT NULL;

CREATE INDEX manifests_unfinished ON manifests (kind, id) WHERE state IN ('open', 'closed');

CREATE INDEX notices_by_day ON notices (business_on);

CREATE INDEX notices_by_job ON notices (job_id) WHERE job_id IS NOT NULL;

CREATE INDEX notices_by_subject ON notices (subject_kind, subject_id);

CREATE INDEX notices_held ON notices (subject_kind, id) WHERE state = 'held';

CREATE UNIQUE INDEX one_consent_a_parcel ON consents (parcel_id) WHERE withdrawn_at IS NULL AND parcel_id IS NOT NULL;

CREATE UNIQUE INDEX one_consent_a_phone ON consents (phone_hash) WHERE withdrawn_at IS NULL AND phone_hash IS NOT NULL;

CREATE UNIQUE INDEX one_consent_a_tail_and_name ON consents (phone_tail, name_hint)
    WHERE withdrawn_at IS NULL AND phone_hash IS NULL AND phone_tail IS NOT NULL;

CREATE UNIQUE INDEX one_find_of_a_parcel ON shelf_count_finds (count_id, parcel_id) WHERE parcel_id IS NOT NULL;

CREATE UNIQUE INDEX one_find_of_a_waybill ON shelf_count_finds (count_id, waybill_no, piece_index) WHERE waybill_no IS NOT NULL;

CREATE UNIQUE INDEX one_holder_of_a_code ON parcels (pickup_code) WHERE holds_code = 1;

CREATE UNIQUE INDEX one_manifest_a_batch ON manifests (batch_id) WHERE batch_id IS NOT NULL AND state <> 'void';

CREATE UNIQUE INDEX one_open_day ON business_days (state) WHERE state = 'open';

CREATE UNIQUE INDEX one_open_fee_draft ON fee_drafts (state) WHERE state = 'open';

CREATE UNIQUE INDEX one_open_manifest_a_carrier ON outbound_manifests (carrier) WHERE state = 'open';

CREATE UNIQUE INDEX one_open_problem ON parcel_problems (parcel_id) WHERE resolution = '';

CREATE UNIQUE INDEX one_shelf_count_under_way ON shelf_counts (state) WHERE state = 'counting';

CREATE UNIQUE INDEX one_waybill_in_stock ON parcels (waybill_no, piece_index)
    WHERE state IN ('on_shelf', 'problem', 'to_return');

CREATE INDEX outbound_by_day ON outbound_parcels (accepted_on) WHERE accepted_on IS NOT NULL;

CREATE INDEX outbound_by_manifest ON outbound_parcels (manifest_id) WHERE manifest_id IS NOT NULL;

CREATE INDEX outbound_by_phone ON outbound_parcels (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE INDEX outbound_by_tail ON outbound_parcels (phone_tail) WHERE phone_tail IS NOT NULL;

CREATE INDEX outbound_manifests_by_day ON outbound_manifests (given_on) WHERE given_on IS NOT NULL;

CREATE UNIQUE INDEX outbound_one_waybill ON outbound_parcels (waybill_no)
    WHERE waybill_no IS NOT NULL AND state NOT IN ('cancelled', 'returned');

CREATE INDEX outbound_refusals_by_day ON outbound_refusals (refused_on);

CREATE INDEX outbound_waiting ON outbound_parcels (carrier, id) WHERE state = 'accepted';

CREATE INDEX outbox_by_subject ON outbox (subject_kind, subject_id, sequence);

CREATE INDEX outbox_open ON outbox (state, next_try_at) WHERE state IN ('waiting', 'in_flight');

CREATE INDEX outbox_refused ON outbox (sequence) WHERE state = 'refused';

CREATE INDEX parcel_events_by_day ON parcel_events (business_on, kind);

CREATE INDEX parcel_list_columns_of_carrier ON parcel_list_columns (carrier);

CREATE INDEX parcel_list_items_of_parcel ON parcel_list_items (parcel_id);

CREATE INDEX parcel_problems_closed ON parcel_problems (kind, id) WHERE resolution <> '';

CREATE INDEX parcel_problems_open ON parcel_problems (kind, id) WHERE resolution = '';

CREATE INDEX parcel_problems_refused ON parcel_problems (opened_on, id)
    WHERE kind = 'refused' AND resolution <> 'by_mistake';

CREATE INDEX parcels_by_batch ON parcels (batch_id) WHERE batch_id IS NOT NULL;

CREATE INDEX parcels_by_day ON parcels (checked_in_on) WHERE checked_in_on IS NOT NULL;

CREATE INDEX parcels_by_tail ON parcels (phone_tail) WHERE phone_tail IS NOT NULL;

CREATE INDEX parcels_by_waybill ON parcels (waybill_no, piece_index);

CREATE INDEX parcels_set_aside ON parcels (state) WHERE state NOT IN ('on_shelf', 'handed_over');

CREATE INDEX parcels_to_forget ON parcels (out_on, phone_kind) WHERE out_on IS NOT NULL AND erased_at IS NULL;

CREATE INDEX payments_by_debtor ON payments (debtor_id) WHERE debtor_id IS NOT NULL;

CREATE UNIQUE INDEX payments_one_in_cash ON payments (ticket_id) WHERE method = 'cash';

CREATE INDEX photo_pairings_of_parcel ON photo_pairings (parcel_id) WHERE ended_at IS NULL;

CREATE INDEX places_in_stock ON parcels (shelf, layer) WHERE state IN ('on_shelf', 'problem', 'to_return');

CREATE INDEX postings_by_account ON postings (account, entry_id);

CREATE INDEX postings_by_party ON postings (account, party) WHERE party <> '';

CREATE UNIQUE INDEX print_jobs_by_copy ON print_jobs (slip_id, copy_no) WHERE state NOT IN ('failed', 'cancelled');

CREATE INDEX print_jobs_by_slip ON print_jobs (slip_id);

CREATE INDEX print_jobs_doubtful ON print_jobs (id) WHERE state IN ('failed', 'unknown');

CREATE INDEX print_jobs_open ON print_jobs (printer, turn) WHERE state = 'waiting';

CREATE INDEX printer_settings_of_printer ON printer_settings (printer);

CREATE INDEX product_events_by_product ON product_events (product_id);

CREATE INDEX products_by_made_on ON products (made_on);

CREATE INDEX products_by_request ON products (request_id) WHERE request_id IS NOT NULL;

CREATE INDEX products_by_supplier ON products (supplier_id);

CREATE UNIQUE INDEX products_one_ean ON products (ean) WHERE ean IS NOT NULL AND state = 'on_sale';

CREATE UNIQUE INDEX products_one_plu ON products (plu) WHERE plu IS NOT NULL AND state = 'on_sale';

CREATE INDEX purchase_events_by_day ON purchase_events (business_on, kind);

CREATE INDEX purchase_parcels_by_purchase ON purchase_parcels (purchase_id);

CREATE INDEX purchase_waybills_awaited ON purchase_waybills (waybill_no) WHERE waybill_no IS NOT NULL AND way <> 'back';

CREATE INDEX purchases_by_ordered_on ON purchases (ordered_on) WHERE ordered_on IS NOT NULL;

CREATE INDEX purchases_by_phone ON purchases (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE INDEX purchases_by_recorded_on ON purchases (recorded_on);

CREATE INDEX purchases_open ON purchases (state, state_since) WHERE state NOT IN ('closed', 'cancelled', 'refunded', 'exchanged');

CREATE INDEX refusals_by_message ON refusals (message_id, id);

CREATE INDEX register_entries_by_date ON register_entries (register, date_on, id);

CREATE INDEX register_entries_by_phone ON register_entries (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE INDEX register_entries_left ON register_entries (register, state) WHERE ended_on IS NULL;

CREATE INDEX register_entries_of_subject ON register_entries (subject_kind, subject_id) WHERE subject_kind IS NOT NULL;

CREATE INDEX register_entries_to_erase ON register_entries (kept, ended_on) WHERE ended_on IS NOT NULL AND erased_at IS NULL;

CREATE INDEX register_steps_by_day ON register_steps (business_on, entry_id);

CREATE INDEX sale_lots_by_lot ON sale_lots (lot_id);

CREATE INDEX sale_requests_by_phone ON sale_requests (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE INDEX sale_requests_by_state ON sale_requests (state);

CREATE INDEX settlements_by_supplier ON settlements (supplier_id);

CREATE INDEX shelf_count_finds_by_kind ON shelf_count_finds (count_id, kind);

CREATE INDEX shelf_count_finds_by_place ON shelf_count_finds (count_id, shelf, layer);

CREATE UNIQUE INDEX slips_by_document ON slips (template, document_no) WHERE document_no IS NOT NULL;

CREATE INDEX slips_by_subject ON slips (subject_kind, subject_id);

CREATE UNIQUE INDEX staff_names ON staff (name) WHERE is_active = 1;

CREATE INDEX staff_sessions_open ON staff_sessions (desk_id) WHERE ended_at IS NULL;

CREATE INDEX standing_proxies_by_phone ON standing_proxies (phone_hash) WHERE ended_at IS NULL AND phone_hash IS NOT NULL;

CREATE INDEX standing_proxies_by_tail ON standing_proxies (phone_tail) WHERE ended_at IS NULL AND phone_tail IS NOT NULL;

CREATE INDEX stock_by_age ON parcels (checked_in_on, id) WHERE state IN ('on_shelf', 'problem', 'to_return');

CREATE INDEX stock_moves_by_case ON stock_moves (case_kind, case_id);

CREATE INDEX stock_moves_by_day ON stock_moves (business_on);

CREATE INDEX stock_moves_by_lot ON stock_moves (lot_id);

CREATE INDEX stock_moves_by_product ON stock_moves (product_id);

CREATE INDEX stocktakes_by_begun_on ON stocktakes (begun_on);

CREATE UNIQUE INDEX stocktakes_one_open ON stocktakes (state) WHERE state = 'counting';

CREATE INDEX supplier_docs_by_seen_on ON supplier_docs (seen_on);

CREATE INDEX supplier_docs_by_supplier ON supplier_docs (supplier_id);

CREATE INDEX suppliers_by_phone ON suppliers (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE UNIQUE INDEX suppliers_one_uscc ON suppliers (uscc) WHERE uscc IS NOT NULL;

CREATE INDEX tails_in_stock ON parcels (phone_tail)
    WHERE state IN ('on_shelf', 'problem', 'to_return') AND phone_tail IS NOT NULL;

CREATE INDEX ticket_lines_by_case ON ticket_lines (case_kind, case_id);

CREATE UNIQUE INDEX ticket_lines_one_pending ON ticket_lines (case_kind, case_id, act)
    WHERE state = 'pending' AND refunds_line_id IS NULL;

CREATE UNIQUE INDEX ticket_lines_one_refund ON ticket_lines (refunds_line_id)
    WHERE refunds_line_id IS NOT NULL AND state IN ('pending', 'done');

CREATE INDEX tickets_by_settled_on ON tickets (settled_on) WHERE settled_on IS NOT NULL;

CREATE INDEX tickets_by_voided_on ON tickets (voided_on) WHERE voided_on IS NOT NULL;

CREATE INDEX tickets_open ON tickets (id) WHERE state = 'open';

CREATE INDEX typed_acknowledgements_by_message ON typed_acknowledgements (message_id, id);
