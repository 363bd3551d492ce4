-- What a desk can be busy with, the whole parcel day over: made before every room's own tables, so that the desk is rebuilt
-- once. at_place is the shelf label that was scanned last in a mode that asks where (盘点, 移库), as '3-2'.

CREATE TABLE desks_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    mode TEXT NOT NULL DEFAULT 'home' CHECK (mode IN ('home', 'intake', 'hand_over', 'outbound', 'shelf_count', 'relocate',
        'manifest')),
    open_batch_id INTEGER,
    open_parcel_id INTEGER,
    open_ticket_id INTEGER,
    last_act TEXT NOT NULL DEFAULT '{}',
    open_manifest_id INTEGER,
    at_place TEXT NOT NULL DEFAULT '',
    open_list_id INTEGER                              -- the list (退件, 转交, 送货) that scans go to
) STRICT;
INSERT INTO desks_new (id, name, mode, open_batch_id, open_parcel_id, open_ticket_id, last_act, open_manifest_id)
    SELECT id, name, mode, open_batch_id, open_parcel_id, open_ticket_id, last_act, open_manifest_id FROM desks;
DROP TABLE desks;
ALTER TABLE desks_new RENAME TO desks;
