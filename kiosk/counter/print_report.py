"""Prints the slip of a frozen report, with the county's receipt once there is one."""

from __future__ import annotations

from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.reports import store
from kiosk.reports.period_view import report_view_of
from kiosk.reports.report_slips import freeze_report_slip
from kiosk.storage import Tx
from kiosk.till.actions import print_at_desk
from kiosk.words import N_


def print_report(tx: Tx, report_id: int) -> tuple[int, int | None]:
    """The slip of a report: slip and print job, the job None without a printer.

    Refused ``staff.not_allowed``, ``report.unknown``.
    """
    require(tx.actor, Right.CLOSE_DAY)
    report = store.report(tx, report_id)
    if report is None:
        raise Refused("report.unknown", N_("没有编号为 {report_id} 的报表，请核对编号"), report_id=report_id)
    slip_id = freeze_report_slip(tx, report, report_view_of(tx, report, tx.settings.station.locale))
    return slip_id, print_at_desk(tx, slip_id, None)
