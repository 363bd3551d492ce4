"""What goes wrong with personal data, one line each: id, sentence, the refusal's code ('' where the station does it and says
so). Each can be taken on a page and by the API; ``services/test_data_requests`` and ``test_restoring`` take them."""

from __future__ import annotations

PATHS: list[tuple[str, str, str]] = [
    ("data-wrong-code", "a code that there isn't, or of somebody else", "data_request.not_recognised"),
    ("data-tail", "somebody says only the last four digits", "data_request.phone_not_full"),
    ("data-other-phone", "the phone is not the one that was given then", "data_request.not_recognised"),
    ("data-guessing", "the sixth try within ten minutes", "data_request.too_many_tries"),
    ("data-inspector", "an inspector wants to see what is kept of somebody", "staff.not_allowed"),
    ("data-waits", "the person went home; the page is used half an hour later", "data_request.over"),
    ("data-not-theirs", "the form names the case of somebody else", "data_request.not_theirs"),
    ("data-paid-account", "the account that was paid is to be written otherwise", "data_request.field_fixed"),
    ("data-money", "a receipt of last week is to be erased: it stays its three years, and the slip says by which law", ""),
    ("data-open", "a parcel that still lies here is to be erased: it stays until it was collected", ""),
    ("data-no-printer", "no printer: the answer is read on the screen", ""),
    ("data-reprint", "the answer is printed again next week: it is empty", ""),
    ("data-term-law", "the manager wants money records gone after a month", "retention.out_of_bounds"),
    ("data-term-order", "the full phone is to outlive the tail", "retention.number_outlives_person"),
    ("data-term-operator", "an operator wants to set a term", "staff.not_allowed"),
    ("data-power-cut", "the power is cut in the middle of an erasure: the turn is not there, the next one takes it up", ""),
    ("data-restore", "an old back-up brings a person back: erased again before it opens", ""),
    ("data-restore-damaged", "the database is broken: the list beside it tells what to erase", ""),
    ("data-restore-on-shelf", "the back-up shows the parcel on its shelf: only its number stays until it is out again", ""),
]  # fmt: skip
