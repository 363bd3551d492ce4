"""A shared folder or a USB stick: the signed file and a workbook for people, each written beside its name, synced and then
renamed, so that a stick pulled out in the middle holds whole files or none. The workbook is first; the signed file is the
delivery. The centre puts ``….ack.json`` beside it, and that file is the answer.
"""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from kiosk.errors import Refused, SyncError, SyncMisconfigured, SyncTransient
from kiosk.outbox import Message
from kiosk.reports import for_people
from kiosk.storage import Store
from kiosk.words import N_
from sync.roads import Acknowledged, HandedOver, Turned
from sync.roads.files import ANSWER, FOR_PEOPLE, SIGNED, name_of, read_answer, read_bounded

#: A stick goes to the county and comes back within days; what has no answer then is written again if it is not there.
DAYS_ON_ROAD = 3
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_MARK = ".part"


class Folder:
    """One folder. Nothing in it is deleted but what this station left half-written."""

    name = "folder"
    answers_every_seconds = 5.0

    def __init__(self, store: Store) -> None:
        county = store.settings.county
        self._station = store.settings.station.code
        self._locale = store.settings.station.locale
        self._state = store.state
        self._folder = Path(county.folder)
        self._is_stick = county.folder_is_stick
        self.timeout_seconds = county.timeout_seconds
        self.clock_seconds: float | None = None

    def deliver(self, message: Message, payload: str) -> HandedOver:
        """Writes what is not there yet, byte for byte. Raises ``SyncTransient`` (no stick, full, pulled out) or
        ``SyncMisconfigured`` (no right to write)."""
        name = name_of(self._station, message)
        try:
            self._be_there()
            workbook = for_people.workbook_of(payload, message.hash, self._state, self._locale)
            if workbook is not None:
                self._put(name + FOR_PEOPLE, workbook, is_same_name_enough=True)
            self._put(name + SIGNED, message.envelope.encode("ascii"))
        except OSError as error:
            raise _told(error) from error
        return HandedOver(name + SIGNED, DAYS_ON_ROAD)

    def answer(self, message: Message) -> Acknowledged | Turned | None:
        """The centre's answer file, None while there is none (or no stick). Raises ``SyncTransient`` for one that cannot be
        read: it may still be copied."""
        try:
            if not self._is_there():
                return None
            raw = read_bounded(self._folder / (name_of(self._station, message) + ANSWER))
            return None if raw is None else read_answer(raw, message)
        except OSError as error:
            raise _told(error) from error
        except Refused as error:
            raise SyncTransient(error.message, reason="county_unreadable", status=0) from error

    def hang_up(self) -> None:
        """A write cannot be cut off; it ends by itself."""

    def close(self) -> None:
        """Nothing is held open between two files."""

    def _is_there(self) -> bool:
        """The folder is there, and on another disk than the station's own when it must be a stick: the empty folder where a
        stick is mounted lies on this machine's disk, and a report written there would go nowhere."""
        if not self._folder.is_dir():
            return False
        return not self._is_stick or self._folder.stat().st_dev != self._state.stat().st_dev

    def _be_there(self) -> None:
        if not self._is_there():
            raise FileNotFoundError(errno.ENOENT, "no such folder", str(self._folder))

    def _put(self, name: str, content: bytes, *, is_same_name_enough: bool = False) -> None:
        """The file under this name, whole and on the disk; does nothing when it is there already.

        A workbook holds the time at which it was made, so its bytes differ each time: one that is there will do.
        """
        path = self._folder / name
        if path.is_file() and not path.is_symlink():
            if is_same_name_enough or read_bounded(path, len(content)) == content:
                return
        made = self._folder / f".{name}{_MARK}"
        try:
            with contextlib.suppress(FileNotFoundError):
                made.unlink()  # what a pulled stick left; or a link that somebody laid there, which is never followed
            descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(made, path)  # noqa: PTH105 - replaces a damaged one in one step
        except OSError:
            with contextlib.suppress(OSError):
                made.unlink()
            raise
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno != errno.EINVAL:  # some network folders cannot sync a directory
                raise
        finally:
            os.close(descriptor)


def _told(error: OSError) -> SyncError:
    if error.errno in _FULL:
        return SyncTransient(
            N_("优盘或文件夹已满，没有写上；腾出空间后自动重试"), reason="county_folder_full", status=0
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SyncMisconfigured(
            N_("优盘或文件夹不让写，没有写上；请检查写保护开关和权限"), reason="county_folder_locked", status=0
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO):
        return SyncTransient(N_("没有找到优盘或文件夹，插好后自动写上"), reason="county_folder_absent", status=0)
    return SyncTransient(
        N_("优盘读写中断（可能被拔出），没有写完；重新插好后自动重写"), reason="county_folder_broken", status=0
    )
