"""What a storm asks of the operating system. Nothing here knows the portal."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from scripts.migrated import migrated_cluster
from scripts.postgres import Cluster, NoPostgres


def children(pid: int) -> list[int]:
    """Process ids right below this one."""
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def drop_unsynced(journal: Path, folders: list[Path]) -> int:
    """Take away what no process has made durable: ends of files, and names that no synced folder holds.

    Returns how many files lost something. Only prefixes are kept, as after a power cut on a journaled file system.
    """
    sizes: dict[int, int] = {}
    names: dict[str, set[str]] = {}
    lines = journal.read_text().splitlines() if journal.exists() else []
    for line in lines:
        with contextlib.suppress(ValueError):  # the last line of a process that was killed
            said = json.loads(line)
            if "folder" in said:
                # Of two processes, the list that was made first may be written last: what one of them holds is durable.
                names.setdefault(said["folder"], set()).update(said["names"])
            else:
                sizes[said["inode"]] = said["size"]
    dropped = 0
    for file in (file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()):
        found = file.stat()
        if file.name not in names.get(str(file.parent), set()):
            file.unlink()
            dropped += 1
        elif found.st_size > sizes.get(found.st_ino, 0):
            file.chmod(0o600)
            os.truncate(file, sizes.get(found.st_ino, 0))
            file.chmod(found.st_mode)
            dropped += 1
    return dropped


def fill_disk_of(pids: list[int], chance: random.Random) -> Callable[[], None]:
    """From a random byte on, none of these processes can write on: a full disk for them. Returns what gives room."""
    limit = chance.randrange(1, 4 * 1024 * 1024)
    for pid in pids:
        with contextlib.suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def give_room() -> None:
        for pid in pids:
            with contextlib.suppress(OSError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    return give_room


@dataclass
class Database:
    """The address of a database, and its server, where there is one to be killed; perhaps a standby of it."""

    url: str
    server: Cluster | None = None
    standby: Cluster | None = None

    @property
    def postmaster(self) -> int:
        """The process id of its first process; 0 where there is none now."""
        return self.server.process_id if self.server is not None else 0

    @property
    def kind(self) -> str:
        """As the figures name it."""
        return "postgres" if self.server is not None else "sqlite"

    def fail_over(self, pause: float) -> None:
        """The primary's machine is gone; after `pause` seconds somebody promotes the standby."""
        assert self.server is not None
        assert self.standby is not None
        self.server.kill()
        time.sleep(pause)
        self.standby.promote()
        self.server, self.standby = self.standby, self.server

    def _follow(self) -> None:
        """The machine that was lost comes back as the standby; no commit is acknowledged without it from then on."""
        if self.server is None or self.standby is None or self.standby.process_id:
            return
        self.standby.follow(self.server)
        with psycopg.connect(self.server.url, autocommit=True) as ruler:
            ruler.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            ruler.execute("SELECT pg_reload_conf()")

    def start(self) -> None:
        """Start the server again where it is down. What was killed may hold its memory for a moment."""
        for _turn in range(100):
            if self.server is None or self.server.process_id:
                break
            try:
                self.server.start()
            except NoPostgres:
                self.server.stop()
                time.sleep(0.1)
        else:
            raise RuntimeError("the database does not come back")
        self._follow()


@contextlib.contextmanager
def database_with_standby(folder: Path) -> Iterator[Database]:
    """As `database`, and another PostgreSQL follows it from the next `start` on; the address names both."""
    other = tempfile.TemporaryDirectory(prefix="portal-pg-", ignore_cleanup_errors=True)
    with database(folder) as base, other:
        if base.server is None:
            yield base
            return
        standby = Cluster(Path(other.name), ["max_connections=200"], programs=base.server.programs)
        hosts = ",".join(quote(str(one.folder), safe="") for one in (base.server, standby))
        base.url, base.standby = f"postgres://postgres@{hosts}/postgres?target_session_attrs=read-write", standby
        try:
            yield base  # alone still: tables are made faster that way
        finally:
            for one in (base.server, base.standby):
                one.stop()


@contextlib.contextmanager
def database(folder: Path) -> Iterator[Database]:
    """A PostgreSQL that waits for the disk, or SQLite where there is none."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(migrated_cluster(["max_connections=200"]))
        except NoPostgres:
            server = None
        yield Database(server.url, server) if server else Database(f"sqlite:///{folder / 'storm.sqlite3'}")


def backends(postmaster: int) -> list[int]:
    """Processes of PostgreSQL that serve a connection."""
    found = []
    for pid in children(postmaster):
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
            if words.startswith(b"postgres: ") and b"[local]" in words:
                found.append(pid)
    return found
