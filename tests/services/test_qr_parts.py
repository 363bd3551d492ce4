"""A report as QR codes: bytes out are bytes in, whatever the order, and nothing that is missing, foreign or damaged passes."""

from __future__ import annotations

import base64
import random
import re
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Refused
from kiosk.reports import envelope, qr_parts
from kiosk.storage.secrets import Secrets

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=30,
)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Secrets:
    return Secrets.open(tmp_path_factory.mktemp("station"))


def signed(secrets: Secrets, content: Any, sequence: int = 7) -> str:
    return envelope.sign(
        secrets, station="demo-001", sequence=sequence, topic="report.daily",
        subject={"kind": "report", "id": 1}, made_at="2026-11-22T10:30:00.000000Z", content={"said": content},
    ).envelope  # fmt: skip


def noise(count: int) -> str:
    """What no compression makes shorter than three quarters of its characters."""
    return base64.b64encode(random.Random(count).randbytes(count * 3 // 4)).decode()


@given(content=ANYTHING, seed=st.integers())
def test_bytes_out_are_bytes_in_in_any_order(secrets: Secrets, content: Any, seed: int) -> None:
    text = signed(secrets, content)
    parts = list(qr_parts.parts_of(text))
    assert 1 <= len(parts) <= 4 and all(len(part) <= 640 for part in parts)
    random.Random(seed).shuffle(parts)
    assert qr_parts.join([*parts, parts[0]]) == text


@pytest.mark.parametrize(("size", "count"), [(10, 1), (600, 2), (1100, 3), (1700, 4)])
def test_long_reports_take_more_codes_and_come_back(secrets: Secrets, size: int, count: int) -> None:
    text = signed(secrets, noise(size))
    parts = qr_parts.parts_of(text)
    assert len(parts) == count
    assert all(re.fullmatch(r"CNSB1\.[0-9a-f]{8}\.\d-\d\.[A-Za-z0-9_-]+", part) for part in parts)
    assert parts[0].startswith(f"CNSB1.{envelope.verify(text, envelope.public_jwk(secrets)).hash[:8]}.1-{count}.")
    assert qr_parts.join(["张三 18:31：\n" + "\n18:32 收到\n".join(reversed(parts)) + " 完"]) == text
    folded = ["\r\n".join(part[i : i + 76] for i in range(0, len(part), 76)) for part in parts]
    assert qr_parts.join(folded) == text, "a mail breaks long lines"


def test_report_too_long_for_four_names_the_other_roads(secrets: Secrets) -> None:
    with pytest.raises(Refused) as refused:
        qr_parts.parts_of(signed(secrets, noise(4000)))
    assert refused.value.code == "qr.too_long" and "优盘" in refused.value.message


def refusal(*texts: str) -> Refused:
    with pytest.raises(Refused) as refused:
        qr_parts.join(texts)
    return refused.value


def test_missing_part_is_named(secrets: Secrets) -> None:
    parts = qr_parts.parts_of(signed(secrets, noise(1700)))
    found = refusal(parts[3], parts[1])
    assert (found.code, found.facts) == ("qr.missing", {"count": 4, "missing": "1、3"})


def test_part_of_another_report_is_refused(secrets: Secrets) -> None:
    mine, other = (qr_parts.parts_of(signed(secrets, noise(size))) for size in (600, 601))
    assert refusal(mine[0], other[1]).code == "qr.foreign"
    assert refusal(mine[0], mine[1].replace("2-2", "3-2")).code == "qr.foreign"


def test_text_without_a_code_says_so() -> None:
    assert refusal("收到", "").code == "qr.none"
    assert refusal("CNSB1.zz").code == "qr.damaged"


@given(at=st.integers(min_value=0), char=st.sampled_from("Aa09-_Zz"))
def test_damaged_payload_never_passes(secrets: Secrets, at: int, char: str) -> None:
    """A changed character is refused here, or it hit header or signature and the envelope does not verify."""
    text = signed(secrets, noise(600))
    parts = list(qr_parts.parts_of(text))
    number, place = at % 2, 19 + at // 2 % (len(parts[0]) - 19)
    if parts[number][place] == char:
        return
    parts[number] = parts[number][:place] + char + parts[number][place + 1 :]
    try:
        joined = qr_parts.join(parts)
    except Refused as refused:
        assert refused.code in ("qr.damaged", "qr.missing", "qr.foreign")
    else:
        assert joined.split(".")[1] == text.split(".")[1]
        if joined != text:
            with pytest.raises(Refused):
                envelope.verify(joined, envelope.public_jwk(secrets))


def test_same_part_with_two_contents_is_damage(secrets: Secrets) -> None:
    one, two = qr_parts.parts_of(signed(secrets, noise(600)))
    assert refusal(one, two, two[:-1] + ("A" if two[-1] != "A" else "B")).code == "qr.damaged"


def test_code_that_unpacks_without_an_end_is_refused() -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = packed.compress(b"{}\n" + b"0" * 5_000_000) + packed.flush() + b"s" * 64
    text = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    count = -(-len(text) // 600)
    parts = [f"CNSB1.00000000.{i + 1}-{count}.{text[i * 600 : i * 600 + 600]}" for i in range(count)]
    assert refusal(*parts).code in ("qr.damaged", "qr.foreign")


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "中.文.字"])
def test_what_is_no_envelope_is_not_cut(text: str) -> None:
    with pytest.raises(ValueError):
        qr_parts.parts_of(text)
