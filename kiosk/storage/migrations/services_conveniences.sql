-- Convenience services: which one, how far, whose money; what was typed lies in the vault.

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
CREATE INDEX conveniences_by_state ON conveniences (state);
CREATE INDEX conveniences_by_phone ON conveniences (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX conveniences_by_day ON conveniences (day_hash, recorded_on) WHERE day_hash IS NOT NULL;
CREATE INDEX conveniences_to_erase ON conveniences (due_on) WHERE kept_days IS NOT NULL AND erased_at IS NULL;
CREATE UNIQUE INDEX conveniences_once ON conveniences (service, once_hash)
    WHERE once_hash IS NOT NULL AND state IN ('recorded', 'received', 'done');

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
