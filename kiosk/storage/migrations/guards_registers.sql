-- An entry stands where its last step left it; a step and a form that was written with stay as they were.

CREATE TRIGGER register_entries_never_deleted BEFORE DELETE ON register_entries
BEGIN SELECT RAISE(ABORT, 'entries of registers are never deleted'); END;

CREATE TRIGGER register_entries_begin_once BEFORE INSERT ON register_entries WHEN NEW.steps <> 1 OR NEW.erased_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an entry begins with its first step'); END;

CREATE TRIGGER register_entries_opening_frozen BEFORE UPDATE OF register, number, opened_on, opened_at, opened_by_kind, opened_by_id,
    alike_id, subject_kind, subject_id, kept ON register_entries
BEGIN SELECT RAISE(ABORT, 'how an entry was opened is never changed'); END;

CREATE TRIGGER register_entries_follow_their_steps BEFORE UPDATE OF state, steps ON register_entries
WHEN NOT EXISTS (SELECT 1 FROM register_steps s WHERE s.entry_id = NEW.id AND s.step = NEW.steps AND s.state = NEW.state
    AND s.step = (SELECT MAX(l.step) FROM register_steps l WHERE l.entry_id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'an entry stands where its last step left it'); END;

CREATE TRIGGER register_entries_say_what_a_step_wrote BEFORE UPDATE OF content, date_on, entered_on, ended_on, form_id
ON register_entries WHEN NEW.steps = OLD.steps AND (OLD.steps > 1 OR OLD.content <> '{}') AND (NEW.content <> OLD.content
    OR NEW.date_on <> OLD.date_on OR NEW.entered_on <> OLD.entered_on OR NEW.ended_on IS NOT OLD.ended_on OR NEW.form_id <> OLD.form_id)
BEGIN SELECT RAISE(ABORT, 'what an entry says changes by a step'); END;

CREATE TRIGGER register_entries_stay_erased BEFORE UPDATE OF erased_at, phone_hash, phone_tail, name_hint ON register_entries
WHEN OLD.erased_at IS NOT NULL AND (NEW.erased_at IS NOT OLD.erased_at OR NEW.phone_hash IS NOT NULL OR NEW.phone_tail IS NOT NULL
    OR NEW.name_hint IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'an erased entry stays erased'); END;

CREATE TRIGGER register_steps_in_order BEFORE INSERT ON register_steps
WHEN NEW.step <> 1 + (SELECT COUNT(*) FROM register_steps s WHERE s.entry_id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'steps of an entry follow one another'); END;

CREATE TRIGGER register_steps_never_change BEFORE UPDATE ON register_steps
BEGIN SELECT RAISE(ABORT, 'a step that was taken is never changed'); END;

CREATE TRIGGER register_steps_never_deleted BEFORE DELETE ON register_steps
BEGIN SELECT RAISE(ABORT, 'a step that was taken is never deleted'); END;

CREATE TRIGGER register_forms_never_change BEFORE UPDATE ON register_forms
BEGIN SELECT RAISE(ABORT, 'a form that was written with is never changed'); END;

CREATE TRIGGER register_forms_never_deleted BEFORE DELETE ON register_forms
BEGIN SELECT RAISE(ABORT, 'a form that was written with is never deleted'); END;
