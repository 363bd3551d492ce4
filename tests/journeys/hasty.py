"""The control of the kill test: a web process that answers before its commit. Never shipped; started by the harness in
the place of ``python -m web`` to show that the harness sees what such a server loses."""

from __future__ import annotations

import fcntl
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from kiosk.storage import database
from kiosk.storage.database import SYSTEM, Actor, Store, Tx

#: How long the commit is owed after the block has ended and the answer is on its way.
OWED_SECONDS = 0.008


class HastyStore(Store):
    """Lets the block end before its commit: the writer's lock is kept meanwhile, so only a crash shows the difference."""

    @contextmanager
    def transaction(self, actor: Actor = SYSTEM, *, erasing: bool = False) -> Iterator[Tx]:
        """As ``Store.transaction``, but committed a little later by another thread."""
        self._turn.acquire()
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        self._writer.execute("BEGIN IMMEDIATE")
        tx = Tx(self._writer, self, actor)
        with ExitStack() as failed:
            failed.callback(self._open_gate)
            failed.callback(self._writer.execute, "ROLLBACK")
            yield tx
            failed.pop_all()
        threading.Timer(OWED_SECONDS, self._commit).start()
        for act in tx.afterwards:
            act()

    def _commit(self) -> None:
        self._writer.execute("COMMIT")
        self._open_gate()

    def _open_gate(self) -> None:
        fcntl.flock(self._gate, fcntl.LOCK_UN)
        self._turn.release()


if __name__ == "__main__":
    database.Store = HastyStore  # type: ignore[misc]
    from web.__main__ import main

    sys.exit(main())
