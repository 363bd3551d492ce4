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

#: Which test takes each of them; a day of its own would show nothing more.
SEEN: dict[str, str] = {
    "data-wrong-code": "services/test_data_requests.py::test_who_is_not_recognised_sees_nothing",
    "data-tail": "services/test_data_requests.py::test_who_is_not_recognised_sees_nothing",
    "data-other-phone": "services/test_data_requests.py::test_who_is_not_recognised_sees_nothing",
    "data-guessing": "services/test_data_requests.py::test_numbers_are_not_guessed",
    "data-inspector": "services/test_data_requests.py::test_request_needs_the_right_to_see_full_numbers",
    "data-waits": "services/test_data_requests.py::test_whoever_was_recognised_is_forgotten_after_a_quarter_of_an_hour",
    "data-not-theirs": "services/test_data_requests.py::test_what_may_not_be_corrected_is_refused",
    "data-paid-account": "services/test_data_requests.py::test_what_may_not_be_corrected_is_refused",
    "data-money": "services/test_data_requests.py::test_money_record_stays_its_three_years_and_names_the_law",
    "data-open": "services/test_data_requests.py::test_erasure_takes_what_the_law_lets_go_and_says_why_the_rest_stays",
    "data-no-printer": "services/test_data_requests.py::test_answer_is_read_on_the_screen_where_there_is_no_printer",
    "data-reprint": "services/test_data_requests.py::test_slip_of_what_is_kept_is_whole_today_and_empty_tomorrow",
    "data-term-law": "services/test_data_requests.py::test_term_outside_the_law_is_refused",
    "data-term-order": "services/test_data_requests.py::test_term_outside_the_law_is_refused",
    "data-term-operator": "services/test_data_requests.py::test_operator_sets_no_term",
    "data-power-cut": "services/test_data_requests.py::test_many_go_in_short_turns_and_a_cut_one_goes_on",
    "data-restore": "services/test_restoring.py::test_parcel_that_the_backup_shows_on_its_shelf_has_lost_its_person",
    "data-restore-damaged": "services/test_restoring.py::test_list_beside_a_damaged_database_is_enough",
    "data-restore-on-shelf": "services/test_restoring.py::test_parcel_that_the_backup_shows_on_its_shelf_has_lost_its_person",
}
