"""A few seconds of the city bench: every journey of its people still works, over HTTP and on real processes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.uploads.live import ROOT


@pytest.mark.queue
def test_everybody_of_a_citys_evening_gets_on() -> None:
    command = [sys.executable, "-m", "tests.bench.city", "--minutes", "0.15"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (seen,) = json.loads(done.stdout.splitlines()[-1])["evenings"]
    assert seen["pages_a_second"] > 0
    assert seen["mb_a_second"] > 0
