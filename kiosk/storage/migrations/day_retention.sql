-- How long what is kept of people is kept, what was erased, and who asked for it. No row names a person.

CREATE TABLE retention_terms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,             -- the last row of a term counts
    term TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days > 0),
    set_at TEXT NOT NULL,
    set_by_kind TEXT NOT NULL,
    set_by_id INTEGER NOT NULL
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

CREATE INDEX erasures_by_case ON erasures (case_kind, case_id);

CREATE INDEX data_requests_by_day ON data_requests (asked_on);

CREATE INDEX parcels_to_forget ON parcels (out_on, phone_kind) WHERE out_on IS NOT NULL AND erased_at IS NULL;

-- What was erased before there was this list stands in the record of acts.
INSERT INTO erasures (case_kind, case_id, part, fields, rule, at, audit_seq)
SELECT json_extract(a.facts, '$.case_kind'), json_extract(a.facts, '$.case_id'),
    CASE WHEN json_extract(a.facts, '$.case_kind') = 'parcel'
        AND EXISTS (SELECT 1 FROM parcels p WHERE p.id = json_extract(a.facts, '$.case_id') AND p.erased_at IS NULL)
        THEN 'number' ELSE 'all' END,
    '', json_extract(a.facts, '$.rule'), a.at, a.seq
FROM audit a WHERE a.action = 'person.erased' ORDER BY a.seq;
