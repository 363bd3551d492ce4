"""Problem parcels: the list, a parcel that is lost and one that the wrong person has, its photo; what the phone shows; 拒收 / 破损
at the pick-up."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw
from playwright.sync_api import Page

from kiosk.attachments import read_picture
from kiosk.counter import parcel_problems, photo_pairing, set_aside
from kiosk.counter.hand_over import hand_over_one
from kiosk.storage import Actor, Reader, Store
from tests.web.shots import NOBODY, Shot, row

_NEWEST = "SELECT parcel_id FROM parcel_problems WHERE kind = '{}' AND resolution = '' ORDER BY id DESC LIMIT 1"


def _box() -> bytes:
    """A parcel with a crushed corner, drawn."""
    image, out = Image.new("RGB", (1200, 900), "#d8d2c4"), io.BytesIO()
    pen = ImageDraw.Draw(image)
    pen.polygon(
        [(250, 200), (900, 200), (960, 300), (960, 760), (250, 760)], fill="#b98a55", outline="#6e4c22", width=8
    )
    pen.line([(250, 430), (960, 430)], fill="#e8dcc0", width=60)
    pen.polygon([(900, 200), (960, 300), (840, 330)], fill="#5d3f1a")
    image.save(out, "JPEG")
    return out.getvalue()


def _troubled(store: Store, actor: Actor) -> None:
    """One damaged with its photo, one lost, one with the wrong person; made once."""
    with store.transaction(actor) as tx:
        if tx.value("SELECT 1 FROM parcel_problems WHERE kind = 'lost'"):
            return
        here = [
            r[0]
            for r in tx.all("SELECT id FROM parcels WHERE state = 'on_shelf' AND cod_fen = 0 ORDER BY id DESC LIMIT 3")
        ]
        set_aside.mark_problem(tx, here[0], "damaged")
        parcel_problems.add_photo(tx, here[0], read_picture(_box()))
        parcel_problems.lose(tx, here[1])
        hand_over_one(tx, here[2], "code")
        parcel_problems.note_wrong_person(tx, here[2], who="穿蓝衣服的年轻人")


def _photo(db: Reader) -> str:
    found = db.one("SELECT case_id, id FROM attachments WHERE case_kind = 'parcel' ORDER BY id DESC LIMIT 1")
    assert found is not None
    return f"/parcels/{found['case_id']}/photos/{found['id']}"


#: What the QR of the last pairing holds: told once, so kept here for the page that follows.
_tokens: list[str] = []


def _paired(store: Store, actor: Actor) -> None:
    _troubled(store, actor)
    with store.transaction(actor) as tx:
        _tokens.append(photo_pairing.begin_pairing(tx, tx.value(_NEWEST.format("damaged")))[1])


def _ended(store: Store, actor: Actor) -> None:
    with store.transaction(actor) as tx:
        for found in tx.all("SELECT id FROM photo_pairings WHERE ended_at IS NULL"):
            photo_pairing.end_pairing(tx, found["id"])


def _begun(page: Page) -> None:
    page.get_by_role("button").click()
    page.locator("[name=photo]").wait_for()


def _opened(page: Page) -> None:
    page.locator(".refuse summary").click()


_PERSON = (
    "SELECT phone_tail FROM parcels WHERE state = 'on_shelf' AND phone_tail IS NOT NULL GROUP BY phone_tail"
    " ORDER BY COUNT(*) DESC, phone_tail LIMIT 1"
)
SHOTS = {
    "problems.all_problems": (
        Shot("/problems", "problems", before=_troubled),
        Shot("/problems?state=closed", "problems-closed", before=_troubled),
        Shot(row("/parcels/{}", _NEWEST.format("damaged")), "problem-damaged", before=_troubled),
        Shot(row("/parcels/{}", _NEWEST.format("lost")), "problem-lost", before=_troubled),
        Shot(row("/parcels/{}", _NEWEST.format("wrong_person")), "problem-wrong-person", before=_troubled),
        Shot(row("/find?q={}", _PERSON), "find-refuse", then=_opened),
    ),
    "problems.one_photo": (Shot(_photo, "problem-photo", before=_troubled),),
    "photos.show": (
        Shot(row("/parcels/{}/phone", _NEWEST.format("damaged")), "phone-off", before=_troubled),
        Shot(lambda _db: f"/phone/{_tokens[-1]}", "phone-open", who=NOBODY, before=_paired),
        Shot(lambda _db: f"/phone/{_tokens[-1]}", "phone-camera", who=NOBODY, before=_paired, then=_begun),
        Shot("/phone?over=1", "phone-over", who=NOBODY, before=_ended),
    ),
}
