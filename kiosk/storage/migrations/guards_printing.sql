CREATE TRIGGER slips_never_change BEFORE UPDATE ON slips
BEGIN SELECT RAISE(ABORT, 'an issued slip is never changed'); END;

CREATE TRIGGER slips_never_deleted BEFORE DELETE ON slips
BEGIN SELECT RAISE(ABORT, 'issued slips are never deleted'); END;

CREATE TRIGGER print_jobs_born_waiting BEFORE INSERT ON print_jobs WHEN NEW.state <> 'waiting' OR NEW.attempts <> 0
BEGIN SELECT RAISE(ABORT, 'a print job is born waiting'); END;

CREATE TRIGGER print_jobs_content_frozen BEFORE UPDATE OF id, slip_id, printer, copy_no, copies, created_at ON print_jobs
BEGIN SELECT RAISE(ABORT, 'what a print job prints is never changed'); END;

CREATE TRIGGER print_jobs_final BEFORE UPDATE ON print_jobs WHEN OLD.state IN ('sent', 'confirmed', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'a finished print job is final'); END;

CREATE TRIGGER print_jobs_go_forward BEFORE UPDATE ON print_jobs WHEN NEW.attempts < OLD.attempts OR NEW.turn < OLD.turn
BEGIN SELECT RAISE(ABORT, 'attempts and turns are never taken back'); END;

-- Crash recovery relies on it: whoever joins the queue stands behind the job that may be under way.
CREATE TRIGGER print_jobs_queue_at_the_end BEFORE UPDATE ON print_jobs
WHEN NEW.state = 'waiting' AND OLD.state <> 'waiting' AND NEW.turn <= (SELECT MAX(turn) FROM print_jobs)
BEGIN SELECT RAISE(ABORT, 'a job that waits again goes to the end of the queue'); END;

CREATE TRIGGER print_jobs_never_deleted BEFORE DELETE ON print_jobs
BEGIN SELECT RAISE(ABORT, 'print jobs are never deleted'); END;

CREATE TRIGGER print_starts_never_change BEFORE UPDATE ON print_starts
BEGIN SELECT RAISE(ABORT, 'starts are never changed'); END;

CREATE TRIGGER print_starts_never_deleted BEFORE DELETE ON print_starts
BEGIN SELECT RAISE(ABORT, 'starts are never deleted'); END;
