"""Records that write themselves: parcels that their recipients refused (拒收), from the problems of parcels, and what people
asked about their personal data (个人信息保护法 44–47), from the log of requests. Nobody enters them a second time."""

from __future__ import annotations

from kiosk.parcels.model import STATE_WORDS
from kiosk.parcels.problem_cases import RESOLUTION_WORDS
from kiosk.reports.ledgers.cells import by_name, by_staff, carrier_names
from kiosk.reports.ledgers.model import Column, Kind, Ledger
from kiosk.reports.ledgers.parts import staff
from kiosk.words import N_

REFUSED_IN = Ledger(
    form="REFUSED-IN",
    title=N_("收件人拒收登记"),
    about=N_("收件人不要的快件：哪天拒收、后来怎么处理、退给哪家快递"),
    source="parcel_problems r CROSS JOIN parcels p ON p.id = r.parcel_id",
    on="r.opened_on",
    key="r.id",
    where="r.kind = 'refused' AND r.resolution <> 'by_mistake'",
    is_erased="p.erased_at IS NOT NULL",
    tail="p.phone_tail",
    texts=("p.pickup_code",),
    named=(("p.carrier", carrier_names),),
    place="'/parcels/' || p.id",
    states={
        "open": (N_("待处理"), "r.resolution = ''"),
        "closed": (N_("已处理"), "r.resolution <> ''"),
    },
    columns=(
        Column("opened_at", N_("拒收时间"), "r.opened_at", Kind.INSTANT, 17),
        Column("carrier", N_("快递公司"), "p.carrier", Kind.WORD, 12, reading=by_name(carrier_names)),
        Column("waybill_no", N_("运单号"), "p.waybill_no", Kind.PERSON, 20, mask="waybill", under="carrier"),
        Column("pickup_code", N_("取件码"), "p.pickup_code", Kind.TEXT, 12),
        Column("name", N_("收件人"), "p.name_hint", Kind.PERSON, 10, mask="name"),
        Column("resolution", N_("处理"), "r.resolution", Kind.WORD, 18, words=RESOLUTION_WORDS),
        Column("closed_at", N_("处理时间"), "r.closed_at", Kind.INSTANT, 17, under="resolution"),
        Column("state", N_("现在"), "p.state", Kind.WORD, 10, words=STATE_WORDS),
        Column("out_at", N_("离站"), "p.out_at", Kind.INSTANT, 17, under="state"),
        Column(
            "by", N_("经办人"), f"CASE WHEN r.closed_by_id IS NOT NULL THEN {staff('r.closed_by_kind', 'r.closed_by_id')} END",
            Kind.TEXT, 10, reading=by_staff,
        ),
    ),
)  # fmt: skip

REQUEST_WORDS = {"access": N_("查询"), "correction": N_("更正"), "erasure": N_("删除")}
PROOF_WORDS = {"pickup_code": N_("取件码"), "receipt": N_("收据号"), "outbound_no": N_("寄件单号")}

DATA_REQUESTS = Ledger(
    form="DATA-REQUESTS",
    title=N_("个人信息申请登记"),
    about=N_("本人来查、更正、删除自己的信息：哪天、凭什么核对、办了几项"),
    source="data_requests d",
    on="d.asked_on",
    key="d.id",
    by=("d.asked_by_kind", "d.asked_by_id"),
    states={name: (words, f"d.kind = '{name}'") for name, words in REQUEST_WORDS.items()},
    columns=(
        Column("asked_at", N_("申请时间"), "d.asked_at", Kind.INSTANT, 17),
        Column("request_id", N_("编号"), "d.id", Kind.NUMBER, 8, under="asked_at"),
        Column("kind", N_("申请什么"), "d.kind", Kind.WORD, 10, words=REQUEST_WORDS),
        Column("proved_by", N_("凭什么核对"), "d.proved_by", Kind.WORD, 12, words=PROOF_WORDS),
        Column("cases", N_("涉及几笔"), "d.cases", Kind.NUMBER, 9, has_total=True),
        Column("done", N_("办了几项"), "d.done", Kind.NUMBER, 9, has_total=True),
        Column("stayed", N_("依法留存几笔"), "d.stayed", Kind.NUMBER, 12, has_total=True),
        Column("by", N_("经办人"), staff("d.asked_by_kind", "d.asked_by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip
