-- A draft that was published or thrown away stays as it was.

CREATE TRIGGER fee_drafts_born_open BEFORE INSERT ON fee_drafts WHEN NEW.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a fee draft is born open'); END;

CREATE TRIGGER fee_drafts_ended_final BEFORE UPDATE ON fee_drafts WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a fee draft that has ended is never changed'); END;

CREATE TRIGGER fee_drafts_never_deleted BEFORE DELETE ON fee_drafts
BEGIN SELECT RAISE(ABORT, 'fee drafts are never deleted'); END;
