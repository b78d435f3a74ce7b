"""Folders to work in, that disappear even if their worker is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "media-"
_YOUNG_SECONDS = 60


@contextlib.contextmanager
def job_folder(scratch: Path) -> Iterator[Path]:
    """A fresh folder below `scratch` for one piece of work, gone afterwards.

    It is locked while in use; what a killed worker left is recognized by its free lock and removed by the next one.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    _sweep(scratch)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=scratch)).resolve()
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _sweep(scratch: Path) -> None:
    """Remove what workers that were killed left behind: folders that nobody holds locked any more."""
    for folder in scratch.glob(f"{_PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime < _YOUNG_SECONDS:
                continue  # made, but perhaps not locked yet
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
