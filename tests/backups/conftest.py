"""Stores, a folder of backups and one for witnesses of each test's own, and the two commands."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from apps.ledger import services as ledger
from apps.ledger.selectors import latest_checkpoint
from config.settings.components.stores import files_storage

Run = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def own_folders(settings: LazySettings, tmp_path: Path) -> Path:
    """Empty folders below the test's own; returns the one that holds them."""
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"
    settings.SCRATCH_DIR = tmp_path / "scratch"
    settings.LEDGER_WITNESS_DIR = str(tmp_path / "witness")
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_EVIDENCE_URL = f"file://{tmp_path / 'backups' / 'evidence'}"
    stores = {"files": tmp_path / "files", "backup_files": tmp_path / "backups" / "files"}
    entries = {name: files_storage(f"file://{folder}") for name, folder in stores.items()}
    settings.STORAGES = {**settings.STORAGES, **entries}
    for name in ("evidence", "witness", "backups"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Runs a command; returns its exit code and what it said."""

    def call(*words: Any) -> tuple[int, str]:
        out = StringIO()
        try:
            call_command(*map(str, words), stdout=out, stderr=out)
        except CommandError as error:
            return error.returncode, out.getvalue() + str(error)
        except SystemExit as end:
            return int(end.code or 0), out.getvalue()
        return 0, out.getvalue()

    return call


@pytest.fixture
def kept_outside(own_folders: Path) -> Callable[[], Path]:
    """Signs what happened so far and keeps the checkpoint in a file of its own."""

    def keep() -> Path:
        ledger.sequence()
        newest = latest_checkpoint()
        assert newest is not None
        path = own_folders / f"{newest.size}.checkpoint"
        path.write_text(newest.note)
        return path

    return keep
