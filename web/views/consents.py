"""Consent (收件人同意): who lies here without having agreed, by carrier; what was given and withdrawn; the courier's list."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.codes import carriers
from kiosk.consents import store
from kiosk.consents.model import COLOUR_SHAPES, COLOUR_WORDS, HOW_WORDS, SCOPE_WORDS, WITHDRAWN_WORDS, Colour
from kiosk.consents.slips import COURIER_LIST
from kiosk.counter import consent, consent_list, reprint
from kiosk.errors import Refused
from kiosk.parcels import view
from kiosk.printing import jobs, slips
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web import acts
from web.a4 import a4_of
from web.access import local_path
from web.acts import Done
from web.routes import act, page, part
from web.row_ids import row_id
from web.station import actor, station

consents = Blueprint("consents", __name__)
SHOWN = 40


@page(
    consents,
    "/consents",
    N_("收件人同意"),
    place="more",
    hint=N_("谁没有同意放站点、给快递员的未同意清单、已记下的同意和撤回"),
)
def not_agreed() -> ResponseReturnValue:
    carrier = request.args.get("carrier", "")[:10]
    colour = request.args.get("colour", "")
    colour = colour if colour in (Colour.RED, Colour.AMBER) else ""
    after = row_id(request.args.get("after", ""))
    with station().store.reading() as db:
        found = consent_list.not_agreed(
            db, carrier=carrier or None, colour=colour or None, after_id=after or 0, limit=SHOWN + 1
        )
        shown = [(view.show(db, one.row), consent.standing_of(db, one.row)) for one in found[:SHOWN]]
        by_carrier = consent_list.counts(db)
    totals = {name: sum(counts.get(name, 0) for counts in by_carrier.values()) for name in Colour}
    return render_template(
        "consents/list.html", shown=shown, carrier=carrier, colour=colour, totals=totals, words=COLOUR_WORDS,
        shapes=COLOUR_SHAPES, hows=HOW_WORDS, scopes=SCOPE_WORDS, more=found[SHOWN - 1].row["id"] if len(found) > SHOWN else None,
        by_carrier=[
            (carriers.find(code), counts.get("red", 0), counts.get("amber", 0)) for code, counts in by_carrier.items()
        ],
    )  # fmt: skip


@page(consents, "/consents/given", N_("已记下的同意"))
def given() -> ResponseReturnValue:
    before, only = row_id(request.args.get("before", "")), row_id(request.args.get("only", ""))
    with station().store.reading() as db:
        if only:
            rows, more = [store.consent(db, only)], None
        else:
            rows, more = store.page(db, before_id=before or None, limit=SHOWN)
        shown = [consent.show_consent(db, row) for row in rows]
    return render_template(
        "consents/given.html", shown=shown, more=more, only=only, hows=HOW_WORDS, withdrawn=WITHDRAWN_WORDS
    )


@act(consents, "/parcels/<int:parcel_id>/consent")
def give(parcel_id: int) -> ResponseReturnValue:
    """The recipient of a parcel agrees, for this one or for good."""

    def do(tx: Tx) -> Done:
        found = consent.give_consent(tx, parcel_id, request.form.get("scope", ""), request.form.get("how", ""))
        if found.given_at != tx.now:
            return Done(_next(), N_("原来就同意了，没有重复记"), {}, "already")
        words = N_("记下了：以后的都同意") if found.scope == "standing" else N_("记下了：这一件同意放站点")
        return Done(_next(), words)

    return acts.run(do, again=not_agreed)


@act(consents, "/consents/phone")
def give_by_phone() -> ResponseReturnValue:
    """Somebody calls, or stands here, who has no parcel now. The number never stands in an address."""

    def do(tx: Tx) -> Done:
        phone = request.form.get("phone", "")
        if request.form.get("what") == "find":
            found = consent.find_standing(tx, phone)
            return Done(url_for("consents.given", only=found.id))
        found = consent.give_standing(tx, phone, request.form.get("how", ""))
        place = url_for("consents.given", only=found.id)
        if found.given_at != tx.now:
            return Done(place, N_("原来就同意了，没有重复记"), {}, "already")
        return Done(place, N_("记下了：以后的都同意"))

    return acts.run(do, again=given)


@act(consents, "/consents/<int:consent_id>/withdraw")
def withdraw(consent_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        consent.withdraw_consent(tx, consent_id, request.form.get("how", ""))
        return Done(_next(url_for("consents.given")), N_("已撤回；原来怎么同意的仍留着"), {}, "attention")

    return acts.run(do, again=given)


@act(consents, "/consents/lists")
def make_list() -> ResponseReturnValue:
    """The courier's list, of a batch or a carrier."""

    def do(tx: Tx) -> Done:
        batch_id = row_id(request.form.get("batch_id", ""))
        made = consent_list.make_courier_list(tx, batch_id=batch_id or None, carrier=request.form.get("carrier", ""))
        facts = {"red": made.red, "amber": made.amber}
        place = url_for("consents.one_list", slip_id=made.slip_id)
        if made.job_id is None:
            words = N_("未同意 {red} 件，无法判断 {amber} 件；没有打印机，可以用 A4")
            return Done(place, words, facts, "attention")
        return Done(place, N_("未同意 {red} 件，无法判断 {amber} 件，清单已送去打印"), facts)

    return acts.run(do, again=not_agreed)


@page(consents, "/consents/lists/<int:slip_id>", N_("未同意清单"))
def one_list(slip_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        _require_list(db, slip_id)
        document = slips.compose(db, slip_id)
    return render_template("consents/one.html", document=document, slip_id=slip_id)


@act(consents, "/consents/lists/<int:slip_id>/print")
def print_again(slip_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        _require_list(tx, slip_id)
        if not jobs.of_slip(tx, slip_id):
            raise Refused("printer.none", N_("没有配置打印机，单据已保存，随时可以补打"))
        reprint.reprint(tx, slip_id)
        return Done(url_for("consents.one_list", slip_id=slip_id), N_("已送去补打，纸上会写明「补打」"))

    return acts.run(do, again=lambda: one_list(slip_id))


@part(consents, "/consents/lists/<int:slip_id>/a4.pdf")
def pdf(slip_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        _require_list(db, slip_id)
    return a4_of(actor(), slip_id, None)


def _require_list(db: Reader, slip_id: int) -> None:
    if slips.find(db, slip_id).template != COURIER_LIST:
        raise Refused("consent.list_unknown", N_("没有这张未同意清单"), slip_id=slip_id)


def _next(otherwise: str = "") -> str:
    return local_path(request.form.get("next", "") or otherwise or url_for("consents.not_agreed"))
