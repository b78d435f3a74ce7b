"""A real gunicorn on the test database, and raw connections to it."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from apps.footage_requests import access
from apps.footage_requests.models import Invitation
from apps.links.access import remember
from tests.factories.links import link_of
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url() -> str:
    """The address of the database that this test runs on."""
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    host = str(chosen["HOST"]).replace("/", "%2F")
    account = f"{chosen['USER']}:{chosen['PASSWORD']}" if chosen["PASSWORD"] else str(chosen["USER"])
    port = f":{chosen['PORT']}" if chosen["PORT"] else ""
    return f"postgres://{account}@{host}{port}/{chosen['NAME']}"


def cookie_for(invitation: Invitation) -> str:
    """The Cookie header of somebody who opened this invitation's link."""
    response = HttpResponse()
    remember(response, RequestFactory().get("/"), link_of(invitation.public_id))
    return f"{access.COOKIE}={response.cookies[access.COOKIE].coded_value}"


class Server:
    """gunicorn as in production: threads, no DEBUG. `env` overrides settings that read the environment."""

    def __init__(
        self,
        *,
        workers: int = 1,
        threads: int = 64,
        env: dict[str, str] | None = None,
        largest_file: int | None = None,
        port: int | None = None,
        config: str = "",
        graceful_s: int = 5,
    ) -> None:
        self.port = port or free_port()
        self._config = ["--config", config] if config else []
        self._graceful_s = graceful_s
        self._largest_file = largest_file
        self._workers, self._threads = workers, threads
        self._env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": database_url(),
            "DATA_DIR": str(settings.DATA_DIR),
            "UPLOAD_RESERVE_BYTES": "0",
            **(env or {}),
        }
        self._log = tempfile.NamedTemporaryFile("w+", prefix="gunicorn-", suffix=".log")  # noqa: SIM115
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--worker-class", "config.worker.DeadlineWorker"]
        command += ["--workers", str(self._workers), "--threads", str(self._threads)]
        command += self._config
        command += [
            "--bind",
            f"127.0.0.1:{self.port}",
            "--worker-tmp-dir",
            "/dev/shm",
            "--graceful-timeout",
            str(self._graceful_s),
        ]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self._env, stdout=self._log, stderr=self._log, text=True, start_new_session=True
        )
        if self._largest_file is not None:
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (self._largest_file, self._largest_file))
        ended = self.process.poll
        wait_until(lambda: self._answers() or ended() is not None, self.log)
        assert ended() is None, f"gunicorn has ended:\n{self.log()}"

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), Raw(self.port, timeout=5) as raw:
            raw.send("OPTIONS", "/files/", {})
            return raw.answer().status == 204
        return False

    def log(self) -> str:
        """What it has said so far."""
        return Path(self._log.name).read_text()

    def kill(self) -> None:
        """kill -9 of every process of it, as a power cut would."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it in an orderly way."""
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


@contextlib.contextmanager
def serving(**how: Any) -> Iterator[Server]:
    """A server for the length of a test."""
    server = Server(**how)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Answer:
    """One HTTP answer."""

    def __init__(self, head: bytes, body: bytes) -> None:
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.body = body

    @property
    def offset(self) -> int:
        """Upload-Offset."""
        return int(self.headers["upload-offset"])


class Raw:
    """One connection, spoken to byte by byte."""

    def __init__(self, port: int, *, cookie: str = "", timeout: float = 30) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self._cookie = cookie

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def send(self, method: str, path: str, headers: dict[str, object], content: bytes = b"") -> None:
        """The head of a request and as much of its body as is given."""
        base = {"Host": "127.0.0.1", "Tus-Resumable": "1.0.0"}
        if self._cookie:
            base["Cookie"] = self._cookie
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in {**base, **headers}.items())]
        self.sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)

    def patch(self, path: str, offset: int, length: int, content: bytes = b"", **headers: object) -> None:
        """A PATCH that promises `length` bytes and sends `content`."""
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": offset, "Content-Length": length}
        self.send("PATCH", path, {**kind, **headers}, content)

    def answer(self) -> Answer:
        """Read one answer. Raises ConnectionError if the server closes without one."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.sock.recv(65536)
            if not piece:
                raise ConnectionError("no answer")
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        answer = Answer(head, body)
        missing = int(answer.headers.get("content-length", "0")) - len(body)
        while missing > 0:
            piece = self.sock.recv(65536)
            if not piece:
                break
            answer.body += piece
            missing -= len(piece)
        return answer

    def reset(self) -> None:
        """Close with RST, as a dropped line looks."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.sock.close()


def head(server: Server, path: str, cookie: str) -> Answer:
    """HEAD of an upload on a connection of its own."""
    with Raw(server.port, cookie=cookie) as raw:
        raw.send("HEAD", path, {})
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += raw.sock.recv(65536)
        return Answer(answer.partition(b"\r\n\r\n")[0], b"")
