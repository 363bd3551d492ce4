"""What a scanned or typed string is: waybill, our own symbol, phone, goods, secret. Pure functions over text and two
data files (``config/carriers.json``, ``config/waybill_rules.json``); this package stores nothing, knows no parcel."""

from kiosk.codes import carriers
from kiosk.codes.carriers import OTHER, Carrier, same_family
from kiosk.codes.free_words import holds_payment_code, is_a_payment_code, own_words
from kiosk.codes.identity import about_a_person
from kiosk.codes.kinds import OURS, PARCEL, SECRET, Candidate, CodeKind, Recognised
from kiosk.codes.normal import normalise
from kiosk.codes.phone import PhoneEntry, holds_mobile
from kiosk.codes.phone import mask as mask_phone
from kiosk.codes.phone import parse as parse_phone
from kiosk.codes.plain import clean_text, mask_name
from kiosk.codes.recognise import recognise
from kiosk.codes.refusals import refusal, waybill_of, what_it_is
from kiosk.codes.shelf import (
    PickupCode,
    ShelfPlace,
    format_pickup_code,
    is_pickup_code,
    parse_old_code,
    parse_pickup_code,
    parse_shelf,
    shelf_place,
)
from kiosk.codes.suggestion import Caution, Suggestion, prefix_keys, suggest
from kiosk.codes.symbols import symbol
from kiosk.codes.waybill import Rules, read_rules, shipped_rules

__all__ = [
    "OTHER",
    "OURS",
    "PARCEL",
    "SECRET",
    "Candidate",
    "Carrier",
    "Caution",
    "CodeKind",
    "PhoneEntry",
    "PickupCode",
    "Recognised",
    "Rules",
    "ShelfPlace",
    "Suggestion",
    "about_a_person",
    "carriers",
    "clean_text",
    "format_pickup_code",
    "holds_mobile",
    "holds_payment_code",
    "is_a_payment_code",
    "is_pickup_code",
    "mask_name",
    "mask_phone",
    "normalise",
    "own_words",
    "parse_old_code",
    "parse_phone",
    "parse_pickup_code",
    "parse_shelf",
    "prefix_keys",
    "read_rules",
    "recognise",
    "refusal",
    "same_family",
    "shelf_place",
    "shipped_rules",
    "suggest",
    "symbol",
    "waybill_of",
    "what_it_is",
]
