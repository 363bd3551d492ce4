"""Photos of vouchers: small, upright, without metadata; kept in the vault, proven by their row, gone when erased."""

import io
import sqlite3
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from kiosk import attachments, settings, vault
from kiosk.attachments import check
from kiosk.attachments.picture import LARGEST_BYTES, LARGEST_UPLOAD_BYTES, read_picture
from kiosk.errors import Refused
from kiosk.storage import Actor, open_store
from tests.storage.test_guards_and_seals import bare

OPERATOR = Actor("staff", 3, "operator", desk_id=1)


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


def photo(width=1200, height=900, form="JPEG", colour="#3a6", **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, form, **options)
    return out.getvalue()


def noise(chance, side=2400) -> bytes:
    """The worst a camera can bring: no two neighbouring pixels alike."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), chance.randbytes(side * side * 3)).save(out, "JPEG", quality=95)
    return out.getvalue()


def code_of(act, *args, **facts) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **facts)
    return caught.value.code


def test_photo_becomes_a_small_jpeg_whatever_the_camera_made(chance):
    for raw in (photo(), photo(form="PNG"), photo(form="WEBP"), noise(chance)):
        found = read_picture(raw)
        assert len(found.content) <= LARGEST_BYTES
        again = Image.open(io.BytesIO(found.content))
        assert (again.format, again.size) == ("JPEG", (found.width, found.height))
        assert max(again.size) <= 1600


def test_nothing_but_the_picture_is_kept():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Kamera GPS 28.1N", 6
    raw = photo(400, 200, exif=exif.tobytes(), comment=b"where it was taken")
    assert b"GPS" in raw and b"where it was" in raw
    found = read_picture(raw)
    assert b"GPS" not in found.content and b"where it was" not in found.content
    again = Image.open(io.BytesIO(found.content))
    assert not again.getexif() and "comment" not in again.info and "icc_profile" not in again.info
    assert again.size == (200, 400), "turned upright before the mark that says so was dropped"


def test_text_inside_a_png_and_its_transparency_are_dropped():
    out = io.BytesIO()
    info = PngInfo()
    info.add_text("owner", "village")
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG", pnginfo=info)
    found = read_picture(out.getvalue())
    assert b"village" not in found.content
    assert Image.open(io.BytesIO(found.content)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GIF89a" + b"\0" * 40,
        b"%PDF-1.7",
        photo()[:200],
        photo(form="GIF"),
        photo(form="BMP"),
        b"<svg/>",
        b"\xff\xd8\xff",
    ],
    ids=["empty", "gif head", "pdf", "cut off", "gif", "bmp", "svg", "three bytes"],
)
def test_what_is_no_photo_is_refused(raw):
    assert code_of(read_picture, raw) == "picture.unreadable"


def test_picture_made_to_fill_the_memory_is_refused_before_it_is_unpacked():
    assert code_of(read_picture, b"\0" * (LARGEST_UPLOAD_BYTES + 1)) == "picture.too_large"
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    assert code_of(read_picture, out.getvalue()) == "picture.too_large"


def test_attached_picture_is_given_out_recorded_and_erased_with_its_case(store):
    picture = read_picture(photo())
    with store.transaction(OPERATOR) as tx:
        first = attachments.attach(tx, "bill", 7, "voucher", picture)
        second = attachments.attach(tx, "bill", 7, "voucher", picture)
    with store.transaction(OPERATOR) as tx:
        assert attachments.show(tx, first) == picture.content
    with store.reading() as db:
        kept = attachments.of_case(db, "bill", 7)
        assert [(one.id, one.field) for one in kept] == [(first, "voucher-1"), (second, "voucher-2")]
        assert kept[0].proof != kept[1].proof, "salted: the same photo twice is not seen to be the same"
        assert db.value("SELECT COUNT(*) FROM audit WHERE action = 'attachment.shown'") == 1
        assert db.value("SELECT DISTINCT retention_class FROM vault") == "photo"
        assert list(check.problems(db)) == []
        assert code_of(attachments.content_of, db, 99) == "attachment.unknown"
    with store.transaction(erasing=True) as tx:
        vault.erase(tx, "bill", 7, "test.rule")
    with store.reading() as db:
        assert attachments.of_case(db, "bill", 7) == []
        assert code_of(attachments.content_of, db, first) == "attachment.erased"
        assert list(check.problems(db)) == []


def test_case_takes_six_pictures(store):
    picture = read_picture(photo(50, 50))
    with store.transaction(OPERATOR) as tx:
        for _ in range(6):
            attachments.attach(tx, "bill", 7, "voucher", picture)
        assert code_of(attachments.attach, tx, "bill", 7, "voucher", picture) == "attachment.too_many"


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("attachment.not_as_attached", "UPDATE vault SET value = 'AAAA'"),
        ("attachment.not_recorded", "UPDATE attachments SET case_id = 8"),
        ("attachment.not_recorded", "DELETE FROM audit"),
    ],
)
def test_check_names_a_picture_that_is_not_as_it_was(store, code, statement):
    with store.transaction(OPERATOR) as tx:
        attachments.attach(tx, "bill", 7, "voucher", read_picture(photo(50, 50)))
    with bare(store.path) as db:
        db.execute(statement)
    with store.reading() as db:
        assert code in {problem.code for problem in check.problems(db)}


@pytest.mark.parametrize("statement", ["UPDATE attachments SET bytes = 5", "DELETE FROM attachments"])
def test_attachment_never_changes(store, statement):
    with store.transaction(OPERATOR) as tx:
        attachments.attach(tx, "bill", 7, "voucher", read_picture(photo(50, 50)))
    with pytest.raises(sqlite3.IntegrityError), store.transaction(OPERATOR) as tx:
        tx.execute(statement)
