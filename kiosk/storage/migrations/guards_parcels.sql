CREATE TRIGGER parcel_events_never_change BEFORE UPDATE ON parcel_events
BEGIN SELECT RAISE(ABORT, 'parcel events are never changed'); END;

CREATE TRIGGER parcel_events_never_deleted BEFORE DELETE ON parcel_events
BEGIN SELECT RAISE(ABORT, 'parcel events are never deleted'); END;

CREATE TRIGGER parcels_never_deleted BEFORE DELETE ON parcels
BEGIN SELECT RAISE(ABORT, 'parcels are never deleted'); END;

-- One trigger for all of a parcel's row: each one more costs every hand-over ten microseconds.
CREATE TRIGGER parcels_change_lawfully BEFORE UPDATE ON parcels
WHEN NEW.pickup_code IS NOT COALESCE(OLD.pickup_code, NEW.pickup_code)
    -- What left comes back into the house or stays away; what was undone is never anything again.
    OR (NEW.state <> OLD.state AND (NEW.steps <> OLD.steps + 1 OR OLD.state = 'undone'
        OR (OLD.state IN ('door_delivered', 'passed_on', 'returned', 'lost')
            AND NEW.state NOT IN ('on_shelf', 'problem', 'to_return')
            -- Written off as lost by mistake while it was with the wrong person: it still is.
            AND NOT (OLD.state = 'lost' AND NEW.state = 'handed_over'))))
    OR (OLD.erased_at IS NOT NULL AND (NEW.erased_at IS NULL
        OR COALESCE(NEW.waybill_no, NEW.phone_tail, NEW.phone_hash, NEW.name_hint) IS NOT NULL))
    OR NEW.checked_in_at IS NOT COALESCE(OLD.checked_in_at, NEW.checked_in_at)
    -- What must be paid is on a ticket before it leaves, and is never changed afterwards.
    OR (NEW.cod_fen + NEW.freight_collect_fen > 0 AND NEW.state = 'handed_over' AND OLD.state <> 'handed_over'
        AND NOT EXISTS (SELECT 1 FROM ticket_lines WHERE case_kind = 'parcel' AND case_id = NEW.id
            AND act = 'collect_cod' AND state IN ('pending', 'done')))
    OR ((NEW.cod_fen <> OLD.cod_fen OR NEW.freight_collect_fen <> OLD.freight_collect_fen)
        AND OLD.state NOT IN ('on_shelf', 'problem', 'to_return'))
BEGIN
    SELECT CASE
        WHEN NEW.pickup_code IS NOT COALESCE(OLD.pickup_code, NEW.pickup_code)
            THEN RAISE(ABORT, 'a pickup code never changes: the villager holds it')
        WHEN NEW.state <> OLD.state AND NEW.steps <> OLD.steps + 1
            THEN RAISE(ABORT, 'a parcel changes its state with an event')
        WHEN NEW.state = 'handed_over' AND OLD.state <> 'handed_over' AND NEW.cod_fen + NEW.freight_collect_fen > 0
            THEN RAISE(ABORT, 'a parcel is not handed over unpaid')
        WHEN NEW.state <> OLD.state THEN RAISE(ABORT, 'an ended parcel stays ended')
        WHEN OLD.erased_at IS NOT NULL THEN RAISE(ABORT, 'what was erased stays erased')
        WHEN NEW.cod_fen <> OLD.cod_fen OR NEW.freight_collect_fen <> OLD.freight_collect_fen
            THEN RAISE(ABORT, 'what was to be paid for a parcel that left is never changed')
        ELSE RAISE(ABORT, 'a parcel came in only once')
    END;
END;

CREATE TRIGGER closed_batches_stay_closed BEFORE UPDATE OF state, carrier, declared, checked_in ON intake_batches
WHEN OLD.state = 'closed'
BEGIN SELECT RAISE(ABORT, 'a closed batch is not opened again'); END;

CREATE TRIGGER batches_never_deleted BEFORE DELETE ON intake_batches
BEGIN SELECT RAISE(ABORT, 'intake batches are never deleted'); END;

CREATE TRIGGER notices_never_deleted BEFORE DELETE ON notices
BEGIN SELECT RAISE(ABORT, 'notices are never deleted'); END;

CREATE TRIGGER notices_content_frozen BEFORE UPDATE OF subject_kind, subject_id, kind, channel, facts, resends_id, created_at ON notices
BEGIN SELECT RAISE(ABORT, 'what a notice said is never changed'); END;
