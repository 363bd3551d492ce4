"""Money is a whole number of fen everywhere; Decimal lives only inside this module and float nowhere."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from kiosk.errors import Refused
from kiosk.words import N_

#: Nothing that a village counter takes is larger; a longer number is a scan in the wrong field.
LIMIT_FEN = 99_999_999_99
#: More digits than any amount or quantity has.
_MOST_DIGITS = 10
_AMOUNT = re.compile(r"[-+]?\d{1,10}(\.\d{0,2})?|[-+]?\.\d{1,2}", re.ASCII)


def has_too_many_digits(text: str) -> bool:
    """Whether this can be no amount and no quantity. Such a text is not said again: it may be a customer's payment code,
    or a part of one (domain.md §2.1)."""
    return sum(map(str.isdigit, text)) > _MOST_DIGITS


def parse(text: str) -> int:
    """Reads an amount in yuan as people type it (``12``, ``12.5``, ``￥1,200.00``, full-width digits) into fen.

    Raises ``Refused('money.unreadable')`` for anything else, more than two decimals included: nothing is rounded; and
    ``Refused('money.too_large')``, which does not repeat what was typed.
    """
    folded = unicodedata.normalize("NFKC", text).strip().lstrip("¥￥").strip()
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d{0,2})?", folded, re.ASCII):
        folded = folded.replace(",", "")
    folded = folded.removesuffix("元").strip()
    if has_too_many_digits(folded):
        raise _too_large()
    if not _AMOUNT.fullmatch(folded):
        raise Refused(
            "money.unreadable",
            N_("金额「{text}」看不懂，请输入如 12.50 的数字；已填的其他内容都保留着"),
            text=text[:40],
        )
    fen = int(Decimal(folded) * 100)
    if abs(fen) > LIMIT_FEN:
        raise _too_large()
    return fen


def _too_large() -> Refused:
    return Refused("money.too_large", N_("金额的位数太多，没有保存；请核对是否把条码扫进了金额栏，再填一遍金额"))


def show(fen: int) -> str:
    """Fen as yuan with two decimals, no currency sign: ``-1250`` → ``-12.50``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def yuan(fen: int) -> str:
    """Fen as people read it: ``￥12.50``, ``-￥12.50``."""
    return ("-￥" if fen < 0 else "￥") + show(abs(fen))


def share(amount_fen: int, per_myriad: int) -> int:
    """``per_myriad`` ten-thousandths of an amount, rounded half-up to the fen (3 % is 300)."""
    exact = Decimal(amount_fen) * per_myriad / Decimal(10_000)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
