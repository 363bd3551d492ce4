-- Registers (登记簿): what each asks is data; an entry says where it stands now, its steps say how it came there. What was typed
-- about people lies in the vault under the step that took it, so a later step never overwrites it.

CREATE TABLE register_forms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    register TEXT NOT NULL,
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    content TEXT NOT NULL CHECK (json_valid(content)), -- the definition as it stood when it was first written with
    first_used_at TEXT NOT NULL,
    UNIQUE (register, hash)
) STRICT;

CREATE TABLE register_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    register TEXT NOT NULL,
    number TEXT NOT NULL UNIQUE,                      -- TS2026-0001: letters, year of opening, running
    form_id INTEGER NOT NULL REFERENCES register_forms (id),
    state TEXT NOT NULL,
    steps INTEGER NOT NULL CHECK (steps > 0),         -- how many were taken: two pages can't write the same one
    content TEXT NOT NULL CHECK (json_valid(content)), -- what stands now: plain values, and where in the vault the others lie
    date_on TEXT NOT NULL,                            -- the day it is about
    subject_kind TEXT,
    subject_id INTEGER,
    alike_id INTEGER REFERENCES register_entries (id),
    kept TEXT NOT NULL CHECK (kept IN ('register', 'activity')),
    phone_hash TEXT,
    phone_tail TEXT,
    name_hint TEXT,
    opened_on TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by_kind TEXT NOT NULL,
    opened_by_id INTEGER NOT NULL,
    entered_on TEXT NOT NULL,                         -- since when it is in its state
    ended_on TEXT,                                    -- NULL while there is work left, and for a standing thing
    erased_at TEXT,
    CHECK ((subject_kind IS NULL) = (subject_id IS NULL)),
    CHECK (alike_id IS NULL OR alike_id < id)
) STRICT;
CREATE INDEX register_entries_by_date ON register_entries (register, date_on, id);
CREATE INDEX register_entries_left ON register_entries (register, state) WHERE ended_on IS NULL;
CREATE INDEX register_entries_to_erase ON register_entries (kept, ended_on) WHERE ended_on IS NOT NULL AND erased_at IS NULL;
CREATE INDEX register_entries_of_subject ON register_entries (subject_kind, subject_id) WHERE subject_kind IS NOT NULL;
CREATE INDEX register_entries_by_phone ON register_entries (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE TABLE register_steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL REFERENCES register_entries (id),
    step INTEGER NOT NULL CHECK (step > 0),
    act TEXT NOT NULL,                                -- opened | corrected | undone | withdrawn, or a step of its form
    undoes INTEGER,                                   -- the step that is undone
    state TEXT NOT NULL,                              -- where it stands after this step
    content TEXT NOT NULL CHECK (json_valid(content)), -- what this step wrote
    form_id INTEGER NOT NULL REFERENCES register_forms (id),
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    by_kind TEXT NOT NULL,
    by_id INTEGER NOT NULL,
    UNIQUE (entry_id, step),
    UNIQUE (entry_id, undoes),
    CHECK ((act = 'undone') = (undoes IS NOT NULL)),
    CHECK (undoes IS NULL OR undoes > 1 AND undoes < step),
    CHECK ((act = 'opened') = (step = 1))
) STRICT;
CREATE INDEX register_steps_by_day ON register_steps (business_on, entry_id);
