"""What the command cards of the counter mat do (``~CMD:undo`` …): the same as the buttons, without a hand at the
screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.counter import count_shelves, last_acts, next_traits, relocate_here
from kiosk.counter.close_batch import close_batch
from kiosk.counter.desk_scans import ATTENTION
from kiosk.counter.obeyed import Obeyed
from kiosk.counter.resend_notice import resend_notice
from kiosk.counter.undo import undo_last
from kiosk.errors import Refused
from kiosk.notices import store as notice_store
from kiosk.notices.actions import UnderWay
from kiosk.parcels.model import CASE
from kiosk.parcels.traits import TRAIT_WORDS, Trait
from kiosk.people import desks, sessions
from kiosk.people.model import Desk
from kiosk.people.rights import Right, require
from kiosk.people.sessions import Session
from kiosk.shelf_counts import store as counting
from kiosk.storage import Tx
from kiosk.words import N_, say


@dataclass(frozen=True, slots=True)
class _At:
    tx: Tx
    desk: Desk
    session: Session | None
    under_way: UnderWay | None


def obey(tx: Tx, desk: Desk, session: Session | None, command: str, under_way: UnderWay | None = None) -> Obeyed:
    """Does what the card says. Refused ``command.unknown``, and whatever the act refuses."""
    act = COMMANDS.get(command.lower())
    if act is None:
        raise Refused("command.unknown", N_("没有「{command}」这个指令，什么也没有做"), command=command[:20])
    return act(_At(tx, desk, session, under_way))


def _undo(at: _At) -> Obeyed:
    if at.desk.mode == count_shelves.MODE:
        # The desk's last act is a hand-over of an hour ago; nobody who counts means that.
        raise Refused(
            "undo.not_while_counting", N_("盘点里没有可撤销的，什么也没有做；扫错位置的，扫对货架标签再扫一次那一件")
        )
    if at.desk.mode == relocate_here.MODE:
        back = relocate_here.undo_move(at.tx, desk_id=at.desk.id, under_way=at.under_way)
        return Obeyed(back.code, back.message, facts=back.facts, parcel_id=back.parcel_id, changed=("relocate", "parcel"), go="relocate")  # fmt: skip
    _refuse_while_listing(at)
    undone = undo_last(at.tx, at.desk.id, under_way=at.under_way)
    return Obeyed(
        f"undo.{undone.act}", undone.message, facts=undone.facts,
        parcel_id=undone.parcel_ids[-1] if undone.parcel_ids else None, changed=("batch", "person", "parcel", "manifest"),
    )  # fmt: skip


def _refuse_while_listing(at: _At) -> None:
    """Whoever makes a courier's list means its last piece, never a hand-over of an hour ago."""
    act = last_acts.last(at.desk)
    is_piece = at.desk.mode == "manifest" and act is not None and act.act == last_acts.LISTED
    if at.desk.mode == "outbound" or (at.desk.mode == "manifest" and not is_piece):
        raise Refused(
            "undo.not_while_listing",
            N_("正在清点交接，没有可撤销的上一件，什么也没有做；要拿掉一件，请在清单上按它后面的按钮"),
        )


def _intake(at: _At) -> Obeyed:
    require(at.tx.actor, Right.BATCH)
    desks.set_desk(at.tx, at.desk.id, mode="intake", open_parcel_id=None)
    if at.desk.open_batch_id is None:
        return Obeyed(
            "mode.intake", N_("入库：请先选快递公司开始一批"), ATTENTION, changed=("desk", "person"), go="intake"
        )
    return Obeyed("mode.intake", N_("入库：请扫面单"), changed=("desk", "person"), go="intake")


def _hand_over(at: _At) -> Obeyed:
    require(at.tx.actor, Right.SERVE)
    desks.set_desk(at.tx, at.desk.id, mode="hand_over", open_parcel_id=None)
    return Obeyed("mode.hand_over", N_("出库：扫到的在库快件直接出库"), changed=("desk", "person"), go="hand_over")


def _shelf_count(at: _At) -> Obeyed:
    standing = counting.under_way(at.tx)
    if standing is None:
        count_shelves.begin_count(at.tx, desk_id=at.desk.id)
        words = N_("盘点开始：先扫货架标签，再把这一格的快件全扫一遍")
    else:
        count_shelves.join_count(at.tx, desk_id=at.desk.id)
        words = N_("盘点：先扫货架标签，再把这一格的快件全扫一遍")
    return Obeyed("mode.shelf_count", words, changed=("desk", "person"), go="shelf_count")


def _relocate(at: _At) -> Obeyed:
    relocate_here.begin(at.tx, desk_id=at.desk.id)
    return Obeyed(
        "mode.relocate", N_("移库：先扫要放到的货架标签，再扫快件"), changed=("desk", "person"), go="relocate"
    )


def _trait(trait: Trait) -> Callable[[_At], Obeyed]:
    def act(at: _At) -> Obeyed:
        now = next_traits.toggle_next(at.tx, at.desk.id, trait.value)
        facts = {"traits": "、".join(say(TRAIT_WORDS[one]) for one in sorted(now))}
        words = N_("下一件：{traits}") if now else N_("下一件没有特别的")
        return Obeyed("intake.next_traits", words, facts=facts, changed=("batch",))

    return act


def _home(at: _At) -> Obeyed:
    desks.set_desk(at.tx, at.desk.id, mode="home", open_parcel_id=None, at_place="")
    return Obeyed("mode.home", N_("回到柜台首页"), changed=("desk", "person"), go="home")


def _reprint(at: _At) -> Obeyed:
    act = last_acts.last(at.desk)
    told = notice_store.papers_of(at.tx, CASE, act.parcel_ids[-1]) if act is not None and act.parcel_ids else []
    printed = next((notice for notice in reversed(told) if notice.slip_id is not None), None)
    if printed is None:
        raise Refused("reprint.nothing", N_("上一步没有打印过单子，没有可补打的；请在快件页面补打"))
    resend_notice(at.tx, printed.id, desk_id=at.desk.id)
    return Obeyed("reprint.queued", N_("已补打上一张单子"), parcel_id=printed.subject_id, changed=("print",))


def _lock(at: _At) -> Obeyed:
    if at.session is not None:
        sessions.lock(at.tx, at.session.id)
    return Obeyed("desk.is_locked_now", N_("柜台已锁定"), changed=("session",))


def _close_batch(at: _At) -> Obeyed:
    if at.desk.open_batch_id is None:
        raise Refused("batch.none_open", N_("这个柜台没有正在入库的批次，什么也没有做"))
    closed = close_batch(at.tx, at.desk.open_batch_id, desk_id=at.desk.id)
    batch = closed.batch
    facts = {"counted": batch.counted, "batch_id": batch.id, "list_id": closed.manifest_id}
    if batch.difference:
        return Obeyed(
            "batch.closed_with_difference", N_("本批结束：入库 {counted} 件，应到 {declared} 件，请与快递员核对"),
            ATTENTION, facts=facts | {"declared": batch.declared},
            changed=("batch", "desk"),
        )  # fmt: skip
    return Obeyed("batch.closed_now", N_("本批结束：入库 {counted} 件"), facts=facts, changed=("batch", "desk"))


def _test(at: _At) -> Obeyed:
    """The code of the test pages: nothing is done, the scanner is heard."""
    return Obeyed("scanner.heard", N_("扫码枪好用：测试码收到了"))


def _page(go: str, words: str) -> Callable[[_At], Obeyed]:
    return lambda at: Obeyed(f"go.{go}", words, go=go)


#: Card → act. Pages that a card only opens have their act there (cash is counted with both hands).
COMMANDS: Mapping[str, Callable[[_At], Obeyed]] = {
    "undo": _undo,
    "intake": _intake,
    "hand_over": _hand_over,
    "home": _home,
    "reprint": _reprint,
    "lock": _lock,
    "close_batch": _close_batch,
    "close_day": _page("close_day", N_("日结")),
    "ticket": _page("ticket", N_("收款")),
    "outbound": _page("outbound_new", N_("寄件")),
    "shelf_count": _shelf_count,
    "relocate": _relocate,
    **{trait.value: _trait(trait) for trait in Trait},
    "help": _page("help", N_("帮助")),
    "test": _test,
}
#: What stands on the cards.
COMMAND_WORDS: Mapping[str, str] = {
    "undo": N_("撤销上一件"),
    "intake": N_("入库"),
    "hand_over": N_("出库"),
    "home": N_("首页"),
    "reprint": N_("补打"),
    "lock": N_("锁定"),
    "close_batch": N_("结束本批"),
    "close_day": N_("日结"),
    "ticket": N_("收款"),
    "outbound": N_("寄件"),
    "shelf_count": N_("盘点"),
    "relocate": N_("移库"),
    **TRAIT_WORDS,
    "help": N_("帮助"),
    "test": N_("试扫码枪"),
}
