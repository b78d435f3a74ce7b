"""How gunicorn serves the portal. Threads, because an upload holds one for as long as the sender's line takes.

A slow sender is timed out by the upload view itself; `timeout` here only finds a process whose loop has stopped.
GUNICORN_WORKERS=1 keeps rate limits right while they count in memory (no CACHE_URL).
"""

import os
import sys
from typing import Any

from django.conf import settings

from config.heap import keep_what_is_loaded
from config.reloading import forget_former_version
from config.settings.components.environment import env
from config.settings.safety import CannotStart, refuse

worker_class = "config.worker.DeadlineWorker"
workers = env.int("GUNICORN_WORKERS", default=1)
# Two pools of 128 kept answering within a millisecond beside 64 crawling senders; two of 16 answered nobody.
threads = env.int("GUNICORN_THREADS", default=128)
timeout = 60
graceful_timeout = env.int("GUNICORN_GRACEFUL_S", default=30)
keepalive = 5

control_socket_disable = True
accesslog = env.str("GUNICORN_ACCESS_LOG", default="") or None
logger_class = "config.access_log.AccessLog"
# Heartbeats are written to memory: a slow disk must not look like a hung process.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108

# Here, before a worker is forked: a worker that cannot start would be started again and again.
try:
    _ = settings.INSTALLED_APPS
    refuse(env.problems)
except CannotStart as reasons:
    sys.exit(str(reasons))


def on_reload(server: Any) -> None:
    """From here on its workers load the version that lies there now."""
    server.was_reloaded = True


def post_fork(server: Any, worker: Any) -> None:
    """A short question waits this long for each thread that computes; Python's own 5 ms are for few threads."""
    if getattr(server, "was_reloaded", False):
        forget_former_version()
    sys.setswitchinterval(0.0005)


def child_exit(server: Any, worker: Any) -> None:
    """The figures of a process that is gone are still counted; those of what it was just doing are not."""
    if settings.METRICS_DIR:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def post_worker_init(worker: Any) -> None:
    """The application is loaded by now; what it holds stays."""
    keep_what_is_loaded()
