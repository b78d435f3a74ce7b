"""SQLite connections between two uses.

Opening one reads the whole schema: 1.7 ms, more than the statements of most requests, and a request for an upload's
bytes opens three, because none is held while bytes are awaited. So what is given back waits here, a few in each
process, for whoever opens the next one to the same file in the same way.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Hashable
from dataclasses import dataclass

MOST = 8


@dataclass(frozen=True, slots=True)
class Origin:
    """What a connection was opened to, and how: only the same may take its place."""

    path: str
    file: tuple[int, int]
    how: Hashable


_idle: list[tuple[Origin, sqlite3.Connection]] = []
_inherited: list[tuple[Origin, sqlite3.Connection]] = []
_lock = threading.Lock()


def origin_of(path: str, how: Hashable) -> Origin | None:
    """What a connection that is opened now leads to; None where there is no file, or one that nobody can name."""
    try:
        found = os.stat(path)  # noqa: PTH116 (called for each connection)
    except (OSError, ValueError):
        return None
    return Origin(path, (found.st_dev, found.st_ino), how)


def take(origin: Origin) -> sqlite3.Connection | None:
    """A connection that waits for this use. The file may have been replaced since: then it is another origin."""
    with _lock:
        for kept in _idle[::-1]:
            if kept[0].path == origin.path:
                _idle.remove(kept)
                if kept[0] == origin:
                    return kept[1]
                kept[1].close()
    return None


def keep(origin: Origin, connection: sqlite3.Connection) -> bool:
    """Let it wait for its next use. False if it is better closed: in a transaction, or enough wait already."""
    with _lock:
        if connection.in_transaction or len(_idle) >= MOST:
            return False
        _idle.append((origin, connection))
        return True


def _leave_to_the_parent() -> None:
    global _lock
    _lock = threading.Lock()  # its holder stayed behind
    # SQLite's connections do not survive a fork, and closing them here would touch the parent's files.
    _inherited.extend(_idle)
    _idle.clear()


os.register_at_fork(after_in_child=_leave_to_the_parent)
