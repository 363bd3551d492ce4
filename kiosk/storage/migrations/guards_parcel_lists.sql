-- What was taken in from a list stays written; only that it was called back is added, once.

CREATE TRIGGER parcel_lists_never_deleted BEFORE DELETE ON parcel_lists
BEGIN SELECT RAISE(ABORT, 'a list that was taken in stays written'); END;

CREATE TRIGGER parcel_lists_never_change BEFORE UPDATE OF purpose, carrier, pieces, skipped, taken_on, taken_at, taken_by_kind,
    taken_by_id ON parcel_lists
BEGIN SELECT RAISE(ABORT, 'a list that was taken in stays as it was'); END;

CREATE TRIGGER parcel_lists_dropped_once BEFORE UPDATE OF dropped_at ON parcel_lists
WHEN OLD.dropped_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a list is called back once'); END;

CREATE TRIGGER parcel_list_items_never_change BEFORE UPDATE ON parcel_list_items
BEGIN SELECT RAISE(ABORT, 'what a list brought stays written'); END;

CREATE TRIGGER parcel_list_items_never_deleted BEFORE DELETE ON parcel_list_items
BEGIN SELECT RAISE(ABORT, 'what a list brought stays written'); END;

CREATE TRIGGER parcel_list_columns_never_change BEFORE UPDATE ON parcel_list_columns
BEGIN SELECT RAISE(ABORT, 'how a list is read is said anew, never changed'); END;

CREATE TRIGGER parcel_list_columns_never_deleted BEFORE DELETE ON parcel_list_columns
BEGIN SELECT RAISE(ABORT, 'how a list was read stays written'); END;
