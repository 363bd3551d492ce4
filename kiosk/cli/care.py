"""Commands that look after a station: check, status, chores, backup, restore."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import click

from kiosk import clock, outbox, settings, shifts
from kiosk.cli import open_here
from kiosk.cli.lock import StationLock, running_pid
from kiosk.cli.place import folder_here
from kiosk.printing import jobs
from kiosk.storage import Store, open_store
from kiosk.storage.database import DATABASE, in_nobodys_use
from kiosk.words import N_, say

#: What ``kiosk status`` calls each of its facts; the keys are those of ``--json``.
LABELS = {
    "station": N_("站点"),
    "state_folder": N_("数据目录"),
    "running_pid": N_("运行中的进程"),
    "business_day": N_("营业日"),
    "day_opened_at": N_("营业开始时间"),
    "parcels_in_stock": N_("在库件数"),
    "unsent_reports": N_("未上报"),
    "refused_reports": N_("被县中心退回"),
    "last_acknowledged_at": N_("最近上报成功"),
    "last_acknowledgement_no": N_("最近回执号"),
    "waiting_print_jobs": N_("等待打印"),
    "unknown_print_jobs": N_("不知是否出纸"),
    "last_backup_at": N_("最近备份"),
    "clock": N_("本机时间"),
    "processes": N_("各进程最近一次报到"),
    "devices": N_("设备"),
}


@click.command()
def check() -> None:
    """检查所有约束 · Prove every invariant; prints what is broken and ends with 1 when anything is."""
    sys.exit(1 if _check(folder_here(must_exist=True)) else 0)


def _check(state: Path) -> int:
    from kiosk.check import guards_missing, problems

    unguarded = list(guards_missing(state / DATABASE))
    store = open_store(state, settings.load(state))
    found = unguarded + list(problems(store))
    for problem in found:
        click.echo(f"{problem.code}\t{problem.subject_kind} {problem.subject_id}\t{problem.detail}")
    if found:
        click.echo(say(N_("发现 {count} 处问题，请保留数据并联系县中心"), count=len(found)), err=True)
    else:
        click.echo(say(N_("检查完毕，没有发现问题")))
    store.close()
    return len(found)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="machine-readable")
def status(as_json: bool) -> None:
    """本站状况 · The station in one screen: day, reports, devices, processes, back-up."""
    store = open_here(must_exist=True)
    facts = _facts(store)
    store.close()
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    zone = store.settings.station.zone
    for key, value in facts.items():
        click.echo(f"{say(LABELS[key])}: {_shown(value, zone)}")


def _shown(value: object, zone: str) -> str:
    """A fact as a person at the station reads it: local time, a dash for what there is not."""
    if isinstance(value, dict):
        return "".join(f"\n  {name}: {_shown(part, zone)}" for name, part in value.items()) or "-"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return f"{clock.local(value, zone):%Y-%m-%d %H:%M:%S}"
    return "-" if value is None else str(value)


def _facts(store: Store) -> dict[str, object]:
    from kiosk import chores
    from kiosk.devices import Runtime

    with store.reading(snapshot=True) as db:
        today = shifts.open_day(db)
        county = outbox.summary(db)
        facts: dict[str, object] = {
            "station": f"{store.settings.station.name} ({store.settings.station.code})",
            "state_folder": str(store.state),
            "running_pid": running_pid(store.state),
            "business_day": today.business_on if today else None,
            "day_opened_at": today.opened_at if today else None,
            "parcels_in_stock": db.value(
                "SELECT COUNT(*) FROM parcels WHERE state IN ('on_shelf', 'problem', 'to_return')"
            ),
            "unsent_reports": county.waiting,
            "refused_reports": county.refused,
            "last_acknowledged_at": county.last_acknowledged_at,
            "last_acknowledgement_no": county.last_acknowledgement_no,
            "waiting_print_jobs": db.value("SELECT COUNT(*) FROM print_jobs WHERE state = 'waiting'"),
            "unknown_print_jobs": db.value("SELECT COUNT(*) FROM print_jobs WHERE state = 'unknown'"),
            "last_backup_at": chores.last_backup_at(db),
            "clock": clock.stamp(),
        }
    runtime = Runtime.open(store.state)
    facts["processes"] = {name: beat.at for name, beat in runtime.heartbeats().items()}
    facts["devices"] = {lamp.device: f"{lamp.state} {lamp.reason}".strip() for lamp in runtime.lamps()}
    runtime.close()
    return facts


@click.command()
def chores() -> None:
    """定时事务 · Run what is due by the clock: log, old answers, hourly back-up, nightly check."""
    from kiosk.chores import run_due

    store = open_here(must_exist=True)
    for ran in run_due(store):
        click.echo(f"{ran.name}: {ran.outcome} ({ran.done})")
    store.close()


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """备份到文件 · Copy the whole station into FILE, while it runs. Keep it as safe as the station itself."""
    from kiosk.storage.backup import write_backup

    store = open_here(must_exist=True)
    try:
        write_backup(store, file.absolute())
    except OSError as error:
        click.echo(say(N_("备份没有写成：{why}；原有文件没有改动"), why=str(error)), err=True)
        sys.exit(1)
    finally:
        store.close()
    click.echo(say(N_("已备份到 {file}"), file=str(file)))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """从备份恢复 · Put FILE in the place of the present state, which is kept beside it, then check."""
    from kiosk.retention.restoring import erase_again
    from kiosk.storage.backup import restore_backup

    state = folder_here()
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with StationLock(state):
        with in_nobodys_use(state):
            kept = restore_backup(state, file.absolute(), erase_again)
        click.echo(say(N_("已恢复。原来的数据保存在 {folder}"), folder=str(kept)))
        _doubt_paper(state)
        sys.exit(1 if _check(state) else 0)


def _doubt_paper(state: Path) -> None:
    """What was waiting to be printed when the back-up was made may long be on paper: it is asked about, not printed."""
    store = open_store(state, settings.load(state))
    with store.transaction() as tx:
        jobs.doubt_all(tx)
    store.close()


COMMANDS = (check, status, chores, backup, restore)
