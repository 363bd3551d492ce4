-- A problem keeps what it was; it ends, and is open again only when what ended it was undone.

CREATE TRIGGER parcel_problems_never_deleted BEFORE DELETE ON parcel_problems
BEGIN SELECT RAISE(ABORT, 'problems are never deleted'); END;

CREATE TRIGGER parcel_problems_frozen BEFORE UPDATE OF parcel_id, kind, opened_step, opened_on, opened_at ON parcel_problems
BEGIN SELECT RAISE(ABORT, 'what a problem was never changes'); END;

CREATE TRIGGER parcel_problems_by_mistake_for_good BEFORE UPDATE ON parcel_problems
WHEN OLD.resolution = 'by_mistake'
BEGIN SELECT RAISE(ABORT, 'a problem noted by mistake is none any more'); END;

CREATE TRIGGER parcel_problems_end_once BEFORE UPDATE ON parcel_problems
WHEN OLD.resolution <> '' AND NEW.resolution NOT IN ('', OLD.resolution)
BEGIN SELECT RAISE(ABORT, 'a problem that ended ends in no other way'); END;

CREATE TRIGGER photo_pairings_in_use BEFORE DELETE ON photo_pairings
WHEN OLD.ended_at IS NULL
BEGIN SELECT RAISE(ABORT, 'a pairing is forgotten only after it ended'); END;

CREATE TRIGGER photo_pairings_used_once BEFORE UPDATE ON photo_pairings
WHEN NEW.parcel_id <> OLD.parcel_id OR NEW.token_hash <> OLD.token_hash OR NEW.begun_by_id <> OLD.begun_by_id
    OR NEW.expires_at <> OLD.expires_at OR (OLD.key_hash IS NOT NULL AND NEW.key_hash IS NOT OLD.key_hash)
    OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at)
BEGIN SELECT RAISE(ABORT, 'a pairing is for one phone and one parcel'); END;
