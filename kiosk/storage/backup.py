"""Back-up and restore of a whole station: database, secrets and settings in one file with a manifest of hashes. Without
the secrets a restored station could neither find a phone nor sign a report, so they travel together; the file is as
secret as the station itself."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
import zlib
from pathlib import Path

from kiosk import clock
from kiosk.errors import Refused
from kiosk.storage.database import DATABASE, Store
from kiosk.storage.secrets import FOLDER
from kiosk.words import N_

FORMAT = "kiosk-backup-1"
MANIFEST = "manifest.json"
_LARGEST = 64 * 2**30


def write_backup(store: Store, target: Path) -> None:
    """Copies the running station into ``target`` (mode 0600), whole or not at all.

    The database is copied with SQLite's own back-up, so the counter goes on meanwhile. Raises ``OSError`` when the
    place cannot be written; a file that was there before stays as it was.
    """
    with tempfile.TemporaryDirectory(dir=store.state) as folder:
        copy = Path(folder) / DATABASE
        source, made = sqlite3.connect(store.path), sqlite3.connect(copy)
        try:
            source.backup(made, pages=2000)
            made.execute("PRAGMA journal_mode = DELETE").fetchall()
        finally:
            made.close()
            source.close()
        parts = {DATABASE: copy}
        parts |= {f"{FOLDER}/{path.name}": path for path in sorted((store.state / FOLDER).glob("*.key"))}
        for name in ("station.toml", "demo.json"):
            if (store.state / name).exists():
                parts[name] = store.state / name
        manifest = {"format": FORMAT, "made_at": clock.stamp(), "files": {n: _digest(p) for n, p in parts.items()}}
        begun = target.with_name(f".{target.name}.{os.getpid()}")
        descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as handle:
                with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
                    for name, path in parts.items():
                        archive.write(path, name)
                handle.flush()
                os.fsync(handle.fileno())
            begun.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                begun.unlink()
            raise


def restore_backup(state: Path, source: Path) -> Path:
    """Puts a back-up in the place of the present state and returns the folder that now holds the present one.

    The caller makes sure that the station does not run. Everything is unpacked and checked against the manifest
    before anything is moved. Raises ``Refused('backup.unreadable')`` for a file that is no back-up or damaged.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=state, prefix=".restore-") as folder:
        fresh = Path(folder)
        names = _unpack(source, fresh)
        kept = state / f"before-restore-{clock.now():%Y%m%dT%H%M%S%f}"
        kept.mkdir(mode=0o700)
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", FOLDER, "station.toml", "demo.json"):
            if (state / name).exists():
                (state / name).rename(kept / name)
        (fresh / FOLDER).mkdir(mode=0o700, exist_ok=True)
        for name in {name.split("/")[0] for name in names} | {FOLDER}:
            (fresh / name).rename(state / name)
    descriptor = os.open(state, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return kept


def _unpack(source: Path, folder: Path) -> list[str]:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            files = manifest["files"]
            if manifest["format"] != FORMAT or DATABASE not in files:
                raise ValueError("not a back-up of this station software")
            for name, digest in files.items():
                if not _is_ours(name) or archive.getinfo(name).file_size > _LARGEST:
                    raise ValueError(f"unexpected part {name!r}"[:80])
                (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
                _extract(archive, name, folder / name)
                if _digest(folder / name) != digest:
                    raise ValueError(f"{name} is damaged")
            return list(files)
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise Refused(
            "backup.unreadable",
            N_("备份文件 {file} 不完整或不是本系统的备份（{why}）；现有数据没有改动，请换一份备份"),
            file=str(source),
            why=str(error)[:120],
        ) from error


def _extract(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with archive.open(name) as part, os.fdopen(descriptor, "wb") as handle:
        while piece := part.read(1 << 20):
            handle.write(piece)
        handle.flush()
        os.fsync(handle.fileno())


def _is_ours(name: str) -> bool:
    if name in (DATABASE, "station.toml", "demo.json"):
        return True
    folder, _, file = name.partition("/")
    return folder == FOLDER and file.endswith(".key") and file.removesuffix(".key").isalnum()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
