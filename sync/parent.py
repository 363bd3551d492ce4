"""Ends this process with its parent: a parent that is killed cannot send a signal any more, but its pipe closes."""

from __future__ import annotations

import contextlib
import os
import signal
import threading


def end_with(pipe: int | None) -> None:
    """Sends this process SIGTERM when the pipe (a descriptor that the parent handed on) closes; None: does nothing."""
    if pipe is not None:
        threading.Thread(target=_watch, args=(pipe,), name="parent", daemon=True).start()


def _watch(pipe: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(pipe, 512):
            continue
    os.kill(os.getpid(), signal.SIGTERM)
