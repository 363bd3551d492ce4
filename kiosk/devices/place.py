"""Where runtime.db lies: memory, not the SD card, private to the station's user, one folder for each state folder."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from kiosk.errors import DatabaseError
from kiosk.words import N_

#: The kernel's name for this boot; absent on systems without procfs, where one boot looks like the next.
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SHARED_MEMORY = Path("/dev/shm")


def runtime_folder(state: Path) -> Path:
    """The folder of runtime.db for a state folder, made with mode 0700 if need be.

    ``KIOSK_RUNTIME`` names it on an installed station; else it stands in ``$XDG_RUNTIME_DIR`` or ``/dev/shm`` and is
    named after a hash of the state path. Raises ``DatabaseError`` when it is somebody else's or open to others.
    """
    named = os.environ.get("KIOSK_RUNTIME")
    if named:
        folder = Path(named).absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder
    digest = hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:16]
    folder = _memory() / f"kiosk-{os.geteuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    # /dev/shm is open to everybody: a folder that another user has put there first must not be trusted.
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
        raise DatabaseError(
            N_("运行目录 {folder} 不属于本用户或对他人开放；请删除它，或用 KIOSK_RUNTIME 指定别处"), folder=str(folder)
        )
    return folder


def boot_id() -> str:
    """What tells this boot of the machine from the last one."""
    try:
        return BOOT_ID.read_text("ascii").strip()
    except OSError:
        return "no-boot-id"


def _memory() -> Path:
    personal = os.environ.get("XDG_RUNTIME_DIR")
    for folder in (Path(personal) if personal else None, SHARED_MEMORY):
        if folder is not None and folder.is_dir() and os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.gettempdir())
