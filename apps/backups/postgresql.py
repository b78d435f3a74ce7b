"""PostgreSQL: its own base backup and its own recovery. Nothing of the format is ours."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.db import OperationalError, connection, connections
from environ import Env

from apps.backups import ages, folders
from apps.backups.manifest import NotWhole, compare

BASE = "base"
MANIFEST = "backup_manifest"
_PG_NAMES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}

_TURNS, _TURN_S = 20, 0.25


class CannotPlace(Exception):
    """Why the database cannot be put back, in a sentence."""


def copy(folder: Path) -> list[str]:
    """Take a base backup that needs nothing else; returns the names of files that PostgreSQL's manifest has not.

    That manifest, one of them, has the SHA-256 of all others.
    """
    words = ["--format=plain", "--wal-method=stream", "--checkpoint=fast", "--manifest-checksums=SHA256"]
    _run("pg_basebackup", "--no-password", "--pgdata", str(folder / BASE), *words)
    check(folder)
    return [f"{BASE}/{name}" for name in sorted(_files(folder / BASE) - _listed(folder / BASE).keys())]


def check(folder: Path) -> None:
    """Compare every file with PostgreSQL's manifest. Raises `NotWhole`.

    `pg_verifybackup` does the same and is not asked: it takes backups of its own version alone.
    """
    base = folder / BASE
    listed = _listed(base)
    for name, (size, digest) in sorted(listed.items()):
        compare(base / name, f"{BASE}/{name}", size, digest)
    added = [name for name in _files(base) - listed.keys() if not name.startswith("pg_wal/") and name != MANIFEST]
    if added:
        raise NotWhole(f"“{BASE}/{min(added)}” was put into the backup after it was made.")


def holds_something(data: Path) -> bool:
    """Whether anything lies in the folder of the database."""
    return data.exists() and any(data.iterdir())


def place(folder: Path, data: Path, *, aside: str, until: datetime | None) -> None:
    """Put the base backup into the server's folder of data, ready to recover: to its end, or to a time.

    What lay there gets a name that ends with `aside`. Can be killed and repeated. Raises `CannotPlace`.
    """
    if _runs_in(data):
        raise CannotPlace("PostgreSQL runs in that folder. Stop it first.")
    fresh = data.with_name(f"{data.name}.unfinished")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(folder / BASE, fresh, symlinks=True)
    fresh.chmod(0o700)
    log = _copied_log(folder, data)
    if any(log.iterdir()):
        (fresh / "recovery.signal").touch()
        with (fresh / "postgresql.auto.conf").open("a") as handle:
            handle.write("\n".join(_recovery(log, until)) + "\n")
    elif until is not None:
        raise CannotPlace(f"There is no log of PostgreSQL in {folders.wal()}: only the backup itself can be put back.")
    if os.geteuid() == 0:
        _give_to_owner_of(data.parent, fresh)
        _give_to_owner_of(data.parent, log)
    if data.exists():
        data.rename(data.with_name(f"{data.name}.{aside}"))
    fresh.rename(data)
    os.sync()


def wait(seconds: float) -> None:
    """Wait until the portal's database answers and has recovered. Raises `CannotPlace`."""
    until = time.monotonic() + seconds
    last = "it is still recovering"
    while time.monotonic() < until:
        connections.close_all()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_is_in_recovery()")
                recovered = cursor.fetchone() == (False,)
            if recovered:
                return
        except OperationalError as error:
            last = str(error).strip().splitlines()[0]
        time.sleep(0.5)
    raise CannotPlace(f"PostgreSQL did not come up within {seconds:.0f} seconds: {last}. Its log says why.")


def remove_copied_log(data: Path) -> None:
    """Remove what `place` put beside the data: the server has recovered."""
    shutil.rmtree(_log_beside(data), ignore_errors=True)


def archive_lags() -> str:
    """A sentence if the archive of what PostgreSQL writes is missing or behind; empty if it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_walfile_name(pg_current_wal_lsn())")
        (segment,) = cursor.fetchone()
    if any((folders.wal() / f"{segment}{ending}").exists() for ending in ("", ".partial")):
        return ""
    return f"Nothing writes PostgreSQL's log to {folders.wal()}: what happens after this backup cannot be put back."


def log_is_kept() -> bool:
    """Whether what was committed before this call is kept elsewhere. Waits some seconds for the receiver."""
    if archive_lags():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_flush_lsn()")
        (now,) = cursor.fetchone()
        for _turn in range(_TURNS):
            cursor.execute(
                "SELECT restart_lsn >= %s::pg_lsn FROM pg_replication_slots WHERE slot_name = %s", [now, ages.SLOT]
            )
            row = cursor.fetchone()
            if row is None or row[0]:  # without the slot the file that is there has to be enough
                return True
            time.sleep(_TURN_S)
    return False


def prune_wal(oldest: Path) -> None:
    """Remove the log that no kept backup needs."""
    if folders.wal().is_dir():
        _run("pg_archivecleanup", str(folders.wal()), first_segment(oldest))


def version() -> str:
    """The server's version."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


class ProgramFailed(Exception):
    """What a program of PostgreSQL said last."""


def _run(program: str, *words: str) -> None:
    command = [str(Path(settings.POSTGRES_PROGRAMS) / program) if settings.POSTGRES_PROGRAMS else program, *words]
    try:
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise ProgramFailed(f"{program} is not installed here: set POSTGRES_PROGRAMS to its folder.") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason was given"]
        raise ProgramFailed(next((line for line in lines if "error" in line), lines[-1]))


def _environment() -> dict[str, str]:
    """How PostgreSQL's programs reach the server. A password does not show in the list of processes."""
    database = settings.DATABASES["default"]
    if settings.BACKUP_DATABASE_URL:
        database = Env.db_url_config(settings.BACKUP_DATABASE_URL)
    given = {name: unquote(str(database[key])) for key, name in _PG_NAMES.items() if database.get(key)}
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", **given}


def _listed(base: Path) -> dict[str, tuple[int, str]]:
    """Size and SHA-256 by name, as PostgreSQL wrote them down."""
    try:
        files = json.loads((base / MANIFEST).read_text())["Files"]
        return {_name(file): (file["Size"], file["Checksum"]) for file in files}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotWhole("PostgreSQL's manifest in the backup cannot be read. It was cut off or changed.") from error


def _name(file: dict[str, str]) -> str:
    return file["Path"] if "Path" in file else os.fsdecode(bytes.fromhex(file["Encoded-Path"]))


def _files(base: Path) -> set[str]:
    return {str(path.relative_to(base)) for path in base.rglob("*") if path.is_file()}


def first_segment(backup: Path) -> str:
    """The name of the first file of PostgreSQL's log that the backup needs."""
    label = (backup / BASE / "backup_label").read_text()
    segment: str = re.findall(r"^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)", label, re.M)[0]
    return segment


def _log_beside(data: Path) -> Path:
    return data.with_name(f"{data.name}.log-to-recover")


def _copied_log(backup: Path, data: Path) -> Path:
    """What was written since the backup, beside the data: the server's account cannot read the folder of backups."""
    copied = _log_beside(data)
    shutil.rmtree(copied, ignore_errors=True)
    copied.mkdir(mode=0o700)
    first = first_segment(backup)[8:]
    for path in sorted(folders.wal().glob("[0-9A-F]*")):
        if path.suffix == ".history" or path.name[8:24] >= first:
            shutil.copyfile(path, copied / path.name.removesuffix(".partial"))
    return copied


def _recovery(log: Path, until: datetime | None) -> Sequence[str]:
    command = f'cp {shlex.quote(str(log))}/%f "%p"'.replace("'", "''")
    lines = [
        "# Written by restore_backup; of no effect once the server has recovered.",
        f"restore_command = '{command}'",
    ]
    if until is not None:
        lines.append(f"recovery_target_time = '{until.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f+00}'")
        lines.append("recovery_target_action = 'promote'")
    return lines


def _runs_in(data: Path) -> bool:
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return False
    return Path(f"/proc/{pid}").exists()


def _give_to_owner_of(folder: Path, tree: Path) -> None:
    owner = folder.stat()
    for each in (tree, *tree.rglob("*")):
        os.chown(each, owner.st_uid, owner.st_gid, follow_symlinks=False)
