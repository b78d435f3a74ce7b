"""`manage.py make_keys`: the first thing on a new machine."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings.strength import LEAST_BITS, bits_of

ROOT = Path(__file__).resolve().parents[2]


def make_keys(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run it with an environment that has no setting at all."""
    command = [sys.executable, "manage.py", "make_keys", *words]
    given = {"DJANGO_SETTINGS_MODULE": "config.settings.production", **env}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


def keys_in(text: str) -> dict[str, str]:
    """The settings of an environment file."""
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def test_it_writes_strong_and_different_keys_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "portal.env"
    assert make_keys(str(file)).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    keys = keys_in(file.read_text())
    del keys["DJANGO_SETTINGS_MODULE"]
    assert set(keys) == {"SECRET_KEY", "DIGEST_KEY", "FIELD_KEYS", "LEDGER_KEY"}
    assert len(set(keys.values())) == len(keys)
    assert min(map(bits_of, keys.values())) > LEAST_BITS
    assert list(tmp_path.iterdir()) == [file]


def test_it_never_writes_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "portal.env"
    file.write_text("in use")
    asked = make_keys(str(file))
    assert (asked.returncode, file.read_text()) == (1, "in use")
    assert "is there already" in asked.stderr
    assert list(tmp_path.iterdir()) == [file]


def test_a_portal_starts_with_the_file_once_its_gaps_are_filled(tmp_path: Path) -> None:
    asked = make_keys()
    filled = asked.stdout.replace("#", "").splitlines()
    given = dict(line.split("=", 1) for line in filled if "=" in line) | {"DATA_DIR": str(tmp_path)}
    loads = "from django.conf import settings; print(settings.SITE_URL)"
    done = subprocess.run(
        [sys.executable, "-c", loads], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "https://cameras.city.example", done.stderr


@pytest.mark.parametrize(
    "key", ["a" * 64, "change-me-" * 8, "0123456789abcdef" * 4, "abcdefghijklmnopqrstuvwxyz0123456789", ""]
)
def test_what_can_be_guessed_has_few_bits(key: str) -> None:
    assert bits_of(key) < LEAST_BITS
