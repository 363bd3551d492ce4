"""Invariants of slips and print jobs: a slip is as it was issued and can be read, its papers are numbered without a
gap, and each further paper has its record."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.printing.slips import digest, has_template
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Slips whose hash is not theirs or whose template is gone; papers and records of jobs that do not fit."""
    for row in db.connection.execute("SELECT * FROM slips"):
        if digest(row) != row["hash"]:
            yield Problem("slip.changed", "slip", row["id"], row["template"])
        if not has_template(row["template"], row["version"]):
            yield Problem("slip.unreadable", "slip", row["id"], f"{row['template']} {row['version']}")
    for row in db.all(
        "SELECT slip_id, COUNT(*) AS papers, MAX(copy_no) + 1 AS expected FROM print_jobs"
        " WHERE state NOT IN ('failed', 'cancelled') GROUP BY slip_id HAVING papers <> expected"
    ):
        yield Problem("print_job.copies_wrong", "slip", row["slip_id"], f"{row['papers']} of {row['expected']}")
    # Records older than the oldest kept month are sealed away; what they told can no longer be compared.
    for row in db.all(
        "SELECT id, copy_no FROM print_jobs j WHERE copy_no > 0 AND created_at >= (SELECT MIN(at) FROM audit)"
        " AND NOT EXISTS (SELECT 1 FROM audit WHERE action = 'slip.reprinted'"
        " AND json_extract(facts, '$.job_id') = j.id AND json_extract(facts, '$.slip_id') = j.slip_id"
        " AND json_extract(facts, '$.copy_no') = j.copy_no)"
    ):
        yield Problem("print_job.reprint_not_recorded", "print_job", row["id"], f"copy {row['copy_no']}")
