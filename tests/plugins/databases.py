"""The test database, as `manage.py prepare_database` would leave it: a copy of one that is migrated.

Migrating costs twenty processor seconds in each worker. On SQLite the migrated file is kept below .cache/ and copied;
on a server that has a migrated template (`scripts.migrated`) that is copied.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from scripts import migrated


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A file that is there is the copy: it is migrated (nothing is left to do) instead of made anew."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: Any) -> None:
    """The database has its name by now, and is not there yet."""
    if connection.vendor == "sqlite":
        migrated.copy_sqlite(Path(connection.settings_dict["TEST"]["NAME"]))
        return
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [migrated.TEMPLATE])
        if cursor.fetchone():
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated.TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """SQLite keeps a write-ahead log, so that the servers of a test and the test itself do not wait for each other."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            target = migrated.kept("sqlite3")
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                fresh = target.with_name(f"{os.getpid()}.fresh")
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM INTO %s", [str(fresh)])
                migrated.keep(fresh, target)
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=WAL")
                assert cursor.fetchone() == ("wal",)


def remove_the_folder_of_the_run(config: pytest.Config) -> None:
    """What `config.settings.test` made for this run goes with it; a folder that was given stays."""
    folder = Path(settings.DATA_DIR)
    ours = folder.parent == Path(tempfile.gettempdir()) and folder.name.startswith("portal-test-")
    if ours and not hasattr(config, "workerinput"):
        shutil.rmtree(folder, ignore_errors=True)
