-- What people found out about a printer by its test page: it stands over station.toml from the next slip on.

CREATE TABLE printer_settings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,             -- the last row of a printer counts
    printer TEXT NOT NULL,                            -- name of the device
    options TEXT NOT NULL,                            -- fields of kiosk.printing.profile → value, JSON; '{}': as station.toml says
    set_at TEXT NOT NULL,
    set_by_kind TEXT NOT NULL,
    set_by_id INTEGER NOT NULL
) STRICT;
CREATE INDEX printer_settings_of_printer ON printer_settings (printer);
