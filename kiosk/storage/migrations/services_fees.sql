-- Who published a fee list, and the one that is being written: kept as it was typed, whole, until it is published.

ALTER TABLE fee_versions ADD COLUMN published_by_kind TEXT NOT NULL DEFAULT 'staff'
    CHECK (published_by_kind IN ('staff', 'token', 'system'));
UPDATE fee_versions SET published_by_kind = 'system' WHERE published_by = 0;

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
CREATE UNIQUE INDEX one_open_fee_draft ON fee_drafts (state) WHERE state = 'open';
