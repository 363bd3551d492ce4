-- Consents: that a person lets parcels be left at the station (快递市场管理办法 art. 28), for good or for one parcel. The phone
-- lies in the vault; its keyed hash, or tail with name, finds the person and becomes NULL by the same erasure.

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
CREATE UNIQUE INDEX one_consent_a_phone ON consents (phone_hash) WHERE withdrawn_at IS NULL AND phone_hash IS NOT NULL;
CREATE UNIQUE INDEX one_consent_a_tail_and_name ON consents (phone_tail, name_hint)
    WHERE withdrawn_at IS NULL AND phone_hash IS NULL AND phone_tail IS NOT NULL;
CREATE UNIQUE INDEX one_consent_a_parcel ON consents (parcel_id) WHERE withdrawn_at IS NULL AND parcel_id IS NOT NULL;
CREATE INDEX consents_by_parcel ON consents (parcel_id) WHERE parcel_id IS NOT NULL;
CREATE INDEX consents_by_phone ON consents (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX consents_by_tail ON consents (phone_tail) WHERE phone_tail IS NOT NULL;
