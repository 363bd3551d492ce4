"""Back-up and restore of a whole station: database, secrets and settings in one file with a manifest of hashes. Without
the secrets a restored station could neither find a phone nor sign a report, so they travel together; the file is as
secret as the station itself."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from kiosk import clock
from kiosk.errors import Refused
from kiosk.settings import DEMO_MARK
from kiosk.storage.database import DATABASE, UNDER_WAY, Store, bring_up
from kiosk.storage.secrets import FOLDER
from kiosk.words import N_

FORMAT = "kiosk-backup-1"
MANIFEST = "manifest.json"
#: What stands beside the database and is part of the station: its settings, its billers and services, the mark of a demonstration.
BESIDE = ("station.toml", "billers.toml", "conveniences.toml", "freight.toml", "prohibited.toml", DEMO_MARK)
#: Where and as what the hourly back-ups lie, under the state folder.
FOLDER_OF_CHORES, NAME_OF_CHORES = "backups", "kiosk-"
_LARGEST = 64 * 2**30
_BACKING_UP, _RESTORING, KEPT = ".backup-", ".restore-", "before-restore-"
#: No copy of the station is under way for so long: what is older was left by a process that was killed.
_LEFT_SECONDS = 6 * 3600


def write_backup(store: Store, target: Path) -> None:
    """Copies the running station into ``target`` (mode 0600), whole or not at all.

    The database is copied with SQLite's own back-up, so the counter goes on meanwhile. Raises ``OSError`` when the
    place cannot be written; a file that was there before stays as it was.
    """
    with tempfile.TemporaryDirectory(dir=store.state, prefix=_BACKING_UP) as folder:
        copy = Path(folder) / DATABASE
        source, made = sqlite3.connect(store.path), sqlite3.connect(copy)
        try:
            source.backup(made)  # in one step: one that is taken in parts begins again with every commit of others
            made.execute("PRAGMA journal_mode = DELETE").fetchall()
        finally:
            made.close()
            source.close()
        parts = {DATABASE: copy}
        parts |= {f"{FOLDER}/{path.name}": path for path in sorted((store.state / FOLDER).glob("*.key"))}
        for name in BESIDE:
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
        finally:
            with contextlib.suppress(OSError):
                begun.unlink()  # gone already where it took its name


def restore_backup(state: Path, source: Path, before_it_opens: Callable[[Path, Path], object] | None = None) -> Path:
    """Puts a back-up in the place of the present state and returns the folder that now holds the present one.

    The caller makes sure that the station does not run. Everything is unpacked, checked against the manifest, brought to
    this version and given to ``before_it_opens(state, unpacked)`` (what was erased since is erased again) before anything
    is moved. Raises ``Refused`` with ``backup.unreadable`` for a file that is
    no back-up or damaged and ``backup.of_demo`` where a demonstration would take a real station's place or the
    reverse; ``DatabaseError`` for a database of a newer version.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=state, prefix=_RESTORING) as folder:
        fresh = Path(folder)
        names = _unpack(source, fresh)
        if (state / DATABASE).exists() and (state / DEMO_MARK).exists() != (DEMO_MARK in names):
            raise Refused(
                "backup.of_demo",
                N_("备份文件 {file} 与 {folder} 一个是演示站、一个是正式站点；没有改动任何内容，请换一份备份或目录"),
                file=str(source),
                folder=str(state),
            )
        bring_up(fresh)
        if before_it_opens is not None:
            before_it_opens(state, fresh)
        kept = state / f"{KEPT}{clock.now():%Y%m%dT%H%M%S%f}"
        kept.mkdir(mode=0o700)
        # Between the two moves there is no database: whoever starts then must not make an empty station.
        (state / UNDER_WAY).write_text(kept.name, "utf-8")
        _sync(state)
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", FOLDER, *BESIDE):
            if (state / name).exists():
                (state / name).rename(kept / name)
        (fresh / FOLDER).mkdir(mode=0o700, exist_ok=True)
        for name in {name.split("/")[0] for name in names} | {FOLDER}:
            (fresh / name).rename(state / name)
        _sync(state)
        (state / UNDER_WAY).unlink()
    _sync(state)
    return kept


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def forget_copies(state: Path, days: int) -> int:
    """Removes what cut-off back-ups and restores left lying, and the states before a restore or a migration that are
    older than ``days``: all of it holds personal values that no erasure reaches. Returns how many there were."""
    # By the machine's clock, which wrote the files' times: a driven one would take what it has just made for outlived.
    left = clock.machine_now() - timedelta(seconds=_LEFT_SECONDS)
    outlived = clock.machine_now() - timedelta(days=days)
    found = [(path, left) for prefix in (_BACKING_UP, _RESTORING) for path in state.glob(f"{prefix}*")]
    found += [(path, left) for path in (state / FOLDER_OF_CHORES).glob(f".{NAME_OF_CHORES}*")]
    found += [(path, outlived) for name in (f"{KEPT}*", f"{DATABASE}.before-migration") for path in state.glob(name)]
    old = [path for path, before in found if path.lstat().st_mtime < before.timestamp()]
    for path in old:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return len(old)


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
    if name in (DATABASE, *BESIDE):
        return True
    folder, _, file = name.partition("/")
    return folder == FOLDER and file.endswith(".key") and file.removesuffix(".key").isalnum()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
