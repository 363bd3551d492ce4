CREATE TRIGGER shelf_counts_never_deleted BEFORE DELETE ON shelf_counts
BEGIN SELECT RAISE(ABORT, 'shelf counts are never deleted'); END;

CREATE TRIGGER shelf_counts_stay_ended BEFORE UPDATE ON shelf_counts
WHEN OLD.state <> 'counting'
BEGIN SELECT RAISE(ABORT, 'what a shelf count found is never changed'); END;

CREATE TRIGGER shelf_count_finds_never_deleted BEFORE DELETE ON shelf_count_finds
BEGIN SELECT RAISE(ABORT, 'what a shelf count found is never deleted'); END;

-- After the end only the answer to a find is written, and what names a person is taken out.
CREATE TRIGGER shelf_count_finds_stay_as_found
BEFORE UPDATE OF kind, count_id, piece_index, shelf, layer, book_shelf, book_layer, at ON shelf_count_finds
WHEN (SELECT state FROM shelf_counts WHERE id = OLD.count_id) <> 'counting'
BEGIN SELECT RAISE(ABORT, 'what a shelf count found is never changed'); END;

CREATE TRIGGER shelf_count_finds_only_while_counting BEFORE INSERT ON shelf_count_finds
WHEN (SELECT state FROM shelf_counts WHERE id = NEW.count_id) IS NOT 'counting'
BEGIN SELECT RAISE(ABORT, 'a shelf count that ended finds nothing more'); END;

CREATE TRIGGER shelf_count_finds_answered_once BEFORE UPDATE OF answer ON shelf_count_finds
WHEN OLD.answer NOT IN ('', NEW.answer)
BEGIN SELECT RAISE(ABORT, 'what was done about a find stands'); END;
