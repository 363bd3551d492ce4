"""The pages, one blueprint a file. A new one is added to ``blueprints`` and nowhere else."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """Every blueprint of the counter's pages, in the order in which menus show their pages."""
    from web.views import (
        attachments,
        audit,
        bills,
        cash,
        command_card,
        compliance,
        consents,
        consignments,
        conveniences,
        day,
        debts,
        devices,
        display,
        door,
        expected,
        fees,
        find,
        goods,
        guide,
        home,
        hours,
        imports,
        intake,
        ledgers,
        live,
        manifests,
        manifests_book,
        messages,
        monthly_form,
        outbound,
        overdue,
        owner,
        parcels,
        personal_data,
        phone,
        photo_pairing,
        posters,
        prints,
        problems,
        purchase_steps,
        purchases,
        reconciliation,
        registers,
        report_files,
        reports,
        shelf_counts,
        shelves,
        staff,
        stocktakes,
        submission,
        suppliers,
        tickets,
        visits,
    )

    return [
        door.door, home.home, live.live, intake.blueprint, find.blueprint, parcels.blueprint, problems.problems, photo_pairing.photos, phone.phone, shelves.shelves, shelf_counts.shelf_counts, imports.imports, outbound.outbound, manifests.manifests, manifests_book.manifest_book, overdue.overdue, expected.expected, consents.consents, purchases.purchases, purchase_steps.purchase_steps, consignments.consignments, goods.goods, suppliers.suppliers, stocktakes.stocktakes, bills.bills, conveniences.conveniences, tickets.tickets, visits.visits, debts.blueprint, cash.blueprint, display.display, day.day, hours.hours, reports.reports, report_files.report_files, submission.submission, messages.messages, compliance.compliance, owner.owner, ledgers.ledgers, registers.register_book, reconciliation.reconciliation, monthly_form.monthly_form, prints.prints, devices.devices, guide.guide, command_card.command_card,
        fees.fees, posters.posters, staff.staff, personal_data.blueprint, audit.audit,
        attachments.attachments,
    ]  # fmt: skip
