"""One idle connection a process that keeps a SQLite database's write-ahead log.

When a database's last connection closes, SQLite copies the log back, calls fsync and removes it. On a quiet server that
is after each request, and took 4 ms of it. The idle connection holds no lock.
"""

from __future__ import annotations

import os
import sqlite3
import threading

_keepers: dict[str, tuple[tuple[int, int, int], sqlite3.Connection]] = {}
_keepers_lock = threading.Lock()
_inherited: list[sqlite3.Connection] = []


def keep_log_of(name: str) -> None:
    """Hold one idle connection of this process to the database file, anew after a fork or if the file was replaced."""
    try:
        status = os.stat(name)  # noqa: PTH116 (called for each request)
    except OSError:
        return
    identity = (os.getpid(), status.st_dev, status.st_ino)
    with _keepers_lock:
        held = _keepers.get(name)
        if held and held[0] == identity:
            return
        if held and held[0][0] != identity[0]:
            # A parent's connection must not be closed here: that would drop this process's locks on the file.
            _inherited.append(held[1])
        keeper = sqlite3.connect(name, check_same_thread=False)
        keeper.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        _keepers[name] = (identity, keeper)
