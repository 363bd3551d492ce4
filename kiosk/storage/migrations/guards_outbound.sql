-- What was accepted, given or refused stays as it was written.

CREATE TRIGGER outbound_never_deleted BEFORE DELETE ON outbound_parcels
BEGIN SELECT RAISE(ABORT, 'outbound parcels are never deleted'); END;

CREATE TRIGGER outbound_states_go_forward BEFORE UPDATE OF state ON outbound_parcels
WHEN NOT (NEW.state = OLD.state
    OR (OLD.state = 'recorded' AND NEW.state IN ('accepted', 'cancelled'))
    OR (OLD.state = 'accepted' AND NEW.state IN ('given', 'returned'))
    OR (OLD.state = 'given' AND NEW.state = 'accepted'))
BEGIN SELECT RAISE(ABORT, 'an outbound parcel goes from recorded to accepted to given'); END;

CREATE TRIGGER outbound_content_frozen BEFORE UPDATE OF item_kind, quantity, weight_grams, weight_source, insured_value_fen,
    paid_by, freight_fen, premium_fen, freight_source, freight_zone, carrier, id_document, checked_at, checked_by_kind,
    checked_by_id, recorded_on, recorded_at
ON outbound_parcels
BEGIN SELECT RAISE(ABORT, 'what was weighed, checked and priced is recorded anew, never changed'); END;

CREATE TRIGGER outbound_number_kept BEFORE UPDATE OF outbound_no, accepted_on, accepted_at ON outbound_parcels
WHEN OLD.outbound_no IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the number on the sticker never changes'); END;

-- Only its courier's list lets a parcel go, with its number on it; the list is given in the same act.
CREATE TRIGGER outbound_given_with_waybill BEFORE UPDATE OF state ON outbound_parcels
WHEN NEW.state = 'given' AND (NEW.waybill_no IS NULL OR NEW.manifest_id IS NULL
    OR (SELECT carrier FROM outbound_manifests WHERE id = NEW.manifest_id) IS NOT NEW.carrier)
BEGIN SELECT RAISE(ABORT, 'a parcel is given on a manifest of its carrier, with its waybill'); END;

CREATE TRIGGER outbound_waybill_kept BEFORE UPDATE OF waybill_no ON outbound_parcels
WHEN OLD.state NOT IN ('recorded', 'accepted') AND NEW.waybill_no IS NOT OLD.waybill_no AND NEW.erased_at IS NULL
BEGIN SELECT RAISE(ABORT, 'the waybill of a parcel that left is never changed'); END;

CREATE TRIGGER manifests_never_deleted BEFORE DELETE ON outbound_manifests
BEGIN SELECT RAISE(ABORT, 'manifests are never deleted'); END;

CREATE TRIGGER manifests_given_frozen BEFORE UPDATE OF manifest_no, carrier, pieces, given_on, given_at, given_by_kind,
    given_by_id, slip_id ON outbound_manifests
WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a manifest that was given is never changed'); END;

CREATE TRIGGER manifests_go_forward BEFORE UPDATE OF state ON outbound_manifests
WHEN NOT (NEW.state = OLD.state OR (OLD.state = 'open' AND NEW.state IN ('given', 'dropped'))
    OR (OLD.state = 'given' AND NEW.state = 'taken_back'))
BEGIN SELECT RAISE(ABORT, 'a manifest goes from open to given'); END;

CREATE TRIGGER outbound_refusals_never_change BEFORE UPDATE ON outbound_refusals
BEGIN SELECT RAISE(ABORT, 'a refusal that was noted is never changed'); END;

CREATE TRIGGER outbound_refusals_never_deleted BEFORE DELETE ON outbound_refusals
BEGIN SELECT RAISE(ABORT, 'refusals are never deleted'); END;
