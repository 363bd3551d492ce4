"""Print jobs by API: what came of a slip, the answer to 出纸了吗？, the choice after a stop, one more paper."""

from __future__ import annotations

from kiosk.printing import jobs
from kiosk.storage import Actor
from tests.web.api.program import ApiStation, Program

PRINTER = "票据打印机"
DEVICES = Actor("system", 0, "system", "", None)


def slips_of(operator: Program, count: int) -> list[int]:
    """Slips that wait for the printer, by their jobs."""
    return [operator.check_in(f"YT{number:013}", phone_tail="1234")["print_job_id"] for number in range(count)]


def came_back(api: ApiStation) -> None:
    """As the printer's worker does when the printer is well again after a stop."""
    with api.store.transaction(DEVICES) as tx:
        assert jobs.hold_back(tx, PRINTER, 5, under_way=())


def ended(api: ApiStation, job_id: int, outcome: str, reason: str = "") -> None:
    with api.store.transaction(DEVICES) as tx:
        jobs.finish(tx, job_id, outcome, reason)


def test_slips_that_piled_up_are_chosen_from(api: ApiStation, operator: Program) -> None:
    made = slips_of(operator, 7)
    listed = operator.get("/prints", limit=5).json()
    assert [item["id"] for item in listed["items"]] == made[:1:-1]
    assert {item["state"] for item in listed["items"]} == {"waiting"}
    following = operator.get(listed["next"]).json()
    assert ([item["id"] for item in following["items"]], following["next"]) == (made[1::-1], None)
    came_back(api)
    assert {item["reason"] for item in operator.get("/prints").json()["items"]} == {"held_back"}
    for body in ({"print_job_ids": [], "choice": "print"}, {"print_job_ids": made[:1], "choice": "all"}, {}):
        assert operator.post("/prints/choose", body).status_code == 422
    unknown = operator.post("/prints/choose", {"print_job_ids": [made[0], 424242], "choice": "print"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "print_job.unknown")
    assert operator.get(f"/prints/{made[0]}").json()["state"] == "failed", "nothing was changed"
    assert operator.post("/prints/choose", {"print_job_ids": [made[4], made[2]], "choice": "print"}).json() == {
        "done": 2
    }
    with api.store.reading() as db:
        assert jobs.take_next(db, PRINTER, "9").id == made[4], "in the order that was asked for"  # type: ignore[union-attr]
    assert operator.post("/prints/choose", {"print_job_ids": made, "choice": "drop"}).json() == {"done": 5}
    assert [item["id"] for item in operator.get("/prints").json()["items"]] == [made[4], made[2]]
    assert operator.get(f"/prints/{made[0]}").json()["state"] == "cancelled"
    assert operator.post(f"/prints/{made[0]}/retry").json()["code"] == "print_job.not_open"


def test_doubt_is_answered_and_a_further_paper_is_marked(api: ApiStation, operator: Program) -> None:
    first, second, third = slips_of(operator, 3)
    shown = operator.get(f"/prints/{first}").json()
    assert (shown["state"], shown["printer"], shown["copy_no"]) == ("waiting", PRINTER, 0)
    again = f"/prints/slips/{shown['slip_id']}/reprint"
    assert operator.post(again).json()["code"] == "print_job.still_waiting"
    ended(api, first, "unknown", "interrupted")
    for path, code in ((again, "print_job.in_doubt"), (f"/prints/{first}/cancel", "print_job.in_doubt")):
        refused = operator.post(path)
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert operator.post(f"/prints/{first}/answer").status_code == 422
    assert operator.post(f"/prints/{first}/answer", {"came_out": True}).json()["state"] == "confirmed"
    assert operator.post(f"/prints/{first}/answer", {"came_out": False}).json()["code"] == "print_job.not_open"
    copy = operator.post(again)
    assert copy.status_code == 201
    assert operator.get(copy.headers["Location"]).json()["copy_no"] == 1
    ended(api, second, "unknown", "paper_end")
    assert operator.post(f"/prints/{second}/answer", {"came_out": False}).json()["state"] == "waiting"
    api.runtime.job_begun(second, PRINTER)
    assert operator.get(f"/prints/{second}").json()["state"] == "under_way"
    assert operator.post(f"/prints/{second}/cancel").json()["code"] == "print_job.under_way"
    api.runtime.job_over(second)
    assert operator.post(f"/prints/{second}/cancel").json()["state"] == "cancelled"
    ended(api, third, "failed", "no_font")
    assert operator.post(f"/prints/{third}/retry").json()["state"] == "waiting"
    assert operator.post("/prints/slips/424242/reprint").json()["code"] == "slip.unknown"
    assert operator.get("/prints/424242").status_code == 404
