-- A convenience service goes forward only, its money stays as it was taken, and each step stays as it was.

CREATE TRIGGER conveniences_never_deleted BEFORE DELETE ON conveniences
BEGIN SELECT RAISE(ABORT, 'convenience services are never deleted'); END;

CREATE TRIGGER conveniences_born_recorded BEFORE INSERT ON conveniences WHEN NEW.state <> 'recorded'
BEGIN SELECT RAISE(ABORT, 'a convenience service is born recorded'); END;

CREATE TRIGGER conveniences_request_frozen BEFORE UPDATE OF service, kind, form, money, principal_fen, quantity, ends_at_once,
    has_consent, recorded_on, recorded_at ON conveniences
BEGIN SELECT RAISE(ABORT, 'what was asked for is never changed'); END;

CREATE TRIGGER conveniences_money_frozen BEFORE UPDATE OF received_on, received_at
ON conveniences WHEN OLD.received_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'money that was received is never changed'); END;

CREATE TRIGGER conveniences_states_go_forward BEFORE UPDATE OF state ON conveniences
WHEN OLD.state <> NEW.state AND NOT (
    OLD.state = 'recorded' AND NEW.state IN ('received', 'cancelled')
    OR OLD.state = 'received' AND NEW.state IN ('done', 'failed', 'refunded', 'cancelled')
    OR OLD.state = 'done' AND NEW.state = 'refunded' AND OLD.ends_at_once = 1
    OR OLD.state = 'failed' AND NEW.state = 'refunded')
BEGIN SELECT RAISE(ABORT, 'a convenience service takes no step back and skips none'); END;

CREATE TRIGGER conveniences_outcome_frozen BEFORE UPDATE OF paid_from, outcome_on, outcome_at, fail_reason, entry_id
ON conveniences WHEN OLD.outcome_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'what became of it is never changed'); END;

CREATE TRIGGER convenience_steps_never_change BEFORE UPDATE ON convenience_steps
BEGIN SELECT RAISE(ABORT, 'a step that was taken is never changed'); END;

CREATE TRIGGER convenience_steps_never_deleted BEFORE DELETE ON convenience_steps
BEGIN SELECT RAISE(ABORT, 'a step that was taken is never deleted'); END;
