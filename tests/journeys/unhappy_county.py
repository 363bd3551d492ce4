"""What goes wrong with what the county says, one line each: id, sentence, the refusal's code ('' where the station does it and
says so). ``services/test_inbox``, ``test_apply_message`` and ``sync/test_downlink`` take them."""

from __future__ import annotations

PATHS: list[tuple[str, str, str]] = [
    ("county-no-key", "messages come before anybody pinned the county's key", "message.no_key"),
    ("county-forged", "somebody else signs a message: turned away, and seen by a person", "message.signature_wrong"),
    ("county-foreign", "a message for another station comes", "message.foreign"),
    ("county-replayed", "an old answer comes again: nothing happens twice", ""),
    ("county-rewritten", "a number comes again with other content: the first stands, a person sees it", ""),
    ("county-gap", "one message is missing: what follows waits until it came", ""),
    ("county-unknown-topic", "the centre is newer than the station: parked, the county is told", "message.topic_unknown"),
    ("county-unreadable", "the content is wrong in one place: parked with the place", "message.content_unreadable"),
    ("county-fault", "the station's own program fails over one message: parked, the next one comes", ""),
    ("county-night", "a list of parcels comes at night: noted, and no business day is opened", ""),
    ("county-half-a-list", "some lines of a list will not do: named, the others taken", ""),
    ("county-no-line", "no line of a list will do", "expected.line_wrong"),
    ("county-day-open", "the county misses the report of the day that is open", ""),
    ("county-second-draft", "fees are proposed while a draft is being written", "fees.draft_open"),
    ("county-operator", "an operator wants to make a draft, show a notice or pin a key", "staff.not_allowed"),
    ("county-old-notice", "a notice that has ended is to be shown", "message.expired"),
    ("county-screen-full", "a fourth notice is to be shown", "message.display_full"),
    ("county-wrong-thumbprint", "the typed key is not the one that was compared", "county_key.thumbprint_differs"),
    ("county-rotated", "the centre has a new key: named under the old one, believed from then on", ""),
    ("county-silent", "the county does not answer: reports go all the same", ""),
    ("county-restored", "an old back-up comes back: what came since is asked for again", ""),
]  # fmt: skip

#: Which test takes each of them; a day of its own would show nothing more.
_INBOX, _APPLY, _EAR = (
    "services/test_inbox.py::test_",
    "services/test_apply_message.py::test_",
    "sync/test_downlink.py::test_",
)
SEEN: dict[str, str] = {
    "county-no-key": _INBOX + "nothing_is_taken_before_a_key_is_pinned",
    "county-forged": _INBOX + "what_is_not_the_countys_to_this_station_is_turned_away_and_shown",
    "county-foreign": _INBOX + "what_is_not_the_countys_to_this_station_is_turned_away_and_shown",
    "county-replayed": _INBOX + "replay_is_known_again_and_does_nothing_twice",
    "county-rewritten": _INBOX + "other_content_under_a_number_that_came_is_turned_away_and_the_first_stands",
    "county-gap": _INBOX + "gap_waits_for_what_is_missing_and_is_shown_until_it_came",
    "county-unknown-topic": _INBOX + "unknown_topic_is_parked_without_its_words_and_the_others_go_on",
    "county-unreadable": _INBOX + "unreadable_content_is_parked_with_its_place_and_brings_nothing_about",
    "county-fault": _EAR + "fault_of_our_own_parks_the_message_and_the_next_one_comes",
    "county-night": _APPLY + "list_that_comes_at_night_opens_no_business_day",
    "county-half-a-list": _APPLY + "lines_that_do_not_do_are_named_and_the_others_are_taken",
    "county-no-line": _APPLY + "list_of_which_no_line_does_is_parked",
    "county-day-open": _APPLY + "requested_days_without_a_report_are_shown_to_a_person",
    "county-second-draft": _APPLY + "proposal_makes_no_second_draft_and_is_the_managers",
    "county-operator": _APPLY + "proposal_makes_no_second_draft_and_is_the_managers",
    "county-old-notice": _INBOX + "announcement_is_shown_to_villagers_when_the_manager_says_so_and_until_its_end",
    "county-screen-full": _INBOX + "announcement_is_shown_to_villagers_when_the_manager_says_so_and_until_its_end",
    "county-wrong-thumbprint": _INBOX + "manager_types_a_key_only_with_the_thumbprint_that_he_compared",
    "county-rotated": _INBOX + "key_rotates_by_a_message_of_the_old_one_and_later_messages_need_the_new",
    "county-silent": _EAR + "report_goes_while_a_question_has_no_answer_and_messages_come_while_reports_go",
    "county-restored": "sync/test_downlink_and_centre.py::test_station_and_centre_agree_on_every_message_whatever_happened_on_the_way",
}  # fmt: skip
