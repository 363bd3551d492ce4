-- What was settled, counted or reported stays as it was written.

CREATE TRIGGER tickets_born_open BEFORE INSERT ON tickets WHEN NEW.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a ticket is born open'); END;

CREATE TRIGGER tickets_states_go_forward BEFORE UPDATE OF state ON tickets
WHEN OLD.state <> NEW.state AND NOT (OLD.state = 'open' OR (OLD.state = 'settled' AND NEW.state = 'voided'))
BEGIN SELECT RAISE(ABORT, 'a ticket goes from open to settled to voided'); END;

CREATE TRIGGER tickets_settlement_frozen
BEFORE UPDATE OF desk_id, token_id, opened_on, opened_at, opened_by_kind, opened_by_id, fee_version_id, quoted_on,
    settled_on, settled_at, settled_by_kind, settled_by_id, total_fen, given_fen, change_fen, receipt_no, entry_id, slip_id
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
BEFORE UPDATE OF ticket_id, line_no, service, kind, act, case_kind, case_id, label, facts, blanks, txn_amount_fen,
    principal_fen, principal_account, fee_fen, commission_fen, fee_code, fee_version_id, quote, added_at
ON ticket_lines
BEGIN SELECT RAISE(ABORT, 'a line is removed and added anew, never changed'); END;

CREATE TRIGGER ticket_lines_states_go_forward BEFORE UPDATE OF state ON ticket_lines
WHEN NOT (OLD.state = 'pending' AND NEW.state IN ('done', 'removed') OR OLD.state = 'done' AND NEW.state = 'reversed')
BEGIN SELECT RAISE(ABORT, 'a line goes from pending to done to reversed, or is removed'); END;

CREATE TRIGGER ticket_lines_never_deleted BEFORE DELETE ON ticket_lines
BEGIN SELECT RAISE(ABORT, 'lines are never deleted'); END;

CREATE TRIGGER purchases_never_deleted BEFORE DELETE ON purchases
BEGIN SELECT RAISE(ABORT, 'purchases are never deleted'); END;

CREATE TRIGGER purchases_money_frozen BEFORE UPDATE OF quantity, amount_fen, advance_fen, paid_by, received_on, received_at
ON purchases WHEN OLD.received_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'money that was received is never changed'); END;

CREATE TRIGGER consignment_sales_never_deleted BEFORE DELETE ON consignment_sales
BEGIN SELECT RAISE(ABORT, 'consignment sales are never deleted'); END;

CREATE TRIGGER consignment_sales_money_frozen BEFORE UPDATE OF quantity, unit, amount_fen, commission_fen, sold_on, sold_at
ON consignment_sales WHEN OLD.sold_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'money that was received is never changed'); END;

CREATE TRIGGER bills_never_deleted BEFORE DELETE ON bills
BEGIN SELECT RAISE(ABORT, 'bills are never deleted'); END;

CREATE TRIGGER bills_money_frozen BEFORE UPDATE OF biller, kind, bill_period, amount_fen, received_on, received_at
ON bills WHEN OLD.received_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'money that was received is never changed'); END;

CREATE TRIGGER cash_counts_final BEFORE UPDATE ON cash_counts WHEN OLD.counted_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a finished count is never changed'); END;

CREATE TRIGGER cash_counts_never_deleted BEFORE DELETE ON cash_counts
BEGIN SELECT RAISE(ABORT, 'counts are never deleted'); END;

CREATE TRIGGER reports_never_change BEFORE UPDATE ON reports
BEGIN SELECT RAISE(ABORT, 'a frozen report is never changed'); END;

CREATE TRIGGER reports_never_deleted BEFORE DELETE ON reports
BEGIN SELECT RAISE(ABORT, 'a frozen report is never deleted'); END;
