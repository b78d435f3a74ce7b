"""Every test of evidence has a store, a staging folder and a scratch folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def own_folders(settings: LazySettings, tmp_path: Path) -> Path:
    """Empty folders below the test's own; returns the one that holds them."""
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"
    settings.SCRATCH_DIR = tmp_path / "scratch"
    (tmp_path / "evidence").mkdir(exist_ok=True)
    return tmp_path
