-- That somebody agreed is evidence: it is never changed or deleted, only withdrawn, once, and at last erased.

CREATE TRIGGER day_consents_never_deleted BEFORE DELETE ON consents
BEGIN SELECT RAISE(ABORT, 'consents are never deleted'); END;

CREATE TRIGGER day_consents_frozen BEFORE UPDATE OF scope, how, parcel_id, given_at, given_on, given_by_kind, given_by_id
    ON consents
BEGIN SELECT RAISE(ABORT, 'how a consent was given never changes'); END;

CREATE TRIGGER day_consents_withdrawn_once BEFORE UPDATE OF withdrawn_at, withdrawn_on, withdrawn_how, withdrawn_by_kind,
    withdrawn_by_id ON consents
WHEN OLD.withdrawn_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a consent is withdrawn once'); END;

CREATE TRIGGER day_consents_people_only_erased BEFORE UPDATE OF phone_hash, phone_tail, name_hint, erased_at ON consents
WHEN COALESCE(NEW.phone_hash, NEW.phone_tail, NEW.name_hint) IS NOT NULL OR NEW.erased_at IS NULL
BEGIN SELECT RAISE(ABORT, 'whose consent it is never changes'); END;
