"""The test database, as `manage.py prepare_database` would leave it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """SQLite keeps a write-ahead log, so that the servers of a test and the test itself do not wait for each other."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=WAL")
                assert cursor.fetchone() == ("wal",)


def remove_the_folder_of_the_run(config: pytest.Config) -> None:
    """What `config.settings.test` made for this run goes with it; a folder that was given stays."""
    folder = Path(settings.DATA_DIR)
    ours = folder.parent == Path(tempfile.gettempdir()) and folder.name.startswith("portal-test-")
    if ours and not hasattr(config, "workerinput"):
        shutil.rmtree(folder, ignore_errors=True)
