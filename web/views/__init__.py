"""The pages, one blueprint a file. A new one is added to ``blueprints`` and nowhere else."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """Every blueprint of the counter's pages, in the order in which menus show their pages."""
    from web.views import (
        audit,
        bills,
        consignments,
        day,
        devices,
        door,
        fees,
        find,
        home,
        intake,
        ledgers,
        live,
        parcels,
        posters,
        prints,
        purchases,
        reports,
        staff,
        tickets,
    )

    return [
        door.door, home.home, live.live, intake.blueprint, find.blueprint, parcels.blueprint, purchases.purchases, consignments.consignments, bills.bills, tickets.tickets, day.day, reports.reports, ledgers.ledgers, prints.prints, devices.devices,
        fees.fees, posters.posters, staff.staff, audit.audit,
    ]  # fmt: skip
