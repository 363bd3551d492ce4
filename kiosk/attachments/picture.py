"""Makes any photo a small JPEG without metadata: no place, no time, no camera, no thumbnail of what was cut away. Pure and
slow (a second for a large photo), so it runs before the transaction that keeps the result. Pillow is read with the first
photo: a station that keeps none doesn't carry it in memory."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.errors import Refused
from kiosk.words import N_

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_BYTES = 200_000
LARGEST_UPLOAD_BYTES = 15_000_000
#: More is no photo of a voucher but a file made to fill the memory.
MOST_PIXELS = 60_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")
#: Long side and quality, from what reads best to what always fits.
_STEPS = ((1600, 75), (1600, 60), (1280, 60), (1280, 45), (1024, 40), (800, 35), (640, 30), (480, 25))


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A JPEG that may be kept: upright, at most ``LARGEST_BYTES``, nothing in it but the picture."""

    content: bytes
    width: int
    height: int


def read_picture(raw: bytes) -> Picture:
    """The photo in ``raw`` (JPEG, PNG or WebP), upright and re-encoded.

    Raises ``Refused`` ``picture.too_large`` or ``picture.unreadable`` (no picture, cut off, another format).
    """
    if len(raw) > LARGEST_UPLOAD_BYTES:
        raise Refused("picture.too_large", N_("照片文件太大（超过 15 MB），没有保存；请用手机普通清晰度重拍一张"))
    from PIL.Image import DecompressionBombError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of files of other cameras; what matters raises
            return _shrunk(_opened(raw))
    except (OSError, ValueError, SyntaxError, DecompressionBombError) as error:
        raise Refused(
            "picture.unreadable", N_("这个文件不是能打开的照片（JPEG、PNG），没有保存；请重拍一张再选")
        ) from error


def _opened(raw: bytes) -> Image:
    from PIL import Image, ImageOps

    image = Image.open(io.BytesIO(raw), formats=_FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise Refused("picture.too_large", N_("照片尺寸太大，没有保存；请用手机普通清晰度重拍一张"))
    image.draft("RGB", (1600, 1600))  # a JPEG of twelve megapixels is read at a quarter of its memory
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright, mask=upright.convert("RGBA").getchannel("A"))
        return ground
    return upright.convert("RGB")


def _shrunk(image: Image) -> Picture:
    from PIL import Image

    for side, quality in _STEPS:
        image.thumbnail((side, side))
        # A new image of nothing but the pixels: neither EXIF nor a comment nor a colour profile comes along.
        bare = Image.frombytes("RGB", image.size, image.tobytes())
        out = io.BytesIO()
        bare.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= LARGEST_BYTES:
            return Picture(out.getvalue(), image.width, image.height)
    raise ValueError("a picture of 480 pixels always fits")
