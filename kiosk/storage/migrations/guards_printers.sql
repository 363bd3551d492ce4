CREATE TRIGGER printer_settings_never_change BEFORE UPDATE ON printer_settings
BEGIN SELECT RAISE(ABORT, 'what a printer can do is said anew, never changed'); END;

CREATE TRIGGER printer_settings_never_deleted BEFORE DELETE ON printer_settings
BEGIN SELECT RAISE(ABORT, 'what was said of a printer stays written'); END;
