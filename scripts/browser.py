"""Find a Chromium for the browser tests, or fetch Debian's.

The one without windows (`chromium-headless-shell`) is the same engine and comes first: where nobody looks, a third of
the processor time of the other one went into its windows, tabs and menus.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from scripts.places import CACHE

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It speaks to the test's server alone: no updates, no reports, no QUIC.
FLAGS = (
    "--disable-quic",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
UNPACKED = CACHE / SHELL
LAUNCHER = UNPACKED / "launch"


def find_chromium() -> str | None:
    """$CHROMIUM, or the one without windows (in PATH, or unpacked), or another one in PATH; None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    unpacked = str(LAUNCHER) if LAUNCHER.exists() else None
    return shutil.which(SHELL) or unpacked or next(filter(None, map(shutil.which, NAMES)), None)


def fetch_chromium() -> tuple[str | None, str]:
    """Fetch the one without windows if it is missing, below .cache: the path of what there is, or why there is none."""
    if os.environ.get("CHROMIUM") or shutil.which(SHELL) or LAUNCHER.exists():
        return find_chromium(), "there is no such program"
    if shutil.which("apt-get") is None:
        return find_chromium(), "there is no Chromium in PATH, and this machine has no apt-get to fetch one"
    if os.geteuid() == 0:
        _run(["apt-get", "update", "-qq"])
    said = _unpack(SHELL)
    if said and find_chromium() is None:
        said = _unpack("chromium")
    return find_chromium(), said


def _unpack(package: str) -> str:
    """Download what the machine lacks and unpack it; the launcher points the loader there. Empty, or why it failed."""
    shutil.rmtree(UNPACKED, ignore_errors=True)
    (UNPACKED / "packages").mkdir(parents=True)
    plan = subprocess.run(
        ["apt-get", "install", "--simulate", "--no-install-recommends", package],
        capture_output=True,
        text=True,
        check=False,
    )
    # A line of the plan: Inst chromium [138.0-1] (139.0-1 Debian:12 [amd64]); the first brackets only for an upgrade.
    wanted = [f"{name}={version}" for name, version in re.findall(r"^Inst (\S+) .*?\((\S+)", plan.stdout, re.MULTILINE)]
    if not wanted:
        return f"apt-get has no plan for Chromium ({(plan.stderr or plan.stdout).strip()[-200:]})"
    said = _run(["apt-get", "download", "-qq", *wanted], cwd=UNPACKED / "packages")
    for one in sorted((UNPACKED / "packages").glob("*.deb")):
        said = said or _run(["dpkg-deb", "--extract", str(one), str(UNPACKED)])
        one.unlink()
    program = UNPACKED / "usr" / "lib" / "chromium" / package
    if said or not program.exists():
        return said or "Debian's package has no program where it used to be"
    # What the machine has of it already is not unpacked, and the program looks for it beside itself.
    for path in Path("/usr/lib/chromium").glob("*"):
        if not (program.parent / path.name).exists():
            (program.parent / path.name).symlink_to(path)
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
