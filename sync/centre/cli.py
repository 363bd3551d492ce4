"""The command ``kiosk-centre`` (also ``python -m sync.centre``). Exit codes: 2 usage, 3 configuration, 5 database."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from types import FrameType

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
from kiosk.reports.envelope import thumbprint
from kiosk.settings import driven_clock
from kiosk.words import LOCALES, N_, say
from sync.centre.reading import STATION, key_of_text
from sync.centre.store import CentreStore
from sync.parent import end_with

STATE = "KIOSK_CENTRE_STATE"
THREADS = 4
#: Past what a report may measure, so that the app can say so itself; beyond it the server hangs up.
LARGEST_REQUEST_BYTES = 1024 * 1024
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


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--demo", is_flag=True, help="演示：时钟可被拨动 · KIOSK_TEST_CLOCK may drive the clock")
def main(demo: bool) -> None:
    """县中心收报告的最小程序 · the county centre's receiver of reports, in its smallest form."""
    driven_clock.start(is_demo=demo)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address to listen on")
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="端口，0 为任选 · 0: any")
@state
@click.option(
    "--trust-first", is_flag=True, help="记下每个站点第一次用的公钥（演示用） · pin the first key of a station"
)
@click.option("--zone", default="Asia/Shanghai", show_default=True, callback=_zone, help="时区 · time zone")
@click.option("--locale", default=LOCALES[0], show_default=True, type=click.Choice(LOCALES))
@click.option("--parent-pipe", type=int, default=None, metavar="FD", help="这个管道关闭时结束 · end when it closes")
def run(host: str, port: int, folder: Path, trust_first: bool, zone: str, locale: str, parent_pipe: int | None) -> None:
    """接收报告 · Take reports until told to end."""
    from waitress.server import create_server

    from sync.centre.app import create_app

    store = CentreStore(folder)
    app = create_app(store, trusts_first=trust_first, zone=zone, locale=locale)
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
    store.close()


@main.command()
@click.argument("station")
@click.argument("key")
@click.option("--replace", is_flag=True, help="用新公钥替换旧的 · another key takes the place of the former")
@state
def enrol(station: str, key: str, replace: bool, folder: Path) -> None:
    """登记站点公钥 · Enrol the public key of STATION. KEY is a file with the JWK, the JWK itself, or - for stdin."""
    if not STATION.fullmatch(station):
        raise KioskError(N_("站点代码只能有字母、数字、- 和 _，最多 32 个；没有登记"))
    public_key = key_of_text(_text_of(key))
    mark = thumbprint(public_key)
    store = CentreStore(folder)
    known = store.key_of(station)
    if known is not None and known.thumbprint == mark:
        click.echo(say(N_("站点 {station} 已用这把公钥登记：{mark}"), station=station, mark=mark))
        return
    if known is not None and not replace:
        raise KioskError(
            N_("站点 {station} 已登记另一把公钥 {mark}，没有改动；确要更换请加 --replace"),
            station=station,
            mark=known.thumbprint,
        )
    with store.transaction() as db:
        store.add_key(db, station, public_key, mark, "enrolled")
    click.echo(say(N_("站点 {station} 已登记，公钥指纹 {mark}"), station=station, mark=mark))


@main.command()
@state
def stations(folder: Path) -> None:
    """列出已登记的站点 · List the stations with the thumbprints of their keys."""
    for key in CentreStore(folder).stations():
        click.echo(f"{key.station}\t{key.thumbprint}\t{key.how}\t{key.since_at}")


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
