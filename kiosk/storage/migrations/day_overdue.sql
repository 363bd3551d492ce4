-- What lies here by its age: the overdue list and the reminders read the stock alone, whatever the history.

CREATE INDEX stock_by_age ON parcels (checked_in_on, id) WHERE state IN ('on_shelf', 'problem', 'to_return');
