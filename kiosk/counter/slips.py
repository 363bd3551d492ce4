"""Slips of the counter itself: the recovery code on paper, and the published fees."""

from __future__ import annotations

from typing import Any

from kiosk.codes import CodeKind, symbol
from kiosk.fees.board import rows_of
from kiosk.fees.model import FeeItem
from kiosk.printing.codes import FNC3
from kiosk.printing.document import Block, Code128, Document, Feed, Pair, Rule, Text
from kiosk.printing.sheet import Cards, Paragraph, Sheet, register_sheet
from kiosk.printing.slips import register_template
from kiosk.words import N_, say

COMMAND_CARD = "command_card"
SCANNER_CARD = "scanner_card"
RECOVERY_CODE = "recovery_code"
FEE_BOARD = "fee_board"
TEST_CODE = symbol(CodeKind.COMMAND, "test")
#: 「加回车」 as Honeywell's scanners and the many that are built on its engines take it (their manuals: VSUFCR, add CR suffix
#: to all symbologies). Others ignore it: a code that begins with FNC3 is a setting and never data.
ADD_ENTER = FNC3 + "VSUFCR."


def recovery_code(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """The paper that the manager puts away; its code is a blank, gone from the station once it has been noted."""
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(say(N_("站长恢复码")), align="center", size=2, bold=True, fit=True),
        Rule(),
        Text(blanks.get("code", ""), align="center", size=2, bold=True, fit=True),
        Rule(),
        Text(say(N_("站长忘记 PIN 时，在登录页点「忘记 PIN」，用它重设。请和营业执照放在一起，不要给别人看。"))),
        Text(say(N_("换了新的恢复码以后，这一张作废。"))),
        Text(facts["at"]),
    ]
    return Document(say(N_("站长恢复码")), tuple(blocks))


def fee_board(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """What every service costs, by which version, and on whose word: the wall board on a roll of receipt paper."""
    blocks: list[Block] = [
        Text(facts["station"], align="center", size=2, fit=True),
        Text(say(N_("收费公示")), align="center", size=2, bold=True, fit=True),
        Pair(say(N_("第 {n} 版"), n=facts["number"]), say(N_("{day} 起执行"), day=facts["effective_on"])),
    ]
    for row in rows_of(FeeItem(**item) for item in facts["items"]):
        if row.service_name:
            blocks += [Rule(), Text(row.service_name, bold=True)]
        blocks.append(Pair(row.name, row.fee))
        if row.basis:
            blocks.append(Text("  " + say(N_("依据：{basis}"), basis=row.basis)))
    blocks += [
        Rule(),
        Text(say(N_("依据：{basis}"), basis=facts["basis"])),
        Text(say(N_("批准：{approver}"), approver=facts["approver"])),
        Text(say(N_("没有写在这里的，一律不收费。按比例算出的服务费四舍五入到分。"))),
    ]
    if facts["phone"]:
        blocks.append(Text(say(N_("电话：{phone}"), phone=facts["phone"])))
    return Document(say(N_("收费公示 第 {n} 版"), n=facts["number"]), tuple(blocks))


def command_card(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """The command cards on a roll of receipt paper, to be cut and glued beside the scanner."""
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(say(N_("指令卡")), align="center", size=2, bold=True, fit=True),
    ]
    for command, words in facts["commands"]:
        blocks += [
            Rule(),
            Text(say(words), align="center", size=2, bold=True, fit=True),
            Code128(symbol(CodeKind.COMMAND, command), caption=False),
            Feed(1),
        ]
    return Document(say(N_("指令卡")), tuple(blocks))


def command_mat(facts: dict[str, Any], blanks: dict[str, str]) -> Sheet:
    """The same cards as a mat for the counter, on A4."""
    cards = tuple((say(words), symbol(CodeKind.COMMAND, command)) for command, words in facts["commands"])
    told = say(N_("扫一下就办，和屏幕上的按钮一样。扫到别的码时，请用手遮住旁边的。"))
    return Sheet(say(N_("指令卡")), facts["station"], parts=(Paragraph(told), Cards(cards)), foot=facts["station"])


def scanner_card(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """The test code and the setting 「加回车」 on receipt paper: a code on a screen that shines is hard to read."""
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(say(N_("试扫码枪")), align="center", size=2, bold=True, fit=True),
        Text(say(N_("1 先扫这个，出声、屏幕上写「扫码枪好用」就对了："))),
        Code128(TEST_CODE, caption=False),
        Rule(),
        Text(
            say(
                N_("2 没反应，或要自己按回车，扫这个「加回车」，再扫上面的（霍尼韦尔及同类扫码枪；别的牌子看说明书）：")
            )
        ),
        Code128(ADD_ENTER, caption=False),
        Text(say(N_("这个码只设置扫码枪，不会记成快件。"))),
    ]
    return Document(say(N_("试扫码枪")), tuple(blocks))


register_template(COMMAND_CARD, 1, command_card)
register_template(SCANNER_CARD, 1, scanner_card)
register_sheet(COMMAND_CARD, 1, command_mat)
register_template(RECOVERY_CODE, 1, recovery_code)
register_template(FEE_BOARD, 1, fee_board)
