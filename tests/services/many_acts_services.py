"""Random acts on what stands behind a ticket: bills, purchases, bookings, parcels sent and received, goods."""

from __future__ import annotations

from typing import Any

from kiosk.bills import outcome
from kiosk.consignment import stocktakes
from kiosk.conveniences import actions as conveniences
from kiosk.conveniences.model import FAIL_WORDS
from kiosk.counter import call_off_purchase, join_purchase, note_cod, outbound_manifest, outbound_return, purchase_goods
from kiosk.counter.add_line import add_line
from kiosk.counter.check_in import check_in
from kiosk.counter.consignment_goods import finish_stocktake
from kiosk.counter.consignment_online import sell_online
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.undo import undo_parcel
from kiosk.purchases import changes, orders
from tests.services.goods_bench import today
from tests.services.many_acts_base import PAID_FROM, Acts


class Services(Acts):
    """The next step of any case, and now and then a step that is not the next."""

    def push_bill(self) -> None:
        # Mostly what may be done next, sometimes anything.
        wanted = self.chance.choice(
            (None, "received", "received", "submitted", "submitted", "unconfirmed", "unconfirmed")
        )
        bill_id = self.some("SELECT id FROM bills" + (f" WHERE state = '{wanted}'" if wanted else ""))
        if bill_id is None:
            return
        self._made += 1
        facts: dict[str, Any]
        act, facts = self.chance.choice(
            (
                (outcome.submit, {"channel": "wechat", "paid_from": self.chance.choice(PAID_FROM), "account_holder": "张建国",
                                  "holder_confirmed": True}),
                (outcome.leave_unconfirmed, {}),
                (outcome.look_up, {"how": "app"}),
                (outcome.confirm, {"serial_no": f"S{self._made}", "how": "app", "is_card_written": True}),
                (outcome.fail, {"reason": "rejected", "how": "app"}),
            )
        )  # fmt: skip
        bill = self.attempt(f"bill {act.__name__}", act, bill_id, **facts)
        if bill is not None and act is outcome.confirm:
            self.money[bill.paid_from] -= bill.amount_fen

    def push_purchase(self) -> None:
        draw = self.chance.randrange(7)
        states = {
            0: "quoted",
            1: "ordered",
            2: "shipped",
            3: "arrived",
            4: "handed_over",
            5: "handed_over",
            6: "arrived",
        }
        wanted = f" WHERE state = '{states[draw]}'" if self.chance.random() < 0.8 else ""
        purchase_id = self.some(f"SELECT id FROM purchases{wanted}")
        if purchase_id is None:
            return
        self._made += 1
        if draw == 0:
            source = self.chance.choice(PAID_FROM)
            amount = self.bench.value("SELECT amount_fen FROM purchases WHERE id = ?", purchase_id)
            fen = max(1, (amount or 1) + self.chance.choice((0, 0, 0, 5_00, -5_00)))
            before = self.paid_on()
            self.attempt(
                "purchase order", orders.order, purchase_id, platform="淘宝", amount_fen=fen, paid_from=source,
                platform_order_no=f"2026{self._made:06d}", customer_agrees=self.chance.random() < 0.8,
            )  # fmt: skip
            self.follow(before, PAID_FROM)
        elif draw == 1:
            self.attempt("purchase waybill", join_purchase.learn_waybill, purchase_id, f"YT88{self._made:011d}")
        elif draw == 2:
            self.attempt("purchase arrive", join_purchase.arrive, purchase_id)
        elif draw == 3:
            self.attempt("purchase hand over", purchase_goods.hand_over_purchase, purchase_id)
        elif draw == 4:
            self.attempt("purchase undo hand over", purchase_goods.undo_hand_over, purchase_id)
        elif draw == 5:
            self.attempt("purchase close", orders.close, purchase_id, customer_is_content=self.chance.random() < 0.7)
        else:
            before = self.paid_on()
            self.attempt("purchase call off", call_off_purchase.call_off, purchase_id, "other")
            self.follow(before, PAID_FROM)

    def change_purchase(self) -> None:
        wanted = self.chance.choice(
            ("", " WHERE state IN ('quoted', 'ordered')", " WHERE state IN ('handed_over', 'returning')")
        )
        purchase_id = self.some(f"SELECT id FROM purchases{wanted}")
        if purchase_id is None:
            return
        fen = self.chance.choice(
            (1, 50_00, self.bench.value("SELECT amount_fen FROM purchases WHERE id = ?", purchase_id))
        )
        source = self.chance.choice(PAID_FROM)
        before = self.paid_on()
        draw = self.chance.randrange(3)
        if draw == 0:
            self.attempt(
                "purchase price",
                changes.change_price,
                purchase_id,
                amount_fen=fen,
                customer_agrees=True,
                paid_from=source,
            )
        elif draw == 1:
            wants = self.chance.choice(("refunded", "exchanged"))
            self.attempt(
                "purchase return", changes.begin_return, purchase_id, wants=wants, reason="quality", shop_agrees=True
            )
        else:
            self.attempt(
                "purchase shop refund",
                changes.shop_refunded,
                purchase_id,
                amount_fen=fen,
                paid_to=source,
                station_bears=self.chance.random() < 0.3,
            )
        self.follow(before, PAID_FROM)

    def push_convenience(self) -> None:
        wanted = " WHERE state = 'received'" if self.chance.random() < 0.8 else ""
        case_id = self.some(f"SELECT id FROM conveniences{wanted}")
        if case_id is None:
            return
        if self.chance.random() < 0.6:
            before = self.paid_on()
            self.attempt(
                "convenience finish",
                conveniences.finish,
                case_id,
                values={"order_no": "E123"},
                paid_from=self.chance.choice(PAID_FROM),
            )
            self.follow(before, PAID_FROM)
        else:
            self.attempt("convenience fail", conveniences.fail, case_id, self.chance.choice((*FAIL_WORDS, "nonsense")))

    def push_outbound(self) -> None:
        self._made += 1
        waiting = " WHERE state = 'accepted'" if self.chance.random() < 0.8 else ""
        parcel_id = self.some(f"SELECT id FROM outbound_parcels{waiting}")
        manifest_id = self.some("SELECT id FROM outbound_manifests")
        draw = self.chance.randrange(6)
        if draw == 0:
            self.attempt("manifest open", outbound_manifest.open_manifest, "YTO")
        elif parcel_id is None:
            return
        elif draw == 1 and manifest_id is not None:
            self.attempt("manifest put on", outbound_manifest.put_on, manifest_id, parcel_id)
        elif draw == 2:
            self.attempt("outbound waybill", outbound_manifest.give_waybill, parcel_id, f"YT77{self._made:011d}")
        elif draw == 3 and manifest_id is not None:
            self.attempt("manifest give", outbound_manifest.give_manifest, manifest_id, "周师傅")
        elif draw == 4 and manifest_id is not None:
            self.attempt("manifest back", outbound_manifest.take_manifest_back, manifest_id)
        else:
            self.attempt("outbound return", outbound_return.return_outbound, parcel_id)

    def parcel(self) -> None:
        self._made += 1
        parcel_id = self.some("SELECT id FROM parcels")
        draw = self.chance.randrange(5)
        if draw == 0 or parcel_id is None:
            self.attempt("check in", check_in, waybill=f"YT89{self._made:011d}", phone_tail="1234", desk_id=1)
        elif draw == 1:
            self.attempt(
                "note cod", note_cod.note_cod, parcel_id, cod_fen=self.chance.choice((0, 66_00)), reason="mistake"
            )
        elif draw == 2:
            self.attempt("hand over", hand_over_one, parcel_id, "tail", desk_id=1)
        elif draw == 3:
            ticket_id = self.attempt("open_ticket", open_ticket)
            self.attempt("add cod", add_line, ticket_id, "cod", parcel_id=parcel_id, method="tail")
        else:
            self.attempt("undo parcel", undo_parcel, parcel_id)

    def stock(self) -> None:
        from kiosk.consignment import stock
        from kiosk.counter.consignment_goods import give_goods_back, receive_goods

        product_id = self.chance.choice(self.goods)
        quantity = self.chance.randint(1, 900)
        draw = self.chance.randrange(4)
        if draw <= 1:
            self.attempt("receive goods", receive_goods, product_id, quantity, produced_on=today())
        elif draw == 2:
            self.attempt("give goods back", give_goods_back, product_id, quantity // 4 + 1)
        else:
            self.attempt("lose goods", stock.lose, product_id, quantity // 9 + 1, "spoiled")

    def sell_online(self) -> None:
        self._made += 1
        before = self.paid_on()
        self.attempt(
            "sell online", sell_online, self.chance.choice(self.goods), self.chance.randint(1, 300), self.chance.randint(1, 400_00),
            platform="拼多多", platform_order_no=f"P{self._made}", paid_into=self.chance.choice(PAID_FROM),
        )  # fmt: skip
        self.follow(before, PAID_FROM)

    def take_stock(self) -> None:
        draw = self.chance.randrange(4)
        if draw == 0:
            self.attempt("stocktake begin", stocktakes.begin, 1)
        elif draw == 1:
            self.attempt("stocktake finish", finish_stocktake)
        else:
            reason = self.chance.choice(("", "miscounted", "spoiled"))
            self.attempt(
                "stocktake count",
                stocktakes.count,
                self.chance.choice(self.goods),
                self.chance.randint(0, 900),
                reason=reason,
            )
