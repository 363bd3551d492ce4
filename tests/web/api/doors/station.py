"""What each role may do with the station itself: its days, its paper, its ledgers and its lists."""

from __future__ import annotations

from tests.web.api.doors.roles import CLERKS, INTAKE, READERS, Door
from tests.web.api.program import ROLES

DOOR: Door = {
    ("GET", "/prints"): (None, READERS),
    ("GET", "/prints/{print_job_id}"): (None, READERS),
    ("POST", "/prints/choose"): ({"print_job_ids": [424242], "choice": "drop"}, CLERKS),
    ("POST", "/prints/{print_job_id}/answer"): ({"came_out": True}, CLERKS),
    ("POST", "/prints/{print_job_id}/retry"): ({}, CLERKS),
    ("POST", "/prints/{print_job_id}/cancel"): ({}, CLERKS),
    ("POST", "/prints/slips/{slip_id}/reprint"): ({}, CLERKS),
    ("POST", "/days/open"): ({}, CLERKS),
    ("POST", "/days/close"): ({"pieces": {}}, CLERKS),
    ("GET", "/days"): (None, READERS),
    ("POST", "/days/counts"): ({}, CLERKS),
    ("POST", "/days/counts/{count_id}/finish"): ({"pieces": {}}, CLERKS),
    ("POST", "/days/hand-over"): ({"pieces": {}, "to_staff_id": 424242, "to_pin": "4826"}, CLERKS),
    ("POST", "/days/clock"): ({"reason": "battery"}, {"manager"}),
    ("GET", "/days/details"): (None, READERS),
    ("POST", "/days/x"): ({}, CLERKS),
    ("POST", "/days/correct"): (
        {"business_on": "2026-11-22", "reason": "other", "voucher": "R1", "rows": []},
        {"manager"},
    ),
    ("GET", "/days/closings"): (None, READERS),
    ("POST", "/days/closings"): ({"from_on": "2026-11-22", "reason": "holiday"}, CLERKS),
    ("POST", "/days/closings/{closing_id}/withdraw"): ({}, CLERKS),
    ("GET", "/days/hours"): (None, READERS),
    ("POST", "/days/hours/print"): ({"month": "2026-11"}, CLERKS),
    ("GET", "/days/owner"): (None, {"manager"}),
    ("GET", "/reports/daily"): (None, READERS),
    ("GET", "/compliance"): (None, READERS),
    ("GET", "/county-messages"): (None, READERS),
    ("GET", "/county-messages/{message_id}"): (None, READERS),
    ("GET", "/county-messages/turned-away"): (None, READERS),
    ("POST", "/county-messages/turned-away/{turned_away_id}/seen"): ({}, {"manager"}),
    ("POST", "/county-messages/{message_id}/display"): ({"shown": True}, {"manager"}),
    ("POST", "/county-messages/{message_id}/draft"): ({"how": "whole"}, {"manager"}),
    ("POST", "/county-messages/{message_id}/try-again"): ({}, {"manager"}),
    ("GET", "/county-keys"): (None, READERS),
    ("POST", "/county-keys"): ({"public_key": "{}", "thumbprint": "x"}, {"manager"}),
    ("GET", "/ledgers"): (None, READERS),
    ("GET", "/ledgers/{form}"): (None, READERS),
    ("GET", "/status"): (None, set(ROLES)),
    ("GET", "/desks"): (None, READERS),
    ("GET", "/carriers"): (None, READERS | INTAKE),
}
