"""Find and hand over: whoever stands at the counter, everything they have with its shelf, one confirm for all ticked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.codes import SECRET, CodeKind, holds_payment_code, parse_phone, recognise, what_it_is
from kiosk.consents.model import HOW_WORDS
from kiosk.counter import consent, desk_scans, hand_over, unmask
from kiosk.counter.collect_cod import PAY_FIRST
from kiosk.counter.forget_proxy import forget_proxy
from kiosk.counter.look_up import METHODS, Found, look_up
from kiosk.counter.second_pickup import SECOND_PICKUP, remember_second_pickup
from kiosk.errors import Refused
from kiosk.parcels import proxies, refusals, store, view
from kiosk.parcels.model import RELATION_WORDS, HandOverMethod
from kiosk.parcels.view import PersonView
from kiosk.people import desks
from kiosk.people.rights import Right
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web import acts
from web.access import wants_part
from web.acts import Done
from web.desk import desk_id_here, settle_mode, under_way
from web.routes import act, page
from web.row_ids import row_id
from web.station import actor, session, station

blueprint = Blueprint("find", __name__)
#: How the operator has checked, as buttons say it: by what was said, or because the face is known.
CHECKS = {
    HandOverMethod.CODE: N_("凭取件码"),
    HandOverMethod.TAIL: N_("报手机尾号"),
    HandOverMethod.NAME: N_("报姓名"),
    HandOverMethod.PHONE: N_("报手机号"),
    HandOverMethod.WAYBILL: N_("核对运单"),
    HandOverMethod.KNOWN_BY_FACE: N_("熟人"),
}


#: What no search can find: it is said what was typed or scanned. Anything else is simply not here.
NEVER_FOUND = SECRET | {CodeKind.GOODS, CodeKind.NOISE, CodeKind.COMMAND, CodeKind.STAFF, CodeKind.SHELF}


@page(blueprint, "/find", N_("出库"), right=Right.SERVE, key="F2", is_counter=True)
def find() -> ResponseReturnValue:
    settle_mode("home")
    kept = station().shown_once.get(_mine(), request.args.get("s", ""))
    secret = kept if isinstance(kept, _Secret) else None
    text = kept if isinstance(kept, str) else request.args.get("q", "").strip()[:200]
    desk_id = session().desk_id
    with station().store.reading() as db:
        found = look_up(db, text) if text else None
        desk = desks.desk(db, desk_id) if desk_id is not None else None
        people, check = _people(db, found, desk)
        gone = _gone(db, found)
        known_proxies = _proxies(db, people[0]) if len(people) == 1 else []
        standings = consent.standings(db, list(people[0].parcel_ids)) if len(people) == 1 else {}
    # Read again by itself (another window did something), the page must not bring back a person who was closed there.
    if text and desk is not None and len(people) == 1 and not request.args.get("asked") and not wants_part():
        _open(people[0].parcel_id, check)
    refused = what_it_is(found.kind) if found is not None and found.kind in NEVER_FOUND and not people else ""
    if found is not None and found.kind in SECRET:
        secret = _Secret(found.kind)
    if secret is not None:
        refused, text = what_it_is(secret.kind), ""
    return render_template(
        "find/found.html", text=text, found=found, people=people, check=check, gone=gone, checks=CHECKS,
        proxies=known_proxies, standings=standings, hows=HOW_WORDS, relations=RELATION_WORDS, nothing=(text or secret) and not people and gone is None, refused_kind=refused,
        is_forgotten=kept is None and "s" in request.args, results=_results(), is_direct=desk is not None and desk.mode == "hand_over",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Secret:
    """What stands in place of a payment code or an ID number that was typed: what it was, and nothing of it."""

    kind: CodeKind


@act(blueprint, "/find")
def search() -> ResponseReturnValue:
    """What was typed into the search box. Somebody's number stays out of the address, which browsers keep for months and
    logs for longer: it is kept here for minutes, and the address holds a random name for it."""
    text = request.form.get("q", "").strip()[:200]
    kind = CodeKind.PAYMENT_CODE if holds_payment_code(request.form.get("q", "")) else recognise(text).kind
    if kind in SECRET:
        return redirect(url_for("find.find", s=station().shown_once.put(_mine(), _Secret(kind))), 303)
    if kind is CodeKind.PHONE or _is_phone(text):
        return redirect(url_for("find.find", s=station().shown_once.put(_mine(), text)), 303)
    return redirect(url_for("find.find", q=text or None), 303)


def _is_phone(text: str) -> bool:
    """True for a number that could be a waybill's but is a person's as well (``86138…``)."""
    try:
        return bool(parse_phone(text).number)
    except Refused:
        return False


def _mine() -> str:
    return f"search:{session().id}"


@act(blueprint, "/hand-over")
def give() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        only = request.form.get("only", "")
        ticked = [only] if only else request.form.getlist("parcel_id")
        proxy = request.form.get("proxy_id", "")
        by_another = request.form.get("who") == "another"
        results = hand_over.hand_over(
            tx, [found for found in map(row_id, ticked) if found],
            HandOverMethod.PROXY_PICKUP if by_another else request.form.get("method", ""),
            collected_by=request.form.get("collected_by", "") if by_another and not proxy else None,
            relation=request.form.get("relation") or None if by_another and not proxy else None,
            proxy_id=(row_id(proxy) or None) if by_another else None,
            remember_proxy=by_another and request.form.get("remember") == "1",
            even_set_aside=request.form.get("even_set_aside") == "1", desk_id=session().desk_id, under_way=under_way,
        )  # fmt: skip
        for result in results:
            if result.code == SECOND_PICKUP:
                remember_second_pickup(tx, result.parcel_id, request.form.get("method") or HandOverMethod.WAYBILL)
        done = [result for result in results if result.is_done]
        unpaid = [result for result in results if result.message == PAY_FIRST]
        told = [
            {
                "parcel_id": r.parcel_id,
                "is_done": r.is_done,
                "is_unpaid": r in unpaid,
                "words": str(r),
                "place": r.place,
                "pickup_code": r.pickup_code,
            }
            for r in results
        ]
        if len(done) == len(results):
            return Done(url_for("find.find"), N_("已出库 {count} 件"), {"count": len(done), "results": told})
        if len(done) + len(unpaid) == len(results):
            facts = {"count": len(done), "unpaid": len(unpaid), "results": told}
            words = N_("出库 {count} 件，{unpaid} 件要先收代收款，收款后才能交给村民")
            return Done(url_for("tickets.pay"), words, facts, "attention")
        facts = {"count": len(done), "left": len(results) - len(done), "results": told}
        tone = "attention" if done else "refused"
        return Done(url_for("find.find"), N_("出库 {count} 件，{left} 件没有出库，原因见下"), facts, tone)

    return acts.run(do, again=find)


@act(blueprint, "/proxies/<int:proxy_id>/forget")
def forget(proxy_id: int) -> ResponseReturnValue:
    """Whoever was noted as a standing proxy is none any more: noted by mistake, or the recipient says so."""

    def do(tx: Tx) -> Done:
        forget_proxy(tx, proxy_id)
        return Done(url_for("find.find"), N_("已取消长期代取，以后要代取请再登记"), {}, "attention")

    return acts.run(do, again=find)


@act(blueprint, "/hand-over/mode")
def change_mode() -> ResponseReturnValue:
    """Direct hand-over on or off: with it a waybill scanned here is handed over without a question."""

    def do(tx: Tx) -> Done:
        is_on = request.form.get("mode") == "hand_over"
        desks.set_desk(tx, desk_id_here(), mode="hand_over" if is_on else "home", open_parcel_id=None)
        words = N_("直接出库：扫到的在库快件马上出库，请先核对取件人") if is_on else N_("已回到先核对、再出库")
        return Done(url_for("find.find"), words, {}, "attention" if is_on else "done")

    return acts.run(do)


@act(blueprint, "/person/close")
def close() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        if session().desk_id is not None:
            desks.set_desk(tx, session().desk_id, open_parcel_id=None)
        return Done(url_for("home.counter"))

    return acts.run(do)


@act(blueprint, "/person/<int:parcel_id>/open")
def choose(parcel_id: int) -> ResponseReturnValue:
    method = request.form.get("method", "")
    _open(parcel_id, method if method in set(HandOverMethod) else HandOverMethod.NAME.value)
    return acts.run(lambda tx: Done(url_for("find.find")))


@act(blueprint, "/parcels/<int:parcel_id>/unmask", right=Right.READ)
def show_in_full(parcel_id: int) -> ResponseReturnValue:
    """The full number, once, on a page that keeps nothing; recorded each time, and so is a denied try."""
    try:
        with station().store.transaction(actor()) as tx:
            full = unmask.unmask(tx, parcel_id)
            shown = view.parcel(tx, parcel_id)
    except Refused as refused:
        if refused.code == "staff.not_allowed":
            with station().store.transaction(actor()) as tx:
                unmask.remember_denied_unmask(tx, parcel_id)
        raise
    response = make_response(render_template("find/unmasked.html", full=full, shown=shown))
    response.headers["Cache-Control"] = "no-store"  # not even for the back button
    return response


def _people(db: Reader, found: Found | None, desk) -> tuple[tuple[PersonView, ...], str]:  # type: ignore[no-untyped-def]
    """Who is meant: by what was typed, by the choice a scan asked for, or the person open at this desk."""
    if found is not None:
        return found.people, METHODS.get(found.by, HandOverMethod.WAYBILL).value
    if desk is None:
        return (), HandOverMethod.CODE.value
    asked = row_id(request.args.get("asked", ""))
    if asked:
        outcome = desk_scans.one(db, desk.id, asked)
        if outcome is not None and outcome.facts.get("people"):
            return tuple(view.person(db, parcel_id) for parcel_id in outcome.facts["people"]), HandOverMethod.CODE.value
    if desk.open_parcel_id is None:
        return (), HandOverMethod.CODE.value
    person = view.person(db, desk.open_parcel_id)
    rest = tuple(parcel for parcel in person.parcels if parcel.is_in_stock)
    check = str(desk.last_act.get("check", HandOverMethod.WAYBILL.value))
    if not rest:
        return (), check
    return (PersonView(rest[0].id, person.masked_name, person.masked_phone, rest, person.is_unclear),), check


def _gone(db: Reader, found: Found | None) -> Refused | None:
    """What to say loudly of a parcel that is not here any more: when, by whom, under which operator."""
    if found is None or not found.has_left or found.parcel is None:
        return None
    return refusals.gone(db, store.parcel(db, found.parcel.id))


def _proxies(db: Reader, person: PersonView) -> list[proxies.Proxy]:
    return proxies.of_person(db, [store.parcel(db, parcel_id) for parcel_id in person.parcel_ids])


def _open(parcel_id: int, check: str) -> None:
    """Makes the person the desk's open one, so that a waybill scanned now is handed over at once."""
    desk_id = session().desk_id
    if desk_id is None:
        return
    with station().store.transaction(actor()) as tx:
        desk = desks.desk(tx, desk_id)
        if desk.open_parcel_id != parcel_id or desk.last_act.get("check") != check:
            store.parcel(tx, parcel_id)
            desks.set_desk(tx, desk_id, open_parcel_id=parcel_id, last_act={**desk.last_act, "check": check})


def _results() -> list[dict[str, object]]:
    said = acts.said()
    return list(said.facts.get("results", ())) if said is not None else []
