-- The trade of a day is frozen with its report: written between the close and the report, then never again.

CREATE TRIGGER day_trade_of_closed_days BEFORE INSERT ON day_trade
WHEN (SELECT state FROM business_days WHERE business_on = NEW.business_on) IS NOT 'closed'
    OR EXISTS (SELECT 1 FROM reports WHERE form = 'F1' AND business_on = NEW.business_on)
BEGIN SELECT RAISE(ABORT, 'the trade of a day is frozen with its report'); END;

CREATE TRIGGER day_trade_never_changes BEFORE UPDATE ON day_trade
BEGIN SELECT RAISE(ABORT, 'the trade of a day is never changed'); END;

CREATE TRIGGER day_trade_never_deleted BEFORE DELETE ON day_trade
BEGIN SELECT RAISE(ABORT, 'the trade of a day is never deleted'); END;
