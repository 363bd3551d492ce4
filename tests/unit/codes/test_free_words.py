"""A payment code within free words: found however it is typed, and nothing else taken for one."""

import pytest

from kiosk.codes import holds_payment_code, own_words
from kiosk.errors import Refused
from tests.unit.codes.test_other_codes import PAYMENT_CODES

AROUND = [
    "{}",
    "备注 {} 谢谢",
    "备注{}谢谢",
    "（{}）",
    "12 {}",
    "张三，{}。",
    "2026-11-22 {}",
    "{0}{0}",
    "13912345678 {}",
]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("code", PAYMENT_CODES)
def test_payment_code_is_found_in_any_sentence(code: str, around: str) -> None:
    if code.startswith("fp") and "{0}" in around:
        return  # a token of 70 characters is no form of anybody's
    assert holds_payment_code(around.format(code))
    assert holds_payment_code(
        around.format(code.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}))
    )


@pytest.mark.parametrize(
    "text",
    [
        "备注 1345 6789 0123 4567 89 谢谢", "1345 6789 0123 456789", "1345\u30006789\u30000123\u30004567\u300089。", "1 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9",
        "收134 567 890 123 456 789元", "13456\u200b7890123456789", "1345\n6789\n0123\n4567\n89", "no134567890123456789",
        "2876 3443 8256 6439 4", "6212 3456 7890 1234 567", "订单 2567890123456789012 退货",
    ],
)  # fmt: skip
def test_payment_code_is_found_in_groups_and_odd_marks(text: str) -> None:
    assert holds_payment_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "张三 13812341234", "13912345678 8765432", "13912345678 13812345678", "YT8962646785389", "YT2529521272164446", "SF1351122986384",
        "882456690862029473", "JDVA11408814483-1-2", "251126-123456789012345", "91330106MA2KJ5XX0H", "6901234567892",
        "11010519491231002X", "12 15 18 20 25 30 12 15 18 20", "2026-11-22T08:30:15.123456Z", "4200002026112212345678901234",
        "3f2a1112298638468293ab", "2801 2802 2803 2804 2805 2806 2807 2808", "0512-66881234 13800001234", "12.50", "1,234,567,890,123,456,789",
    ],
)  # fmt: skip
def test_other_numbers_are_no_payment_code(text: str) -> None:
    assert not holds_payment_code(text)


def test_id_number_is_refused_under_its_own_name() -> None:
    assert not holds_payment_code("给110105194912310003买药") and not holds_payment_code("440524188001010014")
    with pytest.raises(Refused) as refused:
        own_words("440524188001010014", 40)
    assert refused.value.code == "text.holds_id_number"


@pytest.mark.parametrize(
    "text", ["134567890123456789", "备注 134567890123456789 谢谢", "村" * 300 + "134567890123456789"]
)
def test_words_of_goods_and_remarks_are_no_payment_code(text: str) -> None:
    with pytest.raises(Refused) as refused:
        own_words(text, 40)
    assert refused.value.code == "text.is_payment_code"
    assert not refused.value.facts


def test_other_words_of_goods_and_remarks_are_kept() -> None:
    assert own_words("订单 12345 退货", 40) == "订单 12345 退货"
    assert own_words(None, 40) == ""
