CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit records are never changed'); END;

CREATE TRIGGER audit_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit records are never deleted'); END;

CREATE TRIGGER numbers_never_go_back BEFORE UPDATE ON numbers WHEN NEW.last <> OLD.last + 1 AND NOT (
    OLD.series = 'outbox' AND EXISTS (
        SELECT 1 FROM skipped_sequences WHERE first_sequence = OLD.last + 1 AND last_sequence = NEW.last
    )
)
BEGIN SELECT RAISE(ABORT, 'document numbers have no gaps'); END;

CREATE TRIGGER numbers_never_deleted BEFORE DELETE ON numbers
BEGIN SELECT RAISE(ABORT, 'document numbers are never deleted'); END;

CREATE TRIGGER fee_versions_frozen BEFORE UPDATE ON fee_versions
BEGIN SELECT RAISE(ABORT, 'a published fee version is frozen'); END;

CREATE TRIGGER fee_versions_kept BEFORE DELETE ON fee_versions
BEGIN SELECT RAISE(ABORT, 'a published fee version is kept'); END;

CREATE TRIGGER entries_born_as_drafts BEFORE INSERT ON entries WHEN NEW.posted <> 0
BEGIN SELECT RAISE(ABORT, 'an entry is born a draft'); END;

CREATE TRIGGER entries_posted_balanced BEFORE UPDATE ON entries WHEN OLD.posted = 0 AND NEW.posted = 1
BEGIN
    SELECT RAISE(ABORT, 'an entry must balance and have two postings or more')
    WHERE (SELECT COALESCE(SUM(amount_fen), 1) FROM postings WHERE entry_id = NEW.id) <> 0
       OR (SELECT COUNT(*) FROM postings WHERE entry_id = NEW.id) < 2;
END;

CREATE TRIGGER entries_posted_move_balances AFTER UPDATE ON entries WHEN OLD.posted = 0 AND NEW.posted = 1
BEGIN
    INSERT INTO account_balances (account, party, fen)
    SELECT account, party, SUM(amount_fen) FROM postings WHERE entry_id = NEW.id GROUP BY account, party
    ON CONFLICT (account, party) DO UPDATE SET fen = fen + excluded.fen;
END;

CREATE TRIGGER entries_posted_never_change BEFORE UPDATE ON entries WHEN OLD.posted = 1
BEGIN SELECT RAISE(ABORT, 'a posted entry is never changed'); END;

CREATE TRIGGER entries_never_deleted BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;

CREATE TRIGGER postings_only_to_drafts BEFORE INSERT ON postings
WHEN (SELECT posted FROM entries WHERE id = NEW.entry_id) <> 0
BEGIN SELECT RAISE(ABORT, 'a posted entry takes no more postings'); END;

CREATE TRIGGER postings_never_change BEFORE UPDATE ON postings
BEGIN SELECT RAISE(ABORT, 'postings are never changed'); END;

CREATE TRIGGER postings_never_deleted BEFORE DELETE ON postings
BEGIN SELECT RAISE(ABORT, 'postings are never deleted'); END;

CREATE TRIGGER closed_days_never_change BEFORE UPDATE ON business_days WHEN OLD.state = 'closed'
BEGIN SELECT RAISE(ABORT, 'a closed day is never changed'); END;

CREATE TRIGGER days_never_deleted BEFORE DELETE ON business_days
BEGIN SELECT RAISE(ABORT, 'business days are never deleted'); END;

CREATE TRIGGER outbox_content_frozen BEFORE UPDATE OF sequence, topic, subject_kind, subject_id, payload, envelope, hash, created_at ON outbox
BEGIN SELECT RAISE(ABORT, 'a queued message is never changed'); END;

-- Final, but for a number that a person typed and has just taken back.
CREATE TRIGGER outbox_acknowledged_final BEFORE UPDATE ON outbox WHEN OLD.state = 'acknowledged' AND NOT (
    NEW.state = 'waiting' AND NEW.acknowledgement_no IS NULL AND EXISTS (
        SELECT 1 FROM typed_acknowledgements t JOIN typed_acknowledgements w ON w.withdraws_id = t.id
        WHERE t.message_id = OLD.id AND t.number = OLD.acknowledgement_no AND t.noted_at = OLD.acknowledged_at
    )
)
BEGIN SELECT RAISE(ABORT, 'an acknowledged message is final'); END;

CREATE TRIGGER outbox_never_deleted BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'queued messages are never deleted'); END;
