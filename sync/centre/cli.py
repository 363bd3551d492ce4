"""The command ``kiosk-centre`` (also ``python -m sync.centre``). Exit codes: 2 usage, 3 configuration, 5 database."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import IO

import click

from kiosk.clock import zone as named_zone
from kiosk.errors import (
    EXIT_CONFIGURATION,
    EXIT_DATABASE,
    EXIT_USAGE,
    ConfigurationError,
    DatabaseError,
    KioskError,
)
from kiosk.settings import driven_clock
from kiosk.words import LOCALES, N_, say
from sync.centre.office import REPORT_BY, Centre
from sync.parent import end_with

STATE = "KIOSK_CENTRE_STATE"
DATABASE = "KIOSK_CENTRE_DATABASE"
THREADS = 4
#: Past what the photographs of four QR codes measure, so that the app can say so itself; beyond it the server hangs up.
LARGEST_REQUEST_BYTES = 26 * 1024 * 1024
#: A sender that says nothing for so long is let go.
SILENT_SECONDS = 30


class Commands(click.Group):
    """Puts our own errors into words and exit codes."""

    def invoke(self, ctx: click.Context):  # type: ignore[no-untyped-def]
        try:
            return super().invoke(ctx)
        except KioskError as error:
            click.echo(say(error.message, **error.facts), err=True)
            sys.exit(_exit_code(error))


def _exit_code(error: KioskError) -> int:
    if isinstance(error, ConfigurationError):
        return EXIT_CONFIGURATION
    return EXIT_DATABASE if isinstance(error, DatabaseError) else EXIT_USAGE


def _folder(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> Path:
    named = value or os.environ.get(STATE) or Path.home() / ".local" / "share" / "kiosk-centre"
    return Path(named).absolute()


def _zone(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        named_zone(value)
    except (KeyError, ValueError, OSError) as error:
        raise click.BadParameter(say(N_("没有这个时区：{zone}"), zone=value)) from error
    return value


state = click.option(
    "--state",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    callback=_folder,
    help="数据目录 · data folder",
)


def _hour(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        raise click.BadParameter(say(N_("钟点应如 20:00")))
    return value


database = click.option(
    "--database",
    "address",
    default="",
    envvar=DATABASE,
    metavar="URL",
    help="postgresql://…；不写用 SQLite 文件 · a SQLite file when not given",
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--demo", is_flag=True, help="演示：时钟可被拨动 · KIOSK_TEST_CLOCK may drive the clock")
def main(demo: bool) -> None:
    """县中心：收报告，发消息 · The county centre: takes reports, sends messages."""
    driven_clock.start(is_demo=demo)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address to listen on")
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="端口，0 为任选 · 0: any")
@state
@database
@click.option(
    "--trust-first", is_flag=True, help="记下每个站点第一次用的公钥（演示用） · pin the first key of a station"
)
@click.option("--zone", default="Asia/Shanghai", show_default=True, callback=_zone, help="时区 · time zone")
@click.option("--report-by", default=REPORT_BY, show_default=True, callback=_hour, help="过后算缺报 · missing after it")
@click.option("--name", "names", multiple=True, help="网页可用的主机名 · a host name of the pages")
@click.option("--locale", default=LOCALES[0], show_default=True, type=click.Choice(LOCALES))
@click.option("--parent-pipe", type=int, default=None, metavar="FD", help="这个管道关闭时结束 · end when it closes")
def run(
    host: str, port: int, folder: Path, address: str, trust_first: bool, zone: str, report_by: str,
    names: tuple[str, ...], locale: str, parent_pipe: int | None,
) -> None:  # fmt: skip
    """接收报告 · Take reports until told to end."""
    from waitress.server import create_server

    from sync.centre import county_key
    from sync.centre.app import create_app

    centre = Centre.open(folder, address, trusts_first=trust_first, zone=zone, locale=locale, report_by=report_by)
    county_key.require(centre)
    app = create_app(centre, names)
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            max_request_body_size=LARGEST_REQUEST_BYTES,
            channel_timeout=SILENT_SECONDS,
            clear_untrusted_proxy_headers=True,
            ident="",
        )
    except (OSError, ValueError) as error:
        click.echo(say(N_("不能监听 {host}:{port}：{why}"), host=host, port=port, why=error), err=True)
        sys.exit(EXIT_CONFIGURATION)
    signal.signal(signal.SIGTERM, _end)
    end_with(parent_pipe)
    click.echo(say(N_("县中心已打开：http://{host}:{port}/"), host=host, port=server.effective_port))
    sys.stdout.flush()
    server.run()
    centre.close()


@main.command()
@click.argument("station")
@click.argument("key")
@click.option("--replace", is_flag=True, help="用新公钥替换旧的 · another key takes the place of the former")
@state
@database
def enrol(station: str, key: str, replace: bool, folder: Path, address: str) -> None:
    """登记站点公钥 · Enrol the public key of STATION. KEY is a file with the JWK, the JWK itself, or - for stdin."""
    from kiosk.reports.signing import thumbprint
    from sync.centre import enrolment
    from sync.centre.reading import key_of_text

    enrolment.require_station(station)
    public_key = key_of_text(_text_of(key))
    mark = thumbprint(public_key)
    with _open(folder, address) as centre:
        is_new = enrolment.enrol_key(centre, station, public_key, mark, replace=replace)
    if is_new:
        click.echo(say(N_("站点 {station} 已登记，公钥指纹 {mark}"), station=station, mark=mark))
    else:
        click.echo(say(N_("站点 {station} 已用这把公钥登记：{mark}"), station=station, mark=mark))


@main.command()
@click.argument("station")
@state
@database
def code(station: str, folder: Path, address: str) -> None:
    """发一次性登记码 · Make a one-time code by which STATION enrols itself within 14 days."""
    from sync.centre import enrolment

    with _open(folder, address) as centre:
        click.echo(enrolment.new_code(centre, station))


@main.command()
@state
@database
def stations(folder: Path, address: str) -> None:
    """列出已登记的站点 · List the stations with the thumbprints of their keys."""
    from sync.centre import stations as known

    with _open(folder, address) as centre, centre.database.reading() as db:
        for key in known.keys(db):
            click.echo(f"{key.station}\t{key.thumbprint}\t{key.how}\t{key.since_at}")


@main.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@state
@database
def take(source: Path, folder: Path, address: str) -> None:
    """收文件夹里的 .jws 和邮件 · Take the .jws files and mails of the folder SOURCE; the answers are written beside them."""
    from sync.centre.folder import shown, take_folder

    refused = 0
    with _open(folder, address) as centre:
        for taken in take_folder(centre, source):
            refused += not taken.is_acknowledged
            said = taken.answer.get("acknowledgement_no") or taken.answer.get("detail")
            click.echo(f"{shown(taken.name)}\t{said}")
    sys.exit(1 if refused else 0)


@main.command()
@click.argument("topic")
@click.argument("content", type=click.File("rb"))
@click.option("--to", "to", multiple=True, metavar="STATION", help="可多次 · may be given several times")
@click.option("--all", "to_all", is_flag=True, help="全部已登记的站点 · every enrolled station")
@state
@database
def send(topic: str, content: IO[bytes], to: tuple[str, ...], to_all: bool, folder: Path, address: str) -> None:
    """给站点发消息 · Queue a message of TOPIC with the JSON of the file CONTENT (- for stdin)."""
    from sync.centre import downlink
    from sync.centre import stations as known

    if bool(to) == to_all:
        raise click.UsageError(say(N_("请用 --to 写明发给谁，或用 --all 发给全部站点")))
    try:
        said = json.loads(content.read(1_000_000))
    except ValueError as error:
        raise KioskError(N_("内容不是 JSON，没有发出")) from error
    if not isinstance(said, dict):
        raise KioskError(N_("内容不是 JSON，没有发出"))
    with _open(folder, address) as centre:
        with centre.database.reading() as db:
            named = [key.station for key in known.keys(db)] if to_all else list(to)
        for queued in downlink.queue(centre, named, topic, said):
            click.echo(f"{queued.station}\t{queued.sequence}\t{queued.topic}")


@main.command("new-key")
@state
@database
def new_key(folder: Path, address: str) -> None:
    """更换县中心的密钥 · Make a new key of the centre's; the stations are told under the old one's signature."""
    from sync.centre import downlink

    with _open(folder, address) as centre:
        click.echo(downlink.new_key(centre).thumbprint)


def _open(folder: Path, address: str) -> contextlib.closing[Centre]:
    return contextlib.closing(Centre.open(folder, address))


def _text_of(key: str) -> str:
    if key == "-":
        return sys.stdin.read(10_000)
    if key.lstrip().startswith("{"):
        return key
    try:
        return Path(key).read_text("utf-8")[:10_000]
    except (OSError, ValueError) as error:
        raise KioskError(N_("公钥文件 {file} 打不开；没有登记"), file=key) from error


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)  # waitress finishes what it has begun
