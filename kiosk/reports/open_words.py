"""What is unfinished at a close, by kind, in words. The services name the kinds (``stays_open`` of each ``*_lines`` file at
the counter); a test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.words import N_

OPEN_WORDS: Mapping[str, str] = {
    "tickets": N_("未收款的单"),
    "parked": N_("挂着的单"),
    "purchases": N_("未完成的代购"),
    "bills": N_("未办结的缴费"),
    "consignment_sales": N_("未付货主的代销"),
    "consignment_stock": N_("未卖出的代销商品"),
    "sale_requests": N_("村民想卖还没答复的"),
    "listings": N_("上架未卖出的商品"),
    "outbound": N_("等快递员取走的寄件"),
    "conveniences": N_("未办结的便民服务"),
    "parcels": N_("在库快件"),
    "cod": N_("在库的代收货款件"),
    "problems": N_("没处理完的问题件"),
    "unsigned": N_("等快递员签收的到件清单"),
    "registers": N_("快到期、已过期的登记"),
    "debts": N_("有欠款的村民"),
}
