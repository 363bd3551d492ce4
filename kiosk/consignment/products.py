"""Goods as they are admitted (商品准入): origin, grade, marks, maker, price as marked, floor price. What 三无 goods lack is
required here, by the rules of their kind; farm produce has its own. The stock itself is in ``stock``."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from kiosk import audit, money, shifts
from kiosk.codes import about_a_person, clean_text
from kiosk.codes.ean import has_check_digit
from kiosk.consignment import measure, requests, suppliers
from kiosk.consignment.measure import Measure
from kiosk.consignment.model import Ownership
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.words import N_

LONGEST_NAME = 30
_EAN, _PLU = re.compile(r"[0-9]{8}|[0-9]{12,13}"), re.compile(r"[0-9]{1,6}")
#: Shelves are kept by category (JX-11); those that are farm produce by nature begin with that tick.
CATEGORIES = {
    "grain": N_("粮油"), "vegetable": N_("蔬菜"), "fruit": N_("水果"), "egg": N_("禽蛋"), "meat": N_("畜禽肉"),
    "aquatic": N_("水产"), "dried": N_("山货干货"), "tea": N_("茶叶"), "processed": N_("加工食品"),
    "craft": N_("手工艺品"), "other": N_("其他"),
}  # fmt: skip
FARM_PRODUCE = frozenset({"grain", "vegetable", "fruit", "egg", "meat", "aquatic", "dried"})
#: 三品一标, and nothing.
QUALITY_MARKS = {
    "": N_("没有"), "pollution_free": N_("无公害农产品"), "green": N_("绿色食品"), "organic": N_("有机农产品"),
    "geographical": N_("农产品地理标志"),
}  # fmt: skip
STEPS = {
    "planted": N_("种植、养殖"), "collected": N_("收集"), "processed": N_("初加工"), "graded": N_("分级"),
    "packed": N_("包装"), "tested": N_("检测"), "transported": N_("运输"),
}  # fmt: skip
CONSENT_BY = {"in_person": N_("当面同意"), "phone": N_("电话同意"), "message": N_("短信、微信同意")}


@dataclass(frozen=True, slots=True)
class Product:
    """One kind of goods of one supplier. Quantities are pieces or grams; ``price_fen`` and ``floor_fen`` are per unit."""

    id: int
    sku: str
    state: str
    supplier_id: int
    request_id: int | None
    ownership: str
    category: str
    name: str
    spec: str
    grade: str
    origin: str
    quality_mark: str
    quality_mark_no: str
    is_farm_produce: int
    is_poverty_alleviation: int
    maker: str
    maker_address: str
    licence_no: str
    ean: str | None
    plu: str | None
    measure: str
    unit: str
    unit_size: int
    price_fen: int
    floor_fen: int
    low_stock: int
    made_on: str

    @property
    def is_weighed(self) -> bool:
        """Whether it is sold by weight."""
        return self.measure == Measure.WEIGHT

    @property
    def is_own(self) -> bool:
        """Whether the station owns it (收购)."""
        return self.ownership == Ownership.BUY_UP

    def shown(self, quantity: int) -> str:
        """A quantity in this product's unit."""
        return measure.show_quantity(quantity, self.unit, self.unit_size)

    def amount_fen(self, quantity: int, price_fen: int | None = None) -> int:
        """What a quantity costs, at the marked price unless another is given."""
        return measure.amount_fen(self.price_fen if price_fen is None else price_fen, quantity, self.unit_size)

    @classmethod
    def of(cls, row: sqlite3.Row) -> Product:
        return cls(**{name: row[name] for name in cls.__slots__})


audit.register(
    "product.admitted",
    N_("登记商品 {sku}：{ownership}，标价 {price_fen} 分，底价 {floor_fen} 分"),
    product_id=audit.ID,
    sku=audit.CODE,
    supplier_id=audit.ID,
    ownership=audit.ENUM,
    price_fen=audit.NUMBER,
    floor_fen=audit.NUMBER,
)
audit.register("product.changed", N_("更正商品 {product_id} 的资料"), product_id=audit.ID)
audit.register(
    "product.priced",
    N_("商品 {product_id} 改价：{old_fen} → {price_fen} 分，底价 {floor_fen} 分"),
    product_id=audit.ID,
    old_fen=audit.NUMBER,
    price_fen=audit.NUMBER,
    floor_fen=audit.NUMBER,
)
audit.register("product.ended", N_("商品 {product_id} 不再卖"), product_id=audit.ID)
audit.register(
    "product.consented",
    N_("供货人同意商品 {product_id} 卖到 {price_fen} 分（{given_by}），至 {until_on}"),
    product_id=audit.ID,
    price_fen=audit.NUMBER,
    given_by=audit.ENUM,
    until_on=audit.TIME,
)
audit.register(
    "product.stepped", N_("商品 {product_id}：{step}"), product_id=audit.ID, lot_id=audit.ID, step=audit.ENUM
)

_WORDS = {
    "name": LONGEST_NAME, "spec": 20, "grade": 12, "origin": 30, "quality_mark_no": 30, "maker": 40, "maker_address": 60,
    "licence_no": 30,
}  # fmt: skip


def admit(
    tx: Tx, supplier_id: int, *, name: str, category: str, unit: str, price_fen: int, floor_fen: int = 0,
    ownership: str = Ownership.CONSIGNMENT, by: str = Measure.PIECE, is_farm_produce: bool | None = None,
    request_id: int | None = None, ean: str = "", plu: str = "", low_stock: int = 0, quality_mark: str = "",
    is_poverty_alleviation: bool = False, **words: str,
) -> Product:  # fmt: skip
    """Admits goods of a supplier and gives them their own number (``sku``).

    ``words``: spec, grade, origin, quality_mark_no, maker, maker_address, licence_no. Raises ``Refused`` with
    ``product.name_missing``, ``product.category_unknown``, ``product.unit_wrong``, ``product.price_wrong``,
    ``product.three_nos`` (naming what is missing), ``product.code_wrong``, ``product.code_taken``, those of documents.
    """
    suppliers.require_documents(tx, supplier_id)
    if ownership not in set(Ownership) or by not in set(Measure):
        raise Refused("product.kind_unknown", N_("请选择代销或收购、按件或按重量；没有保存"))
    if category not in CATEGORIES:
        raise Refused("product.category_unknown", N_("请从列表中选择商品类别；没有保存"))
    kept = _words({"name": name, **words})
    unit = clean_text(unit, 6)
    if not unit:
        raise Refused("product.unit_wrong", N_("请填写计价单位，如 个、斤；没有保存"))
    size = measure.unit_size(Measure(by), unit)
    _prices(price_fen, floor_fen)
    is_farm = category in FARM_PRODUCE if is_farm_produce is None else is_farm_produce
    _complete(is_farm, category, kept, quality_mark)
    codes = _codes(tx, ean, plu, Measure(by))
    if request_id is not None and requests.request(tx, request_id).state in ("refused", "withdrawn"):
        requests.reopen(tx, request_id)
    today = shifts.ensure_open(tx)
    number = (tx.value("SELECT MAX(id) FROM products") or 0) + 1
    sku = f"{number:06d}"
    product_id = tx.insert(
        "products", sku=sku, state="on_sale", supplier_id=supplier_id, request_id=request_id,
        ownership=Ownership(ownership), category=category, quality_mark=quality_mark, is_farm_produce=int(is_farm),
        is_poverty_alleviation=int(is_poverty_alleviation), measure=Measure(by), unit=unit, unit_size=size,
        price_fen=price_fen, floor_fen=floor_fen, low_stock=max(0, low_stock), made_on=today.business_on,
        made_at=tx.now, made_by_kind=tx.actor.kind, made_by_id=tx.actor.id, **kept, **codes,
    )  # fmt: skip
    audit.record(
        tx, "product.admitted", product_id=product_id, sku=sku, supplier_id=supplier_id,
        ownership=Ownership(ownership).value, price_fen=price_fen, floor_fen=floor_fen,
    )  # fmt: skip
    if request_id is not None:
        tx.change("sale_requests", request_id, supplier_id=supplier_id)
    requests.follow(tx, request_id)
    return product(tx, product_id)


def change(
    tx: Tx, product_id: int, *, quality_mark: str = "", ean: str = "", plu: str = "", low_stock: int = 0, **words: str
) -> Product:
    """Corrects what is told about goods; what stock and money were reckoned by stays. Refusals as ``admit``."""
    found = on_sale(tx, product_id)
    kept = _words(words)
    _complete(bool(found.is_farm_produce), found.category, kept, quality_mark)
    codes = _codes(tx, ean, plu, Measure(found.measure), product_id)
    tx.change("products", product_id, quality_mark=quality_mark, low_stock=max(0, low_stock), **kept, **codes)
    audit.record(tx, "product.changed", product_id=product_id)
    return product(tx, product_id)


def reprice(tx: Tx, product_id: int, price_fen: int, floor_fen: int) -> Product:
    """Marks another price (明码标价: the label must be printed anew). Raises ``Refused('product.price_wrong')``."""
    found = on_sale(tx, product_id)
    _prices(price_fen, floor_fen)
    tx.change("products", product_id, price_fen=price_fen, floor_fen=floor_fen)
    audit.record(
        tx, "product.priced", product_id=product_id, old_fen=found.price_fen, price_fen=price_fen, floor_fen=floor_fen
    )  # fmt: skip
    return product(tx, product_id)


def consent(tx: Tx, product_id: int, price_fen: int, given_by: str, until_on: str | None = None) -> None:
    """Keeps the supplier's consent to sell down to ``price_fen`` a unit, until a date (today when none is named).

    Raises ``Refused`` with ``consent.unreadable``, ``consent.not_needed`` (goods of our own, or not under the floor).
    """
    found, today = on_sale(tx, product_id), shifts.ensure_open(tx).business_on
    until = suppliers.read_date(until_on) or today
    if given_by not in CONSENT_BY or until < today or price_fen < 0:
        raise Refused("consent.unreadable", N_("请写明价格、供货人怎样同意的、到哪天为止；没有保存"))
    if found.is_own or price_fen >= found.floor_fen:
        raise Refused("consent.not_needed", N_("这个价不低于底价，或是本站自己的货，不需要供货人同意；没有保存"))
    tx.insert(
        "floor_consents", product_id=product_id, price_fen=price_fen, given_by=given_by, until_on=until, given_on=today,
        given_at=tx.now, actor_kind=tx.actor.kind, actor_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "product.consented", product_id=product_id, price_fen=price_fen, given_by=given_by, until_on=until
    )  # fmt: skip


def floor_on(db: Reader, found: Product, day: str) -> int:
    """The lowest price a unit may be sold at on this date: the floor, or what the supplier has consented to since."""
    consented = db.value(
        "SELECT MIN(price_fen) FROM floor_consents WHERE product_id = ? AND given_on <= ? AND until_on >= ?",
        found.id,
        day,
        day,
    )
    return min(found.floor_fen, consented) if consented is not None else found.floor_fen


def step(tx: Tx, product_id: int, name: str, lot_id: int | None = None) -> None:
    """Notes a step of the goods' way: 收集, 初加工, 包装 … (TC-12). Raises ``Refused('product.step_unknown')``."""
    on_sale(tx, product_id)
    wrong_lot = lot_id is not None and tx.value("SELECT product_id FROM lots WHERE id = ?", lot_id) != product_id
    if name not in STEPS or wrong_lot:
        raise Refused("product.step_unknown", N_("请从列表中选择是哪一步、哪一批；没有保存"))
    tx.insert(
        "product_events", product_id=product_id, lot_id=lot_id, step=name, business_on=shifts.ensure_open(tx).business_on,
        at=tx.now, actor_kind=tx.actor.kind, actor_id=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "product.stepped", product_id=product_id, lot_id=lot_id, step=name)


def end(tx: Tx, product_id: int) -> Product:
    """These goods are sold no more. Raises ``Refused('product.in_stock')`` while any are here."""
    found = on_sale(tx, product_id)
    left = tx.value("SELECT COALESCE(SUM(quantity), 0) FROM stock_moves WHERE product_id = ?", product_id)
    held = tx.value(
        "SELECT 1 FROM consignment_sales WHERE product_id = :id AND state = 'recorded'"
        " UNION SELECT 1 FROM buy_ups WHERE product_id = :id AND state = 'recorded'",
        id=product_id,
    )
    if left or held:
        raise Refused(
            "product.in_stock", N_("还有 {quantity} 在库或在单上，不能停卖；请先卖完、退回或记损耗"),
            quantity=found.shown(left),
        )  # fmt: skip
    tx.execute(
        "UPDATE listings SET unlisted_on = ? WHERE product_id = ? AND unlisted_on IS NULL",
        shifts.ensure_open(tx).business_on,
        product_id,
    )
    tx.change("products", product_id, state="ended")
    audit.record(tx, "product.ended", product_id=product_id)
    return product(tx, product_id)


def product(db: Reader, product_id: int) -> Product:
    """The product of this id; raises ``Refused('product.unknown')``."""
    row = db.one("SELECT * FROM products WHERE id = ?", product_id)
    if row is None:
        raise Refused("product.unknown", N_("没有编号为 {product_id} 的商品，请核对编号"), product_id=product_id)
    return Product.of(row)


def on_sale(db: Reader, product_id: int) -> Product:
    """The product if it is still sold; raises ``Refused('product.ended')`` too."""
    found = product(db, product_id)
    if found.state != "on_sale":
        raise Refused("product.ended", N_("商品 {sku} 已经停卖；没有改动，需要再卖请另登记"), sku=found.sku)
    return found


def by_code(db: Reader, code: str) -> Product | None:
    """What is on sale under this EAN or own number; None when nothing is. A UPC-A is an EAN-13 without its leading 0."""
    wanted = {code, code.removeprefix("0"), "0" + code} if len(code) in (12, 13) else {code}
    for text in sorted(wanted):
        row = db.one("SELECT * FROM products WHERE state = 'on_sale' AND ean = ?", text)
        if row is not None:
            return Product.of(row)
    row = db.one("SELECT * FROM products WHERE state = 'on_sale' AND sku = ?", code)
    return None if row is None else Product.of(row)


def by_plu(db: Reader, plu: str) -> Product | None:
    """What the scale knows by this number, leading zeros apart."""
    row = db.one("SELECT * FROM products WHERE state = 'on_sale' AND plu = ?", plu.lstrip("0") or "0")
    return None if row is None else Product.of(row)


def _words(words: dict[str, str]) -> dict[str, str]:
    unknown = set(words) - set(_WORDS)
    if unknown:
        raise TypeError(f"nothing is kept of {sorted(unknown)}")
    kept = {name: about_a_person(words.get(name), longest) for name, longest in _WORDS.items()}
    if not kept["name"]:
        raise Refused("product.name_missing", N_("请填写商品名称；没有保存，其他内容都保留着"))
    return kept


def _complete(is_farm: bool, category: str, words: dict[str, str], quality_mark: str) -> None:
    """三无 (JX-08): packed goods name their maker, its address and licence; farm produce names its origin."""
    missing = []
    if is_farm:
        missing += [] if words["origin"] else [N_("产地")]
    else:
        missing += [] if words["maker"] else [N_("生产者")]
        missing += [] if words["maker_address"] else [N_("生产地址")]
        missing += [N_("生产许可证或小作坊登记证号")] if category == "processed" and not words["licence_no"] else []
    if quality_mark not in QUALITY_MARKS:
        raise Refused("product.mark_unknown", N_("请从列表中选择三品一标；没有保存"))
    if quality_mark and not words["quality_mark_no"]:
        missing.append(N_("三品一标证书号"))
    if missing:
        raise Refused(
            "product.three_nos", N_("缺少：{missing}。三无商品不能上柜；没有保存，请补齐"), missing="、".join(missing)
        )


def _prices(price_fen: int, floor_fen: int) -> None:
    if not (1 <= price_fen <= money.LIMIT_FEN and 0 <= floor_fen <= price_fen):
        raise Refused("product.price_wrong", N_("标价应大于 0，底价不能高于标价；没有保存，请核对"))


def _codes(tx: Tx, ean: str, plu: str, by: Measure, own_id: int = 0) -> dict[str, str | None]:
    ean, plu = "".join(ean.split()), "".join(plu.split())
    if ean and (not _EAN.fullmatch(ean) or not has_check_digit(ean.zfill(13))):
        raise Refused("product.code_wrong", N_("商品条码不对（8、12 或 13 位，末位是校验位）；没有保存，请再扫一次"))
    if plu and (not _PLU.fullmatch(plu) or by != Measure.WEIGHT):
        raise Refused("product.code_wrong", N_("秤码是 1 到 6 位数字，只给按重量卖的商品；没有保存"))
    kept = {"ean": ean or None, "plu": (plu.lstrip("0") or "0") if plu else None}
    for column, value in kept.items():
        taken = value and tx.value(
            f"SELECT sku FROM products WHERE {column} = ? AND state = 'on_sale' AND id <> ?", value, own_id
        )
        if taken:
            raise Refused("product.code_taken", N_("这个码已经是商品 {sku} 的；没有保存，请核对"), sku=taken)
    return kept
