"""A short storm of faults over a portal of its own; `python -m tests.faults.storm` has long ones."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from scripts import ceph
from tests.uploads.live import ROOT


def storm(*words: str) -> dict[str, object]:
    """Run one; the last line of what it says."""
    command = [sys.executable, "-m", "tests.faults.storm", "--senders", "3", "--files", "10", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return said


@pytest.mark.queue
def test_storm_over_a_folder_loses_and_doubles_nothing() -> None:
    said = storm("--kills", "10", "--minutes", "2", "--seed", "5")
    assert said["wrong"] == []
    assert said["files"]


@pytest.mark.s3
def test_storm_over_a_bucket_loses_and_doubles_nothing() -> None:
    missing = ceph.fetch()
    if missing:
        pytest.skip(missing)
    said = storm("--store", "s3", "--kills", "5", "--minutes", "2", "--away", "10", "--seed", "5")
    assert said["wrong"] == []
    assert said["files"]
