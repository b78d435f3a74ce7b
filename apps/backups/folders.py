"""The folder of backups: one folder for each, which is whole or is not there.

A backup is made under a name that begins with a dot and gets its own once everything in it is durable. Whatever begins
with a dot is left from a run that died.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from apps.core.durable import sync_folder

UNFINISHED = "."
_NAME = "%Y%m%dT%H%M%SZ"


class Busy(Exception):
    """Another backup runs. It ends, or dies, by itself."""


def databases() -> Path:
    """Where the database's backups lie."""
    return Path(settings.BACKUP_DIR) / "databases"


def wal() -> Path:
    """Where `pg_receivewal` writes what PostgreSQL did since."""
    return Path(settings.BACKUP_DIR) / "wal"


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Nobody else makes or removes backups during the block. Raises `Busy`, OSError.

    BACKUP_DIR itself is not made: a disk that is not mounted looks the same.
    """
    folder = Path(settings.BACKUP_DIR)
    for name in ("databases", "evidence", "files"):
        (folder / name).mkdir(exist_ok=True, mode=0o700)
    with (folder / "lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error
        yield


def begin(made_at: datetime) -> Path:
    """An empty folder for a new backup. What runs that died have left goes first."""
    for left in databases().glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    while (databases() / f"{made_at.astimezone(UTC):{_NAME}}").exists():
        made_at += timedelta(seconds=1)  # two within a second; the manifest has the exact time
    folder = databases() / f"{UNFINISHED}{made_at.astimezone(UTC):{_NAME}}"
    folder.mkdir(mode=0o700)
    return folder


def finish(folder: Path) -> Path:
    """Give a backup its name, durably."""
    for path, folders, files in os.walk(folder, topdown=False):
        for name in files:
            _sync(Path(path) / name)
        for name in folders:
            sync_folder(Path(path) / name)
    sync_folder(folder)
    whole = folder.with_name(folder.name.removeprefix(UNFINISHED))
    folder.rename(whole)
    sync_folder(whole.parent)
    return whole


def whole() -> list[Path]:
    """The backups that are whole, the oldest first."""
    if not databases().is_dir():
        return []
    return sorted(path for path in databases().iterdir() if path.is_dir() and not path.name.startswith(UNFINISHED))


def made_at(backup: Path) -> datetime:
    """When it was begun, UTC, by its name. Raises ValueError for another folder."""
    return datetime.strptime(backup.name, _NAME).replace(tzinfo=UTC)


def prune(keep: int) -> list[Path]:
    """Remove the oldest backups beyond `keep`, of which one always stays. Returns what was removed."""
    gone = whole()[: -max(keep, 1)]
    for backup in gone:
        # Never a half backup under its name, whenever this ends.
        leaving = backup.with_name(f"{UNFINISHED}{backup.name}")
        backup.rename(leaving)
        shutil.rmtree(leaving)
    return gone


def _sync(path: Path) -> None:
    if path.is_symlink():
        return
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
