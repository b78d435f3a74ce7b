"""A short storm of faults over a portal of its own; `python -m tests.faults.storm` has long ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import ceph
from tests.faults.storm_kernel import drop_unsynced
from tests.uploads.live import ROOT


def storm(*words: str) -> dict[str, Any]:
    """Run one; the last line of what it says."""
    command = [sys.executable, "-m", "tests.faults.storm", "--senders", "3", "--files", "10", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_power_cut_takes_what_was_not_synced_and_nothing_else(tmp_path: Path) -> None:
    folder, journal = tmp_path / "staging", tmp_path / "journal"
    folder.mkdir()
    for name in ("half", "whole", "nameless"):
        (folder / name).write_bytes(b"0123456789")
    whole, half = ((folder / name).stat().st_ino for name in ("whole", "half"))
    lines: list[dict[str, object]] = [
        {"folder": str(folder), "names": ["half", "whole"]},
        {"folder": str(folder), "names": ["half"]},  # made before the other list, written after it
        {"inode": whole, "size": 10},
        {"inode": half, "size": 4},
    ]
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"inode": 7, "si')
    assert drop_unsynced(journal, [folder]) == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"half": b"0123", "whole": b"0123456789"}


@pytest.mark.queue
def test_storm_over_a_folder_loses_and_doubles_nothing_nor_does_a_primary_that_is_lost_for_good() -> None:
    said = storm("--standby", "--kills", "10", "--minutes", "2", "--seed", "5")
    assert said["wrong"] == []
    assert said["faults"].get("kill the primary") or said["database"] == "sqlite"
    assert said["files"]


@pytest.mark.s3
def test_storm_over_a_bucket_loses_and_doubles_nothing() -> None:
    missing = ceph.fetch()
    if missing:
        pytest.skip(missing)
    said = storm("--store", "s3", "--kills", "5", "--minutes", "2", "--away", "10", "--seed", "5")
    assert said["wrong"] == []
    assert said["files"]
