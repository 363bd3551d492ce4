"""What stands on paper of the road to the county: the acknowledgement number once it is known, and codes that a phone reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk import outbox, settings, shifts
from kiosk.counter import submit
from kiosk.counter.close_day import Closed, close_day
from kiosk.printing import codes, slips
from kiosk.printing.document import Qr
from kiosk.printing.render_text import render_text
from kiosk.reports import qr_parts
from kiosk.storage import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def closed(store: Store) -> Closed:
    with store.transaction() as tx:
        shifts.ensure_open(tx)
    with store.transaction() as tx:
        return close_day(tx, pieces={})


def z_slip(store: Store, closed: Closed) -> str:
    with store.reading() as db:
        return render_text(slips.compose(db, closed.slip_id))


def test_z_slip_bears_the_number_once_it_is_known(store: Store, closed: Closed) -> None:
    before = z_slip(store, closed)
    with store.transaction() as tx:
        outbox.acknowledge(tx, closed.message_id, "C-20261122-000017")
    after = z_slip(store, closed)
    assert "回执号" not in before and "C-20261122-000017" in after
    assert after.replace("\n", "").startswith(before.replace("\n", "").rstrip()[:200]), (
        "what was frozen stands as it was"
    )
    with store.reading() as db:
        slip = slips.find(db, closed.slip_id)
        again = slips.digest({name: getattr(slip, name) for name in (
            "template", "version", "facts", "blanks", "subject_kind", "subject_id", "document_no", "issued_at")})  # fmt: skip
        assert slip.hash == again


@pytest.mark.parametrize("dots", [384, 576])
def test_codes_on_the_slip_are_read_back(store: Store, closed: Closed, dots: int) -> None:
    with store.transaction() as tx:
        printed = submit.print_codes(tx, closed.message_id)
        document = slips.compose(tx, printed.slip_id)
        message = submit.find(tx, closed.message_id)
    found = []
    for block in document.blocks:
        if isinstance(block, Qr):
            rows = codes.qr_modules(block.data)
            module = codes.qr_module(len(rows), block.module, dots)
            assert module >= 3, "finer than a phone reads from thermal paper"
            quiet = codes.QUIET_MODULES
            size = (len(rows) + 2 * quiet) * module
            picture = Image.new("L", (size, size), 255)
            for y, row in enumerate(rows):
                for x, bit in enumerate(row):
                    if bit == "1":
                        left, top = (x + quiet) * module, (y + quiet) * module
                        picture.paste(0, (left, top, left + module, top + module))
            (read,) = zxingcpp.read_barcodes(picture)
            found.append(read.text)
    assert qr_parts.join(found) == message.envelope
