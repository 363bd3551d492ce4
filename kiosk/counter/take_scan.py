"""Takes one scan for a desk: once, in the name of whoever works there, now or never (architecture.md §1.10).

The act runs inside a savepoint: a refusal takes back everything the act wrote and nothing else, so that the row that
says what was shown stays, and with it what must be remembered of a second pick-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk import clock
from kiosk.codes import PARCEL, CodeKind, Recognised, carriers, parse_shelf, recognise
from kiosk.counter import commands, count_shelves, desk_scans, relocate_here
from kiosk.counter.check_in import check_in
from kiosk.counter.consignment_scans import take_goods
from kiosk.counter.desk_scans import ALREADY, ATTENTION, DONE, REFUSED, ScanOutcome
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.list_manifest import take_list_scan
from kiosk.counter.lock_row import lock_row
from kiosk.counter.outbound_manifest import take_scan_for
from kiosk.counter.scan_decision import Decision, ScanAction, checked, decide
from kiosk.counter.second_pickup import SECOND_PICKUP, remember_second_pickup
from kiosk.devices.model import Scan
from kiosk.errors import Refused
from kiosk.notices.actions import UnderWay
from kiosk.parcels import shelf_map
from kiosk.parcels.model import HandOverMethod
from kiosk.people import desks, sessions
from kiosk.people.model import Desk
from kiosk.people.sessions import Session
from kiosk.storage import Tx
from kiosk.till import store as tickets
from kiosk.words import N_, use_locale

#: Refusals that say: this has been done before. A second pick-up is none of them: somebody has what is asked for.
_ALREADY = frozenset({"parcel.already_in_stock"})


@dataclass(frozen=True, slots=True)
class _Taking:
    """One scan on its way through a desk."""

    tx: Tx
    desk: Desk
    scan: Scan
    recognised: Recognised
    session: Session | None
    under_way: UnderWay | None

    def outcome(self, code: str, tone: str, message: str, **more) -> ScanOutcome:  # type: ignore[no-untyped-def]
        return ScanOutcome(self.scan.scan_id, self.desk.id, code, tone, message, **more)

    def refused(self, why: Refused, *, parcel_id: int | None = None) -> ScanOutcome:
        tone = ALREADY if why.code in _ALREADY else ATTENTION if why.code.endswith(".is_noise") else REFUSED
        known = why.facts.get("parcel_id", parcel_id)
        return self.outcome(why.code, tone, why.message, facts=why.facts, parcel_id=known)


def take_scan(tx: Tx, desk_id: int, scan: Scan, *, under_way: UnderWay | None = None) -> ScanOutcome:
    """Does what the scan means at this desk and keeps the answer; the same ``scan_id`` again gives the same answer.

    Refused, shown and never acted on later: nobody logged in, desk locked, older than ``counter.scan_life_seconds``.
    The same code within ``counter.same_code_seconds`` is 已扫. A staff badge only names its person (also over a
    locked desk). Refusals come back as outcomes; the transaction is to be committed in any case."""
    before = desk_scans.find(tx, scan.scan_id)
    if before is not None:
        return before
    session = sessions.at_desk(tx, desk_id)
    recognised = recognised_of(scan)
    taking = _Taking(tx, desks.desk(tx, desk_id), scan, recognised, session, under_way)
    hashed = desk_scans.code_hash(tx, recognised.kind, scan.text)
    unfit = _unfit(taking)
    if unfit is not None:
        return desk_scans.write(tx, unfit, recognised.kind, hashed, scan.at, was_taken=False)
    if session is not None:
        # Whoever works at the desk acts; the consumer that opened the transaction could not know before the lock.
        tx.actor = session.actor
        use_locale(session.staff.locale)
    if desk_scans.was_just_seen(tx, desk_id, hashed, scan.at):
        outcome = taking.outcome("scan.repeated", ALREADY, N_("已扫"))
    else:
        outcome = _act(taking)
    return desk_scans.write(tx, outcome, recognised.kind, hashed, scan.at, was_taken=True)


def recognised_of(scan: Scan) -> Recognised:
    """What the devices process has recognised, with the carriers ranked again for a waybill."""
    kind = CodeKind(scan.kind)
    if kind in PARCEL:
        return recognise(scan.text)
    return Recognised(kind, scan.text, scan.length, noise=str(scan.facts.get("noise", "")))


def _unfit(taking: _Taking) -> ScanOutcome | None:
    """Why the desk doesn't even look at the scan; None when it does."""
    tx, scan = taking.tx, taking.scan
    waited = (clock.read(tx.now) - clock.read(scan.at)).total_seconds()
    if max(waited, scan.age_seconds) > tx.settings.counter.scan_life_seconds:
        return taking.outcome("scan.too_old", REFUSED, N_("这次扫码来得太晚，没有处理；请再扫一次"))
    if taking.session is not None or taking.recognised.kind is CodeKind.STAFF:
        return None
    if tx.value("SELECT 1 FROM staff_sessions WHERE desk_id = ? AND ended_at IS NULL LIMIT 1", taking.desk.id):
        return taking.outcome("desk.locked", REFUSED, N_("柜台已锁定，没有处理这次扫码；请输入 PIN 解锁后再扫"))
    return taking.outcome("desk.nobody", REFUSED, N_("还没有人登录这个柜台，没有处理这次扫码；请先登录再扫"))


def _act(taking: _Taking) -> ScanOutcome:
    decision = decide(taking.tx, taking.desk, taking.recognised)
    tx = taking.tx
    afterwards = len(tx.afterwards)
    tx.execute("SAVEPOINT scan")
    try:
        outcome = _ACTS[decision.action](taking, decision)
    except Refused as refused:
        tx.execute("ROLLBACK TO scan")
        del tx.afterwards[afterwards:]
        outcome = taking.refused(refused)
        _remember(taking, refused, decision.method)
    tx.execute("RELEASE scan")  # any other error leaves through the transaction, which is rolled back whole
    return outcome


def _check_in(taking: _Taking, decision: Decision) -> ScanOutcome:
    done = check_in(taking.tx, waybill=decision.recognised, batch_id=taking.desk.open_batch_id, desk_id=taking.desk.id)
    facts = {
        "pickup_code": done.pickup_code, "place": str(done.place), "carrier": carriers.find(done.carrier).name(),
        "warnings": [str(warned) for warned in done.to_look_at], "warning_codes": [w.code for w in done.to_look_at],
        "has_phone": done.has_phone, "was_expected": done.was_expected, "outstanding": done.outstanding,
    }  # fmt: skip
    return taking.outcome(
        "parcel.checked_in", ATTENTION if done.to_look_at else DONE, done.message,
        facts=facts, parcel_id=done.parcel_id, changed=("batch", "parcel"),
    )  # fmt: skip


def _hand_over(taking: _Taking, decision: Decision) -> ScanOutcome:
    parcel = _parcel_of(decision)
    done = hand_over_one(
        taking.tx, parcel, decision.method or HandOverMethod.WAYBILL, desk_id=taking.desk.id,
        under_way=taking.under_way,
    )  # fmt: skip
    if not done.is_done:  # its money stands on the ticket now, and it leaves as that is settled
        return taking.outcome(
            done.code, ATTENTION, done.message, facts={**done.facts, "place": done.place}, parcel_id=parcel,
            changed=("ticket",), go="ticket",
        )  # fmt: skip
    return taking.outcome(
        done.code, DONE, done.message, facts={**done.facts, "place": done.place}, parcel_id=parcel,
        changed=("person", "parcel"),
    )  # fmt: skip


def _open_person(taking: _Taking, decision: Decision) -> ScanOutcome:
    found = decision.found
    if found is None or not found.people:
        raise ValueError("nobody to open")
    person = found.people[0]
    opened = found.parcel.id if found.parcel is not None and found.parcel.is_in_stock else person.parcel_id
    open_person(taking.tx, taking.desk, opened, decision.method or HandOverMethod.WAYBILL)
    facts = {
        "count": len(person.parcels), "places": [parcel.place for parcel in person.parcels],
        "pickup_code": found.parcel.pickup_code if found.parcel is not None else person.parcels[0].pickup_code,
    }  # fmt: skip
    return taking.outcome(
        "person.opened", DONE, N_("在库 {count} 件，取件码 {pickup_code}"), facts=facts, parcel_id=opened,
        changed=("person",),
    )  # fmt: skip


def _ask_person(taking: _Taking, decision: Decision) -> ScanOutcome:
    people = [person.parcel_id for person in decision.found.people] if decision.found is not None else []
    return taking.outcome(
        "person.asked", ATTENTION, N_("有 {count} 位符合，请问清是哪一位"), facts={"count": len(people), "people": people},
        changed=("choice",),
    )  # fmt: skip


def _ask_book(taking: _Taking, decision: Decision) -> ScanOutcome:
    why = decision.refused
    if why is None:
        raise ValueError("a book without its question")
    # The number is kept with the question: whoever says 是快件 must not have to scan again.
    return taking.outcome(
        why.code, ATTENTION, why.message, facts={**why.facts, "asked": decision.recognised.text}, changed=("choice",)
    )


def _say_gone(taking: _Taking, decision: Decision) -> ScanOutcome:
    why = decision.refused
    if why is None or decision.found is None or decision.found.parcel is None:
        raise ValueError("a parcel that is gone without saying so")
    parcel_id = decision.found.parcel.id
    if decision.is_pickup:
        _remember(taking, why, decision.method)
    changed: tuple[str, ...] = ()
    if decision.found.people and decision.recognised.kind not in PARCEL:
        person = decision.found.people[0]
        open_person(taking.tx, taking.desk, person.parcel_id, decision.method or HandOverMethod.CODE)
        changed = ("person",)
    return taking.outcome(
        why.code, REFUSED, why.message, facts=why.facts, parcel_id=parcel_id,
        changed=changed,
    )  # fmt: skip


def _set_place(taking: _Taking, decision: Decision) -> ScanOutcome:
    locked = lock_row(taking.tx, decision.recognised.text, desk_id=taking.desk.id)
    facts = {"place": str(locked.place), "is_locked": locked.is_locked}
    return taking.outcome("intake.place_set", DONE, locked.message, facts=facts, changed=("batch",))


def _show_place(taking: _Taking, decision: Decision) -> ScanOutcome:
    mapped = shelf_map.mapped_place(taking.tx, parse_shelf(decision.recognised.text))
    facts = {"place": str(mapped.place), "in_stock": mapped.in_stock}
    return taking.outcome("shelf.shown", DONE, N_("货架 {place}：{in_stock} 件"), facts=facts, go="shelf")


def _count_place(taking: _Taking, decision: Decision) -> ScanOutcome:
    return _counted(taking, count_shelves.count_place(taking.tx, decision.recognised.text, desk_id=taking.desk.id))


def _count(taking: _Taking, decision: Decision) -> ScanOutcome:
    place = count_shelves.desk_place(taking.desk)
    return _counted(
        taking, count_shelves.count_scan(taking.tx, decision.recognised, place, desk_id=taking.desk.id)
    )  # fmt: skip


def _counted(taking: _Taking, done: count_shelves.Counted) -> ScanOutcome:
    return taking.outcome(
        done.code, done.tone, done.message, facts=done.facts, parcel_id=done.parcel_id, changed=("shelf_count",),
        go="shelf_count",
    )  # fmt: skip


def _move_place(taking: _Taking, decision: Decision) -> ScanOutcome:
    done = relocate_here.move_place(taking.tx, decision.recognised.text, desk_id=taking.desk.id)
    return taking.outcome(done.code, DONE, done.message, facts=done.facts, changed=("relocate",), go="relocate")


def _move(taking: _Taking, decision: Decision) -> ScanOutcome:
    done = relocate_here.move_scan(taking.tx, decision.recognised, desk_id=taking.desk.id, under_way=taking.under_way)
    tone = DONE if done.is_moved else ALREADY
    return taking.outcome(
        done.code, tone, done.message, facts=done.facts, parcel_id=done.parcel_id, changed=("relocate", "parcel"),
        go="relocate",
    )  # fmt: skip


def _identify_staff(taking: _Taking, decision: Decision) -> ScanOutcome:
    row = taking.tx.one("SELECT id, name FROM staff WHERE badge = ? AND is_active = 1", decision.recognised.text)
    if row is None:
        raise Refused("staff.badge_unknown", N_("不认识这张工牌（可能已停用）；请在名单里选姓名，再输入 PIN"))
    return taking.outcome(
        "staff.identified", ATTENTION, N_("{name}，请输入 PIN"), facts={"staff_id": row["id"], "name": row["name"]},
        changed=("session",),
    )  # fmt: skip


def _open_receipt(taking: _Taking, decision: Decision) -> ScanOutcome:
    receipt_no = decision.recognised.text
    if tickets.by_receipt(taking.tx, receipt_no) is None:  # said here: a page that is not there is not gone to
        raise Refused("receipt.unknown", N_("没有这张收据，可能是别的站点开的；请在单据页查找"))
    return taking.outcome(
        "receipt.scanned", DONE, N_("收据 {receipt_no}"), facts={"receipt_no": receipt_no}, go="receipt"
    )


def _outbound(taking: _Taking, decision: Decision) -> ScanOutcome:
    desk, kind = taking.desk, decision.recognised.kind
    if desk.mode == "manifest" and desk.open_list_id is not None and kind not in (CodeKind.OUTBOUND, CodeKind.MANIFEST):
        done = take_list_scan(taking.tx, desk.open_list_id, decision.recognised)
    else:
        done = take_scan_for(taking.tx, desk, decision.recognised)
    return taking.outcome(
        done.code, done.tone, done.message, facts=done.facts, parcel_id=done.parcel_id, changed=done.changed, go=done.go
    )


def _goods(taking: _Taking, decision: Decision) -> ScanOutcome:
    if decision.goods is None:
        raise ValueError("no goods were found")
    done = take_goods(taking.tx, taking.desk, decision.goods)
    tone = ATTENTION if done.is_asking else DONE
    return taking.outcome(done.code, tone, done.message, facts=done.facts, changed=("ticket",), go=done.go)


def _refuse(taking: _Taking, decision: Decision) -> ScanOutcome:
    if decision.refused is None:
        raise ValueError("a refusal without a reason")
    return taking.refused(decision.refused)


def _command(taking: _Taking, decision: Decision) -> ScanOutcome:
    done = commands.obey(taking.tx, taking.desk, taking.session, decision.recognised.text, taking.under_way)
    return taking.outcome(
        done.code, done.tone, done.message, facts=done.facts, parcel_id=done.parcel_id, changed=done.changed, go=done.go
    )


_ACTS: dict[ScanAction, Callable[[_Taking, Decision], ScanOutcome]] = {
    ScanAction.CHECK_IN: _check_in,
    ScanAction.HAND_OVER: _hand_over,
    ScanAction.OPEN_PERSON: _open_person,
    ScanAction.ASK_PERSON: _ask_person,
    ScanAction.ASK_BOOK: _ask_book,
    ScanAction.SAY_GONE: _say_gone,
    ScanAction.SET_PLACE: _set_place,
    ScanAction.SHOW_PLACE: _show_place,
    ScanAction.COUNT_PLACE: _count_place,
    ScanAction.COUNT: _count,
    ScanAction.MOVE_PLACE: _move_place,
    ScanAction.MOVE: _move,
    ScanAction.COMMAND: _command,
    ScanAction.IDENTIFY_STAFF: _identify_staff,
    ScanAction.OPEN_RECEIPT: _open_receipt,
    ScanAction.OUTBOUND: _outbound,
    ScanAction.GOODS: _goods,
    ScanAction.REFUSE: _refuse,
}


def open_person(tx: Tx, desk: Desk, parcel_id: int, check: HandOverMethod) -> None:
    """Opens the person of this parcel at the desk, remembering how they were checked."""
    desks.set_desk(tx, desk.id, open_parcel_id=parcel_id, last_act={**desk.last_act, "check": check.value})


def _remember(taking: _Taking, refused: Refused, method: HandOverMethod | None) -> None:
    if refused.code == SECOND_PICKUP:
        remember_second_pickup(taking.tx, int(refused.facts["parcel_id"]), method or checked(taking.desk))


def _parcel_of(decision: Decision) -> int:
    if decision.found is None or decision.found.parcel is None:
        raise ValueError("no parcel was found")
    return decision.found.parcel.id
