-- Issued slips (frozen) and what became of each print job. Rendered bytes are never stored.

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
CREATE INDEX slips_by_subject ON slips (subject_kind, subject_id);
CREATE UNIQUE INDEX slips_by_document ON slips (template, document_no) WHERE document_no IS NOT NULL;

-- 'under_way' is no state of this table: what is being sent stands in runtime.db, and its end is written here.
-- turn: the order in which waiting jobs are taken; one that waits again goes to the end.
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
CREATE INDEX print_jobs_by_slip ON print_jobs (slip_id);
CREATE INDEX print_jobs_open ON print_jobs (printer, turn) WHERE state = 'waiting';
CREATE INDEX print_jobs_doubtful ON print_jobs (id) WHERE state IN ('failed', 'unknown');
-- Each paper of a slip has its own number; a job of which surely no paper came gives its number back.
CREATE UNIQUE INDEX print_jobs_by_copy ON print_jobs (slip_id, copy_no) WHERE state NOT IN ('failed', 'cancelled');

-- Every start of the devices process. With none before, nothing can have been under way.
CREATE TABLE print_starts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    progress_kept INTEGER NOT NULL CHECK (progress_kept IN (0, 1)),
    doubtful INTEGER NOT NULL CHECK (doubtful >= 0)
) STRICT;
