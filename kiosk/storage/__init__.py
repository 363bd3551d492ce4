"""The station's only store: one SQLite file, opened by one function, written by one transaction at a time."""

from kiosk.storage.database import Actor, Reader, Store, Tx, open_store

__all__ = ["Actor", "Reader", "Store", "Tx", "open_store"]
