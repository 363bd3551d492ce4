"""Reports of a day, a week, a month, a half-year or any span, at the terminal: shown, written out as they went to the county,
frozen by hand."""

from __future__ import annotations

import click

from kiosk import clock, money
from kiosk.cli import open_here
from kiosk.errors import Refused
from kiosk.reports import due, store
from kiosk.reports.period_view import period_view
from kiosk.reports.periods import KIND_WORDS, Kind, Period, read_period
from kiosk.words import N_, say


@click.command()
@click.argument("kind", type=click.Choice([str(kind) for kind in Kind]))
@click.argument("code")
@click.option("--freeze", is_flag=True, help="freeze it and queue it for the county")
@click.option("--json", "as_json", is_flag=True, help="the frozen content alone, byte by byte")
def report(kind: str, code: str, freeze: bool, as_json: bool) -> None:
    """报表 · A report: day 2026-11-22, week 2026-W47, month 2026-11, half_year 2026-H2, ad_hoc 2026-11-01_2026-11-15."""
    period = read_period(kind, code)
    if freeze:
        _freeze(period)
    opened = open_here(must_exist=True)
    with opened.reading(snapshot=True) as db:
        found = store.latest_of(db, period)
        view = period_view(db, period)
    opened.close()
    if as_json:
        if found is None:
            raise Refused("report.not_frozen", N_("{period} 的报表还没有定稿"), period=period.name())
        click.echo(found.content, nl=False)
        return
    if view is None:
        raise Refused("report.none", N_("{business_on} 没有营业，也没有日报；请核对日期"), business_on=period.last_on)
    click.echo(f"{view['kind_name']} {view['period_name']}  {view['report_no'] or say(N_('尚未定稿'))}")
    for label, text in view["header"]:
        click.echo(f"{label}: {text}")
    for row in view["rows"]:
        if any(row[name] for name in ("txn_count", "txn_amount_fen", "commission_fen", "service_fee_fen")):
            _row(row["name"], row)
    _row(say(N_("合计")), view["totals"])
    for one in (*view["parcels"], *view["counts"]):
        click.echo(f"{one['name']}\t{'-' if one['count'] is None else one['count']}")
    for one in view["missing"]:
        click.echo(f"{one['business_on']}\t{one['words']}")
    for sentence in view["counting"]:
        click.echo(sentence)


@click.command("reports-due")
def reports_due() -> None:
    """到期的报表 · Which reports of weeks, months and half-years are frozen, ready or late."""
    opened = open_here(must_exist=True)
    now = clock.stamp()
    with opened.reading(snapshot=True) as db:
        states = [
            state for kind in (Kind.WEEK, Kind.MONTH, Kind.HALF_YEAR)
            for state in (due.previous(db, kind, now), due.current(db, kind, now))
        ]  # fmt: skip
    opened.close()
    for state in states:
        number = state.report.report_no if state.report else "-"
        click.echo(f"{say(KIND_WORDS[state.period.kind])}\t{state.period.code}\t{state.due_on}\t{number}")


def _freeze(period: Period) -> None:
    """As the station itself: whoever may start this command owns the machine."""
    from kiosk.counter.freeze_period import freeze_by_station
    from kiosk.reports import envelope

    opened = open_here(must_exist=True)
    envelope.be_ready(opened.secrets)
    with opened.transaction() as tx:
        made = freeze_by_station(tx, period)
    opened.close()
    click.echo(say(N_("{report_no} 已定稿并等待上报"), report_no=made.report.report_no), err=True)


def _row(name: str, figures: dict[str, int]) -> None:
    fen = [money.show(figures[name]) for name in ("txn_amount_fen", "commission_fen", "service_fee_fen")]
    click.echo("\t".join([name, str(figures["txn_count"]), *fen]))


COMMANDS = (report, reports_due)
