"""What services, accounts and parties are called in the owner's view. A party is a kind and a number, a person with it as
others may see the name."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.codes import carriers
from kiosk.consignment.view import supplier_name
from kiosk.storage import Reader
from kiosk.till import debtors
from kiosk.words import N_, say

SERVICE_WORDS: Mapping[str, str] = {
    "purchase": N_("代购"),
    "consignment": N_("代销"),
    "parcel": N_("快递代收"),
    "outbound": N_("快递代发"),
    "bill": N_("代缴费"),
    "convenience": N_("便民服务"),
}
ACCOUNT_WORDS: Mapping[str, str] = {
    "goods_sales": N_("自营商品销售"),
    "goods_cost": N_("自营商品成本"),
    "compensation": N_("赔付"),
    "expenses": N_("费用支出"),
    "rounding": N_("抹零"),
    "over_short": N_("长短款"),
    "held_for_bills": N_("代收未缴的缴费款"),
    "held_for_purchases": N_("代购预收款"),
    "held_for_services": N_("便民代收款"),
    "purchases_advanced": N_("代购垫付，村民还没付"),
}


def party_words(db: Reader, party: str) -> str:
    """A party of the ledger in words: whom the station owes or who owes it, with the number of the page and the name as
    others may see it. A carrier that is no longer listed keeps its code."""
    kind, _, number = party.partition(":")
    if kind == "carrier":
        return carriers.find(number).name() if carriers.is_known(number) else say(N_("快递公司 {id}"), id=number)
    if kind == "supplier":
        return say(N_("供货人 {id} {name}"), id=number, name=supplier_name(db, int(number)))
    if kind == "customer":
        name = debtors.debtor(db, int(number)).masked or say(N_("已删除"))
        return say(N_("欠款人 {id} {name}"), id=number, name=name)
    return party or "—"
