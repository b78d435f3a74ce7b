"""Find a Chromium for the browser tests, or fetch Debian's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from scripts.places import CACHE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It speaks to the test's server alone: no updates, no reports, no QUIC.
FLAGS = (
    "--disable-quic",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
UNPACKED = CACHE / "chromium"
LAUNCHER = UNPACKED / "launch"


def find_chromium() -> str | None:
    """$CHROMIUM, or one in PATH, or the one that `fetch_chromium` unpacked; None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None) or (str(LAUNCHER) if LAUNCHER.exists() else None)


def fetch_chromium() -> tuple[str | None, str]:
    """Fetch Debian's Chromium, for the machine if we are root, else below .cache: its path, or why there is none."""
    if shutil.which("apt-get") is None:
        return None, "there is no Chromium in PATH, and this machine has no apt-get to fetch one"
    said = _install() if os.geteuid() == 0 else _unpack()
    return find_chromium(), said or "no Chromium is in Debian's packages here"


def _install() -> str:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "-qq"], env=env)
    return _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], env=env)


def _unpack() -> str:
    """Without root: download what the machine lacks and unpack it; the launcher points the loader there."""
    shutil.rmtree(UNPACKED, ignore_errors=True)
    (UNPACKED / "packages").mkdir(parents=True)
    plan = subprocess.run(
        ["apt-get", "install", "--simulate", "--no-install-recommends", "chromium"],
        capture_output=True,
        text=True,
        check=False,
    )
    # A line of the plan: Inst chromium [138.0-1] (139.0-1 Debian:12 [amd64]); the first brackets only for an upgrade.
    wanted = [f"{name}={version}" for name, version in re.findall(r"^Inst (\S+) .*?\((\S+)", plan.stdout, re.MULTILINE)]
    if not wanted:
        return f"apt-get has no plan for Chromium ({(plan.stderr or plan.stdout).strip()[-200:]})"
    said = _run(["apt-get", "download", "-qq", *wanted], cwd=UNPACKED / "packages")
    for package in sorted((UNPACKED / "packages").glob("*.deb")):
        said = said or _run(["dpkg-deb", "--extract", str(package), str(UNPACKED)])
        package.unlink()
    program = UNPACKED / "usr" / "lib" / "chromium" / "chromium"
    if said or not program.exists():
        return said or "Debian's package has no program where it used to be"
    libraries = [str(folder) for base in ("usr/lib", "lib") for folder in UNPACKED.glob(f"{base}/*-linux-gnu*")]
    fonts = UNPACKED / "usr" / "share"
    LAUNCHER.write_text(
        "#!/bin/sh\n"
        f'export LD_LIBRARY_PATH="{":".join(libraries)}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"\n'
        f'export XDG_DATA_DIRS="{fonts}:${{XDG_DATA_DIRS:-/usr/local/share:/usr/share}}"\n'
        f'exec "{program}" "$@"\n'
    )
    LAUNCHER.chmod(0o755)
    return ""


def _run(command: list[str], *, env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
    """Run it; empty if it succeeded, else why not."""
    done = subprocess.run(
        command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return ""
    last = (done.stderr or done.stdout).strip().splitlines() or ["nothing was said"]
    return f"{' '.join(command[:2])} failed: {last[-1]}"
