"""Who may do what. A role is a named set of rights; every act asks for one right before anything else."""

from __future__ import annotations

from enum import StrEnum

from kiosk.errors import Refused
from kiosk.storage import Actor
from kiosk.words import N_


class Right(StrEnum):
    """What an act may ask for."""

    READ = "read"  # see lists, pages, masked values
    SERVE = "serve"  # work at the counter: hand over, tickets, services
    BATCH = "batch"  # bring parcels in
    UNMASK = "unmask"  # see a full phone, recorded each time
    CLOSE_DAY = "close_day"
    MANAGE = "manage"  # staff, fees, tokens, settings
    SHOW = "show"  # a screen for villagers


ROLES: dict[str, frozenset[Right]] = {
    "operator": frozenset({Right.READ, Right.SERVE, Right.BATCH, Right.UNMASK, Right.CLOSE_DAY}),
    "manager": frozenset(Right),
    "inspector": frozenset({Right.READ}),
    "courier": frozenset({Right.BATCH}),
    "screen": frozenset({Right.SHOW}),
    "system": frozenset(Right),
}
STAFF_ROLES = ("operator", "manager", "inspector")
TOKEN_ROLES = ("operator", "manager", "inspector", "courier", "screen")


def may(actor: Actor, right: Right) -> bool:
    """True when the actor's role has the right."""
    return right in ROLES.get(actor.role, frozenset())


def require(actor: Actor, right: Right) -> None:
    """Raises ``Refused('staff.not_allowed')`` unless the actor's role has the right."""
    if not may(actor, right):
        raise Refused(
            "staff.not_allowed",
            N_("当前账号没有这项权限，没有改动任何内容；请让站长或有权限的人登录"),
            right=right.value,
            role=actor.role,
        )
