-- The whole life of a bill: sent on a channel, its outcome looked up, its voucher, and every step as it was taken.

CREATE TABLE bills_new (
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
INSERT INTO bills_new (id, state, biller, kind, account_hash, bill_period, amount_fen, is_paid_again, recorded_on, recorded_at,
    recorded_by_kind, recorded_by_id, received_on, received_at, refunded_on)
SELECT id, state, biller, kind, account_hash, bill_period, amount_fen, is_paid_again, recorded_on, recorded_at,
    recorded_by_kind, recorded_by_id, received_on, received_at, refunded_on
FROM bills;
DROP TABLE bills;
ALTER TABLE bills_new RENAME TO bills;
CREATE INDEX bills_by_account ON bills (account_hash, bill_period) WHERE account_hash IS NOT NULL;
CREATE INDEX bills_by_state ON bills (state);
-- What is on its way to the biller, or may have arrived there, is never paid a second time (domain.md §6).
CREATE UNIQUE INDEX bills_one_under_way ON bills (biller, account_hash, bill_period)
    WHERE state IN ('submitted', 'unconfirmed') AND bill_period <> '';
-- A top-up has no period: the same face value for the same number is the same payment until its outcome is known.
CREATE UNIQUE INDEX bills_one_top_up_under_way ON bills (biller, account_hash, amount_fen)
    WHERE state IN ('submitted', 'unconfirmed') AND bill_period = '';
CREATE UNIQUE INDEX bills_one_serial ON bills (biller, serial_no) WHERE serial_no <> '';

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
INSERT INTO bill_steps (bill_id, step, state, business_on, at, by_kind, by_id)
SELECT id, 1, 'recorded', recorded_on, recorded_at, recorded_by_kind, recorded_by_id FROM bills
UNION ALL SELECT id, 2, 'received', received_on, received_at, recorded_by_kind, recorded_by_id FROM bills
    WHERE received_on IS NOT NULL
UNION ALL SELECT id, 2, 'cancelled', recorded_on, recorded_at, recorded_by_kind, recorded_by_id FROM bills
    WHERE state = 'cancelled'
UNION ALL SELECT id, 3, 'refunded', refunded_on, received_at, recorded_by_kind, recorded_by_id FROM bills
    WHERE state = 'refunded'
ORDER BY 1, 2;
