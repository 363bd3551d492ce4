-- Manifests (交接清单): what changes hands at once, what was declared of it, and who signed. The receiver's name lies in the
-- vault; outbound parcels keep their own table of lists and are signed here too.

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
CREATE UNIQUE INDEX one_manifest_a_batch ON manifests (batch_id) WHERE batch_id IS NOT NULL AND state <> 'void';
CREATE INDEX manifests_unfinished ON manifests (kind, id) WHERE state IN ('open', 'closed');
CREATE INDEX manifests_by_day ON manifests (closed_on) WHERE closed_on IS NOT NULL;

-- What is on a list that is made piece by piece. A piece that holds is on no other list.
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
CREATE UNIQUE INDEX manifest_items_held ON manifest_items (subject_kind, subject_id) WHERE holds = 1;
CREATE INDEX manifest_items_of_subject ON manifest_items (subject_kind, subject_id);

-- Who signed: on the screen (the picture is an attachment) or on the paper that hangs in the folder. Also for the lists of
-- outbound parcels. A difference to what was declared is accepted by signing, by name.
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
