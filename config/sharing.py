"""The threads of a web process share database connections; workers and commands, one thread each, open their own."""

from __future__ import annotations

from django.conf import settings

# A connection that nobody asked for is closed after so many seconds; one that is asked for all the time after an hour.
MAX_IDLE_S, MAX_LIFETIME_S = 60.0, 3600.0
# How long one attempt to connect may be repeated in the background. Who waits asks again by itself.
RECONNECT_S = 1.0


def share_connections() -> None:
    """Give the process a pool, before its first query. Does nothing where the database is not PostgreSQL."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "apps.core.postgres" or not settings.DATABASE_POOL:
        return
    database["CONN_MAX_AGE"] = 0
    database["CONN_HEALTH_CHECKS"] = True
    database["OPTIONS"]["pool"] = {
        "min_size": 0,
        "max_size": settings.DATABASE_POOL,
        "timeout": settings.DATABASE_WAIT_SECONDS,
        "max_idle": MAX_IDLE_S,
        "max_lifetime": MAX_LIFETIME_S,
        "reconnect_timeout": RECONNECT_S,
    }
