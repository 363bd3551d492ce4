"""Waybill numbers: pieces split off, S10 checked, carriers ranked by the rules of ``config/waybill_rules.json``. The
rules suggest and warn; none ever rejects a number (domain.md §0, conclusion 1): a new series is data, not code."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kiosk.codes import carriers
from kiosk.codes.kinds import Candidate
from kiosk.errors import ConfigurationError
from kiosk.words import N_

CONFIDENCES = "HML"
_SHAPE = re.compile(r"(?=.*[0-9A-Z])[0-9A-Z-]{8,40}")
# JD: waybill-index-total[-chute]; the total changes when pieces are added, so only the index is part of the identity.
_JD_PIECE = re.compile(r"(JD[0-9A-Z]{8,18})(?:-([0-9]{1,4})-([0-9]{1,4})(?:-.*)?)?")
# Freight children of 德邦: DPK…-n, no total known.
_DBL_PIECE = re.compile(r"(DPK[0-9]{12})-([0-9]{1,4})")
# 顺丰 face-sheet QR: MMM={'k1':…,'k5':'waybill',…}, more Ms and a merged 1-D code may stand before it.
_SF_QR = re.compile(r"""['"]k5['"]\s*:\s*['"]([^'"]{1,60})['"]""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """One carrier's form. ``check`` names a check digit that may be looked at, '' for none."""

    carrier: str
    pattern: re.Pattern[str]
    confidence: str
    check: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """A version of the rule table; the order of the file ranks rules of one confidence."""

    version: str
    rules: tuple[Rule, ...]

    def candidates(self, waybill_no: str) -> tuple[Candidate, ...]:
        """Every carrier whose form the number has, each once with its best confidence, H before M before L."""
        found: dict[str, str] = {}
        for confidence in CONFIDENCES:
            for rule in self.rules:
                if rule.confidence == confidence and rule.carrier not in found and rule.pattern.fullmatch(waybill_no):
                    found[rule.carrier] = confidence
        return tuple(Candidate(carrier, confidence) for carrier, confidence in found.items())


@dataclass(frozen=True, slots=True)
class Pieces:
    """A waybill number apart from the piece that was scanned; 0 where the text names none."""

    waybill_no: str
    piece_index: int = 0
    piece_total: int = 0


def is_waybill_shape(text: str) -> bool:
    """Whether upper-cased ``text`` may be a waybill at all: 8 to 40 of A–Z, 0–9 and dash, not dashes alone."""
    return _SHAPE.fullmatch(text) is not None


def split_pieces(text: str) -> Pieces:
    """Takes the suffix of a piece off a JD or 德邦 number; any other text is a waybill number as it stands."""
    if jd := _JD_PIECE.fullmatch(text):
        return Pieces(jd[1], int(jd[2] or 0), int(jd[3] or 0))
    if freight := _DBL_PIECE.fullmatch(text):
        return Pieces(freight[1], int(freight[2]))
    return Pieces(text)


def join_pieces(pieces: Pieces) -> str:
    """The text that ``split_pieces`` reads as ``pieces``: ``JDAWX021335191911-1-2``."""
    text = pieces.waybill_no
    for part in (pieces.piece_index, pieces.piece_total):
        if part:
            text += f"-{part}"
    return text


def face_sheet_waybill(text: str) -> str:
    """The number in field k5 of a 顺丰 face-sheet QR, upper-cased; '' when ``text`` is no such QR."""
    found = _SF_QR.search(text) if "k5" in text or "K5" in text else None
    waybill_no = found[1].strip().upper() if found else ""
    return waybill_no if is_waybill_shape(waybill_no) else ""


def read_rules(path: Path) -> Rules:
    """A rule table from a file; ConfigurationError names the file and the key that is wrong."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        version, listed = str(table["version"]), list(table["rules"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            N_("读不出运单规则 {file}：{reason}"), file=str(path), key="rules", reason=str(error)
        ) from error
    return Rules(version, tuple(_rule(path, number, entry) for number, entry in enumerate(listed, start=1)))


@cache
def shipped_rules() -> Rules:
    """The table that ships in ``config/``, read once a process."""
    return read_rules(carriers.CONFIG / "waybill_rules.json")


def _rule(path: Path, number: int, entry: object) -> Rule:
    try:
        if not isinstance(entry, dict):
            raise TypeError("not an object")
        unknown = set(entry) - {"carrier", "re", "conf", "check"}
        if unknown:
            raise ValueError(", ".join(sorted(unknown)))
        if entry["conf"] not in tuple(CONFIDENCES):
            raise ValueError(f"conf {entry['conf']!r}")
        if not carriers.is_known(entry["carrier"]):
            raise ValueError(f"carrier {entry['carrier']!r}")
        # ASCII: \d must not take the digits of other scripts.
        return Rule(entry["carrier"], re.compile(entry["re"], re.ASCII), entry["conf"], entry.get("check", ""))
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise ConfigurationError(
            N_("{file} 第 {number} 条运单规则有错：{reason}"),
            file=str(path),
            key=f"rules[{number}]",
            number=number,
            reason=str(error),
        ) from error
