"""`make run [PORT=8000]`: set up, migrate, load the demo, and start everything that Procfile.dev names."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from scripts.places import PYTHON, ROOT, VENV, data_dir
from scripts.services import environment, household, run_dir
from scripts.setup import need_space, set_up
from scripts.supervise import Household, supervise
from scripts.terminal import Stop, ending, step, stop

SERVICES = ("queue", "web", "worker", "seal", "media", "beat")
# As apps/demo/waiting.py reads it: while it is there, visitors see how far the demo is loaded.
DEMO_LOADING = "demo-loading"
NEEDED_MIB = 300  # for the database, the demo's videos and what is made from them


def run(port: int) -> int:
    """Run the portal until somebody ends it. Raises `Stop` for a taken port or a second run on the same data."""
    os.umask(0o077)
    _need_port(port)
    need_space(data_dir(), NEEDED_MIB)
    held = _only_one()
    try:
        return supervise(lambda: _prepare(port))
    finally:
        held.close()


def _need_port(port: int) -> None:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                stop(f"Port {port} is taken by another program; choose another: make run PORT={port + 1}")
            stop(f"Port {port} cannot be used: {problem.strerror}.")


def _only_one() -> IO[str]:
    """Hold the data folder. A run that is just ending (its front is dead, its keeper is tidying up) is waited for."""
    folder = run_dir(data_dir())
    lock = (folder / "lock").open("a+")
    os.set_inheritable(lock.fileno(), False)
    deadline = time.monotonic() + 12
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            if Path(f"/proc/{holder}").exists() or time.monotonic() > deadline:
                stop(
                    f"The portal already runs on {data_dir()} (process {holder}); end that one first, or set DATA_DIR."
                )
            time.sleep(0.1)
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _prepare(port: int) -> Household:
    set_up("local")
    env = environment(VENV / "bin", data_dir(), port)
    address = f"http://localhost:{port}"
    greeting = f"The portal runs at {address} (Ctrl-C ends it)."
    if not _has_demo(env):
        _prepare_database(env)
        return household(env, names=SERVICES, greeting=greeting)
    loading = run_dir(data_dir()) / DEMO_LOADING
    loading.write_text("0")
    with subprocess.Popen(
        [PYTHON, "manage.py", "demo_people", "--url", address], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    ) as listing:
        _prepare_database(env)
        people, _ = listing.communicate()
    print(f"{address} opens in a moment, and shows how far the demo is until it is loaded.", flush=True)
    return household(
        env,
        names=[*SERVICES, "demo"],
        greeting=f"{greeting}\n{people.strip()}",
        loading=loading,
    )


def _prepare_database(env: dict[str, str]) -> None:
    with step("Preparing the database"):
        _manage(env, "prepare_database", failure="The database could not be prepared")


def _has_demo(env: dict[str, str]) -> bool:
    """As `config.settings.local` decides."""
    return all(env.get(name, "true").lower() in ("true", "on", "ok", "y", "yes", "1") for name in ("DEBUG", "DEMO"))


def _manage(env: dict[str, str], *words: str, failure: str) -> None:
    """Run a command of manage.py that speaks for itself; say `failure` if it fails."""
    done = subprocess.run(
        [PYTHON, "manage.py", *words], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    _must_succeed(done, failure)


def _must_succeed(done: subprocess.CompletedProcess[bytes], failure: str) -> None:
    said = (done.stderr or b"").decode("utf-8", "replace")
    if done.returncode == 0:
        return
    if "No space left on device" in said or "database or disk is full" in said or "disk I/O error" in said:
        stop(f"The disk that holds {data_dir()} is full; make room and run the same command again.")
    log = run_dir(data_dir()) / "failure.log"
    log.write_text(said)
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), f"exit code {done.returncode}")
    stop(f"{failure} ({last}); the whole report is {log}.")


if __name__ == "__main__":
    with ending():
        wanted = sys.argv[1] if len(sys.argv) > 1 else "8000"
        if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
            raise Stop(f"“{wanted}” is no port: PORT takes a number from 1 to 65535.")
        sys.exit(run(int(wanted)))
