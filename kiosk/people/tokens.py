"""Bearer tokens of programs: a courier's handheld, a screen, another system. Only the hash is stored; the token itself is
shown once, when it is made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kiosk import audit, ids
from kiosk.errors import Refused
from kiosk.people.rights import TOKEN_ROLES
from kiosk.storage import Actor, Reader, Tx
from kiosk.words import N_


def create_token(tx: Tx, name: str, role: str) -> str:
    """Makes a token with a role and returns it.

    Raises ``Refused`` with ``token.role_unknown`` or ``token.name_unusable``.
    """
    if role not in TOKEN_ROLES:
        raise Refused(
            "token.role_unknown",
            N_("没有「{role}」这种令牌角色，可用：{roles}"),
            role=role[:20],
            roles=", ".join(TOKEN_ROLES),
        )
    tidy = name.strip()
    if not tidy or len(tidy) > 40 or not tidy.isprintable():
        raise Refused("token.name_unusable", N_("令牌名称应为 1–40 个可见字符"))
    token = "ks_" + ids.token()
    token_id = tx.insert("tokens", name=tidy, role=role, token_hash=_hash(token), created_at=tx.now)
    audit.record(tx, "token.created", token_id=token_id, role=role)
    return token


@dataclass(frozen=True, slots=True)
class Token:
    """A token as a list shows it: everything but the token."""

    id: int
    role: str
    name: str
    created_at: str
    revoked_at: str | None


def token_list(db: Reader) -> list[Token]:
    """Every token that was ever made, in the order of making."""
    rows = db.all("SELECT id, role, name, created_at, revoked_at FROM tokens ORDER BY id")
    return [Token(*tuple(row)) for row in rows]


def revoke_token(tx: Tx, token_id: int) -> None:
    """Ends a token; does nothing when it has ended."""
    cursor = tx.execute("UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", tx.now, token_id)
    if cursor.rowcount:
        audit.record(tx, "token.revoked", token_id=token_id)


def actor_of(db: Reader, token: str) -> Actor | None:
    """The program that comes with this token; None for an unknown or revoked one."""
    row = db.one("SELECT id, role, name FROM tokens WHERE token_hash = ? AND revoked_at IS NULL", _hash(token))
    return None if row is None else Actor("token", row["id"], row["role"], row["name"])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
