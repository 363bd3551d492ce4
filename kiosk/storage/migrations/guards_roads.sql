-- How a message left, which number was typed, which key signs from when: written once.

CREATE TRIGGER handovers_never_change BEFORE UPDATE ON handovers
BEGIN SELECT RAISE(ABORT, 'a handed-over message stays written'); END;

CREATE TRIGGER handovers_never_deleted BEFORE DELETE ON handovers
BEGIN SELECT RAISE(ABORT, 'a handed-over message stays written'); END;

CREATE TRIGGER typed_acknowledgements_never_change BEFORE UPDATE ON typed_acknowledgements
BEGIN SELECT RAISE(ABORT, 'a typed number is taken back by a new row, never changed'); END;

CREATE TRIGGER typed_acknowledgements_never_deleted BEFORE DELETE ON typed_acknowledgements
BEGIN SELECT RAISE(ABORT, 'a typed number stays written'); END;

CREATE TRIGGER station_keys_never_change BEFORE UPDATE ON station_keys
BEGIN SELECT RAISE(ABORT, 'a key is followed by another, never changed'); END;

CREATE TRIGGER station_keys_never_deleted BEFORE DELETE ON station_keys
BEGIN SELECT RAISE(ABORT, 'the keys of a station stay written'); END;

CREATE TRIGGER enrolments_asked_frozen BEFORE UPDATE OF code, thumbprint, asked_at, asked_by_kind, asked_by_id ON enrolments
BEGIN SELECT RAISE(ABORT, 'what was asked is never changed'); END;

CREATE TRIGGER enrolments_ended_final BEFORE UPDATE ON enrolments WHEN OLD.state <> 'asked'
BEGIN SELECT RAISE(ABORT, 'an enrolment that has ended is final'); END;

CREATE TRIGGER enrolments_never_deleted BEFORE DELETE ON enrolments
BEGIN SELECT RAISE(ABORT, 'enrolments are never deleted'); END;

CREATE TRIGGER refusals_never_change BEFORE UPDATE ON refusals
BEGIN SELECT RAISE(ABORT, 'a refusal stays written'); END;

CREATE TRIGGER refusals_never_deleted BEFORE DELETE ON refusals
BEGIN SELECT RAISE(ABORT, 'a refusal stays written'); END;

CREATE TRIGGER skipped_sequences_never_change BEFORE UPDATE ON skipped_sequences
BEGIN SELECT RAISE(ABORT, 'numbers that were skipped stay skipped'); END;

CREATE TRIGGER skipped_sequences_never_deleted BEFORE DELETE ON skipped_sequences
BEGIN SELECT RAISE(ABORT, 'numbers that were skipped stay skipped'); END;
