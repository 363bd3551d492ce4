"""What services, accounts and parties are called in the owner's view. A party is a kind and a number; its name stands on
its own page."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.codes import carriers
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
}
_PARTIES: Mapping[str, str] = {
    "supplier": N_("供货人 {id}"),
    "carrier": N_("快递公司 {id}"),
    "customer": N_("欠款人 {id}"),
}


def party_words(party: str) -> str:
    """A party of the ledger in words."""
    kind, _, number = party.partition(":")
    if kind == "carrier" and carriers.is_known(number):
        return carriers.find(number).name()
    return say(_PARTIES[kind], id=number) if kind in _PARTIES else party or "—"
