"""A server that is away: one thread finds out when it is back, and the others are answered at once.

Otherwise each of a hundred threads would wait for its own time-out, and nobody would be left to answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout

from apps.core.errors import DatabaseAway

#: Nobody asks again sooner than this after a failure.
AGAIN_AFTER_S = 0.5
# SQLSTATE: the classes of connection exceptions and of an operator's intervention, and too many connections. 57014 is
# a statement that was canceled or took too long: its connection lives.
_CLASSES, _NOT, _ALSO = ("08", "57"), "57014", "53300"


def is_away(error: psycopg.OperationalError, connection: Any) -> bool:
    """Whether this error says that the server cannot be reached, or has ended the connection."""
    state = error.sqlstate
    if state is not None:
        return state == _ALSO or (state[:2] in _CLASSES and state != _NOT)
    return connection is None or bool(connection.closed)


class Away:
    """Whether the server answered last time; one for all threads of a process."""

    def __init__(self) -> None:
        self._failed_at: float | None = None
        self._asker = threading.Lock()

    @contextmanager
    def minding(self, ask: Callable[[], object]) -> Iterator[None]:
        """Around an attempt to get a connection. Raises DatabaseAway, at once where it is known.

        `ask` tries a connection of its own: a pool that has given up would let its caller wait for nothing.
        """
        if self._failed_at is not None:
            self._find_out(ask)
        try:
            yield
        except PoolTimeout as error:
            # All are in use, or there is no server: the next one finds out.
            self._failed_at = time.monotonic()
            raise DatabaseAway from error
        except psycopg.OperationalError as error:
            self._failed_at = time.monotonic()
            raise DatabaseAway from error

    def _find_out(self, ask: Callable[[], object]) -> None:
        if time.monotonic() - (self._failed_at or 0) < AGAIN_AFTER_S or not self._asker.acquire(blocking=False):
            raise DatabaseAway
        try:
            ask()
        except psycopg.OperationalError as error:
            self._failed_at = time.monotonic()
            raise DatabaseAway from error
        else:
            self._failed_at = None
        finally:
            self._asker.release()
