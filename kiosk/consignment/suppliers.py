"""Who supplies goods, and the documents that were seen of them (索证索票). Name, phone and address lie in the vault; the
social credit code of a firm is public and stands in its row."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import ValidationError

from kiosk import audit, shifts, vault
from kiosk.codes import about_a_person
from kiosk.consignment.model import RETENTION
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.till.customer import Person, keep_person, read_person, search_columns
from kiosk.words import N_

CASE = "supplier"
LONGEST_ADDRESS = 60
LONGEST_DOCUMENT_NO = 40


class SupplierKind(StrEnum):
    FARMER = "farmer"
    HOUSEHOLD_BUSINESS = "household_business"  # 个体工商户
    COOPERATIVE = "cooperative"
    COMPANY = "company"


#: Registered traders: no goods of theirs are taken without a code and a licence that is valid.
REGISTERED = frozenset({SupplierKind.HOUSEHOLD_BUSINESS, SupplierKind.COOPERATIVE, SupplierKind.COMPANY})
KIND_WORDS = {
    SupplierKind.FARMER: N_("农户"),
    SupplierKind.HOUSEHOLD_BUSINESS: N_("个体工商户"),
    SupplierKind.COOPERATIVE: N_("合作社"),
    SupplierKind.COMPANY: N_("公司"),
}


class DocKind(StrEnum):
    BUSINESS_LICENCE = "business_licence"
    FOOD_LICENCE = "food_licence"
    INSPECTION_REPORT = "inspection_report"
    CONFORMITY_CERTIFICATE = "conformity_certificate"
    QUARANTINE_CERTIFICATE = "quarantine_certificate"
    ORIGIN_CERTIFICATE = "origin_certificate"
    QUALITY_MARK = "quality_mark"
    INVOICE = "invoice"
    AGREEMENT = "agreement"
    OTHER = "other"


DOC_WORDS = {
    DocKind.BUSINESS_LICENCE: N_("营业执照"),
    DocKind.FOOD_LICENCE: N_("食品生产/经营许可证"),
    DocKind.INSPECTION_REPORT: N_("检验报告"),
    DocKind.CONFORMITY_CERTIFICATE: N_("合格证（承诺达标）"),
    DocKind.QUARANTINE_CERTIFICATE: N_("检疫证明"),
    DocKind.ORIGIN_CERTIFICATE: N_("产地证明"),
    DocKind.QUALITY_MARK: N_("三品一标证书"),
    DocKind.INVOICE: N_("进货票据"),
    DocKind.AGREEMENT: N_("代销协议"),
    DocKind.OTHER: N_("其他资料"),
}


@dataclass(frozen=True, slots=True)
class Supplier:
    """One supplier, without a personal value."""

    id: int
    kind: str
    uscc: str | None
    is_active: int
    phone_tail: str | None
    registered_on: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Supplier:
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class SupplierDoc:
    """A document as it was seen; ``valid_until_on`` is None for one that does not run out."""

    id: int
    supplier_id: int
    product_id: int | None
    kind: str
    document_no: str
    valid_until_on: str | None
    seen_on: str
    withdrawn_on: str | None

    def holds_on(self, day: str) -> bool:
        """Whether it counts on this date."""
        return self.withdrawn_on is None and (self.valid_until_on is None or self.valid_until_on >= day)

    @classmethod
    def of(cls, row: sqlite3.Row) -> SupplierDoc:
        return cls(**{name: row[name] for name in cls.__slots__})


audit.register("supplier.registered", N_("登记供货人 {supplier_id}（{kind}）"), supplier_id=audit.ID, kind=audit.ENUM)
audit.register("supplier.changed", N_("更正供货人 {supplier_id} 的资料"), supplier_id=audit.ID)
audit.register(
    "supplier.document_seen",
    N_("查验供货人 {supplier_id} 的资料：{kind}，有效期至 {valid_until_on}"),
    supplier_id=audit.ID,
    document_id=audit.ID,
    kind=audit.ENUM,
    valid_until_on=audit.TIME,
)
audit.register(
    "supplier.document_withdrawn", N_("作废供货人 {supplier_id} 的资料 {document_id}"), supplier_id=audit.ID,
    document_id=audit.ID,
)  # fmt: skip


def register(
    tx: Tx, *, name: str, kind: str = SupplierKind.FARMER, phone: str = "", address: str = "", uscc: str = ""
) -> Supplier:
    """Registers a supplier.

    Raises ``Refused`` with ``supplier.name_missing``, ``supplier.kind_unknown``, ``supplier.uscc_missing`` (a registered
    trader shows its code), ``supplier.uscc_wrong``, ``supplier.uscc_taken`` and those of the phone.
    """
    person, place, code = _read(name, phone), about_a_person(address, LONGEST_ADDRESS), _uscc(tx, kind, uscc)
    today = shifts.ensure_open(tx)
    supplier_id = tx.insert(
        "suppliers", kind=SupplierKind(kind), uscc=code, registered_on=today.business_on, registered_at=tx.now,
        registered_by_kind=tx.actor.kind, registered_by_id=tx.actor.id, **search_columns(tx, person),
    )  # fmt: skip
    _keep(tx, supplier_id, person, place)
    audit.record(tx, "supplier.registered", supplier_id=supplier_id, kind=SupplierKind(kind).value)
    return supplier(tx, supplier_id)


def change(tx: Tx, supplier_id: int, *, name: str, phone: str = "", address: str = "", uscc: str = "") -> Supplier:
    """Corrects name, phone, address or code; refusals as ``register``."""
    found = supplier(tx, supplier_id)
    person, place = _read(name, phone), about_a_person(address, LONGEST_ADDRESS)
    code = _uscc(tx, found.kind, uscc, supplier_id)
    tx.change("suppliers", supplier_id, uscc=code, **search_columns(tx, person))
    for field in ("name", "phone", "address"):
        vault.remove(tx, CASE, supplier_id, field)
    _keep(tx, supplier_id, person, place)
    audit.record(tx, "supplier.changed", supplier_id=supplier_id)
    return supplier(tx, supplier_id)


def find_or_register(tx: Tx, name: str, phone: str = "") -> Supplier:
    """The farmer of this very name and phone, registered if there is none yet. Two without a phone and with one name
    are two people: who says nothing more gets a new row, and the owner joins them by choosing from the list."""
    person = read_person(name, phone)
    if person.name and person.phone:
        for found in by_phone(tx, vault.phone_hash(tx, person.phone)):
            if found.is_active and vault.get(tx, CASE, found.id, "name") == person.name:
                return found
    return register(tx, name=name, phone=phone)


def see_document(
    tx: Tx, supplier_id: int, kind: str, *, document_no: str = "", valid_until_on: str | None = None,
    product_id: int | None = None,
) -> SupplierDoc:  # fmt: skip
    """Notes a document that was shown. Raises ``Refused`` with ``supplier.unknown``, ``document.kind_unknown``,
    ``document.date_wrong`` or ``document.run_out`` (one that holds no longer proves nothing)."""
    supplier(tx, supplier_id)
    if kind not in set(DocKind):
        raise Refused("document.kind_unknown", N_("请从列表中选择资料的种类；没有保存"))
    today = shifts.ensure_open(tx).business_on
    until = read_date(valid_until_on)
    if until is not None and until < today:
        raise Refused(
            "document.run_out", N_("这份资料 {until} 已经到期，不能作数；没有保存，请索要有效的"), until=until
        )
    document_id = tx.insert(
        "supplier_docs", supplier_id=supplier_id, product_id=product_id, kind=kind,
        document_no=about_a_person(document_no, LONGEST_DOCUMENT_NO), valid_until_on=until, seen_on=today, seen_at=tx.now,
        seen_by_kind=tx.actor.kind, seen_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "supplier.document_seen", supplier_id=supplier_id, document_id=document_id, kind=DocKind(kind).value,
        valid_until_on=until,
    )  # fmt: skip
    return next(doc for doc in documents(tx, supplier_id) if doc.id == document_id)


def withdraw_document(tx: Tx, supplier_id: int, document_id: int) -> SupplierDoc:
    """A document of this supplier was seen by mistake, or counts no longer. Raises ``Refused('document.unknown')``."""
    row = tx.one("SELECT * FROM supplier_docs WHERE id = ? AND supplier_id = ?", document_id, supplier_id)
    if row is None or row["withdrawn_on"] is not None:
        raise Refused("document.unknown", N_("没有这份资料，或已经作废；没有改动"))
    tx.change("supplier_docs", document_id, withdrawn_on=shifts.ensure_open(tx).business_on)
    audit.record(
        tx, "supplier.document_withdrawn", supplier_id=row["supplier_id"], document_id=document_id
    )  # fmt: skip
    return SupplierDoc.of(row)


def require_documents(tx: Tx, supplier_id: int) -> None:
    """Goods of a registered trader are taken only while its licence holds (JX-07: 索证索票, 商品准入).

    Raises ``Refused('supplier.documents_missing')``.
    """
    found, today = supplier(tx, supplier_id), shifts.ensure_open(tx).business_on
    if found.kind not in REGISTERED:
        return
    if not any(d.kind == DocKind.BUSINESS_LICENCE and d.holds_on(today) for d in documents(tx, supplier_id)):
        raise Refused(
            "supplier.documents_missing",
            N_("还没有查验这个供货商的营业执照，或已经到期；没有收货，请先索证登记"),
            supplier_id=supplier_id,
        )


def supplier(db: Reader, supplier_id: int) -> Supplier:
    """The supplier of this id; raises ``Refused('supplier.unknown')``."""
    row = db.one("SELECT * FROM suppliers WHERE id = ?", supplier_id)
    if row is None:
        raise Refused("supplier.unknown", N_("没有编号为 {supplier_id} 的供货人，请核对编号"), supplier_id=supplier_id)
    return Supplier.of(row)


def suppliers(db: Reader, *, text: str = "") -> list[Supplier]:
    """Active suppliers, the newest first; ``text`` is part of a name or the tail of a phone."""
    rows = db.all(
        "SELECT s.* FROM suppliers s LEFT JOIN vault v ON v.case_kind = 'supplier' AND v.case_id = s.id AND v.field = 'name'"
        " WHERE s.is_active = 1 AND (:text = '' OR instr(v.value, :text) > 0 OR s.phone_tail = :text) ORDER BY s.id DESC",
        text=text.strip(),
    )
    return [Supplier.of(row) for row in rows]


def by_phone(db: Reader, phone_hash: str) -> list[Supplier]:
    """Suppliers with this phone, oldest first."""
    return [Supplier.of(row) for row in db.all("SELECT * FROM suppliers WHERE phone_hash = ? ORDER BY id", phone_hash)]


def documents(db: Reader, supplier_id: int) -> list[SupplierDoc]:
    """Every document that was seen of a supplier, newest first."""
    rows = db.all("SELECT * FROM supplier_docs WHERE supplier_id = ? ORDER BY id DESC", supplier_id)
    return [SupplierDoc.of(row) for row in rows]


def name_of(db: Reader, supplier_id: int) -> str:
    """The supplier's full name, for staff; '' when it was erased."""
    return vault.get(db, CASE, supplier_id, "name") or ""


def forget(tx: Tx, supplier_id: int, rule: str) -> int:
    """Erases a supplier's personal values and search columns together; inside an erasing transaction."""
    tx.change("suppliers", supplier_id, phone_hash=None, phone_tail=None)
    return vault.erase(tx, CASE, supplier_id, rule)


def read_date(text: str | None) -> str | None:
    """A date as typed (``2026-11-22``), None for nothing; raises ``Refused('document.date_wrong')``."""
    if not (text or "").strip():
        return None
    try:
        return date.fromisoformat((text or "").strip()).isoformat()
    except ValueError:
        raise Refused(
            "document.date_wrong",
            N_("日期「{text}」看不懂，请填 2026-11-22 这样的日期；没有保存"),
            text=(text or "")[:20],
        ) from None


def _read(name: str, phone: str) -> Person:
    person = read_person(name, phone)
    if not person.name:
        raise Refused("supplier.name_missing", N_("请填写供货人姓名（货款要付给谁必须清楚）；没有保存"))
    return person


def _keep(tx: Tx, supplier_id: int, person: Person, address: str) -> None:
    keep_person(tx, CASE, supplier_id, "name", person)
    if address:
        vault.put(tx, CASE, supplier_id, "address", address, RETENTION)


def _uscc(tx: Tx, kind: str, text: str, own_id: int = 0) -> str | None:
    if kind not in set(SupplierKind):
        raise Refused("supplier.kind_unknown", N_("请从列表中选择供货人的类型；没有保存"))
    typed = "".join(text.split()).upper()
    if not typed:
        if kind in REGISTERED:
            raise Refused("supplier.uscc_missing", N_("请填写统一社会信用代码（18 位，见营业执照）；没有保存"))
        return None
    try:
        code: str = stdnum_uscc.validate(typed)
    except ValidationError:
        raise Refused(
            "supplier.uscc_wrong", N_("统一社会信用代码不对（18 位，校验位不符），请对照营业执照；没有保存")
        ) from None
    taken = tx.value("SELECT id FROM suppliers WHERE uscc = ? AND id <> ?", code, own_id)
    if taken is not None:
        raise Refused(
            "supplier.uscc_taken",
            N_("这个统一社会信用代码已登记为供货人 {supplier_id}；没有重复登记"),
            supplier_id=taken,
        )
    return code
