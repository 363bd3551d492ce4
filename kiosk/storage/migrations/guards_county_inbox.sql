-- What the county said, and which of its keys was believed when, is never changed; only what became of it is.

CREATE TRIGGER county_keys_never_change BEFORE UPDATE ON county_keys
BEGIN SELECT RAISE(ABORT, 'a pinned key is never changed'); END;

CREATE TRIGGER county_keys_never_deleted BEFORE DELETE ON county_keys
BEGIN SELECT RAISE(ABORT, 'pinned keys are never deleted'); END;

CREATE TRIGGER county_messages_born_received BEFORE INSERT ON county_messages WHEN NEW.state <> 'received'
BEGIN SELECT RAISE(ABORT, 'a message is born received'); END;

CREATE TRIGGER county_messages_without_gap BEFORE INSERT ON county_messages
WHEN NEW.sequence <> 1 + (SELECT COALESCE(MAX(sequence), 0) FROM county_messages)
BEGIN SELECT RAISE(ABORT, 'a message waits for those before it'); END;

CREATE TRIGGER county_messages_frozen BEFORE UPDATE OF sequence, topic, made_at, key_id, header, payload, signature, hash, received_at
ON county_messages
BEGIN SELECT RAISE(ABORT, 'what the county said is never changed'); END;

CREATE TRIGGER county_messages_settled_once BEFORE UPDATE OF state ON county_messages
WHEN OLD.state <> NEW.state AND NOT (
    OLD.state = 'received' AND NEW.state IN ('applied', 'parked') OR OLD.state = 'parked' AND NEW.state = 'applied')
BEGIN SELECT RAISE(ABORT, 'a message is applied once'); END;

CREATE TRIGGER county_messages_never_deleted BEFORE DELETE ON county_messages
BEGIN SELECT RAISE(ABORT, 'messages of the county are never deleted'); END;

CREATE TRIGGER county_reads_never_change BEFORE UPDATE ON county_reads
BEGIN SELECT RAISE(ABORT, 'who has read a message is never changed'); END;

CREATE TRIGGER county_reads_never_deleted BEFORE DELETE ON county_reads
BEGIN SELECT RAISE(ABORT, 'who has read a message is never deleted'); END;

CREATE TRIGGER county_turned_away_only_counted BEFORE UPDATE OF reason, sequence, first_at ON county_turned_away
BEGIN SELECT RAISE(ABORT, 'what was turned away is only counted'); END;

CREATE TRIGGER county_turned_away_ended_once BEFORE UPDATE ON county_turned_away WHEN OLD.ended IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'what a person has seen is never changed'); END;

CREATE TRIGGER county_turned_away_never_deleted BEFORE DELETE ON county_turned_away
BEGIN SELECT RAISE(ABORT, 'what was turned away is never forgotten'); END;
