"""A PostgreSQL with PostGIS from Debian's packages, unpacked in a folder and run there: nothing is installed."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

MAJOR = "15"
PACKAGES = [
    f"postgresql-{MAJOR}",
    f"postgresql-{MAJOR}-postgis-3",
    f"postgresql-{MAJOR}-postgis-3-scripts",
    "libgeos-c1v5",
    "libgeos3.11.1",
    "libjson-c5",
    "libllvm14",
    "libproj25",
    "libprotobuf-c1",
    "proj-data",
]
# Both sides get the same server; memory so that neither reads from the disk.
SETTINGS = ["-c", "shared_buffers=512MB", "-c", "work_mem=16MB", "-c", "jit=off", "-c", "max_wal_size=4GB"]


class NoPostGIS(Exception):
    """Why the peer cannot run here."""


@contextlib.contextmanager
def postgis() -> Iterator[str]:
    """A running server's DATABASE_URL; the extension is created. As root it runs as `nobody`. Raises `NoPostGIS`."""
    folder = Path(tempfile.mkdtemp(prefix="portal-postgis-"))
    user = "nobody" if os.geteuid() == 0 else None
    try:
        root = _unpack(folder)
        programs = root / f"usr/lib/postgresql/{MAJOR}/bin"
        environment = {"LD_LIBRARY_PATH": str(root / "usr/lib/x86_64-linux-gnu"), "LC_ALL": "C.UTF-8"}
        home = folder / "server"
        home.mkdir()
        folder.chmod(0o755)
        if user:
            account = pwd.getpwnam(user)
            os.chown(home, account.pw_uid, account.pw_gid)
        data = home / "data"
        _run([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
             environment, home, user)  # fmt: skip
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", home, "-h", "", *SETTINGS],
                env=environment, cwd=home, user=user, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                _create_extension(programs / "psql", home, environment, user)
                yield f"postgres://postgres@{quote(str(home), safe='')}/postgres"
            finally:
                server.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    server.wait(20)
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(folder: Path) -> Path:
    packages, root = folder / "packages", folder / "root"
    packages.mkdir()
    root.mkdir()
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise NoPostGIS("this is no Debian")
    got = subprocess.run(["apt-get", "download", *PACKAGES], cwd=packages, capture_output=True, text=True, check=False)
    if got.returncode:
        raise NoPostGIS("Debian's packages cannot be downloaded: " + (got.stderr.strip().splitlines() or ["?"])[-1])
    for package in sorted(packages.glob("*.deb")):
        subprocess.run(["dpkg", "-x", package, root], check=True)
    # What Debian's alternatives would link on installation.
    extensions = root / f"usr/share/postgresql/{MAJOR}/extension"
    shutil.copy(extensions / "postgis-3.control", extensions / "postgis.control")
    return root


def _run(command: list[object], environment: dict[str, str], folder: Path, user: str | None) -> None:
    done = subprocess.run(
        [str(part) for part in command], env=environment, cwd=folder, user=user, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise NoPostGIS((done.stderr.strip().splitlines() or ["it does not start"])[-1])


def _create_extension(psql: Path, home: Path, environment: dict[str, str], user: str | None) -> None:
    program = psql if psql.exists() else Path(shutil.which("psql") or "psql")
    deadline = time.monotonic() + 30
    while True:
        try:
            _run([program, "-h", home, "-U", "postgres", "-d", "postgres", "-c", "CREATE EXTENSION postgis"],
                 environment, home, user)  # fmt: skip
        except (NoPostGIS, OSError) as error:
            if time.monotonic() > deadline:
                raise NoPostGIS(str(error)) from error
            time.sleep(0.3)
        else:
            return
