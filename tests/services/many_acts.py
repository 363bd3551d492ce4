"""A counter at which anything is done in any order: every act of every service, drawn at random, done or refused. The
world keeps sums of its own from what it was told (a receipt's cash, a tender, a void), and asks the station after each
act whether its accounts say the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kiosk import ledger
from kiosk.bills import outcome
from kiosk.conveniences import actions as conveniences
from kiosk.conveniences.model import FAIL_WORDS
from kiosk.counter import call_off_purchase, join_purchase, note_cod, outbound_manifest, outbound_return, purchase_goods
from kiosk.counter.add_line import add_line
from kiosk.counter.check_in import check_in
from kiosk.counter.close_day import close_day
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.open_day import open_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.park import park, resume
from kiosk.counter.reduce_fee import reduce_fee
from kiosk.counter.refund import refund
from kiosk.counter.remove_line import remove_line
from kiosk.counter.settle import settle
from kiosk.counter.undo import undo_parcel
from kiosk.counter.void import void
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.purchases import orders
from kiosk.shifts import PIECES_FEN
from kiosk.till import cash_moves, debtors
from kiosk.till.payments import ACCOUNTS, Tender
from tests.services.convenience_bench import train
from tests.services.counter_bench import PURCHASE
from tests.services.goods_bench import Goods, today
from tests.services.outbound_bench import SENDING

FLOAT_FEN = 1000_00
WALLETS = ("wechat", "alipay", "unionpay", "bank_card")
PAID_FROM = (*WALLETS, "owner")
REASONS = ("mistake", "customer_withdrew", "not_available", "other")


class World:
    """One station. ``chance`` draws; ``done`` and ``refused`` count what came of each act, by its name and code."""

    def __init__(self, state: Path, chance: random.Random) -> None:
        self.bench = Goods(state)
        self.chance = chance
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.money: Counter[str] = Counter({"drawer": FLOAT_FEN})
        self.owes: Counter[str] = Counter()
        self._made = 0
        self.goods = [
            self.bench.product(),
            self.bench.product(name="自家鸡蛋", ownership="buy_up", ean=""),
            self.bench.weighed(),
        ]
        self.debtor = self.bench.act(debtors.allow, "孙大娘", "13700001111", 200_00)

    # What a step may be -----------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One act, whatever it is."""
        acts: Sequence[tuple[int, Callable[[], None]]] = (
            (10, self.add_something), (8, self.settle), (2, self.void), (3, self.refund_lines), (2, self.reduce),
            (1, self.take_off), (1, self.park_or_resume), (4, self.push_bill), (5, self.push_purchase),
            (2, self.push_convenience), (5, self.push_outbound), (4, self.parcel), (3, self.stock), (2, self.cash),
            (1, self.close),
        )  # fmt: skip
        self.chance.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()

    def add_something(self) -> None:
        self._made += 1
        fen = self.chance.randint(1, 300_00)
        ticket_id = self.attempt("open_ticket", open_ticket)
        service, facts = self.chance.choice(
            (
                ("bill", {"biller": self.chance.choice(("power-demo", "water-demo")), "account_no": f"06020000{self._made % 7:05d}",
                          "amount_fen": fen, "bill_period": self.chance.choice(("", "2026-10", "2026-11")),
                          "pays_again": self.chance.random() < 0.3}),
                ("purchase", PURCHASE | {"amount_fen": fen, "paid_by": self.chance.choice(("customer", "station", "direct"))}),
                ("consignment", {"product_id": self.chance.choice(self.goods), "quantity": self.chance.randint(1, 600)}),
                ("consignment", {"item_name": "山货", "amount_fen": fen, "supplier_name": "钱二", "quantity": 1, "unit": "份"}),
                ("buy_up", {"product_id": self.goods[1], "quantity": self.chance.randint(1, 200), "amount_fen": fen,
                            "produced_on": today()}),
                ("settlement", {"supplier_id": self.chance.randint(1, 3)}),
                ("outbound", SENDING | {"freight_fen": fen, "paid_by": self.chance.choice(("sender", "recipient"))}),
                ("convenience", train(price=f"{fen // 100}.{fen % 100:02d}")),
                ("convenience", {"convenience": "print", "values": {"what": "复印", "pages": "3"}}),
                ("debt", {"debtor_id": self.debtor, "amount_fen": self.chance.choice((1, fen, self.owes["debt"] or 1))}),
                ("compensation", {"amount_fen": fen, "reason": self.chance.choice(("lost", "damaged", "nonsense")), "note": "摔坏了"}),
                ("parcel", {"parcel_id": self.some("SELECT id FROM parcels") or 1}),
                ("purchase_balance", {"purchase_id": self.some("SELECT id FROM purchases") or 1}),
                ("purchase_payout", {"purchase_id": self.some("SELECT id FROM purchases") or 1}),
            )
        )  # fmt: skip
        self.attempt(f"add {service}", add_line, ticket_id, service, **facts)

    def settle(self) -> None:
        ticket_id = self.some(
            "SELECT DISTINCT t.id FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id AND l.state = 'pending'"
            " WHERE t.state = 'open'"
        )
        if ticket_id is None or self.chance.random() < 0.1:
            ticket_id = self.some("SELECT id FROM tickets")
        if ticket_id is None:
            return
        total = self.bench.view(ticket_id)["total_fen"]
        tenders = []
        rest = total
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            method = self.chance.choice((*WALLETS, "account"))
            part = self.chance.choice((rest, rest // 2, rest // 3))
            if part:
                tenders.append(Tender(method, part, "", self.debtor if method == "account" else None))
                rest -= part
        given = max(rest, 0) + self.chance.choice((0, 0, 50_00, -1))
        settled = self.attempt("settle", settle, ticket_id, max(given, 0) if rest > 0 else 0, tenders)
        if settled is not None:
            self.money["drawer"] += settled.cash_fen
            for tender in tenders:
                self.paid(tender.method, tender.amount_fen)
            self.owes["debt"] -= sum(row["principal_fen"] for row in self.lines(ticket_id) if row["service"] == "debt")

    def void(self) -> None:
        ticket_id = self.some("SELECT id FROM tickets")
        if ticket_id is None:
            return
        repaid = sum(row["principal_fen"] for row in self.lines(ticket_id) if row["service"] == "debt")
        voided = self.attempt("void", void, ticket_id, self.chance.choice((*REASONS, "nonsense")))
        if voided is not None and voided.refund_no:
            for method, fen in voided.by_method.items():
                self.paid(method, -fen)
            self.owes["debt"] += repaid

    def refund_lines(self) -> None:
        line_id = self.some(
            "SELECT l.id FROM ticket_lines l JOIN tickets t ON t.id = l.ticket_id WHERE t.state = 'settled'"
        )
        ticket_id = self.attempt("open_ticket", open_ticket)
        if line_id is not None:
            self.attempt(
                "refund",
                refund,
                ticket_id,
                [line_id],
                self.chance.choice(REASONS),
                keeps_fee=self.chance.random() < 0.4,
            )

    def reduce(self) -> None:
        line_id = self.some("SELECT id FROM ticket_lines WHERE state = 'pending'")
        if line_id is not None:
            self.attempt(
                "reduce fee", reduce_fee, line_id, self.chance.randint(0, 200), self.chance.choice(("hardship", "x"))
            )

    def take_off(self) -> None:
        line_id = self.some("SELECT id FROM ticket_lines")
        if line_id is not None:
            self.attempt("remove line", remove_line, line_id)

    def park_or_resume(self) -> None:
        ticket_id = self.some("SELECT id FROM tickets WHERE state = 'open'")
        if ticket_id is not None and self.chance.random() < 0.5:
            self.attempt("park", park, ticket_id, "等家人")
        elif ticket_id is not None:
            self.attempt("resume", resume, ticket_id, 1)

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

    def cash(self) -> None:
        fen = self.chance.randint(1, 150_00)
        if self.chance.random() < 0.2:
            move_id = self.some("SELECT id FROM cash_moves")
            if move_id is not None:
                kind, amount = (
                    self.bench.value("SELECT kind FROM cash_moves WHERE id = ?", move_id),
                    self.bench.value("SELECT amount_fen FROM cash_moves WHERE id = ?", move_id),
                )
                before = self.paid_on()
                if self.attempt("put cash back", cash_moves.put_back, move_id) is not None:
                    self.money["drawer"] += amount if kind == "pay_out" else -amount
                    self.follow(before, PAID_FROM)
            return
        reason = self.chance.choice((*cash_moves.REASONS, "nonsense"))
        before = self.paid_on()
        moved = self.attempt(
            "move cash", cash_moves.move_cash, reason, fen, carrier="YTO" if reason == "carrier" else "", note="胶带"
        )
        if moved is not None:
            self.money["drawer"] += fen if moved.kind == "pay_in" else -fen
            self.follow(before, PAID_FROM)

    def close(self) -> None:
        counted = Counter({piece: self.chance.randint(0, 4) for piece in PIECES_FEN})
        closed = self.attempt(
            "close day", close_day, pieces=dict(counted), reason=self.chance.choice(("", "unexplained"))
        )
        if closed is not None:
            self.money["drawer"] = Counter({"": sum(piece * number for piece, number in counted.items())})[""]
        if self.chance.random() < 0.5 and self.attempt("open day", open_day, FLOAT_FEN) is not None:
            self.money["drawer"] = FLOAT_FEN

    # -----------------------------------------------------------------------------------------------------------------

    def attempt(self, name: str, act: Callable[..., Any], *args: Any, **facts: Any) -> Any:
        """Does an act or has it refused; a refusal leaves every row as it was."""
        before = self.bench.counts()
        try:
            answer = self.bench.act(act, *args, **facts)
        except Refused as refused:
            assert str(refused) and "{" not in str(refused), f"a fact is missing in {refused.message}"
            assert self.bench.counts() == before, f"{name}: {refused.code} has left rows"
            self.refused[f"{name}: {refused.code}"] += 1
            return None
        self.done[name] += 1
        return answer if answer is not None else True

    def some(self, sql: str) -> int | None:
        """An id out of those that ``sql`` finds."""
        with self.bench.store.reading() as db:
            found = [row[0] for row in db.all(sql + " ORDER BY 1")]
        return self.chance.choice(found) if found else None

    def lines(self, ticket_id: int) -> list[Any]:
        with self.bench.store.reading() as db:
            return db.all("SELECT * FROM ticket_lines WHERE ticket_id = ? AND state <> 'removed'", ticket_id)

    def paid(self, method: str, fen: int) -> None:
        """Money came in (or, negative, went back) this way."""
        if method == "account":
            self.owes["debt"] += fen
        elif method == "cash":
            self.money["drawer"] += fen
        else:
            self.money[method] += fen

    def paid_on(self) -> dict[str, int]:
        """What stands on the wallets and the owner's account."""
        with self.bench.store.reading() as db:
            return {name: ledger.balance(db, ledger.PAID_FROM[name]) for name in PAID_FROM}

    def follow(self, before: dict[str, int], names: Sequence[str]) -> None:
        """Takes over what an act moved between the station's own accounts: its rule is the room's own test."""
        for name, fen in self.paid_on().items():
            self.money[name] += fen - before[name]

    def agrees(self) -> None:
        """The station's accounts are what the world was told, and ``kiosk check`` finds nothing."""
        with self.bench.store.reading() as db:
            for method in ("cash", *WALLETS):
                account = ACCOUNTS[method]
                name = "drawer" if method == "cash" else method
                assert ledger.balance(db, account) == self.money[name], name
            assert ledger.balance(db, Account.DEBTS, f"customer:{self.debtor}") == self.owes["debt"]
        assert self.bench.problems() == []
