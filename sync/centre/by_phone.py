"""Reports that came by phone: the texts of their QR codes pasted from a chat, or pictures of them. What they carry is the
signed envelope itself, and it is taken like any other."""

from __future__ import annotations

import io
from collections.abc import Iterable

from kiosk.errors import Refused
from kiosk.reports import qr_parts
from kiosk.words import N_
from sync.centre.intake import Receipt, take
from sync.centre.office import Centre
from sync.centre.problems import Turned

MOST_PICTURES = 8
#: A phone's photograph has 12 to 50 million; a small file that claims more is no photograph.
MOST_PIXELS = 60_000_000
#: Only a JPEG can be made smaller while it is opened; anything else is a screenshot.
MOST_SCREEN_PIXELS = 20_000_000
#: Codes are found as well in a smaller picture, and sooner.
_SIDE = 3000


def take_parts(centre: Centre, texts: Iterable[str]) -> Receipt:
    """Puts the parts of one report together and takes it. Raises ``Turned``, with what is still missing."""
    try:
        envelope = qr_parts.join(texts)
    except Refused as error:
        raise Turned(422, error.code, error.message, **error.facts) from error
    return take(centre, envelope, "phone")


def texts_of_picture(content: bytes) -> list[str]:
    """What the QR codes in a picture say. Raises ``Turned`` for what is no picture."""
    import zxingcpp
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            most = MOST_PIXELS if picture.format == "JPEG" else MOST_SCREEN_PIXELS
            if picture.width * picture.height > most:
                raise Turned(422, "picture.too_large", N_("图片太大，没有读取；请用普通照片或截图"))
            picture.draft("L", (_SIDE, _SIDE))
            grey = picture.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Turned(422, "picture.unreadable", N_("这不是能打开的图片（JPEG、PNG、WebP），没有读取")) from error
    if max(grey.size) > _SIDE:
        grey.thumbnail((_SIDE, _SIDE))
    return [code.text for code in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)]
