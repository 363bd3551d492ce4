"""What staff do with a parcel that a villager sends. It is accepted in the transaction that settles its ticket; names,
phones, addresses and what was said of the item stand in the vault."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import audit, money, shifts, vault
from kiosk.codes import OTHER, PhoneEntry, about_a_person, carriers, parse_phone
from kiosk.errors import Refused
from kiosk.outbound import lists
from kiosk.outbound.model import (
    CASE,
    HEAVIEST_GRAMS,
    MANIFEST_CASE,
    RETENTION,
    STATE_WORDS,
    IdDocument,
    ItemKind,
    Outbound,
    OutboundState,
    PaidBy,
)
from kiosk.outbound.store import outbound
from kiosk.storage import Tx
from kiosk.storage.numbers import document_no
from kiosk.words import N_, say

LONGEST = {"sender_name": 20, "recipient_name": 20, "sender_address": 80, "recipient_address": 80, "item": 60}


@dataclass(frozen=True, slots=True)
class Party:
    """Sender or recipient as typed."""

    name: str
    phone: str
    address: str = ""


def record(
    tx: Tx,
    *,
    carrier: str,
    sender: Party,
    recipient: Party,
    item: str,
    item_kind: str,
    weight_grams: int,
    id_document: str,
    content_inspected: bool,
    quantity: int = 1,
    weight_source: str = "typed",
    insured_value_fen: int = 0,
    premium_fen: int = 0,
    paid_by: str = PaidBy.SENDER,
    freight_fen: int | None = None,
    freight_zone: str = "",
) -> Outbound:
    """Records a parcel that stands on a ticket.

    ``id_document`` is the kind that was shown ('' when none was), ``content_inspected`` the tick 已验视: without both
    nothing is taken (快递暂行条例 arts 22, 31). ``freight_fen`` is what the carrier really charges; None looks its price
    list up for ``freight_zone``. Refused ``outbound.prohibited`` (category and word in its facts; the entry point
    notes it), ``outbound.id_not_checked``, ``outbound.not_inspected``, ``outbound.<field>_…``, ``freight.not_listed``,
    ``carrier.unknown``, ``phone.*``, ``text.holds_id_number``.
    """
    code = carriers.find_by_any_code(carrier).code
    if code == OTHER:
        raise Refused("outbound.carrier_needed", N_("寄件要选定一家快递公司；没有保存，请选择"))
    words = _words(sender, recipient, item)
    kind = _one_of(ItemKind, item_kind, Refused("outbound.kind_unknown", N_("请选择寄的是哪一类东西；没有保存")))
    found = lists.prohibited(tx, words["item"])
    if found is not None:
        category, word = found
        raise Refused(
            "outbound.prohibited",
            N_("「{word}」属于禁寄物品（{category_name}），不能收寄；没有收费，已记入拒收登记，请当面退回并说明"),
            category=category.code,
            category_name=category.name,
            word=word,
        )
    shown = _checked(id_document, content_inspected)
    if isinstance(weight_grams, bool) or not 1 <= weight_grams <= HEAVIEST_GRAMS:
        raise Refused(
            "outbound.weight_wrong", N_("重量应在 1 克到 {most} 克之间；没有保存，请重新称重"), most=HEAVIEST_GRAMS
        )
    if not 1 <= quantity <= 9999:
        raise Refused("outbound.quantity_wrong", N_("数量应是 1 到 9999 的整数；没有保存"))
    payer = _one_of(PaidBy, paid_by, Refused("outbound.payer_unknown", N_("请选择寄付还是到付；没有保存")))
    _amounts(insured_value_fen, premium_fen)
    freight, source = _freight(tx, code, freight_zone, weight_grams, freight_fen, payer)
    phones = {name: _phone(who.phone) for name, who in (("sender_phone", sender), ("recipient_phone", recipient))}
    today = shifts.ensure_open(tx)
    sender_number = phones["sender_phone"]
    outbound_id = tx.insert(
        "outbound_parcels", state=OutboundState.RECORDED, carrier=code, item_kind=kind, quantity=quantity,
        weight_grams=weight_grams, weight_source="scale" if weight_source == "scale" else "typed",
        insured_value_fen=insured_value_fen, paid_by=payer, freight_fen=freight, premium_fen=premium_fen,
        freight_source=source, freight_zone=freight_zone if source == "table" else "", id_document=shown,
        checked_at=tx.now, checked_by_kind=tx.actor.kind, checked_by_id=tx.actor.id,
        phone_hash=vault.phone_hash(tx, sender_number.dialled), phone_tail=sender_number.tail or None,
        recorded_on=today.business_on, recorded_at=tx.now,
    )  # fmt: skip
    for name, value in {**words, **{name: entry.dialled for name, entry in phones.items()}}.items():
        if value:
            vault.put(tx, CASE, outbound_id, name, value, RETENTION)
    audit.record(
        tx, "outbound.recorded", outbound_id=outbound_id, carrier=code, weight_grams=weight_grams, freight_fen=freight,
        premium_fen=premium_fen, paid_by=payer, id_document=shown,
    )  # fmt: skip
    return outbound(tx, outbound_id)


def accept(tx: Tx, outbound_id: int) -> Outbound:
    """The sender has paid: the parcel is ours to give on, under a number of its own (called as the ticket is settled)."""
    found = in_state(tx, outbound_id, OutboundState.RECORDED)
    business_on = shifts.ensure_open(tx).business_on
    number = document_no(tx, "OB", business_on)
    tx.change(
        "outbound_parcels", outbound_id, state=OutboundState.ACCEPTED, outbound_no=number, accepted_on=business_on,
        accepted_at=tx.now,
    )  # fmt: skip
    audit.record(
        tx, "outbound.accepted", outbound_id=outbound_id, outbound_no=number, carrier_fen=found.carrier_fen,
        business_on=business_on,
    )  # fmt: skip
    return outbound(tx, outbound_id)


def cancel(tx: Tx, outbound_id: int) -> None:
    """Takes a parcel back before any money was taken."""
    in_state(tx, outbound_id, OutboundState.RECORDED)
    tx.change("outbound_parcels", outbound_id, state=OutboundState.CANCELLED, ended_at=tx.now)
    audit.record(tx, "outbound.cancelled", outbound_id=outbound_id)


def give_back(tx: Tx, outbound_id: int) -> None:
    """Gives a parcel back to its sender before any courier took it; the caller gives the money back with it.

    Refused ``outbound.too_far`` once the courier has it."""
    found = in_state(tx, outbound_id, OutboundState.ACCEPTED)
    tx.execute("UPDATE outbound_manifests SET chosen_id = NULL WHERE chosen_id = ? AND state = 'open'", outbound_id)
    tx.change("outbound_parcels", outbound_id, state=OutboundState.RETURNED, ended_at=tx.now, manifest_id=None)
    audit.record(tx, "outbound.returned", outbound_id=outbound_id, carrier_fen=found.carrier_fen)


def forget(tx: Tx, outbound_id: int, rule: str) -> int:
    """Erases the people of a parcel (values, search columns and the carrier's number together); inside an erasing
    transaction, and only once it is out of our hands. Does nothing when that was done."""
    found = outbound(tx, outbound_id)
    if found.erased_at is not None:
        return 0
    if found.state in (OutboundState.RECORDED, OutboundState.ACCEPTED):
        raise too_far(found)
    tx.change("outbound_parcels", outbound_id, phone_hash=None, phone_tail=None, waybill_no=None, erased_at=tx.now)
    return vault.erase(tx, CASE, outbound_id, rule)


def forget_numbers(tx: Tx, outbound_id: int, rule: str) -> int:
    """Erases both full phones of a parcel that is out of our hands and leaves the sender's tail; inside an erasing
    transaction. Returns how many there were."""
    found = outbound(tx, outbound_id)
    if found.state in (OutboundState.RECORDED, OutboundState.ACCEPTED):
        raise too_far(found)
    numbers = [
        name for name in ("sender_phone", "recipient_phone") if vault.get(tx, CASE, outbound_id, name) is not None
    ]
    for name in numbers:
        vault.remove(tx, CASE, outbound_id, name)
    if numbers:
        tx.change("outbound_parcels", outbound_id, phone_hash=None)
        vault.record_erasure(tx, CASE, outbound_id, numbers, rule, part=vault.NUMBER)
    return len(numbers)


def forget_courier(tx: Tx, manifest_id: int, rule: str) -> int:
    """Erases the courier's name of a manifest; inside an erasing transaction."""
    return vault.erase(tx, MANIFEST_CASE, manifest_id, rule)


def in_state(tx: Tx, outbound_id: int, state: OutboundState) -> Outbound:
    """The parcel if it is in this state; Refused ``outbound.unknown``, ``outbound.too_far``."""
    found = outbound(tx, outbound_id)
    if found.state != state:
        raise too_far(found)
    return found


def too_far(found: Outbound) -> Refused:
    """The refusal of an act that this parcel's state doesn't allow."""
    return Refused(
        "outbound.too_far",
        N_("寄件 {number} 现在是「{state_name}」，不能这样改；没有改动任何内容"),
        outbound_id=found.id,
        number=found.outbound_no or str(found.id),
        state=found.state,
        state_name=say(STATE_WORDS[found.state]),
    )


def _words(sender: Party, recipient: Party, item: str) -> dict[str, str]:
    typed = {
        "sender_name": sender.name, "sender_address": sender.address, "recipient_name": recipient.name,
        "recipient_address": recipient.address, "item": item,
    }  # fmt: skip
    words = {name: about_a_person(text, LONGEST[name]) for name, text in typed.items()}
    missing = {
        "sender_name": N_("请填寄件人姓名；没有保存，其他内容都保留着"),
        "recipient_name": N_("请填收件人姓名；没有保存，其他内容都保留着"),
        "recipient_address": N_("请填收件地址；没有保存，其他内容都保留着"),
        "item": N_("请写明寄的是什么；没有保存，其他内容都保留着"),
    }
    for name, message in missing.items():
        if not words[name]:
            raise Refused(f"outbound.{name}_missing", message)
    return words


def _checked(id_document: str, content_inspected: bool) -> IdDocument:
    if id_document not in set(IdDocument):
        raise Refused(
            "outbound.id_not_checked", N_("没有勾选核对了哪种证件，不能收寄；请当面看证件，只勾种类、不记号码")
        )
    if not content_inspected:
        raise Refused("outbound.not_inspected", N_("没有勾选「已开箱验视」，不能收寄；请当面打开看过再封箱"))
    return IdDocument(id_document)


def _amounts(insured_value_fen: int, premium_fen: int) -> None:
    if not (0 <= insured_value_fen <= money.LIMIT_FEN and 0 <= premium_fen <= money.LIMIT_FEN):
        raise Refused("outbound.amount_wrong", N_("保价金额填得不对；没有保存，请重新填写"))
    if premium_fen and not insured_value_fen:
        raise Refused("outbound.premium_without_value", N_("填了保价费却没有填声明价值；没有保存，请补上"))


def _freight(
    tx: Tx, carrier: str, zone: str, weight_grams: int, freight_fen: int | None, payer: PaidBy
) -> tuple[int, str]:
    if freight_fen is None and zone:
        return lists.price(tx, carrier, zone).freight_fen(weight_grams), "table"
    if freight_fen is None and payer is PaidBy.RECIPIENT:
        return 0, "typed"
    if freight_fen is None or not (0 if payer is PaidBy.RECIPIENT else 1) <= freight_fen <= money.LIMIT_FEN:
        raise Refused("outbound.freight_missing", N_("请选去向按价目表算，或填快递公司实际收的运费；没有保存"))
    return freight_fen, "typed"


def _phone(text: str) -> PhoneEntry:
    entry = parse_phone(text)
    if entry.kind == "tail_only":
        raise Refused("outbound.phone_not_full", N_("寄件要填完整的电话号码，只有尾号不够；没有保存，请补全"))
    return entry


def _one_of(kind, text: str, refused: Refused):  # type: ignore[no-untyped-def]
    try:
        return kind(text)
    except ValueError:
        raise refused from None
