"""What is special about a parcel and decides where it may lie: its size, and whether it is fresh, fragile or valuable.
Noted at intake by a key or a command card; a table of its own, because most parcels are nothing special."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.words import N_


class Trait(StrEnum):
    """One thing that is special; ``small`` and ``large`` exclude each other."""

    SMALL = "small"
    LARGE = "large"
    FRESH = "fresh"
    FRAGILE = "fragile"
    VALUABLE = "valuable"


SIZES = (Trait.SMALL, Trait.LARGE)
TRAIT_WORDS: Mapping[str, str] = {
    Trait.SMALL: N_("小件"),
    Trait.LARGE: N_("大件"),
    Trait.FRESH: N_("生鲜"),
    Trait.FRAGILE: N_("易碎"),
    Trait.VALUABLE: N_("贵重"),
}
#: Which class of shelf a parcel asks for when it is several things at once: what spoils goes first.
FIRST = (Trait.FRESH, Trait.VALUABLE, Trait.FRAGILE)
NOTHING: frozenset[Trait] = frozenset()

audit.register(
    "parcel.traits_noted", N_("记下快件 {parcel_id} 的特点：{traits}"), parcel_id=audit.ID, traits=audit.ENUM
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a parcel asks of a place: a shelf class ('general' for nothing special) and a size ('' for the usual)."""

    shelf_class: str
    size: str


def read(names: Iterable[str]) -> frozenset[Trait]:
    """The traits of these names. Refused ``trait.unknown``, ``trait.two_sizes``."""
    found = set()
    for name in names:
        if name not in set(Trait):
            raise Refused(
                "trait.unknown",
                N_("没有「{trait}」这种特点，没有记下；可用：{known}"),
                trait=name[:20],
                known=", ".join(Trait),
            )
        found.add(Trait(name))
    if found >= set(SIZES):
        raise Refused("trait.two_sizes", N_("一件快件不能又是大件又是小件；没有记下，请只选一个"))
    return frozenset(found)


def toggled(traits: frozenset[Trait], trait: Trait) -> frozenset[Trait]:
    """The traits with this one put in, or taken out when it was in; one size puts the other out."""
    if trait in traits:
        return traits - {trait}
    kept = traits - set(SIZES) if trait in SIZES else traits
    return kept | {trait}


def note(tx: Tx, parcel_id: int, traits: frozenset[Trait]) -> None:
    """Keeps what is special about a parcel, in place of what was noted before; does nothing when it is the same."""
    if of(tx, parcel_id) == traits:
        return
    size = next((size.value for size in SIZES if size in traits), "")
    tx.execute(
        "INSERT INTO parcel_traits (parcel_id, size, is_fresh, is_fragile, is_valuable, noted_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (parcel_id) DO UPDATE SET size = excluded.size, is_fresh = excluded.is_fresh,"
        " is_fragile = excluded.is_fragile, is_valuable = excluded.is_valuable, noted_at = excluded.noted_at",
        parcel_id, size, int(Trait.FRESH in traits), int(Trait.FRAGILE in traits), int(Trait.VALUABLE in traits), tx.now,
    )  # fmt: skip
    audit.record(tx, "parcel.traits_noted", parcel_id=parcel_id, traits=".".join(sorted(traits)) or "none")


def of(db: Reader, parcel_id: int) -> frozenset[Trait]:
    """What is special about a parcel; nothing for most."""
    row = db.one("SELECT * FROM parcel_traits WHERE parcel_id = ?", parcel_id)
    if row is None:
        return NOTHING
    found = {Trait(row["size"])} if row["size"] else set()
    return frozenset(found | {trait for trait in FIRST if row[f"is_{trait.value}"]})


def wish(traits: frozenset[Trait]) -> Wish:
    """Where a parcel with these traits should lie."""
    return Wish(
        next((trait.value for trait in FIRST if trait in traits), "general"),
        next((size.value for size in SIZES if size in traits), ""),
    )
