"""Payment codes that customers show (付款码). They are money for a minute: recognised in order to be refused, never
stored, logged or shown. Source of the forms: domain.md §2.1."""

from __future__ import annotations

import re

# WeChat Pay: 18 digits from 10–15. Alipay: 16–24 digits from 25–30, or a face-pay token "fp" and 33 characters.
# UnionPay: 19 digits from 62 (a bank card looks the same and is as secret). e-CNY: 19 digits from 01.
_WECHAT = re.compile(r"1[0-5][0-9]{16}")
_PAYMENT = re.compile(r"1[0-5][0-9]{16}|(?:2[5-9]|30)[0-9]{14,22}|(?:62|01)[0-9]{17}|[Ff][Pp][!-~]{33}")


def is_payment_code(text: str) -> bool:
    """Whether the normalised ``text`` has the form of a wallet's payment code."""
    return _PAYMENT.fullmatch(text) is not None


def is_wechat_code(text: str) -> bool:
    """Whether it is WeChat Pay's: the one form so narrow that letters in front of it (``no13…``) change nothing."""
    return _WECHAT.fullmatch(text) is not None
