"""The two servers of the upload bench, each with a folder, a port and an account of its CPU time."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Protocol

from tests.bench.upload_clients import Target

ROOT = Path(__file__).resolve().parents[2]
PEER_PACKAGES = ["@tus/server@2.4.0", "@tus/file-store@2.1.0"]
_TICKS = os.sysconf("SC_CLK_TCK")


class Served(Protocol):
    """What the bench asks of a server."""

    @property
    def group(self) -> int: ...
    def target(self) -> Target: ...
    def cpu_seconds(self) -> float: ...
    def clear(self) -> None: ...
    def check(self, count: int, size: int) -> None: ...


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server does not answer")


def cpu_of_group(group: int) -> float:
    """User and system seconds of every process of this process group."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


def memory_of_group(group: int) -> int:
    """Resident bytes, shared ones divided among their holders."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                lines = (folder / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


class _Process:
    """A server process in a group of its own, from entering to leaving."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def _start(self, command: list[str], env: dict[str, str], cwd: Path) -> None:
        log = (self.folder / "server.log").open("wb")
        self._process = subprocess.Popen(command, cwd=cwd, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            _await_port(self.port, self._process)
        except RuntimeError:
            raise RuntimeError((self.folder / "server.log").read_text()) from None

    @property
    def group(self) -> int:
        """The process group of all its processes."""
        assert self._process is not None
        return self._process.pid

    def cpu_seconds(self) -> float:
        """What all its processes used so far."""
        return cpu_of_group(self.group)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, 9)


class Ours(_Process):
    """The portal: its `uploads` process on a database of its own, with one open request."""

    _web: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Ours:
        self.folder.mkdir(parents=True)
        changes = {
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DEBUG": "0",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder / 'portal.sqlite3'}",
            # No worker runs here: a queue in memory stands for one that takes each message at once.
            "BROKER_URL": "memory://",
            "UPLOAD_RESERVE_BYTES": "0",
            "UPLOAD_OPEN_PER_SCOPE": "1000",
            "UPLOAD_FILES_PER_SCOPE": "100000",
            "UPLOADS_PER_HOUR": "100000",
        }
        os.environ.update(changes)
        sys.path.insert(0, str(ROOT))
        import django
        from django.core.management import call_command

        django.setup()
        from django.db import connection

        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
        from tests.factories.evidence import invitation
        from tests.uploads.live import cookie_for

        self._invitation = invitation()
        self._cookie = cookie_for(self._invitation)
        connection.close()
        # As `uploads` in the Procfile.
        processes = {"GUNICORN_WORKERS": "2", "GUNICORN_THREADS": "128"}
        command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"]
        command += ["--bind", f"127.0.0.1:{self.port}", "config.wsgi"]
        self._start(command, {**os.environ, **processes}, ROOT)
        return self

    def web(self) -> Target:
        """The `web` process beside it, started on first use; it ends with this server."""
        port = _free_port()
        processes = {"GUNICORN_WORKERS": "1", "GUNICORN_THREADS": "16"}
        command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"]
        command += ["--bind", f"127.0.0.1:{port}", "config.wsgi"]
        with (self.folder / "web.log").open("wb") as log:
            self._web = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **processes}, stdout=log, stderr=log, start_new_session=True
            )
        _await_port(port, self._web)
        return Target(port, "/", self._cookie, {})

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._web is not None:
            self._web.terminate()
            self._web.wait(40)
        super().__exit__(kind, error, trace)

    def target(self) -> Target:
        metadata = {"filename": "bench.mp4", "invitation": str(self._invitation.public_id)}
        return Target(self.port, "/files/", self._cookie, metadata)

    def clear(self) -> None:
        shutil.rmtree(self.folder / "staging", ignore_errors=True)
        (self.folder / "staging").mkdir(mode=0o700)

    def check(self, count: int, size: int) -> None:
        """Every byte is here, and every upload is an evidence item."""
        from django.db import connection

        from apps.evidence.models import EvidenceItem

        files = list((self.folder / "staging").iterdir())
        assert [one.stat().st_size for one in files] == [size] * count, files
        assert EvidenceItem.objects.filter(upload__public_id__in=[one.name for one in files]).count() == count
        connection.close()


class Peer(_Process):
    """`@tus/server` with its file store, installed into .cache/."""

    def __enter__(self) -> Peer:
        self.folder.mkdir(parents=True)
        (self.folder / "files").mkdir()
        home = ROOT / ".cache" / "bench-upload"
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "node_modules" / "@tus" / "file-store").exists():
            (home / "package.json").write_text('{"private": true, "type": "module"}\n')
            subprocess.run(
                ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *PEER_PACKAGES], cwd=home, check=True
            )
        (home / "peer.mjs").write_text(
            'import { Server } from "@tus/server";\n'
            'import { FileStore } from "@tus/file-store";\n'
            "const [directory, port] = process.argv.slice(2);\n"
            'new Server({ path: "/files", datastore: new FileStore({ directory }) })'
            '.listen({ host: "127.0.0.1", port: Number(port) });\n'
        )
        env = {**os.environ, "NODE_ENV": "production"}
        self._start(["node", "peer.mjs", str(self.folder / "files"), str(self.port)], env, home)
        return self

    def target(self) -> Target:
        return Target(self.port, "/files", "", {"filename": "bench.mp4"})

    def clear(self) -> None:
        for one in (self.folder / "files").iterdir():
            one.unlink()

    def check(self, count: int, size: int) -> None:
        """Every byte is here."""
        files = [one for one in (self.folder / "files").iterdir() if one.suffix != ".json"]
        assert [one.stat().st_size for one in files] == [size] * count, files
