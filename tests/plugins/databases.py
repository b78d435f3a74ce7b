"""The test database, as `manage.py prepare_database` would leave it.

Migrating costs seconds in each worker. On SQLite the migrated file is kept below .cache/ and copied, as long as nothing
that it is made from has changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connection

MADE_FROM = ("apps/*/migrations/*.py", "apps/ledger/triggers.py", "apps/ledger/apps.py", "requirements/base.txt")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A file that is there is the copy: it is migrated (nothing is left to do) instead of made anew."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The database has its name by now, and is not there yet."""
    if connection.vendor == "sqlite":
        target = _database()
        for left in ("", "-wal", "-shm"):
            target.with_name(target.name + left).unlink(missing_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(_ready_made(), target)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """SQLite keeps a write-ahead log, so that the servers of a test and the test itself do not wait for each other."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            if not _ready_made().exists():
                _keep(_ready_made())
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=WAL")
                assert cursor.fetchone() == ("wal",)


def _database() -> Path:
    return Path(connection.settings_dict["TEST"]["NAME"])


def _ready_made() -> Path:
    digest = hashlib.sha256(django.__version__.encode())
    for pattern in MADE_FROM:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return Path(settings.BASE_DIR) / ".cache" / "test-databases" / f"{digest.hexdigest()[:16]}.sqlite3"


def _keep(target: Path) -> None:
    """Copy what the migrations made; the workers of one run may all do so, and one file stays. Former ones go."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(fresh)])
    fresh.replace(target)
    for former in set(target.parent.glob("*.sqlite3")) - {target}:
        former.unlink(missing_ok=True)


def remove_the_folder_of_the_run(config: pytest.Config) -> None:
    """What `config.settings.test` made for this run goes with it; a folder that was given stays."""
    folder = Path(settings.DATA_DIR)
    ours = folder.parent == Path(tempfile.gettempdir()) and folder.name.startswith("portal-test-")
    if ours and not hasattr(config, "workerinput"):
        shutil.rmtree(folder, ignore_errors=True)
