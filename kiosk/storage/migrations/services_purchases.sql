-- The whole life of a proxy purchase: what is asked for, what the customer is to pay and has paid, what the shop got,
-- each step as a written event, waybills and the parcels that came for them.

CREATE TABLE purchases_new (
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

INSERT INTO purchases_new (id, state, state_since, steps, origin, category, quantity, platform, online_shop, amount_fen,
    advance_fen, paid_by, due_fen, received_fen, phone_hash, phone_tail, recorded_on, recorded_at, recorded_by_kind,
    recorded_by_id, received_on, received_at, ended_on)
SELECT p.id, p.state,
    COALESCE((SELECT a.at FROM audit a WHERE a.action = 'purchase.cancelled' AND json_extract(a.facts, '$.purchase_id') = p.id),
        p.recorded_at),
    1 + (p.received_on IS NOT NULL) + (p.state = 'cancelled'), 'counter', 'other', p.quantity, p.platform, p.online_shop,
    p.amount_fen, p.advance_fen, p.paid_by, IIF(p.state = 'cancelled', 0, p.amount_fen),
    IIF(p.state <> 'cancelled' AND p.received_on IS NOT NULL, p.advance_fen, 0), p.phone_hash, p.phone_tail, p.recorded_on,
    p.recorded_at, p.recorded_by_kind, p.recorded_by_id, p.received_on, p.received_at, p.cancelled_on
FROM purchases p;

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
CREATE INDEX purchase_events_by_day ON purchase_events (business_on, kind);

INSERT INTO purchase_events (purchase_id, step, kind, to_state, at, business_on, actor_kind, actor_id, moved_fen, due_fen,
    received_fen, spent_fen, audit_seq)
SELECT p.id, 1, 'recorded', 'quoted', p.recorded_at, p.recorded_on, p.recorded_by_kind, p.recorded_by_id, p.amount_fen,
    p.amount_fen, 0, 0, a.seq
FROM purchases p JOIN audit a ON a.action = 'purchase.recorded' AND json_extract(a.facts, '$.purchase_id') = p.id;

INSERT INTO purchase_events (purchase_id, step, kind, from_state, to_state, at, business_on, actor_kind, actor_id, moved_fen,
    due_fen, received_fen, spent_fen, audit_seq)
SELECT p.id, 2, 'received', 'quoted', 'quoted', p.received_at, p.received_on, a.actor_kind, a.actor_id, p.advance_fen,
    p.amount_fen, p.advance_fen, 0, a.seq
FROM purchases p JOIN audit a ON a.action = 'purchase.received' AND json_extract(a.facts, '$.purchase_id') = p.id
WHERE p.received_on IS NOT NULL;

INSERT INTO purchase_events (purchase_id, step, kind, from_state, to_state, at, business_on, actor_kind, actor_id, due_fen,
    received_fen, spent_fen, audit_seq)
SELECT p.id, 2 + (p.received_on IS NOT NULL), 'cancelled', 'quoted', 'cancelled', a.at, p.cancelled_on, a.actor_kind,
    a.actor_id, 0, 0, 0, a.seq
FROM purchases p JOIN audit a ON a.action = 'purchase.cancelled' AND json_extract(a.facts, '$.purchase_id') = p.id
WHERE p.state = 'cancelled';

DROP TABLE purchases;
ALTER TABLE purchases_new RENAME TO purchases;
CREATE INDEX purchases_by_phone ON purchases (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX purchases_open ON purchases (state, state_since) WHERE state NOT IN ('closed', 'cancelled', 'refunded', 'exchanged');
CREATE INDEX purchases_by_recorded_on ON purchases (recorded_on);

CREATE TABLE purchase_waybills (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purchase_id INTEGER NOT NULL REFERENCES purchases (id),
    waybill_no TEXT,                                  -- NULL once the customer was erased
    way TEXT NOT NULL CHECK (way IN ('in', 'replacement', 'back')),
    added_on TEXT NOT NULL,
    added_at TEXT NOT NULL,
    UNIQUE (purchase_id, waybill_no)
) STRICT;
-- Asked with every parcel that comes in.
CREATE INDEX purchase_waybills_awaited ON purchase_waybills (waybill_no) WHERE waybill_no IS NOT NULL AND way <> 'back';

CREATE TABLE purchase_parcels (
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    purchase_id INTEGER NOT NULL REFERENCES purchases (id),
    waybill_id INTEGER NOT NULL REFERENCES purchase_waybills (id),
    joined_at TEXT NOT NULL,
    left_at TEXT,                                     -- handed over
    PRIMARY KEY (parcel_id, purchase_id)              -- asked with every parcel that is handed over
) STRICT, WITHOUT ROWID;
CREATE INDEX purchase_parcels_by_purchase ON purchase_parcels (purchase_id);
