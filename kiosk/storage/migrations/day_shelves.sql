-- Shelves: how much a place holds and what it is for, the row that an intake batch is locked to, what is special about a
-- parcel, and the counts of everything that lies here.

ALTER TABLE shelves ADD COLUMN capacity INTEGER CHECK (capacity BETWEEN 1 AND 9999);   -- NULL: as the settings say
ALTER TABLE shelves ADD COLUMN shelf_class TEXT NOT NULL DEFAULT 'general'
    CHECK (shelf_class IN ('general', 'fresh', 'fragile', 'valuable'));
ALTER TABLE shelves ADD COLUMN size_class TEXT NOT NULL DEFAULT 'any' CHECK (size_class IN ('any', 'small', 'large'));
ALTER TABLE shelves ADD COLUMN is_resting INTEGER NOT NULL DEFAULT 0 CHECK (is_resting IN (0, 1));  -- takes nothing new

ALTER TABLE intake_batches ADD COLUMN is_place_locked INTEGER NOT NULL DEFAULT 0 CHECK (is_place_locked IN (0, 1));

CREATE TABLE parcel_traits (
    parcel_id INTEGER PRIMARY KEY REFERENCES parcels (id),
    size TEXT NOT NULL DEFAULT '' CHECK (size IN ('', 'small', 'large')),
    is_fresh INTEGER NOT NULL DEFAULT 0 CHECK (is_fresh IN (0, 1)),
    is_fragile INTEGER NOT NULL DEFAULT 0 CHECK (is_fragile IN (0, 1)),
    is_valuable INTEGER NOT NULL DEFAULT 0 CHECK (is_valuable IN (0, 1)),
    noted_at TEXT NOT NULL
) STRICT;

CREATE TABLE shelf_counts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL DEFAULT 'counting' CHECK (state IN ('counting', 'closed', 'cancelled')),
    scope TEXT NOT NULL DEFAULT '',                   -- one shelf, '' for the whole station
    begun_seq INTEGER NOT NULL,                       -- the audit's last then: order is by sequence, not by a clock
    begun_at TEXT NOT NULL,
    begun_on TEXT NOT NULL,
    begun_by_kind TEXT NOT NULL,
    begun_by_id INTEGER NOT NULL,
    document_no TEXT UNIQUE,
    slip_id INTEGER,
    found INTEGER CHECK (found >= 0),                 -- in its place, or nobody said in which it was
    wrong_slot INTEGER CHECK (wrong_slot >= 0),
    gone INTEGER CHECK (gone >= 0),                   -- lies here and left by the book
    unknown INTEGER CHECK (unknown >= 0),             -- lies here and never came by the book
    missing INTEGER CHECK (missing >= 0),
    moved_meanwhile INTEGER CHECK (moved_meanwhile >= 0),
    ended_at TEXT,
    ended_on TEXT,
    ended_by_kind TEXT,
    ended_by_id INTEGER,
    CHECK ((state = 'counting') = (ended_at IS NULL)),
    CHECK ((state = 'closed') = (document_no IS NOT NULL)),
    CHECK ((state = 'closed') = (missing IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_shelf_count_under_way ON shelf_counts (state) WHERE state = 'counting';

CREATE TABLE shelf_count_finds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    count_id INTEGER NOT NULL REFERENCES shelf_counts (id),
    kind TEXT NOT NULL CHECK (kind IN ('found', 'wrong_slot', 'gone', 'unknown', 'missing')),
    parcel_id INTEGER REFERENCES parcels (id),
    waybill_no TEXT,                                  -- of an unknown one; NULL once erased
    piece_index INTEGER NOT NULL DEFAULT 0 CHECK (piece_index >= 0),
    shelf TEXT,                                       -- where it was seen, NULL without a shelf label
    layer INTEGER,
    book_shelf TEXT,                                  -- where it lay by the book then
    book_layer INTEGER,
    at TEXT NOT NULL,
    desk_id INTEGER,
    by_kind TEXT NOT NULL,
    by_id INTEGER NOT NULL,
    answer TEXT NOT NULL DEFAULT '' CHECK (answer IN ('', 'relocated', 'checked_in', 'back_in_stock', 'seen', 'problem', 'lost')),
    answered_at TEXT,
    answered_by_kind TEXT,
    answered_by_id INTEGER,
    CHECK ((shelf IS NULL) = (layer IS NULL)),
    CHECK ((answer = '') = (answered_at IS NULL)),
    CHECK (kind IN ('unknown') OR parcel_id IS NOT NULL),
    CHECK (kind <> 'wrong_slot' OR (shelf IS NOT NULL AND book_shelf IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_find_of_a_parcel ON shelf_count_finds (count_id, parcel_id) WHERE parcel_id IS NOT NULL;
CREATE UNIQUE INDEX one_find_of_a_waybill ON shelf_count_finds (count_id, waybill_no, piece_index) WHERE waybill_no IS NOT NULL;
CREATE INDEX shelf_count_finds_by_kind ON shelf_count_finds (count_id, kind);
CREATE INDEX shelf_count_finds_by_place ON shelf_count_finds (count_id, shelf, layer);
