-- Money of every kind on one ticket: signed lines, payments by every method, who money is owed to, debts, cash in and out.

ALTER TABLE postings ADD COLUMN party TEXT NOT NULL DEFAULT '';
CREATE INDEX postings_by_party ON postings (account, party) WHERE party <> '';

CREATE TABLE tickets_new (
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
INSERT INTO tickets_new (id, state, desk_id, token_id, opened_on, opened_at, opened_by_kind, opened_by_id, fee_version_id,
    quoted_on, settled_on, settled_at, settled_by_kind, settled_by_id, total_fen, cash_fen, given_fen, change_fen, receipt_no,
    entry_id, slip_id, voided_on, voided_at, voided_by_kind, voided_by_id, void_reason, refund_no, refund_entry_id, refund_slip_id)
SELECT id, state, desk_id, token_id, opened_on, opened_at, opened_by_kind, opened_by_id, fee_version_id,
    quoted_on, settled_on, settled_at, settled_by_kind, settled_by_id, total_fen, total_fen, given_fen, change_fen, receipt_no,
    entry_id, slip_id, voided_on, voided_at, voided_by_kind, voided_by_id, void_reason, refund_no, refund_entry_id, refund_slip_id
FROM tickets;
DROP TABLE tickets;
ALTER TABLE tickets_new RENAME TO tickets;
CREATE INDEX tickets_open ON tickets (id) WHERE state = 'open';
CREATE INDEX tickets_by_settled_on ON tickets (settled_on) WHERE settled_on IS NOT NULL;
CREATE INDEX tickets_by_voided_on ON tickets (voided_on) WHERE voided_on IS NOT NULL;

CREATE TABLE ticket_lines_new (
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
INSERT INTO ticket_lines_new (id, ticket_id, line_no, state, service, kind, act, case_kind, case_id, label, facts, blanks,
    txn_count, txn_amount_fen, principal_fen, principal_account, party, fee_fen, commission_fen, fee_code, fee_version_id, quote, added_at)
SELECT id, ticket_id, line_no, state, service, kind, act, case_kind, case_id, label, facts, blanks,
    NOT (service = 'parcel' AND fee_fen = 0), txn_amount_fen, principal_fen, principal_account,
    CASE WHEN case_kind IN ('bill', 'purchase') AND principal_fen > 0 THEN case_kind || ':' || case_id ELSE '' END,
    fee_fen, commission_fen, fee_code, fee_version_id, quote, added_at
FROM ticket_lines;
DROP TABLE ticket_lines;
ALTER TABLE ticket_lines_new RENAME TO ticket_lines;
CREATE INDEX ticket_lines_by_case ON ticket_lines (case_kind, case_id);
CREATE UNIQUE INDEX ticket_lines_one_pending ON ticket_lines (case_kind, case_id, act)
    WHERE state = 'pending' AND refunds_line_id IS NULL;
CREATE UNIQUE INDEX ticket_lines_one_refund ON ticket_lines (refunds_line_id)
    WHERE refunds_line_id IS NOT NULL AND state IN ('pending', 'done');

-- Each principal of a ticket's entry was posted in the order of its lines, each reversal in the order of its entry.
WITH lines AS (
    SELECT COALESCE(e.entry_id, 0) AS entry_id, l.principal_account AS account, l.party,
        ROW_NUMBER() OVER (PARTITION BY e.entry_id, l.principal_account ORDER BY l.line_no) AS place
    FROM (SELECT id, entry_id FROM tickets WHERE entry_id IS NOT NULL
          UNION ALL SELECT id, refund_entry_id FROM tickets WHERE refund_entry_id IS NOT NULL) e
    JOIN ticket_lines l ON l.ticket_id = e.id AND l.state <> 'removed' AND l.principal_fen <> 0
),
moved AS (
    SELECT entry_id, line_no, account, ROW_NUMBER() OVER (PARTITION BY entry_id, account ORDER BY line_no) AS place
    FROM postings WHERE account IN (SELECT principal_account FROM ticket_lines WHERE principal_account <> '')
)
UPDATE postings SET party = COALESCE((SELECT l.party FROM moved m JOIN lines l ON l.entry_id = m.entry_id AND l.account = m.account
    AND l.place = m.place WHERE m.entry_id = postings.entry_id AND m.line_no = postings.line_no), '')
WHERE account IN ('held_for_bills', 'held_for_purchases');

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
CREATE INDEX debtors_by_phone ON debtors (phone_hash) WHERE phone_hash IS NOT NULL;

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
CREATE UNIQUE INDEX payments_one_in_cash ON payments (ticket_id) WHERE method = 'cash';
CREATE INDEX payments_by_debtor ON payments (debtor_id) WHERE debtor_id IS NOT NULL;
INSERT INTO payments (ticket_id, payment_no, method, amount_fen)
SELECT id, 1, 'cash', total_fen FROM tickets WHERE total_fen <> 0 ORDER BY id;

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
CREATE INDEX cash_moves_by_day ON cash_moves (business_on);

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
CREATE INDEX compensations_by_case ON compensations (about_kind, about_id) WHERE about_id IS NOT NULL;
