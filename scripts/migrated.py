"""Migrated databases that are kept below .cache/ and copied: to migrate an empty one costs twenty processor seconds.

A copy is good as long as nothing that it is made from has changed. For tests and benches alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.places import CACHE, PYTHON, ROOT
from scripts.postgres import FAST, Cluster, cluster

MADE_FROM = ("apps/*/migrations/*.py", "apps/ledger/triggers.py", "apps/ledger/apps.py", "requirements/base.txt")
FOLDER = CACHE / "test-databases"
#: On a server of `migrated_cluster`: nobody is connected to it, so that `CREATE DATABASE … TEMPLATE` may copy it.
TEMPLATE = "migrated"


def kept(kind: str) -> Path:
    """Where the database of this kind (`sqlite3`, `postgres`) is kept, whether or not it is there yet."""
    digest = hashlib.sha256()
    for pattern in MADE_FROM:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return FOLDER / f"{digest.hexdigest()[:16]}.{kind}"


def keep(fresh: Path, target: Path) -> None:
    """Move what was made to its place. Several processes may do so, and one stays; former ones go."""
    with contextlib.suppress(OSError):  # a folder that another one put there just now
        fresh.replace(target)
    for former in {*target.parent.glob(f"*{target.suffix}"), fresh} - {target}:
        if former.is_dir():
            shutil.rmtree(former, ignore_errors=True)
        else:
            former.unlink(missing_ok=True)


def copy_sqlite(target: Path) -> bool:
    """Copy the SQLite file to where a database is asked for. Returns whether there was one to copy."""
    for left in ("", "-wal", "-shm"):
        target.with_name(target.name + left).unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        shutil.copyfile(kept("sqlite3"), target)
        return True
    return False


@contextlib.contextmanager
def migrated_cluster(settings: Sequence[str]) -> Iterator[Cluster]:
    """A running server whose database is migrated, as is its `TEMPLATE`. Raises `NoPostgres`."""
    target = kept("postgres")
    if not target.is_dir():
        _make(target)
    with cluster(settings, data=target) as running:
        yield running


def _make(target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with cluster(FAST) as server, tempfile.TemporaryDirectory(prefix="portal-migrated-") as data:
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "DATA_DIR": data}
        env["DATABASE_URL"] = server.url
        subprocess.run([PYTHON, "manage.py", "prepare_database"], cwd=ROOT, env=env, check=True)
        words = [str(server.programs / "psql"), "-q", "-d", server.url, "-c"]
        subprocess.run([*words, f"CREATE DATABASE {TEMPLATE} TEMPLATE postgres"], check=True)
        server.stop()
        fresh = Path(tempfile.mkdtemp(prefix="fresh-", dir=target.parent)) / "data"
        shutil.copytree(server.data, fresh)
    keep(fresh, target)
    shutil.rmtree(fresh.parent, ignore_errors=True)
