"""Commands about the county: the station's key and its change, the one-time code. The code travels by the sync process, which
owns the network."""

from __future__ import annotations

import subprocess
import sys

import click

from kiosk.cli import open_here
from kiosk.counter import enrol, submit
from kiosk.outbox import enrolment
from kiosk.reports import station_keys
from kiosk.words import N_, say

#: What the sync process answers when the code did not reach the county.
NOT_REACHED = 4


@click.command("station-key")
def station_key() -> None:
    """The station's public key as JWK, for enrolling it at the county centre."""
    store = open_here()
    with store.reading() as db:
        click.echo(station_keys.public_jwk(db))
    store.close()


@click.group("key")
def key_group() -> None:
    """签名密钥 · The key that signs reports."""


@key_group.command("rotate")
def key_rotate() -> None:
    """Change the key; the old one signs the message that tells the county. What was signed stays as it is."""
    store = open_here(must_exist=True)
    with store.transaction() as tx:
        made = submit.rotate_key(tx)
    store.close()
    click.echo(say(N_("新密钥 {mark} 从消息 {sequence} 之后起用"), mark=made.thumbprint, sequence=made.sequence))


@click.command("enrol")
@click.argument("code")
def enrol_here(code: str) -> None:
    """Enrol this station at the county centre with the one-time CODE that the county gave."""
    store = open_here(must_exist=True)
    with store.transaction() as tx:
        enrolment_id = enrol.ask_enrolment(tx, code)
    state = store.state
    done = subprocess.run([sys.executable, "-m", "sync", "--state", str(state), "--enrol"], check=False)
    with store.reading() as db:
        found = enrolment.find(db, enrolment_id)
    store.close()
    if found is not None and found.state == "enrolled":
        click.echo(say(N_("登记好了；县中心公钥指纹 {mark}"), mark=found.county_thumbprint))
        return
    if done.returncode == NOT_REACHED:
        click.echo(say(N_("现在连不上县中心；登记码已记下，运行中的本站会自动再试")), err=True)
    elif found is not None and found.reason:
        click.echo(found.reason, err=True)
    sys.exit(1)


COMMANDS = (station_key, key_group, enrol_here)
