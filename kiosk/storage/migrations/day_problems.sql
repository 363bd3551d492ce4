-- Problems of parcels (问题件): what is wrong, since when, and how it ended. The events of a parcel say what happened; a case
-- says that it still is or what came of it. And the pairings by which a phone may send photos of one parcel.

CREATE TABLE parcel_problems (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    kind TEXT NOT NULL CHECK (kind IN ('damaged', 'short', 'missort', 'refused', 'no_contact', 'address_wrong', 'intercept',
        'wrong_person', 'overdue', 'other', 'lost')),
    resolution TEXT NOT NULL DEFAULT '' CHECK (resolution IN ('', 'put_back', 'to_return', 'handed_over', 'returned',
        'recovered', 'found', 'lost', 'compensated', 'settled', 'by_mistake')),
    opened_step INTEGER NOT NULL,                     -- of the event with which it began
    opened_on TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    closed_step INTEGER,                              -- NULL also when it was settled without the parcel moving
    settled_step INTEGER,                             -- how far the parcel's events went then
    closed_on TEXT,
    closed_at TEXT,
    closed_by_kind TEXT,
    closed_by_id INTEGER,
    UNIQUE (parcel_id, opened_step),
    CHECK ((resolution = '') = (closed_at IS NULL)),
    CHECK ((closed_at IS NULL) = (closed_on IS NULL) AND (closed_at IS NULL) = (closed_by_kind IS NULL)),
    CHECK (closed_step IS NULL OR closed_at IS NOT NULL),
    CHECK ((resolution IN ('compensated', 'settled')) = (settled_step IS NOT NULL)),
    CHECK (settled_step IS NULL OR closed_step IS NULL)
) STRICT;
CREATE UNIQUE INDEX one_open_problem ON parcel_problems (parcel_id) WHERE resolution = '';
CREATE INDEX parcel_problems_open ON parcel_problems (kind, id) WHERE resolution = '';
CREATE INDEX parcel_problems_closed ON parcel_problems (kind, id) WHERE resolution <> '';

CREATE TABLE photo_pairings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parcel_id INTEGER NOT NULL REFERENCES parcels (id),
    token_hash TEXT NOT NULL UNIQUE,                  -- of what the QR holds; good once
    key_hash TEXT UNIQUE,                             -- of what the phone that used it holds
    begun_at TEXT NOT NULL,
    begun_by_id INTEGER NOT NULL REFERENCES staff (id),
    expires_at TEXT NOT NULL,
    claimed_at TEXT,
    ended_at TEXT,
    CHECK ((key_hash IS NULL) = (claimed_at IS NULL))
) STRICT;
CREATE INDEX photo_pairings_of_parcel ON photo_pairings (parcel_id) WHERE ended_at IS NULL;

-- What was a problem before there were cases, from its events.
INSERT INTO parcel_problems (parcel_id, kind, resolution, opened_step, opened_on, opened_at, closed_step, closed_on, closed_at,
    closed_by_kind, closed_by_id)
SELECT e.parcel_id, COALESCE(json_extract(e.detail, '$.reason'), 'other'),
    CASE c.kind WHEN 'put_back' THEN 'put_back' WHEN 'marked_to_return' THEN 'to_return' WHEN 'handed_over' THEN 'handed_over'
        ELSE '' END,
    e.step, e.business_on, e.at, c.step, c.business_on, c.at, c.actor_kind, c.actor_id
FROM parcel_events e LEFT JOIN parcel_events c ON c.parcel_id = e.parcel_id AND c.step = (
    SELECT MIN(n.step) FROM parcel_events n WHERE n.parcel_id = e.parcel_id AND n.step > e.step
        AND n.kind IN ('put_back', 'marked_to_return', 'handed_over')
        AND NOT (n.kind = 'handed_over' AND 'hand_over_undone' = (
            SELECT u.kind FROM parcel_events u WHERE u.parcel_id = n.parcel_id AND u.step > n.step
                AND u.kind IN ('handed_over', 'hand_over_undone') ORDER BY u.step LIMIT 1)))
WHERE e.kind = 'marked_problem' ORDER BY e.at, e.parcel_id, e.step;
