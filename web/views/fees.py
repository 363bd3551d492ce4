"""The published fee list: what is in force, what comes, what was. And the writing of the next one: a draft that is kept
whole, shown as villagers will read it, worked through with examples, held against what is in force, then published."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, shifts
from kiosk import fees as published
from kiosk.counter.print_fee_board import print_fee_board
from kiosk.errors import Refused
from kiosk.fees import board, document, preview
from kiosk.fees.model import RULE_WORDS, SERVICE_WORDS, Draft, FeeItem, Mistake
from kiosk.people import staff
from kiosk.people.rights import Right
from kiosk.settings import CONFIG
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web.acts import Done, run
from web.routes import act, page
from web.row_ids import row_id
from web.station import session, station

fees = Blueprint("fees", __name__)
#: Whose word a fee may stand on (domain.md §5.7); any other may be typed.
BASES = (N_("村民约定"), N_("承办企业批准"), N_("县中心批准"))
#: What a field is called where a mistake in it is listed.
FIELDS = {
    "effective_on": N_("从哪天起执行"),
    "basis": N_("依据"),
    "approver": N_("谁批准"),
    "items": N_("收费项目"),
    "code": N_("收费编号"),
    "name_zh": N_("项目名称"),
    "service": N_("业务"),
    "unit": N_("单位"),
    "rule": N_("怎样收"),
    "amount": N_("收费"),
    "percent": N_("百分比"),
    "min": N_("最低收"),
    "max": N_("最高收"),
    "free_days": N_("头几天免费"),
    "free_allowance": N_("免费的部分"),
    "tiers": N_("各档"),
}
#: Fields of the item form that every rule has; the others are its numbers.
_COMMON = ("code", "name_zh", "service", "unit", "rule", "basis", "approver")
#: Rows for tiers beyond those that are filled.
_SPARE_TIERS = 2


def today(db: Reader) -> str:
    """The business date by which fees are looked up: the open day's, else the calendar's."""
    day = shifts.open_day(db)
    return day.business_on if day else clock.local_date(station().settings.station.zone).isoformat()


@page(fees, "/fees", N_("价目表"), place="more", hint=N_("正在执行的收费标准，以前的各版，写新的一版"))
def current() -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = published.current(db, today(db))
        return _show(db, shown)


@page(fees, "/fees/<int:number>", N_("价目表"))
def one(number: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = published.numbered(db, number)
        if shown is None:
            abort(404)
        return _show(db, shown)


def _show(db: Reader, shown: published.FeeVersion | None) -> str:
    business_on = today(db)
    in_force = published.current(db, business_on)
    return render_template(
        "fees/list.html",
        shown=shown,
        rows=board.rows(shown),
        warned={item.code for item in shown.items if item.warning} if shown else set(),
        warning=published.INBOUND_WARNING,
        approvers={item.code: item.approver for item in shown.items if item.approver} if shown else {},
        publisher=staff.name_of(db, shown.published_by_kind, shown.published_by) if shown else "",
        versions=published.versions(db),
        in_force=in_force.number if in_force else None,
        upcoming=published.upcoming(db, business_on),
        today=business_on,
        draft=published.open_draft(db),
    )


@act(fees, "/fees/<int:number>/print")
def print_board(number: int) -> ResponseReturnValue:
    """The list on receipt paper, for whoever asks what something costs."""

    def do(tx: Tx) -> Done:
        slip_id = print_fee_board(tx, number, desk_id=session().desk_id)
        return Done(url_for("prints.one", slip_id=slip_id), N_("价目表已排队打印"))

    return run(do, again=lambda: one(number))


@page(fees, "/fees/draft", N_("写价目表"), right=Right.MANAGE)
def draft() -> ResponseReturnValue:
    with station().store.reading() as db:
        found = published.open_draft(db)
        in_force = published.current(db, today(db))
        if found is None:
            return render_template("fees/no_draft.html", in_force=in_force)
        _read, mistakes = document.read(found.content)
        return render_template(
            "fees/draft.html",
            draft=found,
            items=_items_of(found),
            services=SERVICE_WORDS,
            bases=BASES,
            words=_readable_words(found, mistakes),
            wrong=_by_item(mistakes),
            in_force=in_force,
            today=clock.local_date(station().settings.station.zone).isoformat(),
            changed_by=staff.name_of(db, found.changed_by_kind, found.changed_by_id),
        )


@act(fees, "/fees/draft", right=Right.MANAGE)
def save_head() -> ResponseReturnValue:
    """Date, basis and approver; without a draft this begins one."""

    def do(tx: Tx) -> Done:
        if "revision" not in request.form:
            published.begin_draft(tx, row_id(request.form.get("version_id", "")) or None)
            return Done(url_for("fees.draft"), N_("草稿已建好：现行的各项都在里面，改好以后再公示"))
        head = {name: request.form.get(name, "").strip() for name in ("effective_on", "basis", "approver")}
        _save(tx, _content(tx) | head)
        if request.form.get("then") == "check":
            return Done(url_for("fees.check"))
        return Done(url_for("fees.draft"), N_("草稿已保存，还没有公示"))

    return run(do, again=draft)


@page(fees, "/fees/draft/items/new", N_("加一项收费"), right=Right.MANAGE)
def new_item() -> ResponseReturnValue:
    return _item_page(0)


@page(fees, "/fees/draft/items/<int:number>", N_("改一项收费"), right=Right.MANAGE)
def item(number: int) -> ResponseReturnValue:
    return _item_page(number)


@act(fees, "/fees/draft/items/new", right=Right.MANAGE)
def add_item() -> ResponseReturnValue:
    return run(lambda tx: _keep_item(tx, 0), again=new_item)


@act(fees, "/fees/draft/items/<int:number>", right=Right.MANAGE)
def save_item(number: int) -> ResponseReturnValue:
    return run(lambda tx: _keep_item(tx, number), again=lambda: item(number))


@act(fees, "/fees/draft/items/<int:number>/remove", right=Right.MANAGE)
def remove_item(number: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        content = _content(tx)
        items = list(content.get("items", ()))
        if not 1 <= number <= len(items):
            raise _no_item()
        gone = items.pop(number - 1)
        _save(tx, content | {"items": items})
        return Done(url_for("fees.draft"), N_("草稿里去掉了「{name}」"), {"name": str(gone.get("name_zh", ""))[:60]})

    return run(do, again=draft)


@page(fees, "/fees/draft/check", N_("预览和公示"), right=Right.MANAGE)
def check() -> ResponseReturnValue:
    with station().store.reading() as db:
        found = published.open_draft(db)
        in_force = published.current(db, today(db))
        if found is None:
            return render_template("fees/no_draft.html", in_force=in_force)
        fee_list, mistakes = document.read(found.content)
        items = _items_of(found)
        shown: dict[str, Any] = {}
        if fee_list is not None:
            later = [v for v in published.upcoming(db, today(db)) if v.effective_on >= fee_list.effective_on]
            shown = {
                "fee_list": fee_list,
                "rows": board.rows_of(fee_list.items),
                "examples": [(one, preview.examples(one)) for one in fee_list.items],
                "changes": preview.compare(in_force, fee_list.items),
                "warned": [one for one in fee_list.items if one.warning],
                "later": later,
                "is_past": fee_list.effective_on < clock.local_date(station().settings.station.zone).isoformat(),
            }
        return render_template(
            "fees/check.html", draft=found, mistakes=mistakes, items=items, in_force=in_force, in_words=board.in_words,
            change_words=preview.CHANGE_WORDS, fields=FIELDS, warning=published.INBOUND_WARNING, **shown,
        )  # fmt: skip


@act(fees, "/fees/draft/publish", right=Right.MANAGE)
def publish() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        number = published.publish_draft(tx, row_id(request.form.get("revision", "")))
        return Done(url_for("fees.one", number=number), N_("第 {number} 版已公示，以后不能再改"), {"number": number})

    return run(do, again=check)


@act(fees, "/fees/draft/discard", right=Right.MANAGE)
def discard() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        published.discard_draft(tx, row_id(request.form.get("revision", "")))
        return Done(url_for("fees.current"), N_("草稿丢弃了，正在执行的价目表没有变"))

    return run(do, again=draft)


def _item_page(number: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = published.open_draft(db)
        if found is None:
            return render_template("fees/no_draft.html", in_force=published.current(db, today(db)))
        items = _items_of(found)
        if number > len(items):
            raise _no_item()
        _read, mistakes = document.read(found.content)
        kept = items[number - 1] if number else {}
        shown = _typed_item() if request.method == "POST" else kept
        tiers = shown.get("tiers") if isinstance(shown.get("tiers"), list) else []
        spare = max(_SPARE_TIERS, 4 - len(tiers))
        return render_template(
            "fees/item.html", number=number, item=shown, revision=found.revision, services=SERVICE_WORDS,
            rules=RULE_WORDS, bases=BASES, known=_known_codes(), warning=published.INBOUND_WARNING,
            tiers=[*tiers, *({} for _ in range(spare))][: document.MOST_TIERS],
            wrong=_by_item(mistakes)[number] if number else {},
        )  # fmt: skip


def _keep_item(tx: Tx, number: int) -> Done:
    content = _content(tx)
    items = list(content.get("items", ()))
    if number > len(items):
        raise _no_item()
    typed = _typed_item()
    if number:
        items[number - 1] = typed
    else:
        items.append(typed)
        number = len(items)
    kept = _save(tx, content | {"items": items})
    wrong = _by_item(document.read(kept.content)[1])[number]
    if wrong:
        return Done(
            url_for("fees.item", number=number), N_("已存进草稿，还有 {n} 处要改，见下面的红字"), {"n": len(wrong)},
            "attention",
        )  # fmt: skip
    return Done(url_for("fees.draft"), N_("「{name}」已存进草稿"), {"name": str(typed.get("name_zh", ""))[:60]})


def _typed_item() -> dict[str, Any]:
    """The item as the form brought it: the fields of its rule only, as text; blank ones left out."""
    form = request.form
    found: dict[str, Any] = {name: form.get(name, "").strip() for name in _COMMON}
    for name in ("basis", "approver"):
        if not found[name]:
            del found[name]
    for name, kind in document.terms_of(found["rule"]).items():
        if kind.endswith("_tiers"):
            pairs = zip(form.getlist(f"{kind}_up_to"), form.getlist(f"{kind}_fee"), strict=False)
            found[name] = [
                ({"up_to": up_to.strip()} if up_to.strip() else {}) | {"fee": fee.strip()}
                for up_to, fee in pairs
                if up_to.strip() or fee.strip()
            ]
            continue
        text = form.get(f"free_{kind}" if name == "free_allowance" else name, "").strip()
        if text:
            found[name] = f"{text}%" if kind == "myriad" and re.fullmatch(r"[\d.]+", text, re.ASCII) else text
    return found


def _content(tx: Tx) -> dict[str, Any]:
    found = published.open_draft(tx)
    return dict(found.content) if found is not None else {}


def _save(tx: Tx, content: Mapping[str, Any]) -> Draft:
    return published.save_draft(tx, row_id(request.form.get("revision", "")), content)


def _items_of(found: Draft) -> list[dict[str, Any]]:
    """The draft's items as a page can show them, whatever a program may have put there."""
    items = found.content.get("items")
    return [item if isinstance(item, dict) else {} for item in items] if isinstance(items, list) else []


def _by_item(mistakes: tuple[Mistake, ...]) -> dict[int, dict[str, str]]:
    """Item number (0: the list) → field → what is wrong with it."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for mistake in mistakes:
        found[mistake.item].setdefault(mistake.field, mistake.words)
    return found


def _readable_words(found: Draft, mistakes: tuple[Mistake, ...]) -> dict[int, tuple[str, str]]:
    """Number → what villagers will read and the warning, of the items that can be read already."""
    wrong = {mistake.item for mistake in mistakes}
    words: dict[int, tuple[str, str]] = {}
    for number, raw in enumerate(_items_of(found), 1):
        if number not in wrong:
            readable = _alone(raw)
            if readable is not None:
                words[number] = (board.in_words(readable), readable.warning)
    return words


def _alone(raw: Mapping[str, Any]) -> FeeItem | None:
    head = {"effective_on": "2000-01-01", "basis": "-", "approver": "-"}
    fee_list, _mistakes = document.read(head | {"items": [raw]})
    return fee_list.items[0] if fee_list is not None else None


def _no_item() -> Refused:
    return Refused("fees.item_unknown", N_("草稿里没有这一项，可能刚被去掉；请回到草稿重新选"))


@lru_cache(maxsize=1)
def _known_codes() -> tuple[tuple[str, str], ...]:
    """The codes that services ask for, with what they stand for: those of the example list that ships."""
    items = tomllib.loads((CONFIG / "fees.demo.toml").read_text("utf-8"))["items"]
    return tuple((item["code"], item["name_zh"]) for item in items)
