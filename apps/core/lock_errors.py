"""What a database says when a lock is not to be had, as a refusal that a person can read."""

from __future__ import annotations

import sqlite3
from types import TracebackType

from django.db.utils import DatabaseErrorWrapper

from apps.core.errors import Busy

# SQLSTATE: deadlock_detected, lock_not_available.
_POSTGRES = frozenset({"40P01", "55P03"})
_SQLITE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def is_lock_error(error: BaseException) -> bool:
    """Whether the driver's error means that somebody else holds what the statement needs."""
    if getattr(error, "sqlstate", None) in _POSTGRES:
        return True
    # The low byte is the error; the others say more about it.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SQLITE


class LockErrors(DatabaseErrorWrapper):
    """Turns a driver's errors into Django's, and those about locks into `Busy`. For a database wrapper of ours."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None and is_lock_error(error):
            raise Busy from error
        super().__exit__(kind, error, traceback)
