-- What was erased stays listed, and who changed how long things are kept stays written.

CREATE TRIGGER erasures_never_change BEFORE UPDATE ON erasures
BEGIN SELECT RAISE(ABORT, 'the list of erasures is never changed'); END;

CREATE TRIGGER erasures_never_deleted BEFORE DELETE ON erasures
BEGIN SELECT RAISE(ABORT, 'the list of erasures is never shortened'); END;

CREATE TRIGGER retention_terms_never_change BEFORE UPDATE ON retention_terms
BEGIN SELECT RAISE(ABORT, 'a term is set anew, never changed'); END;

CREATE TRIGGER retention_terms_never_deleted BEFORE DELETE ON retention_terms
BEGIN SELECT RAISE(ABORT, 'a term that was set stays written'); END;

CREATE TRIGGER data_requests_never_change BEFORE UPDATE OF kind, proved_by, cases, done, stayed, asked_on, asked_at,
    asked_by_kind, asked_by_id ON data_requests
BEGIN SELECT RAISE(ABORT, 'what was asked and answered is never changed'); END;

CREATE TRIGGER data_requests_never_deleted BEFORE DELETE ON data_requests
BEGIN SELECT RAISE(ABORT, 'what was asked stays written'); END;
