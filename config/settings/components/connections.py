"""How many database connections each process may hold, and how many all of them need (apps/core/budget.py)."""

from config.settings.components.environment import env

# A web process shares so many between its threads. A thread that waits for a sender, or for nothing, holds none.
DATABASE_POOL: int = env.int("DATABASE_POOL", default=16)
# A request that gets none in this time is answered 503: a page that says so beats a page that never comes.
DATABASE_WAIT_SECONDS: float = env.float("DATABASE_WAIT_SECONDS", default=5.0)
# Kept for operators, backups and whatever else is connected to the same server.
DATABASE_RESERVE: int = env.int("DATABASE_RESERVE", default=10)
# Computers that run the same processes on the same database.
NODES: int = env.int("NODES", default=1)
# Processes by kind, as the Procfile starts them: those with a pool, and those with one connection each.
WEB_PROCESSES: dict[str, int] = {
    "web": env.int("GUNICORN_WORKERS", default=1),
    "uploads": env.int("UPLOAD_WORKERS", default=2),
}
WORKER_PROCESSES: dict[str, int] = {
    "worker": env.int("WORKER_CONCURRENCY", default=2),
    "seal": env.int("SEAL_CONCURRENCY", default=2),
    "bulk": env.int("BULK_CONCURRENCY", default=1),
    "mail": env.int("MAIL_CONCURRENCY", default=1),
    "media": env.int("MEDIA_CONCURRENCY", default=2),
}
