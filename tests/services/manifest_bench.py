"""A station at which couriers sign: a signature as a screen sends it, and the roads to a signed list."""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import Any

from kiosk.counter import list_manifest, set_aside, sign_manifest
from kiosk.manifests import check as lists
from kiosk.manifests import store
from kiosk.manifests.model import Manifest
from kiosk.manifests.signing import read_signature
from tests.services.parcel_bench import Station


@cache
def drawn(strokes: int = 3) -> str:
    """A data URL as a canvas gives it: transparent, with some strokes."""
    from PIL import Image, ImageDraw

    board = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    pen = ImageDraw.Draw(board)
    for number in range(strokes):
        pen.line([(40 + 120 * number, 150), (120 + 120 * number, 40), (180 + 120 * number, 160)], fill="black", width=5)
    out = io.BytesIO()
    board.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")


class ManifestStation(Station):
    """Each method is an act in a transaction of its own."""

    def set_aside(self, *parcel_ids: int) -> None:
        """These go back."""
        for parcel_id in parcel_ids:
            self.act(set_aside.mark_to_return, parcel_id, "overdue")

    def listed(self, kind: str, *parcel_ids: int, **whose: Any) -> Manifest:
        """A list with these parcels, closed."""
        found = self.act(list_manifest.open_list, kind, **whose)
        for parcel_id in parcel_ids:
            self.act(list_manifest.add_to_list, found.id, parcel_id)
        return self.act(list_manifest.close_list, found.id)

    def sign(self, manifest_id: int, signature: str = "", **facts: Any) -> Manifest:
        return self.act(sign_manifest.sign_list, manifest_id, read_signature(signature), **facts)

    def manifest(self, manifest_id: int) -> Manifest:
        return self.read(store.manifest, manifest_id)

    def outcomes(self, manifest_id: int) -> dict[int, str]:
        """Parcel → what became of it."""
        return {item.subject_id: item.outcome for item in self.read(store.items, manifest_id)}

    def broken(self) -> list[Any]:
        with self.store.reading(snapshot=True) as db:
            return [*super().broken(), *lists.problems(db)]
