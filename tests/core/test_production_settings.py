"""Production takes its keys, hosts and stores from the environment, and does not start without them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.check import production_environment

ROOT = Path(__file__).resolve().parents[2]
NEEDED = sorted(set(production_environment()) - {"DJANGO_SETTINGS_MODULE"})
QUESTION = """
import sys
from django.conf import settings
print(settings.DEBUG, settings.DEMO, "apps.demo" in settings.INSTALLED_APPS, settings.SESSION_COOKIE_SECURE)
"""


def start(folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Load the settings with an environment that holds nothing but what an operator sets."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **production_environment(), **changes}
    environment = {name: value for name, value in environment.items() if value}
    return subprocess.run(
        [sys.executable, "-c", QUESTION], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_with_all_of_them_it_starts_without_demo_and_debug_and_writes_no_key(tmp_path: Path) -> None:
    asked = start(tmp_path, DEBUG="true", DEMO="true")
    assert asked.stdout.split() == ["False", "False", "False", "True"], asked.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NEEDED)
def test_without_one_of_them_it_says_which_and_does_not_start(tmp_path: Path, name: str) -> None:
    asked = start(tmp_path, **{name: ""})
    assert asked.returncode != 0
    assert asked.stdout == ""
    assert f"Set the {name} environment variable" in asked.stderr
    assert list(tmp_path.iterdir()) == []
