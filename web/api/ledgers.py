"""The ledgers by API: which there are and what stands in them, a page of rows as JSON, or all of them as a file. The same
declarations as on the pages (``kiosk.reports.ledgers``), masked alike; a file is recorded before it leaves."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, send_file
from marshmallow import fields

from kiosk import clock
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.reports.ledgers import LEDGERS, export, rows
from kiosk.reports.ledgers.cells import Cells
from kiosk.reports.ledgers.export import MEDIA_TYPES, FileFormat
from kiosk.reports.ledgers.model import LONGEST_TEXT, MOST_DAYS, Filters, Ledger, filters
from kiosk.reports.ledgers.registers import find, of_every
from kiosk.words import say
from web.api.door import caller
from web.api.fields import LARGEST_ID, Asked, BusinessDate, Text, Told, Whole, Word, said
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("ledgers", "The station's ledgers (台账), as they were written by the acts: read, never changed.")
FORM = "<string:form>"
MOST_ROWS, USUAL_ROWS = 200, 50


class WhichRows(Asked):
    """Which rows, as what."""

    from_on = BusinessDate(
        data_key="from", doc=f"first business date; at most {MOST_DAYS} days up to `to`. Without either: this month"
    )
    to_on = BusinessDate(data_key="to", doc="last business date")
    month = Text(7, pattern=r"^[0-9]{4}-[0-9]{2}$", doc="a whole month instead, `2026-11`")
    state = Text(30, pattern=r"^[a-z_]*$", doc="one of the ledger's `states`")
    operator_id = Whole(1, LARGEST_ID, is_query=True, doc="only what this member of the staff has done")
    text = Text(LONGEST_TEXT, doc="in names of goods, platforms and document numbers; never in what is personal")
    phone_tail = Text(4, pattern=r"^[0-9]{4}$")
    format = Word(
        ["json", *FileFormat], load_default="json", doc="`json`: a page of rows; `xlsx` or `csv`: all of them as a file"
    )
    in_full = Word(
        ["true", "false"],
        load_default="false",
        doc="personal values bare, in a file; needs the right `unmask` and is recorded as such",
    )
    limit = Whole(1, MOST_ROWS, is_query=True, load_default=USUAL_ROWS, doc="rows a page")
    after = Text(40, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]{1,19}$", doc="go on behind this row (see `next`)")


class ColumnTold(Told):
    """One column."""

    name = said()
    title = said(doc="in words")
    kind = said(doc="`text`, `word` (a code of ours), `date`, `instant`, `fen`, `number` or `person` (masked)")
    has_total = said(fields.Boolean)


class LedgerTold(Told):
    """One ledger."""

    form = said()
    title = said()
    about = said()
    columns = fields.List(fields.Nested(ColumnTold), required=True)
    states = said(fields.Dict, doc="what `state` may be, with its words")
    address = said()


class LedgersTold(Told):
    """Every ledger."""

    items = fields.List(fields.Nested(LedgerTold), required=True)


class RowsTold(Told):
    """A page of a ledger, newest first."""

    form = said()
    title = said()
    items = fields.List(
        fields.Dict(), required=True, metadata={"description": "one object a row, its members named by the columns"}
    )
    totals = said(
        fields.Dict, doc="of all rows that were asked for, not only of this page: `rows` and each sum in fen or pieces"
    )
    next = said(may_be_null=True, doc="address of the next page, null at the end")


@room.reads("/ledgers", LedgersTold, rights=[Right.READ])
def list_ledgers() -> Response:
    """Every ledger with its columns, those of the registers behind the others."""
    with station().store.reading() as db:
        found = [*LEDGERS.values(), *of_every(db)]
    return answer({"items": [_declared(one) for one in found]})


@room.reads(
    f"/ledgers/{FORM}",
    RowsTold,
    rights=[Right.READ],
    asks=WhichRows,
    may_fail=(404, 409),
    files=[*MEDIA_TYPES.values()],
)
def show_ledger(asked: dict[str, Any], form: str) -> Response:
    """A ledger: a page of its rows with the totals of all, or a file.

    XLSX and CSV hold every row that fits, oldest first; taking one is recorded: who, which ledger, which dates, how many
    rows, masked or in full. A text in CSV that a sheet would take for a formula begins with an apostrophe.
    """
    with station().store.reading() as db:
        found = find(db, form)
    wanted = filters(
        found, today=clock.local_date(station().settings.station.zone), month=asked["month"] or "",
        from_on=asked["from_on"] or "", to_on=asked["to_on"] or "", state=asked["state"] or "",
        operator_id=asked["operator_id"], text=asked["text"] or "", tail=asked["phone_tail"] or "",
    )  # fmt: skip
    if asked["format"] != "json":
        return _file(found, wanted, FileFormat(asked["format"]), in_full=asked["in_full"] == "true")
    on, _, key = (asked["after"] or "").partition(".")
    with station().store.reading(snapshot=True) as db:
        seen, more = rows.page(
            db, found, wanted, after=(on, min(int(key), LARGEST_ID)) if key else None, limit=asked["limit"]
        )
        cells = Cells(db, found)
        items = [{"key": row["key_"], "on": row["on_"]} | cells.told(row) for row in seen]
        summed = rows.totals(db, found, wanted)
    following = None
    if more is not None:
        following = _address(found, wanted, limit=asked["limit"], after=f"{more[0]}.{more[1]}")
    return answer({"form": found.form, "title": say(found.title), "items": items, "totals": summed, "next": following})


def _file(found: Ledger, wanted: Filters, file_format: FileFormat, *, in_full: bool) -> Response:
    folder = station().runtime.folder if in_full else station().store.state
    try:
        made = export.export(station().store, caller(), found, wanted, file_format, folder, in_full=in_full)
    except Refused as error:
        if error.code == "staff.not_allowed":
            export.remember_denied(station().store, caller(), found)
        raise
    sent = send_file(made.file, made.media_type, as_attachment=True, download_name=made.name, max_age=None)
    sent.content_length = made.size
    sent.headers["Cache-Control"] = "no-store"
    sent.headers["Vary"] = "Accept-Language, Authorization"
    return sent


def _declared(found: Ledger) -> dict[str, Any]:
    return {
        "form": found.form,
        "title": say(found.title),
        "about": say(found.about),
        "columns": [
            {"name": column.name, "title": say(column.title), "kind": column.kind, "has_total": column.has_total}
            for column in found.columns
        ],
        "states": {name: say(words) for name, (words, _condition) in found.states.items()},
        "address": f"{PREFIX}/ledgers/{found.form}",
    }


def _address(found: Ledger, wanted: Filters, **more: Any) -> str:
    query = {
        "from": wanted.from_on, "to": wanted.to_on, "state": wanted.state, "operator_id": wanted.operator_id,
        "text": wanted.text, "phone_tail": wanted.tail, **more,
    }  # fmt: skip
    return f"{PREFIX}/ledgers/{found.form}?{urlencode({name: value for name, value in query.items() if value})}"
