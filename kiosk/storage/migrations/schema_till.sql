-- One visit = one ticket, the records behind its lines, counts of the drawer, frozen reports.

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
CREATE INDEX tickets_open ON tickets (id) WHERE state = 'open';
CREATE INDEX tickets_by_settled_on ON tickets (settled_on) WHERE settled_on IS NOT NULL;
CREATE INDEX tickets_by_voided_on ON tickets (voided_on) WHERE voided_on IS NOT NULL;

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
CREATE INDEX ticket_lines_by_case ON ticket_lines (case_kind, case_id);
CREATE UNIQUE INDEX ticket_lines_one_pending ON ticket_lines (case_kind, case_id, act) WHERE state = 'pending';

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
CREATE INDEX purchases_by_phone ON purchases (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX purchases_by_state ON purchases (state);

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
CREATE INDEX consignment_sales_by_phone ON consignment_sales (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX consignment_sales_by_state ON consignment_sales (state);

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
CREATE INDEX bills_by_account ON bills (account_hash, bill_period) WHERE account_hash IS NOT NULL;
CREATE INDEX bills_by_state ON bills (state);
-- What is on its way to the biller, or may have arrived there, is never paid a second time (domain.md §6).
CREATE UNIQUE INDEX bills_one_under_way ON bills (biller, account_hash, bill_period)
    WHERE state IN ('submitted', 'unconfirmed') AND bill_period <> '';

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
CREATE INDEX cash_counts_by_day ON cash_counts (business_on);

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
