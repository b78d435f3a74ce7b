"""The processes of Procfile.dev on the test's own database and folder, for tests that need them for real."""

from __future__ import annotations

import contextlib
import email
import email.policy
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import LazySettings

from scripts.services import environment, queue_answers
from tests.uploads.live import database_url, free_port
from tests.waiting import PATIENCE_S, wait_until

ROOT = Path(__file__).resolve().parents[2]


class Stack:
    """Some services of Procfile.dev under their supervisor."""

    def __init__(self, names: list[str], data: Path, **more: str) -> None:
        self.names = names
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **environment(Path(sys.executable).parent, data, self.port),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": database_url(),
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "SITE_URL": self.url,
            "UPLOAD_RESERVE_BYTES": "0",
            **more,
        }
        self.mail_folder = data / "mail"
        self._log = tempfile.NamedTemporaryFile("w+", prefix="stack-", suffix=".log")  # noqa: SIM115
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the services; returns when queue and web answer."""
        command = [sys.executable, "-m", "scripts.services", *self.names]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log
        )
        if "queue" in self.names:
            self._await(lambda: queue_answers(Path(self.env["QUEUE_SOCKET"])))
        if "web" in self.names:
            self._await(self._answers)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/", timeout=10) as answer:
            return bool(answer.status == 200)
        return False

    def _await(self, is_so: Callable[[], bool]) -> None:
        assert self._process is not None
        ended = self._process.poll
        wait_until(lambda: is_so() or ended() is not None, self.log)
        assert ended() is None, f"the services have ended:\n{self.log()}"

    def stop(self) -> None:
        """End every process of it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)  # the second one spares the grace
        self._process.wait(PATIENCE_S)

    def log(self) -> str:
        """What the services have said so far."""
        return Path(self._log.name).read_text(errors="replace")

    def mails(self) -> list[EmailMessage]:
        """Every mail that the services have sent, oldest first."""
        files = sorted(self.mail_folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
        policy = email.policy.default
        found = []
        for path in files:
            for text in path.read_bytes().split(b"-" * 79 + b"\n"):
                if text.strip():
                    found.append(email.message_from_bytes(text, policy=policy))
        return found


@contextlib.contextmanager
def running(names: list[str], settings: LazySettings, **more: str) -> Iterator[Stack]:
    """The services called `names` for the length of the block."""
    stack = Stack(names, Path(settings.DATA_DIR), **more)
    for mail in stack.mail_folder.glob("*"):
        mail.unlink()
    stack.start()
    try:
        yield stack
    except BaseException:
        sys.stderr.write(stack.log())
        raise
    finally:
        stack.stop()


@pytest.fixture
def workers(transactional_db: None, settings: LazySettings) -> Iterator[Stack]:
    """A real queue and its workers; what the test enqueues they do. No beat: a test calls a sweep itself."""
    with running(["queue", "worker", "seal", "media"], settings) as stack:
        assert stack.env["BROKER_URL"] == settings.CELERY_BROKER_URL, "TMPDIR is too long for a socket: set BROKER_URL"
        yield stack


@pytest.fixture
def portal(transactional_db: None, settings: LazySettings) -> Iterator[Stack]:
    """Everything that `make run` starts: queue, web, workers and beat."""
    with running(["queue", "web", "worker", "seal", "media", "beat"], settings) as stack:
        settings.SITE_URL = stack.url
        yield stack
