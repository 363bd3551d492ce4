"""A line of a ticket as the counter handles it: what the operator is told when it is added, and what its service does
when it is settled, taken off or undone. One ``*_lines`` file a service stands on this."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk import money
from kiosk.errors import Refused
from kiosk.fees import Quote
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.till.model import Line, NewLine
from kiosk.words import N_

LineEffect = Callable[[Tx, Line], None]


@dataclass(frozen=True, slots=True)
class LineActs:
    """``take_effect`` as the ticket is settled, ``withdraw`` as the line is taken off before, ``undo`` as the ticket is
    voided on its own day, ``refund`` as the line that gives it back is settled, on any later day (``line`` is that one,
    ``line.refunds_line_id`` the first)."""

    take_effect: LineEffect
    withdraw: LineEffect
    undo: LineEffect
    refund: LineEffect


def nothing(tx: Tx, line: Line) -> None:
    """For an act whose money is the whole act."""


@dataclass(frozen=True, slots=True)
class AddedLine:
    """A line that now stands on a ticket; ``warnings`` are marked messages for the operator."""

    ticket_id: int
    line_id: int
    case_kind: str
    case_id: int
    owed_fen: int
    fee_fen: int
    warnings: tuple[str, ...] = ()


def put_on(tx: Tx, ticket_id: int, new: NewLine, warnings: Sequence[str] = ()) -> AddedLine:
    """Adds a line and says what is owed for it."""
    line_id = till.add_line(tx, ticket_id, new)
    owed_fen = new.principal_fen + new.fee_fen
    charged = new.fee_fen + new.commission_fen
    return AddedLine(ticket_id, line_id, new.case_kind, new.case_id, owed_fen, charged, tuple(warnings))


def as_told(quote: Quote, fee_fen: int | None) -> None:
    """Raises ``Refused('fee.differs')`` when the caller has told the customer another fee than the published one."""
    if fee_fen is not None and fee_fen != quote.fee_fen:
        raise Refused(
            "fee.differs",
            N_("按第 {version} 版公示价目应收服务费 {fee}，不是 {told}；没有加入，请按公示价目收费"),
            version=quote.version_number,
            fee=money.yuan(quote.fee_fen),
            told=money.yuan(fee_fen),
            fee_fen=quote.fee_fen,
        )
