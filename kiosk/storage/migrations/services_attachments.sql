-- Photos of vouchers and documents. The picture itself lies in the vault, deletable; this row proves which one it was.

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_kind TEXT NOT NULL,
    case_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    proof TEXT NOT NULL CHECK (length(proof) = 64),
    bytes INTEGER NOT NULL CHECK (bytes BETWEEN 1 AND 200000),
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    added_at TEXT NOT NULL,
    added_by_kind TEXT NOT NULL,
    added_by_id INTEGER NOT NULL,
    UNIQUE (case_kind, case_id, field)
) STRICT;
