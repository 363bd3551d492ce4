"""Each act of the document is sent twice with its key and done once: the rooms' own stories, told by a program that
doesn't trust its line and sends everything again."""

from __future__ import annotations

import gzip
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk import clock, settings
from kiosk.counter.close_day import close_day
from kiosk.counter.open_day import open_day
from kiosk.people import tokens
from kiosk.printing import jobs
from kiosk.storage import Actor, open_store
from tests.services.outbound_bench import WAYBILLS
from tests.web.api import (
    test_bills,
    test_consents,
    test_consignments,
    test_conveniences,
    test_county_messages,
    test_day_records,
    test_fees,
    test_manifests,
    test_outbound,
    test_overdue,
    test_parcel_lists,
    test_personal_data,
    test_prints,
    test_problems,
    test_purchases,
    test_registers,
    test_reports,
    test_shelves,
    test_submission,
    test_till,
)
from tests.web.api.program import PREFIX, ROLES, STATION, ApiStation, Program, serving, template_of

OLD = Path(__file__).parents[2] / "data" / "station_m0001.db.gz"
MANAGER = Actor("staff", 1, "manager", "", None)
Story = Callable[..., None]


class Insistent(Program):
    """Sends every act that was done again, with its key, and sees that nothing more happened."""

    done: set[str]

    def __init__(self, station: ApiStation, token: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(station, token, headers)
        self.done, self._sent = set(), 0

    def post(self, path: str, body: Any = None, *, key: str | None = None, **options: Any) -> httpx.Response:
        """A POST; an act is sent twice."""
        template = template_of(self._station.document, path)
        if template is None or template not in acts(self._station):
            return super().post(path, body, key=key, **options)
        self._sent += 1
        key = key or f"act {self._sent}"
        first = super().post(path, body, key=key, **options)
        if first.status_code >= 300:
            return first
        before = self._station.value("SELECT MAX(seq) FROM audit")
        again = super().post(path, body, key=key, **options)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["idempotency-replayed"] == "true"
        assert self._station.value("SELECT MAX(seq) FROM audit") == before
        self.done.add(template)
        return first


def acts(api: ApiStation) -> set[str]:
    """The addresses of the document whose POST takes a key."""
    return {
        path for path, methods in api.document["paths"].items()
        if any(parameter.get("name") == "Idempotency-Key" for parameter in methods.get("post", {}).get("parameters", ()))
    }  # fmt: skip


def counter_day(operator: Program) -> None:
    """A parcel comes, is put right and goes; a ticket is begun, changed, paid and voided; the day is closed."""
    operator.post("/days/open", {"float_fen": 10000})
    batch_id = operator.post("/batches", {"carrier": "YTO"}).json()["id"]
    parcel = {"waybill_no": WAYBILLS[0], "phone_tail": "1234", "batch_id": batch_id, "cod_fen": 100}
    here = f"/parcels/{operator.post('/parcels', parcel).json()['id']}"
    operator.post(f"/batches/{batch_id}/close")
    operator.post(f"{here}/cod", {"cod_fen": 0, "reason": "carrier_waived"})
    operator.post(f"{here}/correct", {"shelf": "7-1"})
    operator.post(f"{here}/set-aside", {"state": "problem", "reason": "damaged"})
    operator.post(f"{here}/put-back")
    operator.post(f"{here}/hand-over", {"method": "code"})
    operator.post(f"{here}/undo")
    operator.post("/parcels/hand-over", {"method": "tail", "parcel_ids": [int(here.rpartition("/")[2])]})
    bill = {"service": "bill", "biller": "power-demo", "account_no": "0602123456", "amount_fen": 5000}
    ticket = f"/tickets/{operator.post('/tickets', {'lines': [bill]}).json()['id']}"
    lines = operator.post(f"{ticket}/lines", {"lines": [bill | {"account_no": "0602123457"}]}).json()["lines"]
    operator.post(f"{ticket}/lines/{lines[0]['id']}/remove")
    total_fen = operator.post(f"{ticket}/requote").json()["total_fen"]
    operator.post(f"{ticket}/settle", {"given_fen": total_fen})
    operator.post(f"{ticket}/void", {"reason": "mistake"})
    operator.post("/days/close", {"pieces": {"10000": 1}})


def clock_runs_ahead(api: ApiStation, manager: Program) -> None:
    """A day is kept three years from now; the clock is set right and accepted."""
    later = clock.stamp(clock.now() + timedelta(days=1100))
    with api.store.transaction(MANAGER) as tx:
        tx.now = later
        open_day(tx, 0)
        close_day(tx, pieces={})
    assert manager.post("/days/clock", {"reason": "battery"}).status_code == 200


def purchase_of_farm_inputs(operator: Program) -> None:
    """What the shop's papers say is noted, and the price changes before it is ordered."""
    operator.post("/purchases", test_purchases.WISH | {"category": "farm_inputs"})
    papers = dict.fromkeys(("has_producer_name", "has_producer_address", "has_certificate"), True)
    test_purchases.act(operator, "check", papers | {"registration_no": "PD20260001"})
    test_purchases.act(operator, "quote", {"amount_fen": 30000, "paid_by": "station"})
    test_purchases.line(operator, "purchase_quoted")
    test_purchases.act(operator, "price", {"amount_fen": 29000, "customer_agrees": True})


def bill_that_failed(operator: Program) -> None:
    """Nobody knows at first, then the biller has not got the money."""
    bill = test_bills.received(operator)
    operator.post(f"{bill}/submit", test_bills.SENT)
    operator.post(f"{bill}/unconfirmed")
    operator.post(f"{bill}/look-up", {"how": "app"})
    answer = operator.post(f"{bill}/fail", {"reason": "other", "how": "app"})
    assert answer.status_code == 200, answer.text


def list_that_is_dropped(api: ApiStation, operator: Program) -> None:
    """A parcel comes off the courier's list, the list is dropped; its label is printed a second time."""
    sent = test_outbound.send(operator)
    listed = f"/outbound/manifests/{operator.post('/outbound/manifests', {'carrier': 'YTO'}).json()['id']}"
    operator.post(f"{listed}/parcels", {"outbound_id": sent})
    operator.post(f"{listed}/take-off", {"outbound_id": sent})
    assert operator.post(f"{listed}/drop").status_code == 200
    with api.store.transaction(MANAGER) as tx:
        for row in tx.all("SELECT id FROM print_jobs WHERE state = 'waiting'"):
            jobs.finish(tx, row["id"], "sent")
    assert operator.post(f"/outbound/{sent}/label").status_code == 200


def money_in_the_drawer(api: ApiStation) -> None:
    with api.store.transaction(MANAGER) as tx:
        open_day(tx, 500_00)


def sale_of_old_days(operator: Program) -> None:
    """Whose goods were sold is said for a sale that was made before suppliers were kept."""
    supplier_id = operator.post("/consignments/suppliers", {"name": "李四"}).json()["id"]
    assert operator.post("/consignments/1/supplier", {"supplier_id": supplier_id}).status_code == 200


def messages_leave(api: ApiStation, operator: Program, manager: Program) -> None:
    """One is carried by phone and numbered, one is refused and goes again; then both go on as refused ones may."""
    days = test_submission.two_days(api)
    test_submission.test_number_is_typed_by_the_clerk_and_taken_back_by_the_manager(operator, manager, days)
    test_submission.test_refused_message_goes_again_or_anew(manager, api, days)


def code_goes_to_the_county(api: ApiStation, manager: Program) -> None:
    """Once the installer has filled in where the county is reached."""
    county = replace(api.store.settings.county, address="https://county.example")
    api.store.settings = replace(api.store.settings, county=county)
    assert manager.post("/enrolments", {"code": "ACDE-3467"}).status_code == 201


STORIES: dict[str, tuple[tuple[Story, ...], ...]] = {
    "overdue notices": ((test_overdue.test_what_was_told_is_noted_once_and_taken_back,),),
    "batches parcels shelves shelf-counts": (
        (test_overdue.test_parcels_are_announced_checked_off_and_dropped,),
        (test_problems.test_lost_parcel_is_settled_reopened_and_found_by_program,),
        (test_problems.test_wrong_person_has_its_way_back_by_program,),
        (counter_day,), (test_shelves.test_shelf_is_planned_filled_and_shown,),
        (test_shelves.test_parcel_with_traits_goes_where_such_parcels_lie,),
        (test_shelves.test_parcels_are_moved_together_and_their_labels_printed,),
        (test_shelves.test_count_finds_what_is_right_wrong_missing_and_too_much,),
        (test_shelves.test_count_is_given_up_and_what_does_not_fit_is_refused,),
    ),
    "parcel-lists": ((test_parcel_lists.test_list_is_taken_checked_off_and_called_back,),),
    "problems": ((test_problems.test_lost_parcel_is_settled_reopened_and_found_by_program,),),
    "tickets": (
        (counter_day,), (test_till.test_ticket_is_parked_and_taken_up_at_a_desk,),
        (test_till.test_lines_are_given_back_on_another_ticket,), (test_till.test_fee_is_reduced_by_the_manager,),
    ),
    "days": (
        (counter_day,), (clock_runs_ahead,), (test_day_records.test_x_slip_and_the_owners_month,),
        (test_day_records.test_drawer_is_counted_before_it_is_compared_and_handed_on,),
        (test_day_records.test_closed_day_is_corrected_by_a_supplement,),
        (test_day_records.test_closings_and_hours_are_told,),
    ),
    "reports": ((test_reports.test_week_is_frozen_once_and_told_in_bytes_and_words,),),
    "county-messages county-keys": (
        (test_county_messages.test_manager_shows_drafts_and_tries_again,),
        (test_county_messages.test_keys_are_pinned_with_their_thumbprint_and_forgeries_seen,),
    ),
    "outbox": ((messages_leave,),),
    "station-key enrolments": (
        (test_submission.test_key_is_changed_and_told_by_the_old_one,), (code_goes_to_the_county,),
    ),
    "debts cash-moves": (
        (test_till.test_debt_is_allowed_listed_repaid_and_stopped,), (test_till.test_cash_is_moved_and_put_back,),
    ),
    "personal-data": (
        (test_personal_data.test_person_sees_corrects_prints_and_erases,), (test_personal_data.test_manager_sets_a_term,),
    ),
    "prints": (
        (test_prints.test_slips_that_piled_up_are_chosen_from,),
        (test_prints.test_doubt_is_answered_and_a_further_paper_is_marked,),
    ),
    "purchases": (
        (purchase_of_farm_inputs,), (test_purchases.test_life_of_a_purchase_by_api,),
        (test_purchases.test_cancelled_and_given_back_on_a_ticket,),
        (test_purchases.test_goods_sent_back_end_with_the_money,),
        (test_purchases.test_order_is_placed_once_for_one_key,),
    ),
    "bills": (
        (test_bills.test_bill_goes_its_whole_way,), (bill_that_failed,),
        (test_bills.test_photo_of_a_voucher_is_kept_once_and_proves_the_bill,),
    ),
    "conveniences": (
        (test_conveniences.test_ticket_is_bought_and_its_price_paid_on,),
        (test_conveniences.test_free_enquiry_fails_or_is_dropped,),
    ),
    "registers": ((test_registers.test_complaint_goes_its_whole_way,),),
    "outbound": (
        (test_outbound.test_parcel_is_sent_listed_and_given,), (list_that_is_dropped,),
        (test_outbound.test_waybill_of_another_parcel_or_carrier_is_refused,),
        (test_outbound.test_parcel_goes_back_with_its_money,),
        (test_outbound.test_prohibited_goods_leave_a_log_and_no_ticket,),
        (test_manifests.test_outbound_list_is_signed_once,),
    ),
    "manifests": (
        (test_manifests.test_return_is_listed_signed_and_taken_back,), (test_manifests.test_door_round_is_told,),
        (test_manifests.test_courier_signs_the_list_of_its_batch_with_its_difference,),
    ),
    "consents": (
        (test_consents.test_consent_is_given_listed_and_withdrawn,),
        (test_consents.test_bare_tail_is_nobodys_and_a_phone_alone_will_do,),
        (test_consents.test_couriers_list_counts_both_colours,),
    ),
    "fees": (
        (test_fees.test_draft_is_saved_whole_and_published_for_a_day,),
        (test_fees.test_draft_of_another_is_not_overwritten,),
    ),
    "consignments": (
        (money_in_the_drawer, test_consignments.test_wish_becomes_goods_that_are_sold_settled_and_counted),
        (money_in_the_drawer, test_consignments.test_online_sale_is_recorded_once_shipped_and_taken_back),
        (test_consignments.test_stocktake_by_program,), (test_consignments.test_wish_is_answered,),
        (test_consignments.test_what_was_told_wrong_is_put_right,), (sale_of_old_days,),
    ),
}  # fmt: skip


def told(story: Story, api: ApiStation) -> None:
    """Tells a story with the programs that it asks for by name."""
    story(**{name: api if name == "api" else api.program(name) for name in inspect.signature(story).parameters})


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A station with rows of the first version, brought up to this one."""
    folder = tmp_path_factory.mktemp("old") / "template"
    folder.mkdir()
    (folder / "kiosk.db").write_bytes(gzip.decompress(OLD.read_bytes()))
    (folder / "station.toml").write_text(STATION, "utf-8")
    store = open_store(folder, settings.load(folder))
    with store.transaction() as tx:
        made = {role: tokens.create_token(tx, f"{role}-1", role) for role in ROLES}
    store.close()
    return folder, made


@pytest.mark.parametrize("rooms", STORIES)
def test_every_act_of_a_room_is_done_once_however_often_it_is_sent(
    template: tuple[Path, dict[str, str]], old: tuple[Path, dict[str, str]], tmp_path: Path, rooms: str
) -> None:
    done: set[str] = set()
    wanted: set[str] = set()
    for number, stories in enumerate(STORIES[rooms]):
        folder = tmp_path / str(number)
        folder.mkdir()
        with serving(*(old if sale_of_old_days in stories else template), folder) as api:
            api.kind, before = Insistent, api.problems()
            for story in stories:
                told(story, api)
            assert set(api.problems()) <= set(before)
            done |= {path for program in api.programs for path in getattr(program, "done", ())}
            wanted |= acts(api)
    of_rooms = tuple(f"{PREFIX}/{room}" for room in rooms.split())
    assert {path for path in wanted if path.startswith(of_rooms)} - done == set()


def test_no_room_is_left_out(api: ApiStation) -> None:
    known = {room for rooms in STORIES for room in rooms.split()}
    assert {path.removeprefix(PREFIX).split("/")[1] for path in acts(api)} == known
