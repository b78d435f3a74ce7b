"""Start processes so that none can outlive us, and end them with everything they have started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from scripts.leash import PR_SET_CHILD_SUBREAPER, prctl

LEASH = Path(__file__).with_name("leash.py")


def adopt_orphans() -> None:
    """From now on a process below us that loses its parent becomes our child: our descendants stay countable."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def start(
    command: Sequence[str], *, env: Mapping[str, str], cwd: Path, output: int | IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own; it dies with the calling thread."""
    leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid())]
    return subprocess.Popen(
        [*leash, *command],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def descendants(ancestor: int, *, but: Sequence[int] = ()) -> list[int]:
    """Process ids of everything below `ancestor` that still runs, without the ids in `but` and what is below them."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                # The name may hold spaces and brackets; what follows the last bracket is state and parent.
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if state not in "ZX":
                    children.setdefault(int(parent), []).append(int(entry.name))
    found: list[int] = []
    waiting = [ancestor]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in but:
                found.append(child)
                waiting.append(child)
    return found


def kill_descendants(*, but: Sequence[int] = (), seconds: float = 3.0) -> list[int]:
    """SIGKILL everything below us until nothing is left or `seconds` have passed; returns what is left."""
    deadline = time.monotonic() + seconds
    while left := descendants(os.getpid(), but=but):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    return left


def reap() -> list[tuple[int, int]]:
    """Collect every child that has ended: pairs of process id and exit code (negative: the signal)."""
    ended = []
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            ended.append((pid, os.waitstatus_to_exitcode(status)))
    return ended
