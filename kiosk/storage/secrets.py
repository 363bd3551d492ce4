"""The station's own secrets, made at random on first start and readable by its user only: the key of phone hashes, the
key of web sessions, the key that signs reports. None has a default."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

FOLDER = "secrets"


class Secrets:
    """Secrets of one state folder; each is 32 random bytes in a file of mode 0600, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def open(cls, state: Path) -> Secrets:
        """Makes the folder if need be and the keys that every process uses."""
        folder = state / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        secrets = cls(folder)
        secrets.key("phone")
        secrets.key("session")
        return secrets

    def key(self, name: str) -> bytes:
        """The 32 bytes of this name; two processes that ask at once get the same."""
        path = self.folder / f"{name}.key"
        try:
            return _whole(path.read_bytes())
        except FileNotFoundError:
            pass
        made = self.folder / f".{name}.{os.getpid()}.{os.urandom(4).hex()}"
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, os.urandom(32))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(made, path)  # fails when another process was first: then its key counts
        except FileExistsError:
            pass
        finally:
            made.unlink()
        directory = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        return _whole(path.read_bytes())

    def keyed_hash(self, name: str, text: str) -> str:
        """HMAC-SHA-256 of ``text`` under the key ``name``, hexadecimal."""
        return hmac.new(self.key_cached(name), text.encode("utf-8"), hashlib.sha256).hexdigest()

    def key_cached(self, name: str) -> bytes:
        """``key`` without reading the file again."""
        cache = self.__dict__.setdefault("_cache", {})
        if name not in cache:
            cache[name] = self.key(name)
        return cache[name]


def _whole(content: bytes) -> bytes:
    if len(content) != 32:
        raise OSError(f"a secret key has {len(content)} bytes instead of 32")
    return content
