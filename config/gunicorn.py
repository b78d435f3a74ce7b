"""How gunicorn serves the portal. Threads, because an upload holds one for as long as the sender's line takes.

A slow sender is timed out by the upload view itself; `timeout` here only finds a process whose loop has stopped.
GUNICORN_WORKERS=1 keeps rate limits right while they count in memory (no CACHE_URL).
"""

import os
import sys
from typing import Any

from config.heap import keep_what_is_loaded

worker_class = "config.worker.DeadlineWorker"
workers = int(os.environ.get("GUNICORN_WORKERS", "1"))
# Two pools of 128 kept answering within a millisecond beside 64 crawling senders; two of 16 answered nobody.
threads = int(os.environ.get("GUNICORN_THREADS", "128"))
timeout = 60
graceful_timeout = int(os.environ.get("GUNICORN_GRACEFUL_S", "30"))
keepalive = 5

control_socket_disable = True
accesslog = os.environ.get("GUNICORN_ACCESS_LOG") or None
logger_class = "config.access_log.AccessLog"
# Heartbeats are written to memory: a slow disk must not look like a hung process.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


def post_fork(server: Any, worker: Any) -> None:
    """A short question waits this long for each thread that computes; Python's own 5 ms are for few threads."""
    sys.setswitchinterval(0.0005)


def post_worker_init(worker: Any) -> None:
    """The application is loaded by now; what it holds stays."""
    keep_what_is_loaded()
