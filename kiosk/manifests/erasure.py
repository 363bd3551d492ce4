"""Takes receiver and signature out of a list; number, pieces and times stay for the ledgers. A list that is still open
keeps them: somebody is to be found. One that nobody ever signed loses them with the rest."""

from __future__ import annotations

from kiosk import vault
from kiosk.errors import Refused
from kiosk.manifests import store
from kiosk.manifests.model import CASE, ManifestState
from kiosk.storage import Tx
from kiosk.words import N_


def erase_list(tx: Tx, manifest_id: int, rule: str) -> int:
    """Erases every personal value of a list; returns how many there were.

    Must run inside ``store.transaction(…, erasing=True)``. Refused ``manifest.still_open``.
    """
    if store.manifest(tx, manifest_id).state == ManifestState.OPEN:
        raise Refused("manifest.still_open", N_("这张清单还没有签收，名字要留到签收以后；没有删除"))
    return vault.erase(tx, CASE, manifest_id, rule)


def erase_even_open(tx: Tx, manifest_id: int, rule: str) -> int:
    """The same for a list that a restored back-up shows as unsigned though it was signed and erased since."""
    return vault.erase(tx, CASE, manifest_id, rule)
