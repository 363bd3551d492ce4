CREATE TRIGGER parcel_events_never_change BEFORE UPDATE ON parcel_events
BEGIN SELECT RAISE(ABORT, 'parcel events are never changed'); END;

CREATE TRIGGER parcel_events_never_deleted BEFORE DELETE ON parcel_events
BEGIN SELECT RAISE(ABORT, 'parcel events are never deleted'); END;

CREATE TRIGGER parcel_events_in_order BEFORE INSERT ON parcel_events
WHEN NEW.step <> 1 AND NOT EXISTS (
    SELECT 1 FROM parcel_events WHERE parcel_id = NEW.parcel_id AND step = NEW.step - 1 AND to_state = NEW.from_state)
BEGIN SELECT RAISE(ABORT, 'a parcel event continues the one before'); END;

CREATE TRIGGER parcels_never_deleted BEFORE DELETE ON parcels
BEGIN SELECT RAISE(ABORT, 'parcels are never deleted'); END;

CREATE TRIGGER parcels_keep_their_code BEFORE UPDATE OF pickup_code ON parcels WHEN NEW.pickup_code IS NOT OLD.pickup_code
BEGIN SELECT RAISE(ABORT, 'a pickup code never changes: the villager holds it'); END;

CREATE TRIGGER parcels_undone_stay_undone BEFORE UPDATE OF state ON parcels
WHEN OLD.state IN ('undone', 'door_delivered', 'passed_on', 'returned', 'lost') AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'an ended parcel stays ended'); END;

CREATE TRIGGER parcels_state_moves_with_an_event BEFORE UPDATE OF state ON parcels
WHEN NEW.state <> OLD.state AND NEW.steps <> OLD.steps + 1
BEGIN SELECT RAISE(ABORT, 'a parcel changes its state with an event'); END;

CREATE TRIGGER parcels_erased_for_good BEFORE UPDATE ON parcels
WHEN OLD.erased_at IS NOT NULL AND (NEW.erased_at IS NULL OR NEW.waybill_no IS NOT NULL OR NEW.phone_tail IS NOT NULL
    OR NEW.phone_hash IS NOT NULL OR NEW.name_hint IS NOT NULL OR NEW.name_initials IS NOT NULL
    OR NEW.name_initials_also IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what was erased stays erased'); END;

CREATE TRIGGER closed_batches_stay_closed BEFORE UPDATE OF state, carrier, declared, checked_in ON intake_batches
WHEN OLD.state = 'closed'
BEGIN SELECT RAISE(ABORT, 'a closed batch is not opened again'); END;

CREATE TRIGGER batches_never_deleted BEFORE DELETE ON intake_batches
BEGIN SELECT RAISE(ABORT, 'intake batches are never deleted'); END;

CREATE TRIGGER notices_never_deleted BEFORE DELETE ON notices
BEGIN SELECT RAISE(ABORT, 'notices are never deleted'); END;

CREATE TRIGGER notices_content_frozen BEFORE UPDATE OF subject_kind, subject_id, kind, channel, facts, resends_id, created_at ON notices
BEGIN SELECT RAISE(ABORT, 'what a notice said is never changed'); END;
