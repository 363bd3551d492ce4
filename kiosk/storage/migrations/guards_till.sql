-- What was settled, counted or reported stays as it was written.

CREATE TRIGGER tickets_born_open BEFORE INSERT ON tickets WHEN NEW.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a ticket is born open'); END;

CREATE TRIGGER tickets_states_go_forward BEFORE UPDATE OF state ON tickets
WHEN OLD.state <> NEW.state AND NOT (OLD.state = 'open' OR (OLD.state = 'settled' AND NEW.state = 'voided'))
BEGIN SELECT RAISE(ABORT, 'a ticket goes from open to settled to voided'); END;

CREATE TRIGGER tickets_settlement_frozen
BEFORE UPDATE OF desk_id, token_id, opened_on, opened_at, opened_by_kind, opened_by_id, fee_version_id, quoted_on,
    settled_on, settled_at, settled_by_kind, settled_by_id, total_fen, cash_fen, given_fen, change_fen, receipt_no, entry_id, slip_id
ON tickets WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a settled ticket is never changed'); END;

CREATE TRIGGER tickets_voided_final BEFORE UPDATE ON tickets WHEN OLD.state = 'voided'
BEGIN SELECT RAISE(ABORT, 'a voided ticket is final'); END;

CREATE TRIGGER tickets_never_deleted BEFORE DELETE ON tickets
BEGIN SELECT RAISE(ABORT, 'tickets are never deleted'); END;

CREATE TRIGGER ticket_lines_only_on_open_tickets BEFORE INSERT ON ticket_lines
WHEN (SELECT state FROM tickets WHERE id = NEW.ticket_id) <> 'open'
BEGIN SELECT RAISE(ABORT, 'a line is added to an open ticket only'); END;

CREATE TRIGGER ticket_lines_content_frozen
BEFORE UPDATE OF ticket_id, line_no, service, kind, act, case_kind, case_id, label, facts, blanks, txn_count,
    txn_amount_fen, principal_fen, principal_account, party, fee_fen, commission_fen, waived_fen, waive_reason, more,
    fee_code, fee_version_id, quote, refunds_line_id, refund_reason, added_at
ON ticket_lines
BEGIN SELECT RAISE(ABORT, 'a line is removed and added anew, never changed'); END;

CREATE TRIGGER ticket_lines_states_go_forward BEFORE UPDATE OF state ON ticket_lines
WHEN NOT (OLD.state = 'pending' AND NEW.state IN ('done', 'removed') OR OLD.state = 'done' AND NEW.state = 'reversed')
BEGIN SELECT RAISE(ABORT, 'a line goes from pending to done to reversed, or is removed'); END;

CREATE TRIGGER ticket_lines_never_deleted BEFORE DELETE ON ticket_lines
BEGIN SELECT RAISE(ABORT, 'lines are never deleted'); END;

CREATE TRIGGER payments_only_on_open_tickets BEFORE INSERT ON payments
WHEN (SELECT state FROM tickets WHERE id = NEW.ticket_id) <> 'open'
BEGIN SELECT RAISE(ABORT, 'a payment belongs to a ticket that is being settled'); END;

CREATE TRIGGER payments_never_change BEFORE UPDATE ON payments
BEGIN SELECT RAISE(ABORT, 'a payment is never changed'); END;

CREATE TRIGGER payments_never_deleted BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'payments are never deleted'); END;

CREATE TRIGGER cash_moves_content_frozen
BEFORE UPDATE OF move_no, kind, reason, account, party, amount_fen, business_on, moved_at, moved_by_kind, moved_by_id, entry_id
ON cash_moves
BEGIN SELECT RAISE(ABORT, 'cash that was put in or taken out is never changed'); END;

CREATE TRIGGER cash_moves_reversed_once BEFORE UPDATE OF reversed_at, reverse_entry_id ON cash_moves
WHEN OLD.reversed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'cash that was put back is put back once'); END;

CREATE TRIGGER cash_moves_never_deleted BEFORE DELETE ON cash_moves
BEGIN SELECT RAISE(ABORT, 'cash moves are never deleted'); END;

CREATE TRIGGER debtors_never_deleted BEFORE DELETE ON debtors
BEGIN SELECT RAISE(ABORT, 'accounts of customers are never deleted'); END;

CREATE TRIGGER debtors_keep_who_allowed BEFORE UPDATE OF allowed_at, allowed_by_kind, allowed_by_id ON debtors
BEGIN SELECT RAISE(ABORT, 'who let a customer owe stays written'); END;

CREATE TRIGGER cash_moves_slip_issued_once BEFORE UPDATE OF slip_id ON cash_moves WHEN OLD.slip_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the slip of cash that was moved is never another'); END;

CREATE TRIGGER compensations_content_frozen
BEFORE UPDATE OF reason, about_kind, about_id, amount_fen, recorded_on, recorded_at, recorded_by_kind, recorded_by_id
ON compensations
BEGIN SELECT RAISE(ABORT, 'a compensation is cancelled and recorded anew, never changed'); END;

CREATE TRIGGER compensations_states_go_forward BEFORE UPDATE OF state ON compensations
WHEN NOT (OLD.state = 'recorded' AND NEW.state IN ('paid', 'cancelled') OR OLD.state = 'paid' AND NEW.state = 'taken_back')
BEGIN SELECT RAISE(ABORT, 'a compensation is paid or cancelled, and at most taken back'); END;

CREATE TRIGGER compensations_paid_once BEFORE UPDATE OF paid_on, compensation_no, slip_id ON compensations
WHEN OLD.state <> 'recorded'
BEGIN SELECT RAISE(ABORT, 'what was paid stays as it was written'); END;

CREATE TRIGGER compensations_never_deleted BEFORE DELETE ON compensations
BEGIN SELECT RAISE(ABORT, 'compensations are never deleted'); END;

CREATE TRIGGER cash_counts_final BEFORE UPDATE ON cash_counts WHEN OLD.counted_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a finished count is never changed'); END;

CREATE TRIGGER cash_counts_never_deleted BEFORE DELETE ON cash_counts
BEGIN SELECT RAISE(ABORT, 'counts are never deleted'); END;

CREATE TRIGGER reports_never_change BEFORE UPDATE ON reports
BEGIN SELECT RAISE(ABORT, 'a frozen report is never changed'); END;

CREATE TRIGGER reports_never_deleted BEFORE DELETE ON reports
BEGIN SELECT RAISE(ABORT, 'a frozen report is never deleted'); END;
