"""What goes wrong with ledgers, one line each: id, sentence, the refusal's code ('' where the station does it and says so).
Each can be taken on a page and by the API."""

from __future__ import annotations

PATHS: list[tuple[str, str, str]] = [
    ("ledger-no-such-day", "a date is asked for that is no day: the 30th of February", "ledger.dates_unreadable"),
    ("ledger-reversed", "the first day is after the last one", "ledger.dates_reversed"),
    ("ledger-too-long", "five years are asked for at once", "ledger.range_too_long"),
    ("ledger-state", "a state is asked for that this ledger doesn't have", "ledger.state_unknown"),
    ("ledger-tail", "a phone's tail of three digits", "ledger.tail_unreadable"),
    ("ledger-text", "a whole sentence is pasted into the search field", "ledger.text_too_long"),
    ("ledger-unknown", "a ledger is asked for that there isn't", "ledger.unknown"),
    ("ledger-empty", "a month with nothing in it: an empty ledger, an empty file, a record of both", ""),
    ("ledger-bare-inspector", "an inspector wants the phones bare: refused and remembered", "staff.not_allowed"),
    ("ledger-bare-courier", "a courier's token asks for a ledger", "staff.not_allowed"),
    ("ledger-formula", "goods are called =cmd|'/C calc'!A0: five characters more in a file, never a formula", ""),
    ("ledger-erased", "a person was erased meanwhile: the row stays, 已删除 stands for the person", ""),
    ("ledger-voided", "a ticket is voided after its ledger was exported: the next export shows it as it is now", ""),
    ("ledger-while-serving", "a year is exported while the counter hands over: both are done", ""),
    ("ledger-second-export", "a second export is begun while one is made: it waits its turn", ""),
]
