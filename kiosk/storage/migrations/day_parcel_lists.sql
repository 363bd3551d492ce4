-- Lists that couriers bring as files: how each carrier's columns are read, what was taken in and which parcels came of it.
-- The file itself is never kept; no row here names anybody.

CREATE TABLE parcel_list_columns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,             -- the last row of a carrier counts
    carrier TEXT NOT NULL,                            -- '' : lists of several
    columns TEXT NOT NULL,                            -- field → head of its column, JSON
    saved_at TEXT NOT NULL,
    saved_by_kind TEXT NOT NULL,
    saved_by_id INTEGER NOT NULL
) STRICT;

CREATE TABLE parcel_lists (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purpose TEXT NOT NULL CHECK (purpose IN ('expected', 'opening_stock')),
    carrier TEXT NOT NULL DEFAULT '',
    pieces INTEGER NOT NULL CHECK (pieces > 0),
    skipped INTEGER NOT NULL DEFAULT 0 CHECK (skipped >= 0),
    taken_on TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    taken_by_kind TEXT NOT NULL,
    taken_by_id INTEGER NOT NULL,
    dropped_at TEXT                                   -- called back: what had not arrived is awaited no more
) STRICT;

CREATE TABLE parcel_list_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    list_id INTEGER NOT NULL REFERENCES parcel_lists (id),
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    UNIQUE (list_id, parcel_id)
) STRICT;
CREATE INDEX parcel_list_items_of_parcel ON parcel_list_items (parcel_id);
CREATE INDEX parcel_list_columns_of_carrier ON parcel_list_columns (carrier);
