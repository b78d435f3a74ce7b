"""A short flood of letters under kill -9; `python -m tests.faults.letters` has ten thousand."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.uploads.live import ROOT

pytestmark = pytest.mark.queue


def test_no_invitation_is_missing_and_what_came_twice_is_counted() -> None:
    command = [sys.executable, "-m", "tests.faults.letters", "--letters", "100", "--kills", "5", "--minutes", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["letters"] == said["arrived"] == 100
    assert said["faults"]["kill -9 of a worker"] >= 3
