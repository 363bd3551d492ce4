"""What goes wrong with cash on delivery and freight to collect, one line each: id, sentence, the refusal's code ('' where
the station does it and says so). Each can be taken on a page and by the API."""

from __future__ import annotations

PATHS: list[tuple[str, str, str]] = [
    ("cod-unpaid", "it is to be handed over before anything was paid", "parcel.unpaid"),
    (
        "cod-unpaid-scan",
        "its waybill is scanned in direct mode: the money comes on the ticket, the parcel stays",
        "parcel.unpaid",
    ),
    ("cod-unpaid-several", "it is ticked with others: they go, it stays", "parcel.unpaid"),
    ("cod-asked-twice", "it is asked for again while its line waits", "parcel.on_ticket"),
    ("cod-short", "the villager has too little cash: nothing is taken, the parcel stays", "ticket.cash_short"),
    ("cod-not-wanted", "the villager won't pay: the line is taken off, the parcel stays", ""),
    ("cod-undo-before", "撤销 before it is paid takes the line off", ""),
    ("cod-undo-after", "撤销 after it was paid: the receipt must be voided", "undo.paid_for"),
    ("cod-void", "the receipt is voided on its day: money back, parcel back on its shelf, still to be paid", ""),
    ("cod-refund-later", "the money is wanted back on another day", "parcel.collected"),
    ("cod-change-silent", "the amount is changed without a reason", "cod.reason_missing"),
    ("cod-waived", "the carrier waives it: then it leaves freely", ""),
    ("cod-change-on-ticket", "the amount is changed while the line waits", "parcel.on_ticket"),
    ("cod-change-late", "the amount is changed after the parcel left", "parcel.already_handed_over"),
    ("cod-carrier-changed", "the carrier is corrected while the line waits", "parcel.cod_changed"),
    ("cod-nobody", "the carrier is unknown: nobody could be paid", "cod.carrier_unknown"),
    ("cod-nothing", "a line is asked for a parcel that costs nothing", "cod.nothing"),
    ("cod-amount", "the amount is no amount", "cod.amount_wrong"),
    ("cod-proxy", "somebody else collects and pays: named, kept with the parcel once it is paid", ""),
    ("cod-problem", "it is a problem parcel", "parcel.is_problem"),
    ("cod-problem-later", "it is set aside while its line waits", "parcel.is_problem"),
    ("cod-second-pickup", "it is asked for again after it was paid and left", "parcel.already_handed_over"),
]
