"""SQLite with a fair queue of writers.

SQLite's own busy wait polls, and starves a writer for seconds while others commit in a loop. Each transaction, and each
single writing statement outside one, therefore takes a `flock` on `<database>.writers` first: the kernel wakes the
waiters. Six processes that write in loops: longest wait 4.3 s without tickets, 0.2 s with them; 3.4 s if single
statements take none. Who waits longer than the connection's `timeout` gets `Busy`, as on PostgreSQL.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from django.db.backends.sqlite3 import base
from django.utils.functional import cached_property

from apps.core.lock_errors import LockErrors
from apps.core.sqlite import idle
from apps.core.sqlite.idle import Origin
from apps.core.sqlite.log_keeper import keep_log_of
from apps.core.tickets import Ticket, take

_WRITING = frozenset(
    {"INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "VACUUM", "ANALYZE", "REINDEX"}
)


class FairCursor(base.SQLiteCursorWrapper):
    """A cursor whose writing statements queue like transactions do."""

    def __init__(self, connection: sqlite3.Connection, queue: DatabaseWrapper) -> None:
        super().__init__(connection)
        self._queue = queue

    def execute(self, query: str, params: Any = None) -> Any:
        with self._queue.ticket_for(self.connection, query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        with self._queue.ticket_for(self.connection, query):
            return super().executemany(query, param_list)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite back-end; IMMEDIATE transactions hold the writers' ticket from BEGIN to COMMIT or ROLLBACK."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ticket: Ticket | None = None
        self._origin: Origin | None = None
        self._cursors: WeakSet[FairCursor] = WeakSet()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        how = tuple(sorted((name, str(value)) for name, value in conn_params.items()))
        path = str(conn_params["database"])
        # A memory database, and a file that this connection makes, have no origin yet, and are not kept.
        self._origin = None if self.is_in_memory_db() else idle.origin_of(path, how)
        self._cursors = WeakSet()
        kept = idle.take(self._origin) if self._origin else None
        return kept or super().get_new_connection(conn_params)

    @cached_property
    def wrap_database_errors(self) -> LockErrors:
        return LockErrors(self)

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=lambda connection: FairCursor(connection, self))
        self._cursors.add(cursor)
        return cursor

    @contextmanager
    def ticket_for(self, connection: sqlite3.Connection, query: str) -> Iterator[None]:
        """Hold a ticket for one statement, if it writes and no transaction holds one already."""
        verb = query.lstrip()[:8].split(" ")[0].upper()
        if self._ticket is not None or connection.in_transaction or verb not in _WRITING:
            yield
            return
        self._take_ticket()
        try:
            yield
        finally:
            self._return_ticket()

    def _take_ticket(self) -> None:
        """Take the lock of the waiting line, then the writer's lock; the holder of the first is the next writer."""
        if self._ticket is None and not self.is_in_memory_db():
            name = str(self.settings_dict["NAME"])
            until = time.monotonic() + float(self.settings_dict["OPTIONS"].get("timeout", 5))
            line = take(f"{name}.writers-next", until=until)
            try:
                self._ticket = take(f"{name}.writers", until=until)
            finally:
                line.give_back()

    def _return_ticket(self) -> None:
        if self._ticket is not None:
            ticket, self._ticket = self._ticket, None
            ticket.give_back()

    def _start_transaction_under_autocommit(self) -> None:
        self._take_ticket()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._return_ticket()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._return_ticket()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._return_ticket()

    def _close(self) -> None:
        name = str(self.settings_dict["NAME"])
        if "memory" not in name:
            keep_log_of(name)
        try:
            if not self._kept():
                super()._close()  # type: ignore[misc]
        finally:
            self._return_ticket()

    def _kept(self) -> bool:
        """Whether the connection waits for its next use. A cursor that is still open ends, as it would with it."""
        if self._origin is None or self.errors_occurred:
            return False
        for cursor in list(self._cursors):
            cursor.close()
        return idle.keep(self._origin, self.connection)
