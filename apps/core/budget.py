"""The budget of database connections: what the processes of the settings may take, and what the server gives.

Web processes cannot starve workers: their pools have a fixed size, and the check leaves room for every worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

HINT = "See “Database connections” in docs/operations.md."


def needed() -> int:
    """Connections that all processes together may hold, with the reserve."""
    web = sum(settings.WEB_PROCESSES.values()) * settings.DATABASE_POOL
    workers = sum(settings.WORKER_PROCESSES.values())
    return int(settings.NODES * (web + workers) + settings.DATABASE_RESERVE)


def given(alias: str) -> int:
    """Connections that the server has for the portal's role."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
            " - coalesce(current_setting('reserved_connections', true), '0')::int, rolconnlimit"
            " FROM pg_roles WHERE rolname = current_user"
        )
        server, of_role = cursor.fetchone()
    return int(server if of_role < 0 else min(server, of_role))


@register(Tags.database)
def there_are_connections_for_all(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The server has as many connections as all processes may take. With `check --database default`, and at release."""
    return [
        Error(
            f"All processes together may take {needed()} database connections, and “{alias}” has {has}.",
            hint=f"Lower DATABASE_POOL, or raise max_connections. {HINT}",
            id="core.E003",
        )
        for alias in databases or ()
        if connections[alias].vendor == "postgresql" and (has := given(alias)) < needed()
    ]
