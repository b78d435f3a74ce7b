"""Programs from Debian's packages, unpacked into a folder of ours: without root, and without installing anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

PATIENCE_S = 300


def unpack(name: str, packages: Sequence[str], target: Path, *, alone: bool = False) -> str:
    """Unpack packages, and unless they stand `alone` what they need and this machine lacks, below `target`.

    Returns why that failed, or nothing.
    """
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return f"{name} is not here, and this machine has no apt-get to fetch it"
    said = _unpack(name, list(packages) if alone else _plan(packages), target)
    if said and os.geteuid() == 0:
        # A new machine has no lists of packages, and an old list names versions that are gone.
        subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
        said = _unpack(name, list(packages) if alone else _plan(packages), target)
    return said


def _unpack(name: str, wanted: list[str], target: Path) -> str:
    if not wanted:
        return f"apt-get has no plan for the packages of {name}"
    shutil.rmtree(target, ignore_errors=True)
    debs = target / "packages"
    debs.mkdir(parents=True)
    said = _call(["apt-get", "download", "-qq", *wanted], debs)
    for package in sorted(debs.glob("*.deb")):
        said = said or _call(["dpkg-deb", "--extract", str(package), str(target)], debs)
    shutil.rmtree(debs)
    return said


def _plan(packages: Sequence[str]) -> list[str]:
    """What apt would install. A line of it: Inst radosgw (16.2.15 Debian:12 [amd64])."""
    command = ["apt-get", "install", "--simulate", "--no-install-recommends", *packages]
    plan = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.findall(r"^Inst (\S+) (?:\[\S+\] )?\((\S+)", plan.stdout, re.MULTILINE)
    return [f"{name}={version}" for name, version in found]


def _call(command: list[str], folder: Path) -> str:
    """Run it. Returns why it failed, or nothing."""
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            timeout=PATIENCE_S,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as problem:
        return f"{command[0]} failed: {problem}"
    last = (done.stderr or done.stdout).strip().splitlines() or ["nothing was said"]
    return f"{command[0]} failed: {last[-1]}" if done.returncode else ""
