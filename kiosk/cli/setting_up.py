"""Commands that set a station up: staff, tokens, fees."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click

from kiosk import fees
from kiosk.cli import open_here
from kiosk.errors import Refused
from kiosk.people import staff as people
from kiosk.people import tokens
from kiosk.people.rights import STAFF_ROLES, TOKEN_ROLES
from kiosk.words import N_, say


@click.group()
def token() -> None:
    """接口令牌 · Bearer tokens of programs."""


@token.command("create")
@click.option("--name", required=True, help="what it is for")
@click.option("--role", required=True, type=click.Choice(TOKEN_ROLES))
def token_create(name: str, role: str) -> None:
    """Make a token and print it alone, once: only its hash is kept."""
    store = open_here()
    with store.transaction() as tx:
        made = tokens.create_token(tx, name, role)
    store.close()
    click.echo(made)


@token.command("list")
def token_list() -> None:
    """Every token: number, role, name, since when, and whether it was revoked. The tokens themselves are not kept."""
    store = open_here()
    with store.reading() as db:
        for one in tokens.token_list(db):
            ended = say(N_("已停用 {at}"), at=one.revoked_at) if one.revoked_at else say(N_("在用"))
            click.echo(f"{one.id}\t{one.role}\t{one.name}\t{one.created_at}\t{ended}")
    store.close()


@token.command("revoke")
@click.argument("token_id", type=click.IntRange(1))
def token_revoke(token_id: int) -> None:
    """End the token with this number at once: a handheld that was lost comes in no more."""
    store = open_here()
    with store.transaction() as tx:
        if not any(one.id == token_id for one in tokens.token_list(tx)):
            raise Refused("token.unknown", N_("没有编号为 {token_id} 的令牌；没有改动任何内容"), token_id=token_id)
        tokens.revoke_token(tx, token_id)
    store.close()
    click.echo(say(N_("令牌 {token_id} 已停用"), token_id=token_id))


@click.group()
def staff() -> None:
    """人员 · The people who work here."""


@staff.command("add")
@click.argument("name")
@click.option("--role", default="operator", show_default=True, type=click.Choice(STAFF_ROLES))
def staff_add(name: str, role: str) -> None:
    """Add NAME with a random PIN, printed once. On an empty station the first one is a manager."""
    store = open_here()
    recovery, made, code = None, people.hashed_pin(), people.hashed_code()
    with store.transaction() as tx:
        if not people.staff_list(tx, with_left=True):
            _id, recovery = people.create_first_manager(tx, name, made, code)
        else:
            people.add_staff(tx, name, role, made)
    store.close()
    click.echo(say(N_("{name} 的 PIN：{pin}"), name=name, pin=made.plain))
    if recovery:
        click.echo(say(N_("恢复码（请抄下保管好，忘记 PIN 时用）：{code}"), code=recovery))


@staff.command("reset-pin")
@click.argument("name")
def staff_reset_pin(name: str) -> None:
    """Give NAME a new random PIN, printed once; running sessions end."""
    store, made = open_here(), people.hashed_pin()
    with store.transaction() as tx:
        person = next((one for one in people.staff_list(tx) if one.name == name.strip()), None)
        if person is None:
            raise Refused("staff.unknown_name", N_("没有名为「{name}」的人员；没有改动任何内容"), name=name[:20])
        pin = people.reset_pin(tx, person.id, made)
    store.close()
    click.echo(say(N_("{name} 的新 PIN：{pin}"), name=person.name, pin=pin))


@click.group("fees")
def fees_group() -> None:
    """价目表 · The published fees."""


@fees_group.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def fees_publish(file: Path) -> None:
    """Publish the TOML fee document FILE as the next, frozen version."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Refused(
            "fees.unreadable", N_("价目表文件 {file} 读不出来：{why}；没有公示任何内容"), file=str(file), why=str(error)
        ) from error
    store = open_here()
    with store.transaction() as tx:
        number = fees.publish(tx, document)
    store.close()
    click.echo(say(N_("已公示第 {number} 版价目表"), number=number))


COMMANDS = (token, staff, fees_group)
