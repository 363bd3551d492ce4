"""Marked values and where they may still stand: every file of a station, its back-ups unpacked, in every coding in which a
program or a modem might have written them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

#: Short of this a value is found by chance; such are looked for in the tables instead.
SHORTEST_BYTES = 6


def swapped(number: str) -> str:
    """The digits of a number as an SMS PDU holds them: swapped in pairs, filled with F (3GPP TS 23.040 §9.1.2.5)."""
    filled = number + "F" * (len(number) % 2)
    return "".join(second + first for first, second in zip(filled[::2], filled[1::2], strict=True))


def codings(value: str) -> Iterator[tuple[str, bytes]]:
    """The value in each coding, with the coding's name."""
    yield "utf-8", value.encode("utf-8")
    yield "utf-16-le", value.encode("utf-16-le")
    yield "utf-16-be", value.encode("utf-16-be")
    yield "ucs2-hex", value.encode("utf-16-be").hex().upper().encode("ascii")
    yield "json", value.encode("ascii", "backslashreplace")
    if value.isdigit():
        yield "pdu-hex", swapped(value).encode("ascii")
        yield "pdu", bytes.fromhex(swapped(value))
    yield "gb18030", value.encode("gb18030")


def found(values: Iterable[str], stores: dict[str, bytes]) -> dict[str, set[str]]:
    """Where each value stands: value → names of the places with the coding."""
    places: dict[str, set[str]] = {}
    for value in values:
        for coding, coded in codings(value):
            if len(coded) < SHORTEST_BYTES:
                continue
            for name, content in stores.items():
                if coded in content:
                    places.setdefault(value, set()).add(f"{name} ({coding})")
    return places


def everything_under(*folders: Path) -> dict[str, bytes]:
    """The bytes of every file below these folders; a back-up by its parts."""
    stores: dict[str, bytes] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            name = str(path.relative_to(folder.parent))
            stores[name] = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    stores |= {f"{name}!{part}": archive.read(part) for part in archive.namelist()}
    return stores
