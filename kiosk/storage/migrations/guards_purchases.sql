-- What happened to a purchase stays written; its row moves only with an event.

CREATE TRIGGER purchases_never_deleted BEFORE DELETE ON purchases
BEGIN SELECT RAISE(ABORT, 'purchases are never deleted'); END;

CREATE TRIGGER purchases_money_moves_with_an_event
BEFORE UPDATE OF state, amount_fen, due_fen, received_fen, spent_fen, paid_by ON purchases
WHEN NEW.steps <> OLD.steps + 1 AND (NEW.state <> OLD.state OR NEW.amount_fen IS NOT OLD.amount_fen
    OR NEW.due_fen <> OLD.due_fen OR NEW.received_fen <> OLD.received_fen OR NEW.spent_fen <> OLD.spent_fen
    OR NEW.paid_by <> OLD.paid_by)
BEGIN SELECT RAISE(ABORT, 'a purchase and its money move with an event'); END;

CREATE TRIGGER purchases_origin_frozen
BEFORE UPDATE OF origin, recorded_on, recorded_at, recorded_by_kind, recorded_by_id ON purchases
BEGIN SELECT RAISE(ABORT, 'what was recorded of a request stays'); END;

CREATE TRIGGER purchase_events_never_change BEFORE UPDATE ON purchase_events
BEGIN SELECT RAISE(ABORT, 'purchase events are never changed'); END;

CREATE TRIGGER purchase_events_never_deleted BEFORE DELETE ON purchase_events
BEGIN SELECT RAISE(ABORT, 'purchase events are never deleted'); END;

CREATE TRIGGER purchase_waybills_never_deleted BEFORE DELETE ON purchase_waybills
BEGIN SELECT RAISE(ABORT, 'waybills of purchases are never deleted'); END;
