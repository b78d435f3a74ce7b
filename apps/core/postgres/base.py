"""PostgreSQL with a limit to waiting: for a lock, for a connection, and for a server that is not there.

A lock that is not to be had in time, and a deadlock, are `Busy`. The limit itself is `lock_timeout`, which the settings
give to each connection. It holds for every wait for a row, also for those that no `select_for_update` names: an UPDATE,
a unique key, a foreign key checked at COMMIT.

A connection that is not to be had, or that the server ended, is `DatabaseAway`.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.utils.functional import cached_property

from apps.core.errors import DatabaseAway
from apps.core.lock_errors import LockErrors
from apps.core.postgres.away import Away, is_away


class _Errors(LockErrors):
    """Says of a driver's error also whether the connection is gone."""

    wrapper: DatabaseWrapper

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        if isinstance(error, psycopg.OperationalError) and is_away(error, self.wrapper.connection):
            self.wrapper.errors_occurred = True
            raise DatabaseAway from error
        super().__exit__(kind, error, traceback)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL back-end with our words for locks and for a server that is away."""

    away = Away()  # one for all threads of the process

    @cached_property
    def wrap_database_errors(self) -> LockErrors:
        return _Errors(self)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        with self.away.minding(lambda: psycopg.connect(**_plain(conn_params), connect_timeout=2).close()):
            return super().get_new_connection(conn_params)


def _plain(conn_params: dict[str, Any]) -> dict[str, Any]:
    """Parameters for a connection that only asks whether somebody is there."""
    ours = ("pool", "context", "cursor_factory", "server_side_binding", "prepare_threshold", "connect_timeout")
    return {name: value for name, value in conn_params.items() if name not in ours}
