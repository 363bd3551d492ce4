"""What a scan means at a desk, by mode, open batch and open person (ui.md §1). Read-only: ``take_scan`` does what is
decided here and ``what_would`` only tells it, so the two can't differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.codes import PARCEL, CodeKind, Recognised, refusal
from kiosk.counter.consignment_scans import MAY_BE_GOODS, ScannedGoods, find_goods
from kiosk.counter.look_up import METHODS, Found, look_up
from kiosk.counter.scanned_parcel import MAY_NAME
from kiosk.errors import Refused
from kiosk.parcels import expected, store, view
from kiosk.parcels.model import HandOverMethod, ParcelState
from kiosk.parcels.refusals import gone
from kiosk.parcels.view import ParcelView
from kiosk.people.model import Desk
from kiosk.storage import Reader
from kiosk.words import N_


class ScanAction(StrEnum):
    """What is done with a scan."""

    CHECK_IN = "check_in"
    HAND_OVER = "hand_over"
    OPEN_PERSON = "open_person"
    ASK_PERSON = "ask_person"
    ASK_BOOK = "ask_book"
    SAY_GONE = "say_gone"
    SET_PLACE = "set_place"
    SHOW_PLACE = "show_place"
    COUNT_PLACE = "count_place"
    COUNT = "count"
    MOVE_PLACE = "move_place"
    MOVE = "move"
    COMMAND = "command"
    IDENTIFY_STAFF = "identify_staff"
    OPEN_RECEIPT = "open_receipt"
    OUTBOUND = "outbound"
    GOODS = "goods"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Decision:
    """The action, and what it is about. ``refused`` says why nothing is done (REFUSE) or what happened (SAY_GONE)."""

    action: ScanAction
    recognised: Recognised
    found: Found | None = None
    method: HandOverMethod | None = None
    refused: Refused | None = None
    goods: ScannedGoods | None = None
    is_pickup: bool = False  # somebody came for it: a parcel that has left is a second pick-up


#: Modes in which a box is all that is meant.
_BOXES_ONLY = frozenset({"intake", "shelf_count", "relocate"})
_SHELVING = {
    "shelf_count": (ScanAction.COUNT_PLACE, ScanAction.COUNT),
    "relocate": (ScanAction.MOVE_PLACE, ScanAction.MOVE),
}


def decide(db: Reader, desk: Desk | None, recognised: Recognised) -> Decision:
    """What this scan is to do at this desk (None: as at a desk in mode home with nothing open). Never raises
    ``Refused``."""
    match recognised.kind:
        case CodeKind.STAFF:
            return Decision(ScanAction.IDENTIFY_STAFF, recognised)
        case CodeKind.COMMAND:
            return Decision(ScanAction.COMMAND, recognised)
        case CodeKind.RECEIPT:
            return Decision(ScanAction.OPEN_RECEIPT, recognised)
        case CodeKind.OUTBOUND | CodeKind.MANIFEST if desk is None or desk.mode not in _BOXES_ONLY:
            return Decision(ScanAction.OUTBOUND, recognised)
    if desk is not None and desk.mode == "intake":
        return _intake(desk, recognised)
    if desk is not None and desk.mode in _SHELVING:
        return _shelving(recognised, *_SHELVING[desk.mode])
    if desk is not None and desk.mode == "outbound" and desk.open_manifest_id is not None:
        return _outbound(recognised)
    if desk is not None and desk.mode == "manifest" and desk.open_list_id is not None:
        return _outbound(recognised)
    return _counter(db, desk, recognised)


def _shelving(recognised: Recognised, at_place: ScanAction, of_box: ScanAction) -> Decision:
    """盘点 and 移库: a shelf's label says where, a box's code says what; nothing else is meant."""
    if recognised.kind is CodeKind.SHELF:
        return Decision(at_place, recognised)
    if recognised.kind in MAY_NAME:
        return Decision(of_box, recognised)
    if recognised.kind is CodeKind.NOISE:
        return Decision(ScanAction.REFUSE, recognised, refused=_not_here(recognised))
    why = Refused(
        f"scan.is_{recognised.kind.value}",
        N_("现在在盘点或移库：请扫货架标签、取件码标签或面单，没有记下；要办别的请先扫「首页」"),
        kind=recognised.kind.value,
        length=recognised.length,
    )
    return Decision(ScanAction.REFUSE, recognised, refused=why)


def _outbound(recognised: Recognised) -> Decision:
    """The courier's list is open: stickers and waybills go to it, and nothing else is meant."""
    if recognised.kind in (CodeKind.PAYMENT_CODE, CodeKind.ID_NUMBER, CodeKind.GOODS, CodeKind.SHELF, CodeKind.NOISE):
        return Decision(ScanAction.REFUSE, recognised, refused=_not_here(recognised))
    return Decision(ScanAction.OUTBOUND, recognised)


def _intake(desk: Desk, recognised: Recognised) -> Decision:
    if recognised.kind not in PARCEL and recognised.kind is not CodeKind.SHELF:
        return Decision(ScanAction.REFUSE, recognised, refused=refusal(recognised))
    if desk.open_batch_id is None:
        return Decision(ScanAction.REFUSE, recognised, refused=_no_batch())
    if recognised.kind is CodeKind.SHELF:
        return Decision(ScanAction.SET_PLACE, recognised)
    if recognised.kind is CodeKind.BOOK:
        return Decision(ScanAction.ASK_BOOK, recognised, refused=refusal(recognised))
    return Decision(ScanAction.CHECK_IN, recognised)


def _counter(db: Reader, desk: Desk | None, recognised: Recognised) -> Decision:
    goods = find_goods(db, recognised) if recognised.kind in MAY_BE_GOODS else None
    if goods is not None and recognised.kind in (CodeKind.GOODS, CodeKind.SKU):
        return Decision(ScanAction.GOODS, recognised, goods=goods)
    if recognised.kind is CodeKind.SHELF:
        return Decision(ScanAction.SHOW_PLACE, recognised)
    if recognised.kind in (CodeKind.PAYMENT_CODE, CodeKind.ID_NUMBER, CodeKind.GOODS, CodeKind.SKU):
        return Decision(ScanAction.REFUSE, recognised, refused=_not_here(recognised))
    if recognised.noise in ("url", "json", "long"):
        return Decision(ScanAction.REFUSE, recognised, refused=_not_here(recognised))
    found = look_up(db, recognised)
    if (
        goods is not None and found.parcel is None
    ):  # an in-store code that has the shape of a waybill; a parcel goes first
        return Decision(ScanAction.GOODS, recognised, goods=goods)
    mode, open_id = (desk.mode, desk.open_parcel_id) if desk is not None else ("home", None)
    is_waybill = recognised.kind in PARCEL
    if found.has_left and found.parcel is not None:
        is_pickup = not is_waybill or mode == "hand_over" or open_id is not None
        why = gone(db, store.parcel(db, found.parcel.id))
        return Decision(ScanAction.SAY_GONE, recognised, found, _method(found), why, is_pickup=is_pickup)
    if not found.people and found.parcel is not None and found.parcel.state is ParcelState.EXPECTED:
        return Decision(ScanAction.REFUSE, recognised, found, refused=_not_yet_in(db, found.parcel))
    if not found.people:
        return Decision(ScanAction.REFUSE, recognised, found, refused=_nothing_found(recognised))
    if is_waybill and found.parcel is not None:
        if open_id is not None:
            if found.parcel.id in {*view.person(db, open_id).parcel_ids, open_id}:
                return Decision(ScanAction.HAND_OVER, recognised, found, checked(desk), is_pickup=True)
            return Decision(ScanAction.REFUSE, recognised, found, refused=_other_person(found.parcel))
        if mode == "hand_over":
            return Decision(ScanAction.HAND_OVER, recognised, found, HandOverMethod.WAYBILL, is_pickup=True)
    if found.is_asked:
        return Decision(ScanAction.ASK_PERSON, recognised, found, _method(found))
    return Decision(ScanAction.OPEN_PERSON, recognised, found, _method(found))


def checked(desk: Desk | None) -> HandOverMethod:
    """How the desk's open person was checked: by what it was opened."""
    return HandOverMethod((desk.last_act if desk is not None else {}).get("check", HandOverMethod.WAYBILL))


def _method(found: Found) -> HandOverMethod:
    return METHODS.get(found.by, HandOverMethod.WAYBILL)


def _no_batch() -> Refused:
    return Refused("intake.no_batch", N_("还没有开始入库批次，没有入库；请先选快递公司开始一批"))


_AWAITED = {
    expected.Source.COUNTY: N_("这件在等：{carrier}，县里的仓库说要来。还没有入库；请先按 F1 开始一批，再扫一次"),
    expected.Source.CARRIER: N_("这件在等：{carrier}，快递公司的清单上有。还没有入库；请先按 F1 开始一批，再扫一次"),
    expected.Source.STATION: N_("这件在等：{carrier}，别的站点说要来。还没有入库；请先按 F1 开始一批，再扫一次"),
    "": N_("这件在等：{carrier}，已登记待到。还没有入库；请先按 F1 开始一批，再扫一次"),
}


def _not_yet_in(db: Reader, parcel: ParcelView) -> Refused:
    """It was announced and lies in a hand now: a batch is needed to take it in."""
    source = expected.announcement(db, parcel.id).source
    return Refused(
        "parcel.is_expected", _AWAITED.get(source, _AWAITED[""]), parcel_id=parcel.id, carrier=parcel.carrier_name
    )  # fmt: skip


def _nothing_found(recognised: Recognised) -> Refused:
    if recognised.kind is CodeKind.PICKUP_CODE:
        return Refused(
            "pickup_code.unknown",
            N_("没有取件码为 {pickup_code} 的快件；请核对是不是本站的码，或用尾号、姓名找"),
            pickup_code=recognised.text,
        )
    if recognised.kind in PARCEL:
        return Refused("parcel.not_found", N_("这个运单不在库，也没有来过；要入库请按 F1 或扫“入库”指令码"))
    if recognised.kind in (CodeKind.PHONE, CodeKind.PHONE_TAIL):
        return Refused("person.not_found", N_("这个号码没有在库的快件；请核对尾号，或用姓名、运单找"))
    return _not_here(recognised)


_ELSEWHERE = {
    CodeKind.PAYMENT_CODE: N_("这是付款码。什么也没有记下；本站不收扫码付款，请顾客收好手机。"),
    CodeKind.ID_NUMBER: N_("这是身份证号。本站不记身份证号，什么也没有留下；请用取件码或尾号。"),
    CodeKind.GOODS: N_(
        "这是商品条码，本站没有在卖这种商品，没有加入；要卖请先在「代销」登记。要找快件请扫取件码或面单上的条码。"
    ),
    CodeKind.SKU: N_("这是商品价签，但这种商品已经停卖或不是本站的，没有加入；请在「代销」里核对。"),
    CodeKind.SHELF: N_("这是货架标签；入库时扫它来换货架，现在没有改动任何内容。"),
    CodeKind.NOISE: N_("这不是我们认得的码，已略过；请扫取件码或面单上的一维码。"),
    CodeKind.UNREADABLE: N_("没有读懂这个码，什么也没有做；请再扫一次，或手工输入。"),
}


def _not_here(recognised: Recognised) -> Refused:
    return Refused(
        f"scan.is_{recognised.kind.value}",
        _ELSEWHERE.get(recognised.kind, _ELSEWHERE[CodeKind.UNREADABLE]),
        kind=recognised.kind.value,
        length=recognised.length,
    )


def _other_person(parcel: ParcelView) -> Refused:
    return Refused(
        "parcel.other_person",
        N_("拿错了：这件（{pickup_code}）不是正在办理的人的，没有出库；要给下一位办，请先关掉当前的人"),
        parcel_id=parcel.id,
        pickup_code=parcel.pickup_code,
    )
