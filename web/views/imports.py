"""A courier's list from a file: choose it, look at what each row would become, take all of it or nothing. The file stands
nowhere meanwhile: what was read goes with the preview's own form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.codes import carriers, mask_name
from kiosk.counter.take_list import drop_list, take_list, turns
from kiosk.errors import Refused
from kiosk.parcel_lists import columns as reading
from kiosk.parcel_lists import read_file, store
from kiosk.parcel_lists.model import FIELD_WORDS, MOST_ROWS, PURPOSE_WORDS, Field, Grid, Line, Purpose, TakenList
from kiosk.parcel_lists.reading import LARGEST_FILE_BYTES
from kiosk.parcels import view
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.words import N_, say
from web import acts
from web.acts import Done
from web.routes import act, page
from web.station import actor, station

imports = Blueprint("imports", __name__)
#: So much is shown of a list; the counts are of all of it.
MOST_SHOWN = 30
MOST_FAULTS_SHOWN = 60
SHOWN_LISTS = 30
LARGEST_ID = 2**53
PREVIEW = "imports.preview"


@imports.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    if endpoint == PREVIEW:
        request.max_content_length = LARGEST_FILE_BYTES + 200_000


@page(
    imports, "/imports", N_("导入清单"), right=Right.BATCH, place="more",
    hint=N_("快递员的单号、电话清单（CSV、Excel）：先看再导，错一行都不导"),
)  # fmt: skip
def every_list() -> ResponseReturnValue:
    with station().store.reading() as db:
        found = store.newest(db, LARGEST_ID, SHOWN_LISTS)
    return render_template("imports/all.html", lists=found, **_words())


@act(imports, "/imports/preview", right=Right.BATCH)
def preview() -> ResponseReturnValue:
    """What each row would become; nothing is written. Sent again with other columns it shows the same list anew."""
    try:
        sent = request.files.get("file")
        if sent is not None and sent.filename:
            with sent.stream as stream:
                grid = read_file(stream.read(LARGEST_FILE_BYTES + 1))
            return _shown(grid, None)
        if not request.form.get("grid"):
            raise Refused("list.empty", N_("没有选文件，或文件是空的；没有导入"))
        return _shown(Grid.of_text(request.form["grid"]), _chosen())
    except Refused as refused:
        return acts.refuse(refused, every_list)


@act(imports, "/imports/take", right=Right.BATCH)
def take() -> ResponseReturnValue:
    try:
        grid = Grid.of_text(request.form.get("grid", ""))
        carrier = _carrier()
    except Refused as refused:
        return acts.refuse(refused, every_list)

    purpose, made = _purpose(), []
    try:
        columns = reading.read_columns(grid, _chosen())
        with station().store.reading() as db:
            parts = turns(db, grid, columns, purpose)
        for part in parts[:-1]:
            made += _take_part(part, columns, purpose, carrier)
    except Refused as refused:
        return acts.refuse(_called_back(refused, made), lambda: _shown(grid, _chosen()))

    def do(tx: Tx) -> Done:
        done = take_list(tx, parts[-1], columns, purpose, carrier=carrier)
        pieces = done.pieces + sum(one.pieces for one in made)
        facts = {"pieces": pieces, "skipped": done.skipped, "lists": len(parts)}
        if len(parts) > 1:
            return Done(url_for("imports.every_list"), N_("导入了 {pieces} 件，记成 {lists} 张清单"), facts)
        words = N_("导入了 {pieces} 件") if not done.skipped else N_("导入了 {pieces} 件，{skipped} 件已有、略过")
        return Done(url_for("imports.one_list", list_id=done.id), words, facts)

    def again() -> ResponseReturnValue:
        g.refused = _called_back(g.refused, made)
        return _shown(grid, _chosen())

    return acts.run(do, again=again)


def _take_part(part: Grid, columns: reading.Columns, purpose: Purpose, carrier: str) -> list[TakenList]:
    """One turn of a long list; every row of the list has been judged. What a second press finds done already is passed
    over: the rows that are known are not taken again."""
    try:
        with station().store.transaction(actor()) as tx:
            return [take_list(tx, part, columns, purpose, carrier=carrier)]
    except Refused as refused:
        if refused.code == "list.nothing_new":
            return []
        raise


def _called_back(refused: Refused, made: list[TakenList]) -> Refused:
    """A later turn of a long list failed, because something changed meanwhile: the turns before it are called back, or told
    of where they lie on shelves and can't be."""
    if not made:
        return refused
    why = say(refused.message, **refused.facts)
    if made[0].purpose is Purpose.OPENING_STOCK:
        pieces = sum(one.pieces for one in made)
        return Refused(refused.code, N_("前面 {pieces} 件已经导入，其余没有：{why}"), pieces=pieces, why=why)
    for one in made:
        with station().store.transaction(actor()) as tx:
            drop_list(tx, one.id)
    return refused


@page(imports, "/imports/<int:list_id>", N_("一张导入的清单"), right=Right.BATCH)
def one_list(list_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = store.find(db, list_id)
        pieces = [view.show(db, row) for row in store.parcels_of(db, list_id)]
    return render_template("imports/one.html", found=found, pieces=pieces, **_words())


@act(imports, "/imports/<int:list_id>/drop", right=Right.BATCH)
def drop(list_id: int) -> ResponseReturnValue:
    """撤销: what has not arrived is awaited no more."""

    def do(tx: Tx) -> Done:
        dropped = drop_list(tx, list_id)
        return Done(url_for("imports.one_list", list_id=list_id), N_("撤销了：{count} 件不再等待"), {"count": dropped})

    return acts.run(do, again=lambda: one_list(list_id))


def _shown(grid: Grid, chosen: dict[str, str] | None) -> ResponseReturnValue:
    carrier, purpose = _carrier(), _purpose()
    plan = None
    with station().store.reading() as db:
        if chosen is None:
            columns = reading.guess(grid, store.remembered(db, carrier))
        else:
            try:
                columns = reading.read_columns(grid, chosen)
            except Refused as refused:
                g.refused = g.get("refused") or refused
                columns = {}
        if Field.WAYBILL in columns:
            plan = reading.judge(db, grid, columns, purpose)
    selected = {field.value: str(at) for field, at in columns.items()} if columns or chosen is None else chosen
    return render_template(
        "imports/preview.html", grid=grid, text=grid.text(), plan=plan, selected=selected, carrier=carrier, purpose=purpose,
        lines=[_line(line) for line in plan.lines[:MOST_SHOWN]] if plan else [],
        faults=plan.faults[:MOST_FAULTS_SHOWN] if plan else [], **_words(),
    )  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    """A row as anybody may see it."""
    return {
        "row": line.row, "waybill": line.recognised.text, "phone": line.phone.masked if line.phone else "",
        "name": mask_name(line.name) if line.name else "", "place": str(line.place) if line.place else "",
        "carrier": carriers.find(line.carrier).name() if line.carrier else "",
        "pickup_code": line.pickup_code, "standing": line.standing,
    }  # fmt: skip


def _words() -> dict[str, Any]:
    return {
        "carriers": carriers.known(), "field_words": FIELD_WORDS, "purpose_words": PURPOSE_WORDS, "most_rows": MOST_ROWS,
        "carrier_name": lambda code: carriers.find(code).name() if code else "",
    }  # fmt: skip


def _chosen() -> dict[str, str]:
    return {field.value: request.form.get(f"column_{field.value}", "") for field in Field}


def _carrier() -> str:
    text = request.form.get("carrier", "")
    return carriers.find_by_any_code(text).code if text else ""


def _purpose() -> Purpose:
    text = request.form.get("purpose", "")
    return Purpose(text) if text in list(Purpose) else Purpose.EXPECTED
