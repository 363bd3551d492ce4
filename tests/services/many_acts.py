"""A counter at which anything is done in any order: every act of every service, drawn at random, done or refused. The
world keeps sums of its own from what it was told (a receipt's cash, a tender, a void), and asks the station after each
act whether its accounts say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from kiosk import ledger
from kiosk.counter.add_line import add_line
from kiosk.counter.close_day import close_day
from kiosk.counter.correct_day import correct_day
from kiosk.counter.hand_drawer import hand_drawer
from kiosk.counter.open_day import open_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.park import park, resume
from kiosk.counter.reduce_fee import reduce_fee
from kiosk.counter.refund import refund
from kiosk.counter.remove_line import remove_line
from kiosk.counter.settle import settle
from kiosk.counter.void import void
from kiosk.ledger import Account
from kiosk.reports.corrections import CORRECTION_WORDS, Change, RowChange
from kiosk.shifts import PIECES_FEN
from kiosk.storage import Actor
from kiosk.till import cash_moves
from kiosk.till.payments import ACCOUNTS, Tender
from tests.services.convenience_bench import train
from tests.services.counter_bench import PURCHASE
from tests.services.goods_bench import today
from tests.services.many_acts_base import FLOAT_FEN, PAID_FROM, REASONS, WALLETS
from tests.services.many_acts_services import Services
from tests.services.outbound_bench import SENDING


class World(Services):
    """Everything that may happen at a counter."""

    def step(self) -> None:
        """One act, whatever it is."""
        acts: Sequence[tuple[int, Callable[[], None]]] = (
            (10, self.add_something), (8, self.settle), (2, self.void), (3, self.refund_lines), (2, self.reduce),
            (1, self.take_off), (1, self.park_or_resume), (4, self.push_bill), (5, self.push_purchase),
            (2, self.push_convenience), (5, self.push_outbound), (4, self.parcel), (3, self.stock), (2, self.cash),
            (1, self.close), (2, self.change_purchase), (2, self.sell_online), (2, self.take_stock), (1, self.correct),
            (1, self.hand_on),
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

    def correct(self) -> None:
        day = self.some("SELECT id FROM business_days")
        if day is None:
            return
        business_on = self.bench.value("SELECT business_on FROM business_days WHERE id = ?", day)
        row = RowChange("bill", "power", self.chance.randint(-1, 1), self.chance.randint(-50_00, 50_00))
        change = Change(
            self.chance.choice((*CORRECTION_WORDS, "nonsense")),
            "R20261122-0001",
            [row],
            {"received": self.chance.randint(-1, 1)},
        )
        self.attempt("correct day", correct_day, business_on, change)

    def hand_on(self) -> None:
        counted = {piece: self.chance.randint(0, 3) for piece in PIECES_FEN}
        other = Actor("staff", self.clerk, "operator", "小李", 1)
        taker = self.chance.choice((other, self.bench.actor))
        if self.attempt("hand drawer", hand_drawer, taker, pieces=counted, reason="unexplained") is not None:
            self.money["drawer"] = sum(piece * number for piece, number in counted.items())

    def close(self) -> None:
        counted = Counter({piece: self.chance.randint(0, 4) for piece in PIECES_FEN})
        closed = self.attempt(
            "close day", close_day, pieces=dict(counted), reason=self.chance.choice(("", "unexplained"))
        )
        if closed is not None:
            self.money["drawer"] = sum(piece * number for piece, number in counted.items())
        if self.chance.random() < 0.5 and self.attempt("open day", open_day, FLOAT_FEN) is not None:
            self.money["drawer"] = FLOAT_FEN

    def agrees(self) -> None:
        """The station's accounts are what the world was told, and ``kiosk check`` finds nothing."""
        with self.bench.store.reading() as db:
            for method in ("cash", *WALLETS):
                account = ACCOUNTS[method]
                name = "drawer" if method == "cash" else method
                assert ledger.balance(db, account) == self.money[name], name
            assert ledger.balance(db, Account.DEBTS, f"customer:{self.debtor}") == self.owes["debt"]
        assert self.bench.problems() == []
