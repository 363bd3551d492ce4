"""Takes receiver and signature out of a list; number, pieces and times stay for the ledgers. A list that is still open, or
waits to be signed, keeps them: somebody is to be found."""

from __future__ import annotations

from kiosk import vault
from kiosk.errors import Refused
from kiosk.manifests import store
from kiosk.manifests.model import CASE, ManifestState
from kiosk.manifests.signing import FIELD
from kiosk.storage import Reader, Tx
from kiosk.words import N_


def erase_list(tx: Tx, manifest_id: int, rule: str) -> int:
    """Erases every personal value of a list; returns how many there were.

    Must run inside ``store.transaction(…, erasing=True)``. Refused ``manifest.still_open``.
    """
    if store.manifest(tx, manifest_id).state not in (ManifestState.SIGNED, ManifestState.VOID):
        raise Refused("manifest.still_open", N_("这张清单还没有签收，名字要留到签收以后；没有删除"))
    return vault.erase(tx, CASE, manifest_id, rule)


def lists_before(db: Reader, closed_before_on: str, limit: int = 500) -> list[int]:
    """Lists that were signed or void before a business date and still hold a personal value, oldest first."""
    rows = db.all(
        "SELECT DISTINCT m.id FROM manifests m JOIN vault v ON v.case_kind = 'manifest' AND v.case_id = m.id"
        " WHERE m.state IN ('signed', 'void') AND COALESCE(m.closed_on, m.opened_on) < ? ORDER BY m.id LIMIT ?",
        closed_before_on,
        limit,
    )
    return [row[0] for row in rows]


def signature_before(db: Reader, signed_before_on: str, limit: int = 500) -> list[tuple[str, int]]:
    """(case kind, case id) of lists of any kind whose picture of a signature is kept from before a business date."""
    rows = db.all(
        "SELECT s.case_kind, s.case_id FROM manifest_signatures s JOIN vault v ON v.case_kind = s.case_kind"
        " AND v.case_id = s.case_id AND v.field = ? WHERE s.signed_on < ? ORDER BY s.id LIMIT ?",
        FIELD,
        signed_before_on,
        limit,
    )
    return [(row[0], row[1]) for row in rows]
