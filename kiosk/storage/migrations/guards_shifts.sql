-- A closed day takes no more money; what was handed over, compared, accepted or corrected stays as it was written.

CREATE TRIGGER entries_only_on_open_days BEFORE INSERT ON entries
WHEN (SELECT state FROM business_days WHERE business_on = NEW.business_on) = 'closed'
BEGIN SELECT RAISE(ABORT, 'a closed day takes no more entries'); END;

CREATE TRIGGER tickets_settled_on_open_days BEFORE UPDATE OF settled_on, voided_on ON tickets
WHEN (NEW.settled_on IS NOT OLD.settled_on
        AND (SELECT state FROM business_days WHERE business_on = NEW.settled_on) = 'closed')
    OR (NEW.voided_on IS NOT OLD.voided_on
        AND (SELECT state FROM business_days WHERE business_on = NEW.voided_on) = 'closed')
BEGIN SELECT RAISE(ABORT, 'a closed day takes no more tickets'); END;

CREATE TRIGGER drawer_hand_overs_never_change BEFORE UPDATE ON drawer_hand_overs
BEGIN SELECT RAISE(ABORT, 'a hand-over of the drawer is never changed'); END;

CREATE TRIGGER drawer_hand_overs_never_deleted BEFORE DELETE ON drawer_hand_overs
BEGIN SELECT RAISE(ABORT, 'hand-overs of the drawer are never deleted'); END;

CREATE TRIGGER wallet_counts_never_change BEFORE UPDATE ON wallet_counts
BEGIN SELECT RAISE(ABORT, 'what was seen in a wallet is never changed'); END;

CREATE TRIGGER wallet_counts_never_deleted BEFORE DELETE ON wallet_counts
BEGIN SELECT RAISE(ABORT, 'what was seen in a wallet is never deleted'); END;

CREATE TRIGGER closings_content_frozen BEFORE UPDATE OF from_on, to_on, from_time, to_time, reason, entered_at,
    entered_by_kind, entered_by_id ON closings
BEGIN SELECT RAISE(ABORT, 'a closing is withdrawn and entered anew, never changed'); END;

CREATE TRIGGER closings_withdrawn_final BEFORE UPDATE ON closings WHEN OLD.withdrawn_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a withdrawn closing stays withdrawn'); END;

CREATE TRIGGER closings_never_deleted BEFORE DELETE ON closings
BEGIN SELECT RAISE(ABORT, 'closings are never deleted'); END;

CREATE TRIGGER clock_acceptances_never_change BEFORE UPDATE ON clock_acceptances
BEGIN SELECT RAISE(ABORT, 'an accepted clock is never changed'); END;

CREATE TRIGGER clock_acceptances_never_deleted BEFORE DELETE ON clock_acceptances
BEGIN SELECT RAISE(ABORT, 'accepted clocks are never deleted'); END;

CREATE TRIGGER day_corrections_only_of_closed_days BEFORE INSERT ON day_corrections
WHEN (SELECT state FROM business_days WHERE business_on = NEW.business_on) IS NOT 'closed'
BEGIN SELECT RAISE(ABORT, 'only a closed day is corrected'); END;

CREATE TRIGGER day_corrections_never_change BEFORE UPDATE ON day_corrections
BEGIN SELECT RAISE(ABORT, 'a correction is never changed'); END;

CREATE TRIGGER day_corrections_never_deleted BEFORE DELETE ON day_corrections
BEGIN SELECT RAISE(ABORT, 'corrections are never deleted'); END;
