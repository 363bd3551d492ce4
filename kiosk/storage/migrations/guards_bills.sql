-- A bill goes forward only, its money stays as it was received, and each step stays as it was taken.

CREATE TRIGGER bills_never_deleted BEFORE DELETE ON bills
BEGIN SELECT RAISE(ABORT, 'bills are never deleted'); END;

CREATE TRIGGER bills_born_recorded BEFORE INSERT ON bills WHEN NEW.state <> 'recorded'
BEGIN SELECT RAISE(ABORT, 'a bill is born recorded'); END;

CREATE TRIGGER bills_money_frozen BEFORE UPDATE OF biller, kind, bill_period, amount_fen, late_fee_fen, received_on, received_at
ON bills WHEN OLD.received_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'money that was received is never changed'); END;

CREATE TRIGGER bills_states_go_forward BEFORE UPDATE OF state ON bills
WHEN OLD.state <> NEW.state AND NOT (
    OLD.state = 'recorded' AND NEW.state IN ('received', 'cancelled')
    OR OLD.state = 'received' AND NEW.state IN ('submitted', 'refunded')
    OR OLD.state = 'submitted' AND NEW.state IN ('unconfirmed', 'confirmed')
    OR OLD.state = 'unconfirmed' AND NEW.state IN ('confirmed', 'failed')
    OR OLD.state = 'failed' AND NEW.state = 'refunded')
BEGIN SELECT RAISE(ABORT, 'a bill takes no step back and skips none'); END;

CREATE TRIGGER bills_outcome_frozen BEFORE UPDATE OF channel, paid_from, submitted_on, submitted_at, outcome_on, outcome_at,
    fail_reason, serial_no, voucher_no, balance_before_fen, balance_after_fen, entry_id
ON bills WHEN OLD.outcome_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'what a biller answered is never changed'); END;

CREATE TRIGGER bill_steps_never_change BEFORE UPDATE ON bill_steps
BEGIN SELECT RAISE(ABORT, 'a step that was taken is never changed'); END;

CREATE TRIGGER bill_steps_never_deleted BEFORE DELETE ON bill_steps
BEGIN SELECT RAISE(ABORT, 'a step that was taken is never deleted'); END;
