"""An entry on paper: the A4 sheet with everything that stands in it, its story and its places to sign, and the slip that a
person takes along. The slip is frozen with blanks; the sheet is made when it is asked for."""

from __future__ import annotations

from typing import Any

from kiosk import clock, fields
from kiosk.attachments import content_of
from kiosk.errors import Refused
from kiosk.printing import slips
from kiosk.printing.document import Block, Document, Feed, Pair, Rule, Text
from kiosk.printing.sheet import Column, Facts, Paragraph, Sheet, Signature, Signatures, Table
from kiosk.registers import store, view
from kiosk.registers.model import CASE, PICTURES, in_language
from kiosk.registers.store import Entry
from kiosk.registers.story import vault_field
from kiosk.settings import driven_clock
from kiosk.storage import Reader, Tx
from kiosk.words import N_, current_locale, say, use_locale

SLIP = "register_slip"
_LONG = 24


def sheet_of(db: Reader, found: Entry, *, in_full: bool = False) -> Sheet:
    """The A4 sheet, in the station's language as all paper. ``in_full`` shows names, phones and signatures: whoever asks
    for it has the right and left a record."""
    before = current_locale()
    use_locale(db.settings.station.locale)
    try:
        return _sheet(db, found, in_full=in_full)
    finally:
        use_locale(before)


def _sheet(db: Reader, found: Entry, *, in_full: bool) -> Sheet:
    form = store.form_of(db, found)
    told = view.detail(db, found, is_masked=not in_full)
    station = db.settings.station
    short = [(one["label"], one["value"]) for one in told["values"] if len(one["value"]) <= _LONG]
    facts = [
        (say(N_("状态")), told["state_name"]),
        (say(N_("登记")), clock.to_minute(found.opened_at, station.zone)),
        *short,
    ]
    facts += [(one["title"], one["due_on"]) for one in told["due"]]
    parts: list[Any] = [Facts(tuple(facts))]
    for one in told["values"]:
        if len(one["value"]) > _LONG:
            parts += [Paragraph(one["label"], bold=True), Paragraph(one["value"])]
    for group in told["tables"]:
        columns = tuple(Column(head, 3 if place == 0 else 2) for place, head in enumerate(group["heads"]))
        parts += [Paragraph(group["title"], bold=True), Table(columns, tuple(tuple(line) for line in group["lines"]))]
    photos = [f"{one['label']} {len(one['ids'])}" for one in told["pictures"] if one["type"] == "photo"]
    if photos:
        parts.append(Paragraph(say(N_("照片存在本站系统里：{which}"), which="、".join(photos))))
    parts += [Paragraph(say(N_("办理经过")), bold=True), _story(told, station.zone)]
    places = _signatures(db, told, form, in_full=in_full)
    parts += [Signatures(places)] if places else []
    foot = say(N_("含完整个人信息，用后即删")) if in_full else say(N_("个人信息已遮盖"))
    foot = f"{foot} {driven_clock.line()}".strip()
    return Sheet(
        title=form.paper_title(),
        issuer=station.name,
        number=found.number,
        code=found.number,
        parts=tuple(parts),
        foot=foot,
    )


def _story(told: dict[str, Any], zone: str) -> Table:
    heads = (
        Column(say(N_("时间")), 2),
        Column(say(N_("做了什么")), 2),
        Column(say(N_("写下的内容")), 6),
        Column(say(N_("经办人")), 2),
    )
    rows = []
    for one in told["story"]:
        said = [f"{item['label']}：{item['value']}" for item in one["wrote"]] if one["step"] > 1 else []
        wrote = "；".join([line.rstrip("。；") for line in said[:-1]] + said[-1:])
        title = say(N_("{title}（已撤销）"), title=one["title"]) if one["is_undone"] else one["title"]
        rows.append((clock.to_minute(one["at"], zone), title, wrote, one["by"]))
    return Table(heads, tuple(rows))


def _signatures(db: Reader, told: dict[str, Any], form: Any, *, in_full: bool) -> tuple[Signature, ...]:
    """Who signed on the screen, and empty places for those who sign the paper."""
    signed = {}
    for one in told["pictures"]:
        if one["type"] == "signature" and one["ids"]:
            said = say(N_("已在屏幕上签字"))
            signed[one["label"]] = Signature(
                one["label"], said=said, picture=_picture(db, one["ids"][-1]) if in_full else None
            )
    empty = [Signature(name) for name in form.paper.places() if not any(name in label for label in signed)]
    return (*signed.values(), *empty)[:4]


def _picture(db: Reader, attachment_id: int) -> bytes | None:
    try:
        return content_of(db, attachment_id)
    except Refused:
        return None


def freeze_slip(tx: Tx, found: Entry) -> int:
    """Freezes the slip of an entry as it is now; returns its id. Refused ``register.no_slip``, ``register.erased``."""
    form = store.form_of(tx, found)
    if not form.paper.slip:
        raise Refused("register.no_slip", N_("「{register}」没有小票，请打印 A4"), register=form.title())
    if found.erased_at is not None:
        raise Refused("register.erased", N_("{number} 的个人信息已按规定删除，没有可打印的"), number=found.number)
    locale, station = tx.settings.station.locale, tx.settings.station
    due = view.clocks(form, found, clock.local_date(station.zone, clock.read(tx.now)))
    shown, blanks = [], {}
    for code in form.paper.slip:
        field, value = form.field(code), found.content.get(code)
        if field is None or field.type in PICTURES or value is None:
            continue
        shown.append({"code": code, "label": field.name(locale), "type": field.type, "value": field.told(value, locale) if isinstance(value, str) else ""})  # fmt: skip
        if isinstance(value, int):
            blanks[f"f_{code}"] = (CASE, found.id, vault_field(code, value))
    state = form.state(found.state)
    facts = {
        "station": station.name, "phone": station.phone, "number": found.number, "register": form.title(locale),
        "state": say(state.title(locale)) if state else found.state, "fields": shown,
        "due_on": due[0]["due_on"] if due else "", "words": in_language(form.paper.slip_words, form.paper.slip_words_en, locale),
        "at": clock.to_minute(tx.now, station.zone),
    }  # fmt: skip
    return slips.freeze(tx, SLIP, facts, blanks, CASE, found.id)


def slip(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """What a person takes along: the number large, what was written down, by when it is answered."""
    blocks: list[Block] = [
        Text(facts["station"], align="center"), Text(facts["register"], align="center", size=2, bold=True, fit=True),
        Text(facts["number"], align="center", size=2, fit=True), Rule(), Pair(say(N_("状态")), facts["state"]),
    ]  # fmt: skip
    for one in facts["fields"]:
        blank = blanks.get(f"f_{one['code']}")
        value = one["value"] or (fields.show(one["type"], blank) if blank else "")
        if value:
            blocks.append(Pair(one["label"], value))
    if facts["due_on"]:
        blocks.append(Pair(say(N_("最晚")), facts["due_on"], bold=True))
    blocks.append(Rule())
    if facts["words"]:
        blocks.append(Text(facts["words"]))
    if facts["phone"]:
        blocks.append(Text(say(N_("电话：{value}"), value=facts["phone"])))
    blocks += [Text(facts["at"]), Feed(1)]
    return Document(facts["register"], tuple(blocks))


slips.register_template(SLIP, 1, slip)
