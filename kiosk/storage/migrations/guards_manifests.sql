-- What changed hands stays as it was written; what was signed is no longer added to.

CREATE TRIGGER day_manifests_never_deleted BEFORE DELETE ON manifests
BEGIN SELECT RAISE(ABORT, 'manifests are never deleted'); END;

CREATE TRIGGER day_manifests_go_forward BEFORE UPDATE OF state ON manifests
WHEN NOT (NEW.state = OLD.state
    OR (OLD.state = 'open' AND NEW.state IN ('closed', 'void'))
    OR (OLD.state = 'closed' AND NEW.state IN ('signed', 'void'))
    OR (OLD.state = 'signed' AND NEW.state = 'void'))
BEGIN SELECT RAISE(ABORT, 'a manifest goes from open to closed to signed'); END;

CREATE TRIGGER day_manifests_content_frozen BEFORE UPDATE OF kind, carrier, batch_id, replaces_id, opened_on, opened_at,
    opened_by_kind, opened_by_id ON manifests
BEGIN SELECT RAISE(ABORT, 'whose manifest it is never changes'); END;

CREATE TRIGGER day_manifests_closed_frozen BEFORE UPDATE OF manifest_no, declared, pieces, closed_on, closed_at,
    closed_by_kind, closed_by_id, slip_id ON manifests
WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a manifest that was closed is never changed'); END;

CREATE TRIGGER day_manifests_signed_by_somebody BEFORE UPDATE OF state ON manifests
WHEN NEW.state = 'signed' AND OLD.state <> 'signed'
    AND NOT EXISTS (SELECT 1 FROM manifest_signatures s WHERE s.case_kind = 'manifest' AND s.case_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a manifest is signed by somebody'); END;

CREATE TRIGGER manifest_items_only_on_open_lists BEFORE INSERT ON manifest_items
WHEN (SELECT state FROM manifests WHERE id = NEW.manifest_id) IS NOT 'open'
BEGIN SELECT RAISE(ABORT, 'only an open manifest is added to'); END;

CREATE TRIGGER manifest_items_taken_off_open_lists BEFORE DELETE ON manifest_items
WHEN (SELECT state FROM manifests WHERE id = OLD.manifest_id) IS NOT 'open'
BEGIN SELECT RAISE(ABORT, 'only from an open manifest is anything taken off'); END;

CREATE TRIGGER manifest_items_frozen BEFORE UPDATE OF manifest_id, subject_kind, subject_id, note, added_at, added_by_kind,
    added_by_id ON manifest_items
BEGIN SELECT RAISE(ABORT, 'what is on a manifest never changes'); END;

CREATE TRIGGER manifest_signatures_never_change BEFORE UPDATE ON manifest_signatures
BEGIN SELECT RAISE(ABORT, 'a signature is never changed'); END;

CREATE TRIGGER manifest_signatures_never_deleted BEFORE DELETE ON manifest_signatures
BEGIN SELECT RAISE(ABORT, 'signatures are never deleted'); END;

CREATE TRIGGER manifest_items_outcomes BEFORE UPDATE OF outcome ON manifest_items
WHEN NOT (NEW.outcome = OLD.outcome OR OLD.outcome = ''
    OR (OLD.outcome = 'left' AND NEW.outcome = 'taken_back') OR (OLD.outcome = 'delivered' AND NEW.outcome = ''))
BEGIN SELECT RAISE(ABORT, 'what became of a piece is told once'); END;
